//! `KeyStore`: storing, finding, listing and deleting keys.

use std::collections::BTreeSet;

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::credits::{Credits, Refill, RefillInterval};
use keyway_core::id::KeyId;
use keyway_core::key::{KeyChange, KeyFilter, NewKey};
use keyway_core::page::Page;
use keyway_core::time::Timestamp;
use serde_json::json;

use crate::fixture::{ALL, Fixture, NOW, events, names, slugs, with_store};

fn rich(t: &Fixture, api: &keyway_core::id::ApiId, role: &str) -> NewKey {
    NewKey {
        name: Some("Anna's key".to_owned()),
        meta: json!({ "plan": "pro", "nested": { "a": [1, "\u{0}"] } })
            .as_object()
            .cloned()
            .unwrap_or_default(),
        expires: Some(Timestamp(4_000_000_000_000)),
        credits: Some(Credits {
            remaining: 100,
            refill: Some(Refill { interval: RefillInterval::Monthly, amount: 7, day: Some(31) }),
        }),
        owner: Some(t.owner("anna")),
        ratelimits: vec![t.limit("requests", 10), t.limit("heavy", i64::MAX)],
        permissions: t.wanted(&["documents.write", "documents.read"]),
        roles: vec![role.to_owned()],
        ..t.new_key(api)
    }
}

