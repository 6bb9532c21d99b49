//! A store of its own for every test, with one workspace in it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use keyway_backends::postgres::PostgresStore;
use keyway_backends::sqlite::SqliteStore;
use keyway_core::api::Api;
use keyway_core::audit::{Actor, AuditFilter, Entry, Trail};
use keyway_core::backend::store::{Store, StoreResult};
use keyway_core::credits::Credits;
use keyway_core::id::{
    ApiId, CorrelationId, Entropy, IdentityId, KeyId, PermissionId, RatelimitId, RoleId, RootKeyId,
    WorkspaceId,
};
use keyway_core::key::{Key, NewKey, Owner};
use keyway_core::page::Page;
use keyway_core::ratelimit::NewRatelimit;
use keyway_core::role::{Permission, Role, WantedPermission};
use keyway_core::root_key::{Grant, RootKey};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::workspace::Workspace;

/// When everything happens, unless a test says otherwise.
pub const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A page that holds everything.
pub const ALL: Page = Page { limit: 100, after: None };

/// A store with one workspace.
pub struct Fixture {
    pub store: Arc<dyn Store>,
    pub entropy: Entropy,
    pub workspace: Workspace,
    pub root_key: RootKey,
    home: Home,
}

/// Where the store lives.
enum Home {
    Sqlite(tempfile::TempDir),
    Postgres { server: String, schema: String },
}

/// Runs a test and clears up behind it, whether it passes or not.
pub async fn with_store(test: impl AsyncFnOnce(&Fixture)) {
    let fixture = Fixture::start().await;
    let result = AssertUnwindSafe(test(&fixture)).catch_unwind().await;
    fixture.stop().await;
    if let Err(panic) = result {
        std::panic::resume_unwind(panic);
    }
}

#[expect(clippy::disallowed_methods, reason = "tests choose their database by the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Home {
    async fn find(entropy: &Entropy) -> Self {
        match environment("KEYWAY_TEST_BACKEND").as_deref() {
            None | Some("" | "sqlite") => Self::Sqlite(tempfile::tempdir().unwrap()),
            Some("postgres") => {
                let server = environment("KEYWAY_TEST_POSTGRES_URL")
                    .expect("KEYWAY_TEST_POSTGRES_URL must name a PostgreSQL server");
                let schema = entropy.id("t").to_ascii_lowercase();
                on_server(&server, &format!("CREATE SCHEMA {schema}")).await;
                Self::Postgres { server, schema }
            }
            Some(other) => panic!("KEYWAY_TEST_BACKEND is {other:?}, not sqlite or postgres"),
        }
    }

    async fn open(&self, migrate: bool) -> StoreResult<Arc<dyn Store>> {
        Ok(match self {
            Self::Sqlite(dir) => {
                Arc::new(SqliteStore::open(dir.path(), migrate, &Entropy::System)?)
            }
            Self::Postgres { server, schema } => {
                let separator = if server.contains('?') { '&' } else { '?' };
                let url = format!(
                    "{server}{separator}options=-csearch_path%3D{schema}&application_name={schema}"
                );
                Arc::new(PostgresStore::connect(&url, migrate, &Entropy::System).await?)
            }
        })
    }
}

async fn on_server(server: &str, sql: &str) {
    run_sql(server, sql).await.unwrap();
}

