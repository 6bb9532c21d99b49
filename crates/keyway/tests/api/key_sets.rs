//! Permissions and roles that keys hold: adding, removing, setting.

use std::sync::Arc;

use keyway_core::permission::Action;
use serde_json::{Value, json};

use crate::app::{TestApp, all_permissions_but, text, texts, together};

const INVALID: &str = "unkey/application/invalid_input";
const NO_KEY: &str = "unkey/data/key_not_found";
const NO_PERMISSION: &str = "unkey/data/permission_not_found";
const NO_ROLE: &str = "unkey/data/role_not_found";
const CONNECT: &str = "authorization.connect_permission_and_key";
const DISCONNECT: &str = "authorization.disconnect_permission_and_key";

const OPERATIONS: [(&str, &str); 6] = [
    ("keys.addPermissions", "permissions"),
    ("keys.removePermissions", "permissions"),
    ("keys.setPermissions", "permissions"),
    ("keys.addRoles", "roles"),
    ("keys.removeRoles", "roles"),
    ("keys.setRoles", "roles"),
];

async fn key(app: &TestApp) -> (String, String) {
    let api = app.api("payments").await;
    app.key(&api).await
}

async fn change(app: &TestApp, operation: &str, key: &str, items: &[&str]) -> crate::app::Answer {
    let member = if operation.ends_with("Roles") { "roles" } else { "permissions" };
    app.call(&format!("keys.{operation}"), json!({ "keyId": key, member: items })).await
}

fn slugs(data: &Value) -> Vec<String> {
    texts(data.as_array().unwrap(), "slug")
}

fn names(data: &Value) -> Vec<String> {
    texts(data.as_array().unwrap(), "name")
}

#[tokio::test]
async fn permissions_are_added_removed_and_set() {
    let app = TestApp::start().await;
    let (key, secret) = key(&app).await;
    app.ok("permissions.createPermission", json!({ "name": "Known", "slug": "Known" })).await;

    let answer = change(&app, "addPermissions", &key, &["known", "b.new", "KNOWN", "b.new"]).await;
    assert_eq!(slugs(&answer.data()), ["Known", "b.new"]);
    let events = app.traced(&answer).await;
    let mut kinds = app.events(&answer).await;
    kinds.sort();
    assert_eq!(kinds, [CONNECT, CONNECT, "permission.create"]);
    for event in events.iter().filter(|event| event.starts_with(CONNECT)) {
        assert!(event.starts_with(&format!("{CONNECT} key:{key} permission:perm_")), "{event}");
    }
    let again = change(&app, "addPermissions", &key, &["known"]).await;
    assert_eq!(
        slugs(&again.data()),
        ["Known", "b.new"],
        "all that it holds, not only the added ones"
    );
    assert_eq!(app.events(&again).await, Vec::<String>::new());
    let verdict = app.verify(json!({ "key": secret, "permissions": "Known AND b.new" })).await;
    assert_eq!(verdict["code"], "VALID");

    let answer = change(&app, "removePermissions", &key, &["KNOWN"]).await;
    assert_eq!(slugs(&answer.data()), ["b.new"]);
    assert_eq!(app.events(&answer).await, [DISCONNECT]);
    let again = change(&app, "removePermissions", &key, &["known"]).await;
    assert_eq!(slugs(&again.data()), ["b.new"], "it exists but isn't held");
    assert_eq!(app.events(&again).await, Vec::<String>::new());
    change(&app, "removePermissions", &key, &["b.new", "unknown"]).await.error(404, NO_PERMISSION);
    assert_eq!(
        app.ok("keys.getKey", json!({ "keyId": key })).await["permissions"],
        json!(["b.new"])
    );

    let answer = change(&app, "setPermissions", &key, &["z", "known", "Z"]).await;
    assert_eq!(slugs(&answer.data()), ["Known", "z"]);
    let mut kinds = app.events(&answer).await;
    kinds.sort();
    assert_eq!(kinds, [CONNECT, CONNECT, DISCONNECT, "permission.create"]);
    let again = change(&app, "setPermissions", &key, &["z", "known"]).await;
    assert_eq!(app.events(&again).await, Vec::<String>::new());
    assert_eq!(change(&app, "setPermissions", &key, &[]).await.data(), json!([]));
    assert_eq!(app.verify(json!({ "key": secret })).await.get("permissions"), None);
}

