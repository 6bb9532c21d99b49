//! Overrides of rate limits.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{TestApp, text, texts, together};

const INVALID: &str = "unkey/application/invalid_input";
const NO_NAMESPACE: &str = "unkey/data/ratelimit_namespace_not_found";
const NO_OVERRIDE: &str = "unkey/data/ratelimit_override_not_found";

async fn app() -> TestApp {
    let app = TestApp::start().await;
    app.ok("ratelimit.createNamespace", json!({ "name": "ns" })).await;
    app
}

async fn set(app: &TestApp, identifier: &str, limit: i64) -> String {
    let body =
        json!({ "namespace": "ns", "identifier": identifier, "limit": limit, "duration": 60_000 });
    text(&app.ok("ratelimit.setOverride", body).await, "overrideId")
}

async fn check(app: &TestApp, identifier: &str, cost: i64) -> Value {
    let body = json!({ "namespace": "ns", "identifier": identifier, "limit": 10, "duration": 60_000, "cost": cost });
    app.ok("ratelimit.limit", body).await
}

#[tokio::test]
async fn an_override_is_set_read_changed_and_deleted() {
    let app = app().await;
    let namespaces = app.ok("ratelimit.listNamespaces", json!({})).await;
    let namespace = text(&namespaces[0], "id");
    let body = json!({ "namespace": namespace, "identifier": "vip", "limit": 100, "duration": 3_000_000_000_i64 });
    let answer = app.call("ratelimit.setOverride", body).await;
    let id = text(&answer.data(), "overrideId");
    assert!(id.starts_with("rlor_"));
    let events = app.traced(&answer).await;
    assert_eq!(events.len(), 1);
    assert!(
        events[0].starts_with(&format!("ratelimit.set_override ratelimitOverride:{id}")),
        "{events:?}"
    );

    let named = json!({ "namespace": "ns", "identifier": "vip" });
    assert_eq!(
        app.ok("ratelimit.getOverride", named.clone()).await,
        json!({ "overrideId": id, "identifier": "vip", "limit": 100, "duration": 3_000_000_000_i64 })
    );
    assert_eq!(set(&app, "vip", 5).await, id, "an override keeps its id");
    let seen = app.ok("ratelimit.getOverride", named.clone()).await;
    assert_eq!((&seen["limit"], &seen["duration"]), (&json!(5), &json!(60_000)));
    assert_eq!(app.ok("ratelimit.listNamespaces", json!({})).await[0]["overrideCount"], 1);

    let answer = app.call("ratelimit.deleteOverride", named.clone()).await;
    assert_eq!(answer.data(), json!({}));
    assert_eq!(
        app.traced(&answer).await,
        [format!(
            "ratelimit.delete_override ratelimitOverride:{id} ratelimitNamespace:{namespace}"
        )]
    );
    app.call("ratelimit.getOverride", named.clone()).await.error(404, NO_OVERRIDE);
    app.call("ratelimit.deleteOverride", named.clone()).await.error(404, NO_OVERRIDE);
    assert_eq!(app.ok("ratelimit.listOverrides", json!({ "namespace": "ns" })).await, json!([]));
    set(&app, "vip", 7).await;
    assert_eq!(check(&app, "vip", 1).await["limit"], 7, "set after deletion, it lives again");
}

#[tokio::test]
async fn what_cannot_be_an_override_is_refused() {
    let app = app().await;
    let good = json!({ "namespace": "ns", "identifier": "a", "limit": 1, "duration": 1000 });
    for (member, value) in [
        ("namespace", json!("")),
        ("namespace", json!("x".repeat(513))),
        ("identifier", json!("")),
        ("identifier", json!("x".repeat(513))),
        ("limit", json!(-1)),
        ("limit", json!("1")),
        ("duration", json!(999)),
        ("duration", json!(null)),
        ("zzz", json!(1)),
    ] {
        let mut body = good.clone();
        body[member] = value;
        let error = app.call("ratelimit.setOverride", body).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], format!("body.{member}"));
    }
    for member in ["namespace", "identifier", "limit", "duration"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        app.call("ratelimit.setOverride", body).await.error(400, INVALID);
    }
    assert_eq!(app.ok("ratelimit.listOverrides", json!({ "namespace": "ns" })).await, json!([]));
}

