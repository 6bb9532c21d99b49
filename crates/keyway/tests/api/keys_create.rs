//! `keys.createKey`: what a new key is, and what is refused without a trace.

use std::collections::BTreeSet;
use std::sync::Arc;

use keyway_core::permission::Action;
use serde_json::{Value, json};

use crate::app::{START, TestApp, all_permissions_but, text};

const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

#[tokio::test]
async fn a_key_is_shown_once_and_valid_at_once() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;

    let created = app.ok("keys.createKey", json!({ "apiId": api })).await;

    let (id, key) = (text(&created, "keyId"), text(&created, "key"));
    assert_eq!(created.as_object().unwrap().len(), 2);
    assert!(id.starts_with("key_"));
    assert_eq!(
        app.read_key(&id).await,
        json!({
            "keyId": id,
            "apiId": api,
            "start": &key[..4],
            "enabled": true,
            "createdAt": START.0,
        })
    );
    assert_eq!(app.code(&key).await, "VALID");
}

#[tokio::test]
async fn the_secret_is_base58_and_stands_after_its_prefix() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;

    let (_, plain) = app.key(&api).await;
    assert!(plain.chars().all(|c| BASE58.contains(c)), "{plain}");
    assert!((16..=30).contains(&plain.len()), "{plain}");

    for prefix in ["a", "my_app", "prefix_16_chars_"] {
        let (id, key) = app.key_with(&api, json!({ "prefix": prefix })).await;
        let secret = key.strip_prefix(&format!("{prefix}_")).unwrap();
        assert!(secret.chars().all(|c| BASE58.contains(c)), "{key}");
        assert_eq!(app.read_key(&id).await["start"], format!("{prefix}_{}", &secret[..4]));
        assert_eq!(app.code(&key).await, "VALID");
    }
}

#[tokio::test]
async fn the_secret_is_as_long_as_it_was_ordered() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for bytes in [16, 32, 255] {
        let (_, key) = app.key_with(&api, json!({ "byteLength": bytes })).await;
        // Base 58 writes a byte in 1.37 characters; leading zeros and a checksum vary a little.
        let expected = bytes * 137 / 100;
        assert!((expected - 2..=expected + 7).contains(&key.len()), "{bytes}: {}", key.len());
        assert_eq!(app.code(&key).await, "VALID");
    }
}

#[tokio::test]
async fn an_api_gives_its_keys_a_prefix_and_a_length() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let defaults = json!({ "apiId": api, "defaultPrefix": "pay", "defaultByteLength": 64 });
    app.ok("apis.updateApi", defaults).await;

    let (_, key) = app.key(&api).await;
    assert!(key.starts_with("pay_"));
    assert!(80 < key.len(), "{}", key.len());
    let (_, key) = app.key_with(&api, json!({ "prefix": "own", "byteLength": 16 })).await;
    assert!(key.starts_with("own_"));
    assert!(key.len() < 40, "{}", key.len());

    let nothing = json!({ "apiId": api, "defaultPrefix": null, "defaultByteLength": null });
    app.ok("apis.updateApi", nothing).await;
    assert!(!app.key(&api).await.1.contains('_'));
}

#[tokio::test]
async fn everything_that_a_key_is_given_is_told_back() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let role = json!({ "name": "Billing Manager", "permissions": ["bills.read", "bills.pay"] });
    app.ok("permissions.createRole", role).await;
    let meta =
        json!({ "plan": "pro", "nested": { "list": [1, null, { "deep": true }] }, "🙂": "ü" });

    let (id, key) = app
        .key_with(
            &api,
            json!({
                "prefix": "test",
                "name": "Zoë’s key",
                "externalId": "user_1.a-b",
                "meta": meta,
                "roles": ["Billing Manager"],
                "permissions": ["documents.read", "bills.read"],
                "expires": 4_102_444_800_000_i64,
                "credits": {
                    "remaining": i64::MAX,
                    "refill": { "interval": "monthly", "amount": 100, "refillDay": 31 },
                },
                "ratelimits": [{ "name": "requests", "limit": 10, "duration": 1000, "autoApply": true }],
                "enabled": false,
            }),
        )
        .await;

    let seen = app.read_key(&id).await;
    let (identity, limit) = (text(&seen["identity"], "id"), text(&seen["ratelimits"][0], "id"));
    assert!(identity.starts_with("id_"));
    assert!(limit.starts_with("rl_"));
    assert_eq!(
        seen,
        json!({
            "keyId": id,
            "apiId": api,
            "start": &key[..9],
            "enabled": false,
            "name": "Zoë’s key",
            "meta": meta,
            "createdAt": START.0,
            "expires": 4_102_444_800_000_i64,
            "permissions": ["bills.pay", "bills.read", "documents.read"],
            "roles": ["Billing Manager"],
            "credits": {
                "remaining": i64::MAX,
                "refill": { "interval": "monthly", "amount": 100, "refillDay": 31 },
            },
            "identity": { "id": identity, "externalId": "user_1.a-b" },
            "ratelimits": [{ "id": limit, "name": "requests", "limit": 10, "duration": 1000, "autoApply": true }],
        })
    );
    assert_eq!(app.ok("keys.whoami", json!({ "key": key })).await, seen);
    assert_eq!(app.ok("apis.listKeys", json!({ "apiId": api })).await, json!([seen]));
}

