//! `instance.getInfo`

use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    version: &'static str,
    /// What the server takes for the present time.
    now: Timestamp,
    /// How long the server has been running.
    uptime_ms: i64,
    storage: Storage,
    /// Whether there is a master key for recoverable keys.
    vault: bool,
    /// What somebody should look after.
    findings: Vec<Finding>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Storage {
    /// Whether the database answers and can be written.
    healthy: bool,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Finding {
    level: Level,
    text: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Level {
    Warning,
    Error,
}

/// Tells how the instance is doing.
pub async fn run(app: App, caller: Caller, _: Request) -> Outcome<Response> {
    caller.require(Action::ReadInstance.everywhere())?;
    let healthy = app.store.check().await.is_ok();
    let mut findings = Vec::new();
    if !healthy {
        let text = "The database does not take changes at the moment.".to_owned();
        findings.push(Finding { level: Level::Error, text });
    }
    if app.vault.is_none() && !app.store.list_deks_not_under("", 1).await?.is_empty() {
        let text = "There are recoverable keys and no master key: their secrets can't be shown."
            .to_owned();
        findings.push(Finding { level: Level::Warning, text });
    }
    if !app.store.has_owner().await? {
        let text =
            "The instance has no owner yet: make one by `keyway admin setup-link`.".to_owned();
        findings.push(Finding { level: Level::Warning, text });
    }
    let started = app.dashboard.started.get().copied().unwrap_or(caller.now);
    Reply::new(Response {
        version: env!("CARGO_PKG_VERSION"),
        now: caller.now,
        uptime_ms: caller.now.0.saturating_sub(started.0),
        storage: Storage { healthy },
        vault: app.vault.is_some(),
        findings,
    })
}
