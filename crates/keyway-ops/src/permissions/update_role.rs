//! `permissions.updateRole`

use keyway_core::id::RoleId;
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use keyway_core::role::RoleChange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::find_role;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Description, RoleName};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or name.
    role: RoleName,
    name: Option<RoleName>,
    #[serde(default)]
    description: Patch<Description>,
}

#[derive(Serialize, JsonSchema)]
pub struct Response {
    id: RoleId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// Renames or describes a role, and answers it without its permissions.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::UpdateRole.everywhere())?;
    let role = find_role(&app, &caller, &request.role).await?;

    let change = RoleChange {
        name: request.name.map(|name| name.0),
        description: request.description.map(|text| text.0).without(String::is_empty),
    };
    app.store.update_role(&role.id, &change, &caller.trail(&app)).await?;

    let role = find_role(&app, &caller, role.id.as_str()).await?;
    Reply::new(Response { id: role.id, name: role.name, description: role.description })
}
