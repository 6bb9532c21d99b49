//! Permissions and roles, and how keys get them.

use std::sync::Arc;

use keyway_core::permission::Action;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, all_permissions_but, text};

async fn permission(app: &TestApp, slug: &str) -> String {
    let body = json!({ "name": slug, "slug": slug });
    text(&app.ok("permissions.createPermission", body).await, "permissionId")
}

async fn role(app: &TestApp, name: &str, permissions: Value) -> String {
    let body = json!({ "name": name, "permissions": permissions });
    text(&app.ok("permissions.createRole", body).await, "roleId")
}

/// One member of each thing in a list.
fn each(list: &Value, member: &str) -> Vec<Value> {
    list.as_array().unwrap().iter().map(|thing| thing[member].clone()).collect()
}

#[tokio::test]
async fn a_permission_has_a_slug_of_its_own() {
    let app = TestApp::start().await;
    for slug in [
        "simple",
        "with-dashes",
        "with_underscores",
        "with.periods",
        "Mixed123Case",
        "a:b:c",
        "documents.*",
        "*",
        &"x".repeat(128),
    ] {
        assert!(permission(&app, slug).await.starts_with("perm_"));
    }
    for slug in ["simple", "SIMPLE", "mixed123case"] {
        let body = json!({ "name": "another name", "slug": slug });
        app.call("permissions.createPermission", body)
            .await
            .error(409, "unkey/data/permission_already_exists");
    }
    let same_name = json!({ "name": "simple", "slug": "other" });
    app.ok("permissions.createPermission", same_name).await;
    let other = app.other_workspace().await;
    app.call_as(&other, "permissions.createPermission", json!({ "name": "n", "slug": "simple" }))
        .await
        .data();
}

#[tokio::test]
async fn permissions_and_roles_out_of_bounds_are_refused() {
    let app = TestApp::start().await;
    let long = |length: usize| "x".repeat(length);
    for (member, value) in [
        ("name", json!("")),
        ("name", json!(long(513))),
        ("slug", json!("")),
        ("slug", json!("a b")),
        ("slug", json!("a@b")),
        ("slug", json!("a/b")),
        ("slug", json!("ä")),
        ("slug", json!(long(129))),
        ("description", json!(long(513))),
        ("description", json!(null)),
    ] {
        let mut body = json!({ "name": "Read", "slug": "documents.read" });
        body[member] = value;
        app.call("permissions.createPermission", body).await.invalid(&[&format!("body.{member}")]);
    }
    for (member, value, place) in [
        ("name", json!(""), "name"),
        ("name", json!(long(129)), "name"),
        ("description", json!(long(513)), "description"),
        ("permissions", json!(["ok", ""]), "permissions[1]"),
        ("permissions", json!(["a b"]), "permissions[0]"),
        ("permissions", json!(vec!["ok"; 1001]), "permissions"),
        ("permissions", json!("ok"), "permissions"),
    ] {
        let mut body = json!({ "name": "editor" });
        body[member] = value;
        app.call("permissions.createRole", body).await.invalid(&[&format!("body.{place}")]);
    }
    app.call("permissions.createPermission", json!({})).await.invalid(&["body.name", "body.slug"]);
    app.call("permissions.setRolePermissions", json!({})).await.invalid(&["body.permissions"]);
    app.call("permissions.setRolePermissions", json!({ "permissions": [] }))
        .await
        .invalid(&["body.role"]);
}

#[tokio::test]
async fn empty_descriptions_are_none() {
    let app = TestApp::start().await;
    let body = json!({ "name": "Read", "slug": "a.read", "description": "" });
    app.ok("permissions.createPermission", body).await;
    let body = json!({ "name": "Write", "slug": "a.write", "description": "Writes." });
    app.ok("permissions.createPermission", body).await;
    let id = role(&app, "editor", json!([])).await;
    let body = json!({ "roleId": id, "permissions": ["a.read", "a.write"] });
    let held = app.ok("permissions.setRolePermissions", body).await;
    assert_eq!(held[0].get("description"), None);
    assert_eq!(held[0]["name"], "Read");
    assert_eq!(held[1]["description"], "Writes.");
}

