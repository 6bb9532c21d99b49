//! Permissions that keys can hold.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{TestApp, text, texts, together};

const INVALID: &str = "unkey/application/invalid_input";
const ABSENT: &str = "unkey/data/permission_not_found";
const TAKEN: &str = "unkey/data/permission_already_exists";

async fn create(app: &TestApp, slug: &str) -> String {
    let body = json!({ "name": slug, "slug": slug });
    text(&app.ok("permissions.createPermission", body).await, "permissionId")
}

async fn get(app: &TestApp, permission: &str) -> Value {
    app.ok("permissions.getPermission", json!({ "permission": permission })).await
}

#[tokio::test]
async fn a_permission_is_created_and_read_by_id_and_slug() {
    let app = TestApp::start().await;
    let body = json!({ "name": "Read all", "slug": "documents.read", "description": "Ünïcode" });
    let answer = app.call("permissions.createPermission", body).await;
    let id = text(&answer.data(), "permissionId");
    assert!(id.starts_with("perm_"));
    assert_eq!(app.traced(&answer).await, [format!("permission.create permission:{id}")]);
    let expected =
        json!({ "id": id, "name": "Read all", "slug": "documents.read", "description": "Ünïcode" });
    for name in [id.as_str(), "documents.read", "DOCUMENTS.Read"] {
        assert_eq!(get(&app, name).await, expected);
    }
    for slug in [
        "simple",
        "with-dashes",
        "with_underscores",
        "with.periods",
        "Mixed123Case",
        "a:b:c",
        "documents.*",
        "*",
    ] {
        let id = create(&app, slug).await;
        assert_eq!(get(&app, &id).await, json!({ "id": id, "name": slug, "slug": slug }));
        assert_eq!(get(&app, slug).await["id"], id.as_str());
    }
    let blank = json!({ "name": "x", "slug": "blank", "description": "" });
    app.ok("permissions.createPermission", blank).await;
    assert_eq!(get(&app, "blank").await.get("description"), None);
}

#[tokio::test]
async fn what_cannot_be_a_permission_is_refused() {
    let app = TestApp::start().await;
    let good = json!({ "name": "n", "slug": "s" });
    for (member, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(513))),
        ("name", json!(null)),
        ("slug", json!("")),
        ("slug", json!("x".repeat(129))),
        ("slug", json!("a b")),
        ("slug", json!("a@b")),
        ("slug", json!("a#b")),
        ("slug", json!("a/b")),
        ("slug", json!("ä")),
        ("slug", json!("a\n")),
        ("description", json!("x".repeat(513))),
        ("description", json!(null)),
        ("zzz", json!(1)),
    ] {
        let mut body = good.clone();
        body[member] = value;
        let error = app.call("permissions.createPermission", body).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], format!("body.{member}"));
    }
    for body in [json!({ "name": "n" }), json!({ "slug": "s" })] {
        app.call("permissions.createPermission", body).await.error(400, INVALID);
    }
    for permission in ["", "a b", &"x".repeat(129)] {
        let body = json!({ "permission": permission });
        app.call("permissions.getPermission", body.clone()).await.error(400, INVALID);
        app.call("permissions.deletePermission", body).await.error(400, INVALID);
    }
    assert_eq!(app.ok("permissions.listPermissions", json!({})).await, json!([]));
}

#[tokio::test]
async fn slugs_are_unique_whatever_their_case() {
    let app = TestApp::start().await;
    create(&app, "Documents.Read").await;
    for slug in ["Documents.Read", "documents.read"] {
        let answer =
            app.call("permissions.createPermission", json!({ "name": "x", "slug": slug })).await;
        answer.error(409, TAKEN);
        assert_eq!(app.events(&answer).await, Vec::<String>::new());
    }
    app.ok("permissions.createPermission", json!({ "name": "Documents.Read", "slug": "other" }))
        .await;
    let other = app.other_workspace().await;
    let body = json!({ "name": "x", "slug": "Documents.Read" });
    app.call_as(&other, "permissions.createPermission", body).await.data();
}

