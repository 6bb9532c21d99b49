//! The truth: everything that must survive a crash.
//!
//! Every method is one atomic change or one consistent read. A change commits with its audit
//! entries or not at all, and one that changes nothing writes no entry. The store invents neither
//! ids nor times. Deleted things count as absent everywhere, unless a method says otherwise.
//! Reads by id come sealed ([`Owned`]); reads by name take the workspace first.

use std::sync::Arc;

use async_trait::async_trait;

use crate::api::{Api, ApiChange, ApiSummary};
use crate::audit::{AuditFilter, ChainReport, Entry, Trail};
use crate::backend::accounts::{SessionStore, UserStore};
use crate::credits::{Credits, Spend};
use crate::id::{
    ApiId, DekId, IdentityId, KeyId, MigrationId, NamespaceId, OverrideId, PermissionId, RoleId,
    RootKeyId, WorkspaceId,
};
use crate::identity::{Identity, IdentityChange};
use crate::key::{
    DueRefill, ImportedKey, Key, KeyApi, KeyChange, KeyFilter, KeySearch, NewKey, Reroll, SetChange,
};
use crate::migration::{Migration, MigrationSummary};
use crate::namespace::{Namespace, NamespaceRecord, NamespaceSummary, NewNamespace, Override};
use crate::owned::Owned;
use crate::page::{Page, PageOf};
use crate::record::{RootRecord, SealedRecord};
use crate::role::{
    Permission, PermissionChange, PermissionUsage, Role, RoleChange, RoleUsage, WantedPermission,
};
use crate::root_key::{RootKey, RootKeyChange, RootKeyFilter};
use crate::secret::KeyHash;
use crate::time::Timestamp;
use crate::vault::{Dek, SealedSecret};
use crate::workspace::{Workspace, WorkspaceChange, WorkspaceCounts};

