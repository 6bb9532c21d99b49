//! The checksum of issued keys, and what it saves.

use keyway_core::checksum;
use serde_json::json;

use crate::app::{TestApp, sha256_hex, text};

#[tokio::test]
async fn issued_keys_end_in_their_checksum() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for members in [
        json!({}),
        json!({ "prefix": "my_app" }),
        json!({ "byteLength": 255 }),
        json!({ "byteLength": 64, "prefix": "a" }),
    ] {
        let bytes =
            members["byteLength"].as_u64().map_or(16, |bytes| usize::try_from(bytes).unwrap());
        let (id, key) = app.key_with(&api, members.clone()).await;
        assert!(checksum::is_right(&key), "{key}");
        let before =
            key.strip_suffix(checksum::of(&key[..key.len() - checksum::LENGTH]).as_str()).unwrap();
        let prefix =
            members["prefix"].as_str().map(|prefix| format!("{prefix}_")).unwrap_or_default();
        let random = before.strip_prefix(&prefix).unwrap();
        let alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        assert!(random.chars().all(|c| alphabet.contains(c)));
        assert!((bytes..=bytes * 138 / 100 + 1).contains(&random.len()), "{random}");
        let start = text(&app.ok("keys.getKey", json!({ "keyId": id })).await, "start");
        assert_eq!(start, format!("{prefix}{}", &random[..4]));
        assert_eq!(app.code(&key).await, "VALID");
    }
    let (id, _) = app.key(&api).await;
    let data = app.ok("keys.rerollKey", json!({ "keyId": id, "expiration": 0 })).await;
    assert!(checksum::is_right(&text(&data, "key")));
}

#[tokio::test]
async fn an_api_can_do_without() {
    let app = TestApp::start().await;
    let (plain, usual) = (app.api("plain").await, app.api("usual").await);
    let listed = app.ok("apis.listApis", json!({ "apiIds": [plain] })).await;
    assert_eq!(listed[0]["checksum"], true);
    let (before, checked) = app.key(&plain).await;
    let answer = app.call("apis.updateApi", json!({ "apiId": plain, "checksum": false })).await;
    answer.data();
    assert_eq!(app.events(&answer).await, ["api.update"]);
    assert_eq!(app.ok("apis.listApis", json!({ "apiIds": [plain] })).await[0]["checksum"], false);
    let (id, key) = app.key_with(&plain, json!({ "prefix": "pk" })).await;
    assert!(!checksum::is_right(&key));
    let random = key.strip_prefix("pk_").unwrap();
    assert!((20..=22).contains(&random.len()), "{random}: the shape that Unkey's keys have");
    let data = app.ok("keys.rerollKey", json!({ "keyId": id, "expiration": 60_000 })).await;
    let successor = text(&data, "key");
    assert!(!checksum::is_right(&successor));
    let data = app.ok("keys.rerollKey", json!({ "keyId": before, "expiration": 60_000 })).await;
    let unchecked = text(&data, "key");
    assert!(!checksum::is_right(&unchecked), "a successor follows the API, not the old key");
    let (_, other) = app.key(&usual).await;
    assert!(checksum::is_right(&other));
    for key in [&checked, &key, &successor, &unchecked, &other] {
        assert_eq!(app.code(key).await, "VALID");
    }
    let restarted = app.again(None).await;
    for key in [&checked, &key, &successor, &unchecked, &other] {
        assert_eq!(restarted.code(key).await, "VALID", "after a restart too");
    }
}

/// An instance that doesn't know of a key without a checksum answers without asking its store,
/// which is only right when it is the only one, and shows here that it doesn't ask.
#[tokio::test]
async fn garbage_is_refused_without_the_store() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let alone = app.again(None).await;
    let (_, checked) = app.key(&api).await;
    app.ok("apis.updateApi", json!({ "apiId": api, "checksum": false })).await;
    let (_, unchecked) = app.key(&api).await;
    assert_eq!(alone.code(&checked).await, "VALID", "a right checksum is looked up");
    assert_eq!(alone.code(&unchecked).await, "NOT_FOUND", "no lookup");
    assert_eq!(app.code(&unchecked).await, "VALID");
    let (_, own) = alone.key(&api).await;
    assert_eq!(alone.code(&own).await, "VALID", "its own keys are known");
    for garbage in ["x", "ä", &"x".repeat(512), &checked[1..], &checked.to_uppercase()] {
        assert_eq!(
            alone.verify(json!({ "key": garbage })).await,
            json!({ "valid": false, "code": "NOT_FOUND" })
        );
    }
}

#[tokio::test]
async fn imported_keys_of_any_form_are_found_after_a_restart() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let alone = app.again(None).await;
    let body = json!({ "name": "m", "hash": { "algorithm": "sha256", "encoding": "hex" } });
    let migration = text(&app.ok("migrations.createMigration", body).await, "migrationId");
    for (app, key) in [(&app, "any form at all"), (&alone, "another")] {
        let body = json!({ "migrationId": migration, "apiId": api, "keys": [{ "hash": sha256_hex(key) }] });
        app.call("keys.migrateKeys", body).await.data();
        assert_eq!(app.code(key).await, "VALID");
    }
    let restarted = app.again(None).await;
    for key in ["any form at all", "another"] {
        assert_eq!(restarted.code(key).await, "VALID");
    }
}
