//! The only place that names concrete backends.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use keyway_backends::memory::MemoryCounters;
use keyway_backends::postgres::PostgresStore;
use keyway_backends::sqlite::SqliteStore;
use keyway_core::backend::store::Store;
use keyway_core::id::Entropy;
use keyway_core::time::Clock;
use keyway_ops::app::App;

use crate::cli::serve::ServeArgs;
use crate::settings::{Config, Place, PlainUrl, StorageConfig, environment};

/// The app on the storage of the settings.
pub async fn app(storage: &StorageConfig, clock: Clock, entropy: Entropy) -> Result<App> {
    let store = store(storage, &entropy).await?;
    let counters = Arc::new(MemoryCounters::default());
    Ok(App::new(store, counters, clock, entropy))
}

async fn store(storage: &StorageConfig, entropy: &Entropy) -> Result<Arc<dyn Store>> {
    match &storage.place {
        Place::Embedded(directory) => {
            let store = SqliteStore::open(directory, storage.migrate, entropy)
                .with_context(|| format!("The storage in {} can't be used", directory.display()))?;
            Ok(Arc::new(store))
        }
        Place::Postgres(url) => {
            let store = PostgresStore::connect(url.reveal(), storage.migrate, entropy)
                .await
                .with_context(|| format!("The database {url} can't be used"))?;
            Ok(Arc::new(store))
        }
    }
}

/// Which audit log to check. What is absent is as the server's settings say.
#[derive(Default)]
pub struct AuditVerify {
    /// Directory of the embedded storage.
    pub data_dir: Option<PathBuf>,
    /// PostgreSQL.
    pub database_url: Option<String>,
    /// A file with one entry a line.
    pub export: Option<PathBuf>,
}

/// What the check of one workspace's log found.
#[derive(Debug, PartialEq, Eq)]
pub struct AuditChain {
    /// The workspace.
    pub workspace_id: String,
    /// How many entries were read.
    pub entries: u64,
    /// A sentence about the first entry that is wrong; nothing if the log is intact.
    pub fault: Option<String>,
}

/// Walks along the audit logs of a storage, also while a server uses it. Has its own runtime.
pub fn audit_verify(request: AuditVerify) -> Result<Vec<AuditChain>> {
    if request.export.is_some() {
        bail!("exported entries can't be checked by this version; leave the file out");
    }
    let place = match (request.database_url, request.data_dir) {
        (Some(url), _) => Place::Postgres(PlainUrl::new(url)),
        (None, Some(directory)) => Place::Embedded(directory),
        (None, None) => configured()?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let reports = runtime.block_on(async {
        let store: Arc<dyn Store> = match &place {
            Place::Embedded(directory) => Arc::new(SqliteStore::open_read_only(directory)?),
            Place::Postgres(url) => {
                let entropy = Entropy::System;
                let store = PostgresStore::connect(url.reveal(), false, &entropy).await;
                Arc::new(store.with_context(|| format!("the database {url} can't be used"))?)
            }
        };
        anyhow::Ok(store.verify_audit_chains().await?)
    })?;
    let chains = reports.into_iter().map(|report| AuditChain {
        workspace_id: report.workspace.to_string(),
        entries: report.entries.try_into().unwrap_or(0),
        fault: report.fault,
    });
    Ok(chains.collect())
}

/// The storage of the server's settings.
fn configured() -> Result<Place> {
    let config = Config::load(&ServeArgs::default(), &environment).map_err(|faults| {
        let texts: Vec<String> = faults.into_iter().map(|fault| fault.what).collect();
        anyhow!("the settings are wrong: {}", texts.join(" "))
    })?;
    Ok(config.storage.place)
}
