//! `keys.rerollKey`

use std::sync::Arc;

use keyway_core::time::{DAY, HOUR, MINUTE};
use serde_json::{Value, json};

use crate::app::{START, TestApp, text, texts, together};

const INVALID: &str = "unkey/application/invalid_input";
const ABSENT: &str = "unkey/data/key_not_found";

async fn reroll(app: &TestApp, key: &str, expiration: i64) -> (String, String) {
    let data = app.ok("keys.rerollKey", json!({ "keyId": key, "expiration": expiration })).await;
    (text(&data, "keyId"), text(&data, "key"))
}

async fn get(app: &TestApp, key: &str) -> Value {
    app.ok("keys.getKey", json!({ "keyId": key })).await
}

#[tokio::test]
async fn a_successor_is_like_the_old_key() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.ok("permissions.createRole", json!({ "name": "r", "permissions": ["through.role"] })).await;
    let limits = json!([
        { "name": "auto", "limit": 5, "duration": 60_000, "autoApply": true },
        { "name": "named", "limit": 7, "duration": 1000 },
    ]);
    let members = json!({
        "prefix": "my_app", "byteLength": 40, "name": "The key", "meta": { "a": [1] }, "externalId": "owner",
        "roles": ["r"], "permissions": ["direct"], "expires": START.0 + DAY, "ratelimits": limits,
        "credits": { "remaining": 10, "refill": { "interval": "monthly", "amount": 100, "refillDay": 31 } },
    });
    let (old, secret) = app.key_with(&api, members).await;
    for _ in 0..3 {
        assert_eq!(app.code(&secret).await, "VALID");
    }
    app.ok("keys.updateKey", json!({ "keyId": old, "name": "Renamed" })).await;
    app.clock.advance(MINUTE / 2);
    let before = get(&app, &old).await;

    let body = json!({ "keyId": old, "expiration": 0, "unknown members": "are ignored" });
    let answer = app.call("keys.rerollKey", body).await;
    let (new, successor) = (text(&answer.data(), "keyId"), text(&answer.data(), "key"));
    assert_eq!(app.traced(&answer).await, [format!("key.reroll key:{new} key:{old} api:{api}")]);
    assert!(!format!("{:?}", app.traces(&answer).await).contains(&successor));

    let after = get(&app, &new).await;
    for same in [
        "name",
        "meta",
        "enabled",
        "expires",
        "credits",
        "permissions",
        "roles",
        "identity",
        "apiId",
    ] {
        assert_eq!(after[same], before[same], "{same}");
    }
    assert_eq!(after["credits"]["remaining"], 7);
    assert_eq!(after["createdAt"], app.clock.now().0);
    assert_eq!((after.get("updatedAt"), after.get("lastUsedAt")), (None, None));
    let limits = |key: &Value| key["ratelimits"].as_array().unwrap().clone();
    assert_eq!(texts(&limits(&after), "name"), texts(&limits(&before), "name"));
    for (new, old) in limits(&after).iter().zip(limits(&before)) {
        assert_ne!(new["id"], old["id"]);
        for same in ["limit", "duration", "autoApply"] {
            assert_eq!(new[same], old[same]);
        }
    }
    let random = successor.strip_prefix("my_app_").unwrap();
    assert!(random.len() >= 40, "{random}");
    assert_eq!(after["start"], format!("my_app_{}", &random[..4]));
    let verdict =
        app.verify(json!({ "key": successor, "permissions": "direct AND through.role" })).await;
    assert_eq!((&verdict["code"], &verdict["credits"]), (&json!("VALID"), &json!(6)));
    assert_eq!(verdict["ratelimits"][0]["remaining"], 4, "its window begins anew");

    let verdict = app.verify(json!({ "key": secret })).await;
    assert_eq!((&verdict["code"], &verdict["keyId"]), (&json!("EXPIRED"), &json!(old)));
    let shown = get(&app, &old).await;
    assert_eq!((&shown["name"], &shown["credits"]["remaining"]), (&json!("Renamed"), &json!(7)));
    assert_eq!(shown["updatedAt"].is_i64(), before["updatedAt"].is_i64());
}

