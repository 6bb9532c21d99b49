//! Taking over keys that were hashed elsewhere.

use std::sync::Arc;

use base64::Engine as _;
use keyway_core::secret::KeyHash;
use keyway_core::time::HOUR;
use serde_json::{Value, json};

use crate::app::{START, TestApp, sha256_hex, text, texts, together};

const INVALID: &str = "unkey/application/invalid_input";
const NO_API: &str = "unkey/data/api_not_found";
const ABSENT: &str = "unkey/data/migration_not_found";
const TAKEN: &str = "unkey/data/migration_already_exists";

fn base64(key: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(KeyHash::of(key).0)
}

async fn migration(app: &TestApp, name: &str, hash: Value) -> String {
    let body = json!({ "name": name, "hash": hash });
    text(&app.ok("migrations.createMigration", body).await, "migrationId")
}

async fn prefixed(app: &TestApp) -> String {
    migration(app, "prefixed", json!({ "algorithm": "prefixed-api-key" })).await
}

async fn import(app: &TestApp, migration: &str, api: &str, keys: Value) -> Value {
    let body = json!({ "migrationId": migration, "apiId": api, "keys": keys });
    app.ok("keys.migrateKeys", body).await
}

/// Imports one key that must be new.
async fn import_one(app: &TestApp, migration: &str, api: &str, key: Value) -> String {
    let data = import(app, migration, api, json!([key])).await;
    assert_eq!(data["failed"], json!([]));
    text(&data["migrated"][0], "keyId")
}

async fn verify_by(app: &TestApp, key: &str, migration: &str) -> Value {
    app.verify(json!({ "key": key, "migrationId": migration })).await
}

#[tokio::test]
async fn whole_keys_are_found_without_naming_the_migration() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let by_default = migration(&app, "default", json!({ "algorithm": "sha256" })).await;
    let as_hex = migration(&app, "hex", json!({ "algorithm": "sha256", "encoding": "hex" })).await;
    let as_base64 =
        migration(&app, "base64", json!({ "algorithm": "sha256", "encoding": "base64" })).await;
    for (n, (migration, hash)) in [
        (&by_default, base64("key 1")),
        (&as_base64, base64("key 2")),
        (&as_hex, sha256_hex("key 3")),
    ]
    .into_iter()
    .enumerate()
    {
        let secret = format!("key {}", n + 1);
        assert_eq!(app.code(&secret).await, "NOT_FOUND");
        let id = import_one(&app, migration, &api, json!({ "hash": hash })).await;
        let verdict = app.verify(json!({ "key": secret })).await;
        assert_eq!(
            (&verdict["code"], &verdict["keyId"]),
            (&json!("VALID"), &json!(id)),
            "an unknown key isn't remembered"
        );
        assert_eq!(verify_by(&app, &secret, migration).await["code"], "VALID");
        let seen = app.ok("keys.getKey", json!({ "keyId": id })).await;
        assert_eq!(seen["start"], "");
    }
    let upper = sha256_hex("key 4").to_uppercase();
    import_one(&app, &as_hex, &api, json!({ "hash": upper })).await;
    assert_eq!(app.code("key 4").await, "VALID");
}

