//! Texts with characters that databases and patterns like to stumble over.

use serde_json::{Value, json};

use crate::app::{TestApp, text};

/// Zero bytes, controls, quotes, patterns, characters beyond the first plane, marks of direction.
const ODD: &[&str] = &[
    "zero\u{0}byte",
    "\u{1}\u{7f}\r\n\t",
    "'\"; DROP TABLE keys; --",
    "%_\\*?[a-z]$1 {}",
    "\u{1F511}\u{10FFFF}\u{20000}",
    "\u{202e}right to left\u{feff}",
    "e\u{301} and \u{e9}",
    " padded ",
];

#[tokio::test]
async fn free_texts_come_back_as_they_were() {
    let app = TestApp::start().await;
    for (n, odd) in ODD.iter().enumerate() {
        let api = text(&app.ok("apis.createApi", json!({ "name": odd })).await, "apiId");
        assert_eq!(app.ok("apis.getApi", json!({ "apiId": api })).await["name"], *odd);

        app.ok("permissions.createRole", json!({ "name": odd, "description": odd })).await;
        let role = app.ok("permissions.getRole", json!({ "role": odd })).await;
        assert_eq!((&role["name"], &role["description"]), (&json!(odd), &json!(odd)));
        let body = json!({ "name": odd, "slug": format!("p{n}"), "description": odd });
        app.ok("permissions.createPermission", body).await;
        let read =
            app.ok("permissions.getPermission", json!({ "permission": format!("p{n}") })).await;
        assert_eq!((&read["name"], &read["description"]), (&json!(odd), &json!(odd)));

        let limits = json!([{ "name": odd, "limit": 1, "duration": 1000, "autoApply": true }]);
        let mut meta = json!({ "text": odd, "list": [odd], "n": 1 });
        meta[*odd] = json!(odd);
        let members = json!({ "name": odd, "meta": meta, "roles": [odd], "ratelimits": limits });
        let (key, secret) = app.key_with(&api, members).await;
        let read = app.read_key(&key).await;
        assert_eq!((&read["name"], &read["meta"]), (&json!(odd), &meta));
        assert_eq!((&read["roles"], &read["ratelimits"][0]["name"]), (&json!([odd]), &json!(odd)));
        let verdict = app.verify(json!({ "key": secret, "tags": [odd] })).await;
        assert_eq!((&verdict["code"], &verdict["meta"]), (&json!("VALID"), &meta));
        for search in [
            json!({ "meta": { "member": "text", "value": odd } }),
            json!({ "meta": { "member": odd, "value": odd } }),
            json!({ "role": odd }),
        ] {
            let found = app.pages("keys.listKeys", search.clone()).await;
            assert_eq!(found.len(), 1, "{search}");
            assert_eq!(found[0]["keyId"], key.as_str());
        }

        let body = json!({ "externalId": format!("user{n}"), "meta": meta, "ratelimits": limits });
        app.ok("identities.createIdentity", body).await;
        let read =
            app.ok("identities.getIdentity", json!({ "identity": format!("user{n}") })).await;
        assert_eq!((&read["meta"], &read["ratelimits"][0]["name"]), (&meta, &json!(odd)));

        let body = json!({ "namespace": odd, "identifier": odd, "limit": 5, "duration": 60_000 });
        app.ok("ratelimit.limit", body.clone()).await;
        let id = app.ok("ratelimit.setOverride", body).await["overrideId"].clone();
        let named = json!({ "namespace": odd, "identifier": odd });
        let read = app.ok("ratelimit.getOverride", named.clone()).await;
        assert_eq!((&read["overrideId"], &read["identifier"]), (&id, &json!(odd)));
        let listed = app.ok("ratelimit.listOverrides", json!({ "namespace": odd })).await;
        assert_eq!(listed[0]["identifier"], *odd);
        let body = json!({ "namespace": odd, "name": format!("{odd} renamed") });
        app.ok("ratelimit.updateNamespace", body).await;
        let body = json!({ "name": odd, "hash": { "algorithm": "sha256" } });
        app.ok("migrations.createMigration", body).await;
        let (root_key, _) = app.root_key(json!({ "permissions": [], "name": odd })).await;
        let read = app.ok("rootKeys.getKey", json!({ "keyId": root_key })).await;
        assert_eq!(read["name"], *odd);
    }
    for chain in app.app.store.verify_audit_chains().await.unwrap() {
        assert_eq!(chain.fault, None);
    }
}

#[tokio::test]
async fn nothing_that_is_looked_for_is_a_fault_of_ours() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.key(&api).await;
    let long = "\u{1F511}".repeat(256);
    for odd in ODD.iter().copied().chain([long.as_str(), "\u{0}"]) {
        for operation in [
            "apis.listApis",
            "keys.listKeys",
            "identities.listIdentities",
            "permissions.listPermissions",
            "permissions.listRoles",
            "ratelimit.listNamespaces",
            "auditLogs.listAuditLogs",
            "workspaces.listWorkspaces",
        ] {
            for member in ["search", "cursor"] {
                let answer = app.call(operation, json!({ member: odd })).await;
                assert!([200, 400].contains(&answer.status), "{operation} {member}: {answer:?}");
            }
        }
        for (operation, body, statuses) in [
            ("keys.verifyKey", json!({ "key": odd }), &[200][..]),
            ("keys.verifyKey", json!({ "key": odd, "migrationId": odd }), &[200, 400]),
            ("keys.verifyKey", json!({ "key": odd, "keyspaces": [odd] }), &[200]),
            ("keys.whoami", json!({ "key": odd }), &[404]),
            ("keys.listKeys", json!({ "externalId": odd }), &[200, 400]),
            ("keys.listKeys", json!({ "permission": odd }), &[200, 400]),
            ("apis.listKeys", json!({ "apiId": odd }), &[404, 400]),
            ("apis.listKeys", json!({ "apiId": api, "externalId": odd }), &[200, 400]),
            ("identities.getIdentity", json!({ "identity": odd }), &[404]),
            ("permissions.getRole", json!({ "role": odd }), &[404, 400]),
            ("permissions.getUsage", json!({ "roles": [odd], "permissions": [odd] }), &[200, 400]),
            ("migrations.deleteMigration", json!({ "migrationId": odd }), &[404, 400]),
            ("auditLogs.listAuditLogs", json!({ "event": odd, "actorId": odd }), &[200, 400]),
        ] {
            let answer = app.call(operation, body.clone()).await;
            assert!(statuses.contains(&answer.status), "{operation} {body}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn numbers_in_meta_come_back_as_they_were() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let meta: Value = serde_json::from_str(
        r#"{"big":9223372036854775807,"small":-9223372036854775808,"unsigned":18446744073709551615,
            "float":0.1,"tiny":5e-324,"zero":-0.0,"whole":1.0,"exact":9007199254740993}"#,
    )
    .unwrap();
    let (key, _) = app.key_with(&api, json!({ "meta": meta })).await;
    assert_eq!(app.read_key(&key).await["meta"].to_string(), meta.to_string());
    for (member, value) in meta.as_object().unwrap() {
        let search = json!({ "meta": { "member": member, "value": value } });
        assert_eq!(app.pages("keys.listKeys", search.clone()).await.len(), 1, "{search}");
    }
    let near = json!({ "meta": { "member": "exact", "value": 9_007_199_254_740_992_i64 } });
    assert_eq!(app.pages("keys.listKeys", near).await, Vec::<Value>::new());
}
