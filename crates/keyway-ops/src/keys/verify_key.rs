//! `keys.verifyKey`

use keyway_core::credits::Spend;
use keyway_core::environment::Environment;
use keyway_core::id::{ApiId, KeyId, MigrationId};
use keyway_core::identity::Meta;
use keyway_core::key::Key;
use keyway_core::migration::{HashFormat, PrefixedKey};
use keyway_core::permission::Action;
use keyway_core::ratelimit::{Check, Judgement};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::verify::{self, Ask, AskedLimit, BadAsk, Outcome as Verdict, Plan, PlannedLimit};
use schemars::JsonSchema;
use serde::Serialize;

use super::verify_request::Request;
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, FieldError, Problem};
use crate::reply::{Outcome, Reply};
use crate::views::IdentityView;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    valid: bool,
    code: Verdict,
    #[serde(flatten)]
    key: Option<KeyPart>,
}

/// All that is told of a key that isn't there for the caller.
const NOT_FOUND: Response = Response { valid: false, code: Verdict::NotFound, key: None };

/// What the answer tells of a key that was found.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct KeyPart {
    key_id: KeyId,
    /// The API that the key belongs to.
    keyspace_id: ApiId,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Environment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Meta::is_empty")]
    meta: Meta,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    /// What is left after this use.
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<i64>,
    enabled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    permissions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<IdentityView>,
    /// The limits that were checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ratelimits: Vec<LimitView>,
}

/// A limit that was checked.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LimitView {
    /// Empty for a limit that was given on the spot.
    id: String,
    name: String,
    limit: i64,
    duration: i64,
    remaining: i64,
    /// When the present window ends.
    reset: Timestamp,
    exceeded: bool,
    auto_apply: bool,
}

/// Decides about a key. A key that the caller may not verify doesn't exist for it.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require_somewhere(Action::VerifyKey)?;
    let ask = ask(&caller, &request)?;

    let found = find(&app, &caller, &request).await?;
    let Some(key) = found.filter(|key| {
        caller.may(Action::VerifyKey.on(key.api.id.as_str()))
            && request
                .keyspaces
                .as_ref()
                .is_none_or(|ids| ids.iter().any(|id| id == key.api.id.as_str()))
    }) else {
        return Reply::new(NOT_FOUND);
    };
    caller.enter(key.api.environment.as_ref())?;
    convert(&app, &key, &request).await?;

    let plan = verify::plan(&key, &ask, caller.now).map_err(|fault| refuse(&key, fault))?;
    let limits = match plan {
        Plan::Refuse(verdict) => {
            app.last_uses.of_key(&key.id, caller.now);
            let credits = key.credits.as_ref().map(|credits| credits.remaining);
            return Reply::new(answer(key, verdict, credits, Vec::new()));
        }
        Plan::Take(limits) => limits,
    };

    let cost = request.credits.as_ref().map_or(1, |credits| credits.cost);
    let taken = take(&app, &caller, &key, &limits, cost).await;
    let (verdict, credits, judged) = match taken {
        // It was deleted after it was read.
        Err(problem) if problem.code == Code::KeyNotFound => return Reply::new(NOT_FOUND),
        taken => taken?,
    };
    app.last_uses.of_key(&key.id, caller.now);
    let limits = limits.into_iter().zip(judged).map(LimitView::from).collect();

    Reply::new(answer(key, verdict, credits, limits))
}

/// The caller's key that has the given secret. Garbage is told by its checksum, without the store.
async fn find(app: &App, caller: &Caller, request: &Request) -> Result<Option<Key>, Problem> {
    if !app.unchecked.may_exist(&request.key) {
        return Ok(None);
    }
    let whole = KeyHash::of(&request.key);
    let found = find_by(app, caller, &whole, Form::Whole).await?;
    let Some((id, prefixed)) = imported(request).filter(|_| found.is_none()) else {
        return Ok(found);
    };
    let migration = app.store.find_migration(&id).await?;
    let migration = migration.and_then(|row| row.open(caller.workspace()).ok());
    if migration.is_none_or(|migration| migration.format != HashFormat::PrefixedApiKey) {
        return Ok(None);
    }
    match find_by(app, caller, &prefixed.imported_hash(), Form::Imported).await? {
        // It may have been converted since the first look.
        None => find_by(app, caller, &whole, Form::Whole).await,
        found => Ok(found),
    }
}

/// What a stored hash is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Whole,
    /// The long token of a key that was imported and never used; by itself it is no key.
    Imported,
}

async fn find_by(
    app: &App,
    caller: &Caller,
    hash: &KeyHash,
    wanted: Form,
) -> Result<Option<Key>, Problem> {
    let found = app.store.find_key_by_hash(hash).await?;
    let key = found.and_then(|key| key.open(caller.workspace()).ok());
    Ok(key.filter(|key| key.pending_migration.is_some() == (wanted == Form::Imported)))
}

/// How the request names a key that was imported by its long token.
fn imported(request: &Request) -> Option<(MigrationId, PrefixedKey<'_>)> {
    let id = MigrationId::from(request.migration_id.as_deref()?);
    Some((id, PrefixedKey::parse(&request.key)?))
}

