//! The audit log: one entry for each change, none for anything else.

use keyway_core::permission::Action;
use keyway_core::time::HOUR;
use serde_json::{Value, json};

use crate::app::{Answer, START, TestApp, all_permissions_but, text};
use crate::browser;

/// Calls an operation and says what it wrote, in the order of writing.
async fn told(app: &TestApp, operation: &str, body: Value) -> (Answer, Vec<Value>) {
    let before = app.log().await.len();
    let answer = app.call(operation, body).await;
    let after = app.log().await;
    assert!(after.len() < 100, "the log no longer fits on a page");
    let mut new = after[..after.len() - before].to_vec();
    new.reverse();
    (answer, new)
}

/// Event and kinds of resources of each entry, sorted: `key.create(api,key)`.
fn shapes(entries: &[Value]) -> Vec<String> {
    let shape = |entry: &Value| {
        let mut kinds: Vec<&str> = entry["resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|resource| resource["type"].as_str().unwrap())
            .collect();
        kinds.sort_unstable();
        format!("{}({})", text(entry, "event"), kinds.join(","))
    };
    let mut all: Vec<String> = entries.iter().map(shape).collect();
    all.sort();
    all
}

/// Field, before and after of each change of an entry.
fn changes(entry: &Value) -> Vec<Value> {
    entry["changes"]
        .as_array()
        .unwrap_or(&Vec::new())
        .iter()
        .map(|change| json!([change["field"], change["before"], change["after"]]))
        .collect()
}

#[tokio::test]
async fn an_entry_tells_who_did_what_to_what() {
    let app = TestApp::start().await;
    let (id, key) =
        app.root_key(json!({ "permissions": ["api.*.create_api"], "name": "deploy" })).await;
    let request = hyper::Request::post("/v2/apis.createApi")
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .header("user-agent", "deploy/1.0")
        .body(http_body_util::Full::from(r#"{"name":"payments"}"#))
        .unwrap();

    let answer = app.send(request).await;

    let entry = app.log().await[0].clone();
    assert_eq!(
        entry,
        json!({
            "id": entry["id"],
            "time": START.0,
            "event": "api.create",
            "description": entry["description"],
            "actor": { "id": id, "type": "rootkey", "name": "deploy" },
            "resources": [{ "id": answer.data()["apiId"], "type": "api", "name": "payments" }],
            "remoteIp": "192.0.2.1",
            "userAgent": "deploy/1.0",
            "requestId": answer.json()["meta"]["requestId"],
        })
    );
    assert!(text(&entry, "id").starts_with("log_"));
    assert!(text(&entry, "description").ends_with('.'));
}

#[tokio::test]
async fn a_root_key_without_a_name_is_called_root_key() {
    let app = TestApp::start().await;
    let key = app.root_key_with(&["api.*.create_api".to_owned()]).await;
    app.call_as(&key, "apis.createApi", json!({ "name": "payments" })).await.data();
    assert_eq!(app.log().await[0]["actor"]["name"], "root key");
}

#[tokio::test]
async fn every_change_writes_its_events() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.ok("permissions.createRole", json!({ "name": "viewer" })).await;
    let limit = |name: &str, limit: i64| json!({ "name": name, "limit": limit, "duration": 1000 });
    let check = async |operation: &str, body: Value, expected: &[&str]| {
        let (answer, entries) = told(&app, operation, body).await;
        let data = answer.data();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(shapes(&entries), expected, "{operation}");
        let request = answer.json()["meta"]["requestId"].clone();
        assert!(entries.iter().all(|entry| entry["requestId"] == request), "{operation}");
        let correlation = &entries[0].get("correlationId");
        // Those about other workspaces stand in two logs.
        let is_told_elsewhere = operation.starts_with("workspaces.");
        if !is_told_elsewhere {
            assert_eq!(correlation.is_some(), 1 < entries.len(), "{operation}: {entries:?}");
        }
        assert!(entries.iter().all(|entry| entry.get("correlationId") == *correlation));
        data
    };

    check("apis.createApi", json!({ "name": "other" }), &["api.create(api)"]).await;
    check("apis.updateApi", json!({ "apiId": api, "name": "bills" }), &["api.update(api)"]).await;
    let body = json!({ "name": "Read", "slug": "a.read" });
    check("permissions.createPermission", body, &["permission.create(permission)"]).await;
    let body = json!({ "name": "editor", "permissions": ["a.read", "a.write"] });
    let role = check(
        "permissions.createRole",
        body,
        &[
            "role.create(role)",
            "permission.create(permission)",
            "authorization.connect_role_and_permission(permission,role)",
            "authorization.connect_role_and_permission(permission,role)",
        ],
    )
    .await;
    let body = json!({ "roleId": role["roleId"], "permissions": ["a.read", "a.more"] });
    check(
        "permissions.setRolePermissions",
        body,
        &[
            "permission.create(permission)",
            "authorization.connect_role_and_permission(permission,role)",
            "authorization.disconnect_role_and_permissions(permission,role)",
        ],
    )
    .await;

    check("keys.createKey", json!({ "apiId": api }), &["key.create(api,key)"]).await;
    let body = json!({
        "apiId": api, "externalId": "user_1", "roles": ["editor"], "permissions": ["a.read", "b.read"],
        "ratelimits": [limit("requests", 1), limit("tokens", 1)],
    });
    let key = check(
        "keys.createKey",
        body,
        &[
            "key.create(api,key)",
            "identity.create(identity)",
            "permission.create(permission)",
            "authorization.connect_permission_and_key(key,permission)",
            "authorization.connect_permission_and_key(key,permission)",
            "authorization.connect_role_and_key(key,role)",
            "ratelimit.create(key,ratelimit)",
            "ratelimit.create(key,ratelimit)",
        ],
    )
    .await;
    let id = text(&key, "keyId");
    check("keys.updateKey", json!({ "keyId": id, "name": "new" }), &["key.update(api,key)"]).await;
    let body = json!({
        "keyId": id, "externalId": "user_2", "permissions": ["a.read", "c.read"], "roles": ["viewer"],
        "ratelimits": [limit("requests", 2), limit("more", 1)], "enabled": false,
    });
    check(
        "keys.updateKey",
        body,
        &[
            "key.update(api,key)",
            "identity.create(identity)",
            "permission.create(permission)",
            "authorization.connect_permission_and_key(key,permission)",
            "authorization.disconnect_permission_and_key(key,permission)",
            "authorization.connect_role_and_key(key,role)",
            "authorization.disconnect_role_and_key(key,role)",
            "ratelimit.create(key,ratelimit)",
            "ratelimit.update(key,ratelimit)",
            "ratelimit.delete(key,ratelimit)",
        ],
    )
    .await;
    let body = json!({ "keyId": id, "operation": "set", "value": 5 });
    check("keys.updateCredits", body, &["key.update(api,key)"]).await;
    let body = json!({ "keyId": id, "permissions": ["d.read", "a.read"] });
    check(
        "keys.setPermissions",
        body,
        &[
            "permission.create(permission)",
            "authorization.connect_permission_and_key(key,permission)",
            "authorization.disconnect_permission_and_key(key,permission)",
        ],
    )
    .await;
    check(
        "keys.setRoles",
        json!({ "keyId": id, "roles": ["editor"] }),
        &[
            "authorization.connect_role_and_key(key,role)",
            "authorization.disconnect_role_and_key(key,role)",
        ],
    )
    .await;
    check("keys.deleteKey", json!({ "keyId": id }), &["key.delete(key)"]).await;
    check("apis.deleteApi", json!({ "apiId": api }), &["api.delete(api)"]).await;

    let body = json!({ "permissions": [] });
    let root_key = check("rootKeys.createKey", body, &["rootKey.create(rootKey)"]).await;
    let id = text(&root_key, "keyId");
    check("rootKeys.updateKey", json!({ "keyId": id, "name": "n" }), &["rootKey.update(rootKey)"])
        .await;
    let body = json!({ "keyId": id, "expiration": 0 });
    let new = check("rootKeys.rerollKey", body, &["rootKey.reroll(rootKey,rootKey)"]).await;
    check("rootKeys.deleteKey", json!({ "keyId": new["keyId"] }), &["rootKey.delete(rootKey)"])
        .await;

    let body = json!({ "name": "Acme" });
    let workspace =
        check("workspaces.createWorkspace", body, &["workspace.create(workspace)"]).await;
    let id = text(&workspace, "workspaceId");
    let body = json!({ "workspaceId": id, "enabled": false });
    check("workspaces.updateWorkspace", body, &["workspace.update(workspace)"]).await;
    let body = json!({ "workspaceId": id, "confirmName": "Acme" });
    check("workspaces.deleteWorkspace", body, &["workspace.delete(workspace)"]).await;

    let reports = app.app.store.verify_audit_chains().await.unwrap();
    assert!(!reports.is_empty());
    assert!(reports.iter().all(|report| report.fault.is_none()), "{reports:?}");
}

#[tokio::test]
async fn a_request_that_changes_nothing_writes_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let role =
        app.ok("permissions.createRole", json!({ "name": "editor", "permissions": ["a"] })).await;
    let limit = json!({ "name": "requests", "limit": 1, "duration": 1000, "autoApply": true });
    let members = json!({
        "name": "k", "externalId": "user_1", "meta": { "a": [1], "b": 2 }, "roles": ["editor"],
        "permissions": ["a"], "ratelimits": [limit], "expires": 4_000_000_000_000_i64,
        "credits": { "remaining": 5, "refill": { "interval": "daily", "amount": 5 } },
    });
    let (id, key) = app.key_with(&api, members.clone()).await;
    let (root_key, _) =
        app.root_key(json!({ "permissions": ["api.*.read_api"], "name": "r" })).await;
    let workspace = app.ok("rootKeys.whoami", json!({})).await["workspaceId"].clone();
    let with_id = |mut change: Value| {
        change["keyId"] = json!(id);
        change
    };

    for (operation, body) in [
        ("keys.updateKey", with_id(json!({}))),
        ("keys.updateKey", with_id(members)),
        ("keys.updateKey", with_id(json!({ "enabled": true, "meta": { "b": 2, "a": [1] } }))),
        ("keys.updateKey", with_id(json!({ "credits": {} }))),
        ("keys.updateCredits", with_id(json!({ "operation": "increment", "value": 0 }))),
        ("keys.updateCredits", with_id(json!({ "operation": "set", "value": 5 }))),
        ("keys.setPermissions", with_id(json!({ "permissions": ["A"] }))),
        ("keys.setRoles", with_id(json!({ "roles": ["EDITOR"] }))),
        (
            "permissions.setRolePermissions",
            json!({ "roleId": role["roleId"], "permissions": ["a"] }),
        ),
        (
            "apis.updateApi",
            json!({ "apiId": api, "name": "payments", "environment": null, "ipAllowlist": [] }),
        ),
        (
            "rootKeys.updateKey",
            json!({ "keyId": root_key, "name": "r", "permissions": ["api.*.read_api"] }),
        ),
        ("workspaces.updateWorkspace", json!({ "workspaceId": workspace, "enabled": true })),
        ("keys.getKey", with_id(json!({}))),
        ("keys.whoami", json!({ "key": key })),
        ("keys.verifyKey", json!({ "key": key })),
        ("apis.listKeys", json!({ "apiId": api })),
        ("auditLogs.listAuditLogs", json!({})),
    ] {
        let (answer, entries) = told(&app, operation, body.clone()).await;
        answer.data();
        assert_eq!(entries, [json!(null); 0], "{operation} {body}");
    }
}

#[tokio::test]
async fn a_refused_request_writes_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = app.key(&api).await;
    let (_, reader) = app.root_key(json!({ "roles": ["verifier"] })).await;
    let log = app.log().await;

    for (operation, body, status) in [
        ("apis.createApi", json!({ "name": "x" }), 400),
        ("apis.deleteApi", json!({ "apiId": "api_nowhere" }), 404),
        ("keys.createKey", json!({ "apiId": api, "roles": ["nobody"], "permissions": ["a"] }), 404),
        ("keys.updateKey", json!({ "keyId": id, "roles": ["nobody"], "name": "x" }), 404),
        ("keys.updateCredits", json!({ "keyId": id, "operation": "increment", "value": 1 }), 400),
        ("rootKeys.createKey", json!({ "permissions": ["nonsense"] }), 400),
        (
            "workspaces.deleteWorkspace",
            json!({ "workspaceId": "ws_nowhere", "confirmName": "x" }),
            404,
        ),
    ] {
        assert_eq!(app.call(operation, body).await.status, status, "{operation}");
    }
    for (operation, body) in [
        ("apis.createApi", json!({ "name": "abc" })),
        ("keys.createKey", json!({ "apiId": api })),
        ("keys.deleteKey", json!({ "keyId": id })),
        ("rootKeys.createKey", json!({ "permissions": [] })),
        ("permissions.createRole", json!({ "name": "abc" })),
    ] {
        assert_eq!(app.call_as(&reader, operation, body.clone()).await.status, 403, "{operation}");
        assert_eq!(app.call_as("unkey_nobody", operation, body).await.status, 401);
    }
    assert_eq!(app.log().await, log);
}