#[tokio::test]
async fn members_out_of_bounds_are_told_with_their_place() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let long = |length: usize| "x".repeat(length);
    let many = |length: usize| vec!["x1"; length];
    let limit = json!({ "name": "requests", "limit": 1, "duration": 1000 });
    let members: Value = (0..101).map(|at| (format!("m{at}"), json!(at))).collect();
    let monthly = json!({ "interval": "monthly", "amount": 1 });
    let refill = |member: &str, value: Value| {
        let mut refill = json!({ "interval": "monthly", "amount": 1, "refillDay": 1 });
        refill[member] = value;
        json!({ "remaining": 1, "refill": refill })
    };
    let changed_limit = |member: &str, value: Value| {
        let mut limit = limit.clone();
        limit[member] = value;
        json!([limit])
    };
    let limits: Vec<Value> = (0..51)
        .map(|at| json!({ "name": format!("limit{at}"), "limit": 1, "duration": 1000 }))
        .collect();

    for (member, value, place) in [
        ("prefix", json!(""), "prefix"),
        ("prefix", json!(long(17)), "prefix"),
        ("prefix", json!("a-b"), "prefix"),
        ("name", json!(""), "name"),
        ("name", json!(long(256)), "name"),
        ("name", json!(null), "name"),
        ("byteLength", json!(15), "byteLength"),
        ("byteLength", json!(256), "byteLength"),
        ("byteLength", json!("16"), "byteLength"),
        ("externalId", json!(""), "externalId"),
        ("externalId", json!("a b"), "externalId"),
        ("externalId", json!(long(256)), "externalId"),
        ("meta", json!([]), "meta"),
        ("meta", json!(null), "meta"),
        ("meta", members, "meta"),
        ("roles", json!(many(101)), "roles"),
        ("roles", json!(["ok", ""]), "roles[1]"),
        ("roles", json!([long(129)]), "roles[0]"),
        ("permissions", json!(many(1001)), "permissions"),
        ("permissions", json!(["ok", "a b"]), "permissions[1]"),
        ("permissions", json!([long(129)]), "permissions[0]"),
        ("expires", json!(-1), "expires"),
        ("expires", json!(4_102_444_800_001_i64), "expires"),
        ("expires", json!(1.5), "expires"),
        ("credits", json!(null), "credits"),
        ("credits", json!({}), "credits.remaining"),
        ("credits", json!({ "remaining": -1 }), "credits.remaining"),
        ("credits", json!({ "remaining": "1" }), "credits.remaining"),
        ("credits", json!({ "remaining": 1, "more": 1 }), "credits.more"),
        (
            "credits",
            json!({ "remaining": null, "refill": { "interval": "daily", "amount": 1 } }),
            "credits.refill",
        ),
        ("credits", json!({ "remaining": 1, "refill": monthly }), "credits.refill.refillDay"),
        ("credits", refill("interval", json!("daily")), "credits.refill.refillDay"),
        ("credits", refill("interval", json!("weekly")), "credits.refill.interval"),
        ("credits", refill("amount", json!(0)), "credits.refill.amount"),
        ("credits", refill("refillDay", json!(0)), "credits.refill.refillDay"),
        ("credits", refill("refillDay", json!(32)), "credits.refill.refillDay"),
        ("ratelimits", json!(limits), "ratelimits"),
        ("ratelimits", json!([limit, limit]), "ratelimits[1].name"),
        ("ratelimits", changed_limit("name", json!("ab")), "ratelimits[0].name"),
        ("ratelimits", changed_limit("name", json!(long(129))), "ratelimits[0].name"),
        ("ratelimits", changed_limit("limit", json!(0)), "ratelimits[0].limit"),
        ("ratelimits", changed_limit("duration", json!(999)), "ratelimits[0].duration"),
        ("ratelimits", changed_limit("autoApply", json!(1)), "ratelimits[0].autoApply"),
        ("enabled", json!("true"), "enabled"),
        ("recoverable", json!(1), "recoverable"),
    ] {
        let mut body = json!({ "apiId": api });
        body[member] = value;
        app.call("keys.createKey", body).await.invalid(&[&format!("body.{place}")]);
    }
    app.call("keys.createKey", json!({})).await.invalid(&["body.apiId"]);
    assert_eq!(app.ok("apis.listKeys", json!({ "apiId": api })).await, json!([]));
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "", "byteLength": 1, "permissions": ["a b"], "colour": 1,
        "ratelimits": [{ "name": "requests", "limit": 0, "duration": 0 }],
    });
    app.call("keys.createKey", body).await.invalid(&[
        "body.apiId",
        "body.byteLength",
        "body.colour",
        "body.name",
        "body.permissions[0]",
        "body.ratelimits[0].duration",
        "body.ratelimits[0].limit",
    ]);
}

