//! Why a key is valid for something or not. Nothing is counted.

use std::net::IpAddr;

use keyway_core::key::Key;
use keyway_core::page::Page;
use keyway_core::permission::query;
use keyway_core::ratelimit::Check;
use keyway_core::record::Record;
use keyway_core::role::Role;
use keyway_core::secret::KeyHash;
use keyway_core::verify::{self, Ask, AskedLimit, Plan};

use super::requirement::Requirement;
use super::{Checks, Decision, Explanation, GrantView, Remedy, RemedyKind, Subject, Via};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, FieldError, Problem};
use crate::root_keys::rules::distance;

/// How many roles are looked at for one that helps.
const ROLE_PAGES: usize = 10;
/// How many of those are told.
const TOLD_ROLES: usize = 5;

/// What a key is asked for.
pub(super) struct Asked {
    pub permissions: Option<String>,
    pub cost: i64,
    pub ratelimits: Vec<String>,
    pub ip: Option<IpAddr>,
}

/// The caller's key with a secret; one of another workspace is as unknown as none.
pub(super) async fn find(app: &App, caller: &Caller, text: &str) -> Result<Option<Key>, Problem> {
    let found = app.store.find_key_by_hash(&KeyHash::of(text.trim())).await?;
    let own = found.and_then(|key| key.open(caller.workspace()).ok());
    Ok(own.filter(|key| key.pending_migration.is_none()))
}

/// Explains whether a key would be valid now.
pub(super) async fn explain(
    app: &App,
    caller: &Caller,
    key: Option<Key>,
    asked: &Asked,
    with_roles: bool,
) -> Result<Explanation, Problem> {
    let mut checks = Checks::default();
    let Some(key) = key else {
        let detail = "There is no such key in this workspace: it was never made here, or deleted.";
        checks.add("exists", false, detail);
        for name in ["enabled", "expiry", "ip", "permissions", "limits", "credits"] {
            checks.add(name, true, "");
        }
        return Ok(Explanation {
            decision: Decision::Denied,
            code: "NOT_FOUND".to_owned(),
            summary: detail.to_owned(),
            request: None,
            subject: None,
            checks: checks.0,
            requirement: None,
            missing: Vec::new(),
            grants: Vec::new(),
            remedies: Vec::new(),
            hints: vec![
                "A key of another workspace or instance is not found either: check which server \
                 and which workspace you ask."
                    .to_owned(),
            ],
        });
    };
    let query = asked.permissions.as_deref().map(readable).transpose()?;
    let mut code = "VALID";
    let mut judge = |checks: &mut Checks, name, verdict, passed, detail: String| {
        let open = checks.all_passed();
        if !checks.add(name, passed, detail) && open {
            code = verdict;
        }
    };
    let id = &key.id;
    checks.add("exists", true, format!("The key {id} exists in the API {}.", key.api.id));
    let state = if key.enabled { "enabled" } else { "disabled" };
    judge(&mut checks, "enabled", "DISABLED", key.enabled, format!("The key is {state}."));
    let expired = key.expires.is_some_and(|expires| expires < caller.now);
    let detail = match key.expires {
        Some(at) if expired => format!("The key expired at {} (unix milliseconds).", at.0),
        Some(at) => format!("The key is valid until {} (unix milliseconds).", at.0),
        None => "The key never expires.".to_owned(),
    };
    judge(&mut checks, "expiry", "EXPIRED", !expired, detail);
    let (listed, detail) = address(&key, asked.ip);
    judge(&mut checks, "ip", "FORBIDDEN", listed, detail);
    let requirement =
        query.as_ref().map(|query| Requirement::of_query(query, &|name| via(&key, name)));
    let missing = requirement.as_ref().map(Requirement::missing).unwrap_or_default();
    let detail = match &requirement {
        None => "No permission is asked for.".to_owned(),
        Some(_) if missing.is_empty() => "The key holds what is asked for.".to_owned(),
        Some(_) => format!("`{}` is missing.", missing.join("`, `")),
    };
    let held = missing.is_empty();
    judge(&mut checks, "permissions", "INSUFFICIENT_PERMISSIONS", held, detail);
    let (passed, detail) = limits(app, caller, &key, asked).await?;
    judge(&mut checks, "limits", "RATE_LIMITED", passed, detail);
    let remaining = key.credits.as_ref().map(|credits| credits.remaining);
    let paid = remaining.is_none_or(|remaining| asked.cost <= remaining);
    let detail = match remaining {
        None => "The key has no limit of credits.".to_owned(),
        Some(left) => format!("The key has {left} credits left and the use costs {}.", asked.cost),
    };
    judge(&mut checks, "credits", "USAGE_EXCEEDED", paid, detail);

    let decision = checks.decision();
    let summary = match checks.fault() {
        Some(fault) => format!("The key is not valid for this. {fault}"),
        None => "The key is valid for this.".to_owned(),
    };
    let hints = hints(app, caller, &key, &missing, with_roles).await?;
    let remedies = remedies(app, caller, &key, code, &missing, with_roles).await?;
    let grants = grants(&key, requirement.as_ref());
    Ok(Explanation {
        decision,
        code: code.to_owned(),
        summary,
        request: None,
        subject: Some(Subject {
            kind: "key",
            id: id.to_string(),
            name: key.name.clone(),
            api_id: Some(key.api.id.clone()),
        }),
        checks: checks.0,
        requirement,
        missing,
        grants,
        remedies,
        hints,
    })
}

