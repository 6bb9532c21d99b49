//! `keys.listKeys`

use keyway_core::time::{DAY, HOUR};
use serde_json::{Value, json};

use crate::app::{START, TestApp, text, texts};

const INVALID: &str = "unkey/application/invalid_input";

/// A workspace with keys of every kind, in two APIs.
struct World {
    app: TestApp,
    one: String,
    two: String,
    ids: Vec<(&'static str, String)>,
}

impl World {
    async fn build() -> Self {
        let app = TestApp::start().await;
        let (one, two) = (app.api("one").await, app.api("two").await);
        app.ok(
            "permissions.createRole",
            json!({ "name": "Editor", "permissions": ["docs.write"] }),
        )
        .await;
        let mut ids = Vec::new();
        for (name, api, members) in [
            (
                "Active",
                &one,
                json!({ "prefix": "live", "externalId": "owner_1", "permissions": ["docs.read"] }),
            ),
            (
                "disabled",
                &one,
                json!({ "enabled": false, "externalId": "owner_2", "meta": { "plan": "free", "n": 1 } }),
            ),
            (
                "expired",
                &one,
                json!({ "expires": START.0 + HOUR, "meta": { "plan": "pro", "on": true } }),
            ),
            (
                "out",
                &two,
                json!({ "credits": { "remaining": 0 }, "roles": ["Editor"], "meta": { "n": 1.5, "x": null } }),
            ),
            (
                "soon",
                &two,
                json!({ "expires": START.0 + 3 * DAY, "meta": { "plan": "prof", "n": "1" } }),
            ),
            (
                "unused",
                &two,
                json!({ "expires": START.0 + 300 * DAY, "meta": { "deep": { "plan": "pro" } } }),
            ),
        ] {
            let mut members = members;
            members["name"] = name.into();
            let (id, secret) = app.key_with(api, members).await;
            ids.push((name, id));
            app.clock.advance(HOUR / 6 + 1);
            if name == "Active" || name == "soon" {
                app.verify(json!({ "key": secret })).await;
            }
        }
        app.app.last_uses.flush(&*app.app.store).await.unwrap();
        app.clock.advance(HOUR);
        Self { app, one, two, ids }
    }

    async fn find(&self, body: Value) -> Vec<String> {
        names(&self.app.pages("keys.listKeys", body).await)
    }

