//! Signing in to the dashboard: links, passwords, sessions, cookies, and what keeps others out.

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use keyway_core::time::{DAY, HOUR, MINUTE, SECOND};
use keyway_http::{DashboardConfig, HttpConfig};
use keyway_ops::people;
use serde_json::{Value, json};

use crate::app::{PUBLIC_URL, TestApp, text, texts};
use crate::browser::{Browser, OWNER, PASSWORD, get, invited, owner, request};

fn move_clock(app: &TestApp, milliseconds: i64) {
    app.clock.advance(milliseconds);
}

async fn setup_token(app: &TestApp) -> String {
    let link = people::setup_link(&app.app, PUBLIC_URL).await.unwrap().unwrap();
    assert_eq!(link.url, format!("{PUBLIC_URL}/ui/setup#{}", link.token));
    link.token
}

fn setup(token: &str) -> Value {
    json!({ "token": token, "email": OWNER, "password": PASSWORD, "workspaceName": "Acme" })
}

async fn link_state(app: &TestApp, token: &str) -> String {
    let mut anybody = Browser::default();
    let seen = anybody.call(app, "session.checkLink", json!({ "token": token })).await.data();
    text(&seen, "state")
}

#[tokio::test]
async fn a_setup_link_makes_the_owner_once() {
    let app = TestApp::start().await;
    let mut browser = Browser::default();
    let state = browser.call(&app, "session.get", json!({})).await.data();
    assert_eq!(state["state"], "setup_pending");
    let (token, later) = (setup_token(&app).await, setup_token(&app).await);
    assert_eq!(link_state(&app, &token).await, "valid");
    assert_eq!(link_state(&app, "nonsense").await, "unknown");

    let state = browser.call(&app, "session.setup", setup(&token)).await.data();
    assert_eq!(state["state"], "signed_in");
    assert_eq!(state["user"]["email"], OWNER);
    assert_eq!(state["workspace"]["name"], "Acme");
    assert_eq!(state["workspace"]["role"], "owner");
    assert!(
        state["workspace"]["permissions"]
            .as_array()
            .unwrap()
            .contains(&"instance.*.manage_workspaces".into())
    );
    for token in [&token, &later] {
        let mut other = Browser::default();
        let again = other.call(&app, "session.setup", setup(token)).await;
        again.error(410, "keyway/session/link_invalid");
        assert_eq!(link_state(&app, token).await, "used");
    }
    assert!(people::setup_link(&app.app, PUBLIC_URL).await.unwrap().is_none());
    assert!(!people::unattended_owner(&app.app, "other@example.com", PASSWORD).await.unwrap());
}

#[tokio::test]
async fn a_setup_link_ends_after_half_an_hour() {
    let app = TestApp::start().await;
    let token = setup_token(&app).await;
    move_clock(&app, 30 * MINUTE);
    assert_eq!(link_state(&app, &token).await, "expired");
    let mut browser = Browser::default();
    let late = browser.call(&app, "session.setup", setup(&token)).await;
    late.error(410, "keyway/session/link_invalid");
    assert_eq!(browser.call(&app, "session.get", json!({})).await.data()["state"], "setup_pending");
}

#[tokio::test]
async fn a_weak_password_is_refused_where_it_stands() {
    let app = TestApp::start().await;
    let token = setup_token(&app).await;
    let mut browser = Browser::default();
    for password in ["short", "password1234", "aaaaaaaaaaaaaaa", "owner@example.com"] {
        let mut body = setup(&token);
        body["password"] = password.into();
        let refused = browser.call(&app, "session.setup", body).await;
        refused.invalid(&["body.password"]);
    }
    let mut body = setup(&token);
    body["email"] = "nobody".into();
    browser.call(&app, "session.setup", body).await.invalid(&["body.email"]);
    browser.call(&app, "session.setup", setup(&token)).await.data();
}

#[tokio::test]
async fn signing_in_tells_nothing_about_who_exists_and_is_logged() {
    let app = TestApp::start().await;
    owner(&app).await;
    let mut stranger = Browser::default();
    let mut details = Vec::new();
    for (email, password) in [(OWNER, "wrong horse battery"), ("nobody@example.com", PASSWORD)] {
        let body = json!({ "email": email, "password": password });
        let refused = stranger.call(&app, "session.signIn", body).await;
        let mut error = refused.error(401, "keyway/session/sign_in_failed");
        details.push(error["detail"].take());
    }
    let refused = stranger.call(&app, "session.signIn", json!({ "rootKey": "unkey_nobody" })).await;
    details.push(refused.error(401, "keyway/session/sign_in_failed")["detail"].clone());
    assert_eq!(details[0], details[1]);
    assert!(stranger.cookie.is_none());

    // The address counts whatever its case.
    Browser::sign_in(&app, " OWNER@EXAMPLE.COM", PASSWORD).await;
    let log = app.log().await;
    let events = texts(&log, "event");
    assert_eq!(events.iter().filter(|event| *event == "session.sign_in_failed").count(), 3);
    assert_eq!(events.iter().filter(|event| *event == "session.sign_in").count(), 2);
    let failed = log.iter().find(|entry| entry["event"] == "session.sign_in_failed").unwrap();
    assert_eq!(failed["remoteIp"], "192.0.2.1");
    assert!(!serde_json::to_string(&log).unwrap().contains("nobody@example.com"));
    let signed_in = log.iter().find(|entry| entry["event"] == "session.sign_in").unwrap();
    assert_eq!(signed_in["actor"]["type"], "user");
    assert_eq!(signed_in["actor"]["name"], OWNER);
}

