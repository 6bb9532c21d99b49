//! The truth: everything that must survive a crash.
//!
//! Every method is one atomic change or one consistent read. A change commits with its audit
//! entries or not at all, and one that changes nothing writes no entry. The store invents neither
//! ids nor times. Deleted things count as absent everywhere, unless a method says otherwise.
//! Reads by id come sealed ([`Owned`]); reads by name take the workspace first.

use async_trait::async_trait;

use crate::api::{Api, ApiChange, ApiSummary};
use crate::audit::{AuditFilter, ChainReport, Entry, Trail};
use crate::credits::{Credits, Spend};
use crate::id::{ApiId, KeyId, PermissionId, RoleId, RootKeyId, WorkspaceId};
use crate::key::{Key, KeyChange, KeyFilter, NewKey, SetChange};
use crate::owned::Owned;
use crate::page::{Page, PageOf};
use crate::role::{Permission, Role, WantedPermission};
use crate::root_key::{Principal, RootKey, RootKeyChange, RootKeyFilter};
use crate::secret::KeyHash;
use crate::time::Timestamp;
use crate::workspace::{Workspace, WorkspaceChange, WorkspaceCounts};

/// What a store method answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// The things that a change can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after the thing it stands for")]
pub enum Entity {
    Api,
    Key,
    Identity,
    Permission,
    Role,
    RootKey,
    Workspace,
}

/// Why a store method did nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something with that name, id or hash is there already.
    #[error("a {0:?} with that name exists")]
    Conflict(Entity),
    /// Something that the change names (here by what the request called it) isn't there.
    #[error("a {0:?} that the change names does not exist")]
    Missing(Entity, String),
    /// A permission would have to be created, which the caller may not do.
    #[error("a permission would have to be created")]
    MayNotCreatePermission,
    /// The change doesn't fit the state of the thing; the text says why, for the client.
    #[error("{0}")]
    Unfit(&'static str),
    /// The database can't be reached or doesn't answer in time.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database holds or says something that it can't.
    #[error("the database is inconsistent: {0}")]
    Corrupt(String),
}

