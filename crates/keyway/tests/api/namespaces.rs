//! Rate-limit namespaces.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{START, TestApp, text, texts, together};

const INVALID: &str = "unkey/application/invalid_input";
const ABSENT: &str = "unkey/data/ratelimit_namespace_not_found";
const TAKEN: &str = "unkey/data/ratelimit_namespace_already_exists";

async fn create(app: &TestApp, name: &str) -> String {
    text(&app.ok("ratelimit.createNamespace", json!({ "name": name })).await, "namespaceId")
}

fn check(namespace: &str) -> Value {
    json!({ "namespace": namespace, "identifier": "u", "limit": 5, "duration": 60_000 })
}

#[tokio::test]
async fn a_namespace_is_created_renamed_and_deleted() {
    let app = TestApp::start().await;
    let answer = app.call("ratelimit.createNamespace", json!({ "name": "first" })).await;
    let id = text(&answer.data(), "namespaceId");
    assert_eq!(
        app.traced(&answer).await,
        [format!("ratelimitNamespace.create ratelimitNamespace:{id}")]
    );
    assert_eq!(
        app.ok("ratelimit.listNamespaces", json!({})).await,
        json!([{ "id": id, "name": "first", "overrideCount": 0, "createdAt": START.0 }])
    );
    app.ok("ratelimit.limit", check("first")).await;
    let body = json!({ "namespace": "first", "identifier": "u", "limit": 7, "duration": 60_000 });
    app.ok("ratelimit.setOverride", body).await;

    let answer = app
        .call("ratelimit.updateNamespace", json!({ "namespace": "first", "name": "second" }))
        .await;
    assert_eq!(answer.data(), json!({}));
    assert_eq!(
        app.traced(&answer).await,
        [format!("ratelimitNamespace.update ratelimitNamespace:{id}")]
    );
    let data = app.ok("ratelimit.limit", check("second")).await;
    assert_eq!(
        (&data["limit"], &data["remaining"]),
        (&json!(7), &json!(5)),
        "counters and overrides stay"
    );
    let same =
        app.call("ratelimit.updateNamespace", json!({ "namespace": id, "name": "second" })).await;
    assert_eq!(app.events(&same).await, Vec::<String>::new(), "nothing was changed");

    let answer = app.call("ratelimit.deleteNamespace", json!({ "namespace": "second" })).await;
    assert_eq!(answer.data(), json!({}));
    assert_eq!(
        app.traced(&answer).await,
        [format!("ratelimitNamespace.delete ratelimitNamespace:{id}")]
    );
    assert_eq!(app.ok("ratelimit.listNamespaces", json!({})).await, json!([]));
    for operation in ["deleteNamespace", "updateNamespace"] {
        let mut body = json!({ "namespace": id });
        if operation == "updateNamespace" {
            body["name"] = "third".into();
        }
        app.call(&format!("ratelimit.{operation}"), body).await.error(404, ABSENT);
    }
    app.call("ratelimit.createNamespace", json!({ "name": "second" })).await.error(409, TAKEN);
    create(&app, "first").await;
}

#[tokio::test]
async fn names_are_unique_and_told_apart_by_case() {
    let app = TestApp::start().await;
    let id = create(&app, "name").await;
    let answer = app.call("ratelimit.createNamespace", json!({ "name": "name" })).await;
    answer.error(409, TAKEN);
    assert_eq!(app.events(&answer).await, Vec::<String>::new());
    create(&app, "Name").await;
    app.call("ratelimit.updateNamespace", json!({ "namespace": "name", "name": "Name" }))
        .await
        .error(409, TAKEN);
    create(&app, "dead").await;
    app.ok("ratelimit.deleteNamespace", json!({ "namespace": "dead" })).await;
    app.call("ratelimit.updateNamespace", json!({ "namespace": "name", "name": "dead" }))
        .await
        .error(409, TAKEN);
    let other = app.other_workspace().await;
    app.call_as(&other, "ratelimit.createNamespace", json!({ "name": "name" })).await.data();
    for body in
        [json!({}), json!({ "name": "" }), json!({ "name": "x".repeat(513) }), json!({ "name": 1 })]
    {
        app.call("ratelimit.createNamespace", body).await.error(400, INVALID);
    }
    for (operation, body) in [
        ("ratelimit.updateNamespace", json!({ "namespace": id, "name": "other" })),
        ("ratelimit.deleteNamespace", json!({ "namespace": id })),
    ] {
        app.call_as(&other, operation, body.clone()).await.forbidden(None);
        let mut named = body;
        named["namespace"] = "Name".into();
        app.call_as(&other, operation, named).await.error(404, ABSENT);
    }
}

#[tokio::test]
async fn lists_show_only_what_may_be_read() {
    let app = TestApp::start().await;
    let (one, two) = (create(&app, "mail_out").await, create(&app, "Mail%in").await);
    let found = async |search: &str| {
        let rows = app.ok("ratelimit.listNamespaces", json!({ "search": search })).await;
        let mut names = texts(rows.as_array().unwrap(), "name");
        names.sort();
        names
    };
    assert_eq!(found("mail").await, ["Mail%in", "mail_out"]);
    assert_eq!(found("l%i").await, ["Mail%in"]);
    assert_eq!(found("l_o").await, ["mail_out"]);
    assert_eq!(found(&one).await, ["mail_out"]);
    let scoped = app.root_key_with(&[format!("ratelimit.{two}.read_namespace")]).await;
    let rows = app.pages_as(&scoped, "ratelimit.listNamespaces", json!({ "limit": 1 })).await;
    assert_eq!(texts(&rows, "id"), std::slice::from_ref(&two));
    let nobody = app.root_key_with(&["ratelimit.*.limit".to_owned()]).await;
    app.call_as(&nobody, "ratelimit.listNamespaces", json!({}))
        .await
        .forbidden(Some("ratelimit.*.read_namespace"));
    for (operation, action, body) in [
        ("updateNamespace", "update_namespace", json!({ "namespace": two, "name": "renamed" })),
        ("deleteNamespace", "delete_namespace", json!({ "namespace": two })),
    ] {
        let operation = format!("ratelimit.{operation}");
        let scope = format!("ratelimit.*.{action} ratelimit.{two}.{action}");
        app.call_as(&nobody, &operation, body.clone()).await.forbidden(Some(&scope));
        let scoped = app.root_key_with(&[format!("ratelimit.{two}.{action}")]).await;
        app.call_as(&scoped, &operation, body).await.data();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_first_calls_make_one_namespace() {
    let app = Arc::new(TestApp::start().await);
    let calls = (0..30).map(|n| {
        let app = app.clone();
        async move {
            match n % 3 {
                0 => app.call("ratelimit.createNamespace", json!({ "name": "ns0" })).await.status,
                1 => app.call("ratelimit.limit", check("ns0")).await.status,
                _ => {
                    let mut batch = vec![check("ns0"), check("ns1"), check("ns2")];
                    batch.rotate_left(n % 5 % 3);
                    app.call("ratelimit.multiLimit", json!(batch)).await.status
                }
            }
        }
    });
    for (n, status) in together(calls).await.into_iter().enumerate() {
        assert!(status == 200 || (n % 3 == 0 && status == 409), "{n}: {status}");
    }
    let listed = app.ok("ratelimit.listNamespaces", json!({})).await;
    let mut names = texts(listed.as_array().unwrap(), "name");
    names.sort();
    assert_eq!(names, ["ns0", "ns1", "ns2"]);
    let created =
        app.ok("auditLogs.listAuditLogs", json!({ "event": "ratelimitNamespace.create" })).await;
    assert_eq!(created.as_array().unwrap().len(), 3);
}
