//! Rate limits at verification: which are checked, what they take, and what they give back.

use std::sync::Arc;

use keyway_core::time::MINUTE;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, text};

fn limit(name: &str, limit: i64, auto_apply: bool) -> Value {
    json!({ "name": name, "limit": limit, "duration": MINUTE, "autoApply": auto_apply })
}

async fn key_with_limits(app: &TestApp, limits: Value) -> (String, String) {
    let api = app.api("payments").await;
    app.key_with(&api, json!({ "ratelimits": limits })).await
}

async fn ask(app: &TestApp, key: &str, limits: Value) -> Value {
    app.verify(json!({ "key": key, "ratelimits": limits })).await
}

/// Name, what is left and whether it was exceeded, of each limit in a verdict.
fn left(verdict: &Value) -> Value {
    let entries = verdict["ratelimits"].as_array().map_or(&[][..], Vec::as_slice);
    entries
        .iter()
        .map(|entry| json!([entry["name"], entry["remaining"], entry["exceeded"]]))
        .collect()
}

#[tokio::test]
async fn automatic_limits_count_every_verification_and_others_only_when_asked() {
    let app = TestApp::start().await;
    let limits = json!([limit("automatic", 2, true), limit("on demand", 2, false)]);
    let (_, key) = key_with_limits(&app, limits).await;

    assert_eq!(left(&ask(&app, &key, json!([])).await), json!([["automatic", 1, false]]));
    let verdict = ask(&app, &key, json!([{ "name": "on demand" }])).await;
    assert_eq!(left(&verdict), json!([["automatic", 0, false], ["on demand", 1, false]]));
    assert_eq!(verdict["code"], "VALID");
    let verdict = app.verify(json!({ "key": key })).await;
    assert_eq!(verdict["code"], "RATE_LIMITED");
    assert_eq!(left(&verdict), json!([["automatic", 0, true]]));
}

#[tokio::test]
async fn an_entry_tells_all_about_its_limit() {
    let app = TestApp::start().await;
    let (id, key) = key_with_limits(&app, json!([limit("requests", 10, true)])).await;
    let stored = app.read_key(&id).await["ratelimits"][0]["id"].clone();
    app.clock.advance(MINUTE / 4);

    let verdict = ask(
        &app,
        &key,
        json!([{ "name": "on the spot", "limit": 3, "duration": 2000, "cost": 2 }]),
    )
    .await;

    let now = app.clock.now().0;
    assert_eq!(
        verdict["ratelimits"],
        json!([
            {
                "id": stored, "name": "requests", "limit": 10, "duration": MINUTE, "remaining": 9,
                "reset": now + MINUTE * 3 / 4, "exceeded": false, "autoApply": true,
            },
            {
                "id": "", "name": "on the spot", "limit": 3, "duration": 2000, "remaining": 1,
                "reset": now + 2000 - now % 2000, "exceeded": false, "autoApply": false,
            },
        ])
    );
}

#[tokio::test]
async fn an_automatic_limit_that_is_also_asked_for_is_checked_once_at_the_asked_cost() {
    let app = TestApp::start().await;
    let (_, key) = key_with_limits(&app, json!([limit("requests", 10, true)])).await;
    let verdict = ask(&app, &key, json!([{ "name": "requests", "cost": 4 }])).await;
    assert_eq!(left(&verdict), json!([["requests", 6, false]]));
    let verdict = ask(&app, &key, json!([{ "name": "requests", "cost": 0 }])).await;
    assert_eq!(left(&verdict), json!([["requests", 6, false]]));
}

#[tokio::test]
async fn a_cost_of_nothing_passes_a_full_window_and_one_that_is_too_large_takes_nothing() {
    let app = TestApp::start().await;
    let (_, key) = key_with_limits(&app, json!([limit("requests", 3, false)])).await;
    let code = async |cost: i64| {
        text(&ask(&app, &key, json!([{ "name": "requests", "cost": cost }])).await, "code")
    };

    assert_eq!(code(4).await, "RATE_LIMITED");
    assert_eq!(code(i64::MAX).await, "RATE_LIMITED");
    assert_eq!(code(3).await, "VALID");
    assert_eq!(code(1).await, "RATE_LIMITED");
    assert_eq!(code(0).await, "VALID");
}

#[tokio::test]
async fn an_unknown_limit_fails_the_request_and_takes_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let limits = json!([limit("requests", 5, true), limit("tokens", 5, false)]);
    let members =
        json!({ "ratelimits": limits, "credits": { "remaining": 5 }, "externalId": "user_1" });
    let (id, key) = app.key_with(&api, members).await;
    let identity = text(&app.read_key(&id).await["identity"], "id");

    let asked = json!([{ "name": "tokens" }, { "name": "unheard of" }]);
    let error = app
        .call("keys.verifyKey", json!({ "key": key, "ratelimits": asked }))
        .await
        .error(412, "unkey/application/precondition_failed");
    let detail = text(&error, "detail");
    for named in ["unheard of", &id, &identity] {
        assert!(detail.contains(named), "{detail}");
    }

    let verdict = ask(&app, &key, json!([{ "name": "tokens" }])).await;
    assert_eq!(left(&verdict), json!([["requests", 4, false], ["tokens", 4, false]]));
    assert_eq!(verdict["credits"], 4);
}

