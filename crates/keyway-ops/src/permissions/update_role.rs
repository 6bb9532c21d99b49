//! `permissions.updateRole`

use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use keyway_core::role::RoleChange;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_role;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Description, RoleName};
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or name.
    role: RoleName,
    name: Option<RoleName>,
    #[serde(default)]
    description: Patch<Description>,
}

/// Renames or describes a role.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require(Action::UpdateRole.everywhere())?;
    let role = find_role(&app, &caller, &request.role).await?;

    let change = RoleChange {
        name: request.name.map(|name| name.0),
        description: request.description.map(|text| text.0).without(String::is_empty),
    };
    app.store.update_role(&role.id, &change, &caller.trail(&app)).await?;

    Reply::empty()
}
