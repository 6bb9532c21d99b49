//! Pages of every list, while rows come and go.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::app::{TestApp, text};

/// A kind of list: how its rows are made, deleted and read.
struct List {
    operation: &'static str,
    filter: Value,
    row_id: &'static str,
    create: &'static str,
    new: fn(usize, &str) -> Value,
    created_id: &'static str,
    delete: &'static str,
    deleted: fn(&str, &str) -> Value,
}

fn lists(api: &str) -> Vec<List> {
    vec![
        List {
            operation: "apis.listKeys",
            filter: json!({ "apiId": api }),
            row_id: "keyId",
            create: "keys.createKey",
            new: |_, api| json!({ "apiId": api }),
            created_id: "keyId",
            delete: "keys.deleteKey",
            deleted: |id, _| json!({ "keyId": id }),
        },
        List {
            operation: "keys.listKeys",
            filter: json!({ "sort": "name", "order": "desc" }),
            row_id: "keyId",
            create: "keys.createKey",
            new: |n, api| json!({ "apiId": api, "name": format!("n{}", n % 3) }),
            created_id: "keyId",
            delete: "keys.deleteKey",
            deleted: |id, _| json!({ "keyId": id }),
        },
        List {
            operation: "identities.listIdentities",
            filter: json!({}),
            row_id: "id",
            create: "identities.createIdentity",
            new: |n, _| json!({ "externalId": format!("user{n}") }),
            created_id: "identityId",
            delete: "identities.deleteIdentity",
            deleted: |id, _| json!({ "identity": id }),
        },
        List {
            operation: "permissions.listPermissions",
            filter: json!({}),
            row_id: "id",
            create: "permissions.createPermission",
            new: |n, _| json!({ "name": "x", "slug": format!("slug{n}") }),
            created_id: "permissionId",
            delete: "permissions.deletePermission",
            deleted: |id, _| json!({ "permission": id }),
        },
        List {
            operation: "permissions.listRoles",
            filter: json!({}),
            row_id: "id",
            create: "permissions.createRole",
            new: |n, _| json!({ "name": format!("role{n}") }),
            created_id: "roleId",
            delete: "permissions.deleteRole",
            deleted: |id, _| json!({ "role": id }),
        },
        List {
            operation: "ratelimit.listNamespaces",
            filter: json!({ "search": "page" }),
            row_id: "id",
            create: "ratelimit.createNamespace",
            new: |n, _| json!({ "name": format!("page{n}") }),
            created_id: "namespaceId",
            delete: "ratelimit.deleteNamespace",
            deleted: |id, _| json!({ "namespace": id }),
        },
        List {
            operation: "ratelimit.listOverrides",
            filter: json!({ "namespace": "overridden" }),
            row_id: "overrideId",
            create: "ratelimit.setOverride",
            new: |n, _| json!({ "namespace": "overridden", "identifier": format!("u{n}"), "limit": 1, "duration": 1000 }),
            created_id: "overrideId",
            delete: "ratelimit.deleteOverride",
            deleted: |_, new| {
                let new: Value = serde_json::from_str(new).unwrap();
                json!({ "namespace": "overridden", "identifier": new["identifier"] })
            },
        },
        List {
            operation: "migrations.listMigrations",
            filter: json!({}),
            row_id: "id",
            create: "migrations.createMigration",
            new: |n, _| json!({ "name": format!("m{n}"), "hash": { "algorithm": "sha256" } }),
            created_id: "migrationId",
            delete: "migrations.deleteMigration",
            deleted: |id, _| json!({ "migrationId": id }),
        },
        List {
            operation: "rootKeys.listKeys",
            filter: json!({}),
            row_id: "keyId",
            create: "rootKeys.createKey",
            new: |_, _| json!({ "permissions": [] }),
            created_id: "keyId",
            delete: "rootKeys.deleteKey",
            deleted: |id, _| json!({ "keyId": id }),
        },
        List {
            operation: "apis.listApis",
            filter: json!({ "search": "page" }),
            row_id: "id",
            create: "apis.createApi",
            new: |n, _| json!({ "name": format!("page {n}") }),
            created_id: "apiId",
            delete: "apis.deleteApi",
            deleted: |id, _| json!({ "apiId": id }),
        },
    ]
}

/// What happens between two pages.
#[derive(Clone, Debug)]
enum Step {
    Create(usize),
    /// Of the rows that are there, by position.
    Delete(prop::sample::Index),
    /// The row that the last page ended with, on which the cursor stands.
    DeleteLastSeen,
}

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = prop_oneof![
        (1_usize..3).prop_map(Step::Create),
        any::<prop::sample::Index>().prop_map(Step::Delete),
        Just(Step::DeleteLastSeen),
    ];
    prop::collection::vec(prop::collection::vec(step, 0..3), 1..12)
}

