//! How long a whole request takes without a network: `cargo bench -p keyway --bench request`.
//!
//! The same requests as those of `keyway bench`, handed to the service in the process, answered
//! from memory. What is missing is the connection: the kernel, and reading and writing HTTP.

#![expect(clippy::unwrap_used, reason = "a measurement that can't be set up ends there")]

use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use keyway::bootstrap::{Bootstrap, bootstrap};
use keyway_backends::memory::MemoryCounters;
use keyway_backends::sqlite::SqliteStore;
use keyway_core::id::Entropy;
use keyway_core::time::Clock;
use keyway_http::{HttpConfig, Service};
use keyway_ops::app::App;
use serde_json::{Value, json};

/// A service on a store of its own, and the root key that it was born with.
struct Bench {
    service: Service,
    root: String,
}

impl Bench {
    async fn start(data: &std::path::Path) -> Self {
        let store = SqliteStore::open(data, true, &Entropy::System).unwrap();
        let counters = Arc::new(MemoryCounters::default());
        let app = App::new(Arc::new(store), counters, Clock::System, Entropy::System);
        let Bootstrap::Generated(root) = bootstrap(&app, None).await.unwrap() else {
            panic!("the store is not empty");
        };
        Self { service: Service::new(app, HttpConfig::default()), root: root.reveal_once() }
    }

    fn post(&self, operation: &str, body: &Bytes) -> Request<Full<Bytes>> {
        Request::post(format!("/v2/{operation}"))
            .header("authorization", format!("Bearer {}", self.root))
            .header("content-type", "application/json")
            .header("user-agent", "bench/1.0")
            .body(Full::new(body.clone()))
            .unwrap()
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Bytes {
        let peer: IpAddr = [192, 0, 2, 1].into();
        let response = self.service.handle(request, Some(peer)).await;
        assert_eq!(response.status().as_u16(), 200);
        response.into_body().collect().await.unwrap().to_bytes()
    }

    async fn call(&self, operation: &str, body: &Value) -> Value {
        let answer = self.answer(self.post(operation, &body.to_string().into())).await;
        serde_json::from_slice::<Value>(&answer).unwrap()["data"].take()
    }
}

fn requests(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let data = tempfile::tempdir().unwrap();
    let bench = runtime.block_on(Bench::start(data.path()));
    let (verify, limit) = runtime.block_on(async {
        let api = bench.call("apis.createApi", &json!({ "name": "payments" })).await;
        let created = json!({
            "apiId": api["apiId"],
            "permissions": ["documents.read"],
            "ratelimits": [
                { "name": "requests", "limit": 1_000_000_000, "duration": 60_000, "autoApply": true }
            ],
        });
        let key = bench.call("keys.createKey", &created).await;
        let verify = json!({ "key": key["key"], "permissions": "documents.read" });
        let limit = json!({
            "namespace": "email", "identifier": "user_1", "limit": 1_000_000_000, "duration": 60_000
        });
        assert_eq!(bench.call("keys.verifyKey", &verify).await["code"], "VALID");
        assert_eq!(bench.call("ratelimit.limit", &limit).await["success"], true);
        (Bytes::from(verify.to_string()), Bytes::from(limit.to_string()))
    });

    let mut group = c.benchmark_group("request");
    let get = || Request::get("/v2/liveness").body(Full::default()).unwrap();
    // Requests are made before the time is taken, in batches.
    let size = criterion::BatchSize::SmallInput;
    group.bench_function("liveness", |b| {
        b.iter_batched(get, |one| runtime.block_on(bench.answer(black_box(one))), size);
    });
    for (operation, body) in [("keys.verifyKey", &verify), ("ratelimit.limit", &limit)] {
        group.bench_function(operation, |b| {
            let post = || bench.post(operation, body);
            b.iter_batched(post, |one| runtime.block_on(bench.answer(black_box(one))), size);
        });
    }
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