#[tokio::test]
async fn an_id_comes_before_a_slug_and_foreign_ones_are_told_apart() {
    let app = TestApp::start().await;
    let first = create(&app, "first").await;
    let second = create(&app, &first).await;
    assert_eq!(get(&app, &first).await["slug"], "first");
    app.ok("permissions.deletePermission", json!({ "permission": first })).await;
    assert_eq!(get(&app, &first).await["id"], second.as_str());

    let other = app.other_workspace().await;
    for operation in ["getPermission", "deletePermission", "updatePermission"] {
        let operation = format!("permissions.{operation}");
        app.call_as(&other, &operation, json!({ "permission": second })).await.forbidden(None);
        for unknown in [first.as_str(), "perm_nowhere", "first"] {
            app.call_as(&other, &operation, json!({ "permission": unknown }))
                .await
                .error(404, ABSENT);
        }
    }
}

#[tokio::test]
async fn a_deleted_permission_is_gone_from_roles_and_keys() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let id = create(&app, "gone").await;
    app.ok("permissions.createRole", json!({ "name": "r", "permissions": ["gone", "stays"] }))
        .await;
    let (_, direct) = app.key_with(&api, json!({ "permissions": ["gone"] })).await;
    let (_, through) = app.key_with(&api, json!({ "roles": ["r"] })).await;
    let code = async |secret: &str| {
        text(&app.verify(json!({ "key": secret, "permissions": "gone" })).await, "code")
    };
    assert_eq!(
        (code(&direct).await, code(&through).await),
        ("VALID".to_owned(), "VALID".to_owned())
    );

    let answer = app.call("permissions.deletePermission", json!({ "permission": "GONE" })).await;
    assert_eq!(answer.data(), json!({}));
    assert_eq!(app.traced(&answer).await, [format!("permission.delete permission:{id}")]);
    for secret in [&direct, &through] {
        assert_eq!(code(secret).await, "INSUFFICIENT_PERMISSIONS");
    }
    let role = app.ok("permissions.getRole", json!({ "role": "r" })).await;
    assert_eq!(texts(role["permissions"].as_array().unwrap(), "slug"), ["stays"]);
    app.call("permissions.deletePermission", json!({ "permission": "gone" }))
        .await
        .error(404, ABSENT);
    let next = create(&app, "gone").await;
    assert_ne!(next, id);
    assert_eq!(code(&direct).await, "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn permissions_are_renamed_in_place() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let id = create(&app, "old").await;
    create(&app, "taken").await;
    let (_, secret) = app.key_with(&api, json!({ "permissions": ["old"] })).await;

    let body = json!({ "permission": "old", "slug": "new", "name": "New", "description": "d" });
    let answer = app.call("permissions.updatePermission", body).await;
    let expected = json!({ "id": id, "slug": "new", "name": "New", "description": "d" });
    assert_eq!(answer.data(), expected);
    assert_eq!(app.traced(&answer).await, [format!("permission.update permission:{id}")]);
    assert_eq!(get(&app, "new").await, expected);
    app.call("permissions.getPermission", json!({ "permission": "old" })).await.error(404, ABSENT);
    let verdict = app.verify(json!({ "key": secret, "permissions": "new" })).await;
    assert_eq!((&verdict["code"], &verdict["permissions"]), (&json!("VALID"), &json!(["new"])));

    let same =
        app.call("permissions.updatePermission", json!({ "permission": id, "slug": "new" })).await;
    assert_eq!(same.data(), expected);
    assert_eq!(app.events(&same).await, Vec::<String>::new());
    let body = json!({ "permission": id, "slug": "TAKEN" });
    app.call("permissions.updatePermission", body).await.error(409, TAKEN);
    for (description, kept) in [(json!(null), None), (json!("x"), Some("x")), (json!(""), None)] {
        let body = json!({ "permission": id, "description": description });
        let data = app.ok("permissions.updatePermission", body).await;
        assert_eq!(data.get("description").and_then(Value::as_str), kept);
    }
    let recased =
        app.ok("permissions.updatePermission", json!({ "permission": id, "slug": "NEW" })).await;
    assert_eq!(recased["slug"], "NEW", "its own slug isn't taken");
    for body in [
        json!({ "permission": id, "slug": "a b" }),
        json!({ "permission": id, "name": null }),
        json!({ "permission": id, "name": "" }),
        json!({ "slug": "x" }),
    ] {
        app.call("permissions.updatePermission", body).await.error(400, INVALID);
    }
}