#[tokio::test]
async fn imported_keys_have_all_that_was_said_of_them() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let migration = migration(&app, "m", json!({ "algorithm": "sha256" })).await;
    app.ok("permissions.createRole", json!({ "name": "Known", "permissions": ["through.role"] }))
        .await;
    let key = json!({
        "hash": base64("secret"), "name": "The key", "externalId": "owner", "meta": { "a": 1 },
        "roles": ["known", "new role", "NEW role"], "permissions": ["direct", "Direct"],
        "expires": START.0 + HOUR, "enabled": true,
        "credits": { "remaining": 5, "refill": { "interval": "daily", "amount": 9 } },
        "ratelimits": [{ "name": "auto", "limit": 2, "duration": 60_000, "autoApply": true }],
    });
    let body = json!({ "migrationId": migration, "apiId": api, "keys": [key] });
    let answer = app.call("keys.migrateKeys", body).await;
    let id = text(&answer.data()["migrated"][0], "keyId");
    assert_eq!(
        answer.data(),
        json!({ "migrated": [{ "hash": base64("secret"), "keyId": id }], "failed": [] })
    );

    let seen = app.ok("keys.getKey", json!({ "keyId": id })).await;
    assert_eq!(seen["name"], "The key");
    assert_eq!(seen["meta"], json!({ "a": 1 }));
    assert_eq!(seen["identity"]["externalId"], "owner");
    assert_eq!(seen["roles"], json!(["Known", "new role"]));
    assert_eq!(seen["permissions"], json!(["direct", "through.role"]));
    assert_eq!(seen["expires"], START.0 + HOUR);
    assert_eq!(
        seen["credits"],
        json!({ "remaining": 5, "refill": { "interval": "daily", "amount": 9 } })
    );
    assert_eq!(seen["ratelimits"][0]["name"], "auto");
    let verdict =
        app.verify(json!({ "key": "secret", "permissions": "direct AND through.role" })).await;
    assert_eq!((&verdict["code"], &verdict["credits"]), (&json!("VALID"), &json!(4)));
    let mut events = app.events(&answer).await;
    events.sort();
    events.dedup();
    assert_eq!(
        events,
        [
            "authorization.connect_permission_and_key",
            "authorization.connect_role_and_key",
            "identity.create",
            "key.create",
            "permission.create",
            "ratelimit.create",
            "role.create",
        ]
    );
    assert!(app.traced(&answer).await.contains(&format!("key.create key:{id} api:{api}")));

    for (secret, members, code) in [
        ("off", json!({ "enabled": false }), "DISABLED"),
        ("over", json!({ "expires": START.0 - 1 }), "EXPIRED"),
        ("spent", json!({ "credits": { "remaining": 0 } }), "USAGE_EXCEEDED"),
        ("unlimited", json!({ "credits": { "remaining": null } }), "VALID"),
    ] {
        let mut key = members;
        key["hash"] = base64(secret).into();
        import_one(&app, &migration, &api, key).await;
        assert_eq!(app.code(secret).await, code);
    }
}

#[tokio::test]
async fn a_hash_that_is_here_fails_and_the_rest_is_imported() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let migration = migration(&app, "m", json!({ "algorithm": "sha256" })).await;
    let (_, native) = app.key(&api).await;
    let (deleted, gone) = app.key(&api).await;
    app.ok("keys.deleteKey", json!({ "keyId": deleted })).await;
    let other = app.other_workspace().await;
    let data = app.call_as(&other, "apis.createApi", json!({ "name": "theirs" })).await.data();
    let theirs =
        app.call_as(&other, "keys.createKey", json!({ "apiId": data["apiId"] })).await.data();

    let hashes = [
        base64(&native),
        base64("a"),
        base64(&gone),
        base64(&text(&theirs, "key")),
        base64("b"),
        base64("a"),
    ];
    let keys: Vec<Value> = hashes.iter().map(|hash| json!({ "hash": hash, "name": "x" })).collect();
    let data = import(&app, &migration, &api, json!(keys)).await;
    assert_eq!(texts(data["migrated"].as_array().unwrap(), "hash"), [base64("a"), base64("b")]);
    assert_eq!(data["failed"], json!([hashes[0], hashes[2], hashes[3], hashes[5]]));
    assert_eq!(app.code("a").await, "VALID");

    let all_known = app
        .call("keys.migrateKeys", json!({ "migrationId": migration, "apiId": api, "keys": keys }))
        .await;
    assert_eq!(all_known.data()["migrated"], json!([]));
    assert_eq!(all_known.data()["failed"].as_array().unwrap().len(), 6);
    assert_eq!(app.events(&all_known).await, Vec::<String>::new());
    assert_eq!(
        app.verify(json!({ "key": native })).await.get("name"),
        None,
        "a known key isn't touched"
    );
}

