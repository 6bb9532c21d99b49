//! What happens to a request before and after its operation.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::Request;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::http::request::Builder;
use serde_json::json;

use crate::app::{PUBLIC_URL, TestApp};

#[tokio::test]
async fn unknown_paths_and_wrong_methods_get_an_envelope() {
    let app = TestApp::start().await;
    app.post("/v2/keys.nothing", &app.root, &json!({}))
        .await
        .error(404, "user/bad_request/unknown_operation");
    app.post("/v1/keys.verifyKey", &app.root, &json!({}))
        .await
        .error(404, "user/bad_request/unknown_operation");
    let answer = app.get("/v2/keys.createKey", "*/*").await;
    answer.error(405, "user/bad_request/method_not_allowed");
    assert_eq!(answer.header("allow"), "POST");
    let answer = app.post("/v2/liveness", &app.root, &json!({})).await;
    answer.error(405, "user/bad_request/method_not_allowed");
    assert!(answer.header("allow").starts_with("GET"));
}

#[tokio::test]
async fn liveness_and_readiness_need_no_key() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/v2/liveness", "*/*").await.data(), json!({ "message": "OK" }));
    assert_eq!(app.get("/health/ready", "*/*").await.status, 200);
}

#[tokio::test]
async fn credentials_are_read_as_the_contract_says() {
    let app = TestApp::start().await;
    let send = async |authorization: &str| {
        let request = Request::post("/v2/rootKeys.whoami")
            .header("content-type", "application/json")
            .header("authorization", authorization)
            .body(Full::from("{}"))
            .unwrap();
        app.send(request).await
    };
    for accepted in ["Bearer KEY", "bearer KEY", "Bearer    KEY  "] {
        assert_eq!(send(&accepted.replace("KEY", &app.root)).await.status, 200, "{accepted}");
    }
    for malformed in ["Basic abc", "KEY", "Bearer", "Bearer   "] {
        send(&malformed.replace("KEY", &app.root))
            .await
            .error(400, "unkey/authentication/malformed");
    }
    send("").await.error(400, "unkey/authentication/missing");
    send(&format!("Bearer {}", "x".repeat(5000)))
        .await
        .error(401, "unkey/authentication/key_not_found");
}

#[tokio::test]
async fn only_json_bodies_are_read() {
    let app = TestApp::start().await;
    for (content_type, status) in [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("text/plain", 400),
        ("application/x-www-form-urlencoded", 400),
        ("", 400),
    ] {
        let request = Request::post("/v2/rootKeys.whoami")
            .header("authorization", format!("Bearer {}", app.root))
            .header("content-type", content_type)
            .body(Full::from("{}"))
            .unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.status, status, "{content_type}: {answer:?}");
    }
}

#[tokio::test]
async fn errors_are_problem_json_only_for_those_who_ask() {
    let app = TestApp::start().await;
    for (accept, expected) in [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, application/problem+json", "application/problem+json"),
    ] {
        let request = Request::post("/v2/apis.createApi")
            .header("authorization", format!("Bearer {}", app.root))
            .header("content-type", "application/json")
            .header("accept", accept)
            .body(Full::from("{}"))
            .unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.header("content-type"), expected, "{accept}");
        let error = answer.error(400, "unkey/application/invalid_input");
        assert_eq!(
            error["errors"],
            json!([{ "location": "body.name", "message": "is required", "fix": "Add it to the request." }])
        );
    }
}

