//! A root key can hand out nothing that it lacks: no permission, no environment and no day more.

use keyway_core::environment::Environment;
use keyway_core::id::ApiId;
use keyway_core::permission::{Action, PermissionSet, RootPermission};
use keyway_core::root_key::{Grant, RootRole};
use keyway_core::time::Timestamp;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::ApiIdField;
use crate::problem::{FieldError, Problem};

/// How many faults of one list are told.
const TOLD_FAULTS: usize = 100;

/// Reads `body.permissions`. Each permission is kept once, in the order given.
pub(super) fn permissions(texts: Vec<String>) -> Result<Vec<String>, Problem> {
    let errors: Vec<FieldError> = texts
        .iter()
        .enumerate()
        .filter(|(_, text)| RootPermission::parse(text).is_none())
        .take(TOLD_FAULTS)
        .map(|(at, text)| FieldError {
            location: format!("body.permissions[{at}]"),
            message: "is not a permission of root keys".to_owned(),
            fix: Some(fix(text)),
        })
        .collect();
    if errors.is_empty() { Ok(once(texts)) } else { Err(Problem::invalid(errors)) }
}

/// Reads `body.apiIds`: APIs of the caller's workspace that it may enter.
pub(super) async fn apis(
    app: &App,
    caller: &Caller,
    ids: Vec<ApiIdField>,
) -> Result<Vec<ApiId>, Problem> {
    let ids = once(ids.into_iter().map(|id| ApiId::from(id.0)).collect());
    for id in &ids {
        caller.open_api(app, id).await?;
    }
    Ok(ids)
}

/// Refuses a list of APIs that would limit nothing.
pub(super) fn check_roles_of_apis(has_apis: bool, roles: &[RootRole]) -> Result<(), Problem> {
    if !has_apis || !roles.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid_field(
        "body.apiIds",
        "limits roles, and there are none",
        "Add roles, or name the API in the permissions, as in `api.<apiId>.verify_key`.",
    ))
}

/// Refuses a grant of which the caller lacks a part.
pub(super) fn check_grant(caller: &Caller, grant: &Grant) -> Result<(), Problem> {
    check_environments(caller, grant.environments.as_deref())?;
    let effective = grant.effective_permissions();
    first_missing(&caller.principal.permissions, &effective)
        .map_or(Ok(()), |missing| Err(Problem::lacks(missing)))
}

/// Refuses environments to which the caller has no access.
pub(super) fn check_environments(
    caller: &Caller,
    environments: Option<&[Environment]>,
) -> Result<(), Problem> {
    let own = caller.principal.root_key.grant.environments.as_deref();
    if within(environments, own) { Ok(()) } else { Err(Problem::foreign()) }
}

/// Refuses an end of validity that has passed.
pub(super) fn check_future(caller: &Caller, expires: Option<Timestamp>) -> Result<(), Problem> {
    if expires.is_none_or(|expires| caller.now < expires) {
        return Ok(());
    }
    Err(Problem::invalid_field(
        "body.expires",
        format!("must lie in the future, after {}", caller.now.0),
        "Send a later time in milliseconds since 1970, or null for a key that never expires.",
    ))
}

/// Refuses an end of validity beyond the caller's own.
pub(super) fn check_bound(caller: &Caller, expires: Option<Timestamp>) -> Result<(), Problem> {
    if ends_with(caller, expires) {
        return Ok(());
    }
    let bound = caller.principal.root_key.expires.map_or(i64::MAX, |bound| bound.0);
    Err(Problem::invalid_field(
        "body.expires",
        format!("must be given and at most {bound}, when the calling root key expires"),
        "Send a time that is not later, or use a root key that lasts longer.",
    ))
}

/// Whether what ends at `expires` ends no later than the caller.
pub(super) fn ends_with(caller: &Caller, expires: Option<Timestamp>) -> bool {
    let bound = caller.principal.root_key.expires;
    bound.is_none_or(|bound| expires.is_some_and(|expires| expires <= bound))
}

/// Whether `outer` allows everything that `inner` does.
pub(super) fn covers(outer: &Grant, inner: &Grant) -> bool {
    let (held, wanted) = (outer.effective_permissions(), inner.effective_permissions());
    let held = PermissionSet::new(held.iter().map(String::as_str));
    first_missing(&held, &wanted).is_none()
        && within(inner.environments.as_deref(), outer.environments.as_deref())
}

