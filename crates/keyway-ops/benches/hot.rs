//! How long the pieces of a hot operation take: `cargo bench -p keyway-ops`.

#![expect(clippy::unwrap_used, reason = "a measurement that can't be set up ends there")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use keyway_core::checksum;
use keyway_core::id::{Entropy, RequestId};
use keyway_core::permission::query;
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_ops::hot::{Limit, VerifyKey};
use keyway_ops::schema::Reader;
use serde::Serialize;

const KEY: &str = "payments_7fFQm3GkW5rQm2LxYp8Bt";
const VERIFY: &str =
    r#"{"key":"payments_7fFQm3GkW5rQm2LxYp8Bt","permissions":"documents.read AND docs.write"}"#;
const LIMIT: &str =
    r#"{"namespace":"email","identifier":"user_00012345","limit":100,"duration":60000}"#;
/// The same as [`LIMIT`], in a form that only the schema takes for right.
const UNUSUAL_LIMIT: &str =
    r#"{"namespace":"email","identifier":"user_00012345","limit":100.0,"duration":60000}"#;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Limited<'a> {
    success: bool,
    limit: i64,
    remaining: i64,
    reset: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    override_id: Option<&'a str>,
}

fn json(c: &mut Criterion) {
    let verify = Reader::of::<VerifyKey<'_>>();
    c.bench_function("json/read verifyKey", |b| {
        b.iter(|| {
            let mut kept = None;
            let request: VerifyKey<'_> =
                verify.read_direct(black_box(VERIFY).as_bytes(), &mut kept).unwrap();
            black_box(&*request.key);
        });
    });
    let limit = Reader::of::<Limit<'_>>();
    for (name, body) in [("json/read limit", LIMIT), ("json/read limit by schema", UNUSUAL_LIMIT)] {
        c.bench_function(name, |b| {
            b.iter(|| {
                let mut kept = None;
                let request: Limit<'_> =
                    limit.read_direct(black_box(body).as_bytes(), &mut kept).unwrap();
                black_box(&request);
            });
        });
    }
    c.bench_function("json/write limit", |b| {
        let mut out = Vec::with_capacity(1024);
        b.iter(|| {
            out.clear();
            let (limit, remaining, reset) = (100, 99, Timestamp(1_700_000_060_000));
            let answer = Limited { success: true, limit, remaining, reset, override_id: None };
            serde_json::to_writer(&mut out, black_box(&answer)).unwrap();
            black_box(&out);
        });
    });
}

fn pieces(c: &mut Criterion) {
    c.bench_function("hash of a key", |b| b.iter(|| KeyHash::of(black_box(KEY))));
    c.bench_function("checksum of a key", |b| b.iter(|| checksum::is_right(black_box(KEY))));
    let entropy = Entropy::System;
    c.bench_function("id of a request", |b| b.iter(|| RequestId::generate(black_box(&entropy))));
    let held = ["documents.read", "documents.write", "domain.create_record"];
    for (name, text) in [
        ("query/one name", "documents.read"),
        ("query/AND", "documents.read AND documents.write"),
        ("query/nested", "(a.b OR documents.read) AND (c.d OR (documents.write AND e.f) OR held)"),
    ] {
        c.bench_function(name, |b| {
            b.iter(|| query::evaluate(black_box(text), |one| held.contains(&one)));
        });
    }
}

criterion_group!(benches, json, pieces);
criterion_main!(benches);
