//! Roles: named sets of permissions.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{TestApp, all_permissions_but, text, texts, together};
use keyway_core::permission::Action;

const INVALID: &str = "unkey/application/invalid_input";
const ABSENT: &str = "unkey/data/role_not_found";
const TAKEN: &str = "unkey/data/role_already_exists";
const NO_PERMISSION: &str = "unkey/data/permission_not_found";

async fn create(app: &TestApp, body: Value) -> String {
    text(&app.ok("permissions.createRole", body).await, "roleId")
}

async fn get(app: &TestApp, role: &str) -> Value {
    app.ok("permissions.getRole", json!({ "role": role })).await
}

fn slugs(permissions: &Value) -> Vec<String> {
    texts(permissions.as_array().unwrap(), "slug")
}

#[tokio::test]
async fn a_role_is_created_with_its_permissions() {
    let app = TestApp::start().await;
    app.ok("permissions.createPermission", json!({ "name": "Known", "slug": "known" })).await;
    let body = json!({
        "name": "Billing Manager", "description": "d",
        "permissions": ["new.one", "KNOWN", "New.One", "known", "b"],
    });
    let answer = app.call("permissions.createRole", body).await;
    let id = text(&answer.data(), "roleId");
    assert!(id.starts_with("role_"));
    for name in [id.as_str(), "Billing Manager", "billing manager"] {
        let role = get(&app, name).await;
        assert_eq!((&role["id"], &role["description"]), (&json!(id), &json!("d")));
        assert_eq!(slugs(&role["permissions"]), ["b", "known", "new.one"]);
    }
    let known = get(&app, &id).await["permissions"][1].clone();
    assert_eq!(known["name"], "Known");
    let mut events = app.events(&answer).await;
    assert_eq!(events.remove(0), "role.create");
    events.sort();
    let connect = "authorization.connect_role_and_permission";
    assert_eq!(events, [connect, connect, connect, "permission.create", "permission.create"]);

    let empty = create(&app, json!({ "name": "empty", "description": "" })).await;
    assert_eq!(get(&app, &empty).await, json!({ "id": empty, "name": "empty", "permissions": [] }));
}

#[tokio::test]
async fn what_cannot_be_a_role_is_refused() {
    let app = TestApp::start().await;
    for (body, location) in [
        (json!({}), "body.name"),
        (json!({ "name": "" }), "body.name"),
        (json!({ "name": "x".repeat(129) }), "body.name"),
        (json!({ "name": "r", "description": "x".repeat(513) }), "body.description"),
        (json!({ "name": "r", "permissions": ["a b"] }), "body.permissions[0]"),
        (json!({ "name": "r", "permissions": ["ok", ""] }), "body.permissions[1]"),
        (json!({ "name": "r", "permissions": vec!["a"; 1001] }), "body.permissions"),
        (json!({ "name": "r", "permissions": null }), "body.permissions"),
        (json!({ "name": "r", "zzz": 1 }), "body.zzz"),
    ] {
        let error = app.call("permissions.createRole", body).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], location);
    }
    create(&app, json!({ "name": "ä".repeat(128), "permissions": vec!["a"; 1000] })).await;
    let answer = app
        .call("permissions.createRole", json!({ "name": "r", "permissions": ["perm_nowhere"] }))
        .await;
    answer.error(404, NO_PERMISSION);
    app.call("permissions.getRole", json!({ "role": "r" })).await.error(404, ABSENT);
}

#[tokio::test]
async fn names_are_unique_whatever_their_case() {
    let app = TestApp::start().await;
    create(&app, json!({ "name": "Editor" })).await;
    for name in ["Editor", "EDITOR"] {
        let body = json!({ "name": name, "permissions": ["new"] });
        let answer = app.call("permissions.createRole", body).await;
        answer.error(409, TAKEN);
        assert_eq!(app.events(&answer).await, Vec::<String>::new());
    }
    assert_eq!(
        app.ok("permissions.listPermissions", json!({})).await,
        json!([]),
        "nothing is left behind"
    );
    let other = app.other_workspace().await;
    app.call_as(&other, "permissions.createRole", json!({ "name": "Editor" })).await.data();
}

#[tokio::test]
async fn attaching_and_creating_permissions_is_asked_for() {
    let app = TestApp::start().await;
    app.ok("permissions.createPermission", json!({ "name": "x", "slug": "known" })).await;
    let with = async |except: &[Action]| app.root_key_with(&all_permissions_but(except)).await;
    let no_attach = with(&[Action::AddPermissionToRole]).await;
    app.call_as(&no_attach, "permissions.createRole", json!({ "name": "bare" })).await.data();
    app.call_as(
        &no_attach,
        "permissions.createRole",
        json!({ "name": "r", "permissions": ["known"] }),
    )
    .await
    .forbidden(Some("rbac.*.add_permission_to_role"));
    let no_create = with(&[Action::CreatePermission]).await;
    app.call_as(
        &no_create,
        "permissions.createRole",
        json!({ "name": "r", "permissions": ["known", "new"] }),
    )
    .await
    .forbidden(Some("rbac.*.create_permission"));
    app.call("permissions.getRole", json!({ "role": "r" })).await.error(404, ABSENT);
    app.call_as(
        &no_create,
        "permissions.createRole",
        json!({ "name": "r", "permissions": ["Known"] }),
    )
    .await
    .data();
    app.call_as(
        &no_create,
        "permissions.setRolePermissions",
        json!({ "roleId": "r", "permissions": ["new"] }),
    )
    .await
    .forbidden(Some("rbac.*.create_permission"));
    assert_eq!(slugs(&get(&app, "r").await["permissions"]), ["known"]);
    for lacking in [Action::AddPermissionToRole, Action::RemovePermissionFromRole] {
        let key = with(&[lacking]).await;
        app.call_as(
            &key,
            "permissions.setRolePermissions",
            json!({ "roleId": "r", "permissions": [] }),
        )
        .await
        .forbidden(Some(&lacking.everywhere().to_string()));
    }
}

