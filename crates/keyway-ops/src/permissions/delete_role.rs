//! `permissions.deleteRole`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_role;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::RoleName;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or name.
    role: RoleName,
}

/// Takes a role from everything that holds it and erases it.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require(Action::DeleteRole.everywhere())?;
    let role = find_role(&app, &caller, &request.role).await?;
    app.store.delete_role(&role.id, &caller.trail(&app)).await?;
    Reply::empty()
}
