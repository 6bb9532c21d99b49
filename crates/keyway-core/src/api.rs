//! APIs: sets of keys that are verified together.

use ipnet::IpNet;

use crate::environment::Environment;
use crate::id::{ApiId, WorkspaceId};
use crate::patch::Patch;
use crate::time::Timestamp;

/// An API, also called a key space.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its id.
    pub id: ApiId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The name people see; need not be unique.
    pub name: String,
    /// Which of the team's environments it serves.
    pub environment: Option<Environment>,
    /// The prefix of new keys that name none.
    pub default_prefix: Option<String>,
    /// How many random bytes new keys have that name no number.
    pub default_byte_length: Option<i64>,
    /// From where keys may be verified; empty means from everywhere.
    pub ip_allowlist: Vec<IpNet>,
    /// A protected API can't be deleted.
    pub delete_protection: bool,
    /// Whether keys may be stored recoverably.
    pub store_encrypted_keys: bool,
    /// Whether new keys end in a checksum.
    pub checksum: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
}

/// A change of an API; `None` and `Keep` keep a value.
#[derive(Clone, Debug, Default)]
pub struct ApiChange {
    /// The new name.
    pub name: Option<String>,
    /// The new environment.
    pub environment: Patch<Environment>,
    /// The new default prefix.
    pub default_prefix: Patch<String>,
    /// The new default number of random bytes.
    pub default_byte_length: Patch<i64>,
    /// The new allow-list.
    pub ip_allowlist: Option<Vec<IpNet>>,
    /// Whether it is protected from deletion.
    pub delete_protection: Option<bool>,
    /// Whether keys may be stored recoverably.
    pub store_encrypted_keys: Option<bool>,
    /// Whether new keys end in a checksum.
    pub checksum: Option<bool>,
}

/// An API in a list, with the number of its keys.
#[derive(Clone, Debug)]
pub struct ApiSummary {
    /// The API.
    pub api: Api,
    /// How many keys it has, deleted ones left out.
    pub key_count: i64,
}
