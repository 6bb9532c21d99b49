//! `ratelimit.multiLimit`

use keyway_core::id::OverrideId;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CheckRequest, Resolved, namespaces, note, resolve};
use crate::registry::{Call, Called};
use crate::schema::{Direct, Object};

/// The most checks of one request.
const MOST: usize = 100;

#[derive(Deserialize, JsonSchema)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(transparent)]
pub struct Request<'a>(
    #[serde(borrow)]
    #[schemars(length(min = 1, max = MOST))]
    Vec<Object<CheckRequest<'a>>>,
);

impl<'a> Direct<'a> for Request<'a> {
    fn keeps_bounds(&self) -> bool {
        (1..=MOST).contains(&self.0.len()) && self.0.iter().all(Direct::keeps_bounds)
    }
}

#[derive(Serialize, JsonSchema)]
pub struct Response<'a> {
    /// Whether every check passed; only then are they counted.
    passed: bool,
    limits: Vec<Item<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    namespace: &'a str,
    identifier: &'a str,
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
pub fn run(call: Call<'_>) -> Called<'_> {
    Box::pin(async move {
        let mut kept = None;
        let Request(requests) = call.read(&mut kept)?;
        let Call { app, caller, .. } = call;

        let namespaces = namespaces(app, caller, &requests).await?;
        let mut checks = Vec::with_capacity(requests.len());
        let mut overrides = Vec::with_capacity(requests.len());
        for request in &requests {
            let namespace = namespaces.get(&request.namespace)?;
            let Resolved { check, override_id } = resolve(app, caller, namespace, request).await?;
            checks.push(check);
            overrides.push(override_id);
        }

        let judged = app.counters.take(&checks, caller.now).await;
        let passed = judged.iter().all(|judgement| judgement.passed);
        for request in &requests {
            note(app, caller, namespaces.get(&request.namespace)?, request, passed);
        }
        let items = requests.iter().zip(&checks).zip(overrides).zip(judged);
        let limits = items
            .map(|(((request, check), override_id), judged)| Item {
                namespace: &request.namespace,
                identifier: &request.identifier,
                passed: judged.passed,
                limit: check.limit,
                remaining: judged.remaining,
                reset: judged.reset,
                override_id,
            })
            .collect();
        let response = Response { passed, limits };
        call.reply(&response)
    })
}