/// Reads a list in pages of `limit` while `between` happens; rows that existed throughout are
/// seen exactly once, and no row is seen twice.
async fn walk(
    app: &TestApp,
    api: &str,
    list: &List,
    limit: usize,
    first: usize,
    between: &[Vec<Step>],
) {
    let mut count = 0;
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    let mut create = async |rows: &mut BTreeMap<String, String>| {
        let new = (list.new)(count, api);
        count += 1;
        let id = text(&app.ok(list.create, new.clone()).await, list.created_id);
        rows.insert(id, new.to_string());
    };
    for _ in 0..first {
        create(&mut rows).await;
    }
    let mut throughout: Vec<String> = rows.keys().cloned().collect();
    let mut seen: Vec<String> = Vec::new();
    let mut between = between.iter();
    let mut body = list.filter.clone();
    body["limit"] = limit.into();
    loop {
        let answer = app.call(list.operation, body.clone()).await;
        let page = answer.data();
        let page = page.as_array().unwrap();
        assert!(page.len() <= limit);
        seen.extend(page.iter().map(|row| text(row, list.row_id)));
        let pagination = answer.json()["pagination"].clone();
        let Some(cursor) = pagination.get("cursor") else {
            assert_eq!(pagination["hasMore"], false);
            break;
        };
        assert_eq!((page.len(), &pagination["hasMore"]), (limit, &json!(true)));
        body["cursor"] = cursor.clone();
        for step in between.next().into_iter().flatten() {
            let victim = match step {
                Step::Create(times) => {
                    for _ in 0..*times {
                        create(&mut rows).await;
                    }
                    None
                }
                Step::Delete(_) if rows.is_empty() => None,
                Step::Delete(index) => {
                    Some(index.get(&rows.keys().cloned().collect::<Vec<_>>()).clone())
                }
                Step::DeleteLastSeen => seen.last().filter(|id| rows.contains_key(*id)).cloned(),
            };
            if let Some(id) = victim {
                let new = rows.remove(&id).unwrap();
                app.ok(list.delete, (list.deleted)(&id, &new)).await;
                throughout.retain(|kept| *kept != id);
            }
        }
    }
    let mut times: BTreeMap<&String, usize> = BTreeMap::new();
    for id in &seen {
        *times.entry(id).or_default() += 1;
    }
    assert!(
        times.values().all(|times| *times == 1),
        "{}: a row came twice: {seen:?}",
        list.operation
    );
    for id in &throughout {
        assert!(times.contains_key(id), "{}: {id} is missing", list.operation);
    }
}

#[test]
fn rows_that_stay_are_seen_exactly_once_while_others_come_and_go() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for at in 0..lists("").len() {
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: 3,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        runner
            .run(&(1_usize..4, 0_usize..10, steps()), |(limit, first, between)| {
                runtime.block_on(async {
                    let app = TestApp::start().await;
                    let api = app.api("first page").await;
                    app.ok("ratelimit.createNamespace", json!({ "name": "overridden" })).await;
                    walk(&app, &api, &lists(&api)[at], limit, first, &between).await;
                });
                Ok(())
            })
            .unwrap();
    }
}

#[tokio::test]
async fn a_list_of_exactly_one_page_ends_there() {
    let app = TestApp::start().await;
    let api = app.api("first page").await;
    app.ok("ratelimit.createNamespace", json!({ "name": "overridden" })).await;
    for list in lists(&api) {
        for n in 100..104 {
            app.ok(list.create, (list.new)(n, &api)).await;
        }
        let mut body = list.filter.clone();
        let all = app.pages(list.operation, body.clone()).await.len();
        for (limit, more) in [(all, false), (all - 1, true), (1, true)] {
            body["limit"] = limit.into();
            let answer = app.call(list.operation, body.clone()).await;
            assert_eq!(answer.data().as_array().unwrap().len(), limit);
            assert_eq!(answer.json()["pagination"]["hasMore"], more, "{}", list.operation);
            assert_eq!(answer.json()["pagination"].get("cursor").is_some(), more);
        }
        for limit in [json!(0), json!(101), json!("1"), json!(null), json!(1.5)] {
            body["limit"] = limit;
            app.call(list.operation, body.clone())
                .await
                .error(400, "unkey/application/invalid_input");
        }
        body["limit"] = 2.into();
        for cursor in ["made up", "ä", "\u{0}", "'; DROP TABLE keys; --", "9999999999999999999999"]
        {
            body["cursor"] = cursor.into();
            let answer = app.call(list.operation, body.clone()).await;
            assert!([200, 400].contains(&answer.status), "{}: {answer:?}", list.operation);
        }
        body["cursor"] = "x".repeat(1025).into();
        app.call(list.operation, body).await.error(400, "unkey/application/invalid_input");
    }
}
