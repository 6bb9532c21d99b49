//! How long searches take among a million keys:
//!
//! ```sh
//! cargo run --release -p keyway-backends --example search_speed
//! ```
//!
//! `KEYWAY_TEST_BACKEND` and `KEYWAY_TEST_POSTGRES_URL` choose the store as for the tests.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures and reports")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that can't go on fails"
)]

use std::time::{Duration, Instant};

use keyway_core::id::ApiId;
use keyway_core::key::{KeySearch, KeySort, KeyStatus, NewKey};
use keyway_core::page::Page;
use keyway_core::time::{DAY, Timestamp};
use serde_json::{Value, json};

use fixture::{Fixture, NOW, with_store};

#[path = "../tests/conformance/fixture.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod fixture;

const KEYS: i64 = 1_000_000;

/// Fills the store behind its back. Most keys begin alike, as they do in practice.
async fn fill(t: &Fixture) -> Vec<ApiId> {
    let mut apis = Vec::new();
    for number in 0..10 {
        apis.push(t.api(&format!("api {number}")).await.id);
    }
    for number in 0..5 {
        t.role(&format!("role {number}"), &[&format!("permission.{number}")]).await;
    }
    // The members that the filled keys have, so that their digests are there to be copied.
    for customer in 0..100 {
        let meta = json!({ "customer": customer }).as_object().cloned().unwrap_or_default();
        let name = Some(format!("seed {customer}"));
        t.store_key(NewKey { name, meta, ..t.new_key(&apis[0]) }).await;
    }
    let meta = json!({ "plan": "pro" }).as_object().cloned().unwrap_or_default();
    let seed = NewKey { name: Some("seed pro".to_owned()), meta, ..t.new_key(&apis[0]) };
    t.store_key(seed).await;

    let (numbers, id, hash) = if t.is_sqlite() {
        (
            format!(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})",
                KEYS - 1
            ),
            "'key_' || lower(hex(randomblob(10)))",
            "randomblob(32)",
        )
    } else {
        (
            format!("WITH n(i) AS (SELECT * FROM generate_series(0::bigint, {}))", KEYS - 1),
            "'key_' || substr(md5(random()::text || i), 1, 20)",
            "decode(md5(i::text) || md5(random()::text), 'hex')",
        )
    };
    let (yes, no) = if t.is_sqlite() { ("1", "0") } else { ("TRUE", "FALSE") };
    let workspace = &t.workspace.id;
    let owners = numbers.replace(&(KEYS - 1).to_string(), "99999");
    let api = "(SELECT a.id FROM apis a \
               WHERE a.name = 'api ' || (CASE WHEN i % 2 = 0 THEN 0 ELSE i % 10 END))";
    let day = DAY;
    let now = NOW.0;
    let mut statements = vec![
        format!(
            "INSERT INTO identities (id, workspace_id, external_id, meta, created_at) {owners} \
             SELECT 'id_' || i, '{workspace}', 'customer-' || i, '{{}}', {now} FROM n"
        ),
        format!(
            "INSERT INTO keys (id, workspace_id, api_id, hash, start, name, meta, enabled, \
             expires, identity_id, created_at, last_used_at, byte_length, migration_id) {numbers} \
             SELECT {id}, '{workspace}', {api}, {hash}, \
             'app_' || substr('0123456789abcdefghij', CAST(1 + i * 7 % 17 AS INTEGER), 4), \
             CASE WHEN i % 10 < 7 THEN 'Key number ' || i END, \
             '{{\"customer\":' || (i % 50000) || ',\"plan\":\"pro\"}}', \
             CASE WHEN i % 100 = 3 THEN {no} ELSE {yes} END, \
             CASE WHEN i % 5 = 0 THEN {now} + (i * 7919 % 730 - 365) * {day} END, \
             CASE WHEN i % 2 = 1 THEN 'id_' || (i % 100000) END, {now} - i * 60000, \
             CASE WHEN i % 10 < 6 THEN {now} - i * 104729 % 200 * {day} END, 16, \
             'n' || i FROM n"
        ),
    ];
    // `migration_id` holds the number for the moment.
    let number = if t.is_sqlite() {
        "CAST(substr(k.migration_id, 2) AS INTEGER)"
    } else {
        "CAST(substr(k.migration_id, 2) AS BIGINT)"
    };
    let filled = "k.migration_id LIKE 'n%'";
    let digest = |name: &str| {
        format!(
            "(SELECT m.digest FROM keys x JOIN key_meta m ON m.key_id = x.id \
             WHERE x.workspace_id = k.workspace_id AND x.deleted_at IS NULL \
             AND x.name_order = {name})"
        )
    };
    let pro = digest("'seed pro'");
    let customer = digest(&format!("'seed ' || ({number} % 50000)"));
    let role = |name: &str| format!("(SELECT r.id FROM roles r WHERE r.name = '{name}')");
    statements.extend([
        format!(
            "INSERT INTO key_meta (key_id, digest) SELECT k.id, {pro} FROM keys k WHERE {filled}"
        ),
        format!(
            "INSERT INTO key_meta (key_id, digest) SELECT k.id, {customer} FROM keys k \
             WHERE {filled} AND {number} % 50000 < 100"
        ),
        format!(
            "INSERT INTO key_credits (key_id, remaining) SELECT k.id, \
             CASE WHEN {number} % 900 = 0 THEN 0 ELSE 5 END FROM keys k \
             WHERE {filled} AND {number} % 3 = 0"
        ),
        format!(
            "INSERT INTO key_roles (workspace_id, key_id, role_id) \
             SELECT k.workspace_id, k.id, {} FROM keys k WHERE {filled} AND {number} % 2 = 0",
            role("role 0")
        ),
        format!(
            "INSERT INTO key_roles (workspace_id, key_id, role_id) \
             SELECT k.workspace_id, k.id, {} FROM keys k WHERE {filled} AND {number} < 100",
            role("role 1")
        ),
        format!("UPDATE keys AS k SET migration_id = NULL WHERE {filled}"),
    ]);
    statements.push(if t.is_sqlite() { "SELECT 1" } else { "VACUUM ANALYZE" }.to_owned());
    for statement in statements {
        let start = Instant::now();
        t.try_sabotage(&statement).await.unwrap();
        println!("{:>8.1?}  {}", start.elapsed(), &statement[..60.min(statement.len())]);
    }
    apis
}

