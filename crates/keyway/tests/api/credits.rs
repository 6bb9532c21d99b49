//! Credits: what a verification takes, and how balances are set and changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

async fn limited(app: &TestApp, api: &str, credits: Value) -> (String, String) {
    app.key_with(api, json!({ "credits": credits })).await
}

async fn balance(app: &TestApp, id: &str) -> Value {
    app.read_key(id).await["credits"].clone()
}

async fn change(app: &TestApp, id: &str, operation: &str, value: Value) -> Answer {
    let body = json!({ "keyId": id, "operation": operation, "value": value });
    app.call("keys.updateCredits", body).await
}

#[tokio::test]
async fn a_verification_takes_its_cost_or_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for (have, cost, code, left) in [
        (5, None, "VALID", 4),
        (5, Some(0), "VALID", 5),
        (5, Some(5), "VALID", 0),
        (5, Some(15), "USAGE_EXCEEDED", 5),
        (5, Some(1_000_000_000_000_i64), "USAGE_EXCEEDED", 5),
        (0, None, "USAGE_EXCEEDED", 0),
        (0, Some(1), "USAGE_EXCEEDED", 0),
        (0, Some(0), "VALID", 0),
        (i64::MAX, Some(1), "VALID", i64::MAX - 1),
    ] {
        let (id, key) = limited(&app, &api, json!({ "remaining": have })).await;
        let mut body = json!({ "key": key });
        if let Some(cost) = cost {
            body["credits"] = json!({ "cost": cost });
        }

        let verdict = app.verify(body).await;

        assert_eq!(
            (&verdict["code"], &verdict["credits"]),
            (&json!(code), &json!(left)),
            "{have} {cost:?}"
        );
        assert_eq!(balance(&app, &id).await, json!({ "remaining": left }));
    }
}

#[tokio::test]
async fn a_key_without_a_limit_costs_nothing() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = limited(&app, &api, json!({ "remaining": null })).await;
    let verdict =
        app.verify(json!({ "key": key, "credits": { "cost": 1_000_000_000_000_i64 } })).await;
    assert_eq!(verdict["code"], "VALID");
    assert_eq!(verdict.get("credits"), None);
    assert_eq!(app.read_key(&id).await.get("credits"), None);
}

