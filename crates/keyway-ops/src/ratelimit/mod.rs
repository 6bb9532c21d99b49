//! Rate limits of namespaces, and their overrides.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use keyway_core::id::{NamespaceId, OverrideId};
use keyway_core::namespace::{Namespace, NamespaceRecord, NewNamespace, Override, applying};
use keyway_core::permission::Action;
use keyway_core::ratelimit::{Check, CounterKey, CounterOwner};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Identifier, NamespaceName};
use crate::problem::{Code, Problem};
use crate::schema::{Direct, Object, has_length};
use crate::usage::Event;

pub(crate) mod create_namespace;
pub(crate) mod delete_namespace;
pub(crate) mod delete_override;
pub(crate) mod get_override;
pub(crate) mod limit;
pub(crate) mod list_namespaces;
pub(crate) mod list_overrides;
pub(crate) mod multi_limit;
pub(crate) mod set_override;
pub(crate) mod update_namespace;

/// One check of limit and multiLimit.
#[derive(Deserialize, JsonSchema)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(inline)]
pub struct CheckRequest<'a> {
    /// The name or id of a namespace; one of an unknown name is created.
    #[serde(borrow)]
    #[schemars(with = "NamespaceName")]
    namespace: Cow<'a, str>,
    /// What is limited.
    #[serde(borrow)]
    #[schemars(with = "Identifier")]
    identifier: Cow<'a, str>,
    /// Units per window.
    #[schemars(range(min = 1))]
    limit: i64,
    /// The length of a window in milliseconds.
    #[schemars(range(min = 1000, max = 2_592_000_000_i64))]
    duration: i64,
    /// How many units this check takes; 0 only looks.
    #[schemars(range(min = 0))]
    #[serde(default = "one")]
    cost: i64,
}

fn one() -> i64 {
    1
}

impl CheckRequest<'_> {
    fn keeps_bounds(&self) -> bool {
        has_length(&self.namespace, NamespaceName::BOUNDS)
            && has_length(&self.identifier, Identifier::BOUNDS)
            && 1 <= self.limit
            && (1000..=2_592_000_000).contains(&self.duration)
            && 0 <= self.cost
    }
}

impl<'a> Direct<'a> for Object<CheckRequest<'a>> {
    fn keeps_bounds(&self) -> bool {
        self.0.keeps_bounds()
    }
}

/// The live or deleted namespace that a request names by id or name, if there is one.
async fn look_up(app: &App, caller: &Caller, name: &str) -> Result<Option<Namespace>, Problem> {
    let by_id = if name.starts_with("rlns_") {
        app.store.find_namespace(&NamespaceId::from(name)).await?
    } else {
        None
    };
    let names = [name.to_owned()];
    let by_name = app.store.find_namespaces_by_name(caller.workspace(), &names).await?.pop();
    if by_id.is_none() && by_name.is_none() {
        return Ok(None);
    }
    caller.open_named(by_id, by_name, Code::NamespaceNotFound).map(Some)
}

/// The live namespace that a request names by id or name.
async fn find_namespace(app: &App, caller: &Caller, name: &str) -> Result<Namespace, Problem> {
    let found = look_up(app, caller, name).await?.filter(|namespace| !namespace.deleted);
    found.ok_or_else(|| Problem::absent(Code::NamespaceNotFound))
}

/// A namespace of a check.
enum Checked {
    /// With all its overrides.
    Kept(Arc<NamespaceRecord>),
    /// With more overrides than are kept.
    Large(Namespace),
}

impl Deref for Checked {
    type Target = Namespace;

    fn deref(&self) -> &Namespace {
        match self {
            Self::Kept(record) => &record.namespace,
            Self::Large(namespace) => namespace,
        }
    }
}

/// The namespace of a check, from memory if it is there.
async fn find_checked(app: &App, caller: &Caller, name: &str) -> Result<Option<Checked>, Problem> {
    if let Some(record) = app.store.kept_namespace(caller.workspace(), name) {
        return Ok(Some(Checked::Kept(record)));
    }
    let Some(namespace) = look_up(app, caller, name).await? else { return Ok(None) };
    let loaded = app.store.load_namespace(caller.workspace(), &namespace.id, name).await?;
    Ok(Some(loaded.map_or(Checked::Large(namespace), Checked::Kept)))
}

/// The namespaces of a request by the names that it gave; never more than a batch has checks.
struct Namespaces<'r>(Vec<(&'r str, Checked)>);

impl Namespaces<'_> {
    /// The namespace of that name.
    fn get(&self, name: &str) -> Result<&Checked, Problem> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, namespace)| namespace)
            .ok_or_else(|| Problem::absent(Code::NamespaceNotFound))
    }
}

