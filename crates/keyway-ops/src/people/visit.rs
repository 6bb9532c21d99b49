//! A call of the dashboard: who is behind it, and whether it may be made now.

use std::sync::Arc;

use keyway_core::audit::{Actor, Event, Resource, ResourceKind, Trail};
use keyway_core::id::{CorrelationId, RootKeyId, WorkspaceId};
use keyway_core::permission::{Action, Level};
use keyway_core::record::RootRecord;
use keyway_core::root_key::{Grant, Principal, RootKey};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::user::{self, Account, SEEN_DELAY, Session, SessionHolder, UserRole};
use keyway_core::workspace::Workspace;
use serde_json::Value;

use crate::app::App;
use crate::caller::{Caller, RequestInfo};
use crate::problem::{Code, Problem};

/// What is known of a call beside its body.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The request.
    pub request: RequestInfo,
    /// When it came.
    pub now: Timestamp,
    /// The secret of the session, from the cookie.
    pub token: Option<String>,
    /// What shows that a page of the dashboard sent it.
    pub csrf: Option<String>,
    /// The workspace that it is about: id or slug.
    pub workspace: Option<String>,
    /// How the server looks from there.
    pub server: ServerSeen,
}

/// How the server looks from a browser.
#[derive(Clone, Debug)]
pub struct ServerSeen {
    /// Where the public operations are, without a slash at the end.
    pub public_url: String,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// Whether a session is safe on this connection.
    pub secure: bool,
    /// Whether root keys may sign in.
    pub root_key_sign_in: bool,
}

/// Who a session stands for at this moment.
#[derive(Clone, Debug)]
pub enum Who {
    /// Somebody with an account.
    User(Arc<Account>),
    /// A root key.
    RootKey(Arc<RootRecord>),
}

/// A session that is in force.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The session.
    pub session: Session,
    /// Its secret.
    pub token: String,
    /// Whose it is.
    pub who: Who,
}

impl Visit {
    /// The session behind the call, with what it stands for now.
    pub async fn signed(&self, app: &App) -> Result<Signed, Problem> {
        let Some(token) = &self.token else {
            return Err(Problem::new(Code::SessionMissing, "Nobody is signed in."));
        };
        let Some(mut session) = app.store.find_session(&KeyHash::of(token)).await? else {
            let detail = "This session was ended. Sign in again.";
            return Err(Problem::new(Code::SessionRevoked, detail));
        };
        if session.is_over(self.now) {
            let detail =
                "This session was not used for too long or has reached its end. Sign in again.";
            return Err(Problem::new(Code::SessionExpired, detail));
        }
        let who = self.who(app, &session.holder).await?;
        if session.seen_at.plus(SEEN_DELAY) <= self.now {
            app.store.touch_session(&session.id, self.now).await?;
            session.seen_at = self.now;
        }
        Ok(Signed { session, token: token.clone(), who })
    }

    async fn who(&self, app: &App, holder: &SessionHolder) -> Result<Who, Problem> {
        match holder {
            SessionHolder::User(id) => {
                let account = app.store.find_user(id).await?;
                account
                    .filter(|one| one.user.enabled && (one.user.owner || !one.roles.is_empty()))
                    .map(|account| Who::User(Arc::new(account)))
                    .ok_or_else(|| {
                        let detail = "This account is switched off or has no role any more.";
                        Problem::new(Code::SessionUserDisabled, detail)
                    })
            }
            SessionHolder::RootKey(hash) => {
                let principal = app.store.find_principal(hash).await?;
                principal.filter(|one| is_in_force(one, self.now)).map(Who::RootKey).ok_or_else(
                    || {
                        let detail = "The root key of this session is switched off, deleted or \
                                      has expired.";
                        Problem::new(Code::SessionKeyDisabled, detail)
                    },
                )
            }
        }
    }

    /// Refuses a call that doesn't bring what only the session's own pages know.
    pub async fn check_csrf(&self, app: &App, signed: &Signed) -> Result<(), Problem> {
        if self.csrf.as_deref().is_some_and(|given| user::is_csrf_token(&signed.token, given)) {
            return Ok(());
        }
        Err(self.forged(app, Some(signed)).await)
    }