    fn id(&self, name: &str) -> &str {
        &self.ids.iter().find(|(of, _)| *of == name).unwrap().1
    }
}

/// The names of rows, sorted.
fn names(rows: &[Value]) -> Vec<String> {
    let mut names = texts(rows, "name");
    names.sort();
    names
}

#[tokio::test]
async fn each_filter_finds_what_it_names() {
    let world = World::build().await;
    let now = world.app.clock.now().0;
    let all = ["Active", "disabled", "expired", "out", "soon", "unused"];
    for (body, expected) in [
        (json!({}), &all[..]),
        (json!({ "search": "  " }), &all),
        (json!({ "search": world.id("out") }), &["out"]),
        (json!({ "search": "live_" }), &["Active"]),
        (json!({ "search": "ACT" }), &["Active"]),
        (json!({ "search": "ctive" }), &[]),
        (json!({ "search": "owner_" }), &["Active", "disabled"]),
        (json!({ "search": "%" }), &[]),
        (json!({ "search": "_" }), &[]),
        (json!({ "apiId": world.one }), &["Active", "disabled", "expired"]),
        (json!({ "apiId": world.two, "search": "un" }), &["unused"]),
        (json!({ "status": ["active"] }), &["Active"]),
        (json!({ "status": ["disabled"] }), &["disabled"]),
        (json!({ "status": ["expired"] }), &["expired"]),
        (json!({ "status": ["out_of_credits"] }), &["out"]),
        (json!({ "status": ["expires_soon"] }), &["soon"]),
        (json!({ "status": ["unused"] }), &["unused"]),
        (json!({ "status": ["unused", "out_of_credits"] }), &["out", "unused"]),
        (json!({ "status": [] }), &all),
        (json!({ "externalId": "owner_1" }), &["Active"]),
        (json!({ "externalId": "owner" }), &[]),
        (json!({ "externalId": "OWNER_1" }), &[]),
        (json!({ "meta": { "member": "plan", "value": "pro" } }), &["expired"]),
        (json!({ "meta": { "member": "n", "value": 1 } }), &["disabled"]),
        (json!({ "meta": { "member": "n", "value": 1.5 } }), &["out"]),
        (json!({ "meta": { "member": "n", "value": "1" } }), &["soon"]),
        (json!({ "meta": { "member": "on", "value": true } }), &["expired"]),
        (json!({ "meta": { "member": "on", "value": false } }), &[]),
        (json!({ "meta": { "member": "deep", "value": "pro" } }), &[]),
        (json!({ "role": "editor" }), &["out"]),
        (json!({ "role": "nobody" }), &[]),
        (json!({ "permission": "docs.write" }), &["out"]),
        (json!({ "permission": "DOCS.read" }), &["Active"]),
        (json!({ "permission": "docs" }), &[]),
        (json!({ "expiresBefore": now }), &["expired"]),
        (json!({ "expiresAfter": now }), &["soon", "unused"]),
        (json!({ "expiresAfter": now, "expiresBefore": now + 10 * DAY }), &["soon"]),
        (json!({ "lastUsedAfter": START.0 + 2 * HOUR / 3 }), &["soon"]),
        (json!({ "lastUsedBefore": now }), &all),
        (
            json!({ "lastUsedBefore": START.0 + HOUR / 2, "status": ["active", "unused"] }),
            &["Active", "unused"],
        ),
        (json!({ "createdAfter": START.0 + HOUR / 2 }), &["out", "soon", "unused"]),
        (json!({ "createdBefore": START.0 + 1 }), &["Active"]),
        (
            json!({ "apiId": world.one, "status": ["disabled", "out_of_credits"], "externalId": "owner_2" }),
            &["disabled"],
        ),
    ] {
        assert_eq!(world.find(body.clone()).await, expected, "{body}");
        let mut paged = body.clone();
        paged["limit"] = 1.into();
        assert_eq!(world.find(paged).await, expected, "{body} in pages");
    }
    let role = text(&world.app.ok("permissions.getRole", json!({ "role": "Editor" })).await, "id");
    assert_eq!(world.find(json!({ "role": role })).await, ["out"]);
    let permission =
        world.app.ok("permissions.getPermission", json!({ "permission": "docs.write" })).await;
    assert_eq!(world.find(json!({ "permission": permission["id"] })).await, ["out"]);
}

#[tokio::test]
async fn rows_are_whole_keys_with_api_and_status() {
    let world = World::build().await;
    let app = &world.app;
    let rows = app.ok("keys.listKeys", json!({ "search": world.id("Active") })).await;
    let mut expected = app.ok("keys.getKey", json!({ "keyId": world.id("Active") })).await;
    expected["status"] = "active".into();
    assert_eq!(rows, json!([expected]));
    assert_eq!(rows[0]["apiId"], world.one.as_str());
    assert_eq!(rows[0]["identity"]["externalId"], "owner_1");

    app.ok("keys.deleteKey", json!({ "keyId": world.id("Active") })).await;
    app.ok("apis.deleteApi", json!({ "apiId": world.two })).await;
    assert_eq!(world.find(json!({})).await, ["disabled", "expired"]);
}

#[tokio::test]
async fn rows_are_sorted_in_both_directions() {
    let world = World::build().await;
    for (sort, expected) in [
        ("createdAt", ["Active", "disabled", "expired", "out", "soon", "unused"]),
        ("name", ["Active", "disabled", "expired", "out", "soon", "unused"]),
    ] {
        for limit in [1, 2, 100] {
            let body = json!({ "sort": sort, "limit": limit });
            let rows = world.app.pages("keys.listKeys", body).await;
            assert_eq!(texts(&rows, "name"), expected, "{sort} {limit}");
            let body = json!({ "sort": sort, "order": "desc", "limit": limit });
            let mut rows = world.app.pages("keys.listKeys", body).await;
            rows.reverse();
            assert_eq!(texts(&rows, "name"), expected, "{sort} {limit} down");
        }
    }
    for (sort, order, end, expected) in [
        ("expires", "asc", "first", ["expired", "soon", "unused"]),
        ("expires", "desc", "last", ["unused", "soon", "expired"]),
        ("lastUsedAt", "asc", "last", ["Active", "soon", ""]),
        ("lastUsedAt", "desc", "first", ["soon", "Active", ""]),
    ] {
        for limit in [1, 4, 100] {
            let body = json!({ "sort": sort, "order": order, "limit": limit });
            let rows = world.app.pages("keys.listKeys", body).await;
            assert_eq!(rows.len(), 6);
            let names = texts(&rows, "name");
            let wanted: Vec<&str> = expected.into_iter().filter(|name| !name.is_empty()).collect();
            let part =
                if end == "first" { &names[..wanted.len()] } else { &names[6 - wanted.len()..] };
            assert_eq!(part, wanted, "{sort} {order} {limit}: {names:?}");
        }
    }
    let app = &world.app;
    let api = app.api("ties").await;
    for _ in 0..5 {
        app.key_with(&api, json!({ "name": "same" })).await;
    }
    for sort in ["createdAt", "name", "expires", "lastUsedAt"] {
        for order in ["asc", "desc"] {
            let body = json!({ "apiId": api, "sort": sort, "order": order, "limit": 2 });
            let mut ids = texts(&app.pages("keys.listKeys", body).await, "keyId");
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 5, "ties are broken by id");
        }
    }
}

