//! `access.explain`

use serde_json::{Value, json};

use crate::app::{Answer, TestApp, text, texts};
use crate::browser::{Browser, invited, owner};

fn request_id(answer: &Answer) -> Value {
    json!({ "requestId": answer.json()["meta"]["requestId"] })
}

fn checks(found: &Value) -> Vec<String> {
    let checks = found["checks"].as_array().unwrap();
    checks.iter().map(|one| format!("{} {}", text(one, "name"), text(one, "result"))).collect()
}

#[tokio::test]
async fn a_refused_operation_is_explained_by_its_request_with_the_smallest_grant_first() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, limited) = app.root_key(json!({ "permissions": ["api.*.read_api"] })).await;
    let refused = app.call_as(&limited, "keys.createKey", json!({ "apiId": api })).await;
    refused.error(403, "unkey/authorization/insufficient_permissions");

    for asks in [&app.root, &limited] {
        let found = app.call_as(asks, "access.explain", request_id(&refused)).await.data();
        assert_eq!(found["decision"], "denied");
        assert_eq!(found["code"], "unkey/authorization/insufficient_permissions");
        assert_eq!(found["request"]["operation"], "keys.createKey");
        assert_eq!(found["request"]["principal"]["id"], id);
        assert_eq!(found["missing"], json!([format!("api.{api}.create_key")]));
        assert_eq!(
            checks(&found),
            [
                "exists pass",
                "workspace pass",
                "enabled pass",
                "expiry pass",
                "resource pass",
                "permissions fail"
            ]
        );
        let remedies = found["remedies"].as_array().unwrap();
        assert_eq!(remedies[0]["adds"], json!([format!("api.{api}.create_key")]));
        assert_eq!(remedies[1]["adds"], json!(["api.*.create_key"]));
        assert_eq!(remedies[0]["target"], id);
        assert_eq!(
            found["requirement"]["anyOf"][0],
            json!({ "permission": format!("api.{api}.create_key"), "held": false })
        );
    }

    let grant = json!({ "keyId": id, "permissions": [format!("api.{api}.create_key")] });
    app.ok("rootKeys.updateKey", grant).await;
    let found = app.ok("access.explain", request_id(&refused)).await;
    assert_eq!(found["decision"], "allowed", "{found}");
    app.call_as(&limited, "keys.createKey", json!({ "apiId": api })).await.data();

    let (_, other) = app.root_key(json!({ "permissions": ["api.*.read_api"] })).await;
    let curious = app.call_as(&other, "access.explain", request_id(&refused)).await;
    curious.forbidden(Some("root_key.*.read_root_key"));
    let foreign = app.other_workspace().await;
    let unknown = app.call_as(&foreign, "access.explain", request_id(&refused)).await;
    unknown.error(404, "keyway/data/refusal_not_found");
}

#[tokio::test]
async fn an_invalid_key_is_explained_with_the_role_that_helps() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, secret) = app.key_with(&api, json!({ "permissions": ["documents.read"] })).await;
    for (name, permissions) in [
        ("everything", json!(["documents.write", "documents.read", "billing.pay", "users.ban"])),
        ("writer", json!(["documents.write", "documents.read"])),
        ("reader", json!(["documents.read"])),
    ] {
        app.ok("permissions.createRole", json!({ "name": name, "permissions": permissions })).await;
    }
    let query = "documents.read AND documents.write";
    let body = json!({ "key": secret, "permissions": query });
    let refused = app.call("keys.verifyKey", body.clone()).await;
    assert_eq!(refused.data()["code"], "INSUFFICIENT_PERMISSIONS");

    let found = app.ok("access.explain", request_id(&refused)).await;
    assert_eq!(found["code"], "INSUFFICIENT_PERMISSIONS");
    assert_eq!(found["missing"], json!(["documents.write"]));
    assert_eq!(found["requirement"]["allOf"][0]["via"], "direct");
    let remedies = found["remedies"].as_array().unwrap();
    let kinds = texts(remedies, "kind");
    assert_eq!(kinds, ["add_role", "add_role", "add_permission", "create_role"]);
    assert_eq!(remedies[0]["role"], "writer");
    assert_eq!(remedies[0]["alsoAdds"], json!([]));
    assert_eq!(remedies[1]["alsoAdds"], json!(["billing.pay", "users.ban"]));
    assert_eq!(found, {
        let mut again = app.ok("access.explain", body.clone()).await;
        again["request"] = found["request"].clone();
        again
    });

    let add = json!({ "keyId": remedies[0]["target"], "roles": [remedies[0]["roleId"]] });
    app.ok("keys.addRoles", add).await;
    assert_eq!(app.verify(body.clone()).await["code"], "VALID");
    let found = app.ok("access.explain", body).await;
    assert_eq!((&found["decision"], &found["code"]), (&"allowed".into(), &"VALID".into()));
    assert_eq!(found["grants"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_explanation_uses_up_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let limit = json!({ "name": "requests", "limit": 2, "duration": 60_000, "autoApply": true });
    let members = json!({ "credits": { "remaining": 3 }, "ratelimits": [limit] });
    let (id, secret) = app.key_with(&api, members).await;
    let ask = |cost: i64| json!({ "keyId": id, "cost": cost });
    for _ in 0..5 {
        assert_eq!(app.ok("access.explain", ask(3)).await["code"], "VALID");
    }
    assert_eq!(app.ok("access.explain", ask(4)).await["code"], "USAGE_EXCEEDED");
    assert_eq!(app.verify(json!({ "key": secret })).await["credits"], 2);
    assert_eq!(app.verify(json!({ "key": secret })).await["credits"], 1);
    let found = app.ok("access.explain", ask(1)).await;
    assert_eq!(found["code"], "RATE_LIMITED", "{found}");
    assert_eq!(
        checks(&found),
        [
            "exists pass",
            "enabled pass",
            "expiry pass",
            "ip pass",
            "permissions pass",
            "limits fail",
            "credits not_reached"
        ]
    );
}

#[tokio::test]
async fn every_reason_has_its_check() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = app.key(&api).await;
    let code = async |body: Value| text(&app.ok("access.explain", body).await, "code");
    app.ok("keys.updateKey", json!({ "keyId": id, "enabled": false })).await;
    assert_eq!(code(json!({ "keyId": id })).await, "DISABLED");
    let expires = app.clock.now().0 + 1000;
    app.ok("keys.updateKey", json!({ "keyId": id, "enabled": true, "expires": expires })).await;
    app.clock.advance(2000);
    assert_eq!(code(json!({ "keyId": id })).await, "EXPIRED");
    app.ok("keys.updateKey", json!({ "keyId": id, "expires": null })).await;
    app.ok("apis.updateApi", json!({ "apiId": api, "ipAllowlist": ["10.0.0.0/8"] })).await;
    assert_eq!(code(json!({ "keyId": id, "ip": "192.0.2.9" })).await, "FORBIDDEN");
    assert_eq!(code(json!({ "keyId": id, "ip": "10.1.2.3" })).await, "VALID");
    assert_eq!(code(json!({ "key": "nonsense" })).await, "NOT_FOUND");
    let bad = app.call("access.explain", json!({ "keyId": id, "permissions": "a AND" })).await;
    bad.error(400, "user/bad_request/permissions_query_syntax_error");
}