    /// The refusal of a call from elsewhere, which is told in the log if a session is behind it.
    pub async fn forged(&self, app: &App, signed: Option<&Signed>) -> Problem {
        if let Some(signed) = signed
            && let Ok(workspace) = self.log_of(app, &signed.who).await
        {
            let trail = self.trail(app, workspace, actor(&signed.who));
            let session = Resource::new(ResourceKind::Session, &signed.session.id);
            if let Err(error) = app.store.note_event(Event::SessionForged, &[session], &trail).await
            {
                tracing::warn!(%error, "A refused call could not be told in the log: {error}");
            }
        }
        let detail = "The call doesn't come from a page of this dashboard. Reload the page.";
        Problem::new(Code::SessionForged, detail)
    }

    /// Refuses if the holder hasn't confirmed lately who they are.
    pub fn check_step_up(&self, signed: &Signed) -> Result<(), Problem> {
        if self.now < signed.session.stepped_up_until() {
            return Ok(());
        }
        let detail = "Enter the password or root key again to do this.";
        Err(Problem::new(Code::StepUpRequired, detail))
    }

    /// The workspace that the call is about, and what the session's holder is there.
    pub async fn place(
        &self,
        app: &App,
        who: &Who,
    ) -> Result<(Workspace, Option<UserRole>), Problem> {
        let absent = || Problem::absent(Code::WorkspaceNotFound);
        let named = match &self.workspace {
            Some(text) => Some(app.store.find_workspace_named(text).await?.ok_or_else(absent)?),
            None => None,
        };
        match who {
            Who::RootKey(principal) => {
                let own = &principal.root_key.workspace_id;
                let workspace = match named {
                    Some(workspace) => workspace,
                    None => {
                        app.store.find_workspace_named(own.as_str()).await?.ok_or_else(absent)?
                    }
                };
                if workspace.id == *own { Ok((workspace, None)) } else { Err(absent()) }
            }
            Who::User(account) => {
                let workspace = if let Some(workspace) = named {
                    workspace
                } else {
                    let id = home(app, account).await?;
                    app.store.find_workspace_named(id.as_str()).await?.ok_or_else(absent)?
                };
                let role = account.role_in(&workspace.id).ok_or_else(absent)?;
                Ok((workspace, Some(role)))
            }
        }
    }

    /// The session's holder as one who calls operations.
    pub async fn caller(&self, app: &App, signed: &Signed) -> Result<Caller, Problem> {
        let (workspace, role) = self.place(app, &signed.who).await?;
        let request = self.request.clone();
        match (&signed.who, role) {
            (Who::User(account), Some(role)) => Ok(Caller {
                principal: Arc::new(RootRecord::alone(
                    KeyHash([0; 32]),
                    principal(account, role, &workspace),
                )),
                request,
                now: self.now,
                person: Some(Arc::new(account.user.clone())),
            }),
            (Who::RootKey(principal), _) => {
                app.last_uses.of_root_key(principal, self.now);
                let principal = Arc::clone(principal);
                Ok(Caller { principal, request, now: self.now, person: None })
            }
            (Who::User(_), None) => Err(Problem::absent(Code::WorkspaceNotFound)),
        }
    }

    /// In which log it is told what the holder does to their own session.
    pub(super) async fn log_of(&self, app: &App, who: &Who) -> Result<WorkspaceId, Problem> {
        match who {
            Who::RootKey(principal) => Ok(principal.root_key.workspace_id.clone()),
            Who::User(account) => home(app, account).await,
        }
    }

    /// The trail of what this call changes.
    pub(super) fn trail(&self, app: &App, workspace: WorkspaceId, actor: Actor) -> Trail {
        Trail {
            workspace,
            now: self.now,
            actor,
            remote_ip: self.request.remote_ip.map(|ip| ip.to_string()),
            user_agent: self.request.user_agent.clone(),
            request_id: Some(self.request.id),
            correlation: CorrelationId::generate(&app.entropy),
            entropy: app.entropy.clone(),
        }
    }
}