#[tokio::test]
async fn plain_and_disabled_keys_stay_what_they_are() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.ok(
        "apis.updateApi",
        json!({ "apiId": api, "defaultPrefix": "dflt", "defaultByteLength": 64 }),
    )
    .await;
    let (plain_api, short) = (app.api("plain").await, json!({ "byteLength": 16 }));
    let (old, _) = app.key_with(&plain_api, short).await;
    app.ok(
        "apis.updateApi",
        json!({ "apiId": plain_api, "defaultPrefix": "dflt", "defaultByteLength": 64 }),
    )
    .await;
    let (_, successor) = reroll(&app, &old, 0).await;
    assert!(!successor.contains('_'), "a key without a prefix gets none");
    assert!(successor.len() < 32, "and keeps its length");

    let (old, secret) = app.key_with(&api, json!({ "enabled": false })).await;
    assert!(secret.starts_with("dflt_"));
    let (new, successor) = reroll(&app, &old, 0).await;
    assert!(successor.starts_with("dflt_"));
    assert_eq!(get(&app, &new).await["enabled"], false);
    assert_eq!(app.code(&successor).await, "DISABLED");
    let shown = get(&app, &new).await;
    for absent in ["name", "meta", "expires", "credits", "identity", "ratelimits", "plaintext"] {
        assert_eq!(shown.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn the_old_key_ends_after_its_grace_and_never_lives_longer() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (old, secret) = app.key(&api).await;
    let (_, successor) = reroll(&app, &old, HOUR).await;
    let end = get(&app, &old).await["expires"].as_i64().unwrap();
    assert!((START.0 + HOUR..=START.0 + HOUR + MINUTE).contains(&end));
    app.clock.advance(end - START.0);
    assert_eq!(app.code(&secret).await, "VALID", "up to its last moment");
    app.clock.advance(1);
    assert_eq!(app.code(&secret).await, "EXPIRED");
    assert_eq!(app.code(&successor).await, "VALID");

    let now = app.clock.now().0;
    let (short, _) = app.key_with(&api, json!({ "expires": now + MINUTE })).await;
    reroll(&app, &short, HOUR).await;
    assert_eq!(get(&app, &short).await["expires"], now + MINUTE);
    let (dead, secret) = app.key_with(&api, json!({ "expires": now - HOUR })).await;
    let (new, successor) = reroll(&app, &dead, DAY).await;
    assert_eq!(get(&app, &dead).await["expires"], now - HOUR, "an expired key stays expired");
    assert_eq!(app.code(&secret).await, "EXPIRED");
    assert_eq!(get(&app, &new).await["expires"], now - HOUR);
    assert_eq!(app.code(&successor).await, "EXPIRED");

    let (kept, secret) = app.key(&api).await;
    app.ok("keys.rerollKey", json!({ "keyId": kept, "expiration": null })).await;
    assert_eq!(get(&app, &kept).await.get("expires"), None, "its end stays as it is");
    assert_eq!(app.code(&secret).await, "VALID");
    let (again, _) = app.key(&api).await;
    let (first, _) = reroll(&app, &again, HOUR).await;
    let (second, _) = reroll(&app, &again, 2 * HOUR).await;
    assert_ne!(first, second);
    assert!(get(&app, &again).await["expires"].as_i64().unwrap() <= now + HOUR + MINUTE);
}

#[tokio::test]
async fn a_reroll_asks_for_create_key_and_for_nothing_unknown() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (key, _) = app.key(&api).await;
    let body = json!({ "keyId": key, "expiration": 0 });
    let updater = app.root_key_with(&["api.*.update_key".to_owned()]).await;
    let scope = format!("api.*.create_key api.{api}.create_key");
    app.call_as(&updater, "keys.rerollKey", body.clone()).await.forbidden(Some(&scope));
    let nowhere = json!({ "keyId": "key_nowhere", "expiration": 0 });
    app.call_as(&updater, "keys.rerollKey", nowhere).await.error(404, ABSENT);
    let other = app.other_workspace().await;
    app.call_as(&other, "keys.rerollKey", body.clone()).await.forbidden(None);
    for (member, value) in [
        ("expiration", json!(-1)),
        ("expiration", json!(4_102_444_800_001_i64)),
        ("expiration", json!("0")),
        ("keyId", json!("a")),
    ] {
        let mut body = body.clone();
        body[member] = value;
        let error = app.call("keys.rerollKey", body).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], format!("body.{member}"));
    }
    app.call("keys.rerollKey", json!({ "keyId": key })).await.error(400, INVALID);
    app.ok("keys.rerollKey", json!({ "keyId": key, "expiration": 4_102_444_800_000_i64 })).await;
    app.ok("keys.deleteKey", json!({ "keyId": key })).await;
    app.call("keys.rerollKey", body).await.error(404, ABSENT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credits_are_copied_exactly_while_they_are_spent() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let (key, secret) = app.key_with(&api, json!({ "credits": { "remaining": 100 } })).await;
    let (spender, spent_key) = (app.clone(), secret.clone());
    let spends = (0..40).map(move |_| {
        let (app, secret) = (spender.clone(), spent_key.clone());
        async move { usize::from(app.code(&secret).await == "VALID") }
    });
    let spending = tokio::spawn(together(spends));
    let (new, _) = reroll(&app, &key, HOUR).await;
    let spent: usize = spending.await.unwrap().into_iter().sum();
    assert_eq!(spent, 40);
    let old = get(&app, &key).await["credits"]["remaining"].as_i64().unwrap();
    assert_eq!(old, 60);
    let copied = get(&app, &new).await["credits"]["remaining"].as_i64().unwrap();
    assert!((60..=100).contains(&copied));
}
