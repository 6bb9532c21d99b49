//! `permissions.updatePermission`

use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use keyway_core::role::PermissionChange;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_permission;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Description, Slug};
use crate::reply::{Outcome, Reply};
use crate::views::PermissionView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or slug.
    permission: Slug,
    #[schemars(length(min = 1, max = 512))]
    name: Option<String>,
    /// What queries name. Keys that hold the permission satisfy the new slug at once.
    slug: Option<Slug>,
    #[serde(default)]
    description: Patch<Description>,
}

/// Renames or describes a permission.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<PermissionView> {
    caller.require(Action::UpdatePermission.everywhere())?;
    let permission = find_permission(&app, &caller, &request.permission).await?;

    let change = PermissionChange {
        name: request.name,
        slug: request.slug.map(|slug| slug.0),
        description: request.description.map(|text| text.0).without(String::is_empty),
    };
    let trail = caller.trail(&app);
    let permission = app.store.update_permission(&permission.id, &change, &trail).await?;

    Reply::new(permission.into())
}
