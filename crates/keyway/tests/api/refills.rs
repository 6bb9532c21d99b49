//! Credits that are topped up, over simulated years.

use std::sync::Arc;

use jiff::civil::Date;
use keyway_core::time::{DAY, HOUR, Timestamp};
use serde_json::{Value, json};

use crate::app::{START, TestApp, text, together};

async fn app() -> (Arc<TestApp>, String) {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    (app, api)
}

async fn key(app: &TestApp, api: &str, remaining: i64, refill: Value) -> (String, String) {
    app.key_with(api, json!({ "credits": { "remaining": remaining, "refill": refill } })).await
}

async fn run(app: &TestApp) -> usize {
    keyway_ops::refills::run(&app.app).await.unwrap()
}

async fn balance(app: &TestApp, key: &str) -> i64 {
    app.ok("keys.getKey", json!({ "keyId": key })).await["credits"]["remaining"].as_i64().unwrap()
}

async fn set(app: &TestApp, key: &str, value: i64) {
    app.ok("keys.updateCredits", json!({ "keyId": key, "operation": "set", "value": value })).await;
}

fn at(year: i16, month: i8, day: i8) -> Timestamp {
    let days = Date::new(year, month, day).unwrap().since(Date::constant(1970, 1, 1)).unwrap();
    Timestamp(i64::from(days.get_days()) * DAY)
}

fn daily(amount: i64) -> Value {
    json!({ "interval": "daily", "amount": amount })
}

fn monthly(amount: i64, day: i64) -> Value {
    json!({ "interval": "monthly", "amount": amount, "refillDay": day })
}

/// The calendar, written out: whether a monthly refill of that day comes on `date`.
fn is_due(date: Date, day: i8) -> bool {
    date.day() == day.min(date.days_in_month())
}

#[tokio::test]
async fn three_years_of_daily_and_monthly_refills() {
    let (app, api) = app().await;
    let (each_day, _) = key(&app, &api, 5, daily(5)).await;
    let mut by_month = Vec::new();
    for day in [1_i8, 15, 28, 29, 30, 31] {
        by_month.push((day, key(&app, &api, 7, monthly(7, i64::from(day))).await.0));
    }
    assert_eq!(START, at(2026, 1, 1));
    let (mut date, last) = (Date::constant(2026, 1, 1), Date::constant(2029, 1, 1));
    let mut refilled = 0;
    while date < last {
        date = date.tomorrow().unwrap();
        let due: Vec<bool> = by_month.iter().map(|(day, _)| is_due(date, *day)).collect();
        let is_special = due.contains(&true);
        if is_special {
            set(&app, &each_day, 0).await;
            for (_, key) in &by_month {
                set(&app, key, 1).await;
            }
        }
        app.clock.advance(DAY);
        let expected = 1 + due.iter().filter(|due| **due).count();
        assert_eq!(run(&app).await, expected, "{date}");
        refilled += expected;
        if is_special {
            assert_eq!(balance(&app, &each_day).await, 5, "{date}");
            for ((day, key), due) in by_month.iter().zip(due) {
                assert_eq!(balance(&app, key).await, if due { 7 } else { 1 }, "{date}, day {day}");
            }
        }
    }
    assert_eq!(run(&app).await, 0);
    assert_eq!(refilled, 1096 + 6 * 36, "each day once, each month once");
}

#[tokio::test]
async fn a_refill_comes_at_midnight_and_not_before() {
    let (app, api) = app().await;
    let (id, secret) = key(&app, &api, 1, daily(3)).await;
    assert_eq!(app.code(&secret).await, "VALID");
    assert_eq!(app.code(&secret).await, "USAGE_EXCEEDED");
    app.clock.advance(DAY - 1);
    assert_eq!(run(&app).await, 0);
    assert_eq!(balance(&app, &id).await, 0);
    app.clock.advance(1);
    assert_eq!(run(&app).await, 1);
    let verdict = app.verify(json!({ "key": secret })).await;
    assert_eq!(
        (&verdict["code"], &verdict["credits"]),
        (&json!("VALID"), &json!(2)),
        "visible at once"
    );
    assert_eq!(run(&app).await, 0, "once a day");
    app.clock.advance(12 * HOUR);
    assert_eq!(run(&app).await, 0);
}

#[tokio::test]
async fn downtime_is_made_up_for_once() {
    let (app, api) = app().await;
    let (each_day, _) = key(&app, &api, 0, daily(5)).await;
    let (on_31, _) = key(&app, &api, 0, monthly(9, 31)).await;
    app.clock.advance(100 * DAY + HOUR);
    run(&app).await;
    assert_eq!(
        (balance(&app, &each_day).await, balance(&app, &on_31).await),
        (5, 9),
        "replaced, not added up"
    );
    set(&app, &each_day, 0).await;
    set(&app, &on_31, 0).await;
    assert_eq!(run(&app).await, 0, "missed days aren't repeated");
    app.clock.advance(23 * HOUR);
    run(&app).await;
    assert_eq!((balance(&app, &each_day).await, balance(&app, &on_31).await), (5, 0));
    app.clock.advance(at(2026, 4, 30).0 - app.clock.now().0);
    run(&app).await;
    assert_eq!(balance(&app, &on_31).await, 9, "the last day of a short month");
}

