//! The first workspace and the first root key of an empty store.

use keyway_core::audit::{Actor, Trail};
use keyway_core::backend::store::StoreResult;
use keyway_core::id::{CorrelationId, RootKeyId, WorkspaceId};
use keyway_core::permission::Action;
use keyway_core::root_key::{Grant, RootKey};
use keyway_core::secret::PlainKey;
use keyway_core::workspace::Workspace;
use keyway_ops::app::App;

/// What every root key begins with.
const PREFIX: &str = "unkey";
/// How many random bytes a generated root key has.
const RANDOM_BYTES: usize = 24;

/// What became of the first root key.
pub enum Bootstrap {
    /// The store has workspaces already; nothing was done.
    NotNeeded,
    /// The root key of the settings is in force.
    Given,
    /// A root key was made up. This is the only time that anybody sees it.
    Generated(PlainKey),
}

/// Gives an empty store its first workspace and a root key with every permission. Permissions are
/// listed one by one, so that a later version doesn't widen the key.
pub async fn bootstrap(app: &App, given: Option<PlainKey>) -> StoreResult<Bootstrap> {
    let is_given = given.is_some();
    let secret =
        given.unwrap_or_else(|| PlainKey::generate(&app.entropy, Some(PREFIX), RANDOM_BYTES, true));
    let now = app.clock.now();
    let workspace = Workspace {
        id: WorkspaceId::generate(&app.entropy),
        name: "default".to_owned(),
        slug: "default".to_owned(),
        enabled: true,
        requests_per_minute: None,
        created_at: now,
        purge_at: None,
    };
    let permissions =
        Action::ALL.into_iter().map(|action| action.everywhere().to_string()).collect();
    let root_key = RootKey {
        id: RootKeyId::generate(&app.entropy),
        workspace_id: workspace.id.clone(),
        start: secret.start(Some(PREFIX)),
        end: secret.end(),
        name: Some("first root key".to_owned()),
        enabled: true,
        grant: Grant { permissions, ..Grant::default() },
        expires: None,
        created_at: now,
        updated_at: None,
        last_used_at: None,
        created_by: None,
    };
    let trail = Trail {
        workspace: workspace.id.clone(),
        now,
        actor: Actor { id: "bootstrap".to_owned(), kind: "system".to_owned(), name: None },
        remote_ip: None,
        user_agent: None,
        request_id: None,
        correlation: CorrelationId::generate(&app.entropy),
        entropy: app.entropy.clone(),
    };
    let done = app.store.bootstrap(&workspace, &root_key, secret.hash(), &trail).await?;
    Ok(match (done, is_given) {
        (false, _) => Bootstrap::NotNeeded,
        (true, true) => Bootstrap::Given,
        (true, false) => Bootstrap::Generated(secret),
    })
}
