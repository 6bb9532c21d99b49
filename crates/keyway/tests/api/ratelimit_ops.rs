//! `ratelimit.limit` and `ratelimit.multiLimit`.

use std::collections::BTreeSet;
use std::sync::Arc;

use keyway_core::time::{MINUTE, SECOND};
use serde_json::{Value, json};

use crate::app::{START, TestApp, text, texts, together};

const INVALID: &str = "unkey/application/invalid_input";
const GONE: &str = "unkey/data/ratelimit_namespace_gone";
const ABSENT: &str = "unkey/data/ratelimit_namespace_not_found";

fn check(namespace: &str, identifier: &str, limit: i64, cost: i64) -> Value {
    json!({ "namespace": namespace, "identifier": identifier, "limit": limit, "duration": 60_000, "cost": cost })
}

async fn take(app: &TestApp, identifier: &str, limit: i64, cost: i64) -> (bool, i64) {
    let data = app.ok("ratelimit.limit", check("ns", identifier, limit, cost)).await;
    assert_eq!(data["limit"], limit);
    (data["success"].as_bool().unwrap(), data["remaining"].as_i64().unwrap())
}

#[tokio::test]
async fn a_limit_counts_and_refuses() {
    let app = TestApp::start().await;
    let body = json!({ "namespace": "ns", "identifier": "u", "limit": 3, "duration": 60_000 });
    let data = app.ok("ratelimit.limit", body).await;
    assert_eq!(
        data,
        json!({ "success": true, "limit": 3, "remaining": 2, "reset": START.0 + MINUTE })
    );
    assert_eq!(take(&app, "u", 3, 0).await, (true, 2), "a look counts nothing");
    assert_eq!(take(&app, "u", 3, 3).await, (false, 0), "no part of a cost is taken");
    assert_eq!(take(&app, "u", 3, 2).await, (true, 0));
    assert_eq!(take(&app, "u", 3, 1).await, (false, 0));
    assert_eq!(take(&app, "u", 3, 0).await, (true, 0), "a look at a full counter passes");
    assert_eq!(take(&app, "u", 2, 0).await, (false, 0), "but not under a smaller limit");
    assert_eq!(take(&app, "u", 10, 1).await, (true, 6), "another limit sees the same count");
    assert_eq!(take(&app, "U", 3, 1).await, (true, 2), "identifiers are told apart by case");
    assert_eq!(take(&app, "u ", 3, 1).await, (true, 2), "and nothing is trimmed");
    let other = json!({ "namespace": "ns", "identifier": "u", "limit": 3, "duration": 1000 });
    assert_eq!(
        app.ok("ratelimit.limit", other).await["remaining"],
        2,
        "another duration is another counter"
    );

    assert_eq!(take(&app, "max", i64::MAX, 1).await, (true, i64::MAX - 1));
    assert_eq!(
        take(&app, "max", i64::MAX, i64::MAX).await,
        (false, 0),
        "huge costs don't overflow"
    );
    assert_eq!(take(&app, "max", i64::MAX, 0).await, (true, i64::MAX - 1));
}

#[tokio::test]
async fn the_window_slides() {
    let app = TestApp::start().await;
    assert_eq!(take(&app, "u", 100, 100).await, (true, 0));
    app.clock.advance(MINUTE);
    assert_eq!(take(&app, "u", 100, 0).await, (true, 0), "all of the last window counts still");
    for (seconds, free) in [(15, 25), (30, 50), (59, 99)] {
        let into = (app.clock.now().0 - START.0) % MINUTE;
        app.clock.advance(seconds * SECOND - into);
        assert_eq!(take(&app, "u", 100, 0).await, (true, free), "{seconds} s");
    }
    app.clock.advance(SECOND);
    assert_eq!(take(&app, "u", 100, 100).await, (true, 0));
    app.clock.advance(-30 * SECOND);
    assert_eq!(take(&app, "u", 100, 1).await, (false, 0), "a clock that steps back opens nothing");
}

#[tokio::test]
async fn five_a_minute_within_fifty_a_month() {
    let app = TestApp::start().await;
    let mut passed = 0;
    for window in 0..24 {
        for _ in 0..10 {
            let body = json!([
                { "namespace": "ns", "identifier": "u", "limit": 5, "duration": 60_000 },
                { "namespace": "ns", "identifier": "u", "limit": 50, "duration": 2_592_000_000_i64 },
            ]);
            passed += i64::from(app.ok("ratelimit.multiLimit", body).await["passed"] == true);
        }
        assert_eq!(passed, (5 * (window / 2 + 1)).min(50));
        app.clock.advance(MINUTE);
    }
}

