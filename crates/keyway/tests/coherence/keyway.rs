//! A Keyway in process whose cache the test chooses.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use keyway::bootstrap::{Bootstrap, bootstrap};
use keyway_backends::cache::Cache;
use keyway_backends::memory::MemoryCounters;
use keyway_backends::sqlite::SqliteStore;
use keyway_core::id::Entropy;
use keyway_core::time::{Clock, Timestamp};
use keyway_http::{HttpConfig, Service};
use keyway_ops::app::App;
use serde_json::Value;

/// When its clock begins.
const START: Timestamp = Timestamp(1_767_225_600_000);

pub struct Keyway {
    pub app: App,
    pub clock: Clock,
    /// The root key of the instance.
    pub root: String,
    service: Service,
    numbers: AtomicU64,
    _data: tempfile::TempDir,
}

/// A status and the `data` of a success, or the last part of the `type` of a refusal.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub data: Value,
}

impl Keyway {
    pub async fn start(cache: Cache) -> Self {
        let data = directory();
        let entropy = Entropy::System;
        let store = SqliteStore::open_with(data.path(), true, &entropy, cache).unwrap();
        let clock = Clock::manual(START);
        let counters = Arc::new(MemoryCounters::default());
        let app = App::new(Arc::new(store), counters, clock.clone(), entropy);
        let Bootstrap::Generated(root) = bootstrap(&app, None).await.unwrap() else {
            panic!("the store is not empty");
        };
        let service = Service::new(app.clone(), HttpConfig::default());
        let (root, numbers) = (root.reveal_once(), AtomicU64::new(0));
        Self { app, clock, root, service, numbers, _data: data }
    }

    /// A number that nobody else gets.
    pub fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    pub async fn call(&self, key: &str, operation: &str, body: &Value) -> Reply {
        let request = Request::post(format!("/v2/{operation}"))
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body.to_string())))
            .unwrap();
        let peer = IpAddr::from([192, 0, 2, 1]);
        let (parts, body) = self.service.handle(request, Some(peer)).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let mut body: Value = serde_json::from_slice(&bytes).unwrap();
        let status = parts.status.as_u16();
        let data = if status == 200 {
            body["data"].take()
        } else {
            let code = body["error"]["type"].as_str().unwrap();
            Value::from(code.rsplit('/').next())
        };
        Reply { status, data }
    }
}

/// In memory where that is possible: nothing here is about the disk.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}
