//! `keys.verifyKey`

use std::sync::Arc;

use keyway_core::credits::Spend;
use keyway_core::environment::Environment;
use keyway_core::id::{ApiId, KeyId, MigrationId};
use keyway_core::identity::Meta;
use keyway_core::migration::{HashFormat, PrefixedKey};
use keyway_core::permission::Action;
use keyway_core::ratelimit::{Check, Judgement};
use keyway_core::record::{Record, SealedRecord};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::verify::{self, Ask, AskedLimit, BadAsk, Outcome as Verdict, Plan, PlannedLimit};
use schemars::JsonSchema;

use super::verify_request::Request;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::Text;
use crate::problem::{Code, FieldError, Problem};
use crate::refusals::{Refusal, What};
use crate::registry::{Call, Called};
use crate::usage::Event;
use crate::views::IdentityView;

// The answer's shape. `render` writes it, from parts that the key's record holds ready.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is only described")]
pub struct Response {
    valid: bool,
    code: Verdict,
    #[serde(flatten)]
    key: Option<KeyPart>,
}

/// What the answer tells of a key that was found.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is only described")]
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
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is only described")]
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
pub fn run(mut call: Call<'_>) -> Called<'_> {
    Box::pin(async move {
        let mut kept = None;
        let request = call.read(&mut kept)?;
        let (verdict, key) = verify(call.app, call.caller, &request, &mut call.answer).await?;
        if verdict != Verdict::Valid {
            note_refusal(call.app, call.caller, &request, verdict, key);
        }
        Ok(call.written())
    })
}

/// Remembers why a key wasn't valid, so that it can be explained.
fn note_refusal(
    app: &App,
    caller: &Caller,
    request: &Request<'_>,
    verdict: Verdict,
    key: Option<KeyId>,
) {
    app.dashboard.refusals.note(caller.workspace(), || Refusal {
        request_id: caller.request.id,
        time: caller.now,
        operation: "keys.verifyKey",
        principal: caller.principal.root_key.id.to_string(),
        what: What::Verdict {
            key,
            verdict,
            permissions: request.permissions.as_ref().map(|query| query.to_string()),
            ip: request.client_ip.map_or(caller.request.remote_ip, |ip| Some(ip.0)),
            cost: request.credits.as_ref().map_or(1, |credits| credits.cost),
        },
    });
}

/// What is decided about which key; the key only of refusals.
type Decided = (Verdict, Option<KeyId>);

async fn verify(
    app: &App,
    caller: &Caller,
    request: &Request<'_>,
    out: &mut Vec<u8>,
) -> Result<Decided, Problem> {
    caller.require_somewhere(Action::VerifyKey)?;
    let ask = ask(caller, request)?;

    let found = find(app, caller, request).await?;
    let Some(key) = found.filter(|key| {
        let api = key.api().id().as_str();
        let is_wanted = |ids: &Vec<Text<'_>>| ids.iter().any(|id| **id == *api);
        caller.may(Action::VerifyKey.on(api)) && request.keyspaces.as_ref().is_none_or(is_wanted)
    }) else {
        render(out, None, Verdict::NotFound, None, &[], &[]);
        return Ok((Verdict::NotFound, None));
    };
    caller.enter(key.api().environment.as_ref())?;
    convert(app, &key, request).await?;

    let plan = verify::plan(&key, &ask, caller.now).map_err(|fault| refuse(&key, fault))?;
    let cost = request.credits.as_ref().map_or(1, |credits| credits.cost);
    let (limits, taken) = match plan {
        Plan::Refuse(verdict) => {
            let credits = balance(app, &key).await;
            (Vec::new(), credits.map(|credits| Taken { verdict, credits, judged: Vec::new() }))
        }
        Plan::Take(mut limits) => {
            let taken = take(app, caller, &key, &mut limits, cost).await;
            (limits, taken)
        }
    };
    let Taken { verdict, credits, judged } = match taken {
        // It was deleted after it was read.
        Err(problem) if problem.code == Code::KeyNotFound => {
            render(out, None, Verdict::NotFound, None, &[], &[]);
            return Ok((Verdict::NotFound, None));
        }
        taken => taken?,
    };
    app.last_uses.of_key(&key, caller.now);
    render(out, Some(&key), verdict, credits, &limits, &judged);
    drop(limits);
    let tags = request.tags.iter().map(|tag| tag.to_string()).collect();
    let refused = (verdict != Verdict::Valid).then(|| key.key_id());
    app.usage.push(Event::Verified { at: caller.now, key, outcome: verdict, cost, tags });
    Ok((verdict, refused))
}

/// The caller's key that has the given secret. Garbage is told by its checksum, without the store.
async fn find(
    app: &App,
    caller: &Caller,
    request: &Request<'_>,
) -> Result<Option<Arc<Record>>, Problem> {
    let whole = KeyHash::of(&request.key);
    let found = match app.store.kept_record(&whole) {
        Some(kept) => fitting(caller, kept, Form::Whole),
        None if !app.unchecked.may_exist(&request.key) => return Ok(None),
        None => find_by(app, caller, &whole, Form::Whole).await?,
    };
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
) -> Result<Option<Arc<Record>>, Problem> {
    let found = match app.store.kept_record(hash) {
        None => app.store.find_record(hash).await?,
        kept => kept,
    };
    Ok(found.and_then(|key| fitting(caller, key, wanted)))
}

/// The key, if it is the caller's and its hash is of what is wanted.
fn fitting(caller: &Caller, key: SealedRecord, wanted: Form) -> Option<Arc<Record>> {
    let key = key.open(caller.workspace()).ok()?;
    (key.pending_migration().is_some() == (wanted == Form::Imported)).then_some(key)
}

/// How the request names a key that was imported by its long token.
fn imported<'a>(request: &'a Request<'_>) -> Option<(MigrationId, PrefixedKey<'a>)> {
    let id = MigrationId::from(request.migration_id.as_deref()?);
    Some((id, PrefixedKey::parse(&request.key)?))
}

