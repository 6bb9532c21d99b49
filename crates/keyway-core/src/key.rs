//! Keys of an API.

use ipnet::IpNet;

use crate::credits::{Credits, CreditsChange, Refill};
use crate::environment::Environment;
use crate::id::{ApiId, IdentityId, KeyId, MigrationId, RoleId, WorkspaceId};
use crate::identity::{Identity, Meta};
use crate::patch::Patch;
use crate::ratelimit::{NewRatelimit, Ratelimit};
use crate::role::{Permission, Role, WantedPermission};
use crate::secret::KeyHash;
use crate::time::{DAY, Timestamp};
use crate::vault::SealedSecret;

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
    /// How many random bytes its secret has; unknown for an imported key.
    pub byte_length: Option<i64>,
    /// Whether its secret is stored sealed.
    pub recoverable: bool,
    /// The migration that an imported key waits for, until its first use.
    pub pending_migration: Option<MigrationId>,
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

#[cfg(test)]
impl Key {
    /// A key of the API `api_1` in the workspace `ws_1` with nothing that it needn't have.
    pub(crate) fn bare(id: &str) -> Self {
        Self {
            id: KeyId::from(id),
            workspace_id: WorkspaceId::from("ws_1"),
            api: KeyApi { id: ApiId::from("api_1"), environment: None, ip_allowlist: Vec::new() },
            start: String::new(),
            name: None,
            meta: Meta::new(),
            enabled: true,
            expires: None,
            created_at: Timestamp(0),
            updated_at: None,
            last_used_at: None,
            credits: None,
            identity: None,
            ratelimits: Vec::new(),
            permissions: Vec::new(),
            roles: Vec::new(),
            byte_length: None,
            recoverable: false,
            pending_migration: None,
        }
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
    /// How many random bytes its secret has; unknown for an imported key.
    pub byte_length: Option<i64>,
    /// The length of a key without a checksum, in characters; `None` for one with a checksum.
    pub unchecked_length: Option<i64>,
    /// Its sealed secret, if it is recoverable.
    pub sealed: Option<SealedSecret>,
}

/// A key that was hashed elsewhere.
#[derive(Clone, Debug)]
pub struct ImportedKey {
    /// The key; its start is empty, and its length unknown.
    pub key: NewKey,
    /// The migration that it was imported by.
    pub imported_by: MigrationId,
    /// The migration that it waits for; none if its hash is that of the whole key.
    pub migration: Option<MigrationId>,
    /// Ids for roles that have to be created, one for each of the key's roles, in order.
    pub new_role_ids: Vec<RoleId>,
}

/// The successor of a key.
#[derive(Clone, Debug)]
pub struct Reroll {
    /// Its id.
    pub id: KeyId,
    /// SHA-256 of its secret.
    pub hash: KeyHash,
    /// The first characters of its secret.
    pub start: String,
    /// How many random bytes its secret has.
    pub byte_length: i64,
    /// The length of a key without a checksum, in characters; `None` for one with a checksum.
    pub unchecked_length: Option<i64>,
    /// Its sealed secret, if the old key is recoverable.
    pub sealed: Option<SealedSecret>,
    /// When the old key ends at the latest; `None` leaves its end as it is.
    pub old_expires: Option<Timestamp>,
}

/// A key whose refill is due.
#[derive(Clone, Debug)]
pub struct DueRefill {
    /// The key.
    pub key_id: KeyId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The refill.
    pub refill: Refill,
    /// When it was due.
    pub due_at: Timestamp,
}

/// The states by which a search tells keys apart; the first that fits counts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum KeyStatus {
    /// Switched off.
    Disabled,
    /// Its time is over.
    Expired,
    /// Nothing is left of its credits.
    OutOfCredits,
    /// It ends within a week.
    ExpiresSoon,
    /// Never used, or not for 90 days.
    Unused,
    /// None of these.
    Active,
}

impl KeyStatus {
    /// From how many milliseconds before its end on a key ends soon.
    pub const SOON: i64 = 7 * DAY;
    /// After how many milliseconds without a use a key counts as unused.
    pub const UNUSED_AFTER: i64 = 90 * DAY;

    /// The state of a key.
    pub fn of(key: &Key, now: Timestamp) -> Self {
        let ends = |by: Timestamp| key.expires.is_some_and(|expires| expires <= by);
        if !key.enabled {
            Self::Disabled
        } else if ends(now.plus(-1)) {
            Self::Expired
        } else if key.credits.as_ref().is_some_and(|credits| credits.remaining == 0) {
            Self::OutOfCredits
        } else if ends(now.plus(Self::SOON)) {
            Self::ExpiresSoon
        } else if key.last_used_at.is_none_or(|used| used < now.plus(-Self::UNUSED_AFTER)) {
            Self::Unused
        } else {
            Self::Active
        }
    }
}

/// What a search orders keys by. Ties are broken by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub enum KeySort {
    /// When they were made.
    #[default]
    CreatedAt,
    /// When they were last used; never comes first.
    LastUsedAt,
    /// When they end; never comes last.
    Expires,
    /// Their name whatever the ASCII case; none comes first.
    Name,
}

/// Which keys of a workspace a search finds; all conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct KeySearch {
    /// Of these APIs; `None` is all.
    pub api_ids: Option<Vec<ApiId>>,
    /// Of APIs of these environments; `None` is all.
    pub environments: Option<Vec<String>>,
    /// Exactly this id, or the beginning of the start, name or external id whatever the ASCII case.
    pub text: Option<String>,
    /// In one of these states; empty is all.
    pub status: Vec<KeyStatus>,
    /// Owned by exactly this external id.
    pub external_id: Option<String>,
    /// With this top-level free member of exactly this value.
    pub meta: Option<(String, serde_json::Value)>,
    /// Holding this role, by name or id.
    pub role: Option<String>,
    /// Holding this permission by slug or id, directly or through a role.
    pub permission: Option<String>,
    /// Ending after the first and before the second; keys that never end are outside of both.
    pub expires: (Option<Timestamp>, Option<Timestamp>),
    /// Last used after the first and before the second; keys that were never used count as used
    /// before everything.
    pub last_used: (Option<Timestamp>, Option<Timestamp>),
    /// Made after the first and before the second.
    pub created: (Option<Timestamp>, Option<Timestamp>),
    /// The present, for the states.
    pub now: Timestamp,
    /// The order.
    pub sort: KeySort,
    /// Whether the order is reversed.
    pub descending: bool,
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
    /// Roles that it gets beside those; all must exist.
    pub added_roles: Vec<String>,
    /// Roles that it loses then; all must exist.
    pub removed_roles: Vec<String>,
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
