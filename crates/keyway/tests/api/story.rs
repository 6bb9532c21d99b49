//! The story that Keyway exists for: a root key that is valid but lacks a permission.

use keyway_core::time::{DAY, HOUR};
use serde_json::json;

use crate::app::{PUBLIC_URL, TestApp, text};

#[tokio::test]
async fn a_read_only_root_key_cannot_create_keys() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, reader) = app.root_key(json!({ "roles": ["read_only"], "name": "reader" })).await;

    let body = json!({ "apiId": api, "name": "k" });
    for path in ["/v1/keys.createKey", "/v2/keys.createKey"] {
        let answer = app.post(path, &reader, &body).await;

        answer.forbidden(Some(&format!("api.*.create_key api.{api}.create_key")));
        assert_eq!(answer.header("content-type"), "application/json");
        let request_id = answer.json()["meta"]["requestId"].clone();
        assert_eq!(
            answer.json(),
            json!({
                "meta": { "requestId": request_id },
                "error": {
                    "detail": "The authenticated API key does not have permission to perform this operation",
                    "status": 403,
                    "title": "Forbidden",
                    "type": format!("{PUBLIC_URL}/docs/api-reference/errors-v2/unkey/authorization/insufficient_permissions"),
                },
            })
        );
    }

    app.call_as(&reader, "apis.listKeys", json!({ "apiId": api })).await.data();
    let (_, issuer) = app.root_key(json!({ "permissions": ["api.*.create_key"] })).await;
    for path in ["/v1/keys.createKey", "/v2/keys.createKey"] {
        let data = app.post(path, &issuer, &body).await.data();
        assert_eq!(app.code(&text(&data, "key")).await, "VALID");
    }
}

#[tokio::test]
async fn the_type_of_the_refusal_is_a_page_of_this_instance() {
    let app = TestApp::start().await;
    let (_, reader) = app.root_key(json!({ "roles": ["read_only"] })).await;
    let refused = app.call_as(&reader, "apis.createApi", json!({ "name": "abc" })).await;
    let url = text(&refused.json()["error"], "type");
    let path = url.strip_prefix(PUBLIC_URL).unwrap();

    let page = app.get(path, "text/html").await;

    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for heading in ["What happened", "How to fix", "Common mistakes"] {
        assert!(page.text.contains(heading), "{heading} is missing");
    }
    assert!(page.text.contains("err:unkey:authorization:insufficient_permissions"));
    assert!(!page.text.contains("unkey.com"));
    let markdown = app.get(&format!("{path}.md"), "*/*").await;
    assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
    assert!(markdown.text.contains("## How to fix"));
}

#[tokio::test]
async fn a_root_key_for_one_api_cannot_touch_another() {
    let app = TestApp::start().await;
    let (own, other) = (app.api("own").await, app.api("other").await);
    let (_, scoped) = app.root_key(json!({ "roles": ["issuer"], "apiIds": [own] })).await;

    app.call_as(&scoped, "keys.createKey", json!({ "apiId": own })).await.data();
    app.call_as(&scoped, "keys.createKey", json!({ "apiId": other }))
        .await
        .forbidden(Some(&format!("api.*.create_key api.{other}.create_key")));
    let (key, _) = app.key(&other).await;
    app.call_as(&scoped, "keys.updateKey", json!({ "keyId": key, "name": "mine" }))
        .await
        .forbidden(Some(&format!("api.*.update_key api.{other}.update_key")));
}

#[tokio::test]
async fn a_resource_of_another_workspace_is_forbidden_and_an_unknown_one_is_not_found() {
    let app = TestApp::start().await;
    let theirs = app.other_workspace().await;
    let created = app.call_as(&theirs, "apis.createApi", json!({ "name": "theirs" })).await;
    let their_api = text(&created.data(), "apiId");
    let created = app.call_as(&theirs, "keys.createKey", json!({ "apiId": their_api })).await;
    let (their_key, secret) = (text(&created.data(), "keyId"), text(&created.data(), "key"));

    app.call("keys.createKey", json!({ "apiId": their_api })).await.forbidden(None);
    app.call("apis.getApi", json!({ "apiId": their_api })).await.forbidden(None);
    app.call("keys.getKey", json!({ "keyId": their_key })).await.forbidden(None);
    app.call("keys.createKey", json!({ "apiId": "api_nowhere" }))
        .await
        .error(404, "unkey/data/api_not_found");
    app.call("keys.getKey", json!({ "keyId": "key_nowhere" }))
        .await
        .error(404, "unkey/data/key_not_found");
    assert_eq!(
        app.verify(json!({ "key": secret })).await,
        json!({ "valid": false, "code": "NOT_FOUND" })
    );
}

