//! Root keys: who may administer a workspace, and how much of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::id::{ApiId, RootKeyId, WorkspaceId};
use crate::patch::Patch;
use crate::permission::{Action, PermissionSet};
use crate::time::Timestamp;

/// A root key as the store keeps it. Its hash is not part of it.
#[derive(Clone, Debug)]
pub struct RootKey {
    /// Its id.
    pub id: RootKeyId,
    /// The workspace it administers.
    pub workspace_id: WorkspaceId,
    /// The first characters of the secret.
    pub start: String,
    /// The last characters of the secret.
    pub end: String,
    /// The name people see.
    pub name: Option<String>,
    /// A disabled key is refused.
    pub enabled: bool,
    /// What it may do.
    pub grant: Grant,
    /// The last moment at which it is accepted.
    pub expires: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was last used, a few minutes late at most.
    pub last_used_at: Option<Timestamp>,
    /// The root key that made it; none for the first one.
    pub created_by: Option<RootKeyId>,
}

/// A root key found by its secret, with the state of its workspace.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The root key.
    pub root_key: RootKey,
    /// What it may do, ready to be asked.
    pub permissions: PermissionSet,
    /// A disabled workspace answers no request.
    pub workspace_enabled: bool,
    /// A deleted workspace is gone for its root keys.
    pub workspace_deleted: bool,
    /// How many requests the workspace may send per minute.
    pub requests_per_minute: Option<i64>,
}

/// What a root key may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Permissions by name, as they were granted.
    pub permissions: Vec<String>,
    /// Named sets of permissions.
    pub roles: Vec<RootRole>,
    /// The APIs to which the roles are limited; empty means all.
    pub api_ids: Vec<ApiId>,
    /// The environments to which everything is limited; `None` means all.
    pub environments: Option<Vec<Environment>>,
}

impl Grant {
    /// All permission strings: granted by name or through a role, sorted, each once.
    pub fn effective_permissions(&self) -> Vec<String> {
        let mut all = self.permissions.clone();
        for role in &self.roles {
            all.extend(role.permissions(&self.api_ids));
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// A built-in set of permissions that a root key can be given by name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum RootRole {
    /// Reads everything and changes nothing.
    ReadOnly,
    /// Verifies keys.
    Verifier,
    /// Issues, changes and deletes keys.
    Issuer,
    /// Manages permissions and roles.
    RbacAdmin,
    /// Checks rate limits and manages their overrides.
    Ratelimiter,
    /// Reads analytics.
    Analyst,
    /// Does everything in its workspace.
    Admin,
}

impl RootRole {
    /// Every role, in the order of increasing power.
    pub const ALL: [Self; 7] = [
        Self::ReadOnly,
        Self::Verifier,
        Self::Issuer,
        Self::RbacAdmin,
        Self::Ratelimiter,
        Self::Analyst,
        Self::Admin,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "read_only",
            Self::Verifier => "verifier",
            Self::Issuer => "issuer",
            Self::RbacAdmin => "rbac_admin",
            Self::Ratelimiter => "ratelimiter",
            Self::Analyst => "analyst",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether the role contains `action`.
    pub fn contains(self, action: Action) -> bool {
        if self == Self::Admin {
            return !action.is_instance_wide();
        }
        action.row().roles.contains(&self)
    }

    /// The permission strings that the role stands for. With `api_ids`, what concerns APIs is
    /// limited to those; an action that has no form for one API is then left out.
    pub fn permissions(self, api_ids: &[ApiId]) -> Vec<String> {
        let mut all = Vec::new();
        for action in Action::ALL.into_iter().filter(|action| self.contains(*action)) {
            if api_ids.is_empty() || action.row().resource != "api" {
                all.push(action.everywhere().to_string());
            } else if action.row().scoped {
                all.extend(api_ids.iter().map(|id| action.on(id.as_str()).to_string()));
            }
        }
        all
    }
}

/// A change of a root key; `None` and `Keep` keep a value.
#[derive(Clone, Debug, Default)]
pub struct RootKeyChange {
    /// The new name.
    pub name: Patch<String>,
    /// Whether it is accepted.
    pub enabled: Option<bool>,
    /// The new end of validity.
    pub expires: Patch<Timestamp>,
    /// What it may do from now on.
    pub grant: Option<Grant>,
}

/// Which root keys a list shows.
#[derive(Clone, Debug, Default)]
pub struct RootKeyFilter {
    /// Part of the name, start or id.
    pub search: Option<String>,
}
