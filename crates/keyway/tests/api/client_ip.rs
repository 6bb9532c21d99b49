//! From where keys may be verified.

use http_body_util::Full;
use hyper::Request;
use keyway_http::HttpConfig;
use serde_json::{Value, json};

use crate::app::{PUBLIC_URL, TestApp, text};

const INVALID: &str = "unkey/application/invalid_input";

async fn listed(app: &TestApp, list: &[&str]) -> (String, String) {
    let api = app.api("payments").await;
    app.ok("apis.updateApi", json!({ "apiId": api, "ipAllowlist": list })).await;
    let (_, secret) = app.key_with(&api, json!({ "credits": { "remaining": 100 } })).await;
    (api, secret)
}

/// Verifies as a server at `peer` would, through proxies that name `forwarded`.
async fn verify_from(app: &TestApp, peer: &str, forwarded: &[&str], body: Value) -> String {
    let mut request = Request::post("/v2/keys.verifyKey")
        .header("authorization", format!("Bearer {}", app.root))
        .header("content-type", "application/json");
    for value in forwarded {
        request = request.header("x-forwarded-for", *value);
    }
    let answer = app.send_from(peer, request.body(Full::from(body.to_string())).unwrap()).await;
    text(&answer.data(), "code")
}

#[tokio::test]
async fn addresses_and_networks_of_both_families_are_allowed() {
    let app = TestApp::start().await;
    let list = [
        "203.0.113.7",
        "10.0.0.0/8",
        "192.168.1.77/24",
        "2001:db8::/32",
        "2001:DB9::1",
        "::ffff:198.51.100.0/120",
    ];
    let (api, secret) = listed(&app, &list).await;
    let shown = app.ok("apis.listApis", json!({ "apiIds": [api] })).await;
    assert_eq!(shown[0]["ipAllowlist"].as_array().unwrap().len(), list.len());
    for (ip, code) in [
        ("203.0.113.7", "VALID"),
        ("::ffff:203.0.113.7", "VALID"),
        ("203.0.113.8", "FORBIDDEN"),
        ("10.255.0.1", "VALID"),
        ("::ffff:10.0.0.1", "VALID"),
        ("11.0.0.1", "FORBIDDEN"),
        ("192.168.1.1", "VALID"),
        ("192.168.2.1", "FORBIDDEN"),
        ("2001:db8:ffff::1", "VALID"),
        ("2001:db9::1", "VALID"),
        ("2001:db9:0::2", "FORBIDDEN"),
        ("198.51.100.200", "VALID"),
        ("198.51.101.1", "FORBIDDEN"),
        ("::1", "FORBIDDEN"),
    ] {
        let body = json!({ "key": secret });
        assert_eq!(verify_from(&app, ip, &[], body.clone()).await, code, "from {ip}");
        let named = json!({ "key": secret, "clientIp": ip });
        assert_eq!(verify_from(&app, "192.0.2.1", &[], named).await, code, "for {ip}");
    }
    let refused = app.verify(json!({ "key": secret })).await;
    assert_eq!((&refused["code"], &refused["valid"]), (&json!("FORBIDDEN"), &json!(false)));
    assert_eq!(refused["credits"], 100 - 16, "only what was valid was taken");
    let outranked = json!({ "key": secret, "clientIp": "203.0.113.7", "permissions": "none" });
    assert_eq!(app.verify(outranked).await["code"], "INSUFFICIENT_PERMISSIONS");
    let query = json!({ "key": secret, "permissions": "none" });
    assert_eq!(
        app.verify(query).await["code"],
        "FORBIDDEN",
        "the address comes before permissions"
    );

    app.ok("apis.updateApi", json!({ "apiId": api, "ipAllowlist": [] })).await;
    assert_eq!(
        app.code(&secret).await,
        "VALID",
        "an empty list allows all, from the next request on"
    );
}

