//! `permissions.getRole`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_role;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::RoleName;
use crate::reply::{Outcome, Reply};
use crate::views::RoleView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or name; the id comes first.
    role: RoleName,
}

/// Reads a role.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<RoleView> {
    caller.require(Action::ReadRole.everywhere())?;
    let role = find_role(&app, &caller, &request.role).await?;
    Reply::new(role.into())
}