#[tokio::test]
async fn checks_that_cannot_be_are_refused() {
    let app = TestApp::start().await;
    let good = check("ns", "u", 1, 1);
    for (member, values) in [
        ("namespace", vec![json!(""), json!("x".repeat(513)), json!(null), json!(1)]),
        ("identifier", vec![json!(""), json!("x".repeat(513)), json!(null), json!([])]),
        (
            "limit",
            vec![
                json!(0),
                json!(-1),
                json!("10"),
                json!(1.5),
                json!(null),
                json!(9_223_372_036_854_775_808_u64),
            ],
        ),
        ("duration", vec![json!(999), json!(2_592_000_001_i64), json!("1000"), json!(null)]),
        ("cost", vec![json!(-1), json!(null), json!(0.5)]),
        ("extra", vec![json!(1)]),
    ] {
        for value in values {
            let mut body = good.clone();
            body[member] = value;
            let error = app.call("ratelimit.limit", body.clone()).await.error(400, INVALID);
            assert_eq!(error["errors"][0]["location"], format!("body.{member}"), "{body}");
            let batch = json!([good.clone(), body]);
            let error = app.call("ratelimit.multiLimit", batch).await.error(400, INVALID);
            assert_eq!(error["errors"][0]["location"], format!("body[1].{member}"));
        }
    }
    for member in ["namespace", "identifier", "limit", "duration"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        app.call("ratelimit.limit", body).await.error(400, INVALID);
    }
    for body in [json!([]), json!({}), json!(vec![good.clone(); 101])] {
        app.call("ratelimit.multiLimit", body).await.error(400, INVALID);
    }
    assert_eq!(
        app.ok("ratelimit.listNamespaces", json!({})).await,
        json!([]),
        "nothing was created"
    );
    for odd in ["ä\u{0}\n", " padded ", &"ü".repeat(512)] {
        assert_eq!(
            app.ok("ratelimit.limit", check(odd, odd, 1, 1)).await["success"],
            true,
            "{odd:?}"
        );
        assert_eq!(app.ok("ratelimit.limit", check(odd, odd, 1, 1)).await["success"], false);
    }
    let longest =
        json!({ "namespace": "n", "identifier": "u", "limit": 1, "duration": 2_592_000_000_i64 });
    app.ok("ratelimit.limit", longest).await;
    app.ok("ratelimit.multiLimit", json!(vec![check("n", "many", 100, 1); 100])).await;
}

#[tokio::test]
async fn an_unknown_namespace_is_created_once() {
    let app = TestApp::start().await;
    let answer = app.call("ratelimit.limit", check("fresh", "u", 5, 1)).await;
    answer.data();
    let namespaces = app.ok("ratelimit.listNamespaces", json!({})).await;
    assert_eq!(namespaces.as_array().unwrap().len(), 1);
    let id = text(&namespaces[0], "id");
    assert!(id.starts_with("rlns_"));
    assert_eq!(
        app.traced(&answer).await,
        [format!("ratelimitNamespace.create ratelimitNamespace:{id}")]
    );
    let answer = app.call("ratelimit.limit", check(&id, "u", 5, 1)).await;
    assert_eq!(answer.data()["remaining"], 3, "a namespace is named by id as well");
    assert_eq!(app.events(&answer).await, Vec::<String>::new());

    let batch = json!([
        check("a", "u", 5, 1),
        check("fresh", "u", 5, 1),
        check("b", "u", 5, 1),
        check("a", "v", 5, 1)
    ]);
    let answer = app.call("ratelimit.multiLimit", batch).await;
    assert_eq!(
        texts(answer.data()["limits"].as_array().unwrap(), "namespace"),
        ["a", "fresh", "b", "a"]
    );
    assert_eq!(
        app.events(&answer).await,
        ["ratelimitNamespace.create", "ratelimitNamespace.create"]
    );
}

