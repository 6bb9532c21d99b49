//! `ratelimit.limit`

use keyway_core::id::OverrideId;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{CheckRequest, namespaces, resolve};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};
use crate::reply::{Outcome, Reply};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    success: bool,
    /// The limit in force: the override's, if one applies.
    limit: i64,
    remaining: i64,
    /// When the present window ends.
    reset: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    override_id: Option<OverrideId>,
}

/// Checks one limit and counts it.
pub async fn run(app: App, caller: Caller, request: CheckRequest) -> Outcome<Response> {
    let requests = [request];
    let namespaces = namespaces(&app, &caller, &requests).await?;
    let [request] = &requests;
    let namespace = namespaces
        .get(&request.namespace.0)
        .ok_or_else(|| Problem::absent(Code::NamespaceNotFound))?;
    let resolved = resolve(&app, &caller, namespace, request).await?;

    let limit = resolved.check.limit;
    let judged = app.counters.take_one(&resolved.check, caller.now).await.ok_or_else(|| {
        Problem::new(Code::UnexpectedError, "The limiter gave no answer. Try again.")
    })?;

    Reply::new(Response {
        success: judged.passed,
        limit,
        remaining: judged.remaining,
        reset: judged.reset,
        override_id: resolved.override_id,
    })
}