#[tokio::test]
async fn unknown_namespaces_come_before_permissions() {
    let app = app().await;
    let namespaces = app.ok("ratelimit.listNamespaces", json!({})).await;
    let namespace = text(&namespaces[0], "id");
    set(&app, "a", 1).await;
    let nobody = app.root_key_with(&["api.*.read_api".to_owned()]).await;
    let body = |operation: &str, namespace: &str| match operation {
        "setOverride" => {
            json!({ "namespace": namespace, "identifier": "a", "limit": 1, "duration": 1000 })
        }
        "listOverrides" => json!({ "namespace": namespace }),
        _ => json!({ "namespace": namespace, "identifier": "a" }),
    };
    for (operation, action) in [
        ("getOverride", "read_override"),
        ("listOverrides", "read_override"),
        ("setOverride", "set_override"),
        ("deleteOverride", "delete_override"),
    ] {
        let path = format!("ratelimit.{operation}");
        for unknown in ["unknown", "NS", "rlns_nowhere"] {
            app.call_as(&nobody, &path, body(operation, unknown)).await.error(404, NO_NAMESPACE);
        }
        let scope = format!("ratelimit.*.{action} ratelimit.{namespace}.{action}");
        app.call_as(&nobody, &path, body(operation, "ns")).await.forbidden(Some(&scope));
        let scoped = app.root_key_with(&[format!("ratelimit.{namespace}.{action}")]).await;
        app.call_as(&scoped, &path, body(operation, "ns")).await.data();
    }
    let other = app.other_workspace().await;
    app.call_as(&other, "ratelimit.listOverrides", json!({ "namespace": namespace }))
        .await
        .forbidden(None);
    app.call_as(&other, "ratelimit.listOverrides", json!({ "namespace": "ns" }))
        .await
        .error(404, NO_NAMESPACE);

    set(&app, "a", 1).await;
    app.ok("ratelimit.deleteNamespace", json!({ "namespace": "ns" })).await;
    for operation in ["getOverride", "listOverrides", "setOverride", "deleteOverride"] {
        for name in ["ns", namespace.as_str()] {
            app.call(&format!("ratelimit.{operation}"), body(operation, name))
                .await
                .error(404, NO_NAMESPACE);
        }
    }
}

#[tokio::test]
async fn an_override_replaces_limit_and_duration_at_once() {
    let app = app().await;
    assert_eq!(check(&app, "u", 4).await["remaining"], 6);
    let id = set(&app, "u", 5).await;
    let data = check(&app, "u", 1).await;
    assert_eq!(
        (&data["overrideId"], &data["limit"], &data["remaining"]),
        (&json!(id), &json!(5), &json!(0))
    );
    assert_eq!(check(&app, "u", 1).await["success"], false);
    set(&app, "u", 1000).await;
    assert_eq!(
        check(&app, "u", 1).await["remaining"],
        994,
        "in either direction, with the same count"
    );

    let body = json!({ "namespace": "ns", "identifier": "u", "limit": 1000, "duration": 120_000 });
    app.ok("ratelimit.setOverride", body).await;
    assert_eq!(check(&app, "u", 1).await["remaining"], 999, "another duration counts anew");
    let batch = json!([{ "namespace": "ns", "identifier": "u", "limit": 1, "duration": 60_000 }]);
    let data = app.ok("ratelimit.multiLimit", batch).await;
    assert_eq!(data["limits"][0]["overrideId"], json!(id));
    assert_eq!(data["limits"][0]["limit"], 1000);

    app.ok("ratelimit.deleteOverride", json!({ "namespace": "ns", "identifier": "u" })).await;
    let data = check(&app, "u", 0).await;
    assert_eq!((data.get("overrideId"), &data["limit"]), (None, &json!(10)));
}

