//! `IdentityStore`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::id::{IdentityId, RatelimitId};
use keyway_core::identity::{Identity, IdentityChange};
use keyway_core::key::{KeyChange, KeyFilter, NewKey};
use keyway_core::page::Page;
use keyway_core::patch::Patch;
use keyway_core::ratelimit::Ratelimit;
use serde_json::json;

use crate::fixture::{ALL, Fixture, events, with_store};

fn new(t: &Fixture, external_id: &str, limits: &[&str]) -> Identity {
    Identity {
        id: IdentityId::generate(&t.entropy),
        external_id: external_id.to_owned(),
        meta: json!({ "canary": "must not be logged" }).as_object().cloned().unwrap_or_default(),
        ratelimits: limits
            .iter()
            .map(|name| Ratelimit {
                id: RatelimitId::generate(&t.entropy),
                name: (*name).to_owned(),
                limit: 5,
                duration: 1000,
                auto_apply: true,
            })
            .collect(),
    }
}

async fn stored(t: &Fixture, external_id: &str, limits: &[&str]) -> Identity {
    let identity = new(t, external_id, limits);
    t.store.insert_identity(&identity, &t.trail()).await.unwrap();
    identity
}

fn limit_names(identity: &Identity) -> Vec<&str> {
    identity.ratelimits.iter().map(|limit| limit.name.as_str()).collect()
}

