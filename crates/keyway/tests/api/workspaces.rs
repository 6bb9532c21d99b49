//! Workspaces: made, switched off, limited and deleted.

use keyway_core::time::DAY;
use serde_json::{Value, json};

use crate::app::{START, TestApp, all_permissions_but, text};

async fn create(app: &TestApp, body: Value) -> (String, String) {
    let data = app.ok("workspaces.createWorkspace", body).await;
    assert_eq!(data.as_object().unwrap().len(), 3);
    (text(&data, "workspaceId"), text(&data, "rootKey"))
}

async fn slug(app: &TestApp, id: &str) -> String {
    text(&app.ok("workspaces.getWorkspace", json!({ "workspaceId": id })).await, "slug")
}

async fn own_id(app: &TestApp, key: &str) -> String {
    text(&app.call_as(key, "rootKeys.whoami", json!({})).await.data(), "workspaceId")
}

#[tokio::test]
async fn a_new_workspace_has_a_root_key_that_may_do_everything_in_it() {
    let app = TestApp::start().await;
    let (id, key) = create(&app, json!({ "name": "Acme" })).await;
    assert!(id.starts_with("ws_"));

    let own = app.call_as(&key, "rootKeys.whoami", json!({})).await.data();
    assert_eq!(own["workspaceId"], id.as_str());
    let mut expected = all_permissions_but(&[]);
    expected.sort();
    assert_eq!(own["permissions"], json!(expected));
    app.call_as(&key, "workspaces.createWorkspace", json!({ "name": "Mine" }))
        .await
        .forbidden(Some("instance.*.manage_workspaces"));
    app.call_as(&key, "apis.createApi", json!({ "name": "payments" })).await.data();
    assert_eq!(app.ok("apis.listApis", json!({})).await, json!([]));
}

#[tokio::test]
async fn a_slug_comes_from_the_name_unless_it_is_given() {
    let app = TestApp::start().await;
    let (first, _) = create(&app, json!({ "name": "Acme, Inc." })).await;
    assert_eq!(slug(&app, &first).await, "acme-inc");
    let (second, _) = create(&app, json!({ "name": "acme inc" })).await;
    let derived = slug(&app, &second).await;
    assert!(derived.starts_with("acme-inc-") && derived.len() == 13, "{derived}");
    let (third, _) = create(&app, json!({ "name": "acme inc", "slug": "own-slug" })).await;
    assert_eq!(slug(&app, &third).await, "own-slug");

    let log = app.log().await;
    app.call("workspaces.createWorkspace", json!({ "name": "Other", "slug": "own-slug" }))
        .await
        .error(409, "unkey/data/workspace_already_exists");
    assert_eq!(app.log().await, log);
    for (body, place) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(129) }), "name"),
        (json!({ "name": "ok", "slug": "" }), "slug"),
        (json!({ "name": "ok", "slug": "-a" }), "slug"),
        (json!({ "name": "ok", "slug": "A" }), "slug"),
        (json!({ "name": "ok", "slug": "x".repeat(65) }), "slug"),
    ] {
        app.call("workspaces.createWorkspace", body).await.invalid(&[&format!("body.{place}")]);
    }
}

