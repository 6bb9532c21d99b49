//! A running Keyway for one test, and what tests ask of it.

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use hyper::{HeaderMap, Request};
use keyway::bootstrap::{Bootstrap, bootstrap};
use keyway_backends::memory::MemoryCounters;
use keyway_backends::postgres::PostgresStore;
use keyway_backends::sqlite::SqliteStore;
use keyway_core::backend::store::Store;
use keyway_core::id::Entropy;
use keyway_core::permission::Action;
use keyway_core::time::{Clock, Timestamp};
use keyway_http::{HttpConfig, Service};
use keyway_ops::app::{App, Parts, UncheckedKeys};
use keyway_ops::last_uses::LastUses;
use keyway_ops::people::Dashboard;
use keyway_ops::usage::Usage;
use keyway_ops::vault::Vault;
use serde_json::{Value, json};

use crate::shape;

/// When the clock of a test begins: 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp(1_767_225_600_000);

/// Where the test's Keyway says it can be reached.
pub const PUBLIC_URL: &str = "https://keys.example.com";

/// A Keyway with an empty store of its own and a clock that the test moves.
pub struct TestApp {
    pub app: App,
    pub clock: Clock,
    /// The first root key, which holds every permission of the instance.
    pub root: String,
    service: Service,
    data: Arc<tempfile::TempDir>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(HttpConfig {
            public_url: Some(PUBLIC_URL.to_owned()),
            ..HttpConfig::default()
        })
        .await
    }

    pub async fn start_with(config: HttpConfig) -> Self {
        let data = tempfile::tempdir().unwrap();
        let entropy = Entropy::System;
        let store = open_store(data.path(), &entropy).await;
        let clock = Clock::manual(START);
        let app = App::new(store, Arc::new(MemoryCounters::default()), clock.clone(), entropy);
        let Bootstrap::Generated(root) = bootstrap(&app, None).await.unwrap() else {
            panic!("the store is not empty");
        };
        let root = root.reveal_once();
        let service = Service::new(app.clone(), config);
        Self { app, clock, root, service, data: Arc::new(data) }
    }

    /// One that stores keys recoverably under this master key.
    pub async fn start_with_vault(master_key: &str) -> Self {
        Self::start().await.again(Some(vault(master_key, &[]))).await
    }

    /// The same Keyway after a restart with another vault, or with none. The old one goes on.
    pub async fn again(&self, vault: Option<Vault>) -> Self {
        let app = App::of(Parts {
            store: self.app.store.clone(),
            counters: self.app.counters.clone(),
            clock: self.clock.clone(),
            entropy: self.app.entropy.clone(),
            last_uses: LastUses::default(),
            usage: Usage::default(),
            vault,
            unchecked: UncheckedKeys::of(&*self.app.store).await.unwrap(),
            dashboard: Dashboard::default(),
        });
        let service = Service::new(app.clone(), self.service.config().clone());
        let (clock, root) = (self.clock.clone(), self.root.clone());
        Self { app, clock, root, service, data: self.data.clone() }
    }

    /// The files that it keeps.
    pub fn files(&self) -> Vec<std::path::PathBuf> {
        let mut files = Vec::new();
        let mut directories = vec![self.data.path().to_owned()];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { &mut directories } else { &mut files }.push(path);
            }
        }
        files
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        self.send_from("192.0.2.1", request).await
    }

    /// Sends a request as it is from an address.
    pub async fn send_from(&self, peer: &str, request: Request<Full<Bytes>>) -> Answer {
        self.send_body(peer, request).await
    }

    /// Sends a request with a body of any kind.
    pub async fn send_body<B>(&self, peer: &str, request: Request<B>) -> Answer
    where
        B: Body,
        B::Error: Display,
    {
        let peer: IpAddr = peer.parse().unwrap();
        let response = self.service.handle(request, Some(peer)).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Calls a path with a root key and a JSON body. The answer of an operation has the shape that
    /// SDKs expect.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))
            .unwrap();
        let answer = self.send(request).await;
        if let (Some(operation), false) = (path.strip_prefix("/v2/"), answer.is_file()) {
            shape::check(operation, answer.status, &answer.json());
        }
        answer
    }

    /// Calls an operation with a root key.
    pub async fn call_as(&self, key: &str, operation: &str, body: Value) -> Answer {
        self.post(&format!("/v2/{operation}"), key, &body).await
    }

    /// Calls an operation with the first root key.
    pub async fn call(&self, operation: &str, body: Value) -> Answer {
        self.call_as(&self.root, operation, body).await
    }

    /// Reads a page.
    pub async fn get(&self, path: &str, accept: &str) -> Answer {
        self.send(Request::get(path).header("accept", accept).body(Full::default()).unwrap()).await
    }

    /// The `data` of an operation that the first root key calls and that succeeds.
    pub async fn ok(&self, operation: &str, body: Value) -> Value {
        self.call(operation, body).await.data()
    }

    /// A new API of the first workspace.
    pub async fn api(&self, name: &str) -> String {
        text(&self.ok("apis.createApi", json!({ "name": name })).await, "apiId")
    }

    /// A new key of an API: its id and itself.
    pub async fn key(&self, api: &str) -> (String, String) {
        self.key_with(api, json!({})).await
    }

    /// A new key of an API with more members.
    pub async fn key_with(&self, api: &str, mut members: Value) -> (String, String) {
        members["apiId"] = api.into();
        let data = self.ok("keys.createKey", members).await;
        (text(&data, "keyId"), text(&data, "key"))
    }

    /// A new root key of the first workspace: its id and itself.
    pub async fn root_key(&self, body: Value) -> (String, String) {
        let data = self.ok("rootKeys.createKey", body).await;
        (text(&data, "keyId"), text(&data, "key"))
    }

    /// A new root key with these permissions.
    pub async fn root_key_with(&self, permissions: &[String]) -> String {
        self.root_key(json!({ "permissions": permissions })).await.1
    }

    /// Another workspace: its root key.
    pub async fn other_workspace(&self) -> String {
        text(&self.ok("workspaces.createWorkspace", json!({ "name": "Other" })).await, "rootKey")
    }

    /// The verdict on a key.
    pub async fn verify(&self, body: Value) -> Value {
        self.ok("keys.verifyKey", body).await
    }

    /// All pages of a list that the first root key reads.
    pub async fn pages(&self, operation: &str, body: Value) -> Vec<Value> {
        self.pages_as(&self.root, operation, body).await
    }

    /// All pages of a list.
    pub async fn pages_as(&self, key: &str, operation: &str, mut body: Value) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            let answer = self.call_as(key, operation, body.clone()).await;
            rows.extend(answer.data().as_array().unwrap().iter().cloned());
            let pagination = answer.json()["pagination"].clone();
            let cursor = pagination.get("cursor");
            assert_eq!(pagination["hasMore"], cursor.is_some(), "{pagination}");
            let Some(cursor) = cursor else { return rows };
            body["cursor"] = cursor.clone();
        }
    }

    /// What an answered call wrote to the log, oldest first. Several entries have a correlation
    /// id in common, and a single one has none.
    pub async fn traces(&self, answer: &Answer) -> Vec<Value> {
        let request = answer.json()["meta"]["requestId"].clone();
        let mut entries: Vec<Value> = self
            .ok("auditLogs.listAuditLogs", json!({}))
            .await
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["requestId"] == request)
            .cloned()
            .collect();
        entries.reverse();
        let correlation = entries.first().map(|entry| entry["correlationId"].clone());
        for entry in &entries {
            assert_eq!(Some(&entry["correlationId"]), correlation.as_ref(), "{entries:#?}");
            assert_eq!(entry["correlationId"].is_string(), entries.len() > 1, "{entries:#?}");
            assert_eq!(entry["actor"]["type"], "rootkey");
        }
        entries
    }

    /// The events that an answered call wrote to the log, each with the kinds and ids of what it
    /// is about: `key.create key:key_1 api:api_1`.
    pub async fn traced(&self, answer: &Answer) -> Vec<String> {
        self.traces(answer).await.iter().map(told).collect()
    }

    /// The events that an answered call wrote to the log.
    pub async fn events(&self, answer: &Answer) -> Vec<String> {
        self.traces(answer).await.iter().map(|entry| text(entry, "event")).collect()
    }

    /// The code of the verdict on a key.
    pub async fn code(&self, key: &str) -> String {
        text(&self.verify(json!({ "key": key })).await, "code")
    }

    /// A key as getKey shows it.
    pub async fn read_key(&self, id: &str) -> Value {
        self.ok("keys.getKey", json!({ "keyId": id })).await
    }

    /// The newest hundred entries of the first workspace's log, newest first.
    pub async fn log(&self) -> Vec<Value> {
        self.ok("auditLogs.listAuditLogs", json!({})).await.as_array().unwrap().clone()
    }

    /// Calls an operation with the first root key once for each body, all at the same time.
    pub async fn at_once(
        self: &Arc<Self>,
        operation: &'static str,
        bodies: impl IntoIterator<Item = Value>,
    ) -> Vec<Answer> {
        let mut tasks = tokio::task::JoinSet::new();
        for body in bodies {
            let app = Arc::clone(self);
            tasks.spawn(async move { app.call(operation, body).await });
        }
        tasks.join_all().await
    }

    /// The directory in which an embedded store keeps its files.
    pub fn data_dir(&self) -> &std::path::Path {
        self.data.path()
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The `data` of a success.
    #[track_caller]
    pub fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        let body = self.json();
        assert!(body["meta"]["requestId"].as_str().unwrap().starts_with("req_"));
        body["data"].clone()
    }

    /// The `error` of a refusal with that status and the end of its type.
    #[track_caller]
    pub fn error(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        let body = self.json();
        assert!(body["meta"]["requestId"].as_str().unwrap().starts_with("req_"));
        let error = body["error"].clone();
        assert_eq!(error["status"], status);
        assert_eq!(
            error["type"],
            format!("{PUBLIC_URL}/docs/api-reference/errors-v2/{code}"),
            "{self:?}"
        );
        assert!(!error["detail"].as_str().unwrap().is_empty());
        error
    }

    /// Checks a 400 that finds fault with exactly these places, in any order.
    #[track_caller]
    pub fn invalid(&self, places: &[&str]) {
        let error = self.error(400, "unkey/application/invalid_input");
        let mut found: Vec<&str> = error["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault["location"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        found.dedup();
        let mut expected = places.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{error}");
    }

    /// Checks the 403 of a root key that lacks a permission, to the last member; `scope` is what
    /// the header names, nothing for a resource out of reach.
    #[track_caller]
    pub fn forbidden(&self, scope: Option<&str>) {
        let error = self.error(403, "unkey/authorization/insufficient_permissions");
        assert_eq!(error.as_object().unwrap().len(), 4, "{error}");
        assert_eq!(error["title"], "Forbidden");
        assert_eq!(
            error["detail"],
            "The authenticated API key does not have permission to perform this operation"
        );
        let expected = match scope {
            Some(scope) => format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\""),
            None => "Bearer error=\"insufficient_scope\"".to_owned(),
        };
        assert_eq!(self.header("www-authenticate"), expected);
    }

    /// Whether it is a file, which has no envelope.
    pub fn is_file(&self) -> bool {
        self.headers.contains_key("content-disposition")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// An entry of the log in one line.
pub fn told(entry: &Value) -> String {
    let mut line = text(entry, "event");
    for resource in entry["resources"].as_array().unwrap() {
        line.extend([" ", &text(resource, "type"), ":", &text(resource, "id")]);
    }
    line
}

/// The results of calls that run at the same time, in order.
pub async fn together<T: Send + 'static>(
    calls: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

/// The SHA-256 of a text in hexadecimal digits.
pub fn sha256_hex(text: &str) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap();
    let bytes = keyway_core::secret::KeyHash::of(text).0;
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A vault of these master keys.
pub fn vault(current: &str, previous: &[&str]) -> Vault {
    let master = |text: &str| keyway_core::vault::MasterKey::parse(text).unwrap();
    Vault::new(master(current), previous.iter().map(|text| master(text)).collect())
}

/// A text member of each row.
pub fn texts(rows: &[Value], member: &str) -> Vec<String> {
    rows.iter().map(|row| text(row, member)).collect()
}

/// A text member.
#[track_caller]
pub fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no text {member} in {value}")).to_owned()
}