#[tokio::test]
async fn several_limits_are_taken_together_or_not_at_all() {
    let app = TestApp::start().await;
    let limits = json!([limit("narrow", 1, false), limit("wide", 10, false)]);
    let (_, key) = key_with_limits(&app, limits).await;
    let both = json!([{ "name": "wide", "cost": 3 }, { "name": "narrow" }]);

    let verdict = ask(&app, &key, both.clone()).await;
    assert_eq!(left(&verdict), json!([["wide", 7, false], ["narrow", 0, false]]));
    for _ in 0..3 {
        let verdict = ask(&app, &key, both.clone()).await;
        assert_eq!(verdict["code"], "RATE_LIMITED");
        assert_eq!(left(&verdict), json!([["wide", 7, false], ["narrow", 0, true]]));
    }
    let verdict = ask(&app, &key, json!([{ "name": "wide", "cost": 7 }])).await;
    assert_eq!(verdict["code"], "VALID");
}

#[tokio::test]
async fn limits_are_given_back_when_the_credits_refuse() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let members =
        json!({ "ratelimits": [limit("requests", 2, true)], "credits": { "remaining": 0 } });
    let (id, key) = app.key_with(&api, members).await;
    for _ in 0..5 {
        assert_eq!(app.code(&key).await, "USAGE_EXCEEDED");
    }
    app.ok("keys.updateCredits", json!({ "keyId": id, "operation": "set", "value": 9 })).await;
    assert_eq!(left(&app.verify(json!({ "key": key })).await), json!([["requests", 1, false]]));
}

#[tokio::test]
async fn a_limit_that_refuses_leaves_the_credits() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let members =
        json!({ "ratelimits": [limit("requests", 1, true)], "credits": { "remaining": 5 } });
    let (_, key) = app.key_with(&api, members).await;
    assert_eq!(app.verify(json!({ "key": key })).await["credits"], 4);
    let verdict = app.verify(json!({ "key": key })).await;
    assert_eq!((&verdict["code"], &verdict["credits"]), (&json!("RATE_LIMITED"), &json!(4)));
}

#[tokio::test]
async fn limits_on_the_spot_need_not_be_stored_and_count_for_the_key() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let ((_, one), (_, other)) = (app.key(&api).await, app.key(&api).await);
    let asked = json!([{ "name": "requests", "limit": 1, "duration": MINUTE }]);
    assert_eq!(ask(&app, &one, asked.clone()).await["code"], "VALID");
    assert_eq!(ask(&app, &one, asked.clone()).await["code"], "RATE_LIMITED");
    assert_eq!(ask(&app, &other, asked.clone()).await["code"], "VALID");
    app.call("keys.verifyKey", json!({ "key": one, "ratelimits": [{ "name": "requests" }] }))
        .await
        .error(412, "unkey/application/precondition_failed");
    let wider = json!([{ "name": "requests", "limit": 3, "duration": MINUTE }]);
    assert_eq!(left(&ask(&app, &one, wider).await), json!([["requests", 1, false]]));
    let longer = json!([{ "name": "requests", "limit": 1, "duration": MINUTE * 2 }]);
    assert_eq!(ask(&app, &one, longer).await["code"], "VALID");
}

#[tokio::test]
async fn a_limit_on_the_spot_shares_the_count_of_a_stored_one() {
    let app = TestApp::start().await;
    let (_, key) = key_with_limits(&app, json!([limit("requests", 10, false)])).await;
    ask(&app, &key, json!([{ "name": "requests", "cost": 4 }])).await;
    let asked = json!([{ "name": "requests", "limit": 5, "duration": MINUTE }]);
    let verdict = ask(&app, &key, asked).await;
    assert_eq!(left(&verdict), json!([["requests", 0, false]]));
    assert_eq!(verdict["ratelimits"][0]["id"], "");
}

#[tokio::test]
async fn the_last_of_several_limits_of_one_name_counts() {
    let app = TestApp::start().await;
    let (_, key) = key_with_limits(&app, json!([limit("requests", 10, false)])).await;
    let asked = json!([{ "name": "requests", "cost": 9 }, { "name": "requests", "cost": 2 }]);
    assert_eq!(left(&ask(&app, &key, asked).await), json!([["requests", 8, false]]));
}