#[tokio::test]
async fn what_cannot_be_imported_is_refused() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let whole = migration(&app, "whole", json!({ "algorithm": "sha256" })).await;
    let long = prefixed(&app).await;
    let good = json!({ "hash": base64("x") });
    let with = |member: &str, value: Value| {
        let mut key = good.clone();
        key[member] = value;
        key
    };
    let refill = json!({ "interval": "monthly", "amount": 1 });
    for (migration, key, location) in [
        (&whole, json!({}), "body.keys[1].hash"),
        (&whole, with("hash", json!("ab")), "body.keys[1].hash"),
        (&whole, with("hash", json!(sha256_hex("x"))), "body.keys[1].hash"),
        (&whole, with("hash", json!("not a hash at all")), "body.keys[1].hash"),
        (&whole, with("name", json!("")), "body.keys[1].name"),
        (&whole, with("externalId", json!("a b")), "body.keys[1].externalId"),
        (&whole, with("roles", json!([""])), "body.keys[1].roles[0]"),
        (&whole, with("permissions", json!(["a b"])), "body.keys[1].permissions[0]"),
        (&whole, with("enabled", json!(null)), "body.keys[1].enabled"),
        (&whole, with("zzz", json!(1)), "body.keys[1].zzz"),
        (&whole, with("credits", json!({})), "body.keys[1].credits.remaining"),
        (
            &whole,
            with("credits", json!({ "remaining": 1, "refill": refill })),
            "body.keys[1].credits.refill.refillDay",
        ),
        (
            &whole,
            with(
                "credits",
                json!({ "remaining": null, "refill": { "interval": "daily", "amount": 1 } }),
            ),
            "body.keys[1].credits.refill",
        ),
    ] {
        let body = json!({ "migrationId": migration, "apiId": api, "keys": [good, key] });
        let error = app.call("keys.migrateKeys", body.clone()).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], location, "{body}");
    }
    let body = json!({ "migrationId": long, "apiId": api, "keys": [{ "hash": base64("x") }] });
    let error = app.call("keys.migrateKeys", body).await.error(400, INVALID);
    assert_eq!(error["errors"][0]["location"], "body.keys[0].hash");
    for keys in [json!([]), json!(null), json!(vec![good.clone(); 1001])] {
        let body = json!({ "migrationId": whole, "apiId": api, "keys": keys });
        app.call("keys.migrateKeys", body).await.error(400, INVALID);
    }
    assert_eq!(app.code("x").await, "NOT_FOUND", "nothing was imported");
    let many: Vec<Value> =
        (0..1000).map(|n| json!({ "hash": base64(&format!("many {n}")) })).collect();
    let data = import(&app, &whole, &api, json!(many)).await;
    assert_eq!(data["migrated"].as_array().unwrap().len(), 1000);
    assert_eq!(app.code("many 999").await, "VALID");
}

#[tokio::test]
async fn permission_api_and_migration_are_checked_in_order() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let migration = migration(&app, "m", json!({ "algorithm": "sha256" })).await;
    let body = |migration: &str, api: &str| json!({ "migrationId": migration, "apiId": api, "keys": [{ "hash": base64("x") }] });
    let nobody = app.root_key_with(&["api.*.update_key".to_owned()]).await;
    app.call_as(&nobody, "keys.migrateKeys", body("none", "api_nowhere"))
        .await
        .forbidden(Some("api.*.create_key api.api_nowhere.create_key"));
    app.call("keys.migrateKeys", body("none", "api_nowhere")).await.error(404, NO_API);
    app.call("keys.migrateKeys", body("none", &api)).await.error(404, ABSENT);
    let other = app.other_workspace().await;
    app.call_as(&other, "keys.migrateKeys", body(&migration, &api)).await.forbidden(None);
    let data = app.call_as(&other, "apis.createApi", json!({ "name": "theirs" })).await.data();
    let theirs = text(&data, "apiId");
    app.call_as(&other, "keys.migrateKeys", body(&migration, &theirs)).await.forbidden(None);
    app.ok("apis.deleteApi", json!({ "apiId": api })).await;
    app.call("keys.migrateKeys", body(&migration, &api)).await.error(404, NO_API);
}