#[tokio::test]
async fn a_role_has_a_name_of_its_own() {
    let app = TestApp::start().await;
    assert!(role(&app, "Billing Manager", json!([])).await.starts_with("role_"));
    let before = app.log().await;
    for name in ["Billing Manager", "billing manager"] {
        let body = json!({ "name": name, "permissions": ["new.one"] });
        app.call("permissions.createRole", body).await.error(409, "unkey/data/role_already_exists");
    }
    assert_eq!(app.log().await, before);
    permission(&app, "new.one").await;
    let other = app.other_workspace().await;
    app.call_as(&other, "permissions.createRole", json!({ "name": "Billing Manager" }))
        .await
        .data();
}

#[tokio::test]
async fn a_role_is_made_with_its_permissions() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    permission(&app, "Keep.x").await;
    role(&app, "editor", json!(["KEEP.X", "new.y", "NEW.y"])).await;
    let (id, _) = app.key_with(&api, json!({ "roles": ["editor"] })).await;
    assert_eq!(app.read_key(&id).await["permissions"], json!(["Keep.x", "new.y"]));
}

#[tokio::test]
async fn a_role_with_permissions_needs_more_than_a_role_without() {
    let app = TestApp::start().await;
    permission(&app, "known").await;
    let before = app.log().await.len();
    let without = async |action: Action| app.root_key_with(&all_permissions_but(&[action])).await;
    let body = |permissions: Value| json!({ "name": "editor", "permissions": permissions });

    let cannot_add = without(Action::AddPermissionToRole).await;
    app.call_as(&cannot_add, "permissions.createRole", body(json!(["known"])))
        .await
        .forbidden(Some("rbac.*.add_permission_to_role"));
    let cannot_create = without(Action::CreatePermission).await;
    app.call_as(&cannot_create, "permissions.createRole", body(json!(["known", "unknown"])))
        .await
        .forbidden(Some("rbac.*.create_permission"));
    assert_eq!(app.log().await.len(), before + 2, "only the two root keys are new");

    app.call_as(&cannot_add, "permissions.createRole", body(json!([]))).await.data();
    let other = json!({ "name": "viewer", "permissions": ["KNOWN"] });
    app.call_as(&cannot_create, "permissions.createRole", other).await.data();
}

#[tokio::test]
async fn the_permissions_of_a_role_are_replaced() {
    let app = TestApp::start().await;
    let keep = permission(&app, "keep.x").await;
    let id = role(&app, "editor", json!(["keep.x", "drop.z"])).await;
    let set = async |role: &str, permissions: Value| {
        let body = json!({ "roleId": role, "permissions": permissions });
        app.ok("permissions.setRolePermissions", body).await
    };

    let held = set(&id, json!(["KEEP.x", "new.y", "NEW.y"])).await;
    assert_eq!(each(&held, "slug"), ["keep.x", "new.y"]);
    assert_eq!(held[0]["id"], keep.as_str());
    assert_eq!(held[1], json!({ "id": held[1]["id"], "slug": "new.y", "name": "new.y" }));

    let log = app.log().await;
    assert_eq!(set(&id, json!(["new.y", "keep.x"])).await, held);
    assert_eq!(set("editor", json!([keep, "new.y"])).await, held);
    assert_eq!(set("EDITOR", json!(["keep.x", "new.y"])).await, held);
    assert_eq!(app.log().await, log);
    assert_eq!(set(&id, json!([])).await, json!([]));
}

#[tokio::test]
async fn a_refused_replacement_of_permissions_changes_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let id = role(&app, "editor", json!(["keep.x"])).await;
    let (key, _) = app.key_with(&api, json!({ "roles": ["editor"] })).await;
    let limited = app.root_key_with(&all_permissions_but(&[Action::CreatePermission])).await;
    let log = app.log().await;

    let body = json!({ "roleId": id, "permissions": ["new.y"] });
    app.call_as(&limited, "permissions.setRolePermissions", body)
        .await
        .forbidden(Some("rbac.*.create_permission"));
    let body = json!({ "roleId": id, "permissions": ["new.y", "perm_nowhere"] });
    app.call("permissions.setRolePermissions", body)
        .await
        .error(404, "unkey/data/permission_not_found");
    for role in ["role_nowhere", "nobody"] {
        let body = json!({ "roleId": role, "permissions": ["new.y"] });
        app.call("permissions.setRolePermissions", body)
            .await
            .error(404, "unkey/data/role_not_found");
    }

    assert_eq!(app.read_key(&key).await["permissions"], json!(["keep.x"]));
    assert_eq!(app.log().await, log);
    permission(&app, "new.y").await;
}

