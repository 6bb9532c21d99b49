//! `keys.verifyKey`: the verdicts, their order, and how soon a change binds.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{TestApp, text};

#[tokio::test]
async fn a_key_that_is_not_found_tells_nothing_else() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, deleted) = app.key(&api).await;
    app.ok("keys.deleteKey", json!({ "keyId": id })).await;

    for key in ["nowhere", &deleted, &app.root, &"x".repeat(512)] {
        let verdict = app.verify(json!({ "key": key })).await;
        assert_eq!(verdict, json!({ "valid": false, "code": "NOT_FOUND" }));
    }
}

#[tokio::test]
async fn a_verdict_tells_everything_about_the_key() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let role = json!({ "name": "reader", "permissions": ["documents.read", "bills.read"] });
    app.ok("permissions.createRole", role).await;
    let expires = app.clock.now().plus(1000).0;
    let members = json!({
        "name": "k", "externalId": "user_1", "meta": { "plan": "pro" }, "roles": ["reader"],
        "permissions": ["documents.write", "documents.read"], "expires": expires,
        "credits": { "remaining": 10 },
        "ratelimits": [
            { "name": "automatic", "limit": 5, "duration": 60_000, "autoApply": true },
            { "name": "on demand", "limit": 5, "duration": 60_000 },
        ],
    });
    let (id, key) = app.key_with(&api, members).await;
    let seen = app.read_key(&id).await;

    let verdict = app.verify(json!({ "key": key })).await;

    let full = json!({
        "valid": true,
        "code": "VALID",
        "keyId": id,
        "keyspaceId": api,
        "name": "k",
        "meta": { "plan": "pro" },
        "expires": expires,
        "credits": 9,
        "enabled": true,
        "permissions": ["bills.read", "documents.read", "documents.write"],
        "roles": ["reader"],
        "identity": { "id": seen["identity"]["id"], "externalId": "user_1" },
        "ratelimits": [{
            "id": seen["ratelimits"][0]["id"], "name": "automatic", "limit": 5, "duration": 60_000,
            "remaining": 4, "reset": app.clock.now().0 + 60_000, "exceeded": false, "autoApply": true,
        }],
    });
    assert_eq!(verdict, full);

    app.clock.advance(1001);
    let mut expired = full;
    expired["valid"] = json!(false);
    expired["code"] = json!("EXPIRED");
    expired.as_object_mut().unwrap().remove("ratelimits");
    assert_eq!(app.verify(json!({ "key": key })).await, expired);
}

#[tokio::test]
async fn what_a_key_lacks_is_left_out_of_the_verdict() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = app.key(&api).await;
    assert_eq!(
        app.verify(json!({ "key": key })).await,
        json!({ "valid": true, "code": "VALID", "keyId": id, "keyspaceId": api, "enabled": true })
    );
}

#[tokio::test]
async fn the_first_of_several_reasons_is_told() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.ok("apis.updateApi", json!({ "apiId": api, "ipAllowlist": ["203.0.113.7"] })).await;
    let members = json!({
        "enabled": false,
        "expires": app.clock.now().0 - 1,
        "credits": { "remaining": 0 },
        "ratelimits": [{ "name": "requests", "limit": 1, "duration": 60_000, "autoApply": true }],
    });
    let (id, key) = app.key_with(&api, members).await;
    let asked = json!({
        "key": key, "permissions": "documents.read",
        "ratelimits": [{ "name": "requests", "cost": 2 }, { "name": "unheard of" }],
    });
    let mut asked_known = asked.clone();
    asked_known["ratelimits"] = json!([{ "name": "requests", "cost": 2 }]);
    let update = async |change: Value| {
        let mut body = change;
        body["keyId"] = json!(id);
        app.ok("keys.updateKey", body).await;
    };
    let code = async |body: &Value| text(&app.verify(body.clone()).await, "code");

    assert_eq!(code(&asked).await, "DISABLED");
    update(json!({ "enabled": true })).await;
    assert_eq!(code(&asked).await, "EXPIRED");
    update(json!({ "expires": null })).await;
    assert_eq!(code(&asked).await, "FORBIDDEN");
    app.ok("apis.updateApi", json!({ "apiId": api, "ipAllowlist": [] })).await;
    assert_eq!(code(&asked).await, "INSUFFICIENT_PERMISSIONS");
    update(json!({ "permissions": ["documents.read"] })).await;
    app.call("keys.verifyKey", asked).await.error(412, "unkey/application/precondition_failed");
    assert_eq!(code(&asked_known).await, "RATE_LIMITED");
    update(json!({
        "ratelimits": [{ "name": "requests", "limit": 2, "duration": 60_000, "autoApply": true }],
    }))
    .await;
    assert_eq!(code(&asked_known).await, "USAGE_EXCEEDED");
    update(json!({ "credits": { "remaining": 1 } })).await;
    assert_eq!(code(&asked_known).await, "VALID");
}