#[tokio::test]
async fn only_keys_that_need_it_are_refilled() {
    let (app, api) = app().await;
    let (full, _) = key(&app, &api, 10, daily(5)).await;
    let (equal, _) = key(&app, &api, 5, daily(5)).await;
    let (unlimited, secret) = app.key(&api).await;
    let (freed, _) = key(&app, &api, 0, daily(5)).await;
    app.ok("keys.updateCredits", json!({ "keyId": freed, "operation": "set", "value": null }))
        .await;
    let (no_more, _) = key(&app, &api, 0, daily(5)).await;
    app.ok("keys.updateKey", json!({ "keyId": no_more, "credits": { "refill": null } })).await;
    let (deleted, _) = key(&app, &api, 0, daily(5)).await;
    app.ok("keys.deleteKey", json!({ "keyId": deleted })).await;
    let doomed = app.api("doomed").await;
    key(&app, &doomed, 0, daily(5)).await;
    app.ok("apis.deleteApi", json!({ "apiId": doomed })).await;
    let (disabled, _) = key(&app, &api, 0, daily(5)).await;
    app.ok("keys.updateKey", json!({ "keyId": disabled, "enabled": false })).await;
    let (expired, _) = key(&app, &api, 0, daily(5)).await;
    app.ok("keys.updateKey", json!({ "keyId": expired, "expires": START.0 - 1 })).await;
    let entries = app.ok("auditLogs.listAuditLogs", json!({})).await;

    app.clock.advance(DAY);
    run(&app).await;
    assert_eq!(balance(&app, &full).await, 10);
    assert_eq!(balance(&app, &equal).await, 5);
    assert_eq!(balance(&app, &no_more).await, 0);
    assert_eq!(balance(&app, &disabled).await, 5);
    assert_eq!(balance(&app, &expired).await, 5);
    for key in [&unlimited, &freed] {
        assert_eq!(app.ok("keys.getKey", json!({ "keyId": key })).await.get("credits"), None);
    }
    assert_eq!(app.code(&secret).await, "VALID");

    let after = app.ok("auditLogs.listAuditLogs", json!({})).await;
    let new = after.as_array().unwrap().len() - entries.as_array().unwrap().len();
    assert_eq!(new, 2, "only what was changed is told");
    for entry in &after.as_array().unwrap()[..2] {
        assert_eq!(
            (&entry["event"], &entry["actor"]["type"]),
            (&json!("key.update"), &json!("system"))
        );
        let about = text(&entry["resources"][0], "id");
        assert!([&disabled, &expired].contains(&&about));
        assert_eq!(entry["time"], app.clock.now().0);
    }
    set(&app, &full, 0).await;
    app.clock.advance(DAY);
    run(&app).await;
    assert_eq!(balance(&app, &full).await, 5, "a full key is due again the next day");
}

#[tokio::test]
async fn a_new_refill_begins_with_its_next_day() {
    let (app, api) = app().await;
    let (key, _) = app.key_with(&api, json!({ "credits": { "remaining": 0 } })).await;
    app.clock.advance(40 * DAY + HOUR);
    assert_eq!(run(&app).await, 0);
    app.ok("keys.updateKey", json!({ "keyId": key, "credits": { "refill": daily(5) } })).await;
    assert_eq!(run(&app).await, 0, "nothing was missed before there was a refill");
    app.clock.advance(23 * HOUR);
    assert_eq!(run(&app).await, 1);
    app.ok(
        "keys.updateKey",
        json!({ "keyId": key, "credits": { "remaining": 0, "refill": monthly(8, 1) } }),
    )
    .await;
    app.clock.advance(DAY);
    assert_eq!(run(&app).await, 0);
    app.clock.advance(at(2026, 3, 1).0 - app.clock.now().0);
    assert_eq!(run(&app).await, 1);
    assert_eq!(balance(&app, &key).await, 8);

    let data = app.ok("keys.rerollKey", json!({ "keyId": key, "expiration": 0 })).await;
    let successor = text(&data, "keyId");
    set(&app, &successor, 0).await;
    app.clock.advance(at(2026, 4, 1).0 - app.clock.now().0);
    run(&app).await;
    assert_eq!(balance(&app, &successor).await, 8, "a successor inherits the refill");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_runs_refill_each_due_key_once() {
    let (app, api) = app().await;
    let mut keys = Vec::new();
    for _ in 0..30 {
        keys.push(key(&app, &api, 0, daily(5)).await);
    }
    for day in 0..3_usize {
        app.clock.advance(DAY);
        let runs = (0..4).map(|_| {
            let app = app.clone();
            async move { run(&app).await }
        });
        let spending = {
            let (app, secret) = (app.clone(), keys[day].1.clone());
            async move { app.code(&secret).await }
        };
        let spending = tokio::spawn(spending);
        assert_eq!(together(runs).await.into_iter().sum::<usize>(), 30);
        spending.await.unwrap();
        let mut sum = 0;
        for (key, _) in &keys {
            sum += balance(&app, key).await;
            set(&app, key, 0).await;
        }
        assert!((149..=150).contains(&sum), "{sum}");
    }
    let filter = json!({ "event": "key.update", "actorId": "refill" });
    let told = app.pages("auditLogs.listAuditLogs", filter).await;
    if !told.is_empty() {
        assert_eq!(told.len(), 90);
    }
}