#[tokio::test]
async fn roles_are_added_removed_and_set() {
    let app = TestApp::start().await;
    let (key, secret) = key(&app).await;
    for (name, slug) in [("Viewer", "read"), ("editor", "write"), ("Billing Manager", "bill")] {
        app.ok("permissions.createRole", json!({ "name": name, "permissions": [slug] })).await;
    }
    let answer = change(&app, "addRoles", &key, &["viewer", "Billing Manager", "VIEWER"]).await;
    assert_eq!(names(&answer.data()), ["Billing Manager", "Viewer"]);
    assert_eq!(slugs(&answer.data()[0]["permissions"]), ["bill"]);
    let viewer = text(&answer.data()[1], "id");
    let connect = "authorization.connect_role_and_key";
    let events = app.traced(&answer).await;
    assert_eq!(events.len(), 2);
    assert!(events.contains(&format!("{connect} key:{key} role:{viewer}")), "{events:?}");
    let again = change(&app, "addRoles", &key, &[&viewer]).await;
    assert_eq!(app.events(&again).await, Vec::<String>::new());
    change(&app, "addRoles", &key, &["editor", "unknown"]).await.error(404, NO_ROLE);
    let verdict = app.verify(json!({ "key": secret, "permissions": "read AND bill" })).await;
    assert_eq!(
        (&verdict["code"], &verdict["roles"]),
        (&json!("VALID"), &json!(["Billing Manager", "Viewer"]))
    );

    let answer = change(&app, "removeRoles", &key, &["viewer"]).await;
    assert_eq!(names(&answer.data()), ["Billing Manager"]);
    let disconnect = "authorization.disconnect_role_and_key";
    assert_eq!(app.traced(&answer).await, [format!("{disconnect} key:{key} role:{viewer}")]);
    let again = change(&app, "removeRoles", &key, &["viewer"]).await;
    assert_eq!(names(&again.data()), ["Billing Manager"]);
    assert_eq!(app.events(&again).await, Vec::<String>::new());
    change(&app, "removeRoles", &key, &["billing manager", "unknown"]).await.error(404, NO_ROLE);

    let answer = change(&app, "setRoles", &key, &["EDITOR", &viewer, "viewer"]).await;
    assert_eq!(names(&answer.data()), ["Viewer", "editor"]);
    let mut kinds = app.events(&answer).await;
    kinds.sort();
    assert_eq!(kinds, [connect, connect, disconnect]);
    change(&app, "setRoles", &key, &["unknown"]).await.error(404, NO_ROLE);
    assert_eq!(
        app.ok("keys.getKey", json!({ "keyId": key })).await["roles"],
        json!(["Viewer", "editor"])
    );
    app.ok("keys.setPermissions", json!({ "keyId": key, "permissions": [] })).await;
    assert_eq!(app.verify(json!({ "key": secret })).await["permissions"], json!(["read", "write"]));
    assert_eq!(change(&app, "setRoles", &key, &[]).await.data(), json!([]));
}

#[tokio::test]
async fn items_are_ids_before_names_and_ids_are_never_created() {
    let app = TestApp::start().await;
    let (key, _) = key(&app).await;
    let body = json!({ "name": "P", "slug": "p" });
    let permission = text(&app.ok("permissions.createPermission", body).await, "permissionId");
    assert_eq!(slugs(&change(&app, "addPermissions", &key, &[&permission]).await.data()), ["p"]);
    assert_eq!(change(&app, "removePermissions", &key, &[&permission]).await.data(), json!([]));
    assert_eq!(
        slugs(&change(&app, "setPermissions", &key, &[&permission, "P"]).await.data()),
        ["p"]
    );
    for operation in ["addPermissions", "removePermissions", "setPermissions"] {
        change(&app, operation, &key, &["perm_nowhere"]).await.error(404, NO_PERMISSION);
    }
    for operation in ["addRoles", "removeRoles", "setRoles"] {
        change(&app, operation, &key, &["role_nowhere"]).await.error(404, NO_ROLE);
    }
    let other = app.other_workspace().await;
    let body = json!({ "name": "P", "slug": "theirs" });
    let data = app.call_as(&other, "permissions.createPermission", body).await.data();
    let theirs = text(&data, "permissionId");
    let refused = change(&app, "addPermissions", &key, &[&theirs]).await;
    assert!([403, 404].contains(&refused.status), "{refused:?}");
    let data =
        app.call_as(&other, "permissions.createRole", json!({ "name": "theirs" })).await.data();
    let theirs = text(&data, "roleId");
    let refused = change(&app, "addRoles", &key, &[&theirs]).await;
    assert!([403, 404].contains(&refused.status), "{refused:?}");
    assert_eq!(app.ok("permissions.listRoles", json!({})).await, json!([]));
}