#[tokio::test]
async fn a_prefixed_key_is_converted_at_its_first_use() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let migration = prefixed(&app).await;
    let whole = migration_of_whole(&app).await;
    let secret = "my_app_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG";
    let id = import_one(
        &app,
        &migration,
        &api,
        json!({ "hash": sha256_hex("51FwqftsmMDHHbJAMEXXHCgG") }),
    )
    .await;
    let progress = async || {
        let rows = app.ok("migrations.listMigrations", json!({})).await;
        let row = rows
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["id"] == migration.as_str())
            .unwrap()
            .clone();
        (row["imported"].as_i64().unwrap(), row["converted"].as_i64().unwrap())
    };
    assert_eq!(progress().await, (1, 0));

    assert_eq!(app.code(secret).await, "NOT_FOUND", "without the migration nobody knows it");
    assert_eq!(app.code("51FwqftsmMDHHbJAMEXXHCgG").await, "NOT_FOUND", "its long token is no key");
    for other in ["mig_nowhere", "", whole.as_str()] {
        assert_eq!(verify_by(&app, secret, other).await["code"], "NOT_FOUND");
    }
    for other in ["wrong", "a_b", "my_app_BRTRKFsL_otherToken", "__", "_x_51FwqftsmMDHHbJAMEXXHCgG"]
    {
        assert_eq!(verify_by(&app, other, &migration).await["code"], "NOT_FOUND", "{other}");
    }
    assert_eq!(app.ok("keys.getKey", json!({ "keyId": id })).await["start"], "");
    for part in [secret, "51FwqftsmMDHHbJAMEXXHCgG"] {
        app.call("keys.whoami", json!({ "key": part }))
            .await
            .error(404, "unkey/data/key_not_found");
    }

    let verdict = verify_by(&app, secret, &migration).await;
    assert_eq!((&verdict["code"], &verdict["keyId"]), (&json!("VALID"), &json!(id)));
    assert_eq!(app.ok("keys.getKey", json!({ "keyId": id })).await["start"], "my_app_BRTR");
    assert_eq!(progress().await, (1, 1));
    assert_eq!(app.code(secret).await, "VALID");
    assert_eq!(verify_by(&app, secret, &migration).await["keyId"], id.as_str());
    assert_eq!(app.ok("keys.whoami", json!({ "key": secret })).await["keyId"], id.as_str());
    let respelt = "other_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG";
    assert_eq!(
        verify_by(&app, respelt, &migration).await["code"],
        "NOT_FOUND",
        "the first spelling is fixed"
    );
}

async fn migration_of_whole(app: &TestApp) -> String {
    migration(app, "whole", json!({ "algorithm": "sha256" })).await
}