#[tokio::test]
async fn the_permissions_of_a_role_are_replaced() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let id = create(&app, json!({ "name": "r", "permissions": ["keep.x", "drop"] })).await;
    let keep = text(&get(&app, "r").await["permissions"][1], "id");
    let (_, secret) = app.key_with(&api, json!({ "roles": ["r"] })).await;

    let body = json!({ "roleId": id, "permissions": ["KEEP.x", "new.y", "NEW.y"] });
    let answer = app.call("permissions.setRolePermissions", body.clone()).await;
    assert_eq!(slugs(&answer.data()), ["keep.x", "new.y"]);
    assert_eq!(answer.data()[0]["id"], keep.as_str());
    let mut events = app.events(&answer).await;
    events.sort();
    assert_eq!(
        events,
        [
            "authorization.connect_role_and_permission",
            "authorization.disconnect_role_and_permissions",
            "permission.create",
        ]
    );
    for event in
        app.traced(&answer).await.iter().filter(|event| event.starts_with("authorization."))
    {
        assert!(event.contains(&format!(" role:{id} permission:perm_")), "{event}");
    }
    let again = app.call("permissions.setRolePermissions", body).await;
    assert_eq!(again.data(), answer.data());
    assert_eq!(app.events(&again).await, Vec::<String>::new());
    let verdict = app.verify(json!({ "key": secret, "permissions": "new.y AND keep.x" })).await;
    assert_eq!(
        (&verdict["code"], &verdict["permissions"]),
        (&json!("VALID"), &json!(["keep.x", "new.y"]))
    );

    let by_id = app
        .ok("permissions.setRolePermissions", json!({ "role": "R", "permissions": [keep] }))
        .await;
    assert_eq!(slugs(&by_id), ["keep.x"], "roles by name, permissions by id");
    assert_eq!(
        app.ok("permissions.setRolePermissions", json!({ "roleId": id, "permissions": [] })).await,
        json!([])
    );
    let verdict = app.verify(json!({ "key": secret, "permissions": "keep.x" })).await;
    assert_eq!(verdict["code"], "INSUFFICIENT_PERMISSIONS");

    for (body, location) in [
        (json!({ "permissions": [] }), "body.role"),
        (json!({ "roleId": id }), "body.permissions"),
        (json!({ "roleId": id, "permissions": [""] }), "body.permissions[0]"),
        (json!({ "roleId": id, "permissions": null }), "body.permissions"),
    ] {
        let error = app.call("permissions.setRolePermissions", body).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], location);
    }
    app.call(
        "permissions.setRolePermissions",
        json!({ "roleId": "role_nowhere", "permissions": [] }),
    )
    .await
    .error(404, ABSENT);
    let body = json!({ "roleId": id, "permissions": ["perm_nowhere"] });
    app.call("permissions.setRolePermissions", body).await.error(404, NO_PERMISSION);
}

#[tokio::test]
async fn a_deleted_role_is_gone_from_keys_and_leaves_its_permissions() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let id = create(&app, json!({ "name": "r", "permissions": ["p"] })).await;
    let (key, secret) = app.key_with(&api, json!({ "roles": ["r"] })).await;
    let answer = app.call("permissions.deleteRole", json!({ "role": "R" })).await;
    assert_eq!(answer.data(), json!({}));
    assert_eq!(app.traced(&answer).await, [format!("role.delete role:{id}")]);
    let verdict = app.verify(json!({ "key": secret })).await;
    assert_eq!((verdict.get("roles"), verdict.get("permissions")), (None, None));
    assert_eq!(app.ok("keys.getKey", json!({ "keyId": key })).await.get("roles"), None);
    app.ok("permissions.getPermission", json!({ "permission": "p" })).await;
    for name in ["r", id.as_str()] {
        app.call("permissions.deleteRole", json!({ "role": name })).await.error(404, ABSENT);
        app.call("permissions.getRole", json!({ "role": name })).await.error(404, ABSENT);
    }
    create(&app, json!({ "name": "r" })).await;
    assert_eq!(app.verify(json!({ "key": secret })).await.get("roles"), None);
}

