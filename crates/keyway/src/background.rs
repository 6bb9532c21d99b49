//! Work that nobody asks for: last uses are stored in batches, balances are refilled, the vault
//! follows its master key, deleted workspaces are erased, old counters are forgotten.

use std::time::Duration;

use keyway_core::backend::store::StoreResult;
use keyway_ops::app::App;
use keyway_ops::problem::Problem;
use keyway_ops::refills;
use tokio::task::JoinSet;

use crate::shutdown::Stopping;

/// How often last uses are stored: a crash loses this much of them.
const LAST_USES: Duration = Duration::from_secs(10);
/// How long the end waits until the last uses are stored.
const LAST_CHANCE: Duration = Duration::from_secs(3);
/// How often keys are looked for whose refill is due.
const REFILLS: Duration = Duration::from_mins(1);
/// How often keys of the vault are looked for that another master key has wrapped.
const ROTATION: Duration = Duration::from_hours(1);
/// How many of those are looked at together.
const ROTATED_AT_ONCE: usize = 10_000;
/// How often rate-limit counters are looked for that make no difference any more.
const SWEEP: Duration = Duration::from_secs(10);
/// How often deleted workspaces are looked for.
const PURGE: Duration = Duration::from_hours(1);

/// The tasks in the background. They end when it is time to stop.
pub struct Background(JoinSet<()>);

impl Background {
    /// Starts the tasks.
    pub fn start(app: &App, stopping: &Stopping) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(every(LAST_USES, stopping.clone(), app.clone(), flush_due_uses));
        tasks.spawn(every(SWEEP, stopping.clone(), app.clone(), sweep_counters));
        tasks.spawn(every(PURGE, stopping.clone(), app.clone(), purge));
        tasks.spawn(every(PURGE, stopping.clone(), app.clone(), purge_sessions));
        tasks.spawn(now_and_every(REFILLS, stopping.clone(), app.clone(), refill));
        tasks.spawn(now_and_every(ROTATION, stopping.clone(), app.clone(), rotate_vault));
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

/// The same for work that begins at once, and that may be left off in the middle.
async fn now_and_every<Work>(
    pause: Duration,
    mut stopping: Stopping,
    app: App,
    work: impl Fn(App) -> Work,
) where
    Work: Future<Output = ()>,
{
    let forever = async {
        loop {
            work(app.clone()).await;
            tokio::time::sleep(pause).await;
        }
    };
    tokio::select! {
        () = forever => {}
        () = stopping.wait() => {}
    }
}

async fn refill(app: App) {
    match refills::run(&app).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{count} keys were refilled"),
        Err(error) => tracing::warn!(%error, "Keys could not be refilled: {error}"),
    }
}

/// Puts the keys of the vault under the present master key.
async fn rotate_vault(app: App) {
    match rotate(&app).await {
        Ok(0) => {}
        Ok(unknown) => tracing::warn!(
            unknown,
            "{unknown} keys of the vault are sealed under a master key that is not set, and what \
             they seal can't be shown; set it as KEYWAY_MASTER_KEY or add it to \
             KEYWAY_PREVIOUS_MASTER_KEYS"
        ),
        Err(problem) => {
            let detail = &problem.detail;
            tracing::warn!(cause = ?problem.cause, "The vault could not be rotated: {detail}");
        }
    }
}

/// Says how many keys no master key opens that is known.
async fn rotate(app: &App) -> Result<usize, Problem> {
    let Some(vault) = &app.vault else {
        return Ok(app.store.list_deks_not_under("", ROTATED_AT_ONCE).await?.len());
    };
    let mut rotated = 0;
    loop {
        let (done, unknown) = vault.rotate(app, ROTATED_AT_ONCE).await?;
        rotated += done;
        if done == 0 {
            return Ok(unknown);
        }
        tracing::info!(rotated, "{rotated} keys of the vault are under the present master key now");
    }
}

async fn flush_due_uses(app: App) {
    told(app.last_uses.flush_due(&*app.store).await);
}

/// Stores the last uses of keys and root keys, as far as a few seconds suffice.
pub async fn flush_last_uses(app: App) {
    let stored = tokio::time::timeout(LAST_CHANCE, app.last_uses.flush(&*app.store));
    if let Ok(stored) = stored.await {
        told(stored);
    } else {
        tracing::info!("The last uses of some keys were not stored before the end");
    }
}

fn told(stored: StoreResult<()>) {
    if let Err(error) = stored {
        tracing::warn!(%error, "The last uses of keys could not be stored: {error}");
    }
}

async fn purge_sessions(app: App) {
    if let Err(error) = app.store.purge_sessions(app.clock.now()).await {
        tracing::warn!(%error, "Old sessions could not be erased: {error}");
    }
}

/// Lets others have their turn between the steps.
async fn sweep_counters(app: App) {
    let now = app.clock.now();
    while app.counters.sweep(now) {
        tokio::task::yield_now().await;
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