#[tokio::test]
async fn names_reach_only_into_the_own_workspace_and_ids_are_forbidden() {
    let app = TestApp::start().await;
    let other = app.other_workspace().await;
    let id = role(&app, "editor", json!(["keep.x"])).await;
    let perm = permission(&app, "mine").await;

    let body = json!({ "roleId": "editor", "permissions": [] });
    app.call_as(&other, "permissions.setRolePermissions", body)
        .await
        .error(404, "unkey/data/role_not_found");
    let body = json!({ "roleId": id, "permissions": [] });
    app.call_as(&other, "permissions.setRolePermissions", body).await.forbidden(None);

    let api = app.call_as(&other, "apis.createApi", json!({ "name": "theirs" })).await.data();
    let mut body = json!({ "apiId": api["apiId"], "permissions": [perm] });
    let answer = app.call_as(&other, "keys.createKey", body.clone()).await;
    assert!(matches!(answer.status, 403 | 404), "{answer:?}");
    body["permissions"] = json!([]);
    for role in [&id, "editor"] {
        body["roles"] = json!([role]);
        let answer = app.call_as(&other, "keys.createKey", body.clone()).await;
        assert!(matches!(answer.status, 403 | 404), "{answer:?}");
    }
}

#[tokio::test]
async fn the_direct_permissions_of_a_key_are_replaced() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let known = permission(&app, "known").await;
    role(&app, "editor", json!(["of.role"])).await;
    let (key, _) = app.key_with(&api, json!({ "permissions": ["old"], "roles": ["editor"] })).await;
    let set = async |permissions: Value| {
        let body = json!({ "keyId": key, "permissions": permissions });
        app.ok("keys.setPermissions", body).await
    };

    let held = set(json!(["new.b", known, "NEW.b", "a.new", "KNOWN"])).await;
    assert_eq!(each(&held, "slug"), ["a.new", "known", "new.b"]);
    assert_eq!(held[1], json!({ "id": known, "slug": "known", "name": "known" }));
    assert_eq!(
        app.read_key(&key).await["permissions"],
        json!(["a.new", "known", "new.b", "of.role"])
    );
    let log = app.log().await;
    assert_eq!(set(json!(["a.new", "new.b", "known"])).await, held);
    assert_eq!(app.log().await, log);
    assert_eq!(set(json!([])).await, json!([]));
    assert_eq!(app.read_key(&key).await["permissions"], json!(["of.role"]));
}

#[tokio::test]
async fn setting_permissions_of_a_key_is_all_or_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (key, _) = app.key_with(&api, json!({ "permissions": ["old"] })).await;
    let limited = app.root_key_with(&all_permissions_but(&[Action::CreatePermission])).await;
    let other_api = "api.api_other.update_key".to_owned();
    let mut scoped = all_permissions_but(&[Action::UpdateKey]);
    scoped.push(other_api);
    let scoped = app.root_key_with(&scoped).await;
    let log = app.log().await;
    let body = |permissions: Value| json!({ "keyId": key, "permissions": permissions });

    app.call_as(&limited, "keys.setPermissions", body(json!(["old", "new"])))
        .await
        .forbidden(Some("rbac.*.create_permission"));
    app.call("keys.setPermissions", body(json!(["new", "perm_nowhere"])))
        .await
        .error(404, "unkey/data/permission_not_found");
    app.call_as(&scoped, "keys.setPermissions", body(json!([])))
        .await
        .forbidden(Some(&format!("api.*.update_key api.{api}.update_key")));
    app.call("keys.setPermissions", body(json!(["a b"]))).await.invalid(&["body.permissions[0]"]);

    assert_eq!(app.read_key(&key).await["permissions"], json!(["old"]));
    assert_eq!(app.log().await, log);
    app.call_as(&limited, "keys.setPermissions", body(json!(["OLD"]))).await.data();
}

