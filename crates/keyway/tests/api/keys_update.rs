//! `keys.updateKey`, `keys.getKey`, `keys.whoami` and `keys.deleteKey`.

use keyway_core::permission::Action;
use serde_json::{Value, json};

use crate::app::{TestApp, all_permissions_but, text};

/// A key that has everything which an update can touch.
async fn full_key(app: &TestApp, api: &str) -> (String, String) {
    app.ok("permissions.createRole", json!({ "name": "editor" })).await;
    let members = json!({
        "name": "before", "externalId": "user_1", "meta": { "a": 1 }, "expires": 4_000_000_000_000_i64,
        "roles": ["editor"], "permissions": ["documents.read"], "credits": { "remaining": 5 },
        "ratelimits": [{ "name": "requests", "limit": 10, "duration": 1000, "autoApply": true }],
    });
    app.key_with(api, members).await
}

async fn update(app: &TestApp, id: &str, mut change: Value) -> crate::app::Answer {
    change["keyId"] = json!(id);
    app.call("keys.updateKey", change).await
}

#[tokio::test]
async fn members_that_are_left_out_stay_as_they_are() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = full_key(&app, &api).await;

    for (change, member, after) in [
        (json!({ "name": "after" }), "name", json!("after")),
        (json!({ "meta": {} }), "meta", json!(null)),
        (json!({ "meta": { "b": { "c": [] } } }), "meta", json!({ "b": { "c": [] } })),
        (json!({ "expires": 5 }), "expires", json!(5)),
        (json!({ "enabled": false }), "enabled", json!(false)),
        (json!({ "permissions": ["new.one"] }), "permissions", json!(["new.one"])),
        (json!({ "permissions": [] }), "permissions", json!(null)),
        (json!({ "roles": [] }), "roles", json!(null)),
        (json!({ "roles": ["EDITOR"] }), "roles", json!(["editor"])),
        (json!({ "credits": { "remaining": 7 } }), "credits", json!({ "remaining": 7 })),
        (json!({ "credits": {} }), "credits", json!({ "remaining": 7 })),
        (json!({ "ratelimits": [] }), "ratelimits", json!(null)),
    ] {
        let mut expected = app.read_key(&id).await;
        assert_eq!(update(&app, &id, change.clone()).await.data(), json!({}));

        let mut seen = app.read_key(&id).await;
        let members = expected.as_object_mut().unwrap();
        members.remove("updatedAt");
        if after.is_null() {
            members.remove(member);
        } else {
            members.insert(member.to_owned(), after);
        }
        seen.as_object_mut().unwrap().remove("updatedAt");
        assert_eq!(seen, expected, "{change}");
    }
}

#[tokio::test]
async fn null_clears_what_a_key_can_be_without() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = full_key(&app, &api).await;
    for (member, shown) in [
        ("name", "name"),
        ("externalId", "identity"),
        ("meta", "meta"),
        ("expires", "expires"),
        ("credits", "credits"),
    ] {
        assert!(app.read_key(&id).await.get(shown).is_some(), "{shown}");
        update(&app, &id, json!({ (member): null })).await.data();
        assert_eq!(app.read_key(&id).await.get(shown), None, "{shown}");
        assert_eq!(app.verify(json!({ "key": key })).await.get(shown), None, "{shown}");
    }
    for member in ["enabled", "ratelimits", "permissions", "roles", "keyId"] {
        let mut body = json!({ "keyId": id });
        body[member] = json!(null);
        app.call("keys.updateKey", body).await.invalid(&[&format!("body.{member}")]);
    }
}

#[tokio::test]
async fn an_owner_who_is_unlinked_stays() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = app.key_with(&api, json!({ "externalId": "user_1" })).await;
    let first = text(&app.read_key(&id).await["identity"], "id");

    update(&app, &id, json!({ "externalId": null })).await.data();
    update(&app, &id, json!({ "externalId": "user_2" })).await.data();
    let second = app.read_key(&id).await["identity"].clone();
    assert_eq!(second["externalId"], "user_2");
    assert_ne!(second["id"], first.as_str());

    update(&app, &id, json!({ "externalId": "user_1" })).await.data();
    assert_eq!(app.read_key(&id).await["identity"]["id"], first.as_str());
}

#[tokio::test]
async fn an_update_with_nothing_in_it_succeeds() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = full_key(&app, &api).await;
    let (before, log) = (app.read_key(&id).await, app.log().await);

    app.clock.advance(5);
    assert_eq!(update(&app, &id, json!({})).await.data(), json!({}));

    assert_eq!(app.read_key(&id).await, before);
    assert_eq!(app.log().await, log);
}

#[tokio::test]
async fn an_update_stamps_its_time() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = app.key(&api).await;
    assert_eq!(app.read_key(&id).await.get("updatedAt"), None);
    app.clock.advance(5);
    update(&app, &id, json!({ "name": "after" })).await.data();
    assert_eq!(app.read_key(&id).await["updatedAt"], app.clock.now().0);
    app.clock.advance(5);
    app.ok("keys.updateCredits", json!({ "keyId": id, "operation": "set", "value": 5 })).await;
    assert_eq!(app.read_key(&id).await["updatedAt"], app.clock.now().0);
}

