//! People who use the dashboard: what they may do, and how they are let in.

use std::fmt::Write as _;
use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::id::{Entropy, SessionId, UserId, WorkspaceId};
use crate::permission::{Action, PermissionSet};
use crate::root_key::RootRole;
use crate::secret::KeyHash;
use crate::time::{DAY, HOUR, MINUTE, Timestamp};

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their address, as they wrote it. It is unique whatever the case.
    pub email: String,
    /// The hash of their password, in PHC form; none before they chose one.
    pub password_hash: Option<String>,
    /// Owners administer the instance and every workspace in it.
    pub owner: bool,
    /// Somebody disabled has no sessions and gets none.
    pub enabled: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
}

impl User {
    /// The form of an address by which it is found.
    pub fn fold(email: &str) -> String {
        email.trim().to_lowercase()
    }
}

/// A user with their roles, by workspace. Owners need none.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user.
    pub user: User,
    /// Roles in workspaces that aren't deleted.
    pub roles: Vec<(WorkspaceId, UserRole)>,
}

impl Account {
    /// What the user is in a workspace.
    pub fn role_in(&self, workspace: &WorkspaceId) -> Option<UserRole> {
        if self.user.owner {
            return Some(UserRole::Owner);
        }
        self.roles.iter().find(|(id, _)| id == workspace).map(|(_, role)| *role)
    }
}

/// What somebody may do in a workspace: a fixed set of the permissions that root keys have.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum UserRole {
    /// Reads everything and changes nothing.
    Viewer,
    /// Changes everything but root keys, people and the existence of APIs.
    Editor,
    /// Does everything in the workspace.
    Admin,
    /// Does everything in every workspace, and administers the instance.
    Owner,
}

impl UserRole {
    /// Every role, in the order of increasing power.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::Admin, Self::Owner];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether the role contains `action`.
    pub fn contains(self, action: Action) -> bool {
        match self {
            Self::Viewer => RootRole::ReadOnly.contains(action),
            Self::Editor => {
                let row = action.row();
                let beyond = matches!(
                    action,
                    Action::CreateRootKey
                        | Action::UpdateRootKey
                        | Action::DeleteRootKey
                        | Action::DeleteApi
                );
                !action.is_instance_wide() && row.resource != "user" && !beyond
            }
            Self::Admin => !action.is_instance_wide(),
            Self::Owner => true,
        }
    }

    /// Whether somebody with the role decides who else is let in.
    pub fn manages_users(self) -> bool {
        matches!(self, Self::Admin | Self::Owner)
    }

    /// The permission strings that the role stands for.
    pub fn permissions(self) -> Vec<String> {
        let held = Action::ALL.into_iter().filter(|action| self.contains(*action));
        held.map(|action| action.everywhere().to_string()).collect()
    }

    /// The permissions of the role, ready to be asked.
    pub fn permission_set(self) -> PermissionSet {
        static SETS: LazyLock<[PermissionSet; 4]> = LazyLock::new(|| {
            UserRole::ALL.map(|role| {
                let permissions = role.permissions();
                PermissionSet::new(permissions.iter().map(String::as_str))
            })
        });
        SETS[self as usize].clone()
    }
}

/// A change of a user; `None` keeps a value.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// Whether they are let in. Sessions of somebody disabled end.
    pub enabled: Option<bool>,
    /// Whether they are an owner.
    pub owner: Option<bool>,
    /// The hash of a new password. All sessions end.
    pub password_hash: Option<String>,
}

/// Whose session it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionHolder {
    /// Somebody with an account.
    User(UserId),
    /// Whoever holds the root key with this hash.
    RootKey(KeyHash),
}

/// Somebody's session in a browser. What it may do is looked up for each request.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id, which is no secret.
    pub id: SessionId,
    /// Whose it is.
    pub holder: SessionHolder,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, a minute late at most.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires: Timestamp,
    /// When the password or root key was last entered.
    pub stepped_up_at: Timestamp,
    /// Where it began.
    pub remote_ip: Option<String>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
}