#[tokio::test]
async fn the_roles_of_a_key_are_replaced() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let editor = role(&app, "Editor", json!(["b.edit", "a.edit"])).await;
    role(&app, "admin", json!([])).await;
    let (key, _) = app.key(&api).await;
    let set =
        async |roles: Value| app.ok("keys.setRoles", json!({ "keyId": key, "roles": roles })).await;

    let held = set(json!([editor, "ADMIN", "editor"])).await;
    let mut names: Vec<String> =
        each(&held, "name").iter().map(|n| n.as_str().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["Editor", "admin"]);
    let full = held.as_array().unwrap().iter().find(|role| role["name"] == "Editor").unwrap();
    assert_eq!(full["id"], editor.as_str());
    assert_eq!(each(&full["permissions"], "slug"), ["a.edit", "b.edit"]);
    let empty = held.as_array().unwrap().iter().find(|role| role["name"] == "admin").unwrap();
    assert_eq!(empty["permissions"], json!([]));

    let log = app.log().await;
    for roles in [json!(["nobody"]), json!(["Editor", "role_nowhere"]), json!(["nobody", "admin"])]
    {
        app.call("keys.setRoles", json!({ "keyId": key, "roles": roles }))
            .await
            .error(404, "unkey/data/role_not_found");
    }
    app.call("keys.setRoles", json!({ "keyId": key, "roles": vec!["Editor"; 101] }))
        .await
        .invalid(&["body.roles"]);
    assert_eq!(set(json!(["Editor", "admin"])).await, held);
    assert_eq!(app.log().await, log);
    assert_eq!(set(json!([])).await, json!([]));
    assert_eq!(app.read_key(&key).await.get("roles"), None);
}

#[tokio::test]
async fn a_key_holds_each_permission_once() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    role(&app, "one", json!(["shared", "only.one"])).await;
    role(&app, "two", json!(["shared", "only.two"])).await;
    let members = json!({ "roles": ["one", "two"], "permissions": ["shared"] });
    let (id, key) = app.key_with(&api, members).await;

    let held = json!(["only.one", "only.two", "shared"]);
    assert_eq!(app.read_key(&id).await["permissions"], held);
    assert_eq!(app.verify(json!({ "key": key })).await["permissions"], held);
    app.ok("keys.setPermissions", json!({ "keyId": id, "permissions": [] })).await;
    assert_eq!(app.read_key(&id).await["permissions"], held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replacements_at_once_leave_one_of_the_sets() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let (key, _) = app.key(&api).await;
    let id = role(&app, "editor", json!([])).await;
    let sets: Vec<Vec<String>> =
        (0..8).map(|at| vec!["common".to_owned(), format!("own.{at}")]).collect();

    let bodies: Vec<Value> =
        sets.iter().map(|set| json!({ "keyId": key, "permissions": set })).collect();
    app.at_once("keys.setPermissions", bodies).await.iter().for_each(|a| drop(Answer::data(a)));
    let bodies: Vec<Value> =
        sets.iter().map(|set| json!({ "roleId": id, "permissions": set })).collect();
    app.at_once("permissions.setRolePermissions", bodies)
        .await
        .iter()
        .for_each(|a| drop(Answer::data(a)));

    let held = app.read_key(&key).await["permissions"].clone();
    assert!(sets.iter().any(|set| json!(set) == held), "{held}");
    let (other, _) = app.key_with(&api, json!({ "roles": ["editor"] })).await;
    let held = app.read_key(&other).await["permissions"].clone();
    assert!(sets.iter().any(|set| json!(set) == held), "{held}");
    let events = json!({ "event": "permission.create" });
    assert_eq!(app.ok("auditLogs.listAuditLogs", events).await.as_array().unwrap().len(), 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slug_is_created_once_by_all_who_name_it_at_once() {
    let app = Arc::new(TestApp::start().await);
    let bodies: Vec<Value> = (0..16)
        .map(|at| json!({ "name": format!("role {at}"), "permissions": ["shared"] }))
        .collect();
    for answer in app.at_once("permissions.createRole", bodies).await {
        answer.data();
    }
    let events = json!({ "event": "permission.create" });
    assert_eq!(app.ok("auditLogs.listAuditLogs", events).await.as_array().unwrap().len(), 1);
    let body = json!({ "name": "the only one" });
    let answers = app.at_once("permissions.createRole", vec![body; 8]).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 7);
}