#[tokio::test]
async fn a_refused_update_changes_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = full_key(&app, &api).await;
    let (before, log) = (app.read_key(&id).await, app.log().await);
    let rest = json!({
        "name": "after", "enabled": false, "externalId": "user_9", "permissions": ["new.one"],
        "ratelimits": [], "credits": { "remaining": 1 }, "meta": null,
    });
    let with = |member: &str, value: Value| {
        let mut change = rest.clone();
        change[member] = value;
        change
    };

    update(&app, &id, with("roles", json!(["nobody"])))
        .await
        .error(404, "unkey/data/role_not_found");
    update(&app, &id, with("permissions", json!(["new.one", "perm_nowhere"])))
        .await
        .error(404, "unkey/data/permission_not_found");
    update(&app, &id, with("expires", json!(-1))).await.invalid(&["body.expires"]);
    let limit = json!({ "name": "requests", "limit": 1, "duration": 1000 });
    update(&app, &id, with("ratelimits", json!([limit, limit])))
        .await
        .invalid(&["body.ratelimits[1].name"]);
    update(
        &app,
        &id,
        with(
            "credits",
            json!({ "remaining": 1, "refill": { "interval": "monthly", "amount": 1 } }),
        ),
    )
    .await
    .invalid(&["body.credits.refill.refillDay"]);
    let (_, reader) = app.root_key(json!({ "roles": ["read_only"] })).await;
    let mut body = rest.clone();
    body["keyId"] = json!(id);
    app.call_as(&reader, "keys.updateKey", body)
        .await
        .forbidden(Some(&format!("api.*.update_key api.{api}.update_key")));

    assert_eq!(app.read_key(&id).await, before);
    assert_eq!(app.code(&key).await, "VALID");
    let log_after = app.log().await;
    assert_eq!(log_after.len(), log.len() + 1, "only the root key is new");
    let counts = &app.ok("workspaces.getWorkspace", json!({})).await["counts"];
    assert_eq!((&counts["identities"], &counts["permissions"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_key_reads_the_same_by_id_and_by_secret() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = full_key(&app, &api).await;
    for change in [
        json!({}),
        json!({ "enabled": false }),
        json!({ "expires": 1 }),
        json!({ "credits": { "remaining": 0 } }),
    ] {
        update(&app, &id, change).await.data();
        assert_eq!(app.ok("keys.whoami", json!({ "key": key })).await, app.read_key(&id).await);
    }
    app.call("keys.whoami", json!({ "key": "nowhere" }))
        .await
        .error(404, "unkey/data/key_not_found");
}

#[tokio::test]
async fn asking_who_a_key_is_uses_nothing_up() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, key) = full_key(&app, &api).await;
    for _ in 0..3 {
        app.ok("keys.whoami", json!({ "key": key })).await;
    }
    let verdict = app.verify(json!({ "key": key })).await;
    assert_eq!(verdict["credits"], 4);
    assert_eq!(verdict["ratelimits"][0]["remaining"], 9);
}

#[tokio::test]
async fn decryption_is_forbidden_before_it_is_impossible() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = app.key(&api).await;
    let without = app.root_key_with(&all_permissions_but(&[Action::DecryptKey])).await;
    for (operation, body) in [
        ("keys.getKey", json!({ "keyId": id, "decrypt": true })),
        ("apis.listKeys", json!({ "apiId": api, "decrypt": true })),
    ] {
        app.call_as(&without, operation, body.clone())
            .await
            .forbidden(Some(&format!("api.*.decrypt_key api.{api}.decrypt_key")));
        app.call(operation, body).await.error(412, "unkey/application/precondition_failed");
    }
    app.call_as(&without, "keys.getKey", json!({ "keyId": id, "decrypt": false })).await.data();
}

#[tokio::test]
async fn a_deleted_key_is_gone_for_every_operation() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for permanent in [false, true] {
        let (id, key) = app.key_with(&api, json!({ "credits": { "remaining": 3 } })).await;
        let body = json!({ "keyId": id, "permanent": permanent });
        assert_eq!(app.ok("keys.deleteKey", body).await, json!({}));

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
        assert_eq!(app.ok("apis.listKeys", json!({ "apiId": api })).await, json!([]));
    }
}

#[tokio::test]
async fn erasing_a_key_leaves_what_it_shared() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.ok("permissions.createRole", json!({ "name": "editor" })).await;
    let members = json!({
        "externalId": "user_1", "roles": ["editor"], "permissions": ["documents.read"],
        "credits": { "remaining": 1 },
        "ratelimits": [{ "name": "requests", "limit": 1, "duration": 1000 }],
    });
    let (erased, _) = app.key_with(&api, members.clone()).await;
    let (kept, key) = app.key_with(&api, members).await;
    let before = app.read_key(&kept).await;

    app.ok("keys.deleteKey", json!({ "keyId": erased, "permanent": true })).await;

    assert_eq!(app.read_key(&kept).await, before);
    assert_eq!(app.code(&key).await, "VALID");
    let counts = &app.ok("workspaces.getWorkspace", json!({})).await["counts"];
    for (member, count) in [("keys", 1), ("identities", 1), ("roles", 1), ("permissions", 1)] {
        assert_eq!(counts[member], count, "{member}");
    }
}

#[tokio::test]
async fn ids_must_look_like_ids() {
    let app = TestApp::start().await;
    for id in [json!("ab"), json!("a-b-c"), json!("x".repeat(256)), json!(1), json!(null)] {
        for operation in ["keys.getKey", "keys.updateKey", "keys.deleteKey"] {
            app.call(operation, json!({ "keyId": id })).await.invalid(&["body.keyId"]);
        }
    }
    app.call("keys.getKey", json!({ "keyId": "anything_3" }))
        .await
        .error(404, "unkey/data/key_not_found");
}