#[tokio::test]
async fn roles_of_others_are_forbidden_by_id_and_unknown_by_name() {
    let app = TestApp::start().await;
    let id = create(&app, json!({ "name": "theirs" })).await;
    let other = app.other_workspace().await;
    for (operation, member) in [
        ("getRole", "role"),
        ("deleteRole", "role"),
        ("updateRole", "role"),
        ("setRolePermissions", "roleId"),
    ] {
        let operation = format!("permissions.{operation}");
        let call = async |role: &str| {
            let mut body = json!({ member: role });
            if member == "roleId" {
                body["permissions"] = json!([]);
            }
            app.call_as(&other, &operation, body).await
        };
        call(&id).await.forbidden(None);
        call("theirs").await.error(404, ABSENT);
        call("role_nowhere").await.error(404, ABSENT);
    }
    let first = create(&app, json!({ "name": id })).await;
    assert_eq!(get(&app, &id).await["name"], "theirs", "the id comes first");
    app.ok("permissions.deleteRole", json!({ "role": id })).await;
    assert_eq!(get(&app, &id).await["id"], first.as_str());
}

#[tokio::test]
async fn roles_are_renamed_in_place() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let id = create(&app, json!({ "name": "old", "description": "d" })).await;
    create(&app, json!({ "name": "taken" })).await;
    let (_, secret) = app.key_with(&api, json!({ "roles": ["old"] })).await;
    let answer = app.call("permissions.updateRole", json!({ "role": "OLD", "name": "New" })).await;
    assert_eq!(answer.data(), json!({ "id": id, "name": "New", "description": "d" }));
    assert_eq!(app.traced(&answer).await, [format!("role.update role:{id}")]);
    assert_eq!(app.verify(json!({ "key": secret })).await["roles"], json!(["New"]));
    assert_eq!(get(&app, "new").await["description"], "d");
    app.call("permissions.updateRole", json!({ "role": id, "name": "Taken" }))
        .await
        .error(409, TAKEN);
    app.ok("permissions.updateRole", json!({ "role": id, "name": "NEW", "description": null }))
        .await;
    assert_eq!(get(&app, &id).await, json!({ "id": id, "name": "NEW", "permissions": [] }));
    let same = app.call("permissions.updateRole", json!({ "role": id, "name": "NEW" })).await;
    assert_eq!(app.events(&same).await, Vec::<String>::new());
    for body in [
        json!({ "role": id, "name": "" }),
        json!({ "role": id, "name": null }),
        json!({ "name": "x" }),
    ] {
        app.call("permissions.updateRole", body).await.error(400, INVALID);
    }
}

#[tokio::test]
async fn lists_show_roles_with_their_permissions() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for (name, description) in [("alpha", "first_thing"), ("Beta", "x"), ("gamma", "100%")] {
        let body =
            json!({ "name": name, "description": description, "permissions": ["shared", name] });
        ids.push(create(&app, body).await);
    }
    let found = async |search: &str| {
        let rows = app.ok("permissions.listRoles", json!({ "search": search })).await;
        let mut names = texts(rows.as_array().unwrap(), "name");
        names.sort();
        names
    };
    assert_eq!(found(" ").await.len(), 3);
    assert_eq!(found("BETA").await, ["Beta"]);
    assert_eq!(found("t_t").await, ["alpha"]);
    assert_eq!(found("0%").await, ["gamma"]);
    assert_eq!(found("shared").await, Vec::<String>::new(), "permissions aren't searched");
    assert_eq!(found(&ids[2]).await, ["gamma"]);
    ids.sort();
    let rows = app.pages("permissions.listRoles", json!({ "limit": 2 })).await;
    assert_eq!(texts(&rows, "id"), ids);
    for row in &rows {
        assert_eq!(row["permissions"].as_array().unwrap().len(), 2);
    }
    for body in
        [json!({ "limit": 0 }), json!({ "limit": 101 }), json!({ "cursor": "x".repeat(1025) })]
    {
        app.call("permissions.listRoles", body).await.error(400, INVALID);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_roles_share_the_permissions_that_they_create() {
    let app = Arc::new(TestApp::start().await);
    let calls = (0..16).map(|n| {
        let app = app.clone();
        async move {
            let mut permissions = vec!["one", "two", "Three"];
            permissions.rotate_left(n % 3);
            app.call(
                "permissions.createRole",
                json!({ "name": format!("r{}", n / 2), "permissions": permissions }),
            )
            .await
        }
    });
    let answers = together(calls).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 8);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.error(409, TAKEN);
    }
    let created = app.ok("auditLogs.listAuditLogs", json!({ "event": "permission.create" })).await;
    assert_eq!(created.as_array().unwrap().len(), 3);

    let sets = (0..12).map(|n| {
        let app = app.clone();
        async move {
            let set: Vec<String> = (0..4).map(|each| format!("set{}.{each}", n % 3)).collect();
            slugs(
                &app.ok(
                    "permissions.setRolePermissions",
                    json!({ "roleId": "r0", "permissions": set }),
                )
                .await,
            )
        }
    });
    let answers = together(sets).await;
    let last = slugs(&get(&app, "r0").await["permissions"]);
    assert!(answers.contains(&last), "{last:?}");
}