#[tokio::test]
async fn a_limited_root_key_cannot_administer() {
    let app = TestApp::start().await;
    let (_, issuer) = app.root_key(json!({ "roles": ["issuer"] })).await;

    app.call_as(&issuer, "rootKeys.createKey", json!({ "permissions": [] }))
        .await
        .forbidden(Some("root_key.*.create_root_key"));
    app.call_as(&issuer, "workspaces.createWorkspace", json!({ "name": "Mine" }))
        .await
        .forbidden(Some("instance.*.manage_workspaces"));
    app.call_as(&issuer, "auditLogs.listAuditLogs", json!({}))
        .await
        .forbidden(Some("audit_log.*.read_audit_log"));
}

#[tokio::test]
async fn reduced_privileges_bind_from_the_next_request_on() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) =
        app.root_key(json!({ "permissions": ["api.*.create_key", "api.*.read_api"] })).await;
    let create = json!({ "apiId": api });
    app.call_as(&key, "keys.createKey", create.clone()).await.data();

    app.ok("rootKeys.updateKey", json!({ "keyId": id, "permissions": ["api.*.read_api"] })).await;
    app.call_as(&key, "keys.createKey", create.clone())
        .await
        .forbidden(Some(&format!("api.*.create_key api.{api}.create_key")));
    app.call_as(&key, "apis.getApi", create.clone()).await.data();

    app.ok("rootKeys.updateKey", json!({ "keyId": id, "enabled": false })).await;
    app.call_as(&key, "apis.getApi", create.clone())
        .await
        .error(403, "unkey/authorization/key_disabled");

    app.ok("rootKeys.updateKey", json!({ "keyId": id, "enabled": true })).await;
    app.call_as(&key, "apis.getApi", create.clone()).await.data();
    app.ok("rootKeys.deleteKey", json!({ "keyId": id })).await;
    app.call_as(&key, "apis.getApi", create).await.error(401, "unkey/authentication/key_not_found");
}

#[tokio::test]
async fn a_root_key_ends_with_its_time() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let end = app.clock.now().plus(HOUR);
    let (_, key) =
        app.root_key(json!({ "permissions": ["api.*.create_key"], "expires": end.0 })).await;

    app.clock.advance(HOUR);
    app.call_as(&key, "keys.createKey", json!({ "apiId": api })).await.data();
    app.clock.advance(1);
    app.call_as(&key, "keys.createKey", json!({ "apiId": api }))
        .await
        .error(403, "unkey/authorization/forbidden");
    app.clock.advance(DAY);
}

#[tokio::test]
async fn a_root_key_can_ask_what_it_may_do() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = app
        .root_key(
            json!({ "roles": ["verifier"], "apiIds": [api], "permissions": ["rbac.*.read_role"] }),
        )
        .await;
    let expected = json!([format!("api.{api}.verify_key"), "rbac.*.read_role"]);

    let own = app.call_as(&key, "rootKeys.whoami", json!({})).await.data();
    assert_eq!(own["permissions"], expected);
    assert_eq!(own["roles"], json!(["verifier"]));
    assert_eq!(own["keyId"], id.as_str());
    let seen = app.ok("rootKeys.getKey", json!({ "keyId": id })).await;
    assert_eq!(seen["permissions"], expected);
    assert_eq!(seen["apiIds"], json!([api]));
}

#[tokio::test]
async fn a_root_key_never_hands_out_what_it_lacks() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, weak) = app
        .root_key(json!({
            "permissions": ["root_key.*.create_root_key", "root_key.*.update_root_key", format!("api.{api}.read_key")],
        }))
        .await;

    for (body, scope) in [
        (json!({ "permissions": ["api.*.read_key"] }), "api.*.read_key".to_owned()),
        (
            json!({ "permissions": ["instance.*.manage_workspaces"] }),
            "instance.*.manage_workspaces".to_owned(),
        ),
        (
            json!({ "permissions": [format!("api.{api}.create_key")] }),
            format!("api.*.create_key api.{api}.create_key"),
        ),
        (json!({ "roles": ["verifier"] }), "api.*.verify_key".to_owned()),
    ] {
        app.call_as(&weak, "rootKeys.createKey", body).await.forbidden(Some(&scope));
    }
    let own = app.call_as(&weak, "rootKeys.whoami", json!({})).await.data();
    app.call_as(&weak, "rootKeys.updateKey", json!({ "keyId": own["keyId"], "roles": ["admin"] }))
        .await
        .error(403, "unkey/authorization/insufficient_permissions");
    let (strong, _) = app.root_key(json!({ "roles": ["admin"], "permissions": [] })).await;
    app.call_as(&weak, "rootKeys.rerollKey", json!({ "keyId": strong, "expiration": 0 }))
        .await
        .error(403, "unkey/authorization/insufficient_permissions");
    let narrow = json!({ "permissions": [format!("api.{api}.read_key")] });
    app.call_as(&weak, "rootKeys.createKey", narrow).await.data();
}
