//! `permissions.deletePermission`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_permission;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::Slug;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or slug.
    permission: Slug,
}

/// Takes a permission from everything that holds it and erases it.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require(Action::DeletePermission.everywhere())?;
    let permission = find_permission(&app, &caller, &request.permission).await?;
    app.store.delete_permission(&permission.id, &caller.trail(&app)).await?;
    Reply::empty()
}