#[tokio::test]
async fn only_valid_keys_are_called_valid() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for (members, code) in [
        (json!({}), "VALID"),
        (json!({ "enabled": false }), "DISABLED"),
        (json!({ "expires": 0 }), "EXPIRED"),
        (json!({ "credits": { "remaining": 0 } }), "USAGE_EXCEEDED"),
    ] {
        let (id, key) = app.key_with(&api, members).await;
        let verdict = app.verify(json!({ "key": key })).await;
        assert_eq!(verdict["code"], code);
        assert_eq!(verdict["valid"], code == "VALID");
        assert_eq!(verdict["keyId"], id);
        assert_eq!(verdict["enabled"], code != "DISABLED");
    }
}

#[tokio::test]
async fn queries_are_answered_from_direct_permissions_and_those_of_roles() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let role = json!({ "name": "reader", "permissions": ["documents.read", "and.read"] });
    app.ok("permissions.createRole", role).await;
    let members = json!({ "roles": ["reader"], "permissions": ["bills.*", "Admin", "a:b-c_d"] });
    let (_, key) = app.key_with(&api, members).await;

    for (query, satisfied) in [
        ("documents.read", true),
        ("documents.write", false),
        ("Admin", true),
        ("admin", false),
        ("reader", false),
        ("bills.*", true),
        ("bills.pay", false),
        ("documents.*", false),
        ("a:b-c_d", true),
        ("and.read", true),
        ("path/like", false),
        ("documents.read AND Admin", true),
        ("documents.read and nope", false),
        ("nope OR Admin", true),
        ("nope Or nope", false),
        ("Admin OR nope AND nope", true),
        ("(Admin OR nope) AND nope", false),
        ("((documents.read)AND(Admin))", true),
        (" \t\r\nAdmin\n", true),
    ] {
        let verdict = app.verify(json!({ "key": key, "permissions": query })).await;
        let expected = if satisfied { "VALID" } else { "INSUFFICIENT_PERMISSIONS" };
        assert_eq!(verdict["code"], expected, "{query}");
        assert_eq!(verdict["roles"], json!(["reader"]));
        assert_eq!(verdict["permissions"].as_array().unwrap().len(), 5, "{verdict}");
    }
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_refused_whatever_the_key() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, key) = app.key(&api).await;
    let (_, disabled) = app.key_with(&api, json!({ "enabled": false })).await;
    let (_, expired) = app.key_with(&api, json!({ "expires": 1 })).await;
    let syntax = "user/bad_request/permissions_query_syntax_error";

    for query in [
        " ",
        "a AND",
        "OR a",
        "a b",
        "a AND OR b",
        "(a",
        "a)",
        "()",
        "a && b",
        "a, b",
        "NOT a b",
        "a!",
        "\u{0}",
        "a\u{0} AND b",
        "ä",
        "a AND ()",
        "((a)",
        "a AND AND b",
    ] {
        for key in [&key, &disabled, &expired] {
            let error = app
                .call("keys.verifyKey", json!({ "key": key, "permissions": query }))
                .await
                .error(400, syntax);
            assert_eq!(error["errors"][0]["location"], "body.permissions", "{query}");
        }
    }
    for query in [json!(""), json!("x".repeat(1001)), json!(["a"]), json!(null)] {
        app.call("keys.verifyKey", json!({ "key": key, "permissions": query }))
            .await
            .invalid(&["body.permissions"]);
    }
    let deepest = format!("{}a{}", "(".repeat(499), ")".repeat(499));
    let verdict = app.verify(json!({ "key": key, "permissions": deepest })).await;
    assert_eq!(verdict["code"], "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn whoever_may_verify_nothing_learns_nothing() {
    let app = TestApp::start().await;
    let (own, other) = (app.api("own").await, app.api("other").await);
    let (_, key) = app.key_with(&other, json!({ "credits": { "remaining": 1 } })).await;
    let (_, reader) = app.root_key(json!({ "roles": ["read_only"] })).await;
    let scoped = app.root_key_with(&[format!("api.{own}.verify_key")]).await;

    for text in [key.as_str(), "nowhere"] {
        let body = json!({ "key": text });
        app.call_as(&reader, "keys.verifyKey", body.clone())
            .await
            .forbidden(Some("api.*.verify_key"));
        assert_eq!(
            app.call_as(&scoped, "keys.verifyKey", body).await.data(),
            json!({ "valid": false, "code": "NOT_FOUND" })
        );
    }
    assert_eq!(app.verify(json!({ "key": key })).await["credits"], 0);
}

