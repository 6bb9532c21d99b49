//! The audit log: who changed what, chained so that a missing or altered entry shows.

use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::id::{AuditId, CorrelationId, Entropy, RequestId, WorkspaceId};
use crate::time::Timestamp;

macro_rules! events {
    ($($variant:ident = $name:literal $sentence:literal;)*) => {
        /// Something that the log tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Event {
            $(#[doc = $sentence] $variant,)*
        }

        impl Event {
            /// Every event.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name on the wire.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What happened, as a sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

events! {
    ApiCreated = "api.create" "An API was created.";
    ApiUpdated = "api.update" "An API was changed.";
    ApiDeleted = "api.delete" "An API was deleted.";
    KeyCreated = "key.create" "A key was created.";
    KeyUpdated = "key.update" "A key was changed.";
    KeyRerolled = "key.reroll" "A key was rerolled.";
    KeyRevealed = "key.reveal" "The secret of a key was shown.";
    KeyDeleted = "key.delete" "A key was deleted.";
    PermissionCreated = "permission.create" "A permission was created.";
    PermissionUpdated = "permission.update" "A permission was changed.";
    PermissionDeleted = "permission.delete" "A permission was deleted.";
    RoleUpdated = "role.update" "A role was changed.";
    RoleDeleted = "role.delete" "A role was deleted.";
    RoleCreated = "role.create" "A role was created.";
    RolePermissionConnected = "authorization.connect_role_and_permission" "A permission was added to a role.";
    RolePermissionsDisconnected = "authorization.disconnect_role_and_permissions" "A permission was taken from a role.";
    KeyPermissionConnected = "authorization.connect_permission_and_key" "A permission was given to a key.";
    KeyPermissionDisconnected = "authorization.disconnect_permission_and_key" "A permission was taken from a key.";
    KeyRoleConnected = "authorization.connect_role_and_key" "A role was given to a key.";
    KeyRoleDisconnected = "authorization.disconnect_role_and_key" "A role was taken from a key.";
    IdentityCreated = "identity.create" "An identity was created.";
    IdentityUpdated = "identity.update" "An identity was changed.";
    IdentityDeleted = "identity.delete" "An identity was deleted.";
    NamespaceCreated = "ratelimitNamespace.create" "A rate-limit namespace was created.";
    NamespaceUpdated = "ratelimitNamespace.update" "A rate-limit namespace was renamed.";
    NamespaceDeleted = "ratelimitNamespace.delete" "A rate-limit namespace was deleted.";
    OverrideSet = "ratelimit.set_override" "An override of a rate limit was set.";
    OverrideDeleted = "ratelimit.delete_override" "An override of a rate limit was deleted.";
    MigrationCreated = "migration.create" "A migration was created.";
    MigrationDeleted = "migration.delete" "A migration was deleted.";
    VaultRotated = "vault.rotate" "The vault was put under another master key.";
    RatelimitCreated = "ratelimit.create" "A rate limit was created.";
    RatelimitUpdated = "ratelimit.update" "A rate limit was changed.";
    RatelimitDeleted = "ratelimit.delete" "A rate limit was deleted.";
    WorkspaceCreated = "workspace.create" "A workspace was created.";
    WorkspaceUpdated = "workspace.update" "A workspace was changed.";
    WorkspaceDeleted = "workspace.delete" "A workspace was deleted.";
    RootKeyCreated = "rootKey.create" "A root key was created.";
    RootKeyUpdated = "rootKey.update" "A root key was changed.";
    RootKeyRerolled = "rootKey.reroll" "A root key was rerolled.";
    RootKeyDeleted = "rootKey.delete" "A root key was deleted.";
    AuditLogExported = "auditLog.export" "The audit log was exported.";
    UserCreated = "user.create" "A user was created.";
    UserUpdated = "user.update" "A user was changed.";
    UserDeleted = "user.delete" "A user was deleted.";
    UserPasswordChanged = "user.change_password" "A user got another password.";
    UserLinkCreated = "user.create_link" "A link was made by which a user gets in.";
    SetupLinkCreated = "session.create_setup_link" "A link was made by which the owner is set up.";
    SessionCreated = "session.sign_in" "Somebody signed in to the dashboard.";
    SessionEnded = "session.sign_out" "Somebody signed out of the dashboard.";
    SessionRevoked = "session.revoke" "A session of the dashboard was ended.";
    SessionSteppedUp = "session.step_up" "Somebody confirmed who they are.";
    SignInFailed = "session.sign_in_failed" "Somebody failed to sign in to the dashboard.";
    SessionForged = "session.csrf" "A call of the dashboard from elsewhere was refused.";
}

/// The kind of a thing that an entry is about, as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(missing_docs, reason = "each is named after the thing it stands for")]
pub enum ResourceKind {
    Api,
    Key,
    Identity,
    Permission,
    Role,
    Ratelimit,
    RatelimitNamespace,
    RatelimitOverride,
    Workspace,
    RootKey,
    Migration,
    Instance,
    User,
    Session,
}

/// A thing that an entry is about, with the name it had at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Resource {
    /// Its id.
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ResourceKind,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Resource {
    /// A thing without a name.
    pub fn new(kind: ResourceKind, id: &impl ToString) -> Self {
        Self { id: id.to_string(), kind, name: None }
    }

    /// A thing with a name.
    pub fn named(kind: ResourceKind, id: &impl ToString, name: impl Into<String>) -> Self {
        Self { id: id.to_string(), kind, name: Some(name.into()) }
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Actor {
    /// The id of the root key or user, or what part of the system it was.
    pub id: String,
    /// `rootkey`, `user` or `system`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name the root key had, or the address of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// One member of a thing before and after a change. Secrets and free members never stand here;
/// for those only the fact of the change is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct FieldChange {
    /// The member.
    pub field: String,
    /// Its value before.
    pub before: Value,
    /// Its value after.
    pub after: Value,
}

/// An entry of the log. Its JSON form is what the chain covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct Entry {
    /// Its id.
    pub id: AuditId,
    /// When it happened.
    pub time: Timestamp,
    /// What happened, by name.
    pub event: String,
    /// What happened, as a sentence.
    pub description: String,
    /// Who did it.
    pub actor: Actor,
    /// What it was done to.
    pub resources: Vec<Resource>,
    /// Where the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_ip: Option<String>,
    /// What the client called itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Box<str>>,
    /// Common to all entries of one request, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
    /// What was different afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
}

/// Everything that the entries of one change have in common. The store asks it for entries, so
/// that ids and times don't come from the store.
#[derive(Clone)]
pub struct Trail {
    /// The workspace whose log it is.
    pub workspace: WorkspaceId,
    /// When the change happens.
    pub now: Timestamp,
    /// Who makes it.
    pub actor: Actor,
    /// Where the request came from.
    pub remote_ip: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<RequestId>,
    /// The id that ties several entries together.
    pub correlation: CorrelationId,
    /// Where ids of entries come from.
    pub entropy: Entropy,
}

impl Trail {
    /// An entry about `resources`.
    pub fn entry(&self, event: Event, resources: Vec<Resource>) -> Entry {
        Entry {
            id: AuditId::generate(&self.entropy),
            time: self.now,
            event: event.name().to_owned(),
            description: event.sentence().to_owned(),
            actor: self.actor.clone(),
            resources,
            remote_ip: self.remote_ip.clone(),
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.map(|id| id.as_str().into()),
            correlation_id: None,
            changes: Vec::new(),
        }
    }
}

/// The secret of an instance with which its log is chained.
#[derive(Clone)]
pub struct ChainKey(pub [u8; 32]);

/// The link of an entry: HMAC-SHA-256 over its place, its predecessor's link and its JSON text.
/// The first entry of a workspace has 32 zero bytes as its predecessor.
pub fn link(
    key: &ChainKey,
    workspace: &WorkspaceId,
    position: i64,
    previous: &[u8],
    text: &str,
) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("any length will do");
    mac.update(workspace.as_str().as_bytes());
    mac.update(&[0]);
    mac.update(&position.to_be_bytes());
    mac.update(previous);
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Which entries a list shows; all conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// One of these events; empty means any.
    pub events: Vec<String>,
    /// About one of these things; empty means any.
    pub resource_ids: Vec<String>,
    /// By one of these actors; empty means any.
    pub actor_ids: Vec<String>,
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Not after this.
    pub until: Option<Timestamp>,
    /// Part of the event, the actor's or a thing's name or id; or a request id.
    pub search: Option<String>,
}

/// What a walk along the chain of one workspace found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// How many entries were read.
    pub entries: i64,
    /// The first place at which the chain is broken, and how.
    pub fault: Option<String>,
}