#[tokio::test]
async fn lists_and_addresses_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    let (api, secret) = listed(&app, &[]).await;
    for bad in ["", "x", "1.2.3", "1.2.3.4/33", "::/129", "1.2.3.4 ", "example.com", "*"] {
        let body = json!({ "apiId": api, "ipAllowlist": ["10.0.0.1", bad] });
        let error = app.call("apis.updateApi", body).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], "body.ipAllowlist[1]", "{bad}");
    }
    for bad in
        [json!(""), json!("x"), json!("10.0.0.0/8"), json!("1.2.3.4:80"), json!(null), json!(1)]
    {
        let error = app
            .call("keys.verifyKey", json!({ "key": secret, "clientIp": bad }))
            .await
            .error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], "body.clientIp", "{bad}");
    }
    let many = vec!["10.0.0.1"; 1001];
    app.call("apis.updateApi", json!({ "apiId": api, "ipAllowlist": many }))
        .await
        .error(400, INVALID);
    let answer =
        app.call("apis.updateApi", json!({ "apiId": api, "ipAllowlist": ["10.0.0.1"] })).await;
    assert_eq!(app.events(&answer).await, ["api.update"]);
}

#[tokio::test]
async fn only_trusted_proxies_tell_who_asks() {
    let networks = ["127.0.0.0/8", "10.1.0.0/16", "fd00::/8"];
    let app = TestApp::start_with(HttpConfig {
        public_url: Some(PUBLIC_URL.to_owned()),
        trusted_proxies: networks.iter().map(|net| net.parse().unwrap()).collect(),
        ..HttpConfig::default()
    })
    .await;
    let (_, secret) = listed(&app, &["203.0.113.7"]).await;
    for (peer, forwarded, code) in [
        ("203.0.113.7", &[][..], "VALID"),
        ("127.0.0.1", &[], "FORBIDDEN"),
        ("127.0.0.1", &["203.0.113.7"], "VALID"),
        ("::ffff:127.0.0.1", &["203.0.113.7"], "VALID"),
        ("fd00::1", &["203.0.113.7:4711"], "VALID"),
        ("127.0.0.1", &["::ffff:203.0.113.7"], "VALID"),
        ("127.0.0.1", &["1.1.1.1, 203.0.113.7"], "VALID"),
        ("127.0.0.1", &["203.0.113.7, 1.1.1.1"], "FORBIDDEN"),
        ("127.0.0.1", &["203.0.113.7, 10.1.2.3"], "VALID"),
        ("127.0.0.1", &["203.0.113.7", "10.1.2.3"], "VALID"),
        ("127.0.0.1", &["203.0.113.7, garbage, 10.1.2.3"], "FORBIDDEN"),
        ("192.0.2.9", &["203.0.113.7"], "FORBIDDEN"),
        ("203.0.113.7", &["1.1.1.1"], "VALID"),
    ] {
        let body = json!({ "key": secret });
        assert_eq!(verify_from(&app, peer, forwarded, body).await, code, "{peer} {forwarded:?}");
    }
    let explicit = json!({ "key": secret, "clientIp": "203.0.113.7" });
    assert_eq!(verify_from(&app, "127.0.0.1", &["1.1.1.1"], explicit).await, "VALID");

    let request = Request::post("/v2/apis.createApi")
        .header("authorization", format!("Bearer {}", app.root))
        .header("content-type", "application/json")
        .header("x-forwarded-for", "198.51.100.4")
        .header("user-agent", "tests/1")
        .body(Full::from(r#"{"name":"abc"}"#))
        .unwrap();
    app.send_from("127.0.0.1", request).await.data();
    let entry =
        app.ok("auditLogs.listAuditLogs", json!({ "event": "api.create", "limit": 1 })).await[0]
            .clone();
    assert_eq!(
        (&entry["remoteIp"], &entry["userAgent"]),
        (&json!("198.51.100.4"), &json!("tests/1"))
    );
}