/// The query, if it can be read.
fn readable(text: &str) -> Result<&str, Problem> {
    query::evaluate(text, |_| true).map(|_| text).map_err(|error| {
        let detail = format!("The permission query can't be read: {error}.");
        let mut problem = Problem::new(Code::QuerySyntax, detail);
        problem.errors.push(FieldError {
            location: "body.permissions".to_owned(),
            message: error.to_string(),
            fix: Some("Join permissions by AND and OR, and close every parenthesis.".to_owned()),
        });
        problem
    })
}

fn address(key: &Key, ip: Option<IpAddr>) -> (bool, String) {
    let list = &key.api.ip_allowlist;
    match ip {
        _ if list.is_empty() => (true, "The API takes its keys from everywhere.".to_owned()),
        None => {
            (true, "The API has a list of addresses, and none was given to compare.".to_owned())
        }
        Some(ip) => {
            let ip = ip.to_canonical();
            if list.iter().any(|net| net.contains(&ip)) {
                (true, format!("{ip} is on the API's list of addresses."))
            } else {
                (false, format!("{ip} is not on the API's list of addresses."))
            }
        }
    }
}

/// Looks at the limits without counting.
async fn limits(
    app: &App,
    caller: &Caller,
    key: &Key,
    asked: &Asked,
) -> Result<(bool, String), Problem> {
    // Everything but the limits was looked at already and must not stop the plan.
    let open = Key {
        enabled: true,
        expires: None,
        api: keyway_core::key::KeyApi { ip_allowlist: Vec::new(), ..key.api.clone() },
        ..key.clone()
    };
    let open = Record::alone(KeyHash([0; 32]), &open);
    let named = asked.ratelimits.iter().map(|name| AskedLimit { name, cost: 1, ad_hoc: None });
    let ask = Ask { permissions: None, ratelimits: named.collect(), ip: asked.ip };
    let planned = match verify::plan(&open, &ask, caller.now) {
        Ok(Plan::Take(planned)) => planned,
        Ok(Plan::Refuse(_)) => Vec::new(),
        Err(_) => {
            return Err(Problem::invalid_field(
                "body.ratelimits",
                "names a limit that neither the key nor its identity has",
                "Name limits of the key or of its identity.",
            ));
        }
    };
    if planned.is_empty() {
        return Ok((true, "No limit applies.".to_owned()));
    }
    let looks: Vec<Check<'_>> =
        planned.iter().map(|limit| Check { cost: 0, ..limit.check }).collect();
    let judged = app.counters.take(&looks, caller.now).await;
    for (limit, judgement) in planned.iter().zip(judged) {
        if judgement.remaining < limit.check.cost {
            let detail = format!(
                "The limit `{}` of {} in {} ms has {} left until {} (unix milliseconds).",
                limit.name,
                limit.check.limit,
                limit.check.counter.duration,
                judgement.remaining,
                judgement.reset.0
            );
            return Ok((false, detail));
        }
    }
    let told = match planned.len() {
        1 => "The one limit that applies has room.".to_owned(),
        count => format!("All {count} limits that apply have room."),
    };
    Ok((true, told))
}

/// From where a key holds a permission.
fn via(key: &Key, name: &str) -> Option<String> {
    if key.permissions.iter().any(|one| one.slug == name) {
        return Some("direct".to_owned());
    }
    let role = key.roles.iter().find(|role| role.permissions.iter().any(|one| one.slug == name));
    role.map(|role| format!("role {}", role.name))
}

fn grants(key: &Key, requirement: Option<&Requirement>) -> Vec<GrantView> {
    let mut all = Vec::new();
    let leaves = requirement.map(Requirement::leaves).unwrap_or_default();
    for (name, _) in leaves.into_iter().filter(|(_, held)| *held) {
        if key.permissions.iter().any(|one| one.slug == name) {
            let permission = name.to_owned();
            all.push(GrantView { permission, via: Via::Direct, role: None, role_id: None });
        }
        for role in &key.roles {
            if role.permissions.iter().any(|one| one.slug == name) {
                all.push(GrantView {
                    permission: name.to_owned(),
                    via: Via::Role,
                    role: Some(role.name.clone()),
                    role_id: Some(role.id.to_string()),
                });
            }
        }
    }
    all
}

