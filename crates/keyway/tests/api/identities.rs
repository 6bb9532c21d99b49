//! Identities: owners of keys, and the limits that their keys share.

use std::sync::Arc;

use keyway_core::time::MINUTE;
use serde_json::{Value, json};

use crate::app::{TestApp, text, texts, together};

const INVALID: &str = "unkey/application/invalid_input";
const ABSENT: &str = "unkey/data/identity_not_found";
const TAKEN: &str = "unkey/data/identity_already_exists";

fn limit(name: &str, limit: i64) -> Value {
    json!({ "name": name, "limit": limit, "duration": 60_000, "autoApply": true })
}

async fn create(app: &TestApp, body: Value) -> String {
    text(&app.ok("identities.createIdentity", body).await, "identityId")
}

async fn get(app: &TestApp, identity: &str) -> Value {
    app.ok("identities.getIdentity", json!({ "identity": identity })).await
}

#[tokio::test]
async fn an_identity_is_what_was_said_of_it() {
    let app = TestApp::start().await;
    let bare = create(&app, json!({ "externalId": "bare" })).await;
    assert!(bare.starts_with("id_"));
    assert_eq!(get(&app, &bare).await, json!({ "id": bare, "externalId": "bare" }));

    let body = json!({
        "externalId": "user_1.a-b",
        "meta": { "plan": "pro", "nested": { "deep": [1, 2.5, null] }, "größe": "ä" },
        "ratelimits": [limit("tokens", i64::MAX), { "name": "ads", "limit": 1, "duration": 1000 }],
        "unknown members": "are ignored",
    });
    let created = app.call("identities.createIdentity", body).await;
    let id = text(&created.data(), "identityId");
    for name in [id.as_str(), "user_1.a-b"] {
        let seen = get(&app, name).await;
        assert_eq!(seen["id"], id.as_str());
        assert_eq!(
            seen["meta"],
            json!({ "plan": "pro", "nested": { "deep": [1, 2.5, null] }, "größe": "ä" })
        );
        let limits = seen["ratelimits"].as_array().unwrap();
        assert_eq!(limits.len(), 2);
        let of = |name: &str| limits.iter().find(|limit| limit["name"] == name).unwrap();
        assert_eq!(of("tokens")["limit"], i64::MAX);
        assert_eq!(of("tokens")["autoApply"], true);
        assert_eq!(of("ads")["autoApply"], false);
        assert!(text(of("ads"), "id").starts_with("rl_"));
    }

    let events = app.traced(&created).await;
    assert_eq!(events.len(), 3, "{events:?}");
    assert_eq!(events[0], format!("identity.create identity:{id}"));
    for event in &events[1..] {
        assert!(
            event.starts_with(&format!("ratelimit.create identity:{id} ratelimit:rl_")),
            "{event}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_an_identity_is_refused() {
    let app = TestApp::start().await;
    let many: serde_json::Map<String, Value> =
        (0..101).map(|n| (format!("m{n}"), json!(1))).collect();
    for (body, location) in [
        (json!({}), "body.externalId"),
        (json!({ "externalId": "" }), "body.externalId"),
        (json!({ "externalId": "x".repeat(256) }), "body.externalId"),
        (json!({ "externalId": "a b" }), "body.externalId"),
        (json!({ "externalId": "newline\n" }), "body.externalId"),
        (json!({ "externalId": "ä" }), "body.externalId"),
        (json!({ "externalId": 5 }), "body.externalId"),
        (json!({ "externalId": "a", "meta": [] }), "body.meta"),
        (json!({ "externalId": "a", "meta": null }), "body.meta"),
        (json!({ "externalId": "a", "meta": many }), "body.meta"),
        (json!({ "externalId": "a", "ratelimits": null }), "body.ratelimits"),
        (json!({ "externalId": "a", "ratelimits": [limit("ab", 1)] }), "body.ratelimits[0].name"),
        (
            json!({ "externalId": "a", "ratelimits": [limit(&"n".repeat(129), 1)] }),
            "body.ratelimits[0].name",
        ),
        (json!({ "externalId": "a", "ratelimits": [limit("abc", 0)] }), "body.ratelimits[0].limit"),
        (
            json!({ "externalId": "a", "ratelimits": [{ "name": "abc", "limit": 1, "duration": 999 }] }),
            "body.ratelimits[0].duration",
        ),
        (
            json!({ "externalId": "a", "ratelimits": [{ "name": "abc", "limit": "1", "duration": 1000 }] }),
            "body.ratelimits[0].limit",
        ),
        (
            json!({ "externalId": "a", "ratelimits": [{ "name": "abc", "limit": 1 }] }),
            "body.ratelimits[0].duration",
        ),
        (
            json!({ "externalId": "a", "ratelimits": [limit("same", 1), limit("same", 2)] }),
            "body.ratelimits[1].name",
        ),
    ] {
        let answer = app.call("identities.createIdentity", body.clone()).await;
        assert_eq!(answer.error(400, INVALID)["errors"][0]["location"], location, "{body}");
        assert_eq!(app.events(&answer).await, Vec::<String>::new());
    }
    let limits: Vec<Value> = (0..51).map(|n| limit(&format!("limit{n}"), 1)).collect();
    app.call("identities.createIdentity", json!({ "externalId": "a", "ratelimits": limits }))
        .await
        .error(400, INVALID);
    let limits = &limits[..50];
    create(&app, json!({ "externalId": "a", "ratelimits": limits })).await;
    create(
        &app,
        json!({ "externalId": "x".repeat(255), "ratelimits": [limit(&"ä".repeat(128), 1)] }),
    )
    .await;
}

#[tokio::test]
async fn meta_may_have_a_mebibyte() {
    let app = TestApp::start().await;
    let most = 1024 * 1024 - r#"{"a":""}"#.len();
    let body = |length: usize| json!({ "externalId": "big", "meta": { "a": "x".repeat(length) } });
    let error = app.call("identities.createIdentity", body(most + 1)).await.error(400, INVALID);
    assert!(text(&error, "detail").starts_with("Metadata is too large"));
    create(&app, body(most)).await;
    assert_eq!(get(&app, "big").await["meta"]["a"].as_str().unwrap().len(), most);

    let update = json!({ "identity": "big", "meta": { "a": "x".repeat(most + 1) } });
    let error = app.call("identities.updateIdentity", update).await.error(400, INVALID);
    assert!(text(&error, "detail").starts_with("Metadata is too large"));
    let mut deep = json!(1);
    for _ in 0..60 {
        deep = json!({ "a": deep });
    }
    app.ok("identities.updateIdentity", json!({ "identity": "big", "meta": deep })).await;
    assert_eq!(get(&app, "big").await["meta"], deep);
}

#[tokio::test]
async fn an_external_id_belongs_to_one_identity() {
    let app = TestApp::start().await;
    let first = create(&app, json!({ "externalId": "user", "meta": { "a": 1 } })).await;
    let again =
        json!({ "externalId": "user", "meta": { "b": 2 }, "ratelimits": [limit("new", 1)] });
    let answer = app.call("identities.createIdentity", again).await;
    answer.error(409, TAKEN);
    assert_eq!(app.events(&answer).await, Vec::<String>::new());
    assert_eq!(
        get(&app, "user").await,
        json!({ "id": first, "externalId": "user", "meta": { "a": 1 } })
    );
    create(&app, json!({ "externalId": "User" })).await;

    let other = app.other_workspace().await;
    let body = json!({ "externalId": "user" });
    app.call_as(&other, "identities.createIdentity", body).await.data();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_racing_creations_one_wins() {
    let app = Arc::new(TestApp::start().await);
    let calls = (0..20).map(|n| {
        let app = app.clone();
        async move {
            let body =
                json!({ "externalId": "user", "ratelimits": [limit(&format!("limit{n}"), 1)] });
            app.call("identities.createIdentity", body).await
        }
    });
    let answers = together(calls).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(made.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.error(409, TAKEN);
    }
    let seen = get(&app, "user").await;
    assert_eq!(seen["id"], made[0].data()["identityId"]);
    assert_eq!(seen["ratelimits"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_identity_is_named_by_id_before_external_id() {
    let app = TestApp::start().await;
    let first = create(&app, json!({ "externalId": "first" })).await;
    let second = create(&app, json!({ "externalId": first })).await;
    assert_eq!(get(&app, &first).await["id"], first.as_str());
    app.ok("identities.deleteIdentity", json!({ "identity": first })).await;
    assert_eq!(get(&app, &first).await["id"], second.as_str());
}

#[tokio::test]
async fn ids_of_others_are_forbidden_and_names_of_others_mean_nothing() {
    let app = TestApp::start().await;
    let other = app.other_workspace().await;
    let body = json!({ "externalId": "theirs" });
    let data = app.call_as(&other, "identities.createIdentity", body).await.data();
    let theirs = text(&data, "identityId");
    for operation in ["getIdentity", "updateIdentity", "deleteIdentity"] {
        let operation = format!("identities.{operation}");
        app.call(&operation, json!({ "identity": theirs })).await.forbidden(None);
        for unknown in ["theirs", "id_nowhere", " ", "ä/\\%", &"x".repeat(5000)] {
            let error =
                app.call(&operation, json!({ "identity": unknown })).await.error(404, ABSENT);
            assert_eq!(error["detail"], "This identity does not exist.");
            assert_eq!(error["title"], "Not Found");
        }
        app.call(&operation, json!({ "identity": "" })).await.error(400, INVALID);
    }
    create(&app, json!({ "externalId": "theirs" })).await;
    assert_ne!(get(&app, "theirs").await["id"], theirs.as_str());
}

#[tokio::test]
async fn permissions_are_asked_for_in_the_documented_order() {
    let app = TestApp::start().await;
    let id = create(&app, json!({ "externalId": "user" })).await;
    let nobody = app.root_key_with(&[]).await;
    let create_scope = Some("identity.*.create_identity");
    app.call_as(&nobody, "identities.createIdentity", json!({ "externalId": "" }))
        .await
        .error(400, INVALID);
    app.call_as(&nobody, "identities.createIdentity", json!({ "externalId": "user" }))
        .await
        .forbidden(create_scope);
    let huge = json!({ "externalId": "user", "meta": { "a": "x".repeat(1024 * 1024) } });
    app.call_as(&nobody, "identities.createIdentity", huge).await.forbidden(create_scope);

    app.call_as(&nobody, "identities.getIdentity", json!({ "identity": "nobody" }))
        .await
        .error(404, ABSENT);
    let scope = format!("identity.*.read_identity identity.{id}.read_identity");
    app.call_as(&nobody, "identities.getIdentity", json!({ "identity": "user" }))
        .await
        .forbidden(Some(&scope));

    for (operation, action) in
        [("updateIdentity", "update_identity"), ("deleteIdentity", "delete_identity")]
    {
        let operation = format!("identities.{operation}");
        let refused = app.call_as(&nobody, &operation, json!({ "identity": "nobody" })).await;
        refused.forbidden(Some(&format!("identity.*.{action}")));
        let scoped = app.root_key_with(&[format!("identity.{id}.{action}")]).await;
        app.call_as(&scoped, &operation, json!({ "identity": "user" })).await.data();
    }
    app.call("identities.getIdentity", json!({ "identity": id })).await.error(404, ABSENT);
}

#[tokio::test]
async fn updates_replace_what_they_name() {
    let app = TestApp::start().await;
    let limits = json!([limit("keep", 1), limit("drop", 2)]);
    let id =
        create(&app, json!({ "externalId": "u", "meta": { "a": 1 }, "ratelimits": limits })).await;
    let before = get(&app, &id).await;
    let id_of = |seen: &Value, name: &str| {
        let limits = seen["ratelimits"].as_array().unwrap();
        text(limits.iter().find(|limit| limit["name"] == name).unwrap(), "id")
    };

    let wanted = json!([limit("new", 9), { "name": "keep", "limit": 5, "duration": 2000 }]);
    let answer = app
        .call("identities.updateIdentity", json!({ "identity": "u", "ratelimits": wanted }))
        .await;
    let after = answer.data();
    assert_eq!(after["meta"], json!({ "a": 1 }));
    assert_eq!(texts(after["ratelimits"].as_array().unwrap(), "name"), ["new", "keep"]);
    assert_eq!(id_of(&after, "keep"), id_of(&before, "keep"));
    assert_eq!(
        after["ratelimits"][1],
        json!({ "id": id_of(&before, "keep"), "name": "keep", "limit": 5, "duration": 2000, "autoApply": false })
    );
    let mut events = app.traced(&answer).await;
    events.sort();
    assert_eq!(
        events,
        [
            format!("identity.update identity:{id}"),
            format!("ratelimit.create identity:{id} ratelimit:{}", id_of(&after, "new")),
            format!("ratelimit.delete identity:{id} ratelimit:{}", id_of(&before, "drop")),
            format!("ratelimit.update identity:{id} ratelimit:{}", id_of(&after, "keep")),
        ]
    );

    let answer =
        app.call("identities.updateIdentity", json!({ "identity": "u", "meta": { "b": 2 } })).await;
    assert_eq!(answer.data()["meta"], json!({ "b": 2 }));
    assert_eq!(answer.data()["ratelimits"].as_array().unwrap().len(), 2);
    let answer = app.call("identities.updateIdentity", json!({ "identity": "u" })).await;
    assert_eq!(answer.data()["meta"], json!({ "b": 2 }));
    assert_eq!(app.events(&answer).await, Vec::<String>::new(), "nothing was changed");

    let cleared = app
        .ok("identities.updateIdentity", json!({ "identity": "u", "meta": {}, "ratelimits": [] }))
        .await;
    assert_eq!(cleared, json!({ "id": id, "externalId": "u" }));
    for (body, location) in [
        (json!({ "identity": "u", "meta": null }), "body.meta"),
        (json!({ "identity": "u", "externalId": "x" }), "body.externalId"),
        (
            json!({ "identity": "u", "ratelimits": [limit("same", 1), limit("same", 2)] }),
            "body.ratelimits[1].name",
        ),
    ] {
        let error = app.call("identities.updateIdentity", body).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], location);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_updates_leave_the_whole_of_one() {
    let app = Arc::new(TestApp::start().await);
    for name in ["a", "b"] {
        create(&app, json!({ "externalId": name })).await;
    }
    let calls = (0..24_i64).map(|n| {
        let app = app.clone();
        async move {
            let limits: Vec<Value> =
                (0..3).map(|each| limit(&format!("limit{each}"), n + 1)).collect();
            let identity = if n % 2 == 0 { "a" } else { "b" };
            let body =
                json!({ "identity": identity, "meta": { "writer": n }, "ratelimits": limits });
            app.ok("identities.updateIdentity", body).await
        }
    });
    for answer in together(calls).await {
        assert_eq!(answer["ratelimits"].as_array().unwrap().len(), 3);
    }
    for name in ["a", "b"] {
        let seen = get(&app, name).await;
        let writer = seen["meta"]["writer"].as_i64().unwrap();
        let limits = seen["ratelimits"].as_array().unwrap();
        assert_eq!(limits.len(), 3);
        assert!(limits.iter().all(|limit| limit["limit"] == writer + 1), "{seen}");
    }
}

#[tokio::test]
async fn a_deleted_identity_leaves_its_keys_and_its_name() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    let id = create(&app, json!({ "externalId": "u", "ratelimits": [limit("tight", 1)] })).await;
    let (key, secret) = app.key_with(&api, json!({ "externalId": "u" })).await;
    assert_eq!(app.code(&secret).await, "VALID");
    assert_eq!(app.code(&secret).await, "RATE_LIMITED");

    let answer = app.call("identities.deleteIdentity", json!({ "identity": "u" })).await;
    answer.data();
    let events = app.traced(&answer).await;
    assert_eq!(events[0], format!("identity.delete identity:{id}"));
    assert!(events[1].starts_with(&format!("ratelimit.delete identity:{id} ratelimit:rl_")));
    assert_eq!(events.len(), 2);

    let verdict = app.verify(json!({ "key": secret })).await;
    assert_eq!(
        (&verdict["code"], verdict.get("identity"), verdict.get("ratelimits")),
        (&json!("VALID"), None, None)
    );
    app.call("identities.deleteIdentity", json!({ "identity": "u" })).await.error(404, ABSENT);
    app.call("identities.deleteIdentity", json!({ "identity": id })).await.error(404, ABSENT);
    for _ in 0..3 {
        let next = create(&app, json!({ "externalId": "u" })).await;
        assert_ne!(next, id);
        assert_eq!(get(&app, "u").await, json!({ "id": next, "externalId": "u" }));
        assert_eq!(app.ok("keys.getKey", json!({ "keyId": key })).await.get("identity"), None);
        app.ok("identities.deleteIdentity", json!({ "identity": "u" })).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_deletions_each_succeed_or_find_nothing() {
    let app = Arc::new(TestApp::start().await);
    create(&app, json!({ "externalId": "u" })).await;
    let calls = (0..8).map(|_| {
        let app = app.clone();
        async move { app.call("identities.deleteIdentity", json!({ "identity": "u" })).await.status }
    });
    let statuses = together(calls).await;
    assert!(statuses.contains(&200) && statuses.iter().all(|status| [200, 404].contains(status)));
}

#[tokio::test]
async fn lists_search_and_show_only_what_may_be_read() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for name in ["alpha", "Beta_50", "gamma.x", "delta-x"] {
        ids.push(create(&app, json!({ "externalId": name })).await);
    }
    let found = async |search: &str| {
        let rows = app.ok("identities.listIdentities", json!({ "search": search })).await;
        let mut names = texts(rows.as_array().unwrap(), "externalId");
        names.sort();
        names
    };
    assert_eq!(found("").await.len(), 4);
    assert_eq!(found("  ").await.len(), 4);
    assert_eq!(found(" BETA ").await, ["Beta_50"]);
    assert_eq!(found("A-x").await, ["delta-x"]);
    assert_eq!(found("_").await.len(), 4, "every id has an underscore");
    assert_eq!(found("a_5").await, ["Beta_50"]);
    for nothing in ["%", "*", "\\", "a%b"] {
        assert_eq!(found(nothing).await, Vec::<String>::new(), "{nothing}");
    }
    assert_eq!(found(&ids[0]).await, ["alpha"]);

    let rows = app.pages("identities.listIdentities", json!({ "limit": 1 })).await;
    let mut sorted = ids.clone();
    sorted.sort();
    assert_eq!(texts(&rows, "id"), sorted);

    let scoped = app.root_key_with(&[format!("identity.{}.read_identity", ids[1])]).await;
    let rows = app.pages_as(&scoped, "identities.listIdentities", json!({})).await;
    assert_eq!(texts(&rows, "id"), [ids[1].clone()]);
    let nobody = app.root_key_with(&[]).await;
    app.call_as(&nobody, "identities.listIdentities", json!({}))
        .await
        .forbidden(Some("identity.*.read_identity"));
    for body in [
        json!({ "limit": 0 }),
        json!({ "limit": 101 }),
        json!({ "search": "x".repeat(257) }),
        json!({ "search": null }),
        json!({ "limit": "5" }),
    ] {
        app.call("identities.listIdentities", body).await.error(400, INVALID);
    }
    let odd = app.call("identities.listIdentities", json!({ "cursor": "made up" })).await;
    assert!([200, 400].contains(&odd.status));

    app.ok("identities.deleteIdentity", json!({ "identity": "alpha" })).await;
    assert_eq!(found("alpha").await, Vec::<String>::new());
    let other = app.other_workspace().await;
    assert_eq!(app.call_as(&other, "identities.listIdentities", json!({})).await.data(), json!([]));
}

#[tokio::test]
async fn keys_of_an_identity_share_its_limits_across_apis() {
    let app = TestApp::start().await;
    let (one, two) = (app.api("one").await, app.api("two").await);
    let id = create(
        &app,
        json!({ "externalId": "u", "ratelimits": [limit("shared", 3), limit("other", 9)] }),
    )
    .await;
    let (_, first) = app.key_with(&one, json!({ "externalId": "u" })).await;
    let (_, second) = app.key_with(&two, json!({ "externalId": "u" })).await;
    let own = json!([{ "name": "shared", "limit": 1, "duration": 60_000, "autoApply": true }]);
    let (_, hiding) = app.key_with(&two, json!({ "externalId": "u", "ratelimits": own })).await;

    let left = async |secret: &str| {
        let verdict = app.verify(json!({ "key": secret })).await;
        let limits = verdict["ratelimits"].as_array().unwrap().clone();
        let shared = limits.iter().find(|limit| limit["name"] == "shared").unwrap();
        (text(&verdict, "code"), shared["remaining"].as_i64().unwrap())
    };
    assert_eq!(left(&first).await, ("VALID".to_owned(), 2));
    assert_eq!(left(&second).await, ("VALID".to_owned(), 1));
    assert_eq!(left(&hiding).await, ("VALID".to_owned(), 0));
    assert_eq!(left(&hiding).await, ("RATE_LIMITED".to_owned(), 0));
    assert_eq!(left(&first).await, ("VALID".to_owned(), 0));
    let refused = app.verify(json!({ "key": second })).await;
    assert_eq!(refused["code"], "RATE_LIMITED");
    let other = refused["ratelimits"]
        .as_array()
        .unwrap()
        .iter()
        .find(|limit| limit["name"] == "other")
        .unwrap();
    assert_eq!(
        (&other["exceeded"], &other["remaining"]),
        (&json!(false), &json!(5)),
        "nothing was taken"
    );
    assert_eq!(refused["identity"]["id"], id.as_str());

    app.ok(
        "identities.updateIdentity",
        json!({ "identity": "u", "ratelimits": [limit("shared", 4)] }),
    )
    .await;
    assert_eq!(
        left(&second).await,
        ("VALID".to_owned(), 0),
        "the counter goes on under another limit"
    );
    app.clock.advance(2 * MINUTE);
    assert_eq!(left(&second).await, ("VALID".to_owned(), 3));
    let shown = app.verify(json!({ "key": hiding })).await;
    assert_eq!(
        shown["identity"].get("ratelimits"),
        None,
        "the key's own limit hides the shared one"
    );
}