/// The first of `wanted` that isn't held. What no operation knows grants nothing, and is never
/// missing.
fn first_missing<'a>(held: &PermissionSet, wanted: &'a [String]) -> Option<RootPermission<'a>> {
    wanted.iter().filter_map(|text| RootPermission::parse(text)).find(|one| !held.allows(*one))
}

fn within(inner: Option<&[Environment]>, outer: Option<&[Environment]>) -> bool {
    match (inner, outer) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(inner), Some(outer)) => inner.iter().all(|one| outer.contains(one)),
    }
}

/// The list without repetitions, in the same order.
pub(super) fn once<T: Clone + Eq + std::hash::Hash>(mut list: Vec<T>) -> Vec<T> {
    let mut seen = std::collections::HashSet::new();
    list.retain(|item| seen.insert(item.clone()));
    list
}

/// How to write what was meant by something that isn't a permission.
fn fix(text: &str) -> String {
    if text.starts_with("unkey:") || text.contains('#') {
        return "Resource names are not used here. Write resource, scope and action with dots, \
                as in `api.*.create_key` or `api.<apiId>.create_key`."
            .to_owned();
    }
    match nearest(text) {
        Some(action) if action.row().scoped => {
            let row = action.row();
            format!(
                "Did you mean `{}`? In place of `*` there may be one id, of letters, digits and \
                 underscores, as in `{}.<id>.{}`.",
                action.everywhere(),
                row.resource,
                row.name
            )
        }
        Some(action) => format!("Did you mean `{}`?", action.everywhere()),
        None => "Choose one that rootKeys.listPermissionCatalog lists; wildcards stand only in \
                 the middle, as in `api.*.create_key`."
            .to_owned(),
    }
}

/// The action whose permission is written most alike, if one is alike at all.
fn nearest(text: &str) -> Option<Action> {
    if 64 < text.len() {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let unscoped = match lower.split('.').collect::<Vec<_>>().as_slice() {
        [resource, _, name] => format!("{resource}.*.{name}"),
        _ => lower,
    };
    let distances = Action::ALL
        .into_iter()
        .map(|action| (distance(&unscoped, &action.everywhere().to_string()), action));
    let (distance, action) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= 5 && distance * 2 < unscoped.len()).then_some(action)
}

