//! Links by which people get in, and the first owner.

use keyway_core::audit::{Actor, Trail};
use keyway_core::id::{CorrelationId, UserId, WorkspaceId};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::user::{Link, LinkKind, User, new_token};
use schemars::JsonSchema;
use serde::Serialize;

use super::password;
use crate::app::App;
use crate::problem::{Code, Problem};

/// A link that was just made. Only this answer shows it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct NewLink {
    /// The whole address.
    pub url: String,
    /// The secret in it.
    pub token: String,
    /// What it is for.
    pub kind: LinkKind,
    /// When it is too late.
    pub expires_at: Timestamp,
}

/// The link could not be used.
pub(super) fn invalid() -> Problem {
    let detail = "This link was used already, has expired or never was one. Ask for another.";
    Problem::new(Code::LinkInvalid, detail)
}

/// The workspace in whose log stands what belongs to none.
pub(super) async fn home(app: &App) -> Result<WorkspaceId, Problem> {
    app.store.home_workspace().await?.ok_or_else(|| Problem::absent(Code::WorkspaceNotFound))
}

/// An owner who isn't stored yet.
pub(super) fn new_owner(app: &App, email: &str, password_hash: String, now: Timestamp) -> User {
    User {
        id: UserId::generate(&app.entropy),
        email: email.trim().to_owned(),
        password_hash: Some(password_hash),
        owner: true,
        enabled: true,
        created_at: now,
        updated_at: None,
        last_sign_in_at: None,
    }
}

/// Stores a link and answers it.
pub(super) async fn make(
    app: &App,
    kind: LinkKind,
    user_id: Option<UserId>,
    public_url: &str,
    trail: &Trail,
) -> Result<NewLink, Problem> {
    let token = new_token(&app.entropy);
    let link = Link {
        hash: KeyHash::of(&token),
        kind,
        user_id,
        created_at: trail.now,
        expires: trail.now.plus(kind.lifetime()),
        used_at: None,
    };
    app.store.insert_link(&link, trail).await?;
    let page = if kind == LinkKind::Setup { "setup" } else { "link" };
    let url = format!("{}/ui/{page}#{token}", public_url.trim_end_matches('/'));
    Ok(NewLink { url, token, kind, expires_at: link.expires })
}

/// The trail of what is done on the server's own machine.
pub(super) fn local_trail(app: &App, workspace: WorkspaceId, who: &str) -> Trail {
    Trail {
        workspace,
        now: app.clock.now(),
        actor: Actor { id: who.to_owned(), kind: "system".to_owned(), name: None },
        remote_ip: None,
        user_agent: None,
        request_id: None,
        correlation: CorrelationId::generate(&app.entropy),
        entropy: app.entropy.clone(),
    }
}

/// A link by which the owner is set up; nothing if there is an owner.
pub async fn setup_link(app: &App, public_url: &str) -> Result<Option<NewLink>, Problem> {
    if app.store.has_owner().await? {
        return Ok(None);
    }
    let trail = local_trail(app, home(app).await?, "setup");
    make(app, LinkKind::Setup, None, public_url, &trail).await.map(Some)
}

/// Makes the owner of the settings if there is none. `secret` is a password or its hash. Says
/// whether it did.
pub async fn unattended_owner(app: &App, email: &str, secret: &str) -> Result<bool, Problem> {
    if app.store.has_owner().await? {
        return Ok(false);
    }
    let hash = if password::is_hash(secret) {
        secret.to_owned()
    } else {
        password::check("password", secret, email)?;
        password::hash(app, secret).await?
    };
    let user = new_owner(app, email, hash, app.clock.now());
    let trail = local_trail(app, home(app).await?, "setup");
    Ok(app.store.insert_first_owner(&user, None, &trail).await?)
}
