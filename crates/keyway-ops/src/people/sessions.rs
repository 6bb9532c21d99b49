//! `session.*`

use keyway_core::audit::{Actor, Event, Resource, ResourceKind};
use keyway_core::backend::accounts::EndSessions;
use keyway_core::id::{RootKeyId, SessionId, UserId, WorkspaceId};
use keyway_core::patch::Patch;
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::user::{
    Account, LinkKind, STEP_UP, Session, SessionHolder, User, UserChange, UserRole, csrf_token,
    new_token,
};
use keyway_core::workspace::WorkspaceChange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::private::{Answer, Cookie};
use super::throttle::Suspect;
use super::visit::{Signed, Visit, Who, actor, home, is_in_force};
use super::{links, password};
use crate::app::App;
use crate::problem::{Code, Problem};
use crate::reply::Empty;

/// The longest email address that SMTP can carry.
pub(super) const EMAIL_PATTERN: &str = r"^[^@\s]{1,64}@[^@\s]{1,189}$";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Who is signed in.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionState {
    state: State,
    /// Why the session that the browser has is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    server: ServerView,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<OwnSession>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserSeen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    root_key: Option<RootKeySeen>,
    /// The workspace that the call is about; absent if it isn't the caller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<WorkspaceSeen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspaces: Option<Vec<WorkspaceSeen>>,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum State {
    SetupPending,
    SignedOut,
    SignedIn,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Reason {
    Expired,
    Revoked,
    KeyDisabled,
    UserDisabled,
}

impl Reason {
    /// Why there is no session, if it is because that has ended.
    fn of(code: Code) -> Option<Self> {
        let all = [
            (Code::SessionExpired, Self::Expired),
            (Code::SessionRevoked, Self::Revoked),
            (Code::SessionKeyDisabled, Self::KeyDisabled),
            (Code::SessionUserDisabled, Self::UserDisabled),
        ];
        all.into_iter().find(|(known, _)| *known == code).map(|(_, reason)| reason)
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ServerView {
    version: &'static str,
    public_url: String,
    scheme: &'static str,
    /// Whether a session is safe on this connection; nobody can sign in otherwise.
    secure: bool,
    root_key_sign_in: bool,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Kind {
    Account,
    RootKey,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OwnSession {
    id: SessionId,
    kind: Kind,
    /// What each call has to send as `X-Keyway-CSRF`.
    csrf: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// When it ends if it isn't used.
    idle_expires_at: Timestamp,
    stepped_up_until: Timestamp,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserSeen {
    id: UserId,
    email: String,
    is_owner: bool,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RootKeySeen {
    key_id: RootKeyId,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WorkspaceSeen {
    id: WorkspaceId,
    name: String,
    slug: String,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<UserRole>,
    /// What the caller may do in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<String>>,
}

/// `session.get`
pub(super) async fn get(
    app: App,
    visit: Visit,
    _: Nothing,
) -> Result<Answer<SessionState>, Problem> {
    if visit.token.is_none() {
        return Answer::new(signed_out(&app, &visit, None).await?);
    }
    let reason = match visit.signed(&app).await {
        Ok(signed) => return Answer::new(signed_in(&app, &visit, &signed).await?),
        Err(problem) => Reason::of(problem.code).ok_or(problem)?,
    };
    let data = signed_out(&app, &visit, Some(reason)).await?;
    Ok(Answer { data, cookie: Cookie::Clear })
}

async fn signed_out(
    app: &App,
    visit: &Visit,
    reason: Option<Reason>,
) -> Result<SessionState, Problem> {
    let owned = app.store.has_owner().await?;
    Ok(SessionState {
        state: if owned { State::SignedOut } else { State::SetupPending },
        reason,
        server: server(visit),
        session: None,
        user: None,
        root_key: None,
        workspace: None,
        workspaces: None,
    })
}

fn server(visit: &Visit) -> ServerView {
    let seen = &visit.server;
    ServerView {
        version: env!("CARGO_PKG_VERSION"),
        public_url: seen.public_url.clone(),
        scheme: seen.scheme,
        secure: seen.secure,
        root_key_sign_in: seen.root_key_sign_in,
    }
}

async fn signed_in(app: &App, visit: &Visit, signed: &Signed) -> Result<SessionState, Problem> {
    let session = &signed.session;
    let place = match visit.place(app, &signed.who).await {
        Ok(place) => Some(place),
        Err(problem) if problem.code == Code::WorkspaceNotFound => None,
        Err(problem) => return Err(problem),
    };
    let (kind, user, root_key, workspaces) = match &signed.who {
        Who::User(account) => {
            let ids: Vec<WorkspaceId> = account.roles.iter().map(|(id, _)| id.clone()).collect();
            let among = if account.user.owner { None } else { Some(&ids[..]) };
            let all = app.store.workspaces_among(among).await?;
            let user = UserSeen {
                id: account.user.id.clone(),
                email: account.user.email.clone(),
                is_owner: account.user.owner,
            };
            let seen = all.into_iter().map(|workspace| WorkspaceSeen {
                role: account.role_in(&workspace.id),
                id: workspace.id,
                name: workspace.name,
                slug: workspace.slug,
                enabled: workspace.enabled,
                permissions: None,
            });
            (Kind::Account, Some(user), None, seen.collect())
        }
        Who::RootKey(principal) => {
            let own = principal.root_key.clone();
            let root_key = RootKeySeen {
                key_id: own.id,
                name: own.name,
                start: own.start,
                expires: own.expires,
            };
            (Kind::RootKey, None, Some(root_key), Vec::new())
        }
    };
    let workspace = place.map(|(workspace, role)| WorkspaceSeen {
        id: workspace.id,
        name: workspace.name,
        slug: workspace.slug,
        enabled: workspace.enabled,
        role,
        permissions: Some(match (&signed.who, role) {
            (Who::RootKey(principal), _) => principal.root_key.grant.effective_permissions(),
            (Who::User(_), role) => role.map(UserRole::permissions).unwrap_or_default(),
        }),
    });
    Ok(SessionState {
        state: State::SignedIn,
        reason: None,
        server: server(visit),
        session: Some(OwnSession {
            id: session.id.clone(),
            kind,
            csrf: csrf_token(&signed.token),
            created_at: session.created_at,
            expires_at: session.expires,
            idle_expires_at: session.idle_expires(),
            stepped_up_until: session.stepped_up_until(),
        }),
        user,
        root_key,
        workspace,
        workspaces: Some(workspaces),
    })
}

/// Begins a session and tells who is signed in.
async fn begin(
    app: &App,
    visit: &Visit,
    holder: SessionHolder,
    who: Who,
) -> Result<Answer<SessionState>, Problem> {
    let token = new_token(&app.entropy);
    let now = visit.now;
    let session = Session {
        id: SessionId::generate(&app.entropy),
        created_at: now,
        seen_at: now,
        expires: now.plus(holder.absolute_limit()),
        stepped_up_at: now,
        remote_ip: visit.request.remote_ip.map(|ip| ip.to_string()),
        user_agent: visit.request.user_agent.clone(),
        holder,
    };
    let trail = visit.trail(app, visit.log_of(app, &who).await?, actor(&who));
    app.store.insert_session(&session, KeyHash::of(&token), &trail).await?;
    let lifetime = session.holder.absolute_limit();
    let signed = Signed { session, token: token.clone(), who };
    let data = signed_in(app, visit, &signed).await?;
    Ok(Answer { data, cookie: Cookie::Set(token, lifetime) })
}

/// A link, as its holder has it.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckLink {
    #[schemars(length(min = 1, max = 256))]
    token: String,
}

/// What a link is good for.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkSeen {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<LinkKind>,
    state: LinkState,
    /// Whose password it sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum LinkState {
    Valid,
    Used,
    Expired,
    Unknown,
}

/// `session.checkLink`
pub(super) async fn check_link(
    app: App,
    visit: Visit,
    request: CheckLink,
) -> Result<Answer<LinkSeen>, Problem> {
    let Some(link) = app.store.find_link(&KeyHash::of(&request.token)).await? else {
        let state = LinkState::Unknown;
        return Answer::new(LinkSeen { kind: None, state, email: None, expires_at: None });
    };
    let obsolete = link.kind == LinkKind::Setup && app.store.has_owner().await?;
    let state = if link.used_at.is_some() || obsolete {
        LinkState::Used
    } else if link.is_usable(visit.now) {
        LinkState::Valid
    } else {
        LinkState::Expired
    };
    let user = match &link.user_id {
        Some(id) => app.store.find_user(id).await?,
        None => None,
    };
    Answer::new(LinkSeen {
        kind: Some(link.kind),
        state,
        email: user.map(|account| account.user.email),
        expires_at: Some(link.expires),
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Setup {
    #[schemars(length(min = 1, max = 256))]
    token: String,
    #[schemars(regex(pattern = EMAIL_PATTERN))]
    email: String,
    #[schemars(length(max = 1024))]
    password: String,
    /// What the first workspace is called from now on.
    #[schemars(length(min = 1, max = 256))]
    workspace_name: Option<String>,
}

/// `session.setup`
pub(super) async fn setup(
    app: App,
    visit: Visit,
    request: Setup,
) -> Result<Answer<SessionState>, Problem> {
    let hash = KeyHash::of(&request.token);
    let link = app.store.find_link(&hash).await?;
    if link.is_none_or(|link| link.kind != LinkKind::Setup || !link.is_usable(visit.now)) {
        return Err(links::invalid());
    }
    password::check("password", &request.password, &request.email)?;
    let password = password::hash(&app, &request.password).await?;
    let user = links::new_owner(&app, &request.email, password, visit.now);
    let workspace = links::home(&app).await?;
    let account = Account { user, roles: Vec::new() };
    let who = Who::User(std::sync::Arc::new(account.clone()));
    let trail = visit.trail(&app, workspace.clone(), actor(&who));
    if !app.store.insert_first_owner(&account.user, Some(&hash), &trail).await? {
        return Err(links::invalid());
    }
    if let Some(name) = request.workspace_name {
        let change =
            WorkspaceChange { name: Some(name), enabled: None, requests_per_minute: Patch::Keep };
        app.store.update_workspace(&workspace, &change, &trail).await?;
    }
    begin(&app, &visit, SessionHolder::User(account.user.id), who).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptLink {
    #[schemars(length(min = 1, max = 256))]
    token: String,
    #[schemars(length(max = 1024))]
    password: String,
}

/// `session.acceptLink`
pub(super) async fn accept_link(
    app: App,
    visit: Visit,
    request: AcceptLink,
) -> Result<Answer<SessionState>, Problem> {
    let hash = KeyHash::of(&request.token);
    let link = app.store.find_link(&hash).await?.filter(|link| link.is_usable(visit.now));
    let Some(id) = link.and_then(|link| link.user_id) else {
        return Err(links::invalid());
    };
    let account = app.store.find_user(&id).await?.ok_or_else(links::invalid)?;
    if !account.user.enabled {
        return Err(links::invalid());
    }
    password::check("password", &request.password, &account.user.email)?;
    let password = password::hash(&app, &request.password).await?;
    let workspace = home(&app, &account).await?;
    let who = Who::User(std::sync::Arc::new(account));
    let trail = visit.trail(&app, workspace, actor(&who));
    if app.store.accept_link(&hash, &password, &trail).await?.is_none() {
        return Err(links::invalid());
    }
    begin(&app, &visit, SessionHolder::User(id), who).await
}

/// An account's address and password, or a root key.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignIn {
    #[schemars(length(min = 1, max = 512))]
    email: Option<String>,
    #[schemars(length(max = 1024))]
    password: Option<String>,
    #[schemars(length(min = 1, max = 512))]
    root_key: Option<String>,
}

/// `session.signIn`
pub(super) async fn sign_in(
    app: App,
    visit: Visit,
    request: SignIn,
) -> Result<Answer<SessionState>, Problem> {
    match (request.email, request.password, request.root_key) {
        (Some(email), Some(password), None) => by_password(&app, &visit, &email, &password).await,
        (None, None, Some(root_key)) if visit.server.root_key_sign_in => {
            by_root_key(&app, &visit, &root_key).await
        }
        (None, None, Some(_)) => Err(Problem::invalid_field(
            "body.rootKey",
            "is not accepted: signing in by root key is switched off",
            "Sign in with an account, or set `dashboard.root_key_sign_in`.",
        )),
        _ => Err(Problem::invalid_field(
            "body",
            "must have `email` and `password`, or `rootKey`",
            "Send one of the two.",
        )),
    }
}

async fn by_password(
    app: &App,
    visit: &Visit,
    email: &str,
    password: &str,
) -> Result<Answer<SessionState>, Problem> {
    let suspects = [Suspect::account(email), Suspect::address(visit.request.remote_ip)];
    throttle(app, visit, &suspects)?;
    let account = app.store.find_user_by_email(email).await?;
    let hash = account.as_ref().and_then(|account| account.user.password_hash.as_deref());
    let right = password::verify(app, password, hash).await?;
    let account = match account {
        Some(account) if right && account.user.enabled => account,
        account => {
            note_failure(app, visit, account.as_ref(), &User::fold(email)).await;
            return Err(failed());
        }
    };
    if !account.user.owner && account.roles.is_empty() {
        note_failure(app, visit, Some(&account), &User::fold(email)).await;
        return Err(failed());
    }
    app.dashboard.throttle.forgive(Some(&suspects[0]), &suspects[1]);
    let holder = SessionHolder::User(account.user.id.clone());
    begin(app, visit, holder, Who::User(std::sync::Arc::new(account))).await
}

async fn by_root_key(
    app: &App,
    visit: &Visit,
    root_key: &str,
) -> Result<Answer<SessionState>, Problem> {
    let address = Suspect::address(visit.request.remote_ip);
    throttle(app, visit, std::slice::from_ref(&address))?;
    let hash = KeyHash::of(root_key.trim());
    let principal = app.store.find_principal(&hash).await?;
    let Some(principal) = principal.filter(|one| is_in_force(one, visit.now)) else {
        note_failure(app, visit, None, "a root key").await;
        return Err(failed());
    };
    app.dashboard.throttle.forgive(None, &address);
    let who = Who::RootKey(principal);
    begin(app, visit, SessionHolder::RootKey(hash), who).await
}

fn failed() -> Problem {
    let detail = "The email and the password don't belong together, or the root key is not valid.";
    Problem::new(Code::SignInFailed, detail)
}

fn throttle(app: &App, visit: &Visit, suspects: &[Suspect]) -> Result<(), Problem> {
    app.dashboard.throttle.begin(suspects, visit.now).map_err(|seconds| {
        let detail = format!("There were too many failures. Try again in {seconds} s.");
        let mut problem = Problem::new(Code::SignInThrottled, detail);
        problem.retry_after = Some(seconds);
        problem
    })
}

/// Tells of a failure in a log, with the hash of what was typed.
async fn note_failure(app: &App, visit: &Visit, account: Option<&Account>, typed: &str) {
    let short = KeyHash::of(typed).short_hex();
    let resource = Resource::new(ResourceKind::User, &format!("sha256:{short}"));
    let actor = Actor { id: "dashboard".to_owned(), kind: "system".to_owned(), name: None };
    let told = async {
        let workspace = match account {
            Some(account) => home(app, account).await?,
            None => links::home(app).await?,
        };
        let trail = visit.trail(app, workspace, actor);
        app.store.note_event(Event::SignInFailed, &[resource], &trail).await?;
        Ok::<_, Problem>(())
    };
    if let Err(problem) = told.await {
        let detail = &problem.detail;
        tracing::warn!(cause = ?problem.cause, "A failed sign-in could not be told: {detail}");
    }
}

/// `session.signOut`
pub(super) async fn sign_out(app: App, visit: Visit, _: Nothing) -> Result<Answer<Empty>, Problem> {
    let signed = visit.signed(&app).await?;
    end(&app, &visit, &signed, EndSessions::One(&signed.session.id), Event::SessionEnded).await?;
    Ok(Answer { data: Empty {}, cookie: Cookie::Clear })
}

async fn end(
    app: &App,
    visit: &Visit,
    signed: &Signed,
    which: EndSessions<'_>,
    event: Event,
) -> Result<usize, Problem> {
    let trail = visit.trail(app, visit.log_of(app, &signed.who).await?, actor(&signed.who));
    Ok(app.store.end_sessions(&signed.session.holder, which, event, &trail).await?)
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepUp {
    /// The password of the account or the root key of the session.
    #[schemars(length(min = 1, max = 1024))]
    secret: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SteppedUp {
    stepped_up_until: Timestamp,
}

/// `session.stepUp`
pub(super) async fn step_up(
    app: App,
    visit: Visit,
    request: StepUp,
) -> Result<Answer<SteppedUp>, Problem> {
    let signed = visit.signed(&app).await?;
    confirm(&app, &visit, &signed, &request.secret).await?;
    let trail = visit.trail(&app, visit.log_of(&app, &signed.who).await?, actor(&signed.who));
    app.store.step_up_session(&signed.session.id, &trail).await?;
    Answer::new(SteppedUp { stepped_up_until: visit.now.plus(STEP_UP) })
}

/// Refuses unless the secret is that of the session's holder.
async fn confirm(app: &App, visit: &Visit, signed: &Signed, secret: &str) -> Result<(), Problem> {
    let suspects =
        [Suspect::session(signed.session.id.as_str()), Suspect::address(visit.request.remote_ip)];
    throttle(app, visit, &suspects)?;
    let right = match (&signed.who, &signed.session.holder) {
        (Who::User(account), _) => {
            password::verify(app, secret, account.user.password_hash.as_deref()).await?
        }
        (Who::RootKey(_), SessionHolder::RootKey(hash)) => KeyHash::of(secret.trim()) == *hash,
        (Who::RootKey(_), SessionHolder::User(_)) => false,
    };
    if right {
        app.dashboard.throttle.forgive(Some(&suspects[0]), &suspects[1]);
        return Ok(());
    }
    let (account, typed) = match &signed.who {
        Who::User(account) => (Some(&**account), User::fold(&account.user.email)),
        Who::RootKey(_) => (None, "a root key".to_owned()),
    };
    note_failure(app, visit, account, &typed).await;
    Err(Problem::new(Code::SignInFailed, "The password or root key is not right."))
}

/// One of the caller's sessions.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionSeen {
    id: SessionId,
    kind: Kind,
    /// Whether it is the one that asks.
    current: bool,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
}

/// `session.list`
pub(super) async fn list(
    app: App,
    visit: Visit,
    _: Nothing,
) -> Result<Answer<Vec<SessionSeen>>, Problem> {
    let signed = visit.signed(&app).await?;
    let sessions = app.store.list_sessions(&signed.session.holder).await?;
    let seen = sessions.into_iter().filter(|one| !one.is_over(visit.now)).map(|one| SessionSeen {
        kind: match one.holder {
            SessionHolder::User(_) => Kind::Account,
            SessionHolder::RootKey(_) => Kind::RootKey,
        },
        current: one.id == signed.session.id,
        created_at: one.created_at,
        last_seen_at: one.seen_at,
        expires_at: one.idle_expires(),
        remote_ip: one.remote_ip,
        user_agent: one.user_agent,
        id: one.id,
    });
    Answer::new(seen.collect())
}

/// One session, or all but the one that asks.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Revoke {
    #[schemars(length(min = 1, max = 255))]
    id: Option<String>,
    others: Option<bool>,
}

/// `session.revoke`
pub(super) async fn revoke(
    app: App,
    visit: Visit,
    request: Revoke,
) -> Result<Answer<Empty>, Problem> {
    let signed = visit.signed(&app).await?;
    let own = &signed.session.id;
    let cookie = match (request.id, request.others) {
        (Some(id), None) => {
            let id = SessionId::from(id);
            end(&app, &visit, &signed, EndSessions::One(&id), Event::SessionRevoked).await?;
            if id == *own { Cookie::Clear } else { Cookie::Keep }
        }
        (None, Some(true)) => {
            end(&app, &visit, &signed, EndSessions::AllBut(own), Event::SessionRevoked).await?;
            Cookie::Keep
        }
        _ => {
            return Err(Problem::invalid_field(
                "body",
                "must have `id`, or `others` that is true",
                "Send one of the two.",
            ));
        }
    };
    Ok(Answer { data: Empty {}, cookie })
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    #[schemars(length(max = 1024))]
    current_password: String,
    #[schemars(length(max = 1024))]
    new_password: String,
}

/// `session.changePassword`. Whoever had copied a session of the account loses it, the caller's own
/// too, which goes on under a new secret.
pub(super) async fn change_password(
    app: App,
    visit: Visit,
    request: ChangePassword,
) -> Result<Answer<SessionState>, Problem> {
    let signed = visit.signed(&app).await?;
    let Who::User(account) = &signed.who else {
        let detail = "A root key has no password. Reroll it instead.";
        return Err(Problem::new(Code::PreconditionFailed, detail));
    };
    confirm(&app, &visit, &signed, &request.current_password).await?;
    password::check("newPassword", &request.new_password, &account.user.email)?;
    let change = UserChange {
        password_hash: Some(password::hash(&app, &request.new_password).await?),
        ..UserChange::default()
    };
    let trail = visit.trail(&app, visit.log_of(&app, &signed.who).await?, actor(&signed.who));
    app.store.update_user(&account.user.id, &change, &trail).await?;
    begin(&app, &visit, signed.session.holder, signed.who).await
}
