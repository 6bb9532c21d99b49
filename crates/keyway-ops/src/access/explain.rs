//! `access.explain`

use keyway_core::id::{KeyId, RootKeyId, UserId};
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::keys::{self, Asked};
use super::principals::{self, Holder};
use super::{Explanation, RequestView};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::IpField;
use crate::problem::{Code, Problem};
use crate::refusals::{Refusal, What};
use crate::reply::{Outcome, Reply};

/// A request that was refused; a key and what it is asked for; or an operation, with the root key
/// that calls it unless it is the caller itself.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those on the wire")]
pub struct Request {
    /// A request that was refused lately.
    #[schemars(length(min = 1, max = 255))]
    request_id: Option<String>,
    /// A key by id.
    #[schemars(length(min = 1, max = 255))]
    key_id: Option<String>,
    /// A whole key.
    #[schemars(length(min = 1, max = 512))]
    key: Option<String>,
    /// Permissions that the key is to hold: names joined by AND and OR, with parentheses.
    #[schemars(length(min = 1, max = 1000))]
    permissions: Option<String>,
    /// How many credits the use costs.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    cost: Option<i64>,
    /// Names of limits to look at beside those that apply by themselves.
    #[schemars(length(max = 50), inner(length(min = 1, max = 255)))]
    ratelimits: Option<Vec<String>>,
    /// From where the key is used.
    ip: Option<IpField>,
    /// A root key by id.
    #[schemars(length(min = 1, max = 255))]
    root_key_id: Option<String>,
    /// A whole root key.
    #[schemars(length(min = 1, max = 512))]
    root_key: Option<String>,
    /// The operation to be called, as in `keys.createKey`.
    #[schemars(length(min = 1, max = 128))]
    operation: Option<String>,
    /// The API, key, namespace or identity that it is called on.
    #[schemars(length(min = 1, max = 255))]
    resource: Option<String>,
}

/// Explains a decision without making it: nothing is counted or changed.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Explanation> {
    let forms = [
        request.request_id.is_some(),
        request.key_id.is_some(),
        request.key.is_some(),
        request.operation.is_some(),
    ];
    if forms.iter().filter(|form| **form).count() != 1 {
        return Err(Problem::invalid_field(
            "body",
            "must have exactly one of `requestId`, `keyId`, `key` and `operation`",
            "Say what to explain: a request, a key, or an operation of a root key.",
        ));
    }
    if let Some(id) = request.request_id {
        return Reply::new(of_request(&app, &caller, &id).await?);
    }
    if let Some(operation) = request.operation {
        let holder = holder(&app, &caller, request.root_key_id, request.root_key).await?;
        let resource = request.resource.as_deref();
        let found = principals::explain(&app, &caller, &holder, &operation, resource).await?;
        return Reply::new(found);
    }
    let asked = Asked {
        permissions: request.permissions,
        cost: request.cost.unwrap_or(1),
        ratelimits: request.ratelimits.unwrap_or_default(),
        ip: request.ip.map(|ip| ip.0),
    };
    let key = match (request.key_id, request.key) {
        (Some(id), _) => {
            let id = KeyId::from(id);
            Some(caller.open(app.store.find_key(&id).await?, Code::KeyNotFound)?)
        }
        (None, Some(text)) => keys::find(&app, &caller, &text).await?,
        (None, None) => None,
    };
    match &key {
        Some(key) => {
            caller.require(Action::ReadKey.on(key.api.id.as_str()))?;
            caller.enter(key.api.environment.as_ref())?;
        }
        None => caller.require_somewhere(Action::ReadKey)?,
    }
    caller.require(Action::ReadRole.everywhere())?;
    Reply::new(keys::explain(&app, &caller, key, &asked, true).await?)
}

/// Whose operation it is.
async fn holder(
    app: &App,
    caller: &Caller,
    id: Option<String>,
    secret: Option<String>,
) -> Result<Holder, Problem> {
    if id.is_none() && secret.is_none() {
        return Ok(Holder::of_caller(caller));
    }
    caller.require(Action::ReadRootKey.everywhere())?;
    match (id, secret) {
        (Some(id), None) if id.starts_with("usr_") => {
            Holder::of_user(app, caller, &UserId::from(id)).await
        }
        (Some(id), None) => Holder::of_root_key(app, caller, &RootKeyId::from(id)).await,
        (None, Some(secret)) => Holder::of_secret(app, caller, &secret).await,
        _ => Err(Problem::invalid_field(
            "body.rootKey",
            "can't stand beside `rootKeyId`",
            "Send one of the two.",
        )),
    }
}

async fn of_request(app: &App, caller: &Caller, id: &str) -> Result<Explanation, Problem> {
    let Some(refusal) = app.dashboard.refusals.find(caller.workspace(), id) else {
        let detail = "No refusal of this request is remembered. Only recent ones of this \
                      workspace are, until the server restarts; ask about the key instead.";
        return Err(Problem::new(Code::RefusalNotFound, detail));
    };
    let own = refusal.principal == caller.principal.root_key.id.as_str();
    let mut found = match &refusal.what {
        What::Denied { missing } => {
            if !own {
                caller.require(Action::ReadRootKey.everywhere())?;
            }
            let holder = holder_of(app, caller, &refusal).await?;
            principals::explain_denied(app, caller, &holder, refusal.operation, missing).await?
        }
        What::Verdict { key, permissions, ip, cost, .. } => {
            let key = match key {
                Some(id) => app.store.find_key(id).await?,
                None => None,
            };
            let key = key.and_then(|key| key.open(caller.workspace()).ok());
            if !own {
                match &key {
                    Some(key) => {
                        caller.require(Action::ReadKey.on(key.api.id.as_str()))?;
                        caller.enter(key.api.environment.as_ref())?;
                    }
                    None => caller.require_somewhere(Action::ReadKey)?,
                }
                caller.require(Action::ReadRole.everywhere())?;
            }
            let asked = Asked {
                permissions: permissions.clone(),
                cost: *cost,
                ratelimits: Vec::new(),
                ip: *ip,
            };
            let roles = caller.may(Action::ReadRole.everywhere());
            keys::explain(app, caller, key, &asked, roles).await?
        }
    };
    let principal = match holder_of(app, caller, &refusal).await {
        Ok(holder) => holder.subject(),
        Err(_) => super::Subject {
            kind: "rootkey",
            id: refusal.principal.clone(),
            name: None,
            api_id: None,
        },
    };
    found.request = Some(RequestView {
        request_id: refusal.request_id.to_string(),
        time: refusal.time,
        operation: refusal.operation,
        principal,
    });
    Ok(found)
}

/// Who sent the request that was refused, as they are now.
async fn holder_of(app: &App, caller: &Caller, refusal: &Refusal) -> Result<Holder, Problem> {
    let id = refusal.principal.as_str();
    if id == caller.principal.root_key.id.as_str() {
        return Ok(Holder::of_caller(caller));
    }
    if id.starts_with("usr_") {
        return Holder::of_user(app, caller, &UserId::from(id)).await;
    }
    Holder::of_root_key(app, caller, &RootKeyId::from(id)).await
}