#[tokio::test]
async fn an_override_of_nothing_blocks() {
    let app = app().await;
    let id = set(&app, "bad*", 0).await;
    for cost in [0, 1] {
        let data = check(&app, "badger", cost).await;
        assert_eq!(
            (&data["success"], &data["limit"], &data["remaining"], &data["overrideId"]),
            (&json!(false), &json!(0), &json!(0), &json!(id))
        );
    }
    assert_eq!(check(&app, "good", 1).await["success"], true);
}

#[tokio::test]
async fn patterns_match_all_characters_and_the_most_specific_applies() {
    let app = app().await;
    for (identifier, limit) in [
        ("*", 1),
        ("*@acme.com", 2),
        ("ceo@*", 3),
        ("ceo@acme.com", 4),
        ("a*b*c", 5),
        ("ünï*", 6),
        ("a.c*", 7),
        ("*aa", 8),
        ("aa*", 9),
        ("lit*eral", 11),
    ] {
        set(&app, identifier, limit).await;
    }
    for (identifier, limit) in [
        ("ceo@acme.com", 4),
        ("cto@acme.com", 2),
        ("ceo@other.org", 3),
        ("a\nb\nc", 5),
        ("abc", 5),
        ("ünïcode", 6),
        ("ünï", 6),
        ("a.c", 7),
        ("axc", 1),
        ("xaay", 1),
        ("aaa", 9),
        ("lit*eral", 11),
        ("lit\u{0}eral", 11),
        ("*", 1),
        ("anything else \u{1F600}", 1),
        ("CEO@acme.com", 2),
    ] {
        let data = check(&app, identifier, 1).await;
        assert_eq!(data["limit"], limit, "{identifier}");
        let named = json!({ "namespace": "ns", "identifier": identifier });
        let seen = app.ok("ratelimit.getOverride", named).await;
        assert_eq!(seen["limit"], limit, "{identifier}");
        assert_eq!(seen["overrideId"], data["overrideId"]);
    }
    for identifier in ["cto@acme.com", "abc"] {
        app.call(
            "ratelimit.deleteOverride",
            json!({ "namespace": "ns", "identifier": identifier }),
        )
        .await
        .error(404, NO_OVERRIDE);
    }
    let slow = format!("{}b", "a".repeat(511));
    set(&app, &"a*".repeat(256), 12).await;
    check(&app, &slow, 1).await;
}

#[tokio::test]
async fn identifiers_under_one_pattern_count_apart() {
    let app = app().await;
    set(&app, "user_*", 1).await;
    for name in ["user_1", "user_2"] {
        assert_eq!(check(&app, name, 1).await["success"], true);
        assert_eq!(check(&app, name, 1).await["success"], false);
    }
}

#[tokio::test]
async fn overrides_are_listed_in_pages_of_fifty() {
    let app = app().await;
    let mut ids = BTreeSet::new();
    for n in 0..51 {
        ids.insert(set(&app, &format!("u{n}"), n).await);
    }
    let first = app.call("ratelimit.listOverrides", json!({ "namespace": "ns" })).await;
    assert_eq!(first.data().as_array().unwrap().len(), 50);
    assert_eq!(first.json()["pagination"]["hasMore"], true);
    for limit in [1, 7, 51, 100] {
        let rows = app
            .pages("ratelimit.listOverrides", json!({ "namespace": "ns", "limit": limit }))
            .await;
        assert_eq!(texts(&rows, "overrideId"), ids.iter().cloned().collect::<Vec<_>>());
    }
    for limit in [0, 101] {
        app.call("ratelimit.listOverrides", json!({ "namespace": "ns", "limit": limit }))
            .await
            .error(400, INVALID);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_sets_of_one_identifier_make_one_override() {
    let app = Arc::new(app().await);
    let calls = (0..20).map(|n| {
        let app = app.clone();
        async move { set(&app, "u", n).await }
    });
    let ids: BTreeSet<String> = together(calls).await.into_iter().collect();
    assert_eq!(ids.len(), 1);
    let listed = app.ok("ratelimit.listOverrides", json!({ "namespace": "ns" })).await;
    assert_eq!(
        texts(listed.as_array().unwrap(), "overrideId"),
        ids.into_iter().collect::<Vec<_>>()
    );
}