async fn run_sql(server: &str, sql: &str) -> Result<(), String> {
    let (client, connection) =
        tokio_postgres::connect(server, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    let connection = tokio::spawn(connection);
    let result = client.batch_execute(sql).await.map_err(|err| err.to_string());
    drop(client);
    connection.await.unwrap().unwrap();
    result
}

impl Fixture {
    async fn start() -> Self {
        let entropy = Entropy::System;
        let home = Home::find(&entropy).await;
        let store = home.open(true).await.unwrap();
        let workspace = new_workspace(&entropy, "default");
        let root_key = new_root_key(&entropy, &workspace.id);
        let fixture = Self { store, entropy, workspace, root_key, home };
        let (workspace, root_key) = (&fixture.workspace, &fixture.root_key);
        let first = KeyHash::of("first");
        let trail = fixture.trail();
        assert!(fixture.store.bootstrap(workspace, root_key, first, &trail).await.unwrap());
        fixture
    }

    async fn stop(self) {
        drop(self.store);
        if let Home::Postgres { server, schema } = self.home {
            on_server(&server, &format!("DROP SCHEMA {schema} CASCADE")).await;
        }
    }

    /// Opens the same database again, while the first store is still open if that is allowed.
    pub async fn open_again(&self, migrate: bool) -> StoreResult<Arc<dyn Store>> {
        self.home.open(migrate).await
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.home, Home::Sqlite(_))
    }

    /// Where SQLite's files are.
    pub fn data_dir(&self) -> &std::path::Path {
        match &self.home {
            Home::Sqlite(dir) => dir.path(),
            Home::Postgres { .. } => panic!("PostgreSQL has no data directory here"),
        }
    }

    /// Runs SQL behind the store's back.
    pub async fn try_sabotage(&self, sql: &str) -> Result<(), String> {
        match &self.home {
            Home::Sqlite(dir) => {
                let conn = rusqlite::Connection::open(dir.path().join("keyway.db")).unwrap();
                conn.pragma_update(None, "foreign_keys", true).unwrap();
                conn.execute_batch(sql).map_err(|err| err.to_string())
            }
            Home::Postgres { server, schema } => {
                run_sql(server, &format!("SET search_path = {schema}; {sql}")).await
            }
        }
    }

    /// Cuts all connections to a PostgreSQL server, as its restart does.
    pub async fn cut_connections(&self) {
        if let Home::Postgres { server, schema } = &self.home {
            let sql = format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE application_name = '{schema}'"
            );
            on_server(server, &sql).await;
        }
    }

    pub fn trail(&self) -> Trail {
        self.trail_of(&self.workspace.id)
    }

    pub fn trail_of(&self, workspace: &WorkspaceId) -> Trail {
        Trail {
            workspace: workspace.clone(),
            now: NOW,
            actor: Actor {
                id: self.root_key.id.to_string(),
                kind: "rootkey".to_owned(),
                name: Some("first key".to_owned()),
            },
            remote_ip: Some("192.0.2.1".to_owned()),
            user_agent: None,
            request_id: None,
            correlation: CorrelationId::generate(&self.entropy),
            entropy: self.entropy.clone(),
        }
    }

    /// Another workspace, stored.
    pub async fn another_workspace(&self, slug: &str) -> Workspace {
        let workspace = new_workspace(&self.entropy, slug);
        let root_key = new_root_key(&self.entropy, &workspace.id);
        let hash = KeyHash::of(root_key.id.as_str());
        self.store.insert_workspace(&workspace, &root_key, hash, &self.trail()).await.unwrap();
        workspace
    }

    /// An API of the workspace, stored.
    pub async fn api(&self, name: &str) -> Api {
        self.api_of(&self.workspace.id, name).await
    }

    pub async fn api_of(&self, workspace: &WorkspaceId, name: &str) -> Api {
        let api = new_api(&self.entropy, workspace, name);
        self.store.insert_api(&api, &self.trail_of(workspace)).await.unwrap();
        api
    }

    /// A key that isn't stored yet.
    pub fn new_key(&self, api: &ApiId) -> NewKey {
        let id = KeyId::generate(&self.entropy);
        NewKey {
            hash: KeyHash::of(id.as_str()),
            id,
            api_id: api.clone(),
            start: "abcd".to_owned(),
            name: None,
            meta: serde_json::Map::new(),
            enabled: true,
            expires: None,
            credits: None,
            owner: None,
            ratelimits: Vec::new(),
            permissions: Vec::new(),
            roles: Vec::new(),
            byte_length: Some(16),
            unchecked_length: None,
            sealed: None,
        }
    }

    /// A plain key, stored.
    pub async fn key(&self, api: &ApiId) -> KeyId {
        self.store_key(self.new_key(api)).await
    }

    /// A key with so many credits, stored.
    pub async fn key_with_credits(&self, remaining: i64) -> KeyId {
        let api = self.api("credits").await;
        let credits = Some(Credits { remaining, refill: None });
        self.store_key(NewKey { credits, ..self.new_key(&api.id) }).await
    }

    pub async fn store_key(&self, key: NewKey) -> KeyId {
        self.store.insert_key(&key, &self.trail()).await.unwrap();
        key.id
    }

    /// The key as the store has it.
    pub async fn load(&self, id: &KeyId) -> Key {
        let key = self.store.find_key(id).await.unwrap().expect("the key is there");
        key.open(&self.workspace.id).expect("the key is the workspace's own")
    }

    pub fn owner(&self, external_id: &str) -> Owner {
        Owner { new_id: IdentityId::generate(&self.entropy), external_id: external_id.to_owned() }
    }

    pub fn limit(&self, name: &str, limit: i64) -> NewRatelimit {
        NewRatelimit {
            new_id: RatelimitId::generate(&self.entropy),
            name: name.to_owned(),
            limit,
            duration: 60_000,
            auto_apply: true,
        }
    }

    pub fn wanted(&self, names: &[&str]) -> Vec<WantedPermission> {
        names
            .iter()
            .map(|name| WantedPermission {
                new_id: PermissionId::generate(&self.entropy),
                name: (*name).to_owned(),
            })
            .collect()
    }

    /// A role with permissions, stored.
    pub async fn role(&self, name: &str, permissions: &[&str]) -> RoleId {
        let id = RoleId::generate(&self.entropy);
        let wanted = self.wanted(permissions);
        let trail = self.trail();
        self.store.insert_role(&id, name, None, &wanted, true, &trail).await.unwrap();
        id
    }

    /// A permission, stored.
    pub async fn permission(&self, slug: &str) -> Permission {
        let permission = Permission {
            id: PermissionId::generate(&self.entropy),
            slug: slug.to_owned(),
            name: format!("The permission {slug}"),
            description: None,
        };
        self.store.insert_permission(&permission, &self.trail()).await.unwrap();
        permission
    }

    /// The log of the workspace, newest first.
    pub async fn log(&self) -> Vec<Entry> {
        self.log_of(&self.workspace.id).await
    }

    pub async fn log_of(&self, workspace: &WorkspaceId) -> Vec<Entry> {
        let filter = AuditFilter::default();
        self.store.list_audit_entries(workspace, &filter, &ALL).await.unwrap().items
    }

    /// The whole log of the workspace, however long.
    pub async fn all_entries(&self) -> Vec<Entry> {
        let filter = AuditFilter::default();
        let mut page = ALL;
        let mut entries = Vec::new();
        loop {
            let list =
                self.store.list_audit_entries(&self.workspace.id, &filter, &page).await.unwrap();
            entries.extend(list.items);
            let Some(next) = list.next else { return entries };
            page.after = Some(next);
        }
    }

    /// The entries that `change` wrote, oldest first.
    pub async fn entries_of(&self, change: impl AsyncFnOnce()) -> Vec<Entry> {
        let before = self.log().await.len();
        change().await;
        let mut log = self.log().await;
        log.truncate(log.len() - before);
        log.reverse();
        log
    }

    /// Asserts that every chain is whole.
    pub async fn assert_chains(&self) {
        for report in self.store.verify_audit_chains().await.unwrap() {
            assert_eq!(report.fault, None, "{}", report.workspace);
        }
    }
}