#[tokio::test]
async fn an_update_tells_what_is_different() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = app.key_with(&api, json!({ "name": "k", "meta": { "secret": "before" } })).await;

    let body =
        json!({ "apiId": api, "name": "bills", "deleteProtection": false, "defaultPrefix": "pay" });
    let (_, entries) = told(&app, "apis.updateApi", body).await;
    assert_eq!(
        changes(&entries[0]),
        [json!(["name", "payments", "bills"]), json!(["defaultPrefix", null, "pay"])]
    );

    let body = json!({
        "keyId": id, "name": null, "enabled": false, "expires": 5, "meta": { "secret": "after" },
        "credits": { "remaining": 3 }, "externalId": "user_1",
    });
    let (_, entries) = told(&app, "keys.updateKey", body).await;
    let entry = entries.iter().find(|entry| entry["event"] == "key.update").unwrap();
    let changed = changes(entry);
    for expected in
        [json!(["name", "k", null]), json!(["enabled", true, false]), json!(["expires", null, 5])]
    {
        assert!(changed.contains(&expected), "{changed:?}");
    }
    let fields: Vec<&str> = changed.iter().map(|change| change[0].as_str().unwrap()).collect();
    assert!(fields.contains(&"meta"), "{fields:?}");
    assert!(fields.iter().any(|field| field.starts_with("credits")), "{fields:?}");
    assert!(!entry.to_string().contains("before\"}") && !entry.to_string().contains("{\"secret\""));

    let (root_key, _) = app.root_key(json!({ "permissions": ["api.*.read_api"] })).await;
    let body = json!({ "keyId": root_key, "permissions": ["api.*.read_key"] });
    let (_, entries) = told(&app, "rootKeys.updateKey", body).await;
    assert_eq!(
        changes(&entries[0]),
        [json!(["permissions", ["api.*.read_api"], ["api.*.read_key"]])]
    );

    let (_, entries) = told(
        &app,
        "keys.updateCredits",
        json!({ "keyId": id, "operation": "increment", "value": 4 }),
    )
    .await;
    assert_eq!(changes(&entries[0]), [json!(["credits", { "remaining": 3 }, { "remaining": 7 }])]);
}