#[tokio::test]
async fn a_converted_key_keeps_its_state_and_its_successor_its_prefix() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let alias = json!({ "algorithm": "github.com/seamapi/prefixed-api-key", "encoding": "hex" });
    let migration = migration(&app, "seam", alias).await;
    let off = import_one(
        &app,
        &migration,
        &api,
        json!({ "hash": sha256_hex("longOff"), "enabled": false }),
    )
    .await;
    assert_eq!(verify_by(&app, "app_short_longOff", &migration).await["code"], "DISABLED");
    assert_eq!(app.code("app_short_longOff").await, "DISABLED", "it was converted all the same");
    assert_eq!(app.ok("keys.getKey", json!({ "keyId": off })).await["start"], "app_shor");

    let limited = json!({ "hash": sha256_hex("longOne"), "credits": { "remaining": 2 } });
    let id = import_one(&app, &migration, &api, limited).await;
    assert_eq!(verify_by(&app, "app_short_longOne", &migration).await["credits"], 1);
    assert_eq!(verify_by(&app, "app_short_longOne", &migration).await["credits"], 0);
    let data = app.ok("keys.rerollKey", json!({ "keyId": id, "expiration": 0 })).await;
    assert!(text(&data, "key").starts_with("app_"), "{data}");

    let other = app.other_workspace().await;
    import_one(&app, &migration, &api, json!({ "hash": sha256_hex("longTwo") })).await;
    let body = json!({ "key": "app_short_longTwo", "migrationId": migration });
    assert_eq!(app.call_as(&other, "keys.verifyKey", body).await.data()["code"], "NOT_FOUND");
    assert_eq!(verify_by(&app, "app_short_longTwo", &migration).await["code"], "VALID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_first_uses_of_one_spelling_all_pass() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let migration = prefixed(&app).await;
    for round in 0..5 {
        let long = format!("longToken{round}");
        let id = import_one(&app, &migration, &api, json!({ "hash": sha256_hex(&long) })).await;
        let calls = (0..16).map(|_| {
            let (app, migration, secret) =
                (app.clone(), migration.clone(), format!("app_short_{long}"));
            async move { verify_by(&app, &secret, &migration).await }
        });
        for verdict in together(calls).await {
            assert_eq!((&verdict["code"], &verdict["keyId"]), (&json!("VALID"), &json!(id)));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_first_uses_convert_once() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let migration = prefixed(&app).await;
    let id = import_one(&app, &migration, &api, json!({ "hash": sha256_hex("longToken") })).await;
    let calls = (0..16).map(|n| {
        let (app, migration) = (app.clone(), migration.clone());
        async move {
            let spelling = if n % 2 == 0 { "app" } else { "ppa" };
            let verdict = verify_by(&app, &format!("{spelling}_short_longToken"), &migration).await;
            (spelling, text(&verdict, "code"), verdict["keyId"].clone())
        }
    });
    let verdicts = together(calls).await;
    assert!(verdicts.iter().any(|(_, code, _)| code == "VALID"));
    for (_, code, key) in &verdicts {
        assert!((code == "VALID" && *key == id.as_str()) || code == "NOT_FOUND", "{verdicts:?}");
    }
    let start = text(&app.ok("keys.getKey", json!({ "keyId": id })).await, "start");
    let (fixed, other) = if start == "app_shor" { ("app", "ppa") } else { ("ppa", "app") };
    assert_eq!(app.code(&format!("{fixed}_short_longToken")).await, "VALID");
    assert_eq!(
        verify_by(&app, &format!("{other}_short_longToken"), &migration).await["code"],
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn migrations_are_created_listed_and_deleted() {
    let app = TestApp::start().await;
    let body = json!({ "name": "first", "hash": { "algorithm": "sha256" } });
    let answer = app.call("migrations.createMigration", body.clone()).await;
    let id = text(&answer.data(), "migrationId");
    assert_eq!(app.traced(&answer).await, [format!("migration.create migration:{id}")]);
    app.call("migrations.createMigration", body).await.error(409, TAKEN);
    let second = prefixed(&app).await;
    let rows = app.pages("migrations.listMigrations", json!({ "limit": 1 })).await;
    let mut expected = vec![id.clone(), second.clone()];
    expected.sort();
    assert_eq!(texts(&rows, "id"), expected);
    let row = rows.iter().find(|row| row["id"] == id.as_str()).unwrap();
    assert_eq!(
        *row,
        json!({ "id": id, "name": "first", "hash": "sha256-base64", "imported": 0, "converted": 0, "createdAt": START.0 })
    );

    let api = app.api("payments").await;
    import_one(&app, &second, &api, json!({ "hash": sha256_hex("longToken") })).await;
    let answer = app.call("migrations.deleteMigration", json!({ "migrationId": second })).await;
    assert_eq!(answer.data(), json!({}));
    assert_eq!(app.traced(&answer).await, [format!("migration.delete migration:{second}")]);
    assert_eq!(verify_by(&app, "app_short_longToken", &second).await["code"], "NOT_FOUND");
    app.call("migrations.deleteMigration", json!({ "migrationId": second }))
        .await
        .error(404, ABSENT);
    let other = app.other_workspace().await;
    app.call_as(&other, "migrations.deleteMigration", json!({ "migrationId": id }))
        .await
        .forbidden(None);
    assert_eq!(app.call_as(&other, "migrations.listMigrations", json!({})).await.data(), json!([]));

    for (hash, location) in [
        (json!({}), "body.hash.algorithm"),
        (json!({ "algorithm": "md5" }), "body.hash.algorithm"),
        (json!({ "algorithm": "sha256", "encoding": "utf8" }), "body.hash.encoding"),
        (json!({ "algorithm": "prefixed-api-key", "encoding": "base64" }), "body.hash.encoding"),
        (json!("sha256"), "body.hash"),
    ] {
        let body = json!({ "name": "bad", "hash": hash });
        let error = app.call("migrations.createMigration", body.clone()).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], location, "{body}");
    }
}