/// How long a confirmation of the password or root key counts.
pub const STEP_UP: i64 = 10 * MINUTE;
/// How late the note of the last use may be.
pub const SEEN_DELAY: i64 = MINUTE;

impl SessionHolder {
    /// How long a session may rest.
    pub fn idle_limit(&self) -> i64 {
        match self {
            Self::User(_) => 12 * HOUR,
            Self::RootKey(_) => HOUR,
        }
    }

    /// How long a session lasts at most.
    pub fn absolute_limit(&self) -> i64 {
        match self {
            Self::User(_) => 7 * DAY,
            Self::RootKey(_) => 12 * HOUR,
        }
    }
}

impl Session {
    /// When it ends if it isn't used.
    pub fn idle_expires(&self) -> Timestamp {
        self.seen_at.plus(self.holder.idle_limit()).min(self.expires)
    }

    /// Whether it is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.idle_expires() <= now
    }

    /// Until when the last confirmation counts.
    pub fn stepped_up_until(&self) -> Timestamp {
        self.stepped_up_at.plus(STEP_UP)
    }
}

/// A new secret of a session or a link: 256 random bits.
pub fn new_token(entropy: &Entropy) -> String {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    bs58::encode(bytes).into_string()
}

/// What a page of the dashboard sends along to show that it belongs to the session. It tells
/// nothing of the session's secret.
pub fn csrf_token(session: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(session.as_bytes()).expect("any length will do");
    mac.update(b"keyway dashboard csrf");
    let mut text = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether a request brings the token that belongs to the session.
pub fn is_csrf_token(session: &str, given: &str) -> bool {
    let right = csrf_token(session);
    let differences = right.bytes().zip(given.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    right.len() == given.len() && differences == 0
}

/// What a link lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum LinkKind {
    /// Make the owner of an instance that has none.
    Setup,
    /// Choose the first password.
    Invite,
    /// Choose another password.
    Reset,
}

impl LinkKind {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invite => "invite",
            Self::Reset => "reset",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Setup, Self::Invite, Self::Reset].into_iter().find(|kind| kind.name() == name)
    }

    /// How long a link can be used.
    pub fn lifetime(self) -> i64 {
        match self {
            Self::Setup => 30 * MINUTE,
            Self::Invite => 3 * DAY,
            Self::Reset => DAY,
        }
    }
}

/// A secret link. It can be used once.
#[derive(Clone, Debug)]
pub struct Link {
    /// The hash of its token.
    pub hash: KeyHash,
    /// What it is for.
    pub kind: LinkKind,
    /// For whom it is; nobody for the setup.
    pub user_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is too late.
    pub expires: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl Link {
    /// Whether it can be used.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_can_do_what_the_lesser_ones_can_and_more() {
        for pair in UserRole::ALL.windows(2) {
            let (less, more) = (pair[0], pair[1]);
            assert!(less.permissions().len() < more.permissions().len());
            assert!(Action::ALL.into_iter().all(|a| !less.contains(a) || more.contains(a)));
        }
    }

    #[test]
    fn an_editor_decides_about_no_root_key_and_no_existence_of_an_api() {
        let held = UserRole::Editor.permission_set();
        for action in [
            Action::CreateRootKey,
            Action::UpdateRootKey,
            Action::DeleteRootKey,
            Action::DeleteApi,
            Action::ManageWorkspaces,
        ] {
            assert!(!held.allows(action.everywhere()), "{action:?}");
        }
        assert!(held.allows(Action::CreateKey.everywhere()));
        assert!(held.allows(Action::ReadRootKey.everywhere()));
    }

    #[test]
    fn a_viewer_changes_nothing() {
        use crate::permission::Level;
        assert!(
            Action::ALL
                .into_iter()
                .all(|a| !UserRole::Viewer.contains(a) || a.row().level == Level::Read)
        );
    }
}
