//! `keys.bulkUpdateKeys`

use keyway_core::permission::Action;
use serde_json::{Value, json};

use crate::app::{START, TestApp, all_permissions_but, text, texts};

const INVALID: &str = "unkey/application/invalid_input";

async fn keys(app: &TestApp, count: usize) -> (String, Vec<String>) {
    let api = app.api("payments").await;
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(app.key(&api).await.0);
    }
    (api, ids)
}

async fn bulk(app: &TestApp, ids: &[String], set: Value) -> Value {
    app.ok("keys.bulkUpdateKeys", json!({ "keyIds": ids, "set": set })).await
}

#[tokio::test]
async fn every_key_is_changed_as_by_itself() {
    let app = TestApp::start().await;
    let (_, ids) = keys(&app, 3).await;
    app.ok("permissions.createRole", json!({ "name": "new" })).await;
    app.ok("permissions.createRole", json!({ "name": "old" })).await;
    app.ok("keys.addRoles", json!({ "keyId": ids[0], "roles": ["old"] })).await;
    let set = json!({
        "enabled": false, "expires": START.0 + 5, "externalId": "owner",
        "addRoles": ["new"], "removeRoles": ["old"],
    });
    let answer = app.call("keys.bulkUpdateKeys", json!({ "keyIds": ids, "set": set })).await;
    assert_eq!(answer.data(), json!({ "updated": ids, "failed": [] }));
    for id in &ids {
        let key = app.ok("keys.getKey", json!({ "keyId": id })).await;
        assert_eq!(key["enabled"], false);
        assert_eq!(key["expires"], START.0 + 5);
        assert_eq!(key["identity"]["externalId"], "owner");
        assert_eq!(key["roles"], json!(["new"]));
    }
    let listed = app.ok("auditLogs.listAuditLogs", json!({ "events": ["key.update"] })).await;
    assert_eq!(listed.as_array().unwrap().len(), 3, "one entry for each key");

    bulk(&app, &ids, json!({ "expires": null, "externalId": null })).await;
    let key = app.ok("keys.getKey", json!({ "keyId": ids[1] })).await;
    assert_eq!((key.get("expires"), key.get("identity")), (None, None));
    assert_eq!(bulk(&app, &ids[..1], json!({ "delete": true })).await["updated"], json!(ids[..1]));
    app.call("keys.getKey", json!({ "keyId": ids[0] }))
        .await
        .error(404, "unkey/data/key_not_found");
}

#[tokio::test]
async fn one_failure_does_not_stop_the_others() {
    let app = TestApp::start().await;
    let (api, ids) = keys(&app, 3).await;
    let other_api = app.api("other").await;
    let (elsewhere, _) = app.key(&other_api).await;
    let other = app.other_workspace().await;
    let theirs = text(
        &app.call_as(&other, "apis.createApi", json!({ "name": "theirs" })).await.data(),
        "apiId",
    );
    let foreign = app.call_as(&other, "keys.createKey", json!({ "apiId": theirs })).await.data();
    app.ok("keys.deleteKey", json!({ "keyId": ids[1] })).await;
    let asked = [
        ids[0].clone(),
        ids[1].clone(),
        elsewhere.clone(),
        text(&foreign, "keyId"),
        "key_nowhere".to_owned(),
        ids[2].clone(),
    ];
    let scoped = app.root_key_with(&[format!("api.{api}.update_key")]).await;
    let body = json!({ "keyIds": asked, "set": { "enabled": false } });
    let data = app.call_as(&scoped, "keys.bulkUpdateKeys", body).await.data();
    assert_eq!(data["updated"], json!([ids[0], ids[2]]));
    let failed = data["failed"].as_array().unwrap();
    assert_eq!(
        texts(failed, "keyId"),
        [&asked[1], &asked[2], &asked[3], &asked[4]].map(Clone::clone)
    );
    let prefix = "/docs/api-reference/errors-v2/unkey";
    let (absent, denied) = (
        format!("{prefix}/data/key_not_found"),
        format!("{prefix}/authorization/insufficient_permissions"),
    );
    assert_eq!(texts(failed, "type"), [absent.clone(), denied.clone(), denied, absent]);
    for failure in failed {
        assert!(!text(failure, "detail").is_empty());
    }
    assert_eq!(app.ok("keys.getKey", json!({ "keyId": elsewhere })).await["enabled"], true);

    let data =
        bulk(&app, &[ids[0].clone()], json!({ "addRoles": ["unknown"], "enabled": true })).await;
    assert_eq!(data["updated"], json!([]));
    assert!(text(&data["failed"][0], "type").ends_with("unkey/data/role_not_found"));
    assert_eq!(
        app.ok("keys.getKey", json!({ "keyId": ids[0] })).await["enabled"],
        false,
        "all or nothing for each key"
    );
}

