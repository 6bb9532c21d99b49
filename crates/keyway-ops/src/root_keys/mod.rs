//! Root keys: who may administer a workspace.

use keyway_core::environment::Environment;
use keyway_core::id::{ApiId, RootKeyId, WorkspaceId};
use keyway_core::root_key::{Grant, RootKey, RootRole};
use keyway_core::secret::PlainKey;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};

pub(crate) mod create_key;
pub(crate) mod delete_key;
pub(crate) mod get_key;
pub(crate) mod list_keys;
pub(crate) mod list_permission_catalog;
pub(crate) mod reroll_key;
pub(crate) mod update_key;
pub(crate) mod whoami;

mod managers;
pub(crate) mod rules;

/// What every root key begins with, so that scanners for leaked secrets know it.
const PREFIX: &str = "unkey";

/// How many random bytes a root key has.
const RANDOM_BYTES: usize = 24;

/// A root key as getKey and listKeys show it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct RootKeyView {
    key_id: RootKeyId,
    #[schemars(extend("x-nullable" = true))]
    name: Option<String>,
    /// The first characters of the key.
    start: String,
    /// The last characters of the key.
    end: String,
    enabled: bool,
    created_at: Timestamp,
    /// 0 if it was never used.
    last_used_at: Timestamp,
    /// The last moment at which it is accepted; `null` if it never expires.
    #[schemars(extend("x-nullable" = true))]
    expires: Option<Timestamp>,
    /// All that it may do: what was granted by name and what its roles stand for.
    permissions: Vec<String>,
    /// What was granted by name; updateKey replaces these.
    direct_permissions: Vec<String>,
    roles: Vec<RootRole>,
    /// The APIs to which the roles are limited; empty means all.
    api_ids: Vec<ApiId>,
    /// The environments to which everything is limited; absent means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    environments: Option<Vec<Environment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    /// The root key that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<RootKeyId>,
}

impl From<RootKey> for RootKeyView {
    fn from(root_key: RootKey) -> Self {
        Self {
            permissions: root_key.grant.effective_permissions(),
            direct_permissions: root_key.grant.permissions,
            key_id: root_key.id,
            name: root_key.name,
            start: root_key.start,
            end: root_key.end,
            enabled: root_key.enabled,
            created_at: root_key.created_at,
            last_used_at: root_key.last_used_at.unwrap_or(Timestamp(0)),
            expires: root_key.expires,
            roles: root_key.grant.roles,
            api_ids: root_key.grant.api_ids,
            environments: root_key.grant.environments,
            updated_at: root_key.updated_at,
            created_by: root_key.created_by,
        }
    }
}

/// A new root key, in the one answer that shows it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct IssuedRootKey {
    key_id: RootKeyId,
    /// The key itself. It is not stored and can't be shown again.
    key: String,
}

/// What a new root key is made of, beside what chance gives it.
pub(crate) struct Blank {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) name: Option<String>,
    pub(crate) grant: Grant,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) created_by: Option<RootKeyId>,
}

/// A new root key and its secret.
pub(crate) fn mint(app: &App, now: Timestamp, blank: Blank) -> (RootKey, PlainKey) {
    let secret = PlainKey::generate(&app.entropy, Some(PREFIX), RANDOM_BYTES, true);
    let root_key = RootKey {
        id: RootKeyId::generate(&app.entropy),
        workspace_id: blank.workspace_id,
        start: secret.start(Some(PREFIX)),
        end: secret.end(),
        name: blank.name,
        enabled: true,
        grant: blank.grant,
        expires: blank.expires,
        created_at: now,
        updated_at: None,
        last_used_at: None,
        created_by: blank.created_by,
    };
    (root_key, secret)
}

/// The root key with that id. A caller that is limited to environments sees only root keys that
/// are limited to some of them.
async fn open_root_key(app: &App, caller: &Caller, id: String) -> Result<RootKey, Problem> {
    let sealed = app.store.find_root_key(&RootKeyId::from(id)).await?;
    let root_key = caller.open(sealed, Code::KeyNotFound)?;
    rules::check_environments(caller, root_key.grant.environments.as_deref())?;
    Ok(root_key)
}
