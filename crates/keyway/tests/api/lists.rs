//! Lists: every row once, whatever happens between two pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{TestApp, text};

/// One page: its rows and the cursor of the next.
async fn page(app: &TestApp, operation: &str, body: Value) -> (Vec<Value>, Option<String>) {
    let answer = app.call(operation, body).await;
    let rows = answer.data().as_array().unwrap().clone();
    let pagination = answer.json()["pagination"].clone();
    let cursor = pagination.get("cursor").map(|cursor| cursor.as_str().unwrap().to_owned());
    assert_eq!(pagination["hasMore"], cursor.is_some(), "{pagination}");
    assert_eq!(pagination.as_object().unwrap().len(), 1 + usize::from(cursor.is_some()));
    (rows, cursor)
}

/// All rows in pages of `limit`, and how long the pages were.
async fn all(
    app: &TestApp,
    operation: &str,
    limit: usize,
    mut body: Value,
) -> (Vec<Value>, Vec<usize>) {
    body["limit"] = json!(limit);
    let (mut rows, mut lengths) = (Vec::new(), Vec::new());
    loop {
        let (more, cursor) = page(app, operation, body.clone()).await;
        lengths.push(more.len());
        rows.extend(more);
        let Some(cursor) = cursor else {
            return (rows, lengths);
        };
        body["cursor"] = json!(cursor);
    }
}

fn ids(rows: &[Value], member: &str) -> Vec<String> {
    rows.iter().map(|row| text(row, member)).collect()
}

async fn keys(app: &Arc<TestApp>, api: &str, count: usize) -> BTreeSet<String> {
    let answers = app.at_once("keys.createKey", vec![json!({ "apiId": api }); count]).await;
    answers.iter().map(|answer| text(&answer.data(), "keyId")).collect()
}

#[tokio::test]
async fn two_hundred_and_fifty_keys_are_three_pages() {
    let app = Arc::new(TestApp::start().await);
    let (api, other) = (app.api("payments").await, app.api("other").await);
    let expected = keys(&app, &api, 250).await;
    keys(&app, &other, 3).await;

    let (rows, lengths) = all(&app, "apis.listKeys", 100, json!({ "apiId": api })).await;

    assert_eq!(lengths, [100, 100, 50]);
    assert_eq!(ids(&rows, "keyId"), expected.into_iter().collect::<Vec<_>>());
    let (rows, _) = page(&app, "apis.listKeys", json!({ "apiId": api })).await;
    assert_eq!(rows.len(), 100);
}

#[tokio::test]
async fn a_page_that_holds_all_rows_is_the_last() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    keys(&app, &api, 4).await;
    for (limit, lengths) in
        [(1, vec![1, 1, 1, 1]), (2, vec![2, 2]), (3, vec![3, 1]), (4, vec![4]), (5, vec![4])]
    {
        assert_eq!(all(&app, "apis.listKeys", limit, json!({ "apiId": api })).await.1, lengths);
    }
    let empty = app.api("empty").await;
    assert_eq!(all(&app, "apis.listKeys", 1, json!({ "apiId": empty })).await.1, [0]);
}

#[tokio::test]
async fn rows_that_vanish_or_appear_between_pages_disturb_no_others() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let expected = keys(&app, &api, 30).await;
    let body = json!({ "apiId": api, "limit": 10 });
    let (first, cursor) = page(&app, "apis.listKeys", body.clone()).await;
    let cursor = cursor.unwrap();

    let ordered: Vec<&String> = expected.iter().collect();
    let vanished: BTreeSet<&String> = [8, 9, 10, 11, 29].map(|at| ordered[at]).into();
    for (at, id) in vanished.iter().enumerate() {
        app.ok("keys.deleteKey", json!({ "keyId": id, "permanent": at % 2 == 0 })).await;
    }
    let appeared = keys(&app, &api, 5).await;

    let mut body = body;
    body["cursor"] = json!(cursor);
    let again = page(&app, "apis.listKeys", body.clone()).await;
    let (rest, _) = all(&app, "apis.listKeys", 10, body.clone()).await;
    assert_eq!(page(&app, "apis.listKeys", body).await, again);

    let seen: Vec<String> = ids(&first, "keyId").into_iter().chain(ids(&rest, "keyId")).collect();
    let unique: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(seen.len(), unique.len());
    for id in expected.iter().filter(|id| !vanished.contains(id)) {
        assert!(unique.contains(id), "{id} is missing");
    }
    assert!(unique.iter().all(|id| expected.contains(id) || appeared.contains(id)));
    assert!(!ids(&rest, "keyId").iter().any(|id| vanished.contains(id)));
}