#[tokio::test]
async fn a_workspace_can_be_limited_to_requests_per_minute() {
    let app = TestApp::start().await;
    let other = app.other_workspace().await;
    let own = app.call_as(&other, "rootKeys.whoami", json!({})).await;
    assert_eq!(own.header("ratelimit-limit"), "");
    let workspace = own.data()["workspaceId"].clone();
    app.ok(
        "workspaces.updateWorkspace",
        json!({ "workspaceId": workspace, "requestsPerMinute": 2 }),
    )
    .await;

    for left in ["1", "0"] {
        let answer = app.call_as(&other, "rootKeys.whoami", json!({})).await;
        answer.data();
        assert_eq!(answer.header("ratelimit-limit"), "2");
        assert_eq!(answer.header("ratelimit-remaining"), left);
        assert_eq!(answer.header("ratelimit-reset"), "60");
    }
    let refused = app.call_as(&other, "rootKeys.whoami", json!({})).await;
    refused.error(429, "user/too_many_requests/workspace_rate_limited");
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    app.clock.advance(120_000);
    app.call_as(&other, "rootKeys.whoami", json!({})).await.data();
}

#[tokio::test]
async fn every_code_has_a_page() {
    let app = TestApp::start().await;
    for code in keyway_ops::problem::Code::ALL {
        let path = format!("/docs/api-reference/errors-v2/{}", code.path());
        let page = app.get(&path, "text/html").await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text.contains(&format!("err:{}", code.path().replace('/', ":"))), "{path}");
        assert!(page.text.contains(PUBLIC_URL), "{path} shows no example of this server");
        for heading in ["What happened", "How to fix", "Common mistakes"] {
            assert!(page.text.contains(heading), "{path} lacks {heading}");
        }
    }
    assert_eq!(app.get("/docs/api-reference/errors-v2/a/b/c", "text/html").await.status, 404);
}

/// A body of a mebibyte that nobody may read.
struct Untouched;

impl Body for Untouched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body was read");
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(1024 * 1024)
    }
}

#[tokio::test]
async fn a_large_body_is_not_read_before_it_is_known_who_sends_it() {
    let app = TestApp::start().await;
    let request = |path: &str| {
        Request::post(path)
            .header("content-type", "application/json")
            .header("host", "keyway.test")
            .header("origin", "http://keyway.test")
            .header("sec-fetch-site", "same-origin")
            .header("expect", "100-continue")
    };
    let signed =
        |key: &str| request("/v2/keys.createKey").header("authorization", format!("Bearer {key}"));
    let send =
        async |request: Builder| app.send_body("192.0.2.1", request.body(Untouched).unwrap()).await;
    let refused = [
        (signed("unkey_nobody"), 401, "unkey/authentication/key_not_found"),
        (request("/v2/keys.createKey"), 400, "unkey/authentication/missing"),
    ];
    for (request, status, code) in refused {
        send(request).await.error(status, code);
    }
    for operation in ["keys.createKey", "session.signIn"] {
        let answer = send(request(&format!("/ui/rpc/{operation}"))).await;
        assert_eq!(answer.status, 401, "{operation}: {}", answer.text);
    }
    // The key that would be let in is the proof that the others weren't refused for something else.
    send(signed(&app.root)).await.error(500, "unkey/application/unexpected_error");
}

#[tokio::test]
async fn a_large_body_is_handed_over_to_a_thread_that_nobody_waits_for() {
    let app = TestApp::start().await;
    let request = Request::post("/v2/apis.createApi")
        .header("authorization", format!("Bearer {}", app.root))
        .header("content-type", "application/json")
        .body(Full::from("x".repeat(300 * 1024)))
        .unwrap();
    // On SQLite nothing else keeps this answer from being there at once.
    let mut answer = pin!(app.send(request));
    let waits = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx).is_pending())).await;
    assert!(waits, "it was read where others wait");
}

#[tokio::test]
async fn a_large_body_is_worked_on_like_any_other() {
    let app = TestApp::start().await;
    let text = "x".repeat(300 * 1024);
    let body = json!({ "apiId": "api_nowhere", "keys": [{ "hash": text }] });
    let answer = app.post("/v2/keys.migrateKeys", &app.root, &body).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let body = format!("{}{}", " ".repeat(300 * 1024), r#"{"name":"payments"}"#);
    let request = Request::post("/v2/apis.createApi")
        .header("authorization", format!("Bearer {}", app.root))
        .header("content-type", "application/json")
        .body(Full::from(body))
        .unwrap();
    app.send(request).await.data();
}
