//! `users.*`

use keyway_core::backend::store::StoreError;
use keyway_core::id::UserId;
use keyway_core::time::Timestamp;
use keyway_core::user::{Account, LinkKind, User, UserChange, UserRole};
use keyway_core::workspace::Workspace;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::links::{self, NewLink};
use super::private::Answer;
use super::sessions::{EMAIL_PATTERN, Nothing};
use super::visit::{Signed, Visit, Who, actor, home};
use crate::app::App;
use crate::problem::{Code, Problem};
use crate::reply::Empty;

/// Somebody who decides about people in a workspace.
struct Manager {
    signed: Signed,
    account: Account,
    role: UserRole,
    workspace: Workspace,
}

impl Manager {
    async fn of(app: &App, visit: &Visit) -> Result<Self, Problem> {
        let signed = visit.signed(app).await?;
        let (workspace, role) = visit.place(app, &signed.who).await?;
        match (&signed.who, role) {
            (Who::User(account), Some(role)) if role.manages_users() => {
                let account = Account::clone(account);
                Ok(Self { signed, account, role, workspace })
            }
            _ => Err(Problem::foreign()),
        }
    }

    /// The same, for something that changes people.
    async fn confirmed(app: &App, visit: &Visit) -> Result<Self, Problem> {
        let manager = Self::of(app, visit).await?;
        visit.check_step_up(&manager.signed)?;
        Ok(manager)
    }

    fn trail(&self, app: &App, visit: &Visit) -> keyway_core::audit::Trail {
        visit.trail(app, self.workspace.id.clone(), actor(&self.signed.who))
    }

    /// Somebody of the workspace, if the manager may decide about them.
    async fn subject(&self, app: &App, id: &UserId) -> Result<(Account, UserRole), Problem> {
        let absent = || Problem::absent(Code::UserNotFound);
        let account = app.store.find_user(id).await?.ok_or_else(absent)?;
        let role = account.role_in(&self.workspace.id).ok_or_else(absent)?;
        if role == UserRole::Owner && self.role != UserRole::Owner {
            return Err(Problem::foreign());
        }
        Ok((account, role))
    }

    /// Refuses to touch an account as a whole that has roles elsewhere too, unless by an owner.
    fn whole(&self, subject: &Account) -> Result<(), Problem> {
        if self.role == UserRole::Owner || subject.roles.len() < 2 {
            return Ok(());
        }
        Err(Problem::foreign())
    }

    fn grants(&self, role: UserRole) -> Result<(), Problem> {
        if role <= self.role { Ok(()) } else { Err(Problem::foreign()) }
    }
}

/// Turns the store's refusal to leave an instance without an owner into its own problem.
fn last_owner(error: StoreError) -> Problem {
    if let StoreError::Unfit(detail) = error {
        return Problem::new(Code::LastManager, detail);
    }
    error.into()
}

/// Somebody with a role in the workspace.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserSeen {
    id: UserId,
    email: String,
    role: UserRole,
    enabled: bool,
    /// Whether they have chosen a password.
    has_password: bool,
    /// Whether it is the caller.
    is_self: bool,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_sign_in_at: Option<Timestamp>,
}