#[tokio::test]
async fn deleted_keys_are_not_listed_and_unusable_ones_are() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let mut expected = Vec::new();
    for members in [
        json!({ "enabled": false }),
        json!({ "expires": 1 }),
        json!({ "credits": { "remaining": 0 } }),
    ] {
        expected.push(app.key_with(&api, members).await.0);
    }
    for permanent in [false, true] {
        let (id, _) = app.key(&api).await;
        app.ok("keys.deleteKey", json!({ "keyId": id, "permanent": permanent })).await;
    }
    expected.sort();
    let (rows, _) = page(&app, "apis.listKeys", json!({ "apiId": api })).await;
    assert_eq!(ids(&rows, "keyId"), expected);
}

#[tokio::test]
async fn keys_are_listed_by_owner() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (own, _) = app.key_with(&api, json!({ "externalId": "user_1" })).await;
    let (second, _) = app.key_with(&api, json!({ "externalId": "user_1" })).await;
    app.key_with(&api, json!({ "externalId": "user_11" })).await;
    app.key(&api).await;
    let of = async |owner: &str| {
        let body = json!({ "apiId": api, "externalId": owner, "revalidateKeysCache": true });
        ids(&all(&app, "apis.listKeys", 1, body).await.0, "keyId")
    };
    let mut expected = [own.clone(), second];
    expected.sort();
    assert_eq!(of("user_1").await, expected);
    assert_eq!(of("USER_1").await, [""; 0]);
    assert_eq!(of("nobody at all").await, [""; 0]);
    app.ok("keys.updateKey", json!({ "keyId": own, "externalId": null })).await;
    assert_eq!(of("user_1").await.len(), 1);
}

#[tokio::test]
async fn lists_refuse_what_is_no_page() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for (operation, body) in [
        ("apis.listKeys", json!({ "apiId": api })),
        ("apis.listApis", json!({})),
        ("rootKeys.listKeys", json!({})),
        ("workspaces.listWorkspaces", json!({})),
        ("auditLogs.listAuditLogs", json!({})),
    ] {
        for limit in [json!(0), json!(101), json!(-1), json!("10"), json!(1.5), json!(null)] {
            let mut body = body.clone();
            body["limit"] = limit;
            app.call(operation, body).await.invalid(&["body.limit"]);
        }
        for cursor in [json!("x".repeat(1025)), json!(1), json!(null)] {
            let mut body = body.clone();
            body["cursor"] = cursor;
            app.call(operation, body).await.invalid(&["body.cursor"]);
        }
        for cursor in
            ["", "nonsense", "ä\u{0}'\"--", "99999999999999999999999", "-1", &"x".repeat(1024)]
        {
            let mut body = body.clone();
            body["cursor"] = json!(cursor);
            let answer = app.call(operation, body).await;
            assert!(matches!(answer.status, 200 | 400), "{operation} {cursor:?}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn every_list_comes_in_pages() {
    let app = Arc::new(TestApp::start().await);
    for at in 0..5 {
        app.api(&format!("api {at}")).await;
        app.root_key(json!({ "permissions": [], "name": format!("key {at}") })).await;
        app.ok("workspaces.createWorkspace", json!({ "name": format!("Workspace {at}") })).await;
    }
    for (operation, member, count) in [
        ("apis.listApis", "id", 5),
        ("rootKeys.listKeys", "keyId", 6),
        ("workspaces.listWorkspaces", "id", 6),
    ] {
        let (rows, lengths) = all(&app, operation, 2, json!({})).await;
        let found = ids(&rows, member);
        assert_eq!(found.len(), count, "{operation}");
        assert_eq!(lengths.len(), count.div_ceil(2), "{operation}");
        assert!(found.is_sorted(), "{operation}: {found:?}");
        assert_eq!(all(&app, operation, 100, json!({})).await.0.len(), count);
    }
    let (whole, _) = page(&app, "auditLogs.listAuditLogs", json!({})).await;
    let (pieces, lengths) = all(&app, "auditLogs.listAuditLogs", 3, json!({})).await;
    assert_eq!(pieces, whole);
    assert!(lengths.iter().rev().skip(1).all(|length| *length == 3), "{lengths:?}");
}

#[tokio::test]
async fn a_cursor_opens_no_other_workspace() {
    let app = TestApp::start().await;
    let other = app.other_workspace().await;
    for at in 0..4 {
        app.api(&format!("api {at}")).await;
        app.call_as(&other, "apis.createApi", json!({ "name": format!("theirs {at}") }))
            .await
            .data();
    }
    for operation in ["apis.listApis", "auditLogs.listAuditLogs"] {
        let (_, cursor) = page(&app, operation, json!({ "limit": 1 })).await;
        let own = app.call_as(&other, operation, json!({})).await.data();
        let own: Vec<&Value> = own.as_array().unwrap().iter().collect();
        let answer = app.call_as(&other, operation, json!({ "cursor": cursor })).await;
        if answer.status == 200 {
            let rows = answer.data();
            assert!(rows.as_array().unwrap().iter().all(|row| own.contains(&row)), "{operation}");
        } else {
            assert_eq!(answer.status, 400);
        }
    }
}
