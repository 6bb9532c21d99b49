//! Permissions and roles that keys hold.

pub(crate) mod create_permission;
pub(crate) mod create_role;
pub(crate) mod set_role_permissions;
