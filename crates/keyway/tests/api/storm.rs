//! Everything at once: operations that touch the same rows in different orders.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{TestApp, text, together};

/// What task `n` does in its round `round`, on names that all tasks share.
fn call(n: usize, round: usize, api: &str, keys: &[String]) -> (&'static str, Value) {
    let key = &keys[(n + round) % keys.len()];
    let (one, two) = (format!("p{}", n % 3), format!("p{}", (n + 1) % 3));
    let (role, other) = (format!("r{}", round % 2), format!("r{}", (round + 1) % 2));
    let owner = format!("u{}", (n + round) % 2);
    let namespace = format!("n{}", (n + round) % 2);
    match (n * 7 + round * 5) % 19 {
        0 => ("permissions.deletePermission", json!({ "permission": one })),
        1 => ("permissions.deleteRole", json!({ "role": role })),
        2 => ("permissions.createRole", json!({ "name": role, "permissions": [one, two] })),
        3 => ("permissions.setRolePermissions", json!({ "role": role, "permissions": [two, one] })),
        4 => ("keys.addPermissions", json!({ "keyId": key, "permissions": [one, two] })),
        5 => ("keys.setPermissions", json!({ "keyId": key, "permissions": [two, one] })),
        6 => ("keys.removePermissions", json!({ "keyId": key, "permissions": [one] })),
        7 => ("keys.addRoles", json!({ "keyId": key, "roles": [role, other] })),
        8 => ("keys.setRoles", json!({ "keyId": key, "roles": [other, role] })),
        9 => ("identities.deleteIdentity", json!({ "identity": owner })),
        10 => (
            "identities.updateIdentity",
            json!({ "identity": owner, "ratelimits": [{ "name": "abc", "limit": n + 1, "duration": 1000 }] }),
        ),
        11 => (
            "keys.createKey",
            json!({ "apiId": api, "externalId": owner, "permissions": [two, one], "roles": [] }),
        ),
        12 => (
            "keys.updateKey",
            json!({ "keyId": key, "externalId": owner, "permissions": [one], "credits": { "remaining": 5 } }),
        ),
        13 => ("keys.rerollKey", json!({ "keyId": key, "expiration": 1000 })),
        14 => (
            "keys.bulkUpdateKeys",
            json!({ "keyIds": keys, "set": { "enabled": n.is_multiple_of(2), "addRoles": [role] } }),
        ),
        15 => ("ratelimit.deleteNamespace", json!({ "namespace": format!("{namespace}x") })),
        16 => (
            "ratelimit.setOverride",
            json!({ "namespace": namespace, "identifier": one, "limit": 1, "duration": 1000 }),
        ),
        17 => (
            "ratelimit.multiLimit",
            json!([
                { "namespace": namespace, "identifier": one, "limit": 9, "duration": 1000 },
                { "namespace": format!("{namespace}x"), "identifier": one, "limit": 9, "duration": 1000 },
            ]),
        ),
        _ => ("ratelimit.deleteOverride", json!({ "namespace": namespace, "identifier": one })),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_waits_for_ever_or_fails_by_our_fault() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let mut keys = Vec::new();
    for _ in 0..4 {
        keys.push(app.key(&api).await.0);
    }
    let secret =
        text(&app.ok("keys.createKey", json!({ "apiId": api, "externalId": "u0" })).await, "key");
    let calls = (0..19).map(|n| {
        let (app, api, keys, secret) = (app.clone(), api.clone(), keys.clone(), secret.clone());
        async move {
            for round in 0..12 {
                let (operation, body) = call(n, round, &api, &keys);
                let answer = app.call(operation, body.clone()).await;
                let expected = [200, 400, 404, 409, 410].contains(&answer.status);
                assert!(expected, "{operation} {body}: {answer:?}");
                assert_eq!(app.code(&secret).await, "VALID");
            }
        }
    });
    together(calls).await;
    for chain in app.app.store.verify_audit_chains().await.unwrap() {
        assert_eq!(chain.fault, None);
    }
    for key in app.pages("apis.listKeys", json!({ "apiId": api })).await {
        let roles = key.get("roles").and_then(Value::as_array).map_or(0, Vec::len);
        assert!(roles <= 2, "{key}");
    }
}