#[tokio::test]
async fn a_verification_can_be_limited_to_some_apis() {
    let app = TestApp::start().await;
    let (own, other) = (app.api("own").await, app.api("other").await);
    let (_, key) = app.key_with(&own, json!({ "credits": { "remaining": 1 } })).await;

    for keyspaces in [json!([other]), json!([]), json!([own.to_lowercase()])] {
        let body = json!({ "key": key, "keyspaces": keyspaces });
        assert_eq!(app.verify(body).await, json!({ "valid": false, "code": "NOT_FOUND" }));
    }
    let verdict = app.verify(json!({ "key": key, "keyspaces": [other, own] })).await;
    assert_eq!((&verdict["code"], &verdict["credits"]), (&json!("VALID"), &json!(0)));
}

#[tokio::test]
async fn the_last_moment_of_a_key_is_its_expiry() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let expires = app.clock.now().plus(5000).0;
    let (_, key) = app.key_with(&api, json!({ "expires": expires })).await;

    app.clock.advance(5000);
    assert_eq!(app.code(&key).await, "VALID");
    app.clock.advance(1);
    assert_eq!(app.code(&key).await, "EXPIRED");
}

#[tokio::test]
async fn a_changed_key_is_judged_anew_by_the_next_request() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = app.key(&api).await;
    let asked = json!({ "key": key, "permissions": "documents.read" });
    let code = async || text(&app.verify(asked.clone()).await, "code");
    let update = async |change: Value| {
        let mut body = change;
        body["keyId"] = json!(id);
        app.ok("keys.updateKey", body).await;
    };

    assert_eq!(code().await, "INSUFFICIENT_PERMISSIONS");
    app.ok("keys.setPermissions", json!({ "keyId": id, "permissions": ["documents.read"] })).await;
    assert_eq!(code().await, "VALID");
    app.ok("keys.setPermissions", json!({ "keyId": id, "permissions": [] })).await;
    assert_eq!(code().await, "INSUFFICIENT_PERMISSIONS");

    let role =
        app.ok("permissions.createRole", json!({ "name": "reader" })).await["roleId"].clone();
    app.ok("keys.setRoles", json!({ "keyId": id, "roles": ["reader"] })).await;
    assert_eq!(code().await, "INSUFFICIENT_PERMISSIONS");
    let body = json!({ "roleId": role, "permissions": ["documents.read"] });
    app.ok("permissions.setRolePermissions", body).await;
    assert_eq!(code().await, "VALID");
    app.ok("permissions.setRolePermissions", json!({ "roleId": role, "permissions": [] })).await;
    assert_eq!(code().await, "INSUFFICIENT_PERMISSIONS");
    let body = json!({ "roleId": role, "permissions": ["documents.read"] });
    app.ok("permissions.setRolePermissions", body).await;
    assert_eq!(code().await, "VALID");
    app.ok("keys.setRoles", json!({ "keyId": id, "roles": [] })).await;
    assert_eq!(code().await, "INSUFFICIENT_PERMISSIONS");
    update(json!({ "roles": ["reader"] })).await;
    assert_eq!(code().await, "VALID");

    update(json!({ "enabled": false })).await;
    assert_eq!(code().await, "DISABLED");
    update(json!({ "enabled": true, "expires": 1 })).await;
    assert_eq!(code().await, "EXPIRED");
    update(json!({ "expires": null })).await;
    assert_eq!(code().await, "VALID");
    app.ok("keys.deleteKey", json!({ "keyId": id })).await;
    assert_eq!(code().await, "NOT_FOUND");
}

