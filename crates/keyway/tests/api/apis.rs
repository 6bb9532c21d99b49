//! APIs: made, listed, changed and deleted.

use serde_json::{Value, json};

use crate::app::{TestApp, text};

fn ids(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|api| text(api, "id")).collect()
}

#[tokio::test]
async fn a_new_api_is_read_back() {
    let app = TestApp::start().await;
    let id = app.api("payments").await;
    assert!(id.starts_with("api_"));
    assert_eq!(
        app.ok("apis.getApi", json!({ "apiId": id })).await,
        json!({ "id": id, "name": "payments" })
    );
    assert_eq!(
        app.ok("apis.listApis", json!({})).await,
        json!([{
            "id": id, "name": "payments", "keyCount": 0, "deleteProtection": false,
            "storeEncryptedKeys": false, "checksum": true, "createdAt": app.clock.now().0,
        }])
    );
    assert_ne!(app.api("payments").await, id);
}

#[tokio::test]
async fn names_are_counted_in_characters() {
    let app = TestApp::start().await;
    for name in ["äöü", &"🙂".repeat(256)] {
        let id = app.api(name).await;
        assert_eq!(app.ok("apis.getApi", json!({ "apiId": id })).await["name"], name);
    }
    for name in [json!("äö"), json!("x".repeat(257)), json!(1), json!(null)] {
        app.call("apis.createApi", json!({ "name": name })).await.invalid(&["body.name"]);
    }
    for environment in ["", "Production", "1st", "a b", &"x".repeat(33)] {
        let body = json!({ "name": "abc", "environment": environment });
        app.call("apis.createApi", body).await.invalid(&["body.environment"]);
    }
}

#[tokio::test]
async fn settings_are_kept_replaced_or_cleared() {
    let app = TestApp::start().await;
    let id = app.api("payments").await;
    let full = json!({
        "apiId": id, "name": "bills", "environment": "preview", "defaultPrefix": "pay",
        "defaultByteLength": 32, "ipAllowlist": ["10.0.0.1/8", "::ffff:192.0.2.1"],
        "deleteProtection": true, "storeEncryptedKeys": true,
    });
    assert_eq!(app.ok("apis.updateApi", full).await, json!({}));
    let listed = json!({
        "id": id, "name": "bills", "environment": "preview", "defaultPrefix": "pay",
        "defaultByteLength": 32, "ipAllowlist": ["10.0.0.0/8", "192.0.2.1/32"], "keyCount": 0,
        "deleteProtection": true, "storeEncryptedKeys": true, "checksum": true,
        "createdAt": app.clock.now().0,
    });
    assert_eq!(app.ok("apis.listApis", json!({})).await, json!([listed]));

    app.ok("apis.updateApi", json!({ "apiId": id })).await;
    assert_eq!(app.ok("apis.listApis", json!({})).await, json!([listed]));
    let cleared = json!({
        "apiId": id, "environment": null, "defaultPrefix": null, "defaultByteLength": null,
        "ipAllowlist": [], "deleteProtection": false, "storeEncryptedKeys": false,
    });
    app.ok("apis.updateApi", cleared).await;
    assert_eq!(
        app.ok("apis.listApis", json!({})).await,
        json!([{
            "id": id, "name": "bills", "keyCount": 0, "deleteProtection": false,
            "storeEncryptedKeys": false, "checksum": true, "createdAt": app.clock.now().0,
        }])
    );
}

#[tokio::test]
async fn settings_out_of_bounds_are_refused() {
    let app = TestApp::start().await;
    let id = app.api("payments").await;
    for (member, value, place) in [
        ("name", json!("ab"), "name"),
        ("name", json!(null), "name"),
        ("environment", json!("A"), "environment"),
        ("defaultPrefix", json!(""), "defaultPrefix"),
        ("defaultPrefix", json!("x".repeat(17)), "defaultPrefix"),
        ("defaultByteLength", json!(15), "defaultByteLength"),
        ("defaultByteLength", json!(256), "defaultByteLength"),
        ("ipAllowlist", json!(["10.0.0.1", "everywhere"]), "ipAllowlist[1]"),
        ("ipAllowlist", json!(["10.0.0.0/33"]), "ipAllowlist[0]"),
        ("ipAllowlist", json!(null), "ipAllowlist"),
        ("deleteProtection", json!(1), "deleteProtection"),
        ("apiId", json!("x"), "apiId"),
    ] {
        let mut body = json!({ "apiId": id });
        body[member] = value;
        app.call("apis.updateApi", body).await.invalid(&[&format!("body.{place}")]);
    }
}

