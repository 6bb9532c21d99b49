//! `workspace.getLimits`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    api_billable_operations_count_max_per_month: Bound,
    api_requests_count_max_per_minute: Bound,
    logs_retention_days_max: Bound,
    logs_audit_retention_days_max: Bound,
    logdrains_max: Bound,
}

/// A limit; `null` is none.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Bound {
    #[schemars(extend("x-nullable" = true))]
    limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<i64>,
}

/// Tells the limits of the caller's workspace. Nothing here is billed or drained.
pub async fn run(_app: App, caller: Caller, _request: Request) -> Outcome<Response> {
    caller.require(Action::ReadWorkspace.everywhere())?;
    let none = || Bound { limit: None, current: None };
    Reply::new(Response {
        api_billable_operations_count_max_per_month: none(),
        api_requests_count_max_per_minute: Bound {
            limit: caller.principal.requests_per_minute,
            current: None,
        },
        logs_retention_days_max: none(),
        logs_audit_retention_days_max: none(),
        logdrains_max: Bound { limit: Some(0), current: Some(0) },
    })
}
