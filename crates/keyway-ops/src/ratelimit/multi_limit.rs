//! `ratelimit.multiLimit`

use keyway_core::id::OverrideId;
use keyway_core::ratelimit::Check;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CheckRequest, Resolved, namespaces, resolve};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Request(#[schemars(length(min = 1, max = 100))] Vec<CheckRequest>);

#[derive(Serialize, JsonSchema)]
pub struct Response {
    /// Whether every check passed; only then are they counted.
    passed: bool,
    limits: Vec<Item>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    namespace: String,
    identifier: String,
    /// Whether this check fits by itself.
    passed: bool,
    /// The limit in force: the override's, if one applies.
    limit: i64,
    remaining: i64,
    /// When the present window ends.
    reset: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    override_id: Option<OverrideId>,
}

/// Checks several limits and counts all of them or none.
pub async fn run(app: App, caller: Caller, Request(requests): Request) -> Outcome<Response> {
    let namespaces = namespaces(&app, &caller, &requests).await?;
    let (mut checks, mut overrides): (Vec<Check<'_>>, Vec<Option<OverrideId>>) = (vec![], vec![]);
    for request in &requests {
        let namespace = namespaces
            .get(&request.namespace.0)
            .ok_or_else(|| Problem::absent(Code::NamespaceNotFound))?;
        let Resolved { check, override_id } = resolve(&app, &caller, namespace, request).await?;
        checks.push(check);
        overrides.push(override_id);
    }

    let judged = app.counters.take(&checks, caller.now).await;
    let passed = judged.iter().all(|judgement| judgement.passed);
    let limits: Vec<i64> = checks.iter().map(|check| check.limit).collect();
    let items = requests.into_iter().zip(limits).zip(overrides).zip(judged);
    let limits = items
        .map(|(((request, limit), override_id), judged)| Item {
            namespace: request.namespace.0,
            identifier: request.identifier.0,
            passed: judged.passed,
            limit,
            remaining: judged.remaining,
            reset: judged.reset,
            override_id,
        })
        .collect();

    Reply::new(Response { passed, limits })
}