#[tokio::test]
async fn a_log_is_seen_by_its_own_workspace_only() {
    let app = TestApp::start().await;
    let created = app.ok("workspaces.createWorkspace", json!({ "name": "Acme" })).await;
    let (id, theirs) = (text(&created, "workspaceId"), text(&created, "rootKey"));
    app.call_as(&theirs, "apis.createApi", json!({ "name": "theirs" })).await.data();
    app.api("ours").await;

    let log = app.call_as(&theirs, "auditLogs.listAuditLogs", json!({})).await.data();
    let events: Vec<&Value> = log.as_array().unwrap().iter().map(|entry| &entry["event"]).collect();
    assert_eq!(events, ["api.create", "rootKey.create", "workspace.create"]);
    assert!(!log.to_string().contains("ours"));
    assert!(!json!(app.log().await).to_string().contains("theirs"));
    let ours = app
        .ok("auditLogs.listAuditLogs", json!({ "event": "workspace.create", "resourceId": id }))
        .await;
    assert_eq!(ours.as_array().unwrap().len(), 1, "the operator's log tells of it too");
    assert_eq!(ours[0]["resources"][0]["name"], "Acme");
}

#[tokio::test]
async fn entries_are_filtered() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    app.clock.advance(HOUR);
    let (id, key) = app.root_key(json!({ "roles": ["admin"], "name": "deployer" })).await;
    let (first, _) = app.key(&api).await;
    app.clock.advance(HOUR);
    app.call_as(&key, "keys.updateKey", json!({ "keyId": first, "name": "Zoë" })).await.data();
    app.call_as(&key, "keys.deleteKey", json!({ "keyId": first })).await.data();
    let events = async |filter: Value| -> Vec<String> {
        let found = app.ok("auditLogs.listAuditLogs", filter).await;
        found.as_array().unwrap().iter().map(|entry| text(entry, "event")).collect()
    };

    assert_eq!(events(json!({ "event": "key.create" })).await, ["key.create"]);
    assert_eq!(
        events(json!({ "events": ["key.create", "key.delete"] })).await,
        ["key.delete", "key.create"]
    );
    let of_key = ["key.delete", "key.update", "key.create"];
    for filter in [
        json!({ "resourceId": first }),
        json!({ "resourceIds": [first] }),
        json!({ "targetIds": ["x", first] }),
    ] {
        assert_eq!(events(filter).await, of_key);
    }
    assert_eq!(
        events(json!({ "resourceId": api })).await,
        ["key.update", "key.create", "api.create"]
    );
    for filter in [
        json!({ "actorId": id }),
        json!({ "actorIds": [id] }),
        json!({ "search": "DEPLOYER", "since": START.plus(2 * HOUR).0 }),
    ] {
        assert_eq!(events(filter).await, ["key.delete", "key.update"]);
    }
    let newest = app.ok("auditLogs.listAuditLogs", json!({ "limit": 1 })).await;
    let request = text(&newest[0], "requestId");
    assert_eq!(events(json!({ "search": request })).await, ["key.delete"]);
    assert_eq!(
        events(json!({ "actorId": id, "event": "key.update", "resourceId": first })).await,
        ["key.update"]
    );
    assert_eq!(events(json!({ "actorId": id, "event": "key.create" })).await, [""; 0]);
    for unknown in [
        json!({ "event": "no.such" }),
        json!({ "resourceId": "x" }),
        json!({ "actorId": "x" }),
        json!({ "search": "%" }),
    ] {
        assert_eq!(events(unknown).await, [""; 0]);
    }
    let at = |hours: i64| START.plus(hours * HOUR).0;
    assert_eq!(events(json!({ "since": at(2) })).await, ["key.delete", "key.update"]);
    assert_eq!(
        events(json!({ "from": at(1), "to": at(1) })).await,
        ["key.create", "rootKey.create"]
    );
    assert_eq!(events(json!({ "since": at(2) + 1 })).await, [""; 0]);
    assert_eq!(events(json!({ "until": at(1) - 1, "resourceId": api })).await, ["api.create"]);
    assert_eq!(
        events(json!({ "search": "zoë" })).await.len(),
        events(json!({ "search": "Zoë" })).await.len()
    );
}