#[tokio::test]
async fn every_key_has_one_status_and_is_found_by_it() {
    let world = World::build().await;
    let statuses = ["active", "disabled", "expired", "out_of_credits", "expires_soon", "unused"];
    for days in [0, 3, 60, 91, 202, 10, 300] {
        world.app.clock.advance(days * DAY);
        let mut found = Vec::new();
        for status in statuses {
            let rows = world.app.pages("keys.listKeys", json!({ "status": [status] })).await;
            assert!(rows.iter().all(|row| row["status"] == status), "{rows:?}");
            found.extend(names(&rows));
        }
        found.sort();
        assert_eq!(found, world.find(json!({})).await);
    }
}

#[tokio::test]
async fn only_keys_of_readable_apis_are_found() {
    let world = World::build().await;
    let app = &world.app;
    let (one, two) = (&world.one, &world.two);
    let of = |permissions: &[String]| {
        let permissions = permissions.to_vec();
        async move { app.root_key_with(&permissions).await }
    };
    let read_one = of(&[format!("api.{one}.read_key"), format!("api.{one}.read_api")]).await;
    let rows = app.pages_as(&read_one, "keys.listKeys", json!({ "limit": 1 })).await;
    assert_eq!(names(&rows), ["Active", "disabled", "expired"]);
    let body = json!({ "search": world.id("out") });
    assert_eq!(app.pages_as(&read_one, "keys.listKeys", body).await, Vec::<Value>::new());
    app.call_as(&read_one, "keys.listKeys", json!({ "apiId": two }))
        .await
        .forbidden(Some(&format!("api.*.read_key api.{two}.read_key")));
    let mixed = of(&[format!("api.{one}.read_key"), "api.*.read_api".to_owned()]).await;
    assert_eq!(app.pages_as(&mixed, "keys.listKeys", json!({})).await.len(), 3);
    let crossed = of(&[format!("api.{one}.read_key"), format!("api.{two}.read_api")]).await;
    assert_eq!(app.pages_as(&crossed, "keys.listKeys", json!({})).await, Vec::<Value>::new());
    let half = of(&["api.*.read_key".to_owned()]).await;
    app.call_as(&half, "keys.listKeys", json!({})).await.forbidden(Some("api.*.read_api"));

    let other = app.other_workspace().await;
    assert_eq!(app.pages_as(&other, "keys.listKeys", json!({})).await, Vec::<Value>::new());
    app.call_as(&other, "keys.listKeys", json!({ "apiId": one })).await.forbidden(None);
    app.call("keys.listKeys", json!({ "apiId": "api_nowhere" }))
        .await
        .error(404, "unkey/data/api_not_found");
    let (_, developer) =
        app.root_key(json!({ "roles": ["admin"], "environments": ["development"] })).await;
    assert_eq!(app.pages_as(&developer, "keys.listKeys", json!({})).await, Vec::<Value>::new());
}

#[tokio::test]
async fn questions_that_cannot_be_asked_are_refused() {
    let app = TestApp::start().await;
    for (body, location) in [
        (json!({ "status": ["dead"] }), "body.status[0]"),
        (json!({ "sort": "size" }), "body.sort"),
        (json!({ "order": "up" }), "body.order"),
        (json!({ "limit": 0 }), "body.limit"),
        (json!({ "limit": 101 }), "body.limit"),
        (json!({ "search": "x".repeat(257) }), "body.search"),
        (json!({ "meta": { "member": "a" } }), "body.meta.value"),
        (json!({ "meta": { "member": "a", "value": {} } }), "body.meta.value"),
        (json!({ "meta": { "member": "", "value": 1 } }), "body.meta.member"),
        (json!({ "expiresBefore": "soon" }), "body.expiresBefore"),
        (json!({ "externalId": "" }), "body.externalId"),
    ] {
        let error = app.call("keys.listKeys", body.clone()).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], location, "{body}");
    }
    for cursor in ["made up", "ä", "0:", "%00"] {
        let answer = app.call("keys.listKeys", json!({ "cursor": cursor })).await;
        assert!([200, 400].contains(&answer.status), "{answer:?}");
    }
}
