//! Permissions and roles that API keys hold.

use crate::id::{PermissionId, RoleId};

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