#[tokio::test]
async fn after_five_failures_even_the_right_password_has_to_wait() {
    let app = TestApp::start().await;
    owner(&app).await;
    let mut browser = Browser::default();
    let wrong = json!({ "email": OWNER, "password": "wrong horse battery" });
    let right = json!({ "email": OWNER, "password": PASSWORD });
    for _ in 0..5 {
        let refused = browser.call(&app, "session.signIn", wrong.clone()).await;
        refused.error(401, "keyway/session/sign_in_failed");
    }
    let wait = browser.call(&app, "session.signIn", right.clone()).await;
    wait.error(429, "keyway/session/throttled");
    assert_eq!(wait.header("retry-after"), "5");
    let unknown = json!({ "email": "nobody@example.com", "password": PASSWORD });
    let same_address = browser.call(&app, "session.signIn", unknown).await;
    same_address.error(429, "keyway/session/throttled");
    move_clock(&app, 5 * SECOND);
    browser.call(&app, "session.signIn", right).await.data();
}

#[tokio::test]
async fn the_cookie_is_bound_to_the_host_over_tls_and_plain_on_this_machine() {
    let app = TestApp::start().await;
    owner(&app).await;
    let body = json!({ "email": OWNER, "password": PASSWORD });
    let local = request("session.signIn", &body).body(Full::from(body.to_string())).unwrap();
    let cookie = app.send(local).await.header("set-cookie").to_owned();
    assert!(cookie.starts_with("keyway_session=") && !cookie.contains("Secure"), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");

    let public = Request::post("/ui/rpc/session.signIn")
        .header("host", "keys.example.com")
        .header("content-type", "application/json")
        .header("sec-fetch-site", "same-origin")
        .body(Full::from(body.to_string()))
        .unwrap();
    let cookie = app.send(public).await.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-keyway_session="), "{cookie}");
    assert!(cookie.contains("; Path=/; Secure; HttpOnly; SameSite=Strict"), "{cookie}");
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_forwarded_scheme_counts() {
    let config = HttpConfig {
        trusted_proxies: vec!["192.0.2.0/24".parse().unwrap()],
        ..HttpConfig::default()
    };
    let app = TestApp::start_with(config).await;
    owner(&app).await;
    let body = json!({ "email": OWNER, "password": PASSWORD });
    let sign_in = |proto: &'static str| {
        Request::post("/ui/rpc/session.signIn")
            .header("host", "keys.internal")
            .header("origin", format!("{proto}://keys.internal"))
            .header("x-forwarded-proto", proto)
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))
            .unwrap()
    };
    let safe = app.send(sign_in("https")).await;
    assert_eq!(safe.status, 200, "{safe:?}");
    assert!(safe.header("set-cookie").starts_with("__Host-keyway_session="));

    let unsafe_one = app.send(sign_in("http")).await;
    assert_eq!(unsafe_one.status, 403);
    assert!(unsafe_one.text.contains("keyway/session/insecure_context"), "{unsafe_one:?}");
    let untrusted = app.send_from("198.51.100.1", sign_in("https")).await;
    assert_eq!(untrusted.status, 403, "{untrusted:?}");
}

#[tokio::test]
async fn plain_http_from_elsewhere_is_refused_unless_it_is_allowed() {
    let body = json!({ "email": OWNER, "password": PASSWORD });
    let ask = |operation: &str, body: &Value| {
        Request::post(format!("/ui/rpc/{operation}"))
            .header("host", "10.0.0.5:7070")
            .header("origin", "http://10.0.0.5:7070")
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))
            .unwrap()
    };
    for allowed in [false, true] {
        let dashboard =
            DashboardConfig { allow_insecure_http: allowed, ..DashboardConfig::default() };
        let app = TestApp::start_with(HttpConfig { dashboard, ..HttpConfig::default() }).await;
        people::unattended_owner(&app.app, OWNER, PASSWORD).await.unwrap();
        let state = app.send(ask("session.get", &json!({}))).await.data();
        assert_eq!(state["server"]["secure"], allowed);
        assert_eq!(state["server"]["scheme"], "http");
        let answer = app.send(ask("session.signIn", &body)).await;
        assert_eq!(answer.status, if allowed { 200 } else { 403 }, "{answer:?}");
    }
}