/// The namespaces of checks. Unknown ones are created, if the caller may create and check them;
/// nothing is created for a request that is refused.
async fn namespaces<'r>(
    app: &App,
    caller: &Caller,
    requests: &'r [Object<CheckRequest<'_>>],
) -> Result<Namespaces<'r>, Problem> {
    let mut found: Vec<(&'r str, Checked)> = Vec::with_capacity(1);
    let mut unknown: Vec<&'r str> = Vec::new();
    for request in requests {
        let name = &*request.namespace;
        if found.iter().any(|(known, _)| *known == name) || unknown.contains(&name) {
            continue;
        }
        match find_checked(app, caller, name).await? {
            Some(namespace) => found.push((name, namespace)),
            None if name.starts_with("rlns_") => {
                return Err(Problem::absent(Code::NamespaceNotFound));
            }
            None => unknown.push(name),
        }
    }
    if !unknown.is_empty() {
        caller.require(Action::CreateNamespace.everywhere())?;
        caller.require(Action::Limit.everywhere())?;
    }
    let is_single = requests.len() == 1;
    for (_, namespace) in &found {
        // A single check tells of a deleted namespace first, a batch of a missing permission.
        if is_single {
            gone(namespace)?;
        }
        caller.require(Action::Limit.on(namespace.id.as_str()))?;
    }
    if !unknown.is_empty() {
        let new = |name: &&str| NewNamespace {
            id: NamespaceId::generate(&app.entropy),
            name: (*name).to_owned(),
        };
        let new: Vec<NewNamespace> = unknown.iter().map(new).collect();
        for namespace in app.store.ensure_namespaces(&new, &caller.trail(app)).await? {
            if let Some(name) = unknown.iter().find(|name| **name == namespace.name) {
                found.push((name, Checked::Large(namespace)));
            }
        }
    }
    found.iter().try_for_each(|(_, namespace)| gone(namespace))?;
    Ok(Namespaces(found))
}

fn gone(namespace: &Namespace) -> Result<(), Problem> {
    if namespace.deleted {
        let detail = "This rate-limit namespace was deleted. Choose another name.";
        return Err(Problem::new(Code::NamespaceGone, detail));
    }
    Ok(())
}

/// A check with the override that applies to it, if there is one.
struct Resolved<'a> {
    check: Check<'a>,
    override_id: Option<OverrideId>,
}

async fn resolve<'a>(
    app: &App,
    caller: &'a Caller,
    namespace: &'a Checked,
    request: &'a CheckRequest<'_>,
) -> Result<Resolved<'a>, Problem> {
    let overrides;
    let applying = match namespace {
        Checked::Kept(record) => record.applying(&request.identifier),
        Checked::Large(namespace) => {
            overrides = app.store.overrides_for(&namespace.id, &request.identifier).await?;
            applying(&overrides, &request.identifier)
        }
    };
    let (limit, duration) =
        applying.map_or((request.limit, request.duration), |each| (each.limit, each.duration));
    let owner = CounterOwner::Namespace(namespace.id.as_str(), &request.identifier);
    Ok(Resolved {
        check: Check {
            counter: CounterKey { workspace: caller.workspace(), owner, duration },
            held: None,
            limit,
            cost: request.cost,
        },
        override_id: applying.map(|each| each.id.clone()),
    })
}

/// Tells analytics of a check; in a batch, whether it was counted.
fn note(
    app: &App,
    caller: &Caller,
    namespace: &Namespace,
    request: &CheckRequest<'_>,
    passed: bool,
) {
    app.usage.push(Event::Limited {
        at: caller.now,
        workspace: caller.workspace().clone(),
        namespace: namespace.id.clone(),
        identifier: request.identifier.to_string(),
        passed,
        cost: request.cost,
    });
}

/// An override as operations show it.
#[derive(serde::Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct OverrideView {
    override_id: OverrideId,
    identifier: String,
    limit: i64,
    /// In milliseconds.
    duration: i64,
}

impl From<Override> for OverrideView {
    fn from(each: Override) -> Self {
        Self {
            override_id: each.id,
            identifier: each.identifier,
            limit: each.limit,
            duration: each.duration,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::Reader;
    use crate::schema::agreement::{is_direct, list, members, mostly, number, text};

    fn checks() -> BoxedStrategy<String> {
        members(vec![
            ("namespace", text((1, 512))),
            ("identifier", text((1, 512))),
            ("limit", number(1, i64::MAX)),
            ("duration", number(1000, 2_592_000_000)),
            ("cost", number(0, i64::MAX)),
        ])
    }

    #[test]
    fn what_is_read_directly_the_schema_allows_with_the_same_meaning() {
        let reader = Reader::of::<limit::Request<'_>>();
        proptest!(ProptestConfig::with_cases(2000), |(body in checks())| {
            is_direct::<limit::Request<'_>>(&reader, body.as_bytes(), &mut None);
        });
        let reader = Reader::of::<multi_limit::Request<'_>>();
        proptest!(ProptestConfig::with_cases(500), |(body in list(mostly(checks()), 100))| {
            is_direct::<multi_limit::Request<'_>>(&reader, body.as_bytes(), &mut None);
        });
    }

    #[test]
    fn usual_checks_are_read_directly() {
        let check = r#"{"namespace":"email","identifier":"user_1","limit":10,"duration":60000}"#;
        let reader = Reader::of::<limit::Request<'_>>();
        assert!(is_direct::<limit::Request<'_>>(&reader, check.as_bytes(), &mut None));
        let several = format!("[{check},{check}]");
        let reader = Reader::of::<multi_limit::Request<'_>>();
        assert!(is_direct::<multi_limit::Request<'_>>(&reader, several.as_bytes(), &mut None));
    }
}
