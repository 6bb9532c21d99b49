//! `KeyStore::reroll_key`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::credits::{Credits, Refill, RefillInterval, Spend};
use keyway_core::id::KeyId;
use keyway_core::key::{KeySearch, NewKey, Reroll};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use serde_json::json;

use crate::fixture::{ALL, Fixture, NOW, events, with_store};

fn successor(t: &Fixture, old_expires: impl Into<Option<Timestamp>>) -> Reroll {
    let id = KeyId::generate(&t.entropy);
    Reroll {
        hash: KeyHash::of(id.as_str()),
        id,
        start: "app_next".to_owned(),
        byte_length: 24,
        unchecked_length: Some(33),
        sealed: None,
        old_expires: old_expires.into(),
    }
}

#[tokio::test]
async fn a_successor_is_like_the_key_in_everything_that_counts() {
    with_store(async |t| {
        let api = t.api("api").await;
        t.role("Editor", &["documents.edit"]).await;
        let refill = Refill { interval: RefillInterval::Daily, amount: 10, day: None };
        let old = t
            .store_key(NewKey {
                name: Some("name".to_owned()),
                meta: json!({ "plan": "pro" }).as_object().cloned().unwrap_or_default(),
                enabled: false,
                expires: Some(NOW.plus(10_000)),
                credits: Some(Credits { remaining: 5, refill: Some(refill) }),
                owner: Some(t.owner("anna")),
                ratelimits: vec![t.limit("two", 2), t.limit("one", 1)],
                permissions: t.wanted(&["b", "a"]),
                roles: vec!["Editor".to_owned()],
                ..t.new_key(&api.id)
            })
            .await;
        t.store.spend_credits(&old, 2).await.unwrap();
        t.store.touch_keys(&[(old.clone(), NOW)]).await.unwrap();
        let before = t.load(&old).await;
        let reroll = successor(t, NOW.plus(500));
        let mut trail = t.trail();
        trail.now = NOW.plus(7);
        let entries =
            t.entries_of(async || t.store.reroll_key(&old, &reroll, &trail).await.unwrap()).await;
        assert_eq!(events(&entries), ["key.reroll"]);
        let resources: Vec<&str> = entries[0].resources.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(resources, [reroll.id.as_str(), old.as_str(), api.id.as_str()]);

        let new = t.load(&reroll.id).await;
        assert_eq!((new.start.as_str(), new.byte_length), ("app_next", Some(24)));
        assert_eq!((new.created_at, new.updated_at), (NOW.plus(7), None));
        assert_eq!(new.last_used_at, None);
        assert_eq!(new.api.id, before.api.id);
        assert_eq!(new.name, before.name);
        assert_eq!(new.meta, before.meta);
        assert!(!new.enabled);
        assert_eq!(new.expires, before.expires);
        assert_eq!(new.credits, before.credits);
        assert_eq!(new.identity.unwrap().id, before.identity.as_ref().unwrap().id);
        assert_eq!(new.permissions, before.permissions);
        assert_eq!(new.roles, before.roles);
        assert_eq!(new.pending_migration, None);
        for (new, old) in new.ratelimits.iter().zip(&before.ratelimits) {
            assert_ne!(new.id, old.id);
            assert_eq!((&new.name, new.limit), (&old.name, old.limit));
        }
        assert_eq!(new.ratelimits.len(), 2);
        let old = t.load(&old).await;
        assert_eq!((old.expires, old.updated_at), (Some(NOW.plus(500)), Some(NOW.plus(7))));
        assert!(t.store.find_key_by_hash(&reroll.hash).await.unwrap().is_some());
        assert!(t.store.find_record(&reroll.hash).await.unwrap().is_some());

        // From now on the two go their own ways.
        assert_eq!(t.store.spend_credits(&reroll.id, 3).await.unwrap(), Spend::Taken(0));
        assert_eq!(t.store.spend_credits(&old.id, 3).await.unwrap(), Spend::Taken(0));
        let plan = Some(("plan".to_owned(), json!("pro")));
        let search = KeySearch { meta: plan, ..KeySearch::default() };
        let found = t.store.search_keys(&t.workspace.id, &search, &ALL).await.unwrap();
        assert_eq!(found.items.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_old_key_never_lives_longer_than_it_would_have() {
    with_store(async |t| {
        let api = t.api("api").await;
        let at = |time: Option<i64>| time.map(|time| NOW.plus(time));
        for (expires, grace, ends) in [
            (None, Some(500), Some(500)),
            (Some(100), Some(500), Some(100)),
            (Some(-100), Some(0), Some(-100)),
            (Some(100), Some(0), Some(0)),
            (Some(100), None, Some(100)),
            (None, None, None),
        ] {
            let expires = at(expires);
            let old = t.store_key(NewKey { expires, ..t.new_key(&api.id) }).await;
            let reroll = successor(t, at(grace));
            t.store.reroll_key(&old, &reroll, &t.trail()).await.unwrap();
            assert_eq!(t.load(&old).await.expires, at(ends));
            assert_eq!(t.load(&reroll.id).await.expires, expires);
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_reroll_changes_nothing() {
    with_store(async |t| {
        let api = t.api("api").await;
        let (old, other) = (t.key(&api.id).await, t.key(&api.id).await);
        let taken = Reroll { hash: KeyHash::of(other.as_str()), ..successor(t, NOW) };
        let result = t.store.reroll_key(&old, &taken, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::Key))), "{result:?}");
        assert_eq!(t.load(&old).await.expires, None);

        let strangers = t.another_workspace("other").await;
        let reroll = successor(t, NOW);
        let result = t.store.reroll_key(&old, &reroll, &t.trail_of(&strangers.id)).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Key, _))), "{result:?}");
        t.store.delete_key(&old, false, &t.trail()).await.unwrap();
        let result = t.store.reroll_key(&old, &reroll, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Key, _))), "{result:?}");
    })
    .await;
}