#[tokio::test]
async fn a_call_from_elsewhere_changes_nothing() {
    let app = TestApp::start().await;
    let browser = owner(&app).await;
    let (cookie, csrf) = (browser.cookie.clone().unwrap(), browser.csrf.clone().unwrap());
    let body = json!({ "name": "forged" }).to_string();
    let send = async |headers: &[(&str, &str)]| {
        let mut request = Request::post("/ui/rpc/apis.createApi").header("host", "127.0.0.1:7070");
        request = request.header("cookie", &cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.send(request.body(Full::<Bytes>::from(body.clone())).unwrap()).await
    };
    let json = ("content-type", "application/json");
    let same = ("sec-fetch-site", "same-origin");
    let token = ("x-keyway-csrf", csrf.as_str());
    let wrong = "0".repeat(64);
    for headers in [
        &[json, token, ("sec-fetch-site", "cross-site")][..],
        &[json, token, ("sec-fetch-site", "same-site")],
        &[json, token, ("sec-fetch-site", "none")],
        &[json, token, ("origin", "http://evil.test")],
        &[json, token, ("origin", "null")],
        &[json, token],
        &[json, same],
        &[json, same, ("x-keyway-csrf", "")],
        &[json, same, ("x-keyway-csrf", &wrong)],
        &[("content-type", "application/x-www-form-urlencoded"), same, token],
        &[("content-type", "text/plain"), same, token],
        &[same, token],
    ] {
        send(headers).await.error(403, "keyway/session/csrf");
    }
    assert_eq!(app.ok("apis.listApis", json!({})).await, json!([]));
    assert!(texts(&app.log().await, "event").contains(&"session.csrf".to_owned()));
    send(&[json, same, token]).await.data();
    send(&[json, token, ("origin", "http://127.0.0.1:7070")]).await.data();
    send(&[json, token, ("origin", PUBLIC_URL)]).await.data();
}

#[tokio::test]
async fn cookies_open_only_the_dashboard_and_root_keys_only_the_public_paths() {
    let app = TestApp::start().await;
    let mut browser = owner(&app).await;
    let request = Request::post("/v2/apis.listApis")
        .header("content-type", "application/json")
        .header("cookie", browser.cookie.clone().unwrap())
        .body(Full::from("{}"))
        .unwrap();
    app.send(request).await.error(400, "unkey/authentication/missing");

    let bearer = format!("Bearer {}", app.root);
    let headers = [("authorization", bearer.as_str())];
    let both = browser.call_with(&app, "apis.listApis", json!({}), &headers).await;
    both.invalid(&["header.authorization"]);
    let answer = Browser::default().call_with(&app, "apis.listApis", json!({}), &headers).await;
    answer.invalid(&["header.authorization"]);
    let answer = Browser::default().call(&app, "apis.listApis", json!({})).await;
    answer.error(401, "keyway/session/missing");
    for operation in ["session.get", "users.list"] {
        let hidden = app.call(operation, json!({})).await;
        hidden.error(404, "user/bad_request/unknown_operation");
    }
    assert_eq!(browser.call(&app, "apis.listApis", json!({})).await.data(), json!([]));
}

#[tokio::test]
async fn the_same_operations_with_the_same_answers_are_behind_the_session() {
    let app = TestApp::start().await;
    let mut browser = owner(&app).await;
    let api = browser.call(&app, "apis.createApi", json!({ "name": "payments" })).await;
    let entry = app.log().await[0].clone();
    assert_eq!(entry["event"], "api.create");
    assert_eq!(
        entry["actor"],
        json!({ "id": entry["actor"]["id"], "type": "user", "name": OWNER })
    );
    assert_eq!(entry["requestId"], api.json()["meta"]["requestId"]);
    let listed = browser.call(&app, "apis.listApis", json!({})).await;
    assert_eq!(listed.data(), app.ok("apis.listApis", json!({})).await);
    assert!(listed.json()["pagination"].is_object());
    let who = browser.call(&app, "rootKeys.whoami", json!({})).await.data();
    assert_eq!(who["name"], OWNER);
    browser.call(&app, "apis.createApi", json!({ "name": 1 })).await.invalid(&["body.name"]);
    browser
        .call(&app, "apis.nothing", json!({}))
        .await
        .error(404, "user/bad_request/unknown_operation");
    for chain in app.app.store.verify_audit_chains().await.unwrap() {
        assert_eq!(chain.fault, None);
    }
}

#[tokio::test]
async fn sessions_end_by_themselves() {
    let app = TestApp::start().await;
    owner(&app).await;
    let (_, root_key) = app.root_key(json!({ "permissions": ["api.*.read_api"] })).await;

    let mut account = Browser::sign_in(&app, OWNER, PASSWORD).await;
    let mut key = Browser::with_root_key(&app, &root_key).await;
    move_clock(&app, 50 * MINUTE);
    key.call(&app, "apis.listApis", json!({})).await.data();
    move_clock(&app, HOUR);
    key.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/expired");
    for _ in 0..16 {
        account.call(&app, "apis.listApis", json!({})).await.data();
        move_clock(&app, 11 * HOUR);
    }
    const { assert!(15 * 11 * HOUR < 7 * DAY && 7 * DAY < 16 * 11 * HOUR) };
    account.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/expired");
    let state = account.call(&app, "session.get", json!({})).await.data();
    assert_eq!((&state["state"], &state["reason"]), (&"signed_out".into(), &"expired".into()));
    assert!(account.cookie.is_none(), "the browser forgets it");
    assert!(account.call(&app, "session.get", json!({})).await.data()["reason"].is_null());
}

#[tokio::test]
async fn signing_out_and_revoking_end_sessions_at_once() {
    let app = TestApp::start().await;
    let mut first = owner(&app).await;
    let mut second = Browser::sign_in(&app, OWNER, PASSWORD).await;
    let mut third = Browser::sign_in(&app, OWNER, PASSWORD).await;
    let listed = first.call(&app, "session.list", json!({})).await.data();
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert_eq!(listed.as_array().unwrap().iter().filter(|one| one["current"] == true).count(), 1);
    let own = second.call(&app, "session.get", json!({})).await.data();

    let body = json!({ "id": own["session"]["id"] });
    first.call(&app, "session.revoke", body).await.data();
    second.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/revoked");
    third.call(&app, "apis.listApis", json!({})).await.data();
    first.call(&app, "session.revoke", json!({ "others": true })).await.data();
    third.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/revoked");

    let stolen = first.clone();
    first.call(&app, "session.signOut", json!({})).await.data();
    assert!(first.cookie.is_none());
    let mut thief = stolen;
    thief.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/revoked");
    let state = thief.call(&app, "session.get", json!({})).await.data();
    assert_eq!(state["reason"], "revoked");
}

#[tokio::test]
async fn nobody_ends_the_session_of_another() {
    let app = TestApp::start().await;
    let mut owner = owner(&app).await;
    let mut viewer = invited(&app, &mut owner, "viewer@example.com", "viewer").await;
    let theirs = owner.call(&app, "session.get", json!({})).await.data();
    let body = json!({ "id": theirs["session"]["id"] });
    viewer.call(&app, "session.revoke", body).await.data();
    owner.call(&app, "apis.listApis", json!({})).await.data();
    assert_eq!(
        viewer.call(&app, "session.list", json!({})).await.data().as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_and_begins_another() {
    let app = TestApp::start().await;
    let mut first = owner(&app).await;
    let mut stolen = first.clone();
    let mut second = Browser::sign_in(&app, OWNER, PASSWORD).await;
    let change =
        |current: &str, new: &str| json!({ "currentPassword": current, "newPassword": new });
    let wrong =
        first.call(&app, "session.changePassword", change("nonsense", "another good one")).await;
    wrong.error(401, "keyway/session/sign_in_failed");
    let weak = first.call(&app, "session.changePassword", change(PASSWORD, "password1234")).await;
    weak.invalid(&["body.newPassword"]);
    first.call(&app, "session.changePassword", change(PASSWORD, "another good one")).await.data();
    first.call(&app, "apis.listApis", json!({})).await.data();
    for other in [&mut second, &mut stolen] {
        other.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/revoked");
    }
    let listed = first.call(&app, "session.list", json!({})).await.data();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let body = json!({ "email": OWNER, "password": PASSWORD });
    let old = Browser::default().call(&app, "session.signIn", body).await;
    old.error(401, "keyway/session/sign_in_failed");
    Browser::sign_in(&app, OWNER, "another good one").await;
}

#[tokio::test]
async fn a_root_key_session_can_what_the_key_can_and_ends_with_it() {
    let app = TestApp::start().await;
    let permissions = json!({ "permissions": ["api.*.verify_key", "api.*.read_api"] });
    let (id, root_key) = app.root_key(permissions).await;
    let mut browser = Browser::with_root_key(&app, &root_key).await;
    let state = browser.call(&app, "session.get", json!({})).await.data();
    assert_eq!(state["session"]["kind"], "root_key");
    assert_eq!(state["rootKey"]["keyId"], id);
    assert_eq!(state["workspace"]["permissions"], json!(["api.*.read_api", "api.*.verify_key"]));
    browser.call(&app, "apis.listApis", json!({})).await.data();
    let refused = browser.call(&app, "rootKeys.listKeys", json!({})).await;
    refused.forbidden(Some("root_key.*.read_root_key"));
    browser.call(&app, "users.list", json!({})).await.forbidden(None);
    browser.workspace = Some("elsewhere".to_owned());
    browser
        .call(&app, "apis.listApis", json!({}))
        .await
        .error(404, "unkey/data/workspace_not_found");
    browser.workspace = Some("default".to_owned());
    browser.call(&app, "apis.listApis", json!({})).await.data();

    app.ok("rootKeys.updateKey", json!({ "keyId": id, "permissions": [] })).await;
    browser.call(&app, "apis.listApis", json!({})).await.forbidden(Some("api.*.read_api"));
    app.ok("rootKeys.updateKey", json!({ "keyId": id, "enabled": false })).await;
    browser.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/key_disabled");
    let state = browser.clone().call(&app, "session.get", json!({})).await.data();
    assert_eq!(state["reason"], "key_disabled");
    app.ok("rootKeys.updateKey", json!({ "keyId": id, "enabled": true })).await;
    browser.call(&app, "session.get", json!({})).await.data();
    app.ok("rootKeys.deleteKey", json!({ "keyId": id })).await;
    browser.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/key_disabled");
}

#[tokio::test]
async fn signing_in_by_root_key_can_be_switched_off() {
    let dashboard = DashboardConfig { root_key_sign_in: false, ..DashboardConfig::default() };
    let app = TestApp::start_with(HttpConfig {
        dashboard,
        public_url: Some(PUBLIC_URL.to_owned()),
        ..HttpConfig::default()
    })
    .await;
    let mut browser = Browser::default();
    let state = browser.call(&app, "session.get", json!({})).await.data();
    assert_eq!(state["server"]["rootKeySignIn"], false);
    let body = json!({ "rootKey": app.root });
    browser.call(&app, "session.signIn", body).await.invalid(&["body.rootKey"]);
}

#[tokio::test]
async fn what_is_dangerous_asks_for_the_password_again() {
    let app = TestApp::start().await;
    let mut browser = owner(&app).await;
    let api = app.api("payments").await;
    let body = json!({ "apiId": api, "deleteProtection": true });
    app.ok("apis.updateApi", body).await;
    move_clock(&app, 10 * MINUTE);
    let (root_key, _) = app.root_key(json!({ "permissions": [] })).await;
    for (operation, body) in [
        ("rootKeys.createKey", json!({ "permissions": [] })),
        ("rootKeys.updateKey", json!({ "keyId": root_key, "name": "x" })),
        ("rootKeys.rerollKey", json!({ "keyId": root_key, "expiration": 0 })),
        ("rootKeys.deleteKey", json!({ "keyId": root_key })),
        ("apis.updateApi", json!({ "apiId": api, "deleteProtection": false })),
        ("apis.deleteApi", json!({ "apiId": api })),
        ("keys.getKey", json!({ "keyId": "key_12345678", "decrypt": true })),
        ("users.create", json!({ "email": "a@example.com", "role": "viewer" })),
        ("users.update", json!({ "userId": "usr_1", "role": "viewer" })),
        ("users.delete", json!({ "userId": "usr_1" })),
        ("users.resetLink", json!({ "userId": "usr_1" })),
    ] {
        let refused = browser.call(&app, operation, body).await;
        refused.error(403, "keyway/session/step_up_required");
    }
    browser.call(&app, "apis.updateApi", json!({ "apiId": api, "name": "pay" })).await.data();
    let wrong = browser.call(&app, "session.stepUp", json!({ "secret": "nonsense" })).await;
    wrong.error(401, "keyway/session/sign_in_failed");
    let done = browser.call(&app, "session.stepUp", json!({ "secret": PASSWORD })).await.data();
    assert_eq!(done["steppedUpUntil"], app.clock.now().0 + 10 * MINUTE);
    let body = json!({ "apiId": api, "deleteProtection": false });
    browser.call(&app, "apis.updateApi", body).await.data();
    browser.call(&app, "rootKeys.createKey", json!({ "permissions": [] })).await.data();
}

#[tokio::test]
async fn each_role_may_what_it_stands_for() {
    let app = TestApp::start().await;
    let mut owner = owner(&app).await;
    let api = app.api("payments").await;
    let (root_key, _) = app.root_key(json!({ "permissions": [] })).await;
    let allowed = [
        ("apis.listApis", json!({}), ["viewer", "editor", "admin", "owner"].as_slice()),
        ("auditLogs.listAuditLogs", json!({}), &["viewer", "editor", "admin", "owner"]),
        ("keys.createKey", json!({ "apiId": api }), &["editor", "admin", "owner"]),
        ("permissions.createRole", json!({}), &["editor", "admin", "owner"]),
        ("rootKeys.updateKey", json!({ "keyId": root_key, "name": "x" }), &["admin", "owner"]),
        ("users.list", json!({}), &["admin", "owner"]),
        ("workspaces.listWorkspaces", json!({}), &["owner"]),
        ("instance.getInfo", json!({}), &["owner"]),
    ];
    for role in ["viewer", "editor", "admin", "owner"] {
        let mut browser =
            invited(&app, &mut owner, &format!("{role}@roles.example.com"), role).await;
        for (operation, body, roles) in &allowed {
            let mut body = body.clone();
            if *operation == "permissions.createRole" {
                body["name"] = format!("made by {role}").into();
            }
            let answer = browser.call(&app, operation, body).await;
            let expected = if roles.contains(&role) { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{role} {operation}: {answer:?}");
        }
        let state = browser.call(&app, "session.get", json!({})).await.data();
        assert_eq!(state["workspace"]["role"], role);
    }
}

#[tokio::test]
async fn people_see_only_the_workspaces_in_which_they_have_a_role() {
    let app = TestApp::start().await;
    let mut owner = owner(&app).await;
    move_clock(&app, SECOND);
    let body = json!({ "name": "Other", "slug": "other" });
    let created = app.ok("workspaces.createWorkspace", body).await;
    let mut viewer = invited(&app, &mut owner, "viewer@example.com", "viewer").await;
    let state = viewer.call(&app, "session.get", json!({})).await.data();
    assert_eq!(state["workspaces"].as_array().unwrap().len(), 1);
    for name in ["other".to_owned(), text(&created, "workspaceId"), "nowhere".to_owned()] {
        viewer.workspace = Some(name);
        let refused = viewer.call(&app, "apis.listApis", json!({})).await;
        refused.error(404, "unkey/data/workspace_not_found");
        let state = viewer.call(&app, "session.get", json!({})).await.data();
        assert!(state["workspace"].is_null());
    }
    owner.workspace = Some("other".to_owned());
    owner.call(&app, "apis.createApi", json!({ "name": "theirs" })).await.data();
    assert_eq!(app.ok("apis.listApis", json!({})).await, json!([]));
    move_clock(&app, SECOND);
    let body = json!({ "email": "VIEWER@example.com", "role": "editor" });
    let again = owner.call(&app, "users.create", body).await.data();
    assert!(again["link"].is_null(), "somebody with a password needs no link");
    viewer.workspace = Some("other".to_owned());
    viewer.call(&app, "apis.createApi", json!({ "name": "mine" })).await.data();
    viewer.workspace = None;
    let state = viewer.call(&app, "session.get", json!({})).await.data();
    assert_eq!(state["workspaces"].as_array().unwrap().len(), 2);
    viewer
        .call(&app, "apis.createApi", json!({ "name": "mine" }))
        .await
        .forbidden(Some("api.*.create_api"));
}

#[tokio::test]
async fn people_are_managed_within_bounds() {
    let app = TestApp::start().await;
    let mut owner = owner(&app).await;
    let mut admin = invited(&app, &mut owner, "admin@example.com", "admin").await;
    let mut viewer = invited(&app, &mut owner, "viewer@example.com", "viewer").await;
    let users = admin.call(&app, "users.list", json!({})).await.data();
    let id = |email: &str| {
        let found = users.as_array().unwrap().iter().find(|user| user["email"] == email);
        text(found.unwrap(), "id")
    };
    assert_eq!(users.as_array().unwrap().len(), 3);
    let (owner_id, viewer_id) = (id(OWNER), id("viewer@example.com"));
    for (operation, body) in [
        ("users.create", json!({ "email": "x@example.com", "role": "owner" })),
        ("users.update", json!({ "userId": owner_id, "role": "viewer" })),
        ("users.update", json!({ "userId": viewer_id, "role": "owner" })),
        ("users.delete", json!({ "userId": owner_id })),
        ("users.resetLink", json!({ "userId": owner_id })),
    ] {
        admin.call(&app, operation, body).await.forbidden(None);
    }
    let body = json!({ "email": "Viewer@Example.com", "role": "viewer" });
    admin.call(&app, "users.create", body).await.error(409, "keyway/data/user_already_exists");
    let body = json!({ "userId": "usr_nobody", "role": "viewer" });
    admin.call(&app, "users.update", body).await.error(404, "keyway/data/user_not_found");
    for (operation, body) in [
        ("users.update", json!({ "userId": owner_id, "role": "admin" })),
        ("users.update", json!({ "userId": owner_id, "enabled": false })),
        ("users.delete", json!({ "userId": owner_id })),
    ] {
        owner.call(&app, operation, body).await.error(412, "keyway/data/last_manager");
    }

    let body = json!({ "userId": viewer_id, "role": "editor" });
    admin.call(&app, "users.update", body).await.data();
    viewer.call(&app, "apis.createApi", json!({ "name": "mine" })).await.data();
    admin.call(&app, "users.update", json!({ "userId": viewer_id, "enabled": false })).await.data();
    viewer.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/user_disabled");
    let body = json!({ "email": "viewer@example.com", "password": PASSWORD });
    let refused = Browser::default().call(&app, "session.signIn", body).await;
    refused.error(401, "keyway/session/sign_in_failed");
    admin.call(&app, "users.update", json!({ "userId": viewer_id, "enabled": true })).await.data();
    viewer.call(&app, "apis.listApis", json!({})).await.data();
    let link = admin.call(&app, "users.resetLink", json!({ "userId": viewer_id })).await.data();
    let body = json!({ "token": link["token"], "password": "another good one" });
    Browser::default().call(&app, "session.acceptLink", body.clone()).await.data();
    viewer.call(&app, "apis.listApis", json!({})).await.error(401, "keyway/session/revoked");
    let again = Browser::default().call(&app, "session.acceptLink", body).await;
    again.error(410, "keyway/session/link_invalid");
    admin.call(&app, "users.delete", json!({ "userId": viewer_id })).await.data();
    let events = texts(&app.log().await, "event");
    for event in
        ["user.create", "user.update", "user.delete", "user.create_link", "user.change_password"]
    {
        assert!(events.contains(&event.to_owned()), "{event}");
    }
    for chain in app.app.store.verify_audit_chains().await.unwrap() {
        assert_eq!(chain.fault, None);
    }
}

#[tokio::test]
async fn an_administrator_elsewhere_cannot_take_an_account_over() {
    let app = TestApp::start().await;
    let mut owner = owner(&app).await;
    move_clock(&app, SECOND);
    app.ok("workspaces.createWorkspace", json!({ "name": "Other", "slug": "other" })).await;
    let body = json!({ "email": "anna@example.com", "role": "viewer" });
    owner.call(&app, "users.create", body.clone()).await.data();
    owner.workspace = Some("other".to_owned());
    let mut theirs = invited(&app, &mut owner, "boss@example.com", "admin").await;
    let created = theirs.call(&app, "users.create", body).await.data();
    assert!(created["link"].is_null(), "{created}");
    let id = json!({ "userId": created["userId"] });
    theirs.call(&app, "users.resetLink", id.clone()).await.forbidden(None);
    let mut off = id;
    off["enabled"] = false.into();
    theirs.call(&app, "users.update", off).await.forbidden(None);
}

#[tokio::test]
async fn a_workspace_that_is_off_can_be_looked_at_and_switched_on() {
    let app = TestApp::start().await;
    let mut owner = owner(&app).await;
    move_clock(&app, SECOND);
    app.ok("workspaces.createWorkspace", json!({ "name": "Other", "slug": "other" })).await;
    owner.workspace = Some("other".to_owned());
    let state = owner.call(&app, "session.get", json!({})).await.data();
    let id = text(&state["workspace"], "id");
    let switch = |on: bool| json!({ "workspaceId": id, "enabled": on });
    app.ok("workspaces.updateWorkspace", switch(false)).await;
    owner.call(&app, "apis.listApis", json!({})).await.data();
    let refused = owner.call(&app, "apis.createApi", json!({ "name": "new" })).await;
    refused.error(403, "unkey/authorization/workspace_disabled");
    assert_eq!(
        owner.call(&app, "session.get", json!({})).await.data()["workspace"]["enabled"],
        false
    );
    owner.call(&app, "workspaces.updateWorkspace", switch(true)).await.data();
    owner.call(&app, "apis.createApi", json!({ "name": "new" })).await.data();
}

#[tokio::test]
async fn the_second_of_two_tabs_is_told_that_the_first_was_quicker() {
    let app = TestApp::start().await;
    let mut browser = owner(&app).await;
    let api = app.api("payments").await;
    let (key, _) = app.key(&api).await;
    let body = |name: &str| json!({ "keyId": key, "name": name });
    let none = [("keyway-if-updated-at", "none")];
    browser.call_with(&app, "keys.updateKey", body("first"), &none).await.data();
    let second = browser.call_with(&app, "keys.updateKey", body("second"), &none).await;
    second.error(412, "keyway/data/stale_write");
    let read = app.read_key(&key).await;
    assert_eq!(read["name"], "first");
    let present = read["updatedAt"].to_string();
    let present = [("keyway-if-updated-at", present.as_str())];
    browser.call_with(&app, "keys.updateKey", body("second"), &present).await.data();
}

#[tokio::test]
async fn the_last_root_key_that_manages_others_stays() {
    let app = TestApp::start().await;
    let me = text(&app.ok("rootKeys.whoami", json!({})).await, "keyId");
    for (operation, body) in [
        ("rootKeys.updateKey", json!({ "keyId": me, "permissions": ["api.*.read_api"] })),
        ("rootKeys.updateKey", json!({ "keyId": me, "enabled": false })),
        ("rootKeys.deleteKey", json!({ "keyId": me })),
    ] {
        app.call(operation, body).await.error(412, "keyway/data/last_manager");
    }
    app.ok("rootKeys.updateKey", json!({ "keyId": me, "name": "still here" })).await;
    owner(&app).await;
    app.ok("rootKeys.deleteKey", json!({ "keyId": me })).await;
}

#[tokio::test]
async fn every_answer_of_the_dashboard_tells_the_browser_to_be_careful() {
    let app = TestApp::start().await;
    let mut browser = owner(&app).await;
    let rpc = browser.call(&app, "session.get", json!({})).await;
    assert_eq!(rpc.header("cache-control"), "no-store");
    let pages = [
        get(&app, "/", &[]).await,
        get(&app, "/ui/", &[]).await,
        get(&app, "/ui/default/keys", &[]).await,
        get(&app, "/ui/setup", &[]).await,
        get(&app, "/ui/rpc.json", &[]).await,
        get(&app, "/ui/assets/nothing.js", &[]).await,
        get(&app, "/ui/rpc/session.get", &[]).await,
    ];
    for answer in pages.iter().chain([&rpc]) {
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'; require-trusted-types-for 'script'"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
    assert_eq!(pages[0].status, 302);
    assert_eq!(pages[5].status, 404);
    assert_eq!(pages[6].status, 405);
    assert_eq!(pages[3].header("cache-control"), "no-store");

    let plain = TestApp::start_with(HttpConfig::default()).await;
    let page = get(&plain, "/ui/", &[]).await;
    assert_eq!(page.header("strict-transport-security"), "");
    assert_eq!(get(&app, "/openapi.json", &[]).await.header("content-security-policy"), "");
}

#[tokio::test]
async fn redirects_stay_on_the_host_and_work_below_a_path() {
    let app = TestApp::start_with(HttpConfig {
        public_url: Some("https://h.example.com/kw".to_owned()),
        ..HttpConfig::default()
    })
    .await;
    for (path, to) in
        [("/", "ui/"), ("/kw", "kw/ui/"), ("/kw/", "ui/"), ("/ui", "ui/"), ("/kw/ui", "ui/")]
    {
        let answer = get(&app, path, &[("host", "evil.test")]).await;
        assert_eq!((answer.status, answer.header("location")), (302, to), "{path}");
    }
    for path in ["/ui//evil.test", "/ui/https://evil.test", "/ui/%2f%2fevil.test", "/kw/ui/a/b"] {
        let answer = get(&app, path, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (200, ""), "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
    assert_eq!(get(&app, "/kw/v2/liveness", &[]).await.status, 200);
    assert_eq!(get(&app, "/kwx/ui/", &[]).await.status, 404);
    let body = json!({});
    let request = Request::post("/kw/ui/rpc/session.get")
        .header("host", "h.example.com")
        .header("origin", "https://h.example.com")
        .header("content-type", "application/json")
        .body(Full::from(body.to_string()))
        .unwrap();
    let state = app.send(request).await.data();
    assert_eq!(state["server"]["publicUrl"], "https://h.example.com/kw");
    assert_eq!(state["server"]["secure"], true);
}

#[tokio::test]
async fn the_dashboard_can_be_switched_off() {
    let dashboard = DashboardConfig { enabled: false, ..DashboardConfig::default() };
    let app = TestApp::start_with(HttpConfig { dashboard, ..HttpConfig::default() }).await;
    for path in ["/ui", "/ui/", "/ui/setup", "/ui/rpc.json", "/ui/assets/x.js"] {
        assert_eq!(get(&app, path, &[]).await.status, 404, "{path}");
    }
    let body = json!({});
    let rpc = request("session.get", &body).body(Full::from("{}")).unwrap();
    assert_eq!(app.send(rpc).await.status, 404);
    assert_eq!(get(&app, "/", &[]).await.status, 200);
}

#[tokio::test]
async fn no_secret_of_the_dashboard_is_stored_or_logged() {
    let app = TestApp::start().await;
    let token = setup_token(&app).await;
    let mut browser = Browser::default();
    browser.call(&app, "session.setup", setup(&token)).await.data();
    let link = browser
        .call(&app, "users.create", json!({ "email": "a@example.com", "role": "viewer" }))
        .await
        .data();
    let secrets =
        [token, browser.token().to_owned(), PASSWORD.to_owned(), text(&link["link"], "token")];
    for file in app.files() {
        let bytes = std::fs::read(&file).unwrap();
        for secret in &secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a secret", file.display());
        }
    }
}