/// How many characters must be inserted, deleted or replaced to turn `a` into `b`.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (at, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, right) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[to + 1];
            row[to + 1] = replaced.min(diagonal + 1).min(row[to] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use keyway_core::id::{Entropy, RequestId, RootKeyId, WorkspaceId};
    use keyway_core::root_key::{Principal, RootKey};

    use keyway_core::record::RootRecord;
    use keyway_core::secret::KeyHash;

    use super::*;
    use crate::caller::RequestInfo;

    const NOW: Timestamp = Timestamp(1000);

    fn caller(grant: Grant, expires: Option<Timestamp>) -> Caller {
        let effective = grant.effective_permissions();
        let permissions = PermissionSet::new(effective.iter().map(String::as_str));
        let root_key = RootKey {
            id: RootKeyId::from("rk_1"),
            workspace_id: WorkspaceId::from("ws_1"),
            start: String::new(),
            end: String::new(),
            name: None,
            enabled: true,
            grant,
            expires,
            created_at: Timestamp(0),
            updated_at: None,
            last_used_at: None,
            created_by: None,
        };
        let principal = Principal {
            root_key,
            permissions,
            workspace_enabled: true,
            workspace_deleted: false,
            requests_per_minute: None,
        };
        let request = RequestInfo {
            id: RequestId::generate(&Entropy::seeded(1)),
            remote_ip: None,
            user_agent: None,
        };
        let principal = Arc::new(RootRecord::alone(KeyHash([0; 32]), principal));
        Caller { principal, request, now: NOW, person: None }
    }

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    fn environments(all: &[&str]) -> Vec<Environment> {
        all.iter().map(|name| Environment((*name).to_owned())).collect()
    }

    #[test]
    fn the_first_permission_that_is_not_held_is_found() {
        let held = PermissionSet::new(["api.*.read_key", "api.api_a.create_key"]);
        let within = texts(&["api.api_b.read_key", "api.api_a.create_key", "of no operation"]);
        assert_eq!(first_missing(&held, &within), None);
        let beyond = texts(&["api.*.read_key", "api.*.create_key", "api.*.delete_key"]);
        assert_eq!(first_missing(&held, &beyond), Some(Action::CreateKey.everywhere()));
    }

    #[test]
    fn nobody_hands_out_a_permission_or_an_environment_that_they_lack() {
        let own = Grant {
            permissions: texts(&["api.api_a.verify_key"]),
            environments: Some(environments(&["preview"])),
            ..Grant::default()
        };
        let caller = caller(own.clone(), None);
        assert!(check_grant(&caller, &own).is_ok());

        let everywhere = Grant { permissions: texts(&["api.*.verify_key"]), ..own.clone() };
        let refused = check_grant(&caller, &everywhere).unwrap_err();
        assert_eq!(refused.missing, ["api.*.verify_key"]);
        let through_a_role = Grant { roles: vec![RootRole::Verifier], ..own.clone() };
        assert!(check_grant(&caller, &through_a_role).is_err());
        let limited_role = Grant { api_ids: vec![ApiId::from("api_a")], ..through_a_role };
        assert!(check_grant(&caller, &limited_role).is_ok());

        for environments in [None, Some(environments(&["production"]))] {
            let elsewhere = Grant { environments, ..own.clone() };
            assert!(check_grant(&caller, &elsewhere).unwrap_err().missing.is_empty());
        }
    }

    #[test]
    fn nothing_lasts_longer_than_the_caller() {
        let forever = caller(Grant::default(), None);
        assert!(check_bound(&forever, None).is_ok());
        let until = |end| caller(Grant::default(), Some(Timestamp(end)));
        assert!(check_bound(&until(5000), Some(Timestamp(5000))).is_ok());
        assert!(check_bound(&until(5000), Some(Timestamp(5001))).is_err());
        assert!(check_bound(&until(5000), None).is_err());
        assert!(check_future(&forever, Some(NOW)).is_err());
        assert!(check_future(&forever, Some(NOW.plus(1))).is_ok());
    }

    #[test]
    fn a_role_is_covered_by_its_permissions_and_not_by_those_for_one_api() {
        let role = Grant { roles: vec![RootRole::Issuer], ..Grant::default() };
        let spelled = Grant { permissions: RootRole::Issuer.permissions(&[]), ..Grant::default() };
        assert!(covers(&spelled, &role) && covers(&role, &spelled));

        let limited = Grant { api_ids: vec![ApiId::from("api_a")], ..role.clone() };
        assert!(covers(&role, &limited));
        assert!(!covers(&limited, &role));
    }

    #[test]
    fn the_administrator_role_does_not_cover_the_instance() {
        let admin = Grant { roles: vec![RootRole::Admin], ..Grant::default() };
        let instance =
            Grant { permissions: texts(&["instance.*.manage_workspaces"]), ..Grant::default() };
        assert!(!covers(&admin, &instance));
    }

    #[test]
    fn a_limit_to_environments_is_never_widened() {
        let (one, two) = (environments(&["preview"]), environments(&["preview", "production"]));
        assert!(within(Some(&one), Some(&two)) && within(Some(&two), None));
        assert!(!within(Some(&two), Some(&one)) && !within(None, Some(&two)));
    }

    #[test]
    fn every_permission_that_does_not_exist_is_told_with_its_place() {
        let given = texts(&["api.*.read_key", "api.*.raed_key", "*", "api.*.read_key"]);
        let problem = permissions(given).unwrap_err();
        let places: Vec<_> = problem.errors.iter().map(|error| &*error.location).collect();
        assert_eq!(places, ["body.permissions[1]", "body.permissions[2]"]);
        assert_eq!(permissions(texts(&["api.*.read_key"; 2])).unwrap(), ["api.*.read_key"]);
    }

    #[test]
    fn the_fix_names_the_nearest_permission() {
        for (given, meant) in [
            ("api.*.create_keys", "api.*.create_key"),
            ("api.create_key", "api.*.create_key"),
            ("API.*.READ_KEY", "api.*.read_key"),
            ("api.api_x.create_api", "api.*.create_api"),
            ("rootkey.*.create_root_key", "root_key.*.create_root_key"),
        ] {
            let fix = fix(given);
            assert!(fix.starts_with(&format!("Did you mean `{meant}`")), "{given}: {fix}");
        }
        for given in ["*", "api.*", "", "a.b.c.d", "äöü"] {
            assert!(fix(given).contains("listPermissionCatalog"), "{given}: {}", fix(given));
        }
        for given in ["unkey:v1:ws_1:keyspaces/k#create_key", "keyspaces/k#create_key"] {
            assert!(fix(given).starts_with("Resource names are not used here."));
        }
    }
}