#[tokio::test]
async fn the_keys_of_a_deleted_api_are_gone_at_once() {
    let app = TestApp::start().await;
    let (api, other) = (app.api("payments").await, app.api("other").await);
    let (id, key) = app.key(&api).await;
    let (_, survivor) = app.key(&other).await;
    assert_eq!(app.code(&key).await, "VALID");

    app.ok("apis.deleteApi", json!({ "apiId": api })).await;

    assert_eq!(app.code(&key).await, "NOT_FOUND");
    for (operation, body) in [
        ("keys.getKey", json!({ "keyId": id })),
        ("keys.whoami", json!({ "key": key })),
        ("keys.updateKey", json!({ "keyId": id, "enabled": true })),
        ("keys.updateCredits", json!({ "keyId": id, "operation": "set", "value": 1 })),
        ("keys.setPermissions", json!({ "keyId": id, "permissions": [] })),
        ("keys.setRoles", json!({ "keyId": id, "roles": [] })),
        ("keys.deleteKey", json!({ "keyId": id })),
    ] {
        app.call(operation, body).await.error(404, "unkey/data/key_not_found");
    }
    assert_eq!(app.code(&survivor).await, "VALID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_that_is_deleted_while_it_is_verified_is_valid_or_not_found() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    for _ in 0..5 {
        let (id, key) = app.key_with(&api, json!({ "credits": { "remaining": 1000 } })).await;
        let verifying = app.at_once("keys.verifyKey", vec![json!({ "key": key }); 30]);
        let deleting = app.at_once("keys.deleteKey", [json!({ "keyId": id })]);
        let (verdicts, deleted) = tokio::join!(verifying, deleting);
        deleted[0].data();
        for verdict in verdicts {
            let code = verdict.data()["code"].clone();
            assert!(code == "VALID" || code == "NOT_FOUND", "{code}");
        }
    }
}

#[tokio::test]
async fn an_api_can_be_limited_to_addresses() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, key) = app.key_with(&api, json!({ "credits": { "remaining": 100 } })).await;

    // Tests ask from 192.0.2.1.
    for (list, code) in [
        (json!(["192.0.2.1"]), "VALID"),
        (json!(["192.0.2.2"]), "FORBIDDEN"),
        (json!(["10.0.0.0/8", "192.0.2.0/24"]), "VALID"),
        (json!(["192.0.2.2/31", "2001:db8::/32"]), "FORBIDDEN"),
        (json!(["::ffff:192.0.2.1"]), "VALID"),
        (json!(["0.0.0.0/0"]), "VALID"),
        (json!(["::/0"]), "FORBIDDEN"),
        (json!([]), "VALID"),
    ] {
        app.ok("apis.updateApi", json!({ "apiId": api, "ipAllowlist": list })).await;
        assert_eq!(app.code(&key).await, code, "{list}");
    }
    assert_eq!(app.verify(json!({ "key": key })).await["credits"], 94);
}

