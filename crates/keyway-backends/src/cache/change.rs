//! What a transaction changed about things that may be kept in memory.

use keyway_core::audit::{Entry, Event, Resource, ResourceKind};
use keyway_core::id::{ApiId, IdentityId, KeyId, NamespaceId, RoleId, RootKeyId, WorkspaceId};
use keyway_core::secret::KeyHash;

/// Of what kind the thing is that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after the thing it stands for")]
pub enum Kind {
    Key,
    RootKey,
    Api,
    Workspace,
    Role,
    Permission,
    Identity,
    Limit,
    Namespace,
    Override,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Key,
        Self::RootKey,
        Self::Api,
        Self::Workspace,
        Self::Role,
        Self::Permission,
        Self::Identity,
        Self::Limit,
        Self::Namespace,
        Self::Override,
    ];
}

/// What may not be believed any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// There are keys that were unknown before.
    KeyAdded,
    /// A key has this hash now.
    KeyHash(KeyHash),
    /// A key.
    Key(KeyId),
    /// All keys of an identity.
    Identity(IdentityId),
    /// All keys of an API.
    Api(ApiId),
    /// All keys that hold a role.
    Role(RoleId),
    /// Everything in a workspace.
    Workspace(WorkspaceId),
    /// There are root keys that were unknown before.
    RootKeyAdded,
    /// A root key.
    RootKey(RootKeyId),
    /// A rate-limit namespace with its overrides.
    Namespace(NamespaceId),
}

/// What follows from an entry of the audit log. Everything that can change a verdict is told in
/// the log, in the transaction that changes it, so nothing is forgotten here without being
/// forgotten there; and a new event isn't compiled before its place here is decided.
pub(crate) fn effects(event: Event, entry: &Entry, workspace: &WorkspaceId) -> Vec<(Kind, Change)> {
    use ResourceKind as R;
    let all = |kind: Kind, of: R, change: fn(&Resource) -> Change| -> Vec<(Kind, Change)> {
        entry
            .resources
            .iter()
            .filter(|resource| resource.kind == of)
            .map(|resource| (kind, change(resource)))
            .collect()
    };
    let keys = |kind: Kind| all(kind, R::Key, |r| Change::Key(r.id.as_str().into()));
    let identities =
        |kind: Kind| all(kind, R::Identity, |r| Change::Identity(r.id.as_str().into()));
    let root_keys = || all(Kind::RootKey, R::RootKey, |r| Change::RootKey(r.id.as_str().into()));
    let roles = || all(Kind::Role, R::Role, |r| Change::Role(r.id.as_str().into()));
    let namespaces =
        |kind| all(kind, R::RatelimitNamespace, |r| Change::Namespace(r.id.as_str().into()));
    let with = |mut all: Vec<_>, kind: Kind, change: Change| {
        all.push((kind, change));
        all
    };
    match event {
        Event::KeyCreated => vec![(Kind::Key, Change::KeyAdded)],
        Event::KeyRerolled => with(keys(Kind::Key), Kind::Key, Change::KeyAdded),
        // What happened to limits, roles and permissions has entries of its own.
        Event::KeyUpdated | Event::IdentityUpdated if entry.changes.is_empty() => Vec::new(),
        Event::KeyUpdated
        | Event::KeyDeleted
        | Event::KeyPermissionConnected
        | Event::KeyPermissionDisconnected
        | Event::KeyRoleConnected
        | Event::KeyRoleDisconnected => keys(Kind::Key),
        Event::IdentityUpdated | Event::IdentityDeleted => identities(Kind::Identity),
        Event::RatelimitCreated | Event::RatelimitUpdated | Event::RatelimitDeleted => {
            let mut all = keys(Kind::Limit);
            all.extend(identities(Kind::Limit));
            all
        }
        Event::PermissionUpdated | Event::PermissionDeleted => {
            vec![(Kind::Permission, Change::Workspace(workspace.clone()))]
        }
        Event::RoleUpdated
        | Event::RoleDeleted
        | Event::RolePermissionConnected
        | Event::RolePermissionsDisconnected => roles(),
        Event::ApiUpdated | Event::ApiDeleted => {
            all(Kind::Api, R::Api, |r| Change::Api(r.id.as_str().into()))
        }
        Event::WorkspaceUpdated | Event::WorkspaceDeleted => {
            all(Kind::Workspace, R::Workspace, |r| Change::Workspace(r.id.as_str().into()))
        }
        Event::WorkspaceCreated | Event::RootKeyCreated => {
            vec![(Kind::RootKey, Change::RootKeyAdded)]
        }
        Event::RootKeyRerolled => with(root_keys(), Kind::RootKey, Change::RootKeyAdded),
        Event::RootKeyUpdated | Event::RootKeyDeleted => root_keys(),
        Event::NamespaceUpdated | Event::NamespaceDeleted => namespaces(Kind::Namespace),
        Event::OverrideSet | Event::OverrideDeleted => namespaces(Kind::Override),
        // What is new is on nobody's mind yet, and what nothing is decided by isn't kept.
        Event::ApiCreated
        | Event::KeyRevealed
        | Event::PermissionCreated
        | Event::RoleCreated
        | Event::IdentityCreated
        | Event::NamespaceCreated
        | Event::MigrationCreated
        | Event::MigrationDeleted
        | Event::VaultRotated
        | Event::AuditLogExported
        | Event::UserCreated
        | Event::UserUpdated
        | Event::UserDeleted
        | Event::UserPasswordChanged
        | Event::UserLinkCreated
        | Event::SetupLinkCreated
        | Event::SessionCreated
        | Event::SessionEnded
        | Event::SessionRevoked
        | Event::SessionSteppedUp
        | Event::SignInFailed
        | Event::SessionForged => Vec::new(),
    }
}