/// Workspaces.
#[async_trait]
pub trait WorkspaceStore: Send + Sync {
    /// Stores the first workspace with its first root key if there is no workspace at all,
    /// deleted ones included. Says whether it did.
    async fn bootstrap(
        &self,
        workspace: &Workspace,
        root_key: &RootKey,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<bool>;

    /// Stores a workspace with its first root key. The entry stands in both logs: the new
    /// workspace's and that of `trail`. `Conflict(Workspace)` if the slug is taken, also by a
    /// deleted workspace that isn't purged yet.
    async fn insert_workspace(
        &self,
        workspace: &Workspace,
        root_key: &RootKey,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// A workspace with what it holds.
    async fn find_workspace(
        &self,
        id: &WorkspaceId,
    ) -> StoreResult<Option<Owned<(Workspace, WorkspaceCounts)>>>;

    /// All workspaces by id, whose name, slug or id contains `search` whatever the ASCII case,
    /// each with the number of its keys.
    async fn list_workspaces(
        &self,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<(Workspace, i64)>>;

    /// Changes a workspace. The entry stands in its own log, and in that of `trail` too if that
    /// is another. `Missing(Workspace)`.
    async fn update_workspace(
        &self,
        id: &WorkspaceId,
        change: &WorkspaceChange,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// Marks a workspace as deleted, to be purged at `purge_at`: nothing of it answers any more.
    /// Entries as in `update_workspace`. `Missing(Workspace)`.
    async fn delete_workspace(
        &self,
        id: &WorkspaceId,
        purge_at: Timestamp,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// Erases deleted workspaces whose time has come, with everything in them. Says how many.
    async fn purge_workspaces(&self, now: Timestamp) -> StoreResult<usize>;
}

/// Root keys.
#[async_trait]
pub trait RootKeyStore: Send + Sync {
    /// The root key with that secret and the state of its workspace, even if the key or the
    /// workspace is disabled, expired or the workspace deleted. `None` for deleted keys.
    async fn find_principal(&self, hash: &KeyHash) -> StoreResult<Option<Principal>>;

    /// Stores a root key.
    async fn insert_root_key(
        &self,
        root_key: &RootKey,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// A root key by id.
    async fn find_root_key(&self, id: &RootKeyId) -> StoreResult<Option<Owned<RootKey>>>;

    /// The root keys of a workspace by id.
    async fn list_root_keys(
        &self,
        workspace: &WorkspaceId,
        filter: &RootKeyFilter,
        page: &Page,
    ) -> StoreResult<PageOf<RootKey>>;

    /// Changes a root key and tells the difference in the entry. `Missing(RootKey)`.
    async fn update_root_key(
        &self,
        id: &RootKeyId,
        change: &RootKeyChange,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// Deletes a root key. `Missing(RootKey)`.
    async fn delete_root_key(&self, id: &RootKeyId, trail: &Trail) -> StoreResult<()>;

    /// Stores `new`, a successor of `old`, and lets `old` end at `old_expires` unless it ends
    /// earlier by itself; `None` leaves its end as it is. `Missing(RootKey)` if `old` is gone.
    async fn reroll_root_key(
        &self,
        old: &RootKeyId,
        old_expires: Option<Timestamp>,
        new: &RootKey,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// Notes when root keys were last used. Times that lie before the stored one are ignored.
    async fn touch_root_keys(&self, used: &[(RootKeyId, Timestamp)]) -> StoreResult<()>;
}

/// APIs.
#[async_trait]
pub trait ApiStore: Send + Sync {
    /// Stores an API.
    async fn insert_api(&self, api: &Api, trail: &Trail) -> StoreResult<()>;

    /// An API by id. APIs of deleted workspaces are absent.
    async fn find_api(&self, id: &ApiId) -> StoreResult<Option<Owned<Api>>>;

    /// The APIs of a workspace by id, each with the number of its keys: those among `ids` if
    /// given, of one of `environments` if given, and whose name or id contains `search` whatever
    /// the ASCII case.
    async fn list_apis(
        &self,
        workspace: &WorkspaceId,
        ids: Option<&[ApiId]>,
        environments: Option<&[String]>,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<ApiSummary>>;

    /// Changes an API and tells the difference in the entry. `Missing(Api)`.
    async fn update_api(&self, id: &ApiId, change: &ApiChange, trail: &Trail) -> StoreResult<()>;

    /// Deletes an API; its keys are absent from then on. `Missing(Api)`, or `Unfit` if it is
    /// protected.
    async fn delete_api(&self, id: &ApiId, trail: &Trail) -> StoreResult<()>;
}

/// Keys. A key whose API or workspace is deleted is absent.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Stores a key and creates what it names and doesn't exist: its identity and permissions.
    /// `Missing(Api)`, `Missing(Role)`, `Missing(Permission)` for a name in the form of a
    /// permission id, `Conflict(Key)` if the id or the hash is taken.
    async fn insert_key(&self, key: &NewKey, trail: &Trail) -> StoreResult<()>;

    /// A key by id.
    async fn find_key(&self, id: &KeyId) -> StoreResult<Option<Owned<Key>>>;

    /// A key by the hash of its secret.
    async fn find_key_by_hash(&self, hash: &KeyHash) -> StoreResult<Option<Owned<Key>>>;

    /// The keys that pass the filter, by id.
    async fn list_keys(
        &self,
        workspace: &WorkspaceId,
        filter: &KeyFilter,
        page: &Page,
    ) -> StoreResult<PageOf<Key>>;

    /// Changes a key; what it names and doesn't exist is created as in `insert_key`, with the
    /// same errors. `Missing(Key)`; `Unfit` if the change of credits doesn't fit.
    async fn update_key(&self, id: &KeyId, change: &KeyChange, trail: &Trail) -> StoreResult<()>;

    /// Changes a key's credits and tells the balance afterwards; `None` is unlimited.
    /// `Missing(Key)`; `Unfit` if the key is unlimited and the change is relative.
    async fn update_credits(
        &self,
        id: &KeyId,
        change: &crate::credits::CreditsChange,
        trail: &Trail,
    ) -> StoreResult<Option<Credits>>;

    /// Takes `cost` credits if so many are left. The answer is durable. Costs of 0 only look.
    async fn spend_credits(&self, id: &KeyId, cost: i64) -> StoreResult<Spend>;

    /// Deletes a key: marks it, or with `permanent` erases it and what belongs to it alone. A
    /// marked key can still be erased. `Missing(Key)`.
    async fn delete_key(&self, id: &KeyId, permanent: bool, trail: &Trail) -> StoreResult<()>;

    /// Adds, removes or replaces the direct permissions of a key and answers those that it has
    /// then, by slug. Unknown ones are created if `may_create` (else `MayNotCreatePermission`);
    /// when removing, and for names in the form of a permission id: `Missing(Permission)`.
    /// `Missing(Key)`.
    async fn change_key_permissions(
        &self,
        id: &KeyId,
        change: SetChange,
        permissions: &[WantedPermission],
        may_create: bool,
        trail: &Trail,
    ) -> StoreResult<Vec<Permission>>;

    /// Adds, removes or replaces the roles of a key, named by id or name, and answers those that
    /// it has then, by name. `Missing(Role)`, `Missing(Key)`.
    async fn change_key_roles(
        &self,
        id: &KeyId,
        change: SetChange,
        roles: &[String],
        trail: &Trail,
    ) -> StoreResult<Vec<Role>>;

    /// Notes when keys were last used. Times that lie before the stored one are ignored.
    async fn touch_keys(&self, used: &[(KeyId, Timestamp)]) -> StoreResult<()>;
}

/// Permissions and roles. Slugs and names are unique in a workspace whatever their ASCII case.
#[async_trait]
pub trait RoleStore: Send + Sync {
    /// Stores a permission. `Conflict(Permission)` if the slug is taken.
    async fn insert_permission(&self, permission: &Permission, trail: &Trail) -> StoreResult<()>;

    /// Stores a role with permissions; unknown ones are created if `may_create` (else
    /// `MayNotCreatePermission`). `Conflict(Role)` if the name is taken.
    async fn insert_role(
        &self,
        id: &RoleId,
        name: &str,
        description: Option<&str>,
        permissions: &[WantedPermission],
        may_create: bool,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// A role by id.
    async fn find_role(&self, id: &RoleId) -> StoreResult<Option<Owned<Role>>>;

    /// A role by name.
    async fn find_role_by_name(
        &self,
        workspace: &WorkspaceId,
        name: &str,
    ) -> StoreResult<Option<Role>>;

    /// Replaces the permissions of a role and answers them by slug; unknown ones are created if
    /// `may_create` (else `MayNotCreatePermission`). `Missing(Role)`.
    async fn set_role_permissions(
        &self,
        id: &RoleId,
        permissions: &[WantedPermission],
        may_create: bool,
        trail: &Trail,
    ) -> StoreResult<Vec<Permission>>;

    /// A permission by id, for the check of whose it is.
    async fn find_permission(&self, id: &PermissionId) -> StoreResult<Option<Owned<Permission>>>;
}

/// The audit log.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Entries of a workspace that pass the filter, newest first.
    async fn list_audit_entries(
        &self,
        workspace: &WorkspaceId,
        filter: &AuditFilter,
        page: &Page,
    ) -> StoreResult<PageOf<Entry>>;

    /// Walks along the chain of every workspace and reports on each.
    async fn verify_audit_chains(&self) -> StoreResult<Vec<ChainReport>>;
}

/// Everything that a store must do, and its health.
#[async_trait]
pub trait Store:
    WorkspaceStore + RootKeyStore + ApiStore + KeyStore + RoleStore + AuditStore
{
    /// Whether the database answers and can be written.
    async fn check(&self) -> StoreResult<()>;
}
