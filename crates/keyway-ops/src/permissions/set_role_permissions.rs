//! `permissions.setRolePermissions`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_role;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::Slug;
use crate::problem::Problem;
use crate::reply::{Outcome, Reply};
use crate::views::{PermissionView, wanted_permissions};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// The id or the name of the role.
    role: Option<RoleReference>,
    /// The former name of `role`.
    role_id: Option<RoleReference>,
    /// Slugs or ids, the complete new set. Unknown slugs are created if the caller may do that.
    #[schemars(length(max = 1000))]
    permissions: Vec<Slug>,
}

/// The id or the name of a role.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
struct RoleReference(#[schemars(length(min = 1, max = 255))] String);

/// Replaces the permissions of a role. Keys that hold it follow at once.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<PermissionView>> {
    caller.require(Action::AddPermissionToRole.everywhere())?;
    caller.require(Action::RemovePermissionFromRole.everywhere())?;
    let Some(RoleReference(role)) = request.role.or(request.role_id) else {
        let fix = "Add the id or the name of the role.";
        return Err(Problem::invalid_field("body.role", "is required", fix));
    };
    let role = find_role(&app, &caller, &role).await?;

    let wanted = wanted_permissions(&app, request.permissions);
    let may_create = caller.may(Action::CreatePermission.everywhere());
    let trail = caller.trail(&app);
    let now_held = app.store.set_role_permissions(&role.id, &wanted, may_create, &trail).await?;

    Reply::new(now_held.into_iter().map(PermissionView::from).collect())
}