#[tokio::test]
async fn filters_that_say_nothing_are_refused() {
    let app = TestApp::start().await;
    for (member, value) in [
        ("event", json!("")),
        ("event", json!(1)),
        ("events", json!([])),
        ("actorId", json!(null)),
        ("since", json!("yesterday")),
        ("until", json!(1.5)),
        ("actor", json!("x")),
    ] {
        let mut body = json!({});
        body[member] = value;
        app.call("auditLogs.listAuditLogs", body).await.invalid(&[&format!("body.{member}")]);
    }
    let twice = json!({ "event": "a", "events": ["b"], "since": 1, "from": 2 });
    app.call("auditLogs.listAuditLogs", twice).await.invalid(&["body.events", "body.from"]);
}

#[tokio::test]
async fn the_newest_entries_come_first_and_new_ones_disturb_no_page() {
    let app = TestApp::start().await;
    for at in 0..6 {
        app.api(&format!("api {at}")).await;
    }
    let page = async |cursor: Option<Value>| {
        let mut body = json!({ "limit": 2, "event": "api.create" });
        if let Some(cursor) = cursor {
            body["cursor"] = cursor;
        }
        let answer = app.call("auditLogs.listAuditLogs", body).await;
        let names: Vec<String> = answer
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| text(&entry["resources"][0], "name"))
            .collect();
        (names, answer.json()["pagination"].get("cursor").cloned())
    };
    let (first, cursor) = page(None).await;
    assert_eq!(first, ["api 5", "api 4"]);
    app.api("late").await;
    let (second, cursor) = page(cursor).await;
    assert_eq!(second, ["api 3", "api 2"]);
    let (third, cursor) = page(cursor).await;
    assert_eq!(third, ["api 1", "api 0"]);
    assert_eq!(cursor, None);
}