#[tokio::test]
async fn a_workspace_tells_what_it_holds() {
    let app = TestApp::start().await;
    let (id, key) = create(&app, json!({ "name": "Acme" })).await;
    let call = async |operation: &str, body: Value| app.call_as(&key, operation, body).await.data();
    let api = text(&call("apis.createApi", json!({ "name": "payments" })).await, "apiId");
    let members = json!({ "apiId": api, "externalId": "user_1", "permissions": ["a", "b"] });
    call("keys.createKey", members).await;
    let deleted = call("keys.createKey", json!({ "apiId": api })).await["keyId"].clone();
    call("keys.deleteKey", json!({ "keyId": deleted })).await;
    call("permissions.createRole", json!({ "name": "editor" })).await;

    let expected = json!({
        "id": id, "name": "Acme", "slug": "acme", "enabled": true, "createdAt": START.0,
        "counts": {
            "apis": 1, "keys": 1, "identities": 1, "roles": 1, "permissions": 2, "namespaces": 0,
            "rootKeys": 1,
        },
        "limits": { "requestsPerMinute": null },
    });
    assert_eq!(call("workspaces.getWorkspace", json!({})).await, expected);
    assert_eq!(app.ok("workspaces.getWorkspace", json!({ "workspaceId": id })).await, expected);
    let listed = app.ok("workspaces.listWorkspaces", json!({ "search": "ACM" })).await;
    assert_eq!(
        listed,
        json!([{ "id": id, "name": "Acme", "slug": "acme", "enabled": true, "createdAt": START.0, "keyCount": 1 }])
    );
    call("apis.deleteApi", json!({ "apiId": api })).await;
    let counts = &call("workspaces.getWorkspace", json!({})).await["counts"];
    assert_eq!((&counts["apis"], &counts["keys"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn only_who_manages_the_instance_reaches_other_workspaces() {
    let app = TestApp::start().await;
    let (id, key) = create(&app, json!({ "name": "Acme" })).await;
    let default = own_id(&app, &app.root).await;

    for (operation, body) in [
        ("workspaces.getWorkspace", json!({ "workspaceId": default })),
        ("workspaces.updateWorkspace", json!({ "workspaceId": default, "name": "Mine" })),
    ] {
        app.call_as(&key, operation, body).await.forbidden(None);
    }
    for (operation, body) in [
        ("workspaces.createWorkspace", json!({ "name": "More" })),
        ("workspaces.listWorkspaces", json!({})),
        ("workspaces.deleteWorkspace", json!({ "workspaceId": id, "confirmName": "Acme" })),
    ] {
        app.call_as(&key, operation, body).await.forbidden(Some("instance.*.manage_workspaces"));
    }
    let manager = app.root_key_with(&["instance.*.manage_workspaces".to_owned()]).await;
    app.call_as(&manager, "workspaces.getWorkspace", json!({ "workspaceId": id })).await.data();
    for (caller, operation) in [
        (&app.root, "workspaces.getWorkspace"),
        (&app.root, "workspaces.updateWorkspace"),
        (&key, "workspaces.getWorkspace"),
        (&key, "workspaces.updateWorkspace"),
    ] {
        app.call_as(caller, operation, json!({ "workspaceId": "ws_nowhere" }))
            .await
            .error(404, "unkey/data/workspace_not_found");
    }
}

#[tokio::test]
async fn a_disabled_workspace_answers_nothing_until_it_is_enabled() {
    let app = TestApp::start().await;
    let (id, key) = create(&app, json!({ "name": "Acme" })).await;
    let api = app.call_as(&key, "apis.createApi", json!({ "name": "payments" })).await.data();
    let switch = async |enabled: bool| {
        let body = json!({ "workspaceId": id, "enabled": enabled });
        app.ok("workspaces.updateWorkspace", body).await;
    };

    switch(false).await;
    for operation in ["rootKeys.whoami", "apis.listApis"] {
        app.call_as(&key, operation, json!({}))
            .await
            .error(403, "unkey/authorization/workspace_disabled");
    }
    assert_eq!(
        app.ok("workspaces.getWorkspace", json!({ "workspaceId": id })).await["enabled"],
        false
    );
    switch(true).await;
    app.call_as(&key, "apis.getApi", json!({ "apiId": api["apiId"] })).await.data();
}

#[tokio::test]
async fn a_root_key_does_not_shut_out_its_own_workspace() {
    let app = TestApp::start().await;
    let id = own_id(&app, &app.root).await;
    for change in [json!({ "enabled": false }), json!({ "requestsPerMinute": 0 })] {
        let mut body = change;
        body["workspaceId"] = json!(id);
        app.call("workspaces.updateWorkspace", body)
            .await
            .error(412, "unkey/application/precondition_failed");
    }
    app.call("workspaces.deleteWorkspace", json!({ "workspaceId": id, "confirmName": "default" }))
        .await
        .error(412, "unkey/application/precondition_failed");
    app.ok("workspaces.updateWorkspace", json!({ "workspaceId": id, "enabled": true })).await;
}

#[tokio::test]
async fn a_workspace_is_renamed_and_limited() {
    let app = TestApp::start().await;
    let (id, key) = create(&app, json!({ "name": "Acme" })).await;
    let read = async || app.ok("workspaces.getWorkspace", json!({ "workspaceId": id })).await;
    let update = async |key: &str, change: Value| {
        let mut body = change;
        body["workspaceId"] = json!(id);
        app.call_as(key, "workspaces.updateWorkspace", body).await
    };

    update(&key, json!({ "name": "Acme & Sons" })).await.data();
    assert_eq!(
        (&read().await["name"], &read().await["slug"]),
        (&json!("Acme & Sons"), &json!("acme"))
    );
    update(&app.root, json!({ "requestsPerMinute": 1 })).await.data();
    assert_eq!(read().await["limits"]["requestsPerMinute"], 1);
    assert_eq!(read().await["name"], "Acme & Sons");
    update(&app.root, json!({ "requestsPerMinute": null })).await.data();
    assert_eq!(read().await["limits"]["requestsPerMinute"], json!(null));
    update(&app.root, json!({ "requestsPerMinute": 0 })).await.data();
    app.call_as(&key, "rootKeys.whoami", json!({}))
        .await
        .error(429, "user/too_many_requests/workspace_rate_limited");
    for change in [json!({ "requestsPerMinute": -1 }), json!({ "requestsPerMinute": "1" })] {
        update(&app.root, change).await.invalid(&["body.requestsPerMinute"]);
    }
}

#[tokio::test]
async fn a_deleted_workspace_is_gone_with_everything_in_it() {
    let app = TestApp::start().await;
    let (id, key) = create(&app, json!({ "name": "Acme" })).await;
    let api = text(
        &app.call_as(&key, "apis.createApi", json!({ "name": "payments" })).await.data(),
        "apiId",
    );
    let body = json!({ "workspaceId": id, "confirmName": "acme" });
    app.call("workspaces.deleteWorkspace", body).await.invalid(&["body.confirmName"]);
    app.call_as(&key, "rootKeys.whoami", json!({})).await.data();

    let body = json!({ "workspaceId": id, "confirmName": "Acme" });
    let deleted = app.ok("workspaces.deleteWorkspace", body.clone()).await;

    assert_eq!(deleted, json!({ "purgeAt": START.plus(7 * DAY).0 }));
    app.call_as(&key, "rootKeys.whoami", json!({}))
        .await
        .error(404, "unkey/data/workspace_not_found");
    app.call("workspaces.deleteWorkspace", body).await.error(404, "unkey/data/workspace_not_found");
    app.call("workspaces.getWorkspace", json!({ "workspaceId": id }))
        .await
        .error(404, "unkey/data/workspace_not_found");
    app.call("workspaces.updateWorkspace", json!({ "workspaceId": id, "enabled": true }))
        .await
        .error(404, "unkey/data/workspace_not_found");
    app.call("apis.getApi", json!({ "apiId": api })).await.error(404, "unkey/data/api_not_found");
    let listed = app.ok("workspaces.listWorkspaces", json!({})).await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    app.call("workspaces.createWorkspace", json!({ "name": "New", "slug": "acme" }))
        .await
        .error(409, "unkey/data/workspace_already_exists");
}

#[tokio::test]
async fn a_workspace_is_erased_when_its_time_has_come() {
    let app = TestApp::start().await;
    let (id, key) = create(&app, json!({ "name": "Acme" })).await;
    let api = text(
        &app.call_as(&key, "apis.createApi", json!({ "name": "payments" })).await.data(),
        "apiId",
    );
    let members = json!({
        "apiId": api, "externalId": "user_1", "permissions": ["a.b"], "credits": { "remaining": 1 },
        "ratelimits": [{ "name": "requests", "limit": 1, "duration": 1000 }],
    });
    app.call_as(&key, "keys.createKey", members).await.data();
    let body = json!({ "name": "editor", "permissions": ["a.b"] });
    app.call_as(&key, "permissions.createRole", body).await.data();
    app.ok("workspaces.deleteWorkspace", json!({ "workspaceId": id, "confirmName": "Acme" })).await;

    assert_eq!(app.app.store.purge_workspaces(START.plus(7 * DAY - 1)).await.unwrap(), 0);
    assert_eq!(app.app.store.purge_workspaces(START.plus(7 * DAY)).await.unwrap(), 1);

    app.call_as(&key, "rootKeys.whoami", json!({}))
        .await
        .error(401, "unkey/authentication/key_not_found");
    app.ok("workspaces.createWorkspace", json!({ "name": "New", "slug": "acme" })).await;
}