/// What a store method answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// A namespace with more overrides isn't kept in memory.
pub const MANY_OVERRIDES: usize = 10_000;

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
    Namespace,
    Override,
    Migration,
    User,
    Session,
    Link,
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
    /// The root key with that secret, if it is at hand without waiting for anything. What is
    /// kept is always what [`find_principal`](Self::find_principal) would find.
    fn kept_principal(&self, hash: &KeyHash) -> Option<Arc<RootRecord>>;

    /// The root key with that secret and the state of its workspace, even if the key or the
    /// workspace is disabled, expired or the workspace deleted. `None` for deleted keys.
    async fn find_principal(&self, hash: &KeyHash) -> StoreResult<Option<Arc<RootRecord>>>;

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

    /// The API of a key that is marked as deleted, even if that is deleted too.
    async fn find_deleted_key(&self, id: &KeyId) -> StoreResult<Option<Owned<KeyApi>>>;

    /// The record of the key with that hash, if it is at hand without waiting for anything. What
    /// is kept is always what [`find_record`](Self::find_record) would find.
    fn kept_record(&self, hash: &KeyHash) -> Option<SealedRecord>;

    /// The record of the key with that hash.
    async fn find_record(&self, hash: &KeyHash) -> StoreResult<Option<SealedRecord>>;

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

    /// Stores a successor of `old` that is like it in everything but id, secret, times and limit
    /// ids, and lets `old` end at `reroll.old_expires` unless it ends earlier by itself.
    /// `Missing(Key)`; `Conflict(Key)` if the new hash is taken.
    async fn reroll_key(&self, old: &KeyId, reroll: &Reroll, trail: &Trail) -> StoreResult<()>;

    /// Stores imported keys, each on its own terms: what it names and doesn't exist is created,
    /// roles too. Answers for each key, in order, whether it was stored; one whose hash is there
    /// already, in the store or earlier in the list, isn't. `Missing(Api)`; `Missing(Role)` and
    /// `Missing(Permission)` for names in the form of an id.
    async fn import_keys(
        &self,
        api: &ApiId,
        keys: &[ImportedKey],
        trail: &Trail,
    ) -> StoreResult<Vec<bool>>;

    /// Gives an imported key, found by the hash it was imported with, the hash of the whole key
    /// and its start, and takes its migration mark. Does nothing if that has happened already.
    async fn convert_key(
        &self,
        id: &KeyId,
        imported: &KeyHash,
        hash: &KeyHash,
        start: &str,
    ) -> StoreResult<()>;

    /// The keys of a workspace that pass the search, in its order.
    async fn search_keys(
        &self,
        workspace: &WorkspaceId,
        search: &KeySearch,
        page: &Page,
    ) -> StoreResult<PageOf<Key>>;

    /// How many keys pass the search.
    async fn count_keys(&self, workspace: &WorkspaceId, search: &KeySearch) -> StoreResult<i64>;

    /// Keys whose refill is due at `now`, those that wait longest first; keys of deleted APIs and
    /// workspaces are left out.
    async fn due_refills(&self, now: Timestamp, limit: usize) -> StoreResult<Vec<DueRefill>>;

    /// Refills a key up to its amount and sets the time of the next refill, if `due` is still
    /// what is due. Says whether it was. An entry is written if the balance changed.
    async fn refill_key(
        &self,
        due: &DueRefill,
        next: Timestamp,
        trail: &Trail,
    ) -> StoreResult<bool>;

    /// The sealed secret of a recoverable key.
    async fn find_sealed_secret(&self, id: &KeyId) -> StoreResult<Option<SealedSecret>>;

    /// Notes in the log that a key's secret was shown.
    async fn note_reveal(&self, ids: &[KeyId], trail: &Trail) -> StoreResult<()>;

    /// The lengths of the keys that lack a checksum, in characters; `None` if there is a key of
    /// unknown length among them. Keys that end later count still.
    async fn unchecked_lengths(&self) -> StoreResult<Option<Vec<i64>>>;

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

    /// A permission by id.
    async fn find_permission(&self, id: &PermissionId) -> StoreResult<Option<Owned<Permission>>>;

    /// A permission by slug.
    async fn find_permission_by_slug(
        &self,
        workspace: &WorkspaceId,
        slug: &str,
    ) -> StoreResult<Option<Permission>>;

    /// The permissions of a workspace by id, whose id, slug, name or description contains
    /// `search` whatever the ASCII case.
    async fn list_permissions(
        &self,
        workspace: &WorkspaceId,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<Permission>>;

    /// Changes a permission and answers it. `Missing(Permission)`; `Conflict(Permission)` if the
    /// slug is taken.
    async fn update_permission(
        &self,
        id: &PermissionId,
        change: &PermissionChange,
        trail: &Trail,
    ) -> StoreResult<Permission>;

    /// Takes a permission from every role and key and erases it; one entry tells it.
    /// `Missing(Permission)`.
    async fn delete_permission(&self, id: &PermissionId, trail: &Trail) -> StoreResult<()>;

    /// The roles of a workspace by id, whose id, name or description contains `search` whatever
    /// the ASCII case.
    async fn list_roles(
        &self,
        workspace: &WorkspaceId,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<Role>>;

    /// Changes a role. `Missing(Role)`; `Conflict(Role)` if the name is taken.
    async fn update_role(&self, id: &RoleId, change: &RoleChange, trail: &Trail)
    -> StoreResult<()>;

    /// Takes a role from every key and erases it; one entry tells it. `Missing(Role)`.
    async fn delete_role(&self, id: &RoleId, trail: &Trail) -> StoreResult<()>;

    /// How far the named roles of a workspace reach; unknown ones are left out.
    async fn role_usage(
        &self,
        workspace: &WorkspaceId,
        ids: &[RoleId],
    ) -> StoreResult<Vec<RoleUsage>>;

    /// How far the named permissions of a workspace reach; unknown ones are left out.
    async fn permission_usage(
        &self,
        workspace: &WorkspaceId,
        ids: &[PermissionId],
    ) -> StoreResult<Vec<PermissionUsage>>;
}

/// Identities. An external id is free again as soon as its identity is deleted.
#[async_trait]
pub trait IdentityStore: Send + Sync {
    /// Stores an identity with its limits. `Conflict(Identity)` if the external id is taken.
    async fn insert_identity(&self, identity: &Identity, trail: &Trail) -> StoreResult<()>;

    /// An identity by id.
    async fn find_identity(&self, id: &IdentityId) -> StoreResult<Option<Owned<Identity>>>;

    /// An identity by external id.
    async fn find_identity_by_external_id(
        &self,
        workspace: &WorkspaceId,
        external_id: &str,
    ) -> StoreResult<Option<Identity>>;

    /// The identities of a workspace by id: those among `ids` if given, whose id or external id
    /// contains `search` whatever the ASCII case.
    async fn list_identities(
        &self,
        workspace: &WorkspaceId,
        ids: Option<&[IdentityId]>,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<Identity>>;

    /// Changes an identity and answers it, its limits in the order of the change. Limits of the
    /// same name keep their id. `Missing(Identity)`.
    async fn update_identity(
        &self,
        id: &IdentityId,
        change: &IdentityChange,
        trail: &Trail,
    ) -> StoreResult<Identity>;

    /// Deletes an identity with its limits; its keys stay and belong to nobody.
    /// `Missing(Identity)`.
    async fn delete_identity(&self, id: &IdentityId, trail: &Trail) -> StoreResult<()>;
}

/// Rate-limit namespaces and their overrides. The name of a deleted namespace stays taken.
#[async_trait]
pub trait NamespaceStore: Send + Sync {
    /// A namespace by id, deleted ones too.
    async fn find_namespace(&self, id: &NamespaceId) -> StoreResult<Option<Owned<Namespace>>>;

    /// The namespace that a workspace calls so, by name or id, if it is at hand without waiting
    /// for anything.
    fn kept_namespace(&self, workspace: &WorkspaceId, name: &str) -> Option<Arc<NamespaceRecord>>;

    /// A namespace of the workspace, deleted or not, with its overrides; `None` if it isn't there
    /// or has more than [`MANY_OVERRIDES`]. It is kept under `name`, which is what a request calls
    /// it, if that is its name or id.
    async fn load_namespace(
        &self,
        workspace: &WorkspaceId,
        id: &NamespaceId,
        name: &str,
    ) -> StoreResult<Option<Arc<NamespaceRecord>>>;

    /// Namespaces by name, deleted ones too; unknown names are left out.
    async fn find_namespaces_by_name(
        &self,
        workspace: &WorkspaceId,
        names: &[String],
    ) -> StoreResult<Vec<Namespace>>;

    /// Makes sure that namespaces of these names exist and answers them, in order; an entry tells
    /// of each that was created. Racing calls get the same namespaces. Deleted ones stay deleted.
    async fn ensure_namespaces(
        &self,
        namespaces: &[NewNamespace],
        trail: &Trail,
    ) -> StoreResult<Vec<Namespace>>;

    /// Stores a namespace. `Conflict(Namespace)` if the name is taken, also by a deleted one.
    async fn insert_namespace(&self, namespace: &NewNamespace, trail: &Trail) -> StoreResult<()>;

    /// The namespaces of a workspace by id: those among `ids` if given, whose name or id contains
    /// `search` whatever the ASCII case.
    async fn list_namespaces(
        &self,
        workspace: &WorkspaceId,
        ids: Option<&[NamespaceId]>,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<NamespaceSummary>>;

    /// Renames a namespace. `Missing(Namespace)`, `Conflict(Namespace)`.
    async fn rename_namespace(
        &self,
        id: &NamespaceId,
        name: &str,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// Marks a namespace as deleted. `Missing(Namespace)`.
    async fn delete_namespace(&self, id: &NamespaceId, trail: &Trail) -> StoreResult<()>;

    /// The overrides of a namespace that may apply to an identifier: the one of exactly this
    /// identifier and all with wildcards.
    async fn overrides_for(
        &self,
        namespace: &NamespaceId,
        identifier: &str,
    ) -> StoreResult<Vec<Override>>;

    /// Sets the override of an identifier, which keeps its id if there is one, and answers the
    /// id. `Missing(Namespace)`.
    async fn set_override(
        &self,
        namespace: &NamespaceId,
        wanted: &Override,
        trail: &Trail,
    ) -> StoreResult<OverrideId>;

    /// The overrides of a namespace by id.
    async fn list_overrides(
        &self,
        namespace: &NamespaceId,
        page: &Page,
    ) -> StoreResult<PageOf<Override>>;

    /// Deletes the override of exactly this identifier. `Missing(Override)`.
    async fn delete_override(
        &self,
        namespace: &NamespaceId,
        identifier: &str,
        trail: &Trail,
    ) -> StoreResult<()>;
}

/// Formats in which imported keys are hashed.
#[async_trait]
pub trait MigrationStore: Send + Sync {
    /// Stores a migration. `Conflict(Migration)` if the name is taken.
    async fn insert_migration(&self, migration: &Migration, trail: &Trail) -> StoreResult<()>;

    /// A migration by id.
    async fn find_migration(&self, id: &MigrationId) -> StoreResult<Option<Owned<Migration>>>;

    /// The migrations of a workspace by id, each with how far it has come.
    async fn list_migrations(
        &self,
        workspace: &WorkspaceId,
        page: &Page,
    ) -> StoreResult<PageOf<MigrationSummary>>;

    /// Deletes a migration; keys that wait for it are found no more by it. `Missing(Migration)`.
    async fn delete_migration(&self, id: &MigrationId, trail: &Trail) -> StoreResult<()>;
}

/// The wrapped keys of the vault.
#[async_trait]
pub trait VaultStore: Send + Sync {
    /// The key that new secrets of a workspace are sealed under.
    async fn find_active_dek(&self, workspace: &WorkspaceId) -> StoreResult<Option<Dek>>;

    /// A key by id.
    async fn find_dek(&self, id: &DekId) -> StoreResult<Option<Dek>>;

    /// Makes `dek` the active one of its workspace instead of `instead_of`, if that still is what
    /// is active, and answers what is active then. Racing callers get the same key.
    async fn activate_dek(&self, dek: &Dek, instead_of: Option<&DekId>) -> StoreResult<Dek>;

    /// Keys that aren't wrapped by the master key `kek`, at most `limit`.
    async fn list_deks_not_under(&self, kek: &str, limit: usize) -> StoreResult<Vec<Dek>>;

    /// Stores a key wrapped anew, if it is still wrapped by `before`.
    async fn rewrap_dek(&self, dek: &Dek, before: &str) -> StoreResult<()>;
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
    WorkspaceStore
    + RootKeyStore
    + ApiStore
    + KeyStore
    + RoleStore
    + IdentityStore
    + NamespaceStore
    + MigrationStore
    + VaultStore
    + AuditStore
    + UserStore
    + SessionStore
{
    /// Whether the database answers and can be written.
    async fn check(&self) -> StoreResult<()>;
}
