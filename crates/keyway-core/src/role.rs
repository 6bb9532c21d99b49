//! Permissions and roles that API keys hold.

use crate::id::{PermissionId, RoleId};
use crate::patch::Patch;
use crate::time::Timestamp;

/// A permission as the customer defined it. Queries match its slug exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Its id.
    pub id: PermissionId,
    /// What queries name; unique in the workspace, whatever the ASCII case.
    pub slug: String,
    /// The name people see.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
}

/// A named set of permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, unique in the workspace, whatever the ASCII case.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What whoever holds it may do, by slug.
    pub permissions: Vec<Permission>,
}

/// A permission that a request names by id or slug, with the id it gets if it must be created.
#[derive(Clone, Debug)]
pub struct WantedPermission {
    /// The id of a new permission, if one is created.
    pub new_id: PermissionId,
    /// The id or slug that the request gave.
    pub name: String,
}

/// A change of a permission; `None` and `Keep` keep a value.
#[derive(Clone, Debug, Default)]
pub struct PermissionChange {
    /// The new name.
    pub name: Option<String>,
    /// The new slug.
    pub slug: Option<String>,
    /// What it is for.
    pub description: Patch<String>,
}

/// A change of a role; `None` and `Keep` keep a value.
#[derive(Clone, Debug, Default)]
pub struct RoleChange {
    /// The new name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Patch<String>,
}

/// How far a role reaches.
#[derive(Clone, Debug)]
pub struct RoleUsage {
    /// The role.
    pub id: RoleId,
    /// How many keys hold it.
    pub key_count: i64,
    /// How many permissions it has.
    pub permission_count: i64,
    /// When it was last changed, or made.
    pub updated_at: Timestamp,
}

/// How far a permission reaches.
#[derive(Clone, Debug)]
pub struct PermissionUsage {
    /// The permission.
    pub id: PermissionId,
    /// How many roles contain it.
    pub role_count: i64,
    /// How many keys hold it directly.
    pub key_count: i64,
    /// When it was last changed, or made.
    pub updated_at: Timestamp,
}