#[tokio::test]
async fn near_misses_are_told() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let permissions = json!(["documents.read", "billing.*", "Users.ban"]);
    let (id, _) = app.key_with(&api, json!({ "permissions": permissions })).await;
    let body = json!({ "name": "Pay invoices", "slug": "invoices.pay" });
    app.ok("permissions.createPermission", body).await;
    for (query, hint) in [
        ("document.read", "almost"),
        ("billing.pay", "ordinary character"),
        ("users.ban", "case of letters"),
        ("invoices.read", "No permission"),
    ] {
        let found = app.ok("access.explain", json!({ "keyId": id, "permissions": query })).await;
        assert!(found["hints"].to_string().contains(hint), "{query}: {}", found["hints"]);
    }
}

#[tokio::test]
async fn another_workspace_is_told_from_a_missing_permission() {
    let app = TestApp::start().await;
    let other = app.other_workspace().await;
    let theirs = app.call_as(&other, "apis.createApi", json!({ "name": "theirs" })).await.data();
    let theirs = text(&theirs, "apiId");
    let key = app.call_as(&other, "keys.createKey", json!({ "apiId": theirs })).await.data();

    let refused = app.call("apis.getApi", json!({ "apiId": theirs })).await;
    refused.forbidden(None);
    for body in [request_id(&refused), json!({ "operation": "apis.getApi", "resource": theirs })] {
        let found = app.ok("access.explain", body).await;
        assert_eq!(found["decision"], "denied");
        assert!(text(&found, "summary").contains("another workspace"), "{found}");
        assert_eq!(found["remedies"], json!([]));
    }
    app.call("access.explain", json!({ "keyId": key["keyId"] })).await.forbidden(None);
    assert_eq!(app.ok("access.explain", json!({ "key": key["key"] })).await["code"], "NOT_FOUND");
}

#[tokio::test]
async fn an_operation_is_explained_for_oneself_for_another_and_for_a_person() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, limited) = app.root_key(json!({ "roles": ["verifier"] })).await;
    let ask = json!({ "operation": "keys.verifyKey", "resource": api });
    let own = app.call_as(&limited, "access.explain", ask.clone()).await.data();
    assert_eq!(own["decision"], "allowed");
    assert_eq!(own["grants"][0]["via"], "root_role");
    assert_eq!(own["grants"][0]["role"], "verifier");
    let mut other = json!({ "operation": "keys.setPermissions", "rootKeyId": id });
    let found = app.ok("access.explain", other.clone()).await;
    assert_eq!(found["missing"].as_array().unwrap().len(), 3);
    app.call_as(&limited, "access.explain", other.clone())
        .await
        .forbidden(Some("root_key.*.read_root_key"));
    other["rootKey"] = limited.clone().into();
    app.call("access.explain", other).await.invalid(&["body.rootKey"]);
    let body = json!({ "operation": "keys.verifyKey", "rootKey": limited });
    assert_eq!(app.ok("access.explain", body).await["subject"]["id"], id);
    let unknown = app.call("access.explain", json!({ "operation": "keys.fly" })).await;
    unknown.invalid(&["body.operation"]);
    app.call("access.explain", json!({})).await.invalid(&["body"]);

    let mut owner = owner(&app).await;
    let mut viewer: Browser = invited(&app, &mut owner, "viewer@example.com", "viewer").await;
    let refused = viewer.call(&app, "apis.createApi", json!({ "name": "new" })).await;
    refused.forbidden(Some("api.*.create_api"));
    for browser in [&mut viewer, &mut owner] {
        let found = browser.call(&app, "access.explain", request_id(&refused)).await.data();
        assert_eq!(found["subject"]["type"], "user");
        assert_eq!(found["subject"]["name"], "viewer@example.com");
        assert_eq!(found["remedies"][0]["role"], "editor");
    }
}
