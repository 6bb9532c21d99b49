//! Root keys: their shapes, their ends, and their successors.

use keyway_core::permission::Action;
use keyway_core::time::{DAY, HOUR, MINUTE};
use serde_json::{Value, json};

use crate::app::{Answer, START, TestApp, all_permissions_but, text};

async fn whoami(app: &TestApp, key: &str) -> Answer {
    app.call_as(key, "rootKeys.whoami", json!({})).await
}

async fn reroll(app: &TestApp, id: &str, expiration: Value) -> (String, String) {
    let body = json!({ "keyId": id, "expiration": expiration });
    let data = app.ok("rootKeys.rerollKey", body).await;
    assert_eq!(data.as_object().unwrap().len(), 2);
    (text(&data, "keyId"), text(&data, "key"))
}

#[tokio::test]
async fn a_new_root_key_is_shown_once() {
    let app = TestApp::start().await;
    let data = app.ok("rootKeys.createKey", json!({ "permissions": [] })).await;
    let (id, key) = (text(&data, "keyId"), text(&data, "key"));
    assert_eq!(data.as_object().unwrap().len(), 2);
    assert!(key.starts_with("unkey_"));
    assert!("unkey_".len() + 32 <= key.len());

    for operation in ["rootKeys.getKey", "rootKeys.listKeys"] {
        let body = if operation == "rootKeys.getKey" { json!({ "keyId": id }) } else { json!({}) };
        let answer = app.call(operation, body).await;
        answer.data();
        assert!(!answer.text.contains(&key));
    }
}

#[tokio::test]
async fn every_member_of_a_root_key_is_always_there() {
    let app = TestApp::start().await;
    let (bare, key) = app.root_key(json!({ "permissions": [] })).await;
    let members = json!({
        "permissions": ["api.*.read_api", "api.*.create_key", "api.*.read_api"], "name": "Deploy ü",
        "expires": START.plus(DAY).0,
    });
    let (full, full_key) = app.root_key(members).await;
    let own = whoami(&app, &app.root).await.data()["keyId"].clone();

    let expected = json!({
        "keyId": bare, "name": null, "start": &key[..10], "end": &key[key.len() - 4..],
        "enabled": true, "createdAt": START.0, "lastUsedAt": 0, "expires": null,
        "permissions": [], "directPermissions": [], "roles": [], "apiIds": [], "createdBy": own,
    });
    let expected_full = json!({
        "keyId": full, "name": "Deploy ü", "start": &full_key[..10],
        "end": &full_key[full_key.len() - 4..], "enabled": true, "createdAt": START.0,
        "lastUsedAt": 0, "expires": START.plus(DAY).0,
        "permissions": ["api.*.create_key", "api.*.read_api"],
        "directPermissions": ["api.*.read_api", "api.*.create_key"],
        "roles": [], "apiIds": [], "createdBy": own,
    });
    assert_eq!(app.ok("rootKeys.getKey", json!({ "keyId": bare })).await, expected);
    assert_eq!(app.ok("rootKeys.getKey", json!({ "keyId": full })).await, expected_full);
    let listed = app.ok("rootKeys.listKeys", json!({})).await;
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 3);
    assert!(listed.contains(&expected) && listed.contains(&expected_full), "{listed:?}");
}

#[tokio::test]
async fn when_a_root_key_was_last_used_is_told_after_a_while() {
    let app = TestApp::start().await;
    let (id, key) = app.root_key(json!({ "permissions": [] })).await;
    app.clock.advance(MINUTE);
    whoami(&app, &key).await.data();
    app.app.last_uses.flush(&*app.app.store).await.unwrap();
    let seen = app.ok("rootKeys.getKey", json!({ "keyId": id })).await;
    assert_eq!(seen["lastUsedAt"], START.plus(MINUTE).0);
}