#[tokio::test]
async fn a_key_is_changed_in_all_or_in_nothing() {
    let app = TestApp::start().await;
    let (_, ids) = keys(&app, 1).await;
    app.ok("permissions.createRole", json!({ "name": "known" })).await;
    let set = json!({ "addRoles": ["known"], "removeRoles": ["unknown"], "enabled": false });
    let data = bulk(&app, &ids, set).await;
    assert_eq!(data["updated"], json!([]));
    let key = app.ok("keys.getKey", json!({ "keyId": ids[0] })).await;
    assert_eq!((key.get("roles"), &key["enabled"]), (None, &json!(true)));
}

#[tokio::test]
async fn deleting_and_assigning_ask_for_their_own_permissions() {
    let app = TestApp::start().await;
    let (_, ids) = keys(&app, 1).await;
    app.ok("permissions.createRole", json!({ "name": "known" })).await;
    let with = async |except: &[Action]| app.root_key_with(&all_permissions_but(except)).await;
    let call = async |key: &str, set: Value| {
        app.call_as(key, "keys.bulkUpdateKeys", json!({ "keyIds": ids, "set": set })).await
    };
    let no_delete = with(&[Action::DeleteKey]).await;
    call(&no_delete, json!({ "delete": true })).await.forbidden(Some("api.*.delete_key"));
    call(&no_delete, json!({ "enabled": true })).await.data();
    let no_update = with(&[Action::UpdateKey]).await;
    call(&no_update, json!({ "enabled": true })).await.forbidden(Some("api.*.update_key"));
    let no_roles = with(&[Action::AddRoleToKey]).await;
    call(&no_roles, json!({ "addRoles": ["known"] }))
        .await
        .forbidden(Some("rbac.*.add_role_to_key"));
    call(&no_update, json!({ "delete": true })).await.data();
}

#[tokio::test]
async fn bodies_are_held_to_their_bounds() {
    let app = TestApp::start().await;
    let (_, ids) = keys(&app, 1).await;
    for (body, location) in [
        (json!({ "set": { "enabled": true } }), "body.keyIds"),
        (json!({ "keyIds": [], "set": { "enabled": true } }), "body.keyIds"),
        (json!({ "keyIds": vec![ids[0].clone(); 101], "set": { "enabled": true } }), "body.keyIds"),
        (json!({ "keyIds": ["a!"], "set": { "enabled": true } }), "body.keyIds[0]"),
        (json!({ "keyIds": ids }), "body.set"),
        (json!({ "keyIds": ids, "set": {} }), "body.set"),
        (json!({ "keyIds": ids, "set": { "delete": false } }), "body.set"),
        (json!({ "keyIds": ids, "set": { "delete": true, "enabled": true } }), "body.set"),
        (json!({ "keyIds": ids, "set": { "enabled": null } }), "body.set.enabled"),
        (json!({ "keyIds": ids, "set": { "expires": -1 } }), "body.set.expires"),
        (json!({ "keyIds": ids, "set": { "zzz": 1 } }), "body.set.zzz"),
    ] {
        let error = app.call("keys.bulkUpdateKeys", body.clone()).await.error(400, INVALID);
        assert_eq!(error["errors"][0]["location"], location, "{body}");
    }
}