#[tokio::test]
async fn the_bounds_themselves_are_allowed() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let members: Value = (0..100).map(|at| (format!("m{at}"), json!(at))).collect();
    let limits: Vec<Value> = (0..50)
        .map(|at| json!({ "name": format!("limit{at}"), "limit": i64::MAX, "duration": 1000 }))
        .collect();
    for members in [
        json!({ "name": "🙂".repeat(255) }),
        json!({ "externalId": "x".repeat(255) }),
        json!({ "meta": members }),
        json!({ "meta": {} }),
        json!({ "permissions": ["*", "x".repeat(128), "Mixed-1:a_b.*"] }),
        json!({ "expires": 0 }),
        json!({ "credits": { "remaining": 0 } }),
        json!({ "credits": { "remaining": null } }),
        json!({ "credits": { "remaining": 0, "refill": { "interval": "daily", "amount": i64::MAX } } }),
        json!({ "ratelimits": limits }),
        json!({ "ratelimits": [{ "name": "abc", "limit": 1.0, "duration": 1e3 }] }),
        json!({ "ratelimits": [{ "name": "x".repeat(128), "limit": 1, "duration": 1000, "id": "sent by SDKs" }] }),
    ] {
        app.key_with(&api, members).await;
    }
}

#[tokio::test]
async fn meta_is_kept_up_to_a_mebibyte_and_sixty_levels() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let largest = json!({ "text": "x".repeat(1024 * 1024 - 11) });
    assert_eq!(largest.to_string().len(), 1024 * 1024);
    let (id, _) = app.key_with(&api, json!({ "meta": largest })).await;
    assert_eq!(app.read_key(&id).await["meta"], largest);
    let larger = json!({ "apiId": api, "meta": { "text": "x".repeat(1024 * 1024 - 10) } });
    app.call("keys.createKey", larger).await.invalid(&["body.meta"]);

    let nested =
        |levels: usize| (0..levels).fold(json!("bottom"), |inner, _| json!({ "deeper": inner }));
    let (id, _) = app.key_with(&api, json!({ "meta": nested(60) })).await;
    assert_eq!(app.read_key(&id).await["meta"], nested(60));
    let text =
        format!(r#"{{"apiId":"{api}","meta":{}1{}}}"#, r#"{"a":"#.repeat(5000), "}".repeat(5000));
    let request = hyper::Request::post("/v2/keys.createKey")
        .header("authorization", format!("Bearer {}", app.root))
        .header("content-type", "application/json")
        .body(http_body_util::Full::from(text))
        .unwrap();
    app.send(request).await.error(400, "unkey/application/invalid_input");
}

#[tokio::test]
async fn an_unknown_role_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.ok("permissions.createRole", json!({ "name": "editor" })).await;
    let before = app.log().await;

    let body = json!({
        "apiId": api,
        "externalId": "user_1",
        "permissions": ["documents.read"],
        "roles": ["editor", "nobody"],
        "ratelimits": [{ "name": "requests", "limit": 1, "duration": 1000 }],
    });
    app.call("keys.createKey", body).await.error(404, "unkey/data/role_not_found");

    assert_eq!(app.log().await, before);
    assert_eq!(app.ok("apis.listKeys", json!({ "apiId": api })).await, json!([]));
    let counts = &app.ok("workspaces.getWorkspace", json!({})).await["counts"];
    assert_eq!((&counts["identities"], &counts["permissions"]), (&json!(0), &json!(0)));
    let free = json!({ "name": "Read", "slug": "documents.read" });
    app.ok("permissions.createPermission", free).await;
}