fn searches(apis: &[ApiId]) -> Vec<(&'static str, KeySearch)> {
    let any = KeySearch { now: NOW, ..KeySearch::default() };
    let text = |text: &str| KeySearch { text: Some(text.to_owned()), ..any.clone() };
    let status = |status: KeyStatus| KeySearch { status: vec![status], ..any.clone() };
    let meta = |member: &str, value: Value| KeySearch {
        meta: Some((member.to_owned(), value)),
        ..any.clone()
    };
    let by = |sort: KeySort, descending: bool| KeySearch { sort, descending, ..any.clone() };
    let between = |days: i64| (None, Some(NOW.plus(days * DAY)));
    let after = |days: i64| (Some(NOW.plus(days * DAY)), None::<Timestamp>);
    vec![
        ("all", any.clone()),
        ("all by last use", by(KeySort::LastUsedAt, true)),
        ("all by end", by(KeySort::Expires, false)),
        ("all by name", by(KeySort::Name, true)),
        ("one API", KeySearch { api_ids: Some(vec![apis[0].clone()]), ..any.clone() }),
        (
            "one API by use",
            KeySearch { api_ids: Some(vec![apis[1].clone()]), ..by(KeySort::LastUsedAt, true) },
        ),
        ("start of all", text("app_")),
        ("start of some", text("APP_78")),
        ("one name", text("key number 123456")),
        ("some names", text("key number 12")),
        ("many names by name", KeySearch { sort: KeySort::Name, ..text("key number") }),
        ("one owner's text", text("customer-4711")),
        ("nothing", text("no such text")),
        ("owner", KeySearch { external_id: Some("customer-4711".to_owned()), ..any.clone() }),
        ("rare member", meta("customer", json!(42))),
        ("common member", meta("plan", json!("pro"))),
        ("missing member", meta("plan", json!("none"))),
        ("rare role", KeySearch { role: Some("role 1".to_owned()), ..any.clone() }),
        ("common role", KeySearch { role: Some("role 0".to_owned()), ..any.clone() }),
        ("unused role", KeySearch { role: Some("role 2".to_owned()), ..any.clone() }),
        (
            "rare permission",
            KeySearch { permission: Some("permission.1".to_owned()), ..any.clone() },
        ),
        (
            "common permission",
            KeySearch { permission: Some("permission.0".to_owned()), ..any.clone() },
        ),
        ("disabled", status(KeyStatus::Disabled)),
        ("expired", status(KeyStatus::Expired)),
        ("out of credits", status(KeyStatus::OutOfCredits)),
        ("expires soon", status(KeyStatus::ExpiresSoon)),
        ("unused", status(KeyStatus::Unused)),
        ("active", status(KeyStatus::Active)),
        (
            "disabled or expired",
            KeySearch { status: vec![KeyStatus::Disabled, KeyStatus::Expired], ..any.clone() },
        ),
        ("ended a year ago", KeySearch { expires: between(-364), ..any.clone() }),
        ("ends in a year", KeySearch { expires: after(360), ..any.clone() }),
        ("used today", KeySearch { last_used: after(-1), ..any.clone() }),
        ("not used for long", KeySearch { last_used: between(-199), ..any.clone() }),
        ("made lately", KeySearch { created: after(-1), ..any.clone() }),
        ("made lately by name", KeySearch { created: after(-1), ..by(KeySort::Name, false) }),
        (
            "common role, rare status",
            KeySearch { role: Some("role 0".to_owned()), ..status(KeyStatus::OutOfCredits) },
        ),
        ("common role and start", KeySearch { role: Some("role 0".to_owned()), ..text("app_") }),
        (
            "active of one API by name",
            KeySearch {
                api_ids: Some(vec![apis[3].clone()]),
                sort: KeySort::Name,
                ..status(KeyStatus::Active)
            },
        ),
    ]
}

#[tokio::main]
async fn main() {
    with_store(async |t| {
        let apis = fill(t).await;
        let mut times: Vec<(Duration, &str)> = Vec::new();
        for _ in 0..3 {
            for (name, search) in searches(&apis) {
                let mut page = Page { limit: 100, after: None };
                for _ in 0..3 {
                    let start = Instant::now();
                    let found = t.store.search_keys(&t.workspace.id, &search, &page).await.unwrap();
                    times.push((start.elapsed(), name));
                    let Some(next) = found.next else { break };
                    page.after = Some(next);
                }
            }
        }
        times.sort();
        for (time, name) in times.iter().rev().take(30) {
            println!("{time:>8.1?}  {name}");
        }
        let p95 = times[times.len() * 95 / 100].0;
        println!("{p95:>8.1?}  p95 of {}", times.len());
    })
    .await;
}