#[tokio::test]
async fn lists_are_sorted_and_searched() {
    let app = TestApp::start().await;
    let mut ids = vec![create(&app, "docs.read").await, create(&app, "docs_write").await];
    let body =
        json!({ "name": "Percent % name", "slug": "x1", "description": "Describes BILLING" });
    ids.push(text(&app.ok("permissions.createPermission", body).await, "permissionId"));
    let found = async |search: &str| {
        let rows = app.ok("permissions.listPermissions", json!({ "search": search })).await;
        let mut slugs = texts(rows.as_array().unwrap(), "slug");
        slugs.sort();
        slugs
    };
    assert_eq!(found("  ").await.len(), 3);
    assert_eq!(found("DOCS").await, ["docs.read", "docs_write"]);
    assert_eq!(found("s_w").await, ["docs_write"]);
    assert_eq!(found("%").await, ["x1"]);
    assert_eq!(found("billing").await, ["x1"]);
    assert_eq!(found(&ids[0]).await, ["docs.read"]);
    assert_eq!(found("\\").await, Vec::<String>::new());
    ids.sort();
    let rows = app.pages("permissions.listPermissions", json!({ "limit": 2 })).await;
    assert_eq!(texts(&rows, "id"), ids);
    for body in
        [json!({ "limit": 0 }), json!({ "limit": 101 }), json!({ "search": "x".repeat(257) })]
    {
        app.call("permissions.listPermissions", body).await.error(400, INVALID);
    }
    let other = app.other_workspace().await;
    assert_eq!(
        app.call_as(&other, "permissions.listPermissions", json!({})).await.data(),
        json!([])
    );
}

#[tokio::test]
async fn usage_counts_who_holds_what() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let role = text(
        &app.ok("permissions.createRole", json!({ "name": "r", "permissions": ["a", "b"] })).await,
        "roleId",
    );
    app.ok("permissions.createRole", json!({ "name": "s", "permissions": ["a"] })).await;
    for _ in 0..3 {
        app.key_with(&api, json!({ "roles": ["r"], "permissions": ["a"] })).await;
    }
    let (deleted, _) = app.key_with(&api, json!({ "roles": ["r"], "permissions": ["a"] })).await;
    app.ok("keys.deleteKey", json!({ "keyId": deleted })).await;
    let a = text(&get(&app, "a").await, "id");
    let body = json!({ "roles": [role, "role_nowhere"], "permissions": [a] });
    let usage = app.ok("permissions.getUsage", body).await;
    assert_eq!(usage["roles"].as_array().unwrap().len(), 1);
    let of = &usage["roles"][0];
    assert_eq!(
        (&of["id"], &of["keyCount"], &of["permissionCount"]),
        (&json!(role), &json!(3), &json!(2))
    );
    assert!(of["updatedAt"].is_i64());
    let of = &usage["permissions"][0];
    assert_eq!((&of["id"], &of["roleCount"], &of["keyCount"]), (&json!(a), &json!(2), &json!(3)));

    let other = app.other_workspace().await;
    let nothing = app.call_as(&other, "permissions.getUsage", json!({ "roles": [role] })).await;
    assert_eq!(nothing.data(), json!({ "roles": [], "permissions": [] }));
    let reader = app.root_key_with(&["rbac.*.read_role".to_owned()]).await;
    app.call_as(&reader, "permissions.getUsage", json!({ "roles": [role] })).await.data();
    app.call_as(&reader, "permissions.getUsage", json!({ "permissions": [a] }))
        .await
        .forbidden(Some("rbac.*.read_permission"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_racing_creations_one_wins() {
    let app = Arc::new(TestApp::start().await);
    let calls = (0..20).map(|n| {
        let app = app.clone();
        async move {
            let slug = if n % 2 == 0 { "same" } else { "SAME" };
            app.call("permissions.createPermission", json!({ "name": "x", "slug": slug })).await
        }
    });
    let answers = together(calls).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.error(409, TAKEN);
    }
}
