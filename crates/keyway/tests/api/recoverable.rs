//! Keys that can be shown again.

use keyway_core::permission::Action;
use serde_json::{Value, json};

use crate::app::{TestApp, all_permissions_but, text, vault};

const UNFIT: &str = "unkey/application/precondition_failed";

/// Master keys of 32 bytes.
const FIRST: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const SECOND: &str = "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI=";

/// An API that stores keys recoverably.
async fn api(app: &TestApp) -> String {
    let api = app.api("vaulted").await;
    app.ok("apis.updateApi", json!({ "apiId": api, "storeEncryptedKeys": true })).await;
    api
}

async fn recoverable(app: &TestApp, api: &str) -> (String, String) {
    app.key_with(api, json!({ "recoverable": true, "prefix": "rec" })).await
}

async fn reveal(app: &TestApp, key: &str) -> Value {
    app.ok("keys.getKey", json!({ "keyId": key, "decrypt": true })).await
}

#[tokio::test]
async fn a_recoverable_key_is_shown_to_who_asks_and_the_log_tells_of_it() {
    let app = TestApp::start_with_vault(FIRST).await;
    let api = api(&app).await;
    let (key, secret) = recoverable(&app, &api).await;
    let (plain, _) = app.key(&api).await;

    let answer = app.call("keys.getKey", json!({ "keyId": key, "decrypt": true })).await;
    assert_eq!(answer.data()["plaintext"], secret.as_str());
    assert_eq!(app.traced(&answer).await, [format!("key.reveal key:{key}")]);
    let answer = app.call("keys.getKey", json!({ "keyId": plain, "decrypt": true })).await;
    assert_eq!(answer.data().get("plaintext"), None);
    assert_eq!(app.events(&answer).await, Vec::<String>::new(), "nothing was shown");

    let answer = app.call("apis.listKeys", json!({ "apiId": api, "decrypt": true })).await;
    let rows = answer.data();
    let shown: Vec<&Value> =
        rows.as_array().unwrap().iter().filter_map(|row| row.get("plaintext")).collect();
    assert_eq!(shown, [secret.as_str()]);
    assert_eq!(app.traced(&answer).await, [format!("key.reveal key:{key}")]);

    for (operation, body) in [
        ("keys.getKey", json!({ "keyId": key })),
        ("keys.whoami", json!({ "key": secret })),
        ("keys.verifyKey", json!({ "key": secret })),
        ("apis.listKeys", json!({ "apiId": api })),
        ("keys.listKeys", json!({})),
        ("auditLogs.listAuditLogs", json!({})),
    ] {
        let answer = app.call(operation, body).await;
        answer.data();
        assert!(
            !answer.text.contains(&secret) && !answer.text.contains("plaintext"),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn permission_comes_before_what_is_missing() {
    let app = TestApp::start().await;
    let plain_api = app.api("plain").await;
    let (key, _) = app.key(&plain_api).await;
    let lacking = |action: Action| {
        let (app, permissions) = (&app, all_permissions_but(&[action]));
        async move { app.root_key_with(&permissions).await }
    };
    let no_encrypt = lacking(Action::EncryptKey).await;
    let no_decrypt = lacking(Action::DecryptKey).await;
    let create = json!({ "apiId": plain_api, "recoverable": true });
    let get = json!({ "keyId": key, "decrypt": true });
    let list = json!({ "apiId": plain_api, "decrypt": true });

    let with_vault = app.again(Some(vault(FIRST, &[]))).await;
    for app in [&app, &with_vault] {
        let scope = |action: &str| format!("api.*.{action} api.{plain_api}.{action}");
        app.call_as(&no_encrypt, "keys.createKey", create.clone())
            .await
            .forbidden(Some(&scope("encrypt_key")));
        app.call_as(&no_decrypt, "keys.getKey", get.clone())
            .await
            .forbidden(Some(&scope("decrypt_key")));
        app.call_as(&no_decrypt, "apis.listKeys", list.clone())
            .await
            .forbidden(Some(&scope("decrypt_key")));
        for (operation, body) in
            [("keys.createKey", &create), ("keys.getKey", &get), ("apis.listKeys", &list)]
        {
            app.call(operation, body.clone()).await.error(412, UNFIT);
        }
    }
    app.ok("apis.updateApi", json!({ "apiId": plain_api, "storeEncryptedKeys": true })).await;
    for (operation, body) in
        [("keys.createKey", &create), ("keys.getKey", &get), ("apis.listKeys", &list)]
    {
        let error = app.call(operation, body.clone()).await.error(412, UNFIT);
        assert!(text(&error, "detail").contains("KEYWAY_MASTER_KEY"), "{error}");
    }
    assert_eq!(
        app.ok("apis.listKeys", json!({ "apiId": plain_api })).await.as_array().unwrap().len(),
        1
    );
    with_vault.call("keys.createKey", create).await.data();
    let shown = with_vault.call("keys.getKey", get).await.data();
    assert_eq!(shown.get("plaintext"), None, "what wasn't recoverable doesn't become so");
}

#[tokio::test]
async fn the_successor_of_a_recoverable_key_is_recoverable() {
    let app = TestApp::start_with_vault(FIRST).await;
    let api = api(&app).await;
    let (key, _) = recoverable(&app, &api).await;
    let data = app.ok("keys.rerollKey", json!({ "keyId": key, "expiration": 0 })).await;
    assert_eq!(reveal(&app, &text(&data, "keyId")).await["plaintext"], data["key"]);
    let (plain, _) = app.key(&api).await;
    let data = app.ok("keys.rerollKey", json!({ "keyId": plain, "expiration": 0 })).await;
    assert_eq!(reveal(&app, &text(&data, "keyId")).await.get("plaintext"), None);

    let no_encrypt = app.root_key_with(&all_permissions_but(&[Action::EncryptKey])).await;
    let body = json!({ "keyId": key, "expiration": 0 });
    app.call_as(&no_encrypt, "keys.rerollKey", body.clone())
        .await
        .forbidden(Some(&format!("api.*.encrypt_key api.{api}.encrypt_key")));
    let plain = json!({ "keyId": plain, "expiration": 0 });
    app.call_as(&no_encrypt, "keys.rerollKey", plain).await.data();
    app.ok("apis.updateApi", json!({ "apiId": api, "storeEncryptedKeys": false })).await;
    app.call("keys.rerollKey", body.clone()).await.error(412, UNFIT);
    app.again(None).await.call("keys.rerollKey", body).await.error(412, UNFIT);
}

#[tokio::test]
async fn master_keys_can_be_replaced_without_losing_keys() {
    let first = TestApp::start_with_vault(FIRST).await;
    let api = api(&first).await;
    let (key, secret) = recoverable(&first, &api).await;
    let other = first.other_workspace().await;
    let theirs = text(
        &first.call_as(&other, "apis.createApi", json!({ "name": "theirs" })).await.data(),
        "apiId",
    );
    let body = json!({ "apiId": theirs, "storeEncryptedKeys": true });
    first.call_as(&other, "apis.updateApi", body).await.data();
    let body = json!({ "apiId": theirs, "recoverable": true });
    let their_key = first.call_as(&other, "keys.createKey", body).await.data();

    let wrong = first.again(Some(vault(SECOND, &[]))).await;
    let refused = wrong.call("keys.getKey", json!({ "keyId": key, "decrypt": true })).await;
    assert!(text(&refused.error(412, UNFIT), "detail").contains("master key"));
    assert_eq!(wrong.events(&refused).await, Vec::<String>::new());
    assert_eq!(wrong.code(&secret).await, "VALID", "verification needs no master key");

    let both = first.again(Some(vault(SECOND, &[FIRST]))).await;
    assert_eq!(reveal(&both, &key).await["plaintext"], secret.as_str());
    let vault_of = |app: &TestApp| app.app.clone();
    let rotating = vault_of(&both);
    let done = rotating.vault.as_ref().unwrap().rotate(&rotating, 100).await.unwrap();
    assert_eq!(done, (2, 0), "one key of each workspace");
    let again = rotating.vault.as_ref().unwrap().rotate(&rotating, 100).await.unwrap();
    assert_eq!(again, (0, 0));
    assert_eq!(reveal(&both, &key).await["plaintext"], secret.as_str());

    let second = first.again(Some(vault(SECOND, &[]))).await;
    assert_eq!(reveal(&second, &key).await["plaintext"], secret.as_str());
    let body = json!({ "keyId": their_key["keyId"], "decrypt": true });
    let shown = second.call_as(&other, "keys.getKey", body).await.data();
    assert_eq!(shown["plaintext"], their_key["key"]);
    let (new, new_secret) = recoverable(&second, &api).await;
    assert_eq!(reveal(&second, &new).await["plaintext"], new_secret.as_str());
    first.call("keys.getKey", json!({ "keyId": key, "decrypt": true })).await.error(412, UNFIT);
    let lost = first.app.vault.as_ref().unwrap().rotate(&first.app, 100).await.unwrap();
    assert_eq!(lost, (0, 2), "keys under a master key that isn't known are told");
}

#[tokio::test]
async fn keys_of_the_vault_grow_old() {
    let app = TestApp::start_with_vault(FIRST).await;
    let api = api(&app).await;
    let mut keys = Vec::new();
    for _ in 0..4 {
        keys.push(recoverable(&app, &api).await);
        app.clock.advance(50 * keyway_core::time::DAY);
    }
    for (key, secret) in &keys {
        assert_eq!(reveal(&app, key).await["plaintext"], secret.as_str());
    }
    let both = app.again(Some(vault(SECOND, &[FIRST]))).await;
    let done = both.app.vault.as_ref().unwrap().rotate(&both.app, 100).await.unwrap();
    assert_eq!(done, (2, 0), "one for the first 90 days, one for the next");
}

#[tokio::test]
async fn deleted_keys_are_shown_no_more_and_erased_for_good() {
    let app = TestApp::start_with_vault(FIRST).await;
    let api = api(&app).await;
    let (key, _) = recoverable(&app, &api).await;
    let (erased, secret) = recoverable(&app, &api).await;
    app.ok("keys.deleteKey", json!({ "keyId": key })).await;
    app.ok("keys.deleteKey", json!({ "keyId": erased, "permanent": true })).await;
    for id in [&key, &erased] {
        app.call("keys.getKey", json!({ "keyId": id, "decrypt": true }))
            .await
            .error(404, "unkey/data/key_not_found");
    }
    let id = keyway_core::id::KeyId::from(erased.as_str());
    assert!(app.app.store.find_sealed_secret(&id).await.unwrap().is_none());
    assert_eq!(app.code(&secret).await, "NOT_FOUND");
    app.ok("keys.deleteKey", json!({ "keyId": key, "permanent": true })).await;
    let id = keyway_core::id::KeyId::from(key.as_str());
    assert!(app.app.store.find_sealed_secret(&id).await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_on_disk_tells_a_secret() {
    let app = TestApp::start_with_vault(FIRST).await;
    let api = api(&app).await;
    let (key, secret) = recoverable(&app, &api).await;
    reveal(&app, &key).await;
    let raw = [0x11_u8; 32];
    for file in app.files() {
        let bytes = std::fs::read(&file).unwrap();
        for canary in [secret.as_bytes(), app.root.as_bytes(), FIRST.as_bytes(), &raw[..]] {
            let found = bytes.windows(canary.len()).any(|window| window == canary);
            assert!(!found, "{} holds a secret", file.display());
        }
    }
}