async fn roles(app: &App, caller: &Caller) -> Result<Vec<Role>, Problem> {
    let mut all = Vec::new();
    let mut page = Page { limit: 100, after: None };
    for _ in 0..ROLE_PAGES {
        let found = app.store.list_roles(caller.workspace(), None, &page).await?;
        all.extend(found.items);
        let Some(next) = found.next else { break };
        page.after = Some(next);
    }
    Ok(all)
}

async fn remedies(
    app: &App,
    caller: &Caller,
    key: &Key,
    code: &str,
    missing: &[String],
    with_roles: bool,
) -> Result<Vec<Remedy>, Problem> {
    let id = key.id.to_string();
    let remedy = |kind, target: &str, title: String| Remedy {
        kind,
        target: target.to_owned(),
        title,
        adds: missing.to_vec(),
        role_id: None,
        role: None,
        also_adds: Vec::new(),
        affects_keys: 1,
    };
    let other = |target: &str, title: &str| Remedy {
        adds: Vec::new(),
        ..remedy(RemedyKind::Other, target, title.to_owned())
    };
    let mut all = Vec::new();
    match code {
        "DISABLED" => all.push(other(&id, "Enable the key again.")),
        "EXPIRED" => all.push(other(&id, "Give the key a later end, or reroll it.")),
        "FORBIDDEN" => {
            let api = key.api.id.as_str();
            all.push(other(api, "Add the address to the API's list of addresses."));
        }
        "RATE_LIMITED" => all.push(other(&id, "Wait until the window ends, or raise the limit.")),
        "USAGE_EXCEEDED" => all.push(other(&id, "Give the key more credits.")),
        _ => {}
    }
    if missing.is_empty() {
        return Ok(all);
    }
    if with_roles {
        let held = key.effective_permissions();
        let mut helpful: Vec<(Role, Vec<String>)> = roles(app, caller)
            .await?
            .into_iter()
            .filter(|role| {
                missing.iter().all(|name| role.permissions.iter().any(|one| one.slug == *name))
            })
            .map(|role| {
                let extra = role.permissions.iter().map(|one| one.slug.clone());
                let extra = extra.filter(|slug| {
                    !missing.contains(slug) && held.binary_search(&slug.as_str()).is_err()
                });
                let extra = extra.collect();
                (role, extra)
            })
            .collect();
        helpful.sort_by_key(|(_, extra)| extra.len());
        for (role, extra) in helpful.into_iter().take(TOLD_ROLES) {
            all.push(Remedy {
                also_adds: extra,
                role_id: Some(role.id.to_string()),
                role: Some(role.name.clone()),
                ..remedy(
                    RemedyKind::AddRole,
                    &id,
                    format!("Give the key the role `{}`.", role.name),
                )
            });
        }
    }
    let names = missing.join("`, `");
    let title = format!("Give the key `{names}` directly.");
    all.push(remedy(RemedyKind::AddPermission, &id, title));
    let title = format!("Make a role with just `{names}` and give it to the key.");
    all.push(remedy(RemedyKind::CreateRole, &id, title));
    Ok(all)
}

/// What may have been meant by a permission that isn't held.
async fn hints(
    app: &App,
    caller: &Caller,
    key: &Key,
    missing: &[String],
    with_roles: bool,
) -> Result<Vec<String>, Problem> {
    let mut all = Vec::new();
    let held = key.effective_permissions();
    for name in missing {
        for slug in &held {
            if slug.eq_ignore_ascii_case(name) {
                all.push(format!(
                    "The key holds `{slug}`; `{name}` differs in the case of letters, which counts."
                ));
            } else if distance(slug, name) <= 2 {
                all.push(format!("The key holds `{slug}`, which is almost `{name}`."));
            } else if slug.strip_suffix('*').is_some_and(|start| name.starts_with(start)) {
                all.push(format!(
                    "The key holds `{slug}`, but a `*` is an ordinary character: it does not \
                     cover `{name}`."
                ));
            }
        }
        if !with_roles {
            continue;
        }
        if app.store.find_permission_by_slug(caller.workspace(), name).await?.is_some() {
            continue;
        }
        let page = Page { limit: 100, after: None };
        let known = app.store.list_permissions(caller.workspace(), Some(name), &page).await?;
        match known.items.iter().find(|one| one.name.eq_ignore_ascii_case(name)) {
            Some(one) => all.push(format!(
                "`{name}` is the name of a permission; a query names its slug `{}`.",
                one.slug
            )),
            None => all.push(format!("No permission of this workspace has the slug `{name}`.")),
        }
    }
    Ok(all)
}