/// Gives an imported key the native form at its first use, whatever its state.
async fn convert(app: &App, key: &Key, request: &Request) -> Result<(), Problem> {
    let Some((id, prefixed)) = imported(request) else {
        return Ok(());
    };
    if key.pending_migration.as_ref() != Some(&id) {
        return Ok(());
    }
    let (before, after) = (prefixed.imported_hash(), KeyHash::of(&request.key));
    Ok(app.store.convert_key(&key.id, &before, &after, &prefixed.start()).await?)
}

fn ask<'a>(caller: &Caller, request: &'a Request) -> Result<Ask<'a>, Problem> {
    let mut errors = Vec::new();
    let mut ratelimits = Vec::with_capacity(request.ratelimits.len());
    for (at, limit) in request.ratelimits.iter().enumerate() {
        if limit.limit.is_some() != limit.duration.is_some() {
            let missing = if limit.limit.is_some() { "duration" } else { "limit" };
            errors.push(FieldError {
                location: format!("body.ratelimits[{at}].{missing}"),
                message: "is required: a limit on the spot has both `limit` and `duration`"
                    .to_owned(),
                fix: Some("Give both, or neither to use the stored limit of that name.".to_owned()),
            });
        }
        ratelimits.push(AskedLimit {
            name: &limit.name,
            cost: limit.cost,
            ad_hoc: limit.limit.zip(limit.duration),
        });
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    Ok(Ask {
        permissions: request.permissions.as_deref(),
        ratelimits,
        ip: request.client_ip.map_or(caller.request.remote_ip, |ip| Some(ip.0)),
    })
}

fn refuse(key: &Key, fault: BadAsk) -> Problem {
    match fault {
        BadAsk::Query(error) => {
            let detail = format!("The permission query can't be read: {error}.");
            let mut problem = Problem::new(Code::QuerySyntax, detail);
            problem.errors.push(FieldError {
                location: "body.permissions".to_owned(),
                message: error.to_string(),
                fix: Some(
                    "Join permissions by AND and OR, and close every parenthesis.".to_owned(),
                ),
            });
            problem
        }
        BadAsk::UnknownLimit(name) => {
            let name: String = name.chars().take(64).collect();
            let holders = match &key.identity {
                Some(identity) => format!("the key {} or its identity {}", key.id, identity.id),
                None => format!("the key {}", key.id),
            };
            let detail = format!(
                "There is no rate limit `{name}` on {holders}. Create it, or give `limit` and `duration`."
            );
            Problem::new(Code::PreconditionFailed, detail)
        }
    }
}

/// Takes the limits, then the credits. Limits of a request that its credits refuse are given back.
async fn take(
    app: &App,
    caller: &Caller,
    key: &Key,
    limits: &[PlannedLimit<'_>],
    cost: i64,
) -> Result<(Verdict, Option<i64>, Vec<Judgement>), Problem> {
    let balance = key.credits.as_ref().map(|credits| credits.remaining);
    let checks: Vec<Check<'_>> = limits.iter().map(|limit| limit.check).collect();
    let judged =
        if checks.is_empty() { Vec::new() } else { app.counters.take(&checks, caller.now).await };
    if judged.iter().any(|judgement| !judgement.passed) {
        return Ok((Verdict::RateLimited, balance, judged));
    }
    if balance.is_none() {
        return Ok((Verdict::Valid, None, judged));
    }
    let spent = app.store.spend_credits(&key.id, cost).await;
    if !matches!(spent, Ok(Spend::Taken(_) | Spend::Unlimited)) && !checks.is_empty() {
        app.counters.give_back(&checks, caller.now).await;
    }
    match spent? {
        Spend::Taken(left) => Ok((Verdict::Valid, Some(left), judged)),
        Spend::Short(left) => Ok((Verdict::UsageExceeded, Some(left), judged)),
        Spend::Unlimited => Ok((Verdict::Valid, None, judged)),
    }
}

fn answer(key: Key, code: Verdict, credits: Option<i64>, ratelimits: Vec<LimitView>) -> Response {
    let permissions = key.effective_permissions().into_iter().map(str::to_owned).collect();
    let identity = key.identity.map(|mut identity| {
        identity
            .ratelimits
            .retain(|shared| key.ratelimits.iter().all(|own| own.name != shared.name));
        IdentityView::from(identity)
    });
    Response {
        valid: code == Verdict::Valid,
        code,
        key: Some(KeyPart {
            permissions,
            identity,
            key_id: key.id,
            keyspace_id: key.api.id,
            environment: key.api.environment,
            name: key.name,
            meta: key.meta,
            expires: key.expires,
            credits,
            enabled: key.enabled,
            roles: key.roles.into_iter().map(|role| role.name).collect(),
            ratelimits,
        }),
    }
}

impl From<(PlannedLimit<'_>, Judgement)> for LimitView {
    fn from((limit, judged): (PlannedLimit<'_>, Judgement)) -> Self {
        Self {
            id: limit.id.map(ToString::to_string).unwrap_or_default(),
            name: limit.name.to_owned(),
            limit: limit.check.limit,
            duration: limit.check.counter.duration,
            remaining: judged.remaining,
            reset: judged.reset,
            exceeded: !judged.passed,
            auto_apply: limit.auto_apply,
        }
    }
}
