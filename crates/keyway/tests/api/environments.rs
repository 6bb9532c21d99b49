//! Root keys that are limited to environments: development keys in production.

use serde_json::{Value, json};

use crate::app::{TestApp, text};

async fn api_in(app: &TestApp, environment: &str) -> String {
    let body = json!({ "name": "payments", "environment": environment });
    text(&app.ok("apis.createApi", body).await, "apiId")
}

async fn developer(app: &TestApp) -> String {
    app.root_key(json!({ "roles": ["admin"], "environments": ["development"] })).await.1
}

#[tokio::test]
async fn a_development_root_key_cannot_touch_production() {
    let app = TestApp::start().await;
    let (production, development) =
        (api_in(&app, "production").await, api_in(&app, "development").await);
    let plain = app.api("no environment").await;
    let developer = developer(&app).await;

    for api in [&production, &plain] {
        let (key, secret) = app.key(api).await;
        for (operation, body) in [
            ("apis.getApi", json!({ "apiId": api })),
            ("apis.updateApi", json!({ "apiId": api, "name": "other" })),
            ("apis.deleteApi", json!({ "apiId": api })),
            ("apis.listKeys", json!({ "apiId": api })),
            ("keys.createKey", json!({ "apiId": api })),
            ("keys.getKey", json!({ "keyId": key })),
            ("keys.whoami", json!({ "key": secret })),
            ("keys.verifyKey", json!({ "key": secret })),
            ("keys.updateKey", json!({ "keyId": key, "enabled": false })),
            ("keys.updateCredits", json!({ "keyId": key, "operation": "set", "value": 1 })),
            ("keys.setRoles", json!({ "keyId": key, "roles": [] })),
            ("keys.setPermissions", json!({ "keyId": key, "permissions": [] })),
            ("keys.addPermissions", json!({ "keyId": key, "permissions": ["new"] })),
            ("keys.removePermissions", json!({ "keyId": key, "permissions": ["new"] })),
            ("keys.addRoles", json!({ "keyId": key, "roles": ["new"] })),
            ("keys.removeRoles", json!({ "keyId": key, "roles": ["new"] })),
            ("keys.rerollKey", json!({ "keyId": key, "expiration": 0 })),
            ("keys.listKeys", json!({ "apiId": api })),
            (
                "keys.migrateKeys",
                json!({ "apiId": api, "migrationId": "mig_any", "keys": [{ "hash": "abc" }] }),
            ),
            ("keys.deleteKey", json!({ "keyId": key })),
        ] {
            app.call_as(&developer, operation, body).await.forbidden(None);
        }
        assert_eq!(app.code(&secret).await, "VALID");
    }
    app.call_as(&developer, "keys.createKey", json!({ "apiId": development })).await.data();
    let listed = app.call_as(&developer, "apis.listApis", json!({})).await.data();
    let ids: Vec<&Value> = listed.as_array().unwrap().iter().map(|api| &api["id"]).collect();
    assert_eq!(ids, [development.as_str()]);
}

#[tokio::test]
async fn the_environment_of_an_api_is_told_with_its_keys() {
    let app = TestApp::start().await;
    let api = api_in(&app, "preview").await;
    let (key, secret) = app.key(&api).await;

    assert_eq!(app.ok("apis.getApi", json!({ "apiId": api })).await["environment"], "preview");
    assert_eq!(app.ok("apis.listApis", json!({})).await[0]["environment"], "preview");
    assert_eq!(app.ok("keys.getKey", json!({ "keyId": key })).await["environment"], "preview");
    assert_eq!(app.verify(json!({ "key": secret })).await["environment"], "preview");

    app.ok("apis.updateApi", json!({ "apiId": api, "environment": null })).await;
    assert_eq!(app.ok("apis.getApi", json!({ "apiId": api })).await.get("environment"), None);
}

#[tokio::test]
async fn a_limited_root_key_creates_and_moves_apis_only_within_its_environments() {
    let app = TestApp::start().await;
    let developer = developer(&app).await;

    for body in [json!({ "name": "abc" }), json!({ "name": "abc", "environment": "production" })] {
        app.call_as(&developer, "apis.createApi", body).await.forbidden(None);
    }
    let body = json!({ "name": "abc", "environment": "development" });
    let api = text(&app.call_as(&developer, "apis.createApi", body).await.data(), "apiId");
    for environment in [json!("production"), json!(null)] {
        let body = json!({ "apiId": api, "environment": environment });
        app.call_as(&developer, "apis.updateApi", body).await.forbidden(None);
    }
}

#[tokio::test]
async fn a_limited_root_key_hands_out_no_more_environments_than_its_own() {
    let app = TestApp::start().await;
    let production = api_in(&app, "production").await;
    let developer = developer(&app).await;

    let body = json!({ "permissions": ["api.*.create_key"], "environments": ["production"] });
    app.call_as(&developer, "rootKeys.createKey", body).await.forbidden(None);
    let body = json!({ "permissions": ["api.*.create_key"] });
    let heir = app.call_as(&developer, "rootKeys.createKey", body).await.data();
    app.call_as(&text(&heir, "key"), "keys.createKey", json!({ "apiId": production }))
        .await
        .forbidden(None);
    let body = json!({ "keyId": heir["keyId"], "environments": null });
    app.call_as(&developer, "rootKeys.updateKey", body).await.forbidden(None);
}