/// Every permission that a workspace's root key can hold, without `except`.
pub fn all_permissions_but(except: &[Action]) -> Vec<String> {
    Action::ALL
        .into_iter()
        .filter(|action| !action.is_instance_wide() && !except.contains(action))
        .map(|action| action.everywhere().to_string())
        .collect()
}

async fn open_store(data: &std::path::Path, entropy: &Entropy) -> Arc<dyn Store> {
    #[expect(clippy::disallowed_methods, reason = "how a test run chooses its store")]
    let (backend, url) =
        (std::env::var("KEYWAY_TEST_BACKEND"), std::env::var("KEYWAY_TEST_POSTGRES_URL"));
    match backend.as_deref() {
        Ok("postgres") => {
            let url = url.expect("KEYWAY_TEST_POSTGRES_URL says where PostgreSQL runs");
            let schema = entropy.id("t").to_lowercase();
            let (client, connection) =
                tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
            let mark = if url.contains('?') { '&' } else { '?' };
            let url = format!("{url}{mark}options=-csearch_path%3D{schema}");
            Arc::new(PostgresStore::connect(&url, true, entropy).await.unwrap())
        }
        Ok("sqlite") | Err(_) => Arc::new(SqliteStore::open(data, true, entropy).unwrap()),
        Ok(other) => panic!("there is no backend {other}"),
    }
}