/// Gives an imported key the native form at its first use, whatever its state.
async fn convert(app: &App, key: &Record, request: &Request<'_>) -> Result<(), Problem> {
    let Some(pending) = key.pending_migration() else {
        return Ok(());
    };
    let Some((id, prefixed)) = imported(request).filter(|(id, _)| id.as_str() == pending) else {
        return Ok(());
    };
    drop(id);
    let (before, after) = (prefixed.imported_hash(), KeyHash::of(&request.key));
    Ok(app.store.convert_key(&key.key_id(), &before, &after, &prefixed.start()).await?)
}

fn ask<'a>(caller: &Caller, request: &'a Request<'_>) -> Result<Ask<'a>, Problem> {
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

fn refuse(key: &Record, fault: BadAsk) -> Problem {
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
            let holders = match key.identity() {
                Some(identity) => format!("the key {} or its identity {identity}", key.id()),
                None => format!("the key {}", key.id()),
            };
            let detail = format!(
                "There is no rate limit `{name}` on {holders}. Create it, or give `limit` and `duration`."
            );
            Problem::new(Code::PreconditionFailed, detail)
        }
    }
}

/// What became of a key that may pass if its limits and credits allow it.
struct Taken {
    verdict: Verdict,
    credits: Option<i64>,
    judged: Vec<Judgement>,
}

