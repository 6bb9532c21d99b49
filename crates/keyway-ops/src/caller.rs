//! Who asks, and what they may do.

use std::net::IpAddr;
use std::sync::Arc;

use keyway_core::api::Api;
use keyway_core::audit::{Actor, Trail};
use keyway_core::environment::Environment;
use keyway_core::id::{ApiId, CorrelationId, KeyId, RequestId, WorkspaceId};
use keyway_core::key::Key;
use keyway_core::owned::Owned;
use keyway_core::permission::{Action, RootPermission};
use keyway_core::ratelimit::{Check, CounterKey, CounterOwner, Judgement};
use keyway_core::record::RootRecord;
use keyway_core::secret::KeyHash;
use keyway_core::time::{MINUTE, SECOND, Timestamp};
use keyway_core::user::User;

use crate::app::App;
use crate::problem::{Code, Problem};

/// What is known of a request beside its body.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// Its id.
    pub id: RequestId,
    /// Where it came from.
    pub remote_ip: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// An authenticated root key that asks for something.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The root key.
    pub principal: Arc<RootRecord>,
    /// The request.
    pub request: RequestInfo,
    /// When it asks; one request sees one time.
    pub now: Timestamp,
    /// Whoever is behind the request, if it is somebody with an account and no root key. The
    /// principal then is one that holds what their role stands for.
    pub person: Option<Arc<User>>,
}

/// How much of its workspace's requests per minute a request left over.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// Requests per minute.
    pub limit: i64,
    /// How many are left.
    pub remaining: i64,
    /// In how many seconds the window ends.
    pub reset: i64,
}

impl Caller {
    /// Finds out who holds `token`. The order is that of the contract: the workspace gone, the
    /// workspace off, the key unknown, off, expired.
    pub async fn authenticate(
        app: &App,
        token: &str,
        request: RequestInfo,
    ) -> Result<Self, Problem> {
        let now = app.clock.now();
        let hash = KeyHash::of(token);
        let found = match app.store.kept_principal(&hash) {
            None => app.store.find_principal(&hash).await?,
            kept => kept,
        };
        let Some(principal) = found else {
            return Err(Problem::new(
                Code::RootKeyNotFound,
                "This root key is not known here. Check which instance and which key you use.",
            ));
        };
        if principal.workspace_deleted {
            let detail = "The workspace of this root key does not exist any more.";
            return Err(Problem::new(Code::WorkspaceNotFound, detail));
        }
        if !principal.workspace_enabled {
            let detail = "The workspace of this root key is switched off.";
            return Err(Problem::new(Code::WorkspaceDisabled, detail));
        }
        if !principal.root_key.enabled {
            return Err(Problem::new(Code::RootKeyDisabled, "This root key is switched off."));
        }
        if principal.root_key.expires.is_some_and(|expires| expires < now) {
            return Err(Problem::new(Code::RootKeyExpired, "This root key has expired."));
        }
        app.last_uses.of_root_key(&principal, now);
        Ok(Self { principal, request, now, person: None })
    }

    /// Counts the request against its workspace's limit, if it has one.
    pub async fn count_request(&self, app: &App) -> Result<Option<Quota>, (Problem, Quota)> {
        let Some(limit) = self.principal.requests_per_minute else {
            return Ok(None);
        };
        let check = Check {
            counter: CounterKey {
                workspace: self.workspace(),
                owner: CounterOwner::Workspace,
                duration: MINUTE,
            },
            held: None,
            limit,
            cost: 1,
        };
        let judged = app.counters.take_one(&check, self.now).await;
        let Some(Judgement { passed, remaining, reset }) = judged else {
            return Ok(None);
        };
        // Rounded up, so that whoever waits so long finds the window ended.
        let reset = ((reset.0 - self.now.0).max(0) + SECOND - 1) / SECOND;
        let quota = Quota { limit, remaining, reset: reset.max(1) };
        if passed {
            return Ok(Some(quota));
        }
        let detail = format!("The workspace may send {limit} requests per minute.");
        let mut problem = Problem::new(Code::WorkspaceRateLimited, detail);
        problem.retry_after = Some(quota.reset);
        Err((problem, quota))
    }

