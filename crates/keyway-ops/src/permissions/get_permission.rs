//! `permissions.getPermission`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_permission;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::Slug;
use crate::reply::{Outcome, Reply};
use crate::views::PermissionView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or slug; the id comes first.
    permission: Slug,
}

/// Reads a permission.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<PermissionView> {
    caller.require(Action::ReadPermission.everywhere())?;
    let permission = find_permission(&app, &caller, &request.permission).await?;
    Reply::new(permission.into())
}