#[tokio::test]
async fn a_key_comes_back_whole() {
    with_store(async |t| {
        let api = t.api("api").await;
        t.role("Editor", &["documents.edit", "documents.read"]).await;
        let new = rich(t, &api.id, "Editor");
        let id = t.store_key(new.clone()).await;
        let by_hash = t.store.find_key_by_hash(&new.hash).await.unwrap().unwrap();
        assert!(t.store.find_record(&new.hash).await.unwrap().is_some());
        for key in [t.load(&id).await, by_hash.open(&t.workspace.id).unwrap()] {
            assert_eq!((&key.id, &key.api.id, &key.workspace_id), (&id, &api.id, &t.workspace.id));
            assert_eq!((&key.name, &key.meta, key.expires), (&new.name, &new.meta, new.expires));
            assert_eq!(key.credits, new.credits);
            assert_eq!((key.created_at, key.updated_at, key.last_used_at), (NOW, None, None));
            assert_eq!(key.identity.as_ref().unwrap().external_id, "anna");
            let limits: Vec<_> =
                key.ratelimits.iter().map(|l| (l.name.as_str(), l.limit)).collect();
            assert_eq!(limits, [("requests", 10), ("heavy", i64::MAX)]);
            assert_eq!(key.ratelimits[0].id, new.ratelimits[0].new_id);
            assert_eq!(slugs(&key.permissions), ["documents.read", "documents.write"]);
            assert_eq!(names(&key.roles), ["Editor"]);
            assert_eq!(slugs(&key.roles[0].permissions), ["documents.edit", "documents.read"]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_key_is_told_with_everything_it_created() {
    with_store(async |t| {
        let api = t.api("api").await;
        t.role("Editor", &["documents.read"]).await;
        let new = rich(t, &api.id, "editor");
        let entries = t.entries_of(async || drop(t.store_key(new.clone()).await)).await;
        assert_eq!(
            events(&entries),
            [
                "key.create",
                "identity.create",
                "permission.create",
                "ratelimit.create",
                "ratelimit.create",
                "authorization.connect_permission_and_key",
                "authorization.connect_permission_and_key",
                "authorization.connect_role_and_key",
            ]
        );
        let correlations: BTreeSet<_> =
            entries.iter().map(|entry| entry.correlation_id.as_ref().unwrap().as_str()).collect();
        assert_eq!(correlations.len(), 1);
        assert_eq!(entries[0].resources[0].id, new.id.as_str());
        assert_eq!(entries[0].resources[0].name.as_deref(), Some("Anna's key"));
        assert_eq!(entries[0].resources[1].id, api.id.as_str());
        assert_eq!(entries[2].resources[0].name.as_deref(), Some("documents.write"));

        let plain = t.entries_of(async || drop(t.key(&api.id).await)).await;
        assert_eq!(events(&plain), ["key.create"]);
        assert_eq!(plain[0].correlation_id, None);
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_that_names_what_is_missing_leaves_nothing_behind() {
    with_store(async |t| {
        let api = t.api("api").await;
        let cases: [(Entity, NewKey); 3] = [
            (Entity::Role, NewKey { roles: vec!["nobody".to_owned()], ..t.new_key(&api.id) }),
            (
                Entity::Permission,
                NewKey { permissions: t.wanted(&["perm_unknown"]), ..t.new_key(&api.id) },
            ),
            (Entity::Api, t.new_key(&"api_unknown".into())),
        ];
        for (entity, key) in cases {
            let key = NewKey { owner: Some(t.owner("new")), ..key };
            let entries = t
                .entries_of(async || {
                    let result = t.store.insert_key(&key, &t.trail()).await;
                    assert!(
                        matches!(&result, Err(StoreError::Missing(e, _)) if *e == entity),
                        "{result:?}"
                    );
                })
                .await;
            assert!(entries.is_empty());
            assert!(t.store.find_key(&key.id).await.unwrap().is_none());
        }
        let found = t.store.find_workspace(&t.workspace.id).await.unwrap().unwrap();
        assert_eq!(found.open(&t.workspace.id).unwrap().1.identities, 0);
    })
    .await;
}

#[tokio::test]
async fn the_hash_of_a_key_is_taken_even_after_its_deletion() {
    with_store(async |t| {
        let api = t.api("api").await;
        let first = t.new_key(&api.id);
        t.store_key(first.clone()).await;
        t.store.delete_key(&first.id, false, &t.trail()).await.unwrap();
        let twin = NewKey { hash: first.hash, ..t.new_key(&api.id) };
        let result = t.store.insert_key(&twin, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::Key))), "{result:?}");
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn the_id_of_a_key_is_taken() {
    with_store(async |t| {
        let api = t.api("api").await;
        let first = t.new_key(&api.id);
        t.store_key(first.clone()).await;
        let twin = NewKey { id: first.id, ..t.new_key(&api.id) };
        let result = t.store.insert_key(&twin, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::Key))), "{result:?}");
    })
    .await;
}

#[tokio::test]
async fn what_a_key_names_twice_it_gets_once() {
    with_store(async |t| {
        let api = t.api("api").await;
        let role = t.role("Editor", &[]).await;
        let key = NewKey {
            permissions: t.wanted(&["new.one", "NEW.one", "new.one"]),
            roles: vec!["Editor".to_owned(), "EDITOR".to_owned(), role.to_string()],
            ratelimits: vec![t.limit("same", 1), t.limit("same", 2)],
            ..t.new_key(&api.id)
        };
        let key = t.store_key(key).await;
        let key = t.load(&key).await;
        assert_eq!(slugs(&key.permissions), ["new.one"]);
        assert_eq!(names(&key.roles), ["Editor"]);
        assert_eq!(key.ratelimits.len(), 1);
        assert_eq!(key.ratelimits[0].limit, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_that_are_made_together_share_one_identity_and_one_permission() {
    with_store(async |t| {
        let api = t.api("api").await;
        let keys: Vec<NewKey> = (0..20)
            .map(|_| NewKey {
                owner: Some(t.owner("shared")),
                permissions: t.wanted(&["shared.permission"]),
                ..t.new_key(&api.id)
            })
            .collect();
        let ids: Vec<KeyId> = keys.iter().map(|key| key.id.clone()).collect();
        let tasks: Vec<_> = keys
            .into_iter()
            .map(|key| {
                let (store, trail) = (t.store.clone(), t.trail());
                tokio::spawn(async move { store.insert_key(&key, &trail).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let mut identities = BTreeSet::new();
        let mut permissions = BTreeSet::new();
        for id in &ids {
            let key = t.load(id).await;
            identities.insert(key.identity.unwrap().id);
            permissions.insert(key.permissions[0].id.clone());
        }
        assert_eq!((identities.len(), permissions.len()), (1, 1));
        let log = t.log().await;
        for event in ["identity.create", "permission.create"] {
            assert_eq!(log.iter().filter(|entry| entry.event == event).count(), 1, "{event}");
        }
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn keys_are_listed_by_id_page_by_page_while_some_are_deleted() {
    with_store(async |t| {
        let api = t.api("api").await;
        let mut ids = Vec::new();
        for number in 0..12 {
            let owner = (number % 3 == 0).then(|| t.owner("anna"));
            ids.push(t.store_key(NewKey { owner, ..t.new_key(&api.id) }).await);
        }
        let elsewhere = t.api("other").await;
        t.key(&elsewhere.id).await;
        ids.sort();
        let filter = KeyFilter { api_id: api.id.clone(), external_id: None };
        let page = Page { limit: 5, after: None };
        let first = t.store.list_keys(&t.workspace.id, &filter, &page).await.unwrap();
        // The key that the cursor names and one after it go.
        t.store.delete_key(&ids[4], true, &t.trail()).await.unwrap();
        t.store.delete_key(&ids[6], false, &t.trail()).await.unwrap();
        let page = Page { limit: 5, after: first.next.clone() };
        let second = t.store.list_keys(&t.workspace.id, &filter, &page).await.unwrap();
        let page = Page { limit: 5, after: second.next.clone() };
        let third = t.store.list_keys(&t.workspace.id, &filter, &page).await.unwrap();
        assert_eq!(third.next, None);
        let seen: Vec<KeyId> =
            [first, second, third].into_iter().flat_map(|p| p.items).map(|key| key.id).collect();
        let mut expected = ids.clone();
        expected.remove(6);
        assert_eq!(seen, expected);

        let filter = KeyFilter { external_id: Some("anna".to_owned()), ..filter };
        let annas = t.store.list_keys(&t.workspace.id, &filter, &ALL).await.unwrap();
        let mut expected = BTreeSet::new();
        for id in ids.iter().enumerate().filter(|(i, _)| *i != 4 && *i != 6).map(|(_, id)| id) {
            if t.load(id).await.identity.is_some() {
                expected.insert(id.clone());
            }
        }
        assert_eq!(annas.items.iter().map(|k| k.id.clone()).collect::<BTreeSet<_>>(), expected);
        assert!(annas.items.iter().all(|k| k.identity.as_ref().unwrap().external_id == "anna"));
        let filter = KeyFilter { external_id: Some("ANNA".to_owned()), ..filter };
        assert!(t.store.list_keys(&t.workspace.id, &filter, &ALL).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_full_page_without_more_has_no_next() {
    with_store(async |t| {
        let api = t.api("api").await;
        for _ in 0..3 {
            t.key(&api.id).await;
        }
        let filter = KeyFilter { api_id: api.id, external_id: None };
        let page = Page { limit: 3, after: None };
        let list = t.store.list_keys(&t.workspace.id, &filter, &page).await.unwrap();
        assert_eq!((list.items.len(), list.next), (3, None));
    })
    .await;
}

#[tokio::test]
async fn a_marked_key_is_absent_and_can_still_be_erased() {
    with_store(async |t| {
        let api = t.api("api").await;
        t.role("Editor", &["documents.read"]).await;
        let new = rich(t, &api.id, "Editor");
        let id = t.store_key(new.clone()).await;
        t.store.delete_key(&id, false, &t.trail()).await.unwrap();
        assert_eq!(t.log().await[0].event, "key.delete");
        assert!(t.store.find_key(&id).await.unwrap().is_none());
        assert!(t.store.find_key_by_hash(&new.hash).await.unwrap().is_none());
        let again = t.store.delete_key(&id, false, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::Key, _))));
        let update = t.store.update_key(&id, &KeyChange::default(), &t.trail()).await;
        assert!(matches!(update, Err(StoreError::Missing(Entity::Key, _))));

        t.store.delete_key(&id, true, &t.trail()).await.unwrap();
        assert_eq!(t.log().await[0].event, "key.delete");
        let again = t.store.delete_key(&id, true, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::Key, _))));
        // Only what belonged to the key alone is gone; its hash is free.
        t.store_key(NewKey { hash: new.hash, ..rich(t, &api.id, "Editor") }).await;
        let entries = t.log().await;
        let created = entries.iter().filter(|entry| entry.event == "permission.create").count();
        assert_eq!(created, 2);
    })
    .await;
}

#[tokio::test]
async fn the_last_use_of_a_key_never_goes_back() {
    with_store(async |t| {
        let api = t.api("api").await;
        let id = t.key(&api.id).await;
        for (used, expected) in [(20, 20), (10, 20), (30, 30)] {
            let gone = (KeyId::from("key_gone"), Timestamp(used));
            let used = [(id.clone(), Timestamp(used)), gone, (id.clone(), Timestamp(1))];
            t.store.touch_keys(&used).await.unwrap();
            let key = t.load(&id).await;
            assert_eq!(key.last_used_at, Some(Timestamp(expected)));
            assert_eq!(key.updated_at, None);
        }
        t.store.touch_keys(&[]).await.unwrap();
    })
    .await;
}