#[tokio::test]
async fn the_address_in_a_header_of_the_client_is_not_believed() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, key) = app.key(&api).await;
    app.ok("apis.updateApi", json!({ "apiId": api, "ipAllowlist": ["203.0.113.7"] })).await;

    let request = hyper::Request::post("/v2/keys.verifyKey")
        .header("authorization", format!("Bearer {}", app.root))
        .header("content-type", "application/json")
        .header("x-forwarded-for", "203.0.113.7")
        .header("forwarded", "for=203.0.113.7")
        .header("x-real-ip", "203.0.113.7")
        .body(http_body_util::Full::from(json!({ "key": key }).to_string()))
        .unwrap();
    assert_eq!(app.send(request).await.data()["code"], "FORBIDDEN");
}

#[tokio::test]
async fn requests_out_of_bounds_are_refused() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, key) = app.key_with(&api, json!({ "credits": { "remaining": 1 } })).await;
    let long = |length: usize| "x".repeat(length);

    for (member, value, place) in [
        ("key", json!(""), "key"),
        ("key", json!(long(513)), "key"),
        ("key", json!(null), "key"),
        ("credits", json!({}), "credits.cost"),
        ("credits", json!({ "cost": -1 }), "credits.cost"),
        ("credits", json!({ "cost": 1_000_000_000_001_i64 }), "credits.cost"),
        ("credits", json!({ "cost": 1, "more": 1 }), "credits.more"),
        ("tags", json!(vec!["x"; 21]), "tags"),
        ("tags", json!(["ok", ""]), "tags[1]"),
        ("tags", json!([long(513)]), "tags[0]"),
        ("migrationId", json!(long(257)), "migrationId"),
        ("ratelimits", json!([{ "name": "ab" }]), "ratelimits[0].name"),
        ("ratelimits", json!([{ "name": long(256) }]), "ratelimits[0].name"),
        ("ratelimits", json!([{ "name": "abc", "cost": -1 }]), "ratelimits[0].cost"),
        (
            "ratelimits",
            json!([{ "name": "abc", "limit": 0, "duration": 1000 }]),
            "ratelimits[0].limit",
        ),
        (
            "ratelimits",
            json!([{ "name": "abc", "limit": 1, "duration": 999 }]),
            "ratelimits[0].duration",
        ),
        ("ratelimits", json!([{ "name": "abc", "limit": 1 }]), "ratelimits[0].duration"),
        ("ratelimits", json!([{ "name": "abc", "duration": 1000 }]), "ratelimits[0].limit"),
    ] {
        let mut body = json!({ "key": key });
        body[member] = value;
        app.call("keys.verifyKey", body).await.invalid(&[&format!("body.{place}")]);
    }
    assert_eq!(app.verify(json!({ "key": key })).await["credits"], 0);
}

#[tokio::test]
async fn tags_and_migrations_are_accepted() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, key) = app.key(&api).await;
    for body in [
        json!({ "key": key, "tags": vec!["path=/ä b 🙂"; 20] }),
        json!({ "key": key, "tags": ["x".repeat(512)], "migrationId": "" }),
        json!({ "key": key, "migrationId": "legacy", "ratelimits": [] }),
    ] {
        assert_eq!(app.verify(body).await["code"], "VALID");
    }
    let unknown = json!({ "key": "a_b_c", "migrationId": "legacy" });
    assert_eq!(app.verify(unknown).await["code"], "NOT_FOUND");
}

#[tokio::test]
async fn verifying_writes_nothing_into_the_log() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = app.key_with(&api, json!({ "credits": { "remaining": 5 } })).await;
    let before = app.log().await;
    app.code(&key).await;
    app.code("nowhere").await;
    app.ok("keys.whoami", json!({ "key": key })).await;
    app.read_key(&id).await;
    assert_eq!(app.log().await, before);
}

#[tokio::test]
async fn when_a_key_was_last_used_is_told_after_a_while() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = app.key(&api).await;
    app.ok("keys.whoami", json!({ "key": key })).await;
    app.app.last_uses.flush(&*app.app.store).await.unwrap();
    assert_eq!(app.read_key(&id).await.get("lastUsedAt"), None);

    app.clock.advance(7);
    app.code(&key).await;
    app.app.last_uses.flush(&*app.app.store).await.unwrap();
    assert_eq!(app.read_key(&id).await["lastUsedAt"], app.clock.now().0);
}
