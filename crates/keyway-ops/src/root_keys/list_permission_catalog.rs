//! `rootKeys.listPermissionCatalog`

use keyway_core::permission::{Action, Level};
use keyway_core::root_key::RootRole;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::registry;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {}

#[derive(Serialize, JsonSchema)]
pub struct Response {
    permissions: Vec<Entry>,
    /// The built-in roles.
    presets: Vec<Preset>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Entry {
    /// As it is granted for everything.
    permission: String,
    resource: &'static str,
    action: &'static str,
    level: Access,
    /// Sensitive permissions are better granted one by one.
    sensitive: bool,
    /// What may stand in the middle: `*`, and `id` where it may be the id of one resource.
    scopes: &'static [&'static str],
    description: &'static str,
    /// The operations that need it.
    operations: Vec<&'static str>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Access {
    Read,
    Write,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Preset {
    /// The role, as `roles` of createKey takes it.
    id: &'static str,
    name: &'static str,
    permissions: Vec<String>,
}

/// Lists every permission that a root key can hold, and the built-in roles.
pub async fn run(_: App, _: Caller, _: Request) -> Outcome<Response> {
    Reply::new(Response {
        permissions: Action::ALL.into_iter().map(entry).collect(),
        presets: RootRole::ALL.into_iter().map(preset).collect(),
    })
}

fn entry(action: Action) -> Entry {
    let row = action.row();
    let operations = registry::names_and_needs();
    Entry {
        permission: action.everywhere().to_string(),
        resource: row.resource,
        action: row.name,
        level: match row.level {
            Level::Read => Access::Read,
            Level::Write => Access::Write,
        },
        sensitive: row.sensitive,
        scopes: if row.scoped { &["*", "id"] } else { &["*"] },
        description: row.description,
        operations: operations
            .iter()
            .filter(|(_, needs)| needs.contains(&action))
            .map(|(name, _)| *name)
            .collect(),
    }
}

fn preset(role: RootRole) -> Preset {
    let name = match role {
        RootRole::ReadOnly => "Read only",
        RootRole::Verifier => "Verifier",
        RootRole::Issuer => "Key issuer",
        RootRole::RbacAdmin => "Roles and permissions",
        RootRole::Ratelimiter => "Rate limiter",
        RootRole::Analyst => "Analyst",
        RootRole::Admin => "Administrator",
    };
    Preset { id: role.name(), name, permissions: role.permissions(&[]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_name_the_operations_that_need_them() {
        let create = entry(Action::CreateKey);
        assert_eq!(create.permission, "api.*.create_key");
        assert_eq!(create.scopes, ["*", "id"]);
        assert_eq!(create.operations, ["keys.createKey", "keys.migrateKeys", "keys.rerollKey"]);
        assert_eq!(entry(Action::CreateApi).scopes, ["*"]);
    }

    #[test]
    fn the_administrator_preset_has_nothing_of_the_instance() {
        let admin = preset(RootRole::Admin);
        assert_eq!(admin.permissions.len(), Action::ALL.len() - 2);
        assert!(admin.permissions.iter().all(|text| !text.starts_with("instance.")));
    }
}
