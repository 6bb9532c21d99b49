//! `VaultStore`, and the secrets of recoverable keys in `KeyStore`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::id::{DekId, KeyId, WorkspaceId};
use keyway_core::key::{NewKey, Reroll};
use keyway_core::secret::KeyHash;
use keyway_core::vault::{Dek, SealedSecret};

use crate::fixture::{Fixture, NOW, events, with_store};

fn dek(t: &Fixture, workspace: &WorkspaceId, kek: &str) -> Dek {
    Dek {
        id: DekId::generate(&t.entropy),
        workspace_id: workspace.clone(),
        kek_id: kek.to_owned(),
        wrapped: vec![0, 1, 255],
        created_at: NOW,
    }
}

async fn active(t: &Fixture) -> Dek {
    t.store.activate_dek(&dek(t, &t.workspace.id, "kek_1"), None).await.unwrap()
}

async fn recoverable(t: &Fixture) -> KeyId {
    let api = t.api("api").await;
    let sealed = Some(SealedSecret { dek_id: active(t).await.id, sealed: vec![7, 0, 8] });
    t.store_key(NewKey { sealed, ..t.new_key(&api.id) }).await
}

#[tokio::test]
async fn a_workspace_has_one_active_key_at_a_time() {
    with_store(async |t| {
        assert!(t.store.find_active_dek(&t.workspace.id).await.unwrap().is_none());
        let first = active(t).await;
        assert_eq!((first.kek_id.as_str(), &first.wrapped[..]), ("kek_1", &[0, 1, 255][..]));
        // Whoever knew of none gets the first one, and whoever knew that one replaces it.
        let late = t.store.activate_dek(&dek(t, &t.workspace.id, "kek_1"), None).await.unwrap();
        assert_eq!(late.id, first.id);
        let second = dek(t, &t.workspace.id, "kek_1");
        let answer = t.store.activate_dek(&second, Some(&first.id)).await.unwrap();
        assert_eq!(answer.id, second.id);
        let third = dek(t, &t.workspace.id, "kek_1");
        let answer = t.store.activate_dek(&third, Some(&first.id)).await.unwrap();
        assert_eq!(answer.id, second.id);
        let found = t.store.find_active_dek(&t.workspace.id).await.unwrap().unwrap();
        assert_eq!((found.id, found.created_at), (second.id, NOW));
        assert!(t.store.find_dek(&first.id).await.unwrap().is_some());
        assert!(t.store.find_dek(&third.id).await.unwrap().is_none());

        let other = t.another_workspace("other").await;
        assert!(t.store.find_active_dek(&other.id).await.unwrap().is_none());
        let nowhere = dek(t, &WorkspaceId::from("ws_unknown"), "kek_1");
        let result = t.store.activate_dek(&nowhere, None).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Workspace, _))), "{result:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_that_race_get_the_same_key() {
    with_store(async |t| {
        let tasks: Vec<_> = (0..12)
            .map(|_| {
                let (store, dek) = (t.store.clone(), dek(t, &t.workspace.id, "kek_1"));
                tokio::spawn(async move { store.activate_dek(&dek, None).await.unwrap().id })
            })
            .collect();
        let mut ids = std::collections::BTreeSet::new();
        for task in tasks {
            ids.insert(task.await.unwrap());
        }
        assert_eq!(ids.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn keys_are_rewrapped_only_if_they_are_still_as_they_were() {
    with_store(async |t| {
        let first = active(t).await;
        let other = t.another_workspace("other").await;
        let theirs = dek(t, &other.id, "kek_2");
        t.store.activate_dek(&theirs, None).await.unwrap();
        let under = async |kek: &str| t.store.list_deks_not_under(kek, 9).await.unwrap();
        assert_eq!(under("kek_3").await.len(), 2);
        assert_eq!(t.store.list_deks_not_under("kek_3", 1).await.unwrap().len(), 1);
        assert_eq!(under("kek_2").await[0].id, first.id);

        let new = Dek { kek_id: "kek_2".to_owned(), wrapped: vec![9], ..first.clone() };
        t.store.rewrap_dek(&new, "kek_0").await.unwrap();
        assert_eq!(t.store.find_dek(&first.id).await.unwrap().unwrap().kek_id, "kek_1");
        t.store.rewrap_dek(&new, "kek_1").await.unwrap();
        let found = t.store.find_dek(&first.id).await.unwrap().unwrap();
        assert_eq!((found.kek_id.as_str(), found.wrapped), ("kek_2", vec![9]));
        assert!(under("kek_2").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_secret_of_a_key_lives_as_long_as_the_key() {
    with_store(async |t| {
        let id = recoverable(t).await;
        assert!(t.load(&id).await.recoverable);
        let secret = t.store.find_sealed_secret(&id).await.unwrap().unwrap();
        assert_eq!(secret.sealed, [7, 0, 8]);
        let api = t.load(&id).await.api.id;
        let plain = t.key(&api).await;
        assert!(!t.load(&plain).await.recoverable);
        assert!(t.store.find_sealed_secret(&plain).await.unwrap().is_none());

        let next = KeyId::generate(&t.entropy);
        let sealed = Some(SealedSecret { dek_id: secret.dek_id.clone(), sealed: vec![1] });
        let reroll = Reroll {
            hash: KeyHash::of("next"),
            id: next.clone(),
            start: "next".to_owned(),
            byte_length: 16,
            unchecked_length: None,
            sealed,
            old_expires: Some(NOW),
        };
        t.store.reroll_key(&id, &reroll, &t.trail()).await.unwrap();
        assert_eq!(t.store.find_sealed_secret(&next).await.unwrap().unwrap().sealed, [1]);

        t.store.delete_key(&id, false, &t.trail()).await.unwrap();
        assert!(t.store.find_sealed_secret(&id).await.unwrap().is_none());
        t.store.delete_key(&id, true, &t.trail()).await.unwrap();
        t.store.delete_api(&api, &t.trail()).await.unwrap();
        assert!(t.store.find_sealed_secret(&next).await.unwrap().is_none());
        // What the erased key left behind would still refer to it.
        let sql = format!(
            "INSERT INTO encrypted_keys (key_id, workspace_id, dek_id, sealed) \
             SELECT '{id}', workspace_id, dek_id, sealed FROM encrypted_keys WHERE key_id = '{id}'"
        );
        assert_eq!(t.try_sabotage(&sql).await, Ok(()));
    })
    .await;
}

#[tokio::test]
async fn the_log_tells_of_each_secret_that_was_shown() {
    with_store(async |t| {
        let id = recoverable(t).await;
        let entries = t
            .entries_of(async || {
                let ids = [id.clone(), KeyId::from("key_unknown")];
                t.store.note_reveal(&ids, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(events(&entries), ["key.reveal"]);
        assert_eq!(entries[0].resources[0].id, id.as_str());
        t.assert_chains().await;
    })
    .await;
}
