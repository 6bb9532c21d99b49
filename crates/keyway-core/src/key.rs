//! Keys of an API.

use ipnet::IpNet;

use crate::credits::{Credits, CreditsChange};
use crate::environment::Environment;
use crate::id::{ApiId, IdentityId, KeyId, WorkspaceId};
use crate::identity::{Identity, Meta};
use crate::patch::Patch;
use crate::ratelimit::{NewRatelimit, Ratelimit};
use crate::role::{Permission, Role, WantedPermission};
use crate::secret::KeyHash;
use crate::time::Timestamp;

/// Everything about one key, as one consistent read gives it. Operations show parts of it and
/// verification decides by it; only credits and counters are asked again.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// What verification and permission checks need to know of its API.
    pub api: KeyApi,
    /// The first characters of the secret; empty for an imported key that was never used.
    pub start: String,
    /// The name people see.
    pub name: Option<String>,
    /// Free members; empty when there are none.
    pub meta: Meta,
    /// A disabled key isn't valid.
    pub enabled: bool,
    /// The last moment at which it is valid.
    pub expires: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was last verified, a few minutes late at most.
    pub last_used_at: Option<Timestamp>,
    /// The balance, if its uses are limited.
    pub credits: Option<Credits>,
    /// Who owns it, if the owner still exists.
    pub identity: Option<Identity>,
    /// Its own limits.
    pub ratelimits: Vec<Ratelimit>,
    /// Permissions that it holds itself, by slug.
    pub permissions: Vec<Permission>,
    /// Roles that it holds, by name.
    pub roles: Vec<Role>,
}

impl Key {
    /// The slugs of all permissions, held directly or through a role, sorted, each once.
    pub fn effective_permissions(&self) -> Vec<&str> {
        let direct = self.permissions.iter();
        let through_roles = self.roles.iter().flat_map(|role| &role.permissions);
        let mut slugs: Vec<&str> =
            direct.chain(through_roles).map(|permission| permission.slug.as_str()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        slugs
    }
}

/// The part of an API that its keys need.
#[derive(Clone, Debug)]
pub struct KeyApi {
    /// Its id.
    pub id: ApiId,
    /// Which environment it serves.
    pub environment: Option<Environment>,
    /// From where its keys may be verified; empty means from everywhere.
    pub ip_allowlist: Vec<IpNet>,
}

/// A key to be stored. Names are resolved in the transaction that stores it.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// Its API.
    pub api_id: ApiId,
    /// SHA-256 of the secret.
    pub hash: KeyHash,
    /// The first characters of the secret.
    pub start: String,
    /// The name people see.
    pub name: Option<String>,
    /// Free members.
    pub meta: Meta,
    /// Whether it is valid.
    pub enabled: bool,
    /// The last moment at which it is valid.
    pub expires: Option<Timestamp>,
    /// The balance, if its uses are limited.
    pub credits: Option<Credits>,
    /// Who owns it; created if there is no identity of that external id.
    pub owner: Option<Owner>,
    /// Its own limits.
    pub ratelimits: Vec<NewRatelimit>,
    /// Permissions; created if they don't exist.
    pub permissions: Vec<WantedPermission>,
    /// Names or ids of roles; all must exist.
    pub roles: Vec<String>,
}

/// The owner of a key as a request names it.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The id of a new identity, if one is created.
    pub new_id: IdentityId,
    /// The customer's name for the owner.
    pub external_id: String,
}

/// A change of a key; `None` and `Keep` keep a value.
#[derive(Clone, Debug, Default)]
pub struct KeyChange {
    /// The new name.
    pub name: Patch<String>,
    /// The new owner.
    pub owner: Patch<Owner>,
    /// The new free members.
    pub meta: Patch<Meta>,
    /// The new end of validity.
    pub expires: Patch<Timestamp>,
    /// Whether it is valid.
    pub enabled: Option<bool>,
    /// The change of its balance.
    pub credits: Option<CreditsChange>,
    /// The complete new set of its own limits; those of the same name keep their id.
    pub ratelimits: Option<Vec<NewRatelimit>>,
    /// The complete new set of its direct permissions; created if they don't exist.
    pub permissions: Option<Vec<WantedPermission>>,
    /// The complete new set of its roles; all must exist.
    pub roles: Option<Vec<String>>,
}

/// How a list of permissions or roles changes what a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetChange {
    /// The named ones are added.
    Add,
    /// The named ones are taken away.
    Remove,
    /// The named ones replace all others.
    Replace,
}

/// Which keys of an API a list shows.
#[derive(Clone, Debug)]
pub struct KeyFilter {
    /// Of this API.
    pub api_id: ApiId,
    /// Owned by the identity with exactly this external id.
    pub external_id: Option<String>,
}
