//! The truth about people and their sessions. What `store` promises of every method holds here.

use async_trait::async_trait;

use crate::audit::{Event, Resource, Trail};
use crate::id::{SessionId, UserId, WorkspaceId};
use crate::secret::KeyHash;
use crate::time::Timestamp;
use crate::user::{Account, Link, Session, SessionHolder, User, UserChange, UserRole};

use super::store::StoreResult;
use crate::workspace::Workspace;

/// People. An address is taken whatever its case.
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Whether there is an owner.
    async fn has_owner(&self) -> StoreResult<bool>;

    /// The oldest workspace that isn't deleted: its log tells what belongs to no workspace.
    async fn home_workspace(&self) -> StoreResult<Option<WorkspaceId>>;

    /// A workspace by id or slug.
    async fn find_workspace_named(&self, text: &str) -> StoreResult<Option<Workspace>>;

    /// Some hundred workspaces, oldest first: those among `ids` if given.
    async fn workspaces_among(&self, ids: Option<&[WorkspaceId]>) -> StoreResult<Vec<Workspace>>;

    /// Makes the first owner, if there is none and the link, if one is given, can still be used
    /// at `trail.now`. The link is used up then. Says whether that happened. `Conflict(User)` if
    /// the address is taken.
    async fn insert_first_owner(
        &self,
        user: &User,
        link: Option<&KeyHash>,
        trail: &Trail,
    ) -> StoreResult<bool>;

    /// Stores a user with a role in the trail's workspace; `None` for an owner. `Conflict(User)`
    /// if the address is taken.
    async fn insert_user(
        &self,
        user: &User,
        role: Option<UserRole>,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// A user by id.
    async fn find_user(&self, id: &UserId) -> StoreResult<Option<Account>>;

    /// A user by address, whatever its case.
    async fn find_user_by_email(&self, email: &str) -> StoreResult<Option<Account>>;

    /// The users with a role in a workspace, and the owners, by address.
    async fn list_users(&self, workspace: &WorkspaceId) -> StoreResult<Vec<(User, UserRole)>>;

    /// Gives a user another role in the trail's workspace or takes it away. `Missing(User)`.
    async fn set_user_role(
        &self,
        id: &UserId,
        role: Option<UserRole>,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// Changes a user. `Missing(User)`; `Unfit` if no enabled owner would be left.
    async fn update_user(&self, id: &UserId, change: &UserChange, trail: &Trail)
    -> StoreResult<()>;

    /// Erases a user with sessions, links and roles. `Missing(User)`; `Unfit` if no enabled owner
    /// would be left.
    async fn delete_user(&self, id: &UserId, trail: &Trail) -> StoreResult<()>;

    /// Stores a link. Older ones for the same user and kind can't be used any more.
    async fn insert_link(&self, link: &Link, trail: &Trail) -> StoreResult<()>;

    /// A link by the hash of its token, used and expired ones too, for some days.
    async fn find_link(&self, hash: &KeyHash) -> StoreResult<Option<Link>>;

    /// Uses a link up and gives its user this password, which ends their sessions. Answers whose
    /// it was; nobody if it can't be used at `trail.now`.
    async fn accept_link(
        &self,
        hash: &KeyHash,
        password_hash: &str,
        trail: &Trail,
    ) -> StoreResult<Option<UserId>>;
}

/// Sessions of the dashboard.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Stores a session and notes the sign-in of its user.
    async fn insert_session(
        &self,
        session: &Session,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<()>;

    /// A session by the hash of its secret, also if it is over.
    async fn find_session(&self, hash: &KeyHash) -> StoreResult<Option<Session>>;

    /// Notes when a session was last used.
    async fn touch_session(&self, id: &SessionId, now: Timestamp) -> StoreResult<()>;

    /// Notes that the holder has confirmed who they are.
    async fn step_up_session(&self, id: &SessionId, trail: &Trail) -> StoreResult<()>;

    /// The sessions of a holder, newest first.
    async fn list_sessions(&self, holder: &SessionHolder) -> StoreResult<Vec<Session>>;

    /// Ends those of a holder's sessions that are in `ids`, or all but `except`. Says how many.
    async fn end_sessions(
        &self,
        holder: &SessionHolder,
        which: EndSessions<'_>,
        event: Event,
        trail: &Trail,
    ) -> StoreResult<usize>;

    /// Erases sessions and links that nobody needs any more.
    async fn purge_sessions(&self, now: Timestamp) -> StoreResult<()>;

    /// Writes an entry about something that changed nothing.
    async fn note_event(
        &self,
        event: Event,
        resources: &[Resource],
        trail: &Trail,
    ) -> StoreResult<()>;
}

/// Which sessions of a holder.
#[derive(Clone, Copy, Debug)]
pub enum EndSessions<'a> {
    /// Just this one.
    One(&'a SessionId),
    /// Every other one.
    AllBut(&'a SessionId),
}