/// The names of the events, in order.
pub fn events(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.event.as_str()).collect()
}

/// The slugs, in order.
pub fn slugs(permissions: &[Permission]) -> Vec<&str> {
    permissions.iter().map(|permission| permission.slug.as_str()).collect()
}

/// The names, in order.
pub fn names(roles: &[Role]) -> Vec<&str> {
    roles.iter().map(|role| role.name.as_str()).collect()
}

pub fn new_workspace(entropy: &Entropy, slug: &str) -> Workspace {
    Workspace {
        id: WorkspaceId::generate(entropy),
        name: format!("Workspace {slug}"),
        slug: slug.to_owned(),
        enabled: true,
        requests_per_minute: None,
        created_at: NOW,
        purge_at: None,
    }
}

pub fn new_root_key(entropy: &Entropy, workspace: &WorkspaceId) -> RootKey {
    RootKey {
        id: RootKeyId::generate(entropy),
        workspace_id: workspace.clone(),
        start: "unkey_abcd".to_owned(),
        end: "wxyz".to_owned(),
        name: Some("first key".to_owned()),
        enabled: true,
        grant: Grant { permissions: vec!["api.*.read_api".to_owned()], ..Grant::default() },
        expires: None,
        created_at: NOW,
        updated_at: None,
        last_used_at: None,
        created_by: None,
    }
}

pub fn new_api(entropy: &Entropy, workspace: &WorkspaceId, name: &str) -> Api {
    Api {
        id: ApiId::generate(entropy),
        workspace_id: workspace.clone(),
        name: name.to_owned(),
        environment: None,
        default_prefix: None,
        default_byte_length: None,
        ip_allowlist: Vec::new(),
        delete_protection: false,
        store_encrypted_keys: false,
        checksum: true,
        created_at: NOW,
        updated_at: None,
    }
}