#[tokio::test]
async fn an_identity_is_stored_with_its_limits() {
    with_store(async |t| {
        let identity = new(t, "anna", &["two", "one"]);
        let entries = t
            .entries_of(async || {
                t.store.insert_identity(&identity, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(events(&entries), ["identity.create", "ratelimit.create", "ratelimit.create"]);
        assert!(entries.iter().all(|entry| entry.correlation_id == entries[0].correlation_id));
        assert_eq!(entries[1].resources[0].id, identity.id.as_str());
        assert!(!serde_json::to_string(&entries).unwrap().contains("must not be logged"));

        let by_id = t.store.find_identity(&identity.id).await.unwrap().unwrap();
        let by_id = by_id.open(&t.workspace.id).unwrap();
        assert_eq!(by_id.ratelimits, identity.ratelimits);
        assert_eq!(by_id.meta, identity.meta);
        let find = async |name: &str| {
            t.store.find_identity_by_external_id(&t.workspace.id, name).await.unwrap()
        };
        assert_eq!(find("anna").await.unwrap().id, identity.id);
        assert!(find("Anna").await.is_none());

        let twin = new(t, "anna", &[]);
        let result = t.store.insert_identity(&twin, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::Identity))), "{result:?}");
        let other = t.another_workspace("other").await;
        t.store.insert_identity(&twin, &t.trail_of(&other.id)).await.unwrap();
        let found = t.store.find_identity(&twin.id).await.unwrap().unwrap();
        assert!(found.open(&t.workspace.id).is_err());
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn a_change_replaces_what_it_names_and_keeps_the_rest() {
    with_store(async |t| {
        let identity = stored(t, "anna", &["one", "two"]).await;
        let change = IdentityChange {
            meta: None,
            ratelimits: Some(vec![t.limit("three", 3), t.limit("two", 20)]),
        };
        let mut after = None;
        let entries = t
            .entries_of(async || {
                after = t.store.update_identity(&identity.id, &change, &t.trail()).await.ok();
            })
            .await;
        assert_eq!(
            events(&entries),
            ["identity.update", "ratelimit.create", "ratelimit.update", "ratelimit.delete"]
        );
        let after = after.unwrap();
        assert_eq!(limit_names(&after), ["three", "two"]);
        assert_eq!(after.ratelimits[1].id, identity.ratelimits[1].id);
        assert_eq!(after.ratelimits[1].limit, 20);
        assert_eq!(after.meta, identity.meta);

        let again = t.entries_of(async || {
            t.store.update_identity(&identity.id, &change, &t.trail()).await.unwrap();
        });
        assert!(again.await.is_empty());
        let change = IdentityChange { meta: Some(serde_json::Map::new()), ratelimits: None };
        let entries = t
            .entries_of(async || {
                let after = t.store.update_identity(&identity.id, &change, &t.trail()).await;
                assert!(after.unwrap().meta.is_empty());
            })
            .await;
        assert_eq!(events(&entries), ["identity.update"]);
        assert_eq!(entries[0].changes[0].after, json!({ "changed": true }));
        let change = IdentityChange { meta: None, ratelimits: Some(Vec::new()) };
        let after = t.store.update_identity(&identity.id, &change, &t.trail()).await.unwrap();
        assert!(after.ratelimits.is_empty());

        let other = t.another_workspace("other").await;
        let theirs = t.trail_of(&other.id);
        let result = t.store.update_identity(&identity.id, &change, &theirs).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Identity, _))), "{result:?}");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_identity_leaves_its_keys_to_nobody() {
    with_store(async |t| {
        let identity = stored(t, "anna", &["one"]).await;
        let api = t.api("api").await;
        let key = NewKey { owner: Some(t.owner("anna")), ..t.new_key(&api.id) };
        let key = t.store_key(key).await;
        assert_eq!(limit_names(&t.load(&key).await.identity.unwrap()), ["one"]);

        let entries = t
            .entries_of(async || {
                t.store.delete_identity(&identity.id, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(events(&entries), ["identity.delete", "ratelimit.delete"]);
        assert!(t.store.find_identity(&identity.id).await.unwrap().is_none());
        assert!(t.load(&key).await.identity.is_none());
        let again = t.store.delete_identity(&identity.id, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::Identity, _))), "{again:?}");

        // The name is free at once, and the keys of the old one don't go over to the new one.
        let new = stored(t, "anna", &[]).await;
        assert!(t.load(&key).await.identity.is_none());
        let filter = KeyFilter { api_id: api.id.clone(), external_id: Some("anna".to_owned()) };
        let listed = t.store.list_keys(&t.workspace.id, &filter, &ALL).await.unwrap();
        assert!(listed.items.is_empty());
        let change = KeyChange { owner: Patch::Set(t.owner("anna")), ..KeyChange::default() };
        t.store.update_key(&key, &change, &t.trail()).await.unwrap();
        let owner = t.load(&key).await.identity.unwrap();
        assert_eq!(owner.id, new.id);
        assert!(owner.ratelimits.is_empty());
    })
    .await;
}

#[tokio::test]
async fn lists_show_what_may_be_seen_and_fits() {
    with_store(async |t| {
        let mut all = Vec::new();
        for name in ["Anna-Maria", "bob.smith", "a%b.smith", "gone"] {
            all.push(stored(t, name, &["one"]).await);
        }
        t.store.delete_identity(&all[3].id, &t.trail()).await.unwrap();
        let other = t.another_workspace("other").await;
        t.store.insert_identity(&new(t, "theirs", &[]), &t.trail_of(&other.id)).await.unwrap();
        let list = async |ids: Option<&[IdentityId]>, search: Option<&str>, page: &Page| {
            t.store.list_identities(&t.workspace.id, ids, search, page).await.unwrap()
        };
        let found = list(None, None, &ALL).await.items;
        assert_eq!(found.len(), 3);
        assert!(found.is_sorted_by_key(|identity| identity.id.clone()));
        assert!(found.iter().all(|identity| identity.ratelimits.len() == 1));
        let id = all[1].id.as_str();
        // Ids are searched too, so texts without signs can occur in them by chance.
        for (search, count) in [("NA-MA", 1), ("%", 1), (".SMI", 2), (id, 1), ("x_y", 0)] {
            assert_eq!(list(None, Some(search), &ALL).await.items.len(), count, "{search}");
        }
        let ids = [all[0].id.clone(), all[3].id.clone()];
        assert_eq!(list(Some(&ids), None, &ALL).await.items[0].id, all[0].id);
        assert!(list(Some(&[]), None, &ALL).await.items.is_empty());
        let first = list(None, None, &Page { limit: 2, after: None }).await;
        let rest = list(None, None, &Page { limit: 2, after: first.next }).await;
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (2, 1, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_callers_that_race_one_creates_and_all_see_whole_changes() {
    with_store(async |t| {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (store, identity, trail) = (t.store.clone(), new(t, "anna", &[]), t.trail());
                tokio::spawn(async move { store.insert_identity(&identity, &trail).await.is_ok() })
            })
            .collect();
        let mut created = 0;
        for task in tasks {
            created += usize::from(task.await.unwrap());
        }
        assert_eq!(created, 1);

        let find = async || {
            t.store.find_identity_by_external_id(&t.workspace.id, "anna").await.unwrap().unwrap()
        };
        let id = find().await.id;
        let tasks: Vec<_> = (0..12)
            .map(|number| {
                let meta = json!({ "number": number }).as_object().cloned();
                let names = [format!("a{number}"), format!("b{number}"), "both".to_owned()];
                let limits = names.iter().map(|name| t.limit(name, number + 1)).collect();
                let change = IdentityChange { meta, ratelimits: Some(limits) };
                let (store, id, trail) = (t.store.clone(), id.clone(), t.trail());
                tokio::spawn(async move { store.update_identity(&id, &change, &trail).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let last = find().await;
        let number = last.meta["number"].as_i64().unwrap();
        assert_eq!(limit_names(&last), [format!("a{number}"), format!("b{number}"), "both".into()]);
        assert!(last.ratelimits.iter().all(|limit| limit.limit == number + 1));
    })
    .await;
}