#[tokio::test]
async fn who_may_not_create_or_check_creates_nothing() {
    let app = TestApp::start().await;
    app.ok("ratelimit.createNamespace", json!({ "name": "known" })).await;
    let namespaces = app.ok("ratelimit.listNamespaces", json!({})).await;
    let id = text(&namespaces[0], "id");
    let limiter = app.root_key_with(&["ratelimit.*.limit".to_owned()]).await;
    let creator = app.root_key_with(&["ratelimit.*.create_namespace".to_owned()]).await;
    let scoped = app.root_key_with(&[format!("ratelimit.{id}.limit")]).await;
    let (fresh, known) = (check("fresh", "u", 9, 1), check("known", "u", 9, 1));

    app.call_as(&limiter, "ratelimit.limit", fresh.clone())
        .await
        .forbidden(Some("ratelimit.*.create_namespace"));
    app.call_as(&creator, "ratelimit.limit", fresh.clone())
        .await
        .forbidden(Some("ratelimit.*.limit"));
    let either = format!("ratelimit.*.limit ratelimit.{id}.limit");
    app.call_as(&creator, "ratelimit.limit", known.clone()).await.forbidden(Some(&either));
    app.call_as(&scoped, "ratelimit.limit", known.clone()).await.data();
    app.call_as(&limiter, "ratelimit.limit", known.clone()).await.data();
    let both = json!([known, fresh]);
    app.call_as(&limiter, "ratelimit.multiLimit", both.clone())
        .await
        .forbidden(Some("ratelimit.*.create_namespace"));
    app.call_as(&scoped, "ratelimit.multiLimit", both)
        .await
        .forbidden(Some("ratelimit.*.create_namespace"));
    app.call_as(&scoped, "ratelimit.multiLimit", json!([known])).await.data();
    assert_eq!(app.ok("ratelimit.listNamespaces", json!({})).await.as_array().unwrap().len(), 1);
    assert_eq!(
        app.ok("ratelimit.limit", check("known", "u", 9, 0)).await["remaining"],
        6,
        "three calls counted"
    );
}

#[tokio::test]
async fn namespaces_of_others_are_forbidden_by_id_and_unknown_by_name() {
    let app = TestApp::start().await;
    let other = app.other_workspace().await;
    app.call_as(&other, "ratelimit.limit", check("theirs", "u", 1, 1)).await.data();
    let listed = app.call_as(&other, "ratelimit.listNamespaces", json!({})).await.data();
    let id = text(&listed[0], "id");
    app.call("ratelimit.limit", check(&id, "u", 1, 1)).await.forbidden(None);
    app.call("ratelimit.multiLimit", json!([check("mine", "u", 1, 1), check(&id, "u", 1, 1)]))
        .await
        .forbidden(None);
    app.call("ratelimit.limit", check("rlns_nowhere", "u", 1, 1)).await.error(404, ABSENT);
    assert_eq!(app.ok("ratelimit.listNamespaces", json!({})).await, json!([]));
    let mine = app.ok("ratelimit.limit", check("theirs", "u", 1, 1)).await;
    assert_eq!(mine["success"], true, "a name means nothing beyond its workspace");
}

#[tokio::test]
async fn checks_in_a_deleted_namespace_are_gone() {
    let app = TestApp::start().await;
    app.ok("ratelimit.multiLimit", json!([check("dead", "u", 5, 1), check("live", "u", 5, 1)]))
        .await;
    let listed = app.ok("ratelimit.listNamespaces", json!({ "search": "dead" })).await;
    let id = text(&listed[0], "id");
    app.ok("ratelimit.deleteNamespace", json!({ "namespace": "dead" })).await;
    for name in ["dead", id.as_str()] {
        app.call("ratelimit.limit", check(name, "u", 5, 1)).await.error(410, GONE);
        app.call("ratelimit.multiLimit", json!([check("live", "u", 5, 1), check(name, "u", 5, 1)]))
            .await
            .error(410, GONE);
    }
    assert_eq!(
        app.ok("ratelimit.limit", check("live", "u", 5, 0)).await["remaining"],
        4,
        "nothing was counted"
    );

    let nobody = app.root_key_with(&["api.*.read_api".to_owned()]).await;
    app.call_as(&nobody, "ratelimit.limit", check("dead", "u", 5, 1)).await.error(410, GONE);
    let both = json!([check("live", "u", 5, 1), check("dead", "u", 5, 1)]);
    app.call_as(&nobody, "ratelimit.multiLimit", both)
        .await
        .error(403, "unkey/authorization/insufficient_permissions");
}