#[tokio::test]
async fn a_refused_verification_tells_the_balance_and_leaves_it() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = limited(&app, &api, json!({ "remaining": 5 })).await;
    for change in [json!({ "enabled": false }), json!({ "enabled": true, "expires": 1 })] {
        let mut body = change;
        body["keyId"] = json!(id);
        app.ok("keys.updateKey", body).await;
        let verdict = app.verify(json!({ "key": key })).await;
        assert_eq!((&verdict["valid"], &verdict["credits"]), (&json!(false), &json!(5)));
    }
    app.ok("keys.updateKey", json!({ "keyId": id, "expires": null })).await;
    let verdict = app.verify(json!({ "key": key, "permissions": "nope" })).await;
    assert_eq!(verdict["credits"], 5);
    assert_eq!(balance(&app, &id).await, json!({ "remaining": 5 }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_credits_are_ten_uses_however_many_ask_at_once() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let (id, key) = limited(&app, &api, json!({ "remaining": 10 })).await;

    let verdicts = app.at_once("keys.verifyKey", vec![json!({ "key": key }); 64]).await;

    let (mut left, mut refused) = (Vec::new(), 0);
    for verdict in verdicts.iter().map(Answer::data) {
        match verdict["code"].as_str().unwrap() {
            "VALID" => left.push(verdict["credits"].as_i64().unwrap()),
            "USAGE_EXCEEDED" => refused += 1,
            other => panic!("{other}"),
        }
    }
    left.sort_unstable();
    assert_eq!(left, (0..10).collect::<Vec<i64>>());
    assert_eq!(refused, 54);
    assert_eq!(balance(&app, &id).await, json!({ "remaining": 0 }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn larger_costs_are_taken_whole_when_many_ask_at_once() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let (id, key) = limited(&app, &api, json!({ "remaining": 20 })).await;

    let body = json!({ "key": key, "credits": { "cost": 3 } });
    let verdicts = app.at_once("keys.verifyKey", vec![body; 32]).await;

    let left: BTreeSet<i64> = verdicts
        .iter()
        .map(Answer::data)
        .filter(|verdict| verdict["code"] == "VALID")
        .map(|verdict| verdict["credits"].as_i64().unwrap())
        .collect();
    assert_eq!(left, [2, 5, 8, 11, 14, 17].into());
    assert_eq!(balance(&app, &id).await, json!({ "remaining": 2 }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spending_and_topping_up_at_once_loses_nothing() {
    let app = Arc::new(TestApp::start().await);
    let api = app.api("payments").await;
    let (id, key) = limited(&app, &api, json!({ "remaining": 100 })).await;

    let spending = app.at_once("keys.verifyKey", vec![json!({ "key": key }); 40]);
    let up = json!({ "keyId": id, "operation": "increment", "value": 7 });
    let topping = app.at_once("keys.updateCredits", vec![up; 10]);
    let down = json!({ "keyId": id, "operation": "decrement", "value": 2 });
    let taking = app.at_once("keys.updateCredits", vec![down; 10]);
    let renaming = app.at_once(
        "keys.updateKey",
        (0..10).map(|at| json!({ "keyId": id, "name": format!("name {at}") })),
    );
    let (spent, topped, taken, renamed) = tokio::join!(spending, topping, taking, renaming);

    assert!(spent.iter().all(|verdict| verdict.data()["code"] == "VALID"));
    for answer in topped.iter().chain(&taken).chain(&renamed) {
        answer.data();
    }
    assert_eq!(balance(&app, &id).await, json!({ "remaining": 100 - 40 + 70 - 20 }));
}

#[tokio::test]
async fn balances_are_set_and_changed() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for (have, operation, value, after) in [
        (json!(5), "set", json!(9), json!(9)),
        (json!(5), "set", json!(0), json!(0)),
        (json!(5), "set", json!(null), json!(null)),
        (json!(null), "set", json!(3), json!(3)),
        (json!(null), "set", json!(null), json!(null)),
        (json!(5), "increment", json!(3), json!(8)),
        (json!(5), "increment", json!(0), json!(5)),
        (json!(5), "decrement", json!(3), json!(2)),
        (json!(5), "decrement", json!(0), json!(5)),
        (json!(5), "decrement", json!(6), json!(0)),
        (json!(5), "decrement", json!(i64::MAX), json!(0)),
    ] {
        let (id, _) = limited(&app, &api, json!({ "remaining": have })).await;
        let answer = change(&app, &id, operation, value.clone()).await.data();
        assert_eq!(answer, json!({ "remaining": after }), "{have} {operation} {value}");
        let expected = if after.is_null() { json!(null) } else { json!({ "remaining": after }) };
        assert_eq!(balance(&app, &id).await, expected);
    }
}

#[tokio::test]
async fn setting_without_a_value_makes_a_key_unlimited_and_drops_its_refill() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let credits = json!({ "remaining": 5, "refill": { "interval": "daily", "amount": 10 } });
    let (id, _) = limited(&app, &api, credits.clone()).await;

    let refilled = json!({ "remaining": 7, "refill": { "interval": "daily", "amount": 10 } });
    assert_eq!(change(&app, &id, "set", json!(7)).await.data(), refilled);
    let body = json!({ "keyId": id, "operation": "set" });
    assert_eq!(app.ok("keys.updateCredits", body).await, json!({ "remaining": null }));
    assert_eq!(app.read_key(&id).await.get("credits"), None);
    assert_eq!(change(&app, &id, "set", json!(1)).await.data(), json!({ "remaining": 1 }));

    let (id, _) = limited(&app, &api, credits).await;
    assert_eq!(change(&app, &id, "set", json!(null)).await.data(), json!({ "remaining": null }));
    assert_eq!(change(&app, &id, "set", json!(1)).await.data(), json!({ "remaining": 1 }));
}

#[tokio::test]
async fn changes_that_mean_nothing_are_refused() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, _) = limited(&app, &api, json!({ "remaining": 5 })).await;
    let (unlimited, _) = app.key(&api).await;
    let log = app.log().await;

    for operation in ["increment", "decrement"] {
        change(&app, &id, operation, json!(null)).await.invalid(&["body.value"]);
        let body = json!({ "keyId": id, "operation": operation });
        app.call("keys.updateCredits", body).await.invalid(&["body.value"]);
        change(&app, &unlimited, operation, json!(1))
            .await
            .error(400, "unkey/application/invalid_input");
        change(&app, &id, operation, json!(-1)).await.invalid(&["body.value"]);
    }
    for operation in ["Set", "INCREMENT", "", "add"] {
        change(&app, &id, operation, json!(1)).await.invalid(&["body.operation"]);
    }
    change(&app, &id, "set", json!("5")).await.invalid(&["body.value"]);
    change(&app, "key_nowhere", "set", json!(5)).await.error(404, "unkey/data/key_not_found");

    assert_eq!(balance(&app, &id).await, json!({ "remaining": 5 }));
    assert_eq!(app.log().await, log);
}

#[tokio::test]
async fn a_balance_never_overflows() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = limited(&app, &api, json!({ "remaining": i64::MAX - 1 })).await;
    let answer = change(&app, &id, "increment", json!(i64::MAX)).await;
    assert!(answer.status == 200 || answer.status == 400, "{answer:?}");
    let most = i64::MAX - i64::from(answer.status == 400);
    assert_eq!(app.verify(json!({ "key": key })).await["credits"], most - 1);
}

#[tokio::test]
async fn updates_keep_or_replace_each_half_of_the_credits() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let daily = json!({ "interval": "daily", "amount": 10 });
    let monthly = json!({ "interval": "monthly", "amount": 20, "refillDay": 15 });
    for (change, after) in [
        (json!({}), json!({ "remaining": 5, "refill": daily })),
        (json!({ "remaining": 9 }), json!({ "remaining": 9, "refill": daily })),
        (json!({ "remaining": null }), json!(null)),
        (json!({ "remaining": null, "refill": null }), json!(null)),
        (json!({ "refill": monthly }), json!({ "remaining": 5, "refill": monthly })),
        (json!({ "refill": null }), json!({ "remaining": 5 })),
        (
            json!({ "remaining": 9, "refill": monthly }),
            json!({ "remaining": 9, "refill": monthly }),
        ),
        (json!({ "remaining": 9, "refill": null }), json!({ "remaining": 9 })),
        (json!(null), json!(null)),
    ] {
        let (id, _) = limited(&app, &api, json!({ "remaining": 5, "refill": daily })).await;
        app.ok("keys.updateKey", json!({ "keyId": id, "credits": change })).await;
        assert_eq!(balance(&app, &id).await, after, "{change}");
    }
}

