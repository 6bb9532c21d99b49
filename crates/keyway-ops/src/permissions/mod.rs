//! Permissions and roles that keys hold.

use keyway_core::id::{PermissionId, RoleId};
use keyway_core::role::{Permission, Role};

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};

pub(crate) mod create_permission;
pub(crate) mod create_role;
pub(crate) mod delete_permission;
pub(crate) mod delete_role;
pub(crate) mod get_permission;
pub(crate) mod get_role;
pub(crate) mod get_usage;
pub(crate) mod list_permissions;
pub(crate) mod list_roles;
pub(crate) mod set_role_permissions;
pub(crate) mod update_permission;
pub(crate) mod update_role;

/// The role that a request names by id or name.
async fn find_role(app: &App, caller: &Caller, name: &str) -> Result<Role, Problem> {
    let by_id = app.store.find_role(&RoleId::from(name)).await?;
    let by_name = app.store.find_role_by_name(caller.workspace(), name).await?;
    caller.open_named(by_id, by_name, Code::RoleNotFound)
}

/// The permission that a request names by id or slug.
async fn find_permission(app: &App, caller: &Caller, name: &str) -> Result<Permission, Problem> {
    let by_id = app.store.find_permission(&PermissionId::from(name)).await?;
    let by_slug = app.store.find_permission_by_slug(caller.workspace(), name).await?;
    caller.open_named(by_id, by_slug, Code::PermissionNotFound)
}
