//! Work that nobody asks for: last uses are stored in batches, deleted workspaces are erased.

use std::time::Duration;

use keyway_ops::app::App;
use tokio::task::JoinSet;

use crate::shutdown::Stopping;

/// How often last uses are stored: a crash loses this much of them.
const LAST_USES: Duration = Duration::from_secs(10);
/// How often deleted workspaces are looked for.
const PURGE: Duration = Duration::from_hours(1);

/// The tasks in the background. They end when it is time to stop.
pub struct Background(JoinSet<()>);

impl Background {
    /// Starts the tasks.
    pub fn start(app: &App, stopping: &Stopping) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(every(LAST_USES, stopping.clone(), app.clone(), flush_last_uses));
        tasks.spawn(every(PURGE, stopping.clone(), app.clone(), purge));
        Self(tasks)
    }

    /// Waits until all of them have ended.
    pub async fn ended(self) {
        self.0.join_all().await;
    }
}

async fn every<Work>(pause: Duration, mut stopping: Stopping, app: App, work: impl Fn(App) -> Work)
where
    Work: Future<Output = ()>,
{
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => work(app.clone()).await,
            () = stopping.wait() => return,
        }
    }
}

/// Stores the last uses of keys and root keys.
pub async fn flush_last_uses(app: App) {
    if let Err(error) = app.last_uses.flush(&*app.store).await {
        tracing::warn!(%error, "The last uses of keys could not be stored: {error}");
    }
}

async fn purge(app: App) {
    match app.store.purge_workspaces(app.clock.now()).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{count} deleted workspaces were erased"),
        Err(error) => {
            tracing::warn!(%error, "Deleted workspaces could not be erased: {error}");
        }
    }
}