#[tokio::test]
async fn a_deleted_api_is_gone_and_stays_gone() {
    let app = TestApp::start().await;
    let (id, kept) = (app.api("payments").await, app.api("payments").await);
    assert_eq!(app.ok("apis.deleteApi", json!({ "apiId": id })).await, json!({}));
    for operation in [
        "apis.getApi",
        "apis.deleteApi",
        "apis.deleteApi",
        "apis.updateApi",
        "apis.listKeys",
        "keys.createKey",
    ] {
        app.call(operation, json!({ "apiId": id })).await.error(404, "unkey/data/api_not_found");
    }
    assert_eq!(ids(&app.ok("apis.listApis", json!({})).await), [kept]);
}

#[tokio::test]
async fn a_protected_api_is_not_deleted() {
    let app = TestApp::start().await;
    let id = app.api("payments").await;
    let (_, key) = app.key(&id).await;
    app.ok("apis.updateApi", json!({ "apiId": id, "deleteProtection": true })).await;
    let log = app.log().await;

    app.call("apis.deleteApi", json!({ "apiId": id }))
        .await
        .error(412, "unkey/application/protected_resource");

    assert_eq!(app.code(&key).await, "VALID");
    assert_eq!(app.log().await, log);
    app.ok("apis.updateApi", json!({ "apiId": id, "deleteProtection": false })).await;
    app.ok("apis.deleteApi", json!({ "apiId": id })).await;
}

#[tokio::test]
async fn what_is_not_an_api_of_anybody_is_not_found() {
    let app = TestApp::start().await;
    for id in ["api_nowhere", "12345678"] {
        app.call("apis.getApi", json!({ "apiId": id }))
            .await
            .error(404, "unkey/data/api_not_found");
    }
    for id in ["api", "api-no-where", &"x".repeat(256)] {
        app.call("apis.getApi", json!({ "apiId": id })).await.invalid(&["body.apiId"]);
    }
    // Any text may name the API whose keys are listed, as in the API that Keyway follows.
    for id in ["x", "api with spaces", "ä/\u{0}"] {
        app.call("apis.listKeys", json!({ "apiId": id }))
            .await
            .error(404, "unkey/data/api_not_found");
    }
}

#[tokio::test]
async fn a_root_key_lists_only_the_apis_that_it_may_read() {
    let app = TestApp::start().await;
    let (one, two, _three) = (app.api("one").await, app.api("two").await, app.api("three").await);
    let list =
        async |key: &str, body: Value| ids(&app.call_as(key, "apis.listApis", body).await.data());

    let both =
        app.root_key_with(&[format!("api.{one}.read_api"), format!("api.{two}.read_api")]).await;
    let mut expected = [one.clone(), two.clone()];
    expected.sort();
    assert_eq!(list(&both, json!({})).await, expected);
    assert_eq!(list(&both, json!({ "search": "two" })).await, [two.as_str()]);
    let (_, none) = app.root_key(json!({ "roles": ["verifier"] })).await;
    app.call_as(&none, "apis.listApis", json!({})).await.forbidden(Some("api.*.read_api"));

    app.ok("apis.deleteApi", json!({ "apiId": one })).await;
    assert_eq!(list(&both, json!({})).await, [two]);
}

#[tokio::test]
async fn apis_are_found_by_parts_of_their_name_or_id() {
    let app = TestApp::start().await;
    let (percent, under) = (app.api("100% off").await, app.api("under_score").await);
    let plain = app.api("Plain").await;
    let find = async |body: Value| {
        let mut found = ids(&app.ok("apis.listApis", body).await);
        found.sort();
        found
    };
    assert_eq!(find(json!({ "search": "%" })).await, [percent.as_str()]);
    assert_eq!(find(json!({ "search": "r_s" })).await, [under.as_str()]);
    assert_eq!(find(json!({ "search": " pLAI " })).await, [plain.as_str()]);
    assert_eq!(find(json!({ "search": &plain[4..12] })).await, [plain.as_str()]);
    assert_eq!(find(json!({ "search": "\\" })).await, [""; 0]);
    assert_eq!(find(json!({ "search": "  " })).await.len(), 3);
    let mut two = [plain.clone(), under.clone()];
    two.sort();
    assert_eq!(find(json!({ "apiIds": [plain, under, "api_nowhere"] })).await, two);
    assert_eq!(find(json!({ "apiIds": [] })).await, [""; 0]);
}

#[tokio::test]
async fn the_keys_of_an_api_are_counted() {
    let app = TestApp::start().await;
    let api = app.api("payments").await;
    for members in [json!({}), json!({ "enabled": false }), json!({ "expires": 1 })] {
        app.key_with(&api, members).await;
    }
    let (deleted, _) = app.key(&api).await;
    app.ok("keys.deleteKey", json!({ "keyId": deleted })).await;
    assert_eq!(app.ok("apis.listApis", json!({})).await[0]["keyCount"], 3);
}