#[tokio::test]
async fn a_batch_counts_all_or_nothing() {
    let app = TestApp::start().await;
    let data = app
        .ok("ratelimit.multiLimit", json!([check("a", "u", 3, 1), check("b", "ü\n", 9, 2)]))
        .await;
    assert_eq!(
        data,
        json!({ "passed": true, "limits": [
            { "namespace": "a", "identifier": "u", "passed": true, "limit": 3, "remaining": 2, "reset": START.0 + MINUTE },
            { "namespace": "b", "identifier": "ü\n", "passed": true, "limit": 9, "remaining": 7, "reset": START.0 + MINUTE },
        ] })
    );
    let data = app
        .ok("ratelimit.multiLimit", json!([check("a", "u", 3, 3), check("b", "ü\n", 9, 2)]))
        .await;
    assert_eq!(data["passed"], false);
    let told: Vec<_> = data["limits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (&l["passed"], &l["remaining"]))
        .collect();
    assert_eq!(told, [(&json!(false), &json!(0)), (&json!(true), &json!(7))]);
    assert_eq!(app.ok("ratelimit.limit", check("a", "u", 3, 0)).await["remaining"], 2);

    let repeated = json!(vec![check("c", "u", 10, 2); 3]);
    let data = app.ok("ratelimit.multiLimit", repeated).await;
    let left: Vec<i64> = data["limits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["remaining"].as_i64().unwrap())
        .collect();
    assert_eq!(left, [8, 6, 4]);
    let data = app.ok("ratelimit.multiLimit", json!(vec![check("c", "u", 10, 2); 3])).await;
    assert_eq!(data["passed"], false);
    assert_eq!(app.ok("ratelimit.limit", check("c", "u", 10, 0)).await["remaining"], 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_exactly_the_limit_passes() {
    let app = Arc::new(TestApp::start().await);
    let calls = (0..64).map(|_| {
        let app = app.clone();
        async move {
            let mut left = Vec::new();
            for _ in 0..3 {
                let data = app.ok("ratelimit.limit", check("brand new", "u", 100, 1)).await;
                if data["success"] == true {
                    left.push(data["remaining"].as_i64().unwrap());
                } else {
                    assert_eq!(data["remaining"], 0);
                }
            }
            left
        }
    });
    let left: Vec<i64> = together(calls).await.into_iter().flatten().collect();
    assert_eq!(left.len(), 100);
    assert_eq!(left.into_iter().collect::<BTreeSet<_>>(), (0..100).collect());
    assert_eq!(app.ok("ratelimit.listNamespaces", json!({})).await.as_array().unwrap().len(), 1);
    let created =
        app.ok("auditLogs.listAuditLogs", json!({ "event": "ratelimitNamespace.create" })).await;
    assert_eq!(created.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_in_opposite_order_neither_wait_for_each_other_nor_count_in_part() {
    let app = Arc::new(TestApp::start().await);
    let calls = (0..32).map(|n| {
        let app = app.clone();
        async move {
            let mut passed = 0;
            for _ in 0..4 {
                let mut batch = vec![check("a", "u", 50, 1), check("b", "u", 40, 1)];
                if n % 2 == 0 {
                    batch.reverse();
                }
                let data = app.ok("ratelimit.multiLimit", json!(batch)).await;
                passed += i64::from(data["passed"] == true);
            }
            passed
        }
    });
    let passed: i64 = together(calls).await.into_iter().sum();
    assert_eq!(passed, 40);
    assert_eq!(app.ok("ratelimit.limit", check("a", "u", 50, 0)).await["remaining"], 10);
    assert_eq!(app.ok("ratelimit.limit", check("b", "u", 40, 0)).await["remaining"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_batches_take_nothing_from_their_neighbours() {
    let app = Arc::new(TestApp::start().await);
    app.ok("ratelimit.limit", check("full", "u", 1, 1)).await;
    let calls = (0..20).map(|n| {
        let app = app.clone();
        async move {
            if n % 2 == 0 {
                let batch = json!([check("free", "u", 10, 10), check("full", "u", 1, 1)]);
                assert_eq!(app.ok("ratelimit.multiLimit", batch).await["passed"], false);
            } else {
                assert_eq!(
                    app.ok("ratelimit.limit", check("free", "u", 10, 1)).await["success"],
                    true
                );
            }
        }
    });
    together(calls).await;
}

#[tokio::test]
async fn namespaces_and_keys_count_apart() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let limits = json!([{ "name": "same", "limit": 1, "duration": 60_000, "autoApply": true }]);
    let (key, secret) = app.key_with(&api, json!({ "ratelimits": limits })).await;
    app.ok("ratelimit.limit", check("same", &key, 1, 1)).await;
    assert_eq!(app.code(&secret).await, "VALID");
}