/// Takes the limits, then the credits. Limits of a request that its credits refuse are given back.
async fn take(
    app: &App,
    caller: &Caller,
    key: &Record,
    limits: &mut [PlannedLimit<'_>],
    cost: i64,
) -> Result<Taken, Problem> {
    for PlannedLimit { stored, check, .. } in &mut *limits {
        check.held = stored.and_then(|limit| limit.counter(|| app.counters.local(&check.counter)));
    }
    let judged = match &*limits {
        [] => Vec::new(),
        [limit] => app.counters.take_one(&limit.check, caller.now).await.into_iter().collect(),
        limits => app.counters.take(&checks(limits), caller.now).await,
    };
    if judged.iter().any(|judgement| !judgement.passed) {
        let credits = balance(app, key).await?;
        return Ok(Taken { verdict: Verdict::RateLimited, credits, judged });
    }
    if !key.has_credits() {
        return Ok(Taken { verdict: Verdict::Valid, credits: None, judged });
    }
    let spent = app.store.spend_credits(&key.key_id(), cost).await;
    if !matches!(spent, Ok(Spend::Taken(_) | Spend::Unlimited)) && !limits.is_empty() {
        app.counters.give_back(&checks(limits), caller.now).await;
    }
    let (verdict, credits) = match spent? {
        Spend::Taken(left) => (Verdict::Valid, Some(left)),
        Spend::Short(left) => (Verdict::UsageExceeded, Some(left)),
        Spend::Unlimited => (Verdict::Valid, None),
    };
    Ok(Taken { verdict, credits, judged })
}

fn checks<'a>(limits: &[PlannedLimit<'a>]) -> Vec<Check<'a>> {
    limits.iter().map(|limit| limit.check).collect()
}

/// What is left of a key's credits, if they are limited.
async fn balance(app: &App, key: &Record) -> Result<Option<i64>, Problem> {
    if !key.has_credits() {
        return Ok(None);
    }
    match app.store.spend_credits(&key.key_id(), 0).await? {
        Spend::Taken(left) | Spend::Short(left) => Ok(Some(left)),
        Spend::Unlimited => Ok(None),
    }
}

/// Writes the answer.
fn render(
    out: &mut Vec<u8>,
    key: Option<&Record>,
    verdict: Verdict,
    credits: Option<i64>,
    limits: &[PlannedLimit<'_>],
    judged: &[Judgement],
) {
    let mut digits = itoa::Buffer::new();
    let mut number = move |out: &mut Vec<u8>, name: &str, number: i64| {
        put(out, name);
        put(out, digits.format(number));
    };
    let member = |out: &mut Vec<u8>, name: &str, json: Option<&str>| {
        if let Some(json) = json {
            put(out, name);
            put(out, json);
        }
    };
    let is_valid = verdict == Verdict::Valid;
    put(out, if is_valid { r#"{"valid":true,"code":""# } else { r#"{"valid":false,"code":""# });
    put(out, verdict.name());
    if let Some(key) = key {
        put(out, r#"","keyId":""#);
        put(out, key.id());
        put(out, r#"","#);
        put(out, key.api().json());
        member(out, r#","name":"#, key.json_name());
        member(out, r#","meta":"#, key.json_meta());
        if let Some(expires) = key.expires() {
            number(out, r#","expires":"#, expires.0);
        }
        if let Some(credits) = credits {
            number(out, r#","credits":"#, credits);
        }
        put(out, if key.is_enabled() { r#","enabled":true"# } else { r#","enabled":false"# });
        put(out, key.grants().json());
        member(out, r#","identity":"#, key.json_identity());
        let mut before = r#","ratelimits":[{"id":""#;
        for (PlannedLimit { stored, name, check }, judged) in limits.iter().zip(judged) {
            put(out, before);
            before = r#",{"id":""#;
            if let Some(stored) = stored {
                let (id, name) = key.json_limit(stored);
                put(out, id);
                put(out, r#"","name":"#);
                put(out, name);
            } else {
                put(out, r#"","name":"#);
                // A string always has a JSON form.
                put(out, &serde_json::to_string(name).unwrap_or_default());
            }
            number(out, r#","limit":"#, check.limit);
            number(out, r#","duration":"#, check.counter.duration);
            number(out, r#","remaining":"#, judged.remaining);
            number(out, r#","reset":"#, judged.reset.0);
            put(out, if judged.passed { r#","exceeded":false"# } else { r#","exceeded":true"# });
            let is_automatic = stored.is_some_and(|stored| stored.auto_apply);
            put(out, if is_automatic { r#","autoApply":true}"# } else { r#","autoApply":false}"# });
        }
        if !limits.is_empty() && !judged.is_empty() {
            out.push(b']');
        }
        out.push(b'}');
    } else {
        put(out, r#""}"#);
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}
