//! Secrets are planted everywhere a request can carry one, and then looked for where they must
//! not be: in the log, in other answers, and in the files of the store.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http_body_util::Full;
use hyper::Request;
use serde_json::json;

use crate::app::{TestApp, text};

/// The whole log, with all its pages, as one text.
async fn whole_log(app: &TestApp) -> String {
    let (mut log, mut body) = (String::new(), json!({}));
    loop {
        let answer = app.call("auditLogs.listAuditLogs", body.clone()).await;
        log.push_str(&answer.text);
        match answer.json()["pagination"].get("cursor") {
            Some(cursor) => body["cursor"] = cursor.clone(),
            None => return log,
        }
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

/// Whether the bytes hold the secret: as it is, without its prefix, or in base 64.
fn holds(bytes: &[u8], secret: &str) -> bool {
    let bare = secret.rsplit('_').next().unwrap();
    [secret.to_owned(), bare.to_owned(), STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret)]
        .iter()
        .any(|needle| bytes.windows(needle.len()).any(|window| window == needle.as_bytes()))
}

#[tokio::test]
async fn no_secret_is_kept_or_told() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let mut secrets = vec![app.root.clone()];

    let (key_id, key) = app.key_with(&api, json!({ "prefix": "canary", "byteLength": 32 })).await;
    let (root_id, root_key) = app.root_key(json!({ "roles": ["admin"], "name": "canary" })).await;
    let workspace = app.ok("workspaces.createWorkspace", json!({ "name": "Canary" })).await;
    let body = json!({ "keyId": root_id, "expiration": null });
    let rerolled = text(&app.ok("rootKeys.rerollKey", body).await, "key");
    secrets.extend([key.clone(), root_key.clone(), text(&workspace, "rootKey"), rerolled]);

    for presented in ["presented_Canary4verify", "presented_Canary4whoami"] {
        app.call("keys.verifyKey", json!({ "key": presented })).await.data();
        app.call("keys.whoami", json!({ "key": presented })).await;
        secrets.push(presented.to_owned());
    }
    app.ok("keys.verifyKey", json!({ "key": key })).await;
    app.ok("keys.whoami", json!({ "key": key })).await;
    app.call_as("unkey_Canary4unknown", "apis.createApi", json!({ "name": "abc" })).await;
    app.call_as(&key, "apis.createApi", json!({ "name": "abc" })).await;
    for authorization in ["Basic Canary4basic", "Canary4bare", "Bearer Canary4two words"] {
        let request = Request::post("/v2/apis.createApi")
            .header("authorization", authorization)
            .header("content-type", "application/json")
            .body(Full::from(r#"{"name":"abc"}"#))
            .unwrap();
        app.send(request).await;
    }
    for unknown in ["Canary4unknown", "Canary4basic", "Canary4bare", "Canary4two"] {
        secrets.push(unknown.to_owned());
    }
    let body = json!({ "keyId": key_id, "enabled": false, "meta": { "pin": "Canary4meta" } });
    app.call_as(&root_key, "keys.updateKey", body).await.data();
    app.ok("keys.updateKey", json!({ "keyId": key_id, "meta": { "pin": "Canary4newmeta" } })).await;
    app.ok("keys.deleteKey", json!({ "keyId": key_id })).await;
    app.ok("rootKeys.deleteKey", json!({ "keyId": root_id })).await;
    app.app.last_uses.flush(&*app.app.store).await.unwrap();

    let log = whole_log(&app).await;
    for secret in &secrets {
        assert!(!holds(log.as_bytes(), secret), "the log tells {secret}");
    }
    assert!(!log.contains("Canary4meta") && !log.contains("Canary4newmeta"));

    let stored = files(app.data_dir());
    for path in &stored {
        let bytes = std::fs::read(path).unwrap();
        for secret in &secrets {
            assert!(!holds(&bytes, secret), "{} holds {secret}", path.display());
        }
    }
}

#[tokio::test]
async fn the_files_of_the_store_are_the_ones_looked_at() {
    let app = TestApp::start().await;
    let is_embedded = !files(app.data_dir()).is_empty();
    app.api("Canary4name").await;
    let is_found = files(app.data_dir())
        .iter()
        .any(|path| holds(&std::fs::read(path).unwrap(), "Canary4name"));
    assert_eq!(is_found, is_embedded);
}

#[tokio::test]
async fn faults_do_not_repeat_what_was_sent() {
    let app = TestApp::start().await;
    let secret = "Canary4fault".repeat(50);
    for (operation, body) in [
        ("keys.verifyKey", json!({ "key": secret })),
        ("keys.verifyKey", json!({ "key": [secret] })),
        ("keys.whoami", json!({ "key": secret })),
        (
            "keys.verifyKey",
            json!({ "key": "k", "permissions": format!("{} (", &secret[..900.min(secret.len())]) }),
        ),
    ] {
        let answer = app.call(operation, body).await;
        assert!(!answer.text.contains("Canary4fault"), "{answer:?}");
    }
    let request = Request::post("/v2/keys.verifyKey")
        .header("authorization", format!("Bearer {}", app.root))
        .header("content-type", "application/json")
        .body(Full::from(r#"{"key":"Canary4fault"#))
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.status, 400);
    assert!(!answer.text.contains("Canary4fault"), "{answer:?}");
}

#[tokio::test]
async fn two_keys_are_never_alike() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let (id, key) = app.key(&api).await;
        assert!(seen.insert(id) && seen.insert(key));
    }
}