#[tokio::test]
async fn a_window_slides() {
    let app = TestApp::start().await;
    let (_, key) = key_with_limits(&app, json!([limit("requests", 100, false)])).await;
    ask(&app, &key, json!([{ "name": "requests", "cost": 100 }])).await;
    let free = async || {
        let verdict = ask(&app, &key, json!([{ "name": "requests", "cost": 0 }])).await;
        verdict["ratelimits"][0]["remaining"].as_i64().unwrap()
    };

    app.clock.advance(MINUTE - 1);
    assert_eq!(free().await, 0);
    for expected in [0, 25, 50, 75] {
        app.clock.advance(if expected == 0 { 1 } else { MINUTE / 4 });
        assert_eq!(free().await, expected);
    }
    app.clock.advance(MINUTE / 4);
    assert_eq!(free().await, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_limit_of_a_hundred_is_a_hundred_however_many_ask_at_once() {
    let app = Arc::new(TestApp::start().await);
    let limits = json!([limit("narrow", 100, true), limit("wide", 1000, true)]);
    let (_, key) = key_with_limits(&app, limits).await;

    let verdicts = app.at_once("keys.verifyKey", vec![json!({ "key": key }); 64 * 3]).await;

    let valid = verdicts.iter().map(Answer::data).filter(|v| v["code"] == "VALID").count();
    assert_eq!(valid, 100);
    let asked = json!([{ "name": "narrow", "cost": 0 }, { "name": "wide", "cost": 0 }]);
    let verdict = ask(&app, &key, asked).await;
    assert_eq!(left(&verdict), json!([["narrow", 0, false], ["wide", 900, false]]));
}

#[tokio::test]
async fn replaced_limits_keep_their_id_and_count_by_name() {
    let app = TestApp::start().await;
    let limits = json!([limit("kept", 10, true), limit("removed", 10, true)]);
    let (id, key) = key_with_limits(&app, limits).await;
    let before = app.read_key(&id).await["ratelimits"].clone();
    app.verify(json!({ "key": key })).await;

    let limits = json!([limit("added", 7, false), limit("kept", 5, true)]);
    app.ok("keys.updateKey", json!({ "keyId": id, "ratelimits": limits })).await;

    let after = app.read_key(&id).await["ratelimits"].clone();
    let find = |list: &Value, name: &str| {
        list.as_array().unwrap().iter().find(|limit| limit["name"] == name).cloned()
    };
    let (old, new) = (find(&before, "kept").unwrap(), find(&after, "kept").unwrap());
    assert_eq!(old["id"], new["id"]);
    assert_eq!(new["limit"], 5);
    assert_eq!(find(&after, "removed"), None);
    assert_eq!(after.as_array().unwrap().len(), 2);
    assert_eq!(left(&app.verify(json!({ "key": key })).await), json!([["kept", 3, false]]));
    app.call("keys.verifyKey", json!({ "key": key, "ratelimits": [{ "name": "removed" }] }))
        .await
        .error(412, "unkey/application/precondition_failed");
}

#[tokio::test]
async fn another_duration_starts_another_count() {
    let app = TestApp::start().await;
    let (id, key) = key_with_limits(&app, json!([limit("requests", 1, true)])).await;
    app.verify(json!({ "key": key })).await;
    assert_eq!(app.code(&key).await, "RATE_LIMITED");
    let longer =
        json!([{ "name": "requests", "limit": 1, "duration": MINUTE * 60, "autoApply": true }]);
    app.ok("keys.updateKey", json!({ "keyId": id, "ratelimits": longer })).await;
    assert_eq!(app.code(&key).await, "VALID");
}

#[tokio::test]
async fn limits_stand_in_the_order_of_the_key_and_then_of_the_request() {
    let app = TestApp::start().await;
    let limits = json!([
        limit("zebra", 9, true),
        limit("apple", 9, true),
        limit("mango", 9, false),
        limit("berry", 9, false),
    ]);
    let (id, key) = key_with_limits(&app, limits).await;
    let names: Vec<Value> = app.read_key(&id).await["ratelimits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|limit| limit["name"].clone())
        .collect();
    let verdict = ask(
        &app,
        &key,
        json!([{ "name": "mango" }, { "name": "spot", "limit": 9, "duration": 1000 }, { "name": "berry" }]),
    )
    .await;
    let mut expected: Vec<Value> =
        names.into_iter().filter(|n| n == "zebra" || n == "apple").collect();
    expected.extend([json!("mango"), json!("spot"), json!("berry")]);
    let found: Vec<Value> =
        left(&verdict).as_array().unwrap().iter().map(|entry| entry[0].clone()).collect();
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replacements_at_once_leave_one_complete_set() {
    let app = Arc::new(TestApp::start().await);
    let (id, _) = key_with_limits(&app, json!([limit("first", 1, false)])).await;
    let sets: Vec<Value> = (1..=8)
        .map(|at| json!([limit("first", at, false), limit(&format!("own {at}"), at, true)]))
        .collect();
    let bodies = sets.iter().map(|set| json!({ "keyId": id, "ratelimits": set }));
    for answer in app.at_once("keys.updateKey", bodies.collect::<Vec<_>>()).await {
        answer.data();
    }
    let mut seen = app.read_key(&id).await["ratelimits"].clone();
    for limit in seen.as_array_mut().unwrap() {
        limit.as_object_mut().unwrap().remove("id");
    }
    let mut seen = seen.as_array().unwrap().clone();
    seen.sort_by_key(|limit| limit["name"].to_string());
    assert!(sets.contains(&json!(seen)), "{seen:?}");
}
