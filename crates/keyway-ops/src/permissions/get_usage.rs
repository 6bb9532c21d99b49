//! `permissions.getUsage`

use keyway_core::id::{PermissionId, RoleId};
use keyway_core::permission::Action;
use keyway_core::role::{PermissionUsage, RoleUsage};
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Ids of roles.
    #[schemars(length(max = 100), inner(length(min = 1, max = 255)))]
    #[serde(default)]
    roles: Vec<String>,
    /// Ids of permissions.
    #[schemars(length(max = 100), inner(length(min = 1, max = 255)))]
    #[serde(default)]
    permissions: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct Response {
    roles: Vec<RoleItem>,
    permissions: Vec<PermissionItem>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RoleItem {
    id: RoleId,
    key_count: i64,
    permission_count: i64,
    updated_at: Timestamp,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PermissionItem {
    id: PermissionId,
    role_count: i64,
    /// Keys that hold it directly.
    key_count: i64,
    updated_at: Timestamp,
}

/// Tells how far roles and permissions reach. Unknown ids are left out.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    if !request.roles.is_empty() || request.permissions.is_empty() {
        caller.require(Action::ReadRole.everywhere())?;
    }
    if !request.permissions.is_empty() || request.roles.is_empty() {
        caller.require(Action::ReadPermission.everywhere())?;
    }

    let roles: Vec<RoleId> = request.roles.into_iter().map(RoleId::from).collect();
    let permissions: Vec<PermissionId> =
        request.permissions.into_iter().map(PermissionId::from).collect();
    let roles = app.store.role_usage(caller.workspace(), &roles).await?;
    let permissions = app.store.permission_usage(caller.workspace(), &permissions).await?;

    Reply::new(Response {
        roles: roles.into_iter().map(RoleItem::from).collect(),
        permissions: permissions.into_iter().map(PermissionItem::from).collect(),
    })
}

impl From<RoleUsage> for RoleItem {
    fn from(usage: RoleUsage) -> Self {
        Self {
            id: usage.id,
            key_count: usage.key_count,
            permission_count: usage.permission_count,
            updated_at: usage.updated_at,
        }
    }
}

impl From<PermissionUsage> for PermissionItem {
    fn from(usage: PermissionUsage) -> Self {
        Self {
            id: usage.id,
            role_count: usage.role_count,
            key_count: usage.key_count,
            updated_at: usage.updated_at,
        }
    }
}