#[tokio::test]
async fn permissions_that_do_not_exist_are_refused_with_their_place_and_a_fix() {
    let app = TestApp::start().await;
    let (id, _) = app.root_key(json!({ "permissions": [] })).await;
    let wrong = json!([
        "api.*.read_key",
        "*",
        "api.*",
        "api.*.*",
        "API.*.READ_KEY",
        "api.*.create_keys",
        "api.api_x.create_api",
        "unkey:v1:ws_1:keyspaces/k#create_key",
        "",
    ]);
    let places: Vec<String> = (1..9).map(|at| format!("body.permissions[{at}]")).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    for (operation, body) in [
        ("rootKeys.createKey", json!({ "permissions": wrong })),
        ("rootKeys.updateKey", json!({ "keyId": id, "permissions": wrong })),
    ] {
        let answer = app.call(operation, body).await;
        answer.invalid(&places);
        let errors = answer.json()["error"]["errors"].clone();
        assert!(text(&errors[4], "fix").contains("`api.*.create_key`"), "{errors}");
        assert!(text(&errors[6], "fix").contains("Resource names"), "{errors}");
        assert!(errors.as_array().unwrap().iter().all(|error| error["fix"].is_string()));
    }
}

#[tokio::test]
async fn members_out_of_bounds_are_refused() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for (body, place) in [
        (json!({ "permissions": [], "name": "" }), "name"),
        (json!({ "permissions": [], "name": "x".repeat(256) }), "name"),
        (json!({ "permissions": null }), "permissions"),
        (json!({ "permissions": "api.*.read_key" }), "permissions"),
        (json!({ "permissions": [], "expires": START.0 }), "expires"),
        (json!({ "permissions": [], "expires": START.0 - 1 }), "expires"),
        (json!({ "permissions": [], "expires": 4_102_444_800_001_i64 }), "expires"),
        (json!({ "permissions": [], "expires": "tomorrow" }), "expires"),
        (json!({ "roles": ["owner"] }), "roles[0]"),
        (json!({ "permissions": [], "apiIds": [api] }), "apiIds"),
        (json!({ "roles": ["issuer"], "apiIds": [] }), "apiIds"),
        (json!({ "permissions": [], "environments": [] }), "environments"),
        (json!({ "permissions": [], "environments": ["A b"] }), "environments[0]"),
    ] {
        app.call("rootKeys.createKey", body).await.invalid(&[&format!("body.{place}")]);
    }
    app.call("rootKeys.createKey", json!({ "roles": ["issuer"], "apiIds": ["api_nowhere"] }))
        .await
        .error(404, "unkey/data/api_not_found");
    let (id, _) = app.root_key(json!({ "permissions": [] })).await;
    for expiration in [json!(-1), json!(30 * DAY + 1), json!("0")] {
        let body = json!({ "keyId": id, "expiration": expiration });
        app.call("rootKeys.rerollKey", body).await.invalid(&["body.expiration"]);
    }
    app.call("rootKeys.rerollKey", json!({ "keyId": id })).await.invalid(&["body.expiration"]);
}