#[tokio::test]
async fn an_api_that_is_unknown_or_deleted_gets_no_keys() {
    let app = TestApp::start().await;
    let deleted = app.api("payments").await;
    app.ok("apis.deleteApi", json!({ "apiId": deleted })).await;
    for api in ["api_nowhere", &deleted] {
        app.call("keys.createKey", json!({ "apiId": api }))
            .await
            .error(404, "unkey/data/api_not_found");
    }
}

#[tokio::test]
async fn permissions_and_roles_are_found_whatever_their_case() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.ok("permissions.createPermission", json!({ "name": "Read", "slug": "Docs.Read" })).await;
    app.ok("permissions.createRole", json!({ "name": "Editor" })).await;

    let members = json!({
        "permissions": ["docs.read", "DOCS.READ", "new.one", "NEW.one", "new.one"],
        "roles": ["EDITOR", "editor"],
    });
    let (id, _) = app.key_with(&api, members).await;

    let seen = app.read_key(&id).await;
    assert_eq!(seen["permissions"], json!(["Docs.Read", "new.one"]));
    assert_eq!(seen["roles"], json!(["Editor"]));
}

#[tokio::test]
async fn a_missing_permission_that_looks_like_an_id_is_not_created() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let body = json!({ "apiId": api, "permissions": ["perm_nowhere"] });
    app.call("keys.createKey", body).await.error(404, "unkey/data/permission_not_found");

    let created = json!({ "name": "Read", "slug": "documents.read" });
    let permission = app.ok("permissions.createPermission", created).await;
    let (id, _) = app.key_with(&api, json!({ "permissions": [permission["permissionId"]] })).await;
    assert_eq!(app.read_key(&id).await["permissions"], json!(["documents.read"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_that_are_created_at_once_share_their_owner_and_permissions() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let body = json!({ "apiId": api, "externalId": "user_1", "permissions": ["a.b", "c.d"] });

    let created = app.at_once("keys.createKey", vec![body; 20]).await;

    let mut identities = BTreeSet::new();
    for key in created {
        let seen = app.read_key(&text(&key.data(), "keyId")).await;
        assert_eq!(seen["permissions"], json!(["a.b", "c.d"]));
        identities.insert(text(&seen["identity"], "id"));
    }
    assert_eq!(identities.len(), 1);
    let count = async |event: &str| {
        app.ok("auditLogs.listAuditLogs", json!({ "event": event })).await.as_array().unwrap().len()
    };
    assert_eq!(count("key.create").await, 20);
    assert_eq!(count("identity.create").await, 1);
    assert_eq!(count("permission.create").await, 2);
}

#[tokio::test]
async fn recovery_is_forbidden_before_it_is_impossible() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let body = json!({ "apiId": api, "recoverable": true });
    let without = app.root_key_with(&all_permissions_but(&[Action::EncryptKey])).await;

    app.call_as(&without, "keys.createKey", body.clone())
        .await
        .forbidden(Some(&format!("api.*.encrypt_key api.{api}.encrypt_key")));
    app.call("keys.createKey", body).await.error(412, "unkey/application/precondition_failed");
    assert_eq!(app.ok("apis.listKeys", json!({ "apiId": api })).await, json!([]));
}

#[tokio::test]
async fn the_secret_is_not_found_by_other_spellings() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (_, key) = app.key_with(&api, json!({ "prefix": "Mixed" })).await;
    for other in [
        format!(" {key}"),
        format!("{key} "),
        format!("{key}\n"),
        key.to_lowercase(),
        key.to_uppercase(),
        key["Mixed_".len()..].to_owned(),
        key[..key.len() - 1].to_owned(),
    ] {
        assert_eq!(app.code(&other).await, "NOT_FOUND", "{other:?}");
    }
}

#[tokio::test]
async fn root_keys_are_not_keys() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, root_key) = app.root_key(json!({ "permissions": [] })).await;

    assert_eq!(app.code(&root_key).await, "NOT_FOUND");
    for (operation, body) in [
        ("keys.getKey", json!({ "keyId": id })),
        ("keys.updateKey", json!({ "keyId": id, "enabled": false })),
        ("keys.updateCredits", json!({ "keyId": id, "operation": "set", "value": 1 })),
        ("keys.deleteKey", json!({ "keyId": id })),
        ("keys.setRoles", json!({ "keyId": id, "roles": [] })),
        ("keys.whoami", json!({ "key": root_key })),
    ] {
        app.call(operation, body).await.error(404, "unkey/data/key_not_found");
    }
    assert_eq!(app.ok("apis.listKeys", json!({ "apiId": api })).await, json!([]));
}
