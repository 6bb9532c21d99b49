//! `ratelimit.limit`

use keyway_core::id::OverrideId;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{CheckRequest, Resolved, namespaces, note, resolve};
use crate::problem::{Code, Problem};
use crate::registry::{Call, Called};
use crate::schema::Object;

/// One check.
pub type Request<'a> = Object<CheckRequest<'a>>;

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
pub fn run(call: Call<'_>) -> Called<'_> {
    Box::pin(async move {
        let mut kept = None;
        let requests: [Request<'_>; 1] = [call.read(&mut kept)?];
        let [request] = &requests;
        let Call { app, caller, .. } = call;

        let namespaces = namespaces(app, caller, &requests).await?;
        let namespace = namespaces.get(&request.namespace)?;
        let Resolved { check, override_id } = resolve(app, caller, namespace, request).await?;

        let judged = app.counters.take_one(&check, caller.now).await.ok_or_else(|| {
            Problem::new(Code::UnexpectedError, "The limiter gave no answer. Try again.")
        })?;

        note(app, caller, namespace, request, judged.passed);
        let response = Response {
            success: judged.passed,
            limit: check.limit,
            remaining: judged.remaining,
            reset: judged.reset,
            override_id,
        };
        call.reply(&response)
    })
}