/// Whether a root key may have sessions.
pub(super) fn is_in_force(principal: &Principal, now: Timestamp) -> bool {
    let root_key = &principal.root_key;
    let expired = root_key.expires.is_some_and(|expires| expires < now);
    root_key.enabled && !expired && !principal.workspace_deleted
}

/// The workspace in which somebody arrives.
pub(super) async fn home(app: &App, account: &Account) -> Result<WorkspaceId, Problem> {
    match account.roles.first() {
        Some((workspace, _)) if !account.user.owner => Ok(workspace.clone()),
        Some(_) | None => app
            .store
            .home_workspace()
            .await?
            .ok_or_else(|| Problem::absent(Code::WorkspaceNotFound)),
    }
}

/// Who acts, as the log names them.
pub(super) fn actor(who: &Who) -> Actor {
    match who {
        Who::User(account) => Actor {
            id: account.user.id.to_string(),
            kind: "user".to_owned(),
            name: Some(account.user.email.clone()),
        },
        Who::RootKey(principal) => {
            let root_key = &principal.root_key;
            Actor {
                id: root_key.id.to_string(),
                kind: "rootkey".to_owned(),
                name: Some(root_key.name.clone().unwrap_or_else(|| "root key".to_owned())),
            }
        }
    }
}

/// A principal that holds what a role stands for, so that one way of asking serves keys and people.
pub(crate) fn principal(account: &Account, role: UserRole, workspace: &Workspace) -> Principal {
    let user = &account.user;
    Principal {
        root_key: RootKey {
            id: RootKeyId::from(user.id.as_str()),
            workspace_id: workspace.id.clone(),
            start: String::new(),
            end: String::new(),
            name: Some(user.email.clone()),
            enabled: user.enabled,
            grant: Grant { permissions: role.permissions(), ..Grant::default() },
            expires: None,
            created_at: user.created_at,
            updated_at: user.updated_at,
            last_used_at: None,
            created_by: None,
        },
        permissions: role.permission_set(),
        workspace_enabled: workspace.enabled,
        workspace_deleted: workspace.purge_at.is_some(),
        requests_per_minute: workspace.requests_per_minute,
    }
}

/// Refuses what a workspace that is off doesn't allow. People may still look around in it and
/// switch it on again; root keys may do nothing.
pub fn check_enabled(caller: &Caller, operation: &str, needs: &[Action]) -> Result<(), Problem> {
    let only_looks = needs.iter().all(|action| action.row().level == Level::Read);
    let looks = only_looks && operation != "keys.verifyKey";
    let tolerated = looks || operation == "workspaces.updateWorkspace";
    if caller.principal.workspace_enabled || (caller.person.is_some() && tolerated) {
        return Ok(());
    }
    Err(Problem::new(Code::WorkspaceDisabled, "The workspace is switched off."))
}

/// Whether an operation is asked of the dashboard only after a fresh confirmation.
pub fn needs_step_up(operation: &str, body: &[u8]) -> bool {
    let member = |name: &str| {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        value.get(name).cloned().unwrap_or_default()
    };
    match operation {
        "rootKeys.createKey"
        | "rootKeys.updateKey"
        | "rootKeys.rerollKey"
        | "rootKeys.deleteKey"
        | "apis.deleteApi"
        | "workspaces.deleteWorkspace"
        | "auditLogs.exportAuditLogs"
        | "users.create"
        | "users.update"
        | "users.delete"
        | "users.resetLink" => true,
        "apis.updateApi" => member("deleteProtection") == Value::Bool(false),
        _ => member("decrypt") == Value::Bool(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dangerous_needs_a_fresh_confirmation() {
        assert!(needs_step_up("rootKeys.createKey", b"{}"));
        assert!(needs_step_up("apis.updateApi", br#"{"deleteProtection": false}"#));
        assert!(!needs_step_up("apis.updateApi", br#"{"deleteProtection": true}"#));
        assert!(needs_step_up("keys.getKey", br#"{"decrypt": true}"#));
        assert!(!needs_step_up("keys.getKey", br#"{"decrypt": false}"#));
        assert!(!needs_step_up("keys.createKey", b"nonsense"));
    }
}
