//! Refills: balances that are topped up when their time has come.

use futures_util::stream::{self, StreamExt as _};
use keyway_core::audit::{Actor, Trail};
use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::id::CorrelationId;
use keyway_core::key::DueRefill;
use keyway_core::refill;
use keyway_core::time::Timestamp;

use crate::app::App;

/// How many due keys are asked for at once.
const BATCH: usize = 500;
/// How many are refilled side by side, so that they share commits.
const SIDE_BY_SIDE: usize = 8;

/// Refills every key whose time has come and says how many. Periods that were missed count once.
/// Several nodes may run this at the same time: each refill is done by one of them.
pub async fn run(app: &App) -> StoreResult<usize> {
    let now = app.clock.now();
    let mut total = 0;
    loop {
        let due = app.store.due_refills(now, BATCH).await?;
        let results: Vec<StoreResult<bool>> = stream::iter(due)
            .map(|due| refill(app, due, now))
            .buffer_unordered(SIDE_BY_SIDE)
            .collect()
            .await;
        let mut done = 0;
        for result in results {
            match result {
                Ok(refilled) => done += usize::from(refilled),
                Err(error @ StoreError::Unavailable(_)) => return Err(error),
                // One broken key must not keep the others waiting.
                Err(error) => tracing::error!(%error, "A key could not be refilled: {error}"),
            }
        }
        total += done;
        if done == 0 {
            return Ok(total);
        }
    }
}

async fn refill(app: &App, due: DueRefill, now: Timestamp) -> StoreResult<bool> {
    let trail = Trail {
        workspace: due.workspace_id.clone(),
        now,
        actor: Actor { id: "refill".to_owned(), kind: "system".to_owned(), name: None },
        remote_ip: None,
        user_agent: None,
        request_id: None,
        correlation: CorrelationId::generate(&app.entropy),
        entropy: app.entropy.clone(),
    };
    let next = refill::next(&due.refill, now);
    app.store.refill_key(&due, next, &trail).await
}