#[tokio::test]
async fn an_export_holds_every_entry_there_was_and_the_log_tells_of_it() {
    let app = TestApp::start().await;
    let other = app.other_workspace().await;
    app.call_as(&other, "apis.createApi", json!({ "name": "theirs" })).await.data();
    let role = text(&app.ok("permissions.createRole", json!({ "name": "many" })).await, "roleId");
    // More than are read at once.
    for round in 0..4 {
        let slugs: Vec<String> = (0..90).map(|at| format!("permission.{round}.{at}")).collect();
        app.ok("permissions.setRolePermissions", json!({ "roleId": role, "permissions": slugs }))
            .await;
    }
    let before = app.pages("auditLogs.listAuditLogs", json!({ "limit": 100 })).await;
    assert!(before.len() > 600, "{}", before.len());

    app.clock.advance(HOUR);
    let answer = app.call("auditLogs.exportAuditLogs", json!({ "format": "ndjson" })).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(answer.header("cache-control"), "no-store");
    let name = answer.header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"keyway-audit-20"), "{name}");
    assert!(name.ends_with(".ndjson\""), "{name}");
    let entries: Vec<Value> =
        answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries[0]["event"], "auditLog.export");
    assert_eq!(entries[1..], before);
    assert_eq!(app.log().await[0], entries[0]);

    let body = json!({ "format": "ndjson", "events": ["role.create"], "targetIds": [role] });
    let answer = app.call("auditLogs.exportAuditLogs", body).await;
    assert_eq!(answer.text.lines().count(), 1);
    let none = json!({ "format": "ndjson", "to": 1 });
    assert_eq!(app.call("auditLogs.exportAuditLogs", none).await.text, "");
}