#[tokio::test]
async fn each_operation_asks_for_both_halves() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (key, _) = app.key(&api).await;
    app.ok("permissions.createRole", json!({ "name": "known", "permissions": ["known"] })).await;
    let with = async |except: &[Action]| app.root_key_with(&all_permissions_but(except)).await;
    let update = format!("api.*.update_key api.{api}.update_key");
    let no_update = with(&[Action::UpdateKey]).await;
    let elsewhere = app.root_key_with(&["api.api_elsewhere.update_key".to_owned()]).await;
    for (operation, member) in OPERATIONS {
        let body = json!({ "keyId": key, member: ["known"] });
        app.call_as(&no_update, operation, body.clone()).await.forbidden(Some(&update));
        app.call_as(&elsewhere, operation, body.clone()).await.forbidden(Some(&update));
        app.call_as(&no_update, operation, json!({ "keyId": "key_nowhere", member: ["x"] }))
            .await
            .error(404, NO_KEY);
        let other = app.other_workspace().await;
        app.call_as(&other, operation, body).await.forbidden(None);
    }
    for (operation, needs) in [
        ("keys.addPermissions", vec![Action::AddPermissionToKey]),
        ("keys.removePermissions", vec![Action::RemovePermissionFromKey]),
        ("keys.setPermissions", vec![Action::AddPermissionToKey, Action::RemovePermissionFromKey]),
        ("keys.addRoles", vec![Action::AddRoleToKey]),
    ] {
        let member = if operation.ends_with("Roles") { "roles" } else { "permissions" };
        for need in needs {
            let lacking = with(&[need]).await;
            app.call_as(&lacking, operation, json!({ "keyId": key, member: ["known"] }))
                .await
                .forbidden(Some(&need.everywhere().to_string()));
        }
    }
    let just_update = app.root_key_with(&[format!("api.{api}.update_key")]).await;
    for operation in ["keys.removeRoles", "keys.setRoles"] {
        app.call_as(&just_update, operation, json!({ "keyId": key, "roles": ["known"] }))
            .await
            .data();
    }
    let no_create = with(&[Action::CreatePermission]).await;
    for operation in ["keys.addPermissions", "keys.setPermissions"] {
        app.call_as(&no_create, operation, json!({ "keyId": key, "permissions": ["known"] }))
            .await
            .data();
        app.call_as(
            &no_create,
            operation,
            json!({ "keyId": key, "permissions": ["known", "new"] }),
        )
        .await
        .forbidden(Some("rbac.*.create_permission"));
    }
}

#[tokio::test]
async fn bodies_are_held_to_their_bounds() {
    let app = TestApp::start().await;
    let (key, _) = key(&app).await;
    for (operation, member) in OPERATIONS {
        for body in [
            json!({ "keyId": key }),
            json!({ member: ["x"] }),
            json!({ "keyId": "k!", member: ["x"] }),
            json!({ "keyId": "ab", member: ["x"] }),
            json!({ "keyId": key, member: [""] }),
            json!({ "keyId": key, member: ["x".repeat(129)] }),
            json!({ "keyId": key, member: null }),
            json!({ "keyId": key, member: "x" }),
            json!({ "keyId": key, member: vec!["x"; if member == "roles" { 101 } else { 1001 }] }),
        ] {
            app.call(operation, body).await.error(400, INVALID);
        }
        let empty = app.call(operation, json!({ "keyId": key, member: [] })).await;
        if operation.starts_with("keys.set") {
            empty.data();
        } else {
            empty.error(400, INVALID);
        }
    }
    let many: Vec<String> = (0..1000).map(|n| format!("p{n}")).collect();
    let data = app.ok("keys.addPermissions", json!({ "keyId": key, "permissions": many })).await;
    assert_eq!(data.as_array().unwrap().len(), 1000);
}

#[tokio::test]
async fn keys_that_are_gone_are_not_found() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (deleted, _) = app.key(&api).await;
    let (orphan, _) = app.key(&api).await;
    app.ok("keys.deleteKey", json!({ "keyId": deleted })).await;
    app.ok("apis.deleteApi", json!({ "apiId": api })).await;
    for (operation, member) in OPERATIONS {
        for key in [&deleted, &orphan] {
            app.call(operation, json!({ "keyId": key, member: ["x"] })).await.error(404, NO_KEY);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_additions_are_all_kept() {
    let app = Arc::new(TestApp::start().await);
    let (key, _) = key(&app).await;
    let calls = (0..20).map(|n| {
        let (app, key) = (app.clone(), key.clone());
        async move {
            let mut slugs: Vec<String> =
                (0..4).map(|each| format!("p{}", (n + each) % 10)).collect();
            if n % 2 == 0 {
                slugs.reverse();
            }
            app.ok("keys.addPermissions", json!({ "keyId": key, "permissions": slugs })).await;
        }
    });
    together(calls).await;
    let held = app.ok("keys.getKey", json!({ "keyId": key })).await;
    let expected: Vec<String> = (0..10).map(|n| format!("p{n}")).collect();
    assert_eq!(held["permissions"], json!(expected));
    let created = app.ok("auditLogs.listAuditLogs", json!({ "event": "permission.create" })).await;
    assert_eq!(created.as_array().unwrap().len(), 10);
    let connected = app.ok("auditLogs.listAuditLogs", json!({ "event": CONNECT })).await;
    assert_eq!(connected.as_array().unwrap().len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_keys_share_their_owner_and_permissions() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let calls = (0..20).map(|_| {
        let (app, api) = (app.clone(), api.clone());
        async move {
            let members = json!({ "externalId": "owner", "permissions": ["a", "b"] });
            app.key_with(&api, members).await;
        }
    });
    together(calls).await;
    let identities = app.ok("identities.listIdentities", json!({})).await;
    assert_eq!(identities.as_array().unwrap().len(), 1);
    let permissions = app.ok("permissions.listPermissions", json!({})).await;
    assert_eq!(permissions.as_array().unwrap().len(), 2);
}