/// `users.list`
pub(super) async fn list(
    app: App,
    visit: Visit,
    _: Nothing,
) -> Result<Answer<Vec<UserSeen>>, Problem> {
    let manager = Manager::of(&app, &visit).await?;
    let users = app.store.list_users(&manager.workspace.id).await?;
    let seen = users.into_iter().map(|(user, role)| UserSeen {
        is_self: user.id == manager.account.user.id,
        id: user.id,
        email: user.email,
        role,
        enabled: user.enabled,
        has_password: user.password_hash.is_some(),
        created_at: user.created_at,
        last_sign_in_at: user.last_sign_in_at,
    });
    Answer::new(seen.collect())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Create {
    #[schemars(regex(pattern = EMAIL_PATTERN))]
    email: String,
    role: UserRole,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    user_id: UserId,
    /// For the first password; absent if they have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<NewLink>,
}

/// `users.create`
pub(super) async fn create(
    app: App,
    visit: Visit,
    request: Create,
) -> Result<Answer<Created>, Problem> {
    let manager = Manager::confirmed(&app, &visit).await?;
    manager.grants(request.role)?;
    let trail = manager.trail(&app, &visit);
    let owner = request.role == UserRole::Owner;
    let known = app.store.find_user_by_email(&request.email).await?;
    let (user_id, needs_none) = match known {
        Some(known) if known.role_in(&manager.workspace.id).is_some() => {
            let detail = "Somebody with this address is in the workspace already.";
            return Err(Problem::new(Code::UserAlreadyExists, detail));
        }
        Some(known) => {
            if owner {
                let change = UserChange { owner: Some(true), ..UserChange::default() };
                app.store.update_user(&known.user.id, &change, &trail).await?;
            } else {
                app.store.set_user_role(&known.user.id, Some(request.role), &trail).await?;
            }
            // Whoever gets the link takes over the account with all its roles.
            let foreign = !known.roles.is_empty() && manager.role != UserRole::Owner;
            (known.user.id, known.user.password_hash.is_some() || foreign)
        }
        None => {
            let user = User {
                id: UserId::generate(&app.entropy),
                email: request.email.trim().to_owned(),
                password_hash: None,
                owner,
                enabled: true,
                created_at: visit.now,
                updated_at: None,
                last_sign_in_at: None,
            };
            let role = Some(request.role).filter(|_| !owner);
            app.store.insert_user(&user, role, &trail).await?;
            (user.id, false)
        }
    };
    let link = if needs_none {
        None
    } else {
        let id = Some(user_id.clone());
        Some(links::make(&app, LinkKind::Invite, id, &visit.server.public_url, &trail).await?)
    };
    Answer::new(Created { user_id, link })
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Update {
    #[schemars(length(min = 1, max = 255))]
    user_id: String,
    role: Option<UserRole>,
    enabled: Option<bool>,
}

/// `users.update`
pub(super) async fn update(
    app: App,
    visit: Visit,
    request: Update,
) -> Result<Answer<Empty>, Problem> {
    let manager = Manager::confirmed(&app, &visit).await?;
    let id = UserId::from(request.user_id);
    let (subject, role) = manager.subject(&app, &id).await?;
    let trail = manager.trail(&app, &visit);
    if let Some(wanted) = request.role {
        manager.grants(wanted)?;
    }
    if request.enabled.is_some_and(|enabled| enabled != subject.user.enabled) {
        manager.whole(&subject)?;
    }
    let owner = request.role.map(|wanted| wanted == UserRole::Owner);
    // The role comes first, so that somebody who ceases to be an owner is not without one.
    if let Some(wanted) =
        request.role.filter(|wanted| *wanted != UserRole::Owner && *wanted != role)
    {
        app.store.set_user_role(&id, Some(wanted), &trail).await?;
    }
    let owner = owner.filter(|owner| *owner != subject.user.owner);
    if owner.is_some() || request.enabled.is_some() {
        let change = UserChange { enabled: request.enabled, owner, ..UserChange::default() };
        app.store.update_user(&id, &change, &trail).await.map_err(last_owner)?;
    }
    Answer::new(Empty {})
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Named {
    #[schemars(length(min = 1, max = 255))]
    user_id: String,
}

/// `users.delete`
pub(super) async fn delete(
    app: App,
    visit: Visit,
    request: Named,
) -> Result<Answer<Empty>, Problem> {
    let manager = Manager::confirmed(&app, &visit).await?;
    let id = UserId::from(request.user_id);
    let (subject, _) = manager.subject(&app, &id).await?;
    let trail = manager.trail(&app, &visit);
    let elsewhere = subject.roles.iter().any(|(workspace, _)| *workspace != manager.workspace.id);
    if elsewhere && !subject.user.owner {
        app.store.set_user_role(&id, None, &trail).await?;
    } else {
        app.store.delete_user(&id, &trail).await.map_err(last_owner)?;
    }
    Answer::new(Empty {})
}

/// `users.resetLink`
pub(super) async fn reset_link(
    app: App,
    visit: Visit,
    request: Named,
) -> Result<Answer<NewLink>, Problem> {
    let manager = Manager::confirmed(&app, &visit).await?;
    let id = UserId::from(request.user_id);
    let (subject, _) = manager.subject(&app, &id).await?;
    manager.whole(&subject)?;
    let has_password = subject.user.password_hash.is_some();
    let kind = if has_password { LinkKind::Reset } else { LinkKind::Invite };
    let trail = manager.trail(&app, &visit);
    Answer::new(links::make(&app, kind, Some(id), &visit.server.public_url, &trail).await?)
}

/// A link for another password, made on the server's own machine; nothing if there is nobody with
/// that address.
pub async fn reset_password(
    app: &App,
    email: &str,
    public_url: &str,
) -> Result<Option<NewLink>, Problem> {
    let Some(account) = app.store.find_user_by_email(email).await? else { return Ok(None) };
    let trail = links::local_trail(app, home(app, &account).await?, "admin");
    let id = account.user.id.clone();
    links::make(app, LinkKind::Reset, Some(id), public_url, &trail).await.map(Some)
}