#[tokio::test]
async fn an_unlimited_key_gets_a_refill_only_with_a_balance() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = app.key(&api).await;
    let refill = json!({ "interval": "daily", "amount": 10 });

    let body = json!({ "keyId": id, "credits": { "refill": refill } });
    app.call("keys.updateKey", body).await.error(400, "unkey/application/invalid_input");
    let body = json!({ "keyId": id, "credits": { "remaining": null, "refill": refill } });
    app.call("keys.updateKey", body).await.invalid(&["body.credits.refill"]);
    assert_eq!(app.read_key(&id).await.get("credits"), None);
    app.ok("keys.updateKey", json!({ "keyId": id, "credits": { "refill": null } })).await;
    assert_eq!(app.read_key(&id).await.get("credits"), None);

    let credits = json!({ "remaining": 1, "refill": refill });
    app.ok("keys.updateKey", json!({ "keyId": id, "credits": credits })).await;
    assert_eq!(balance(&app, &id).await, credits);
    assert_eq!(app.verify(json!({ "key": key })).await["credits"], 0);
}

#[tokio::test]
async fn spent_credits_stay_spent_when_something_else_is_updated() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let (id, key) = limited(&app, &api, json!({ "remaining": 5 })).await;
    app.verify(json!({ "key": key })).await;

    for change in [
        json!({ "name": "other" }),
        json!({ "credits": {} }),
        json!({ "credits": { "refill": { "interval": "daily", "amount": 9 } } }),
        json!({ "ratelimits": [] }),
        json!({ "enabled": true }),
    ] {
        let mut body = change;
        body["keyId"] = json!(id);
        app.ok("keys.updateKey", body).await;
        assert_eq!(balance(&app, &id).await["remaining"], 4);
    }
    app.ok("keys.updateKey", json!({ "keyId": id, "credits": { "remaining": 2 } })).await;
    assert_eq!(app.verify(json!({ "key": key })).await["credits"], 1);
}