    /// The workspace that the root key administers.
    pub fn workspace(&self) -> &WorkspaceId {
        &self.principal.root_key.workspace_id
    }

    /// Whether the root key holds a permission.
    pub fn may(&self, needed: RootPermission<'_>) -> bool {
        self.principal.permissions.allows(needed)
    }

    /// Refuses unless the root key holds the permission.
    pub fn require(&self, needed: RootPermission<'_>) -> Result<(), Problem> {
        if self.may(needed) { Ok(()) } else { Err(Problem::lacks(needed)) }
    }

    /// Refuses unless the root key holds the permission for at least one resource.
    pub fn require_somewhere(&self, action: Action) -> Result<(), Problem> {
        if self.principal.permissions.allows_somewhere(action) {
            Ok(())
        } else {
            Err(Problem::lacks(action.everywhere()))
        }
    }

    /// Opens a row that was read by id: absent is `absent`, another workspace's is forbidden.
    pub fn open<T>(&self, row: Option<Owned<T>>, absent: Code) -> Result<T, Problem> {
        let row = row.ok_or_else(|| Problem::absent(absent))?;
        row.open(self.workspace()).map_err(|_| Problem::foreign())
    }

    /// The row that a request names by id or by name. The caller's own row of that id comes
    /// first, then its row of that name; only then does a foreign id count.
    pub fn open_named<T>(
        &self,
        by_id: Option<Owned<T>>,
        by_name: Option<T>,
        absent: Code,
    ) -> Result<T, Problem> {
        match (by_id.map(|row| row.open(self.workspace())), by_name) {
            (Some(Ok(row)), _) | (_, Some(row)) => Ok(row),
            (Some(Err(_)), None) => Err(Problem::foreign()),
            (None, None) => Err(Problem::absent(absent)),
        }
    }

    /// Whether the root key may touch what serves `environment`. One that is limited to
    /// environments may not touch APIs that have none.
    pub fn may_enter(&self, environment: Option<&Environment>) -> bool {
        match &self.principal.root_key.grant.environments {
            None => true,
            Some(allowed) => environment.is_some_and(|wanted| allowed.contains(wanted)),
        }
    }

    /// Refuses unless the root key may touch what serves `environment`.
    pub fn enter(&self, environment: Option<&Environment>) -> Result<(), Problem> {
        if self.may_enter(environment) { Ok(()) } else { Err(Problem::foreign()) }
    }

    /// The API with that id, if it is the caller's workspace's and of an environment it may touch.
    pub async fn open_api(&self, app: &App, id: &ApiId) -> Result<Api, Problem> {
        let api = self.open(app.store.find_api(id).await?, Code::ApiNotFound)?;
        self.enter(api.environment.as_ref())?;
        Ok(api)
    }

    /// The key with that id, if the caller may do all of `actions` to keys of its API.
    pub async fn open_key(
        &self,
        app: &App,
        id: &KeyId,
        actions: &[Action],
    ) -> Result<Key, Problem> {
        let key = self.open(app.store.find_key(id).await?, Code::KeyNotFound)?;
        for action in actions {
            self.require(action.on(key.api.id.as_str()))?;
        }
        self.enter(key.api.environment.as_ref())?;
        Ok(key)
    }

    /// The trail of what this request changes in the caller's own workspace.
    pub fn trail(&self, app: &App) -> Trail {
        let root_key = &self.principal.root_key;
        Trail {
            workspace: self.workspace().clone(),
            now: self.now,
            actor: match &self.person {
                Some(user) => Actor {
                    id: user.id.to_string(),
                    kind: "user".to_owned(),
                    name: Some(user.email.clone()),
                },
                None => Actor {
                    id: root_key.id.to_string(),
                    kind: "rootkey".to_owned(),
                    name: Some(root_key.name.clone().unwrap_or_else(|| "root key".to_owned())),
                },
            },
            remote_ip: self.request.remote_ip.map(|ip| ip.to_string()),
            user_agent: self.request.user_agent.clone(),
            request_id: Some(self.request.id),
            correlation: CorrelationId::generate(&app.entropy),
            entropy: app.entropy.clone(),
        }
    }
}
