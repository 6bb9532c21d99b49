//! `KeyStore::update_key`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::credits::{Credits, CreditsChange};
use keyway_core::key::{KeyChange, NewKey};
use keyway_core::patch::Patch;
use keyway_core::time::Timestamp;
use serde_json::json;

use crate::fixture::{Fixture, NOW, events, names, slugs, with_store};

async fn key(t: &Fixture) -> keyway_core::id::KeyId {
    let api = t.api("api").await;
    t.role("Editor", &["documents.edit"]).await;
    t.store_key(NewKey {
        name: Some("before".to_owned()),
        credits: Some(Credits { remaining: 5, refill: None }),
        owner: Some(t.owner("anna")),
        ratelimits: vec![t.limit("one", 1), t.limit("two", 2)],
        permissions: t.wanted(&["a", "b"]),
        roles: vec!["Editor".to_owned()],
        ..t.new_key(&api.id)
    })
    .await
}

#[tokio::test]
async fn every_member_can_be_changed_and_the_entries_tell_how() {
    with_store(async |t| {
        let id = key(t).await;
        let before = t.load(&id).await;
        t.role("Viewer", &[]).await;
        let meta = json!({ "canary": "must not be logged" }).as_object().cloned();
        let change = KeyChange {
            name: Patch::Set("after".to_owned()),
            owner: Patch::Set(t.owner("bob")),
            meta: Patch::Set(meta.unwrap_or_default()),
            expires: Patch::Set(Timestamp(7)),
            enabled: Some(false),
            credits: Some(CreditsChange::Limited { remaining: Some(9), refill: Patch::Keep }),
            ratelimits: Some(vec![t.limit("two", 20), t.limit("three", 3)]),
            permissions: Some(t.wanted(&["B", "c"])),
            roles: Some(vec!["viewer".to_owned()]),
            ..KeyChange::default()
        };
        let entries = t
            .entries_of(async || t.store.update_key(&id, &change, &t.trail()).await.unwrap())
            .await;
        assert_eq!(
            events(&entries),
            [
                "identity.create",
                "permission.create",
                "key.update",
                "ratelimit.update",
                "ratelimit.create",
                "ratelimit.delete",
                "authorization.disconnect_permission_and_key",
                "authorization.connect_permission_and_key",
                "authorization.disconnect_role_and_key",
                "authorization.connect_role_and_key",
            ]
        );
        let update = &entries[2];
        let fields: Vec<_> = update.changes.iter().map(|c| c.field.as_str()).collect();
        assert_eq!(fields, ["externalId", "name", "meta", "expires", "enabled", "credits"]);
        assert_eq!(update.changes[0].before, json!("anna"));
        assert_eq!(update.changes[0].after, json!("bob"));
        assert!(!format!("{entries:?}").contains("must not be logged"));

        let after = t.load(&id).await;
        assert_eq!(after.name.as_deref(), Some("after"));
        assert_eq!(after.identity.unwrap().external_id, "bob");
        assert_eq!(after.meta["canary"], json!("must not be logged"));
        assert_eq!((after.expires, after.enabled), (Some(Timestamp(7)), false));
        assert_eq!(after.credits, Some(Credits { remaining: 9, refill: None }));
        assert_eq!(slugs(&after.permissions), ["b", "c"]);
        assert_eq!(names(&after.roles), ["Viewer"]);
        assert_eq!(after.updated_at, Some(NOW));
        let limits: Vec<_> = after.ratelimits.iter().map(|l| (l.name.as_str(), l.limit)).collect();
        assert_eq!(limits, [("two", 20), ("three", 3)]);
        assert_eq!(after.ratelimits[0].id, before.ratelimits[1].id);
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn a_change_that_changes_nothing_leaves_no_trace() {
    with_store(async |t| {
        let id = key(t).await;
        let same = KeyChange {
            name: Patch::Set("before".to_owned()),
            owner: Patch::Set(t.owner("anna")),
            meta: Patch::Clear,
            expires: Patch::Clear,
            enabled: Some(true),
            credits: Some(CreditsChange::Limited { remaining: Some(5), refill: Patch::Clear }),
            ratelimits: Some(vec![t.limit("one", 1), t.limit("two", 2)]),
            permissions: Some(t.wanted(&["b", "A"])),
            roles: Some(vec!["EDITOR".to_owned()]),
            ..KeyChange::default()
        };
        for change in [KeyChange::default(), same] {
            let entries = t
                .entries_of(async || t.store.update_key(&id, &change, &t.trail()).await.unwrap())
                .await;
            assert!(entries.is_empty(), "{entries:?}");
            assert_eq!(t.load(&id).await.updated_at, None);
        }
    })
    .await;
}

#[tokio::test]
async fn members_can_be_cleared() {
    with_store(async |t| {
        let id = key(t).await;
        let change = KeyChange {
            name: Patch::Clear,
            owner: Patch::Clear,
            credits: Some(CreditsChange::Unlimited),
            ratelimits: Some(Vec::new()),
            permissions: Some(Vec::new()),
            roles: Some(Vec::new()),
            ..KeyChange::default()
        };
        t.store.update_key(&id, &change, &t.trail()).await.unwrap();
        let key = t.load(&id).await;
        assert!(key.name.is_none() && key.identity.is_none() && key.credits.is_none());
        assert!(key.ratelimits.is_empty() && key.permissions.is_empty() && key.roles.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_change_without_credits_does_not_bring_spent_ones_back() {
    with_store(async |t| {
        let id = key(t).await;
        t.store.spend_credits(&id, 3).await.unwrap();
        let change = KeyChange { name: Patch::Clear, ..KeyChange::default() };
        t.store.update_key(&id, &change, &t.trail()).await.unwrap();
        assert_eq!(t.load(&id).await.credits.unwrap().remaining, 2);
    })
    .await;
}

#[tokio::test]
async fn a_change_that_fails_leaves_everything_as_it_was() {
    with_store(async |t| {
        let id = key(t).await;
        let base = KeyChange {
            name: Patch::Set("after".to_owned()),
            owner: Patch::Set(t.owner("bob")),
            ratelimits: Some(Vec::new()),
            permissions: Some(t.wanted(&["new"])),
            ..KeyChange::default()
        };
        let missing_role = KeyChange { roles: Some(vec!["x".to_owned()]), ..base.clone() };
        let missing_permission =
            KeyChange { permissions: Some(t.wanted(&["new", "perm_x"])), ..base.clone() };
        let entries = t
            .entries_of(async || {
                let result = t.store.update_key(&id, &missing_role, &t.trail()).await;
                assert!(matches!(result, Err(StoreError::Missing(Entity::Role, _))));
                let result = t.store.update_key(&id, &missing_permission, &t.trail()).await;
                assert!(matches!(result, Err(StoreError::Missing(Entity::Permission, _))));
                let result = t.store.update_key(&"key_x".into(), &base, &t.trail()).await;
                assert!(matches!(result, Err(StoreError::Missing(Entity::Key, _))));
            })
            .await;
        assert!(entries.is_empty());
        let key = t.load(&id).await;
        assert_eq!(key.name.as_deref(), Some("before"));
        assert_eq!(key.identity.unwrap().external_id, "anna");
        assert_eq!(key.ratelimits.len(), 2);
        assert_eq!(slugs(&key.permissions), ["a", "b"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_changes_that_come_together_one_whole_set_of_limits_survives() {
    with_store(async |t| {
        let id = key(t).await;
        let tasks: Vec<_> = (1..=12)
            .map(|n| {
                let limits = ["a", "b", "c"].map(|name| t.limit(&format!("{name}{}", n % 3), n));
                let change =
                    KeyChange { ratelimits: Some(limits.to_vec()), ..KeyChange::default() };
                let (store, id, trail) = (t.store.clone(), id.clone(), t.trail());
                tokio::spawn(async move { store.update_key(&id, &change, &trail).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let limits = t.load(&id).await.ratelimits;
        assert_eq!(limits.len(), 3);
        assert!(limits.iter().all(|limit| limit.limit == limits[0].limit), "{limits:?}");
        t.assert_chains().await;
    })
    .await;
}