#[tokio::test]
async fn a_spreadsheet_runs_nothing_that_stands_in_an_export() {
    let app = TestApp::start().await;
    app.api("=cmd|' /C calc'!A0").await;
    app.api("a,\"b\"\nc").await;
    let body = json!({ "format": "csv", "events": ["api.create"] });

    let answer = app.call("auditLogs.exportAuditLogs", body).await;

    assert_eq!(answer.header("content-type"), "text/csv");
    let (head, rows) = answer.text.split_once("\r\n").unwrap();
    assert_eq!(head.split(',').count(), 14, "{head}");
    assert!(rows.contains(",'=cmd|' /C calc'!A0,"), "{rows}");
    assert!(rows.contains(",\"a,\"\"b\"\"\nc\","), "{rows}");
    assert!(!rows.contains(",=") && !rows.contains("\n="), "{rows}");
    let time = rows.split(',').next().unwrap();
    assert!(time.ends_with('Z') && time.contains('T'), "{time}");
}

#[tokio::test]
async fn reading_the_log_does_not_suffice_for_exporting_it() {
    let app = TestApp::start().await;
    let reader = app.root_key_with(&all_permissions_but(&[Action::ExportAuditLog])).await;
    let body = json!({ "format": "csv" });
    app.call_as(&reader, "auditLogs.exportAuditLogs", body.clone())
        .await
        .forbidden(Some("audit_log.*.export_audit_log"));
    assert_ne!(app.log().await[0]["event"], "auditLog.export");
    for (member, value) in [("format", json!("xlsx")), ("events", json!([])), ("cursor", json!(1))]
    {
        let mut body = json!({ "format": "csv" });
        body[member] = value;
        let place = format!("body.{member}");
        app.call("auditLogs.exportAuditLogs", body).await.invalid(&[&place]);
    }
    app.call("auditLogs.exportAuditLogs", json!({})).await.invalid(&["body.format"]);

    let mut owner = browser::owner(&app).await;
    let exported = owner.call(&app, "auditLogs.exportAuditLogs", body.clone()).await;
    assert_eq!(exported.status, 200);
    assert!(exported.header("content-security-policy").contains("frame-ancestors 'none'"));
    app.clock.advance(HOUR);
    let late = owner.call(&app, "auditLogs.exportAuditLogs", body).await;
    late.error(403, "keyway/session/step_up_required");
}
