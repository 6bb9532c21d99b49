//! Workspaces: the tenants of an instance.

use crate::id::WorkspaceId;
use crate::time::{DAY, Timestamp};

/// A tenant. Everything but the instance itself belongs to one.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// The name people see.
    pub name: String,
    /// The name in URLs, unique in the instance.
    pub slug: String,
    /// A disabled workspace answers no request.
    pub enabled: bool,
    /// How many requests its root keys may send per minute; `None` is unlimited, 0 is none.
    pub requests_per_minute: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a deleted workspace is erased for good.
    pub purge_at: Option<Timestamp>,
}

/// How long a deleted workspace can still be rescued from the database, in milliseconds.
pub const PURGE_DELAY: i64 = 7 * DAY;

/// A change of a workspace; `None` keeps a value.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceChange {
    /// The new name.
    pub name: Option<String>,
    /// Whether it answers requests.
    pub enabled: Option<bool>,
    /// The new limit of requests per minute.
    pub requests_per_minute: crate::patch::Patch<i64>,
}

/// How much a workspace holds, deleted things left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceCounts {
    /// APIs.
    pub apis: i64,
    /// Keys of those APIs.
    pub keys: i64,
    /// Identities.
    pub identities: i64,
    /// Roles.
    pub roles: i64,
    /// Permissions.
    pub permissions: i64,
    /// Rate-limit namespaces.
    pub namespaces: i64,
    /// Root keys.
    pub root_keys: i64,
}