#[tokio::test]
async fn every_built_in_role_can_be_given() {
    let app = TestApp::start().await;
    let catalog = app.ok("rootKeys.listPermissionCatalog", json!({})).await;
    let presets = catalog["presets"].as_array().unwrap();
    let ids: Vec<&str> = presets.iter().map(|preset| preset["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        ["read_only", "verifier", "issuer", "rbac_admin", "ratelimiter", "analyst", "admin"]
    );
    for preset in presets {
        let (_, key) = app.root_key(json!({ "roles": [preset["id"]] })).await;
        let own = whoami(&app, &key).await.data();
        assert_eq!(own["roles"], json!([preset["id"]]));
        let mut expected: Vec<String> =
            serde_json::from_value(preset["permissions"].clone()).unwrap();
        expected.sort();
        assert_eq!(own["permissions"], json!(expected));
    }
}

#[tokio::test]
async fn the_roles_of_a_root_key_can_be_limited_to_apis() {
    let app = TestApp::start().await;
    let (own, other) = (app.api("own").await, app.api("other").await);
    let (id, key) = app.root_key(json!({ "roles": ["verifier"], "apiIds": [own, own] })).await;
    let seen = app.ok("rootKeys.getKey", json!({ "keyId": id })).await;
    assert_eq!(seen["apiIds"], json!([own]));
    assert_eq!(seen["permissions"], json!([format!("api.{own}.verify_key")]));

    let (_, secret) = app.key(&other).await;
    let ask = async || {
        app.call_as(&key, "keys.verifyKey", json!({ "key": secret })).await.data()["code"].clone()
    };
    assert_eq!(ask().await, "NOT_FOUND");
    app.ok("rootKeys.updateKey", json!({ "keyId": id, "apiIds": [other] })).await;
    assert_eq!(ask().await, "VALID");
    app.ok("rootKeys.updateKey", json!({ "keyId": id, "apiIds": [own] })).await;
    assert_eq!(ask().await, "NOT_FOUND");
    app.ok("rootKeys.updateKey", json!({ "keyId": id, "apiIds": null })).await;
    assert_eq!(ask().await, "VALID");
}

#[tokio::test]
async fn updates_keep_replace_or_clear() {
    let app = TestApp::start().await;
    let members = json!({ "permissions": ["api.*.read_api", "api.*.read_key"], "name": "before", "expires": START.plus(DAY).0 });
    let (id, _) = app.root_key(members).await;
    let read = async || app.ok("rootKeys.getKey", json!({ "keyId": id })).await;
    for (change, member, after) in [
        (json!({ "name": "after" }), "name", json!("after")),
        (json!({ "name": null }), "name", json!(null)),
        (json!({ "enabled": false }), "enabled", json!(false)),
        (json!({ "enabled": true }), "enabled", json!(true)),
        (json!({ "permissions": ["api.*.read_api"] }), "permissions", json!(["api.*.read_api"])),
        (json!({ "permissions": [] }), "permissions", json!([])),
        (json!({ "roles": ["verifier"] }), "roles", json!(["verifier"])),
        (json!({ "roles": [] }), "roles", json!([])),
        (json!({ "expires": START.plus(HOUR).0 }), "expires", json!(START.plus(HOUR).0)),
        (json!({ "expires": null }), "expires", json!(null)),
        (json!({ "environments": ["preview"] }), "environments", json!(["preview"])),
    ] {
        let mut expected = read().await;
        app.clock.advance(1);
        let mut body = change.clone();
        body["keyId"] = json!(id);
        assert_eq!(app.ok("rootKeys.updateKey", body).await, json!({}));
        expected[member] = after;
        expected["updatedAt"] = json!(app.clock.now().0);
        if member == "roles" {
            expected["permissions"] = read().await["permissions"].clone();
        }
        if member == "permissions" {
            expected["directPermissions"] = expected["permissions"].clone();
        }
        assert_eq!(read().await, expected, "{change}");
    }
    let (before, log) = (read().await, app.log().await);
    app.clock.advance(1);
    app.ok("rootKeys.updateKey", json!({ "keyId": id })).await;
    assert_eq!(read().await, before);
    assert_eq!(app.log().await, log);
    for member in ["enabled", "permissions", "roles"] {
        let mut body = json!({ "keyId": id });
        body[member] = json!(null);
        app.call("rootKeys.updateKey", body).await.invalid(&[&format!("body.{member}")]);
    }
    app.call("rootKeys.updateKey", json!({ "keyId": id, "expires": START.0 }))
        .await
        .invalid(&["body.expires"]);
}

#[tokio::test]
async fn an_expiring_root_key_makes_none_that_outlives_it() {
    let app = TestApp::start().await;
    let end = START.plus(DAY).0;
    let members = json!({ "roles": ["admin"], "expires": end });
    let (_, mortal) = app.root_key(members).await;
    let (eternal, _) = app.root_key(json!({ "permissions": [] })).await;
    let create = async |expires: Value| {
        let mut body = json!({ "permissions": ["api.*.read_api"] });
        if expires != json!("absent") {
            body["expires"] = expires;
        }
        app.call_as(&mortal, "rootKeys.createKey", body).await
    };

    for expires in [json!("absent"), json!(null), json!(end + 1)] {
        create(expires).await.invalid(&["body.expires"]);
    }
    let heir = text(&create(json!(end)).await.data(), "keyId");
    for expires in [json!(end + 1), json!(null)] {
        let body = json!({ "keyId": heir, "expires": expires });
        app.call_as(&mortal, "rootKeys.updateKey", body).await.invalid(&["body.expires"]);
    }
    let body = json!({ "keyId": eternal, "permissions": ["api.*.read_api"] });
    app.call_as(&mortal, "rootKeys.updateKey", body).await.invalid(&["body.expires"]);
    let body = json!({ "keyId": eternal, "expiration": 0 });
    app.call_as(&mortal, "rootKeys.rerollKey", body)
        .await
        .error(412, "unkey/application/precondition_failed");
    let body = json!({ "keyId": eternal, "enabled": false });
    app.call_as(&mortal, "rootKeys.updateKey", body).await.data();
}

#[tokio::test]
async fn a_weak_root_key_neither_revives_nor_replaces_a_strong_one() {
    let app = TestApp::start().await;
    let members = json!({ "permissions": ["api.*.delete_api"], "expires": START.plus(HOUR).0 });
    let (strong, key) = app.root_key(members).await;
    let weak = app.root_key_with(&all_permissions_but(&[Action::DeleteApi])).await;

    for change in [
        json!({ "enabled": true }),
        json!({ "expires": null }),
        json!({ "expires": START.plus(DAY).0 }),
    ] {
        let mut body = change;
        body["keyId"] = json!(strong);
        app.call_as(&weak, "rootKeys.updateKey", body).await.forbidden(Some("api.*.delete_api"));
    }
    app.call_as(&weak, "rootKeys.rerollKey", json!({ "keyId": strong, "expiration": 0 }))
        .await
        .forbidden(Some("api.*.delete_api"));
    whoami(&app, &key).await.data();

    app.call_as(&weak, "rootKeys.updateKey", json!({ "keyId": strong, "enabled": false }))
        .await
        .data();
    whoami(&app, &key).await.error(403, "unkey/authorization/key_disabled");
}

#[tokio::test]
async fn a_successor_may_do_the_same_and_the_old_one_ends_after_its_grace() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let members = json!({
        "roles": ["issuer"], "apiIds": [api], "name": "deploy", "environments": ["preview"],
        "permissions": ["rbac.*.read_role"], "expires": START.plus(DAY).0,
    });
    let (old, old_key) = app.root_key(members).await;
    let before = app.ok("rootKeys.getKey", json!({ "keyId": old })).await;

    let (new, new_key) = reroll(&app, &old, json!(HOUR)).await;

    let after = app.ok("rootKeys.getKey", json!({ "keyId": new })).await;
    for member in ["name", "permissions", "roles", "apiIds", "environments", "expires", "enabled"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    assert_ne!(new, old);
    app.clock.advance(HOUR);
    whoami(&app, &old_key).await.data();
    whoami(&app, &new_key).await.data();
    app.clock.advance(1);
    whoami(&app, &old_key).await.error(403, "unkey/authorization/forbidden");
    whoami(&app, &new_key).await.data();
    app.clock.advance(DAY);
    whoami(&app, &new_key).await.error(403, "unkey/authorization/forbidden");
}

#[tokio::test]
async fn no_grace_ends_the_old_root_key_at_once_and_null_leaves_it() {
    let app = TestApp::start().await;
    let (id, key) = app.root_key(json!({ "permissions": [] })).await;
    let (_, second) = reroll(&app, &id, json!(null)).await;
    whoami(&app, &key).await.data();
    assert_eq!(app.ok("rootKeys.getKey", json!({ "keyId": id })).await["expires"], json!(null));
    let (_, third) = reroll(&app, &id, json!(0)).await;
    whoami(&app, &key).await.error(403, "unkey/authorization/forbidden");
    for key in [second, third] {
        whoami(&app, &key).await.data();
    }
}

#[tokio::test]
async fn a_reroll_never_prolongs_the_old_root_key() {
    let app = TestApp::start().await;
    let members = json!({ "permissions": [], "expires": START.plus(HOUR).0 });
    let (id, _) = app.root_key(members).await;
    for expiration in [json!(DAY), json!(null)] {
        reroll(&app, &id, expiration).await;
        let expires = app.ok("rootKeys.getKey", json!({ "keyId": id })).await["expires"].clone();
        assert_eq!(expires, START.plus(HOUR).0);
    }
}

#[tokio::test]
async fn a_root_key_can_replace_itself() {
    let app = TestApp::start().await;
    let own = text(&whoami(&app, &app.root).await.data(), "keyId");
    let (_, new) = reroll(&app, &own, json!(0)).await;
    whoami(&app, &app.root).await.error(403, "unkey/authorization/forbidden");
    let other = whoami(&app, &new).await.data();
    assert!(
        other["permissions"].as_array().unwrap().contains(&json!("instance.*.manage_workspaces"))
    );
}

#[tokio::test]
async fn a_root_key_that_is_off_or_over_is_not_replaced() {
    let app = TestApp::start().await;
    let (off, _) = app.root_key(json!({ "permissions": [] })).await;
    app.ok("rootKeys.updateKey", json!({ "keyId": off, "enabled": false })).await;
    let (over, _) = app.root_key(json!({ "permissions": [], "expires": START.plus(1).0 })).await;
    app.clock.advance(2);
    for id in [off, over] {
        app.call("rootKeys.rerollKey", json!({ "keyId": id, "expiration": 0 }))
            .await
            .error(412, "unkey/application/precondition_failed");
    }
    for operation in ["rootKeys.getKey", "rootKeys.updateKey", "rootKeys.deleteKey"] {
        app.call(operation, json!({ "keyId": "key_nowhere" }))
            .await
            .error(404, "unkey/data/key_not_found");
    }
}

#[tokio::test]
async fn a_deleted_root_key_is_gone_even_for_itself() {
    let app = TestApp::start().await;
    let (id, key) = app.root_key(json!({ "permissions": ["root_key.*.delete_root_key"] })).await;
    assert_eq!(
        app.call_as(&key, "rootKeys.deleteKey", json!({ "keyId": id })).await.data(),
        json!({})
    );
    whoami(&app, &key).await.error(401, "unkey/authentication/key_not_found");
    for operation in ["rootKeys.getKey", "rootKeys.deleteKey"] {
        app.call(operation, json!({ "keyId": id })).await.error(404, "unkey/data/key_not_found");
    }
    let (key_id, _) = app.key(&app.api("payments").await).await;
    app.call("rootKeys.getKey", json!({ "keyId": key_id }))
        .await
        .error(404, "unkey/data/key_not_found");
}

#[tokio::test]
async fn a_root_key_of_some_environments_sees_only_its_kind() {
    let app = TestApp::start().await;
    let members = json!({ "roles": ["admin"], "environments": ["preview"] });
    let (own, key) = app.root_key(members).await;
    let (plain, _) = app.root_key(json!({ "permissions": [] })).await;
    let listed = app.call_as(&key, "rootKeys.listKeys", json!({})).await.data();
    let ids: Vec<&Value> = listed.as_array().unwrap().iter().map(|row| &row["keyId"]).collect();
    assert_eq!(ids, [own.as_str()]);
    for operation in ["rootKeys.getKey", "rootKeys.deleteKey"] {
        app.call_as(&key, operation, json!({ "keyId": plain })).await.forbidden(None);
    }
}

#[tokio::test]
async fn root_keys_are_found_by_name_start_and_id() {
    let app = TestApp::start().await;
    let (id, key) = app.root_key(json!({ "permissions": [], "name": "Deploy 100%" })).await;
    for search in ["deploy", "100%", &id, &key[..10]] {
        let found = app.ok("rootKeys.listKeys", json!({ "search": search })).await;
        let ids: Vec<&Value> = found.as_array().unwrap().iter().map(|row| &row["keyId"]).collect();
        assert_eq!(ids, [id.as_str()], "{search}");
    }
    assert_eq!(app.ok("rootKeys.listKeys", json!({ "search": &key[6..] })).await, json!([]));
}

/// Permissions that no operation of this version asks for: they can be given already, so that
/// root keys need no change when the operations arrive.
const RESERVED: &[&str] = &[
    "api.*.read_analytics",
    "ratelimit.*.read_analytics",
    // Kept for root keys that were made for Unkey, which asks only for `update_key`.
    "rbac.*.remove_role_from_key",
];

/// Permissions that operations ask for only when a member of the request calls for it.
const CONDITIONAL: &[&str] = &["api.*.encrypt_key", "api.*.decrypt_key"];

#[tokio::test]
async fn every_permission_is_asked_for_or_reserved() {
    let app = TestApp::start().await;
    let catalog = app.ok("rootKeys.listPermissionCatalog", json!({})).await;
    let entries = catalog["permissions"].as_array().unwrap();
    assert_eq!(entries.len(), Action::ALL.len());
    for entry in entries {
        let name = entry["permission"].as_str().unwrap();
        let is_unused = entry["operations"].as_array().unwrap().is_empty();
        assert_eq!(
            is_unused,
            RESERVED.contains(&name) || CONDITIONAL.contains(&name),
            "{name}: {}",
            entry["operations"]
        );
        assert!(text(entry, "description").ends_with('.'), "{name}");
        let scopes = if entry["scopes"] == json!(["*"]) { "*" } else { "api_1" };
        let one = name.replace('*', scopes);
        app.root_key_with(&[one]).await;
    }
    for name in RESERVED.iter().chain(CONDITIONAL) {
        assert!(entries.iter().any(|entry| entry["permission"] == *name), "{name}");
    }
}
