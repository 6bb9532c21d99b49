//! The only place that names concrete backends.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use keyway_backends::cache::Cache;
use keyway_backends::memory::MemoryCounters;
use keyway_backends::postgres::PostgresStore;
use keyway_backends::sqlite::SqliteStore;
use keyway_core::backend::store::Store;
use keyway_core::id::Entropy;
use keyway_core::time::Clock;
use keyway_ops::app::{App, Parts, UncheckedKeys};
use keyway_ops::last_uses::LastUses;
use keyway_ops::people::Dashboard;
use keyway_ops::usage::Usage;
use keyway_ops::vault::Vault;

use crate::cli::serve::ServeArgs;
use crate::settings::{Config, Place, PlainUrl, StorageConfig, environment};

/// How many last uses are stored at a time: one in the CPU time of some hundred verifications.
const LAST_USES_AT_ONCE: usize = 2000;

/// The app on the storage of the settings.
pub async fn app(
    storage: &StorageConfig,
    vault: Option<Vault>,
    clock: Clock,
    entropy: Entropy,
) -> Result<App> {
    let store = store(storage, &entropy).await?;
    let unchecked = match storage.place {
        Place::Embedded(_) => UncheckedKeys::of(&*store).await?,
        // Other nodes write there too.
        Place::Postgres(_) => UncheckedKeys::any(),
    };
    let counters = Arc::new(MemoryCounters::default());
    let last_uses = match storage.place {
        Place::Embedded(_) => LastUses::new(LAST_USES_AT_ONCE),
        // Nothing is kept of a key there that would tell whether its last use was stored.
        Place::Postgres(_) => LastUses::default(),
    };
    let (usage, dashboard) = (Usage::default(), Dashboard::default());
    Ok(App::of(Parts {
        store,
        counters,
        clock,
        entropy,
        last_uses,
        usage,
        vault,
        unchecked,
        dashboard,
    }))
}

async fn store(storage: &StorageConfig, entropy: &Entropy) -> Result<Arc<dyn Store>> {
    match &storage.place {
        Place::Embedded(directory) => {
            let cache = Cache::new(storage.cache_bytes);
            let store = SqliteStore::open_with(directory, storage.migrate, entropy, cache)
                .with_context(|| format!("The storage in {} can't be used", directory.display()))?;
            Ok(Arc::new(store))
        }
        Place::Postgres(shown) => {
            let (url, migrate) = (shown.reveal(), storage.migrate);
            let store = match storage.pool {
                Some(pool) => PostgresStore::connect_with(url, pool, migrate, entropy).await,
                None => PostgresStore::connect(url, migrate, entropy).await,
            };
            Ok(Arc::new(store.with_context(|| format!("The database {shown} can't be used"))?))
        }
    }
}

/// Looks whether the storage of the settings could be used, without changing anything in it.
/// Says what was found.
pub async fn check(storage: &StorageConfig) -> Result<String> {
    if let Place::Embedded(directory) = &storage.place
        && !directory.join("keyway.db").exists()
    {
        let directory = directory.display();
        return Ok(format!("There is no storage in {directory} yet; the first start makes it."));
    }
    let store = reader(&storage.place).await?;
    if matches!(storage.place, Place::Postgres(_)) {
        store.check().await.context("The database can't be written")?;
    }
    Ok("The storage is there and up to date.".to_owned())
}

/// A store that is as it was found. PostgreSQL's can be written as well, SQLite's can't.
async fn reader(place: &Place) -> Result<Arc<dyn Store>> {
    match place {
        Place::Embedded(directory) => {
            let store = SqliteStore::open_read_only(directory)
                .with_context(|| format!("The storage in {} can't be used", directory.display()))?;
            Ok(Arc::new(store))
        }
        Place::Postgres(url) => {
            let store = PostgresStore::connect(url.reveal(), false, &Entropy::System).await;
            Ok(Arc::new(store.with_context(|| format!("The database {url} can't be used"))?))
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
        let store = reader(&place).await?;
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_trait::async_trait;
    use keyway_core::backend::counters::Counters;
    use keyway_core::ratelimit::{Check, Judgement};
    use keyway_core::secret::PlainKey;
    use keyway_core::time::Timestamp;
    use keyway_http::{HttpConfig, Service};
    use serde_json::{Value, json};

    use super::*;
    use crate::bootstrap::bootstrap;

    const ROOT_KEY: &str = "unkey_0123456789abcdef0123456789abcdef";

    /// Counters in whose midst something goes wrong.
    enum Broken {
        Panics,
        Hangs,
    }

    #[async_trait]
    impl Counters for Broken {
        async fn take(&self, _: &[Check<'_>], _: Timestamp) -> Vec<Judgement> {
            match self {
                Self::Panics => panic!("the counters are broken"),
                Self::Hangs => std::future::pending().await,
            }
        }

        async fn give_back(&self, _: &[Check<'_>], _: Timestamp) {}
    }

    async fn ask(service: &Service, path: &str, body: &Value) -> (u16, Value) {
        let request = hyper::Request::post(path)
            .header("authorization", format!("Bearer {ROOT_KEY}"))
            .header("content-type", "application/json")
            .body(http_body_util::Full::<bytes::Bytes>::from(body.to_string()))
            .unwrap();
        let response = service.handle(request, None).await;
        let status = response.status().as_u16();
        let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap();
        (status, serde_json::from_slice(&body.to_bytes()).unwrap())
    }

    /// A service whose workspace is limited, so that every request is counted by `counters`.
    async fn limited(data: &std::path::Path, counters: Broken) -> Service {
        let entropy = Entropy::System;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(data, true, &entropy).unwrap());
        let app = App::new(store, Arc::new(counters), Clock::System, entropy);
        bootstrap(&app, Some(PlainKey::new(ROOT_KEY.to_owned()))).await.unwrap();
        let request_timeout = Duration::from_millis(200);
        let service = Service::new(app, HttpConfig { request_timeout, ..HttpConfig::default() });
        let (_, me) = ask(&service, "/v2/rootKeys.whoami", &json!({})).await;
        let change = json!({ "workspaceId": me["data"]["workspaceId"], "requestsPerMinute": 9 });
        let (status, answer) = ask(&service, "/v2/workspaces.updateWorkspace", &change).await;
        assert_eq!(status, 200, "{answer}");
        service
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_the_server_lives() {
        let data = tempfile::tempdir().unwrap();
        let service = limited(data.path(), Broken::Panics).await;
        for _ in 0..2 {
            let (status, answer) = ask(&service, "/v2/rootKeys.whoami", &json!({})).await;
            assert_eq!(status, 500);
            let error = &answer["error"];
            assert!(error["type"].as_str().unwrap().ends_with("/application/unexpected_error"));
            assert!(!error["detail"].as_str().unwrap().contains("counters"), "{answer}");
            assert!(answer["meta"]["requestId"].as_str().unwrap().starts_with("req_"));
        }
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_given_up() {
        let data = tempfile::tempdir().unwrap();
        let service = limited(data.path(), Broken::Hangs).await;
        let (status, answer) = ask(&service, "/v2/rootKeys.whoami", &json!({})).await;
        assert_eq!(status, 408);
        assert_eq!(answer["error"]["errors"], json!([]));
    }
}
