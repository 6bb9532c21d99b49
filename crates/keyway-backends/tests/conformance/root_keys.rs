//! `RootKeyStore`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::environment::Environment;
use keyway_core::id::{ApiId, RootKeyId};
use keyway_core::page::Page;
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use keyway_core::root_key::{Grant, RootKey, RootKeyChange, RootKeyFilter, RootRole};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::workspace::WorkspaceChange;

use crate::fixture::{ALL, Fixture, NOW, events, new_root_key, with_store};

async fn stored(t: &Fixture, secret: &str, change: impl FnOnce(&mut RootKey)) -> RootKey {
    let mut root_key = new_root_key(&t.entropy, &t.workspace.id);
    change(&mut root_key);
    t.store.insert_root_key(&root_key, KeyHash::of(secret), &t.trail()).await.unwrap();
    root_key
}

async fn load(t: &Fixture, id: &RootKeyId) -> RootKey {
    t.store.find_root_key(id).await.unwrap().unwrap().open(&t.workspace.id).unwrap()
}

#[tokio::test]
async fn a_root_key_comes_back_as_it_was_stored() {
    with_store(async |t| {
        let root_key = stored(t, "secret", |root_key| {
            root_key.grant = Grant {
                permissions: vec!["api.*.read_api".to_owned()],
                roles: vec![RootRole::Issuer],
                api_ids: vec![ApiId::from("api_1")],
                environments: Some(vec![Environment("development".to_owned())]),
            };
            root_key.expires = Some(Timestamp(9));
            root_key.created_by = Some(t.root_key.id.clone());
            root_key.name = Some("Ünïcode \u{0} \u{1}".to_owned());
        })
        .await;
        let found = load(t, &root_key.id).await;
        assert_eq!(found.grant, root_key.grant);
        assert_eq!(found.expires, root_key.expires);
        assert_eq!(found.created_by, root_key.created_by);
        assert_eq!(found.name, root_key.name);
        assert_eq!((found.start.as_str(), found.end.as_str()), ("unkey_abcd", "wxyz"));
    })
    .await;
}

#[tokio::test]
async fn a_principal_is_found_whatever_the_state_of_its_key_and_workspace() {
    with_store(async |t| {
        let hash = KeyHash::of("first");
        let principal = t.store.find_principal(&hash).await.unwrap().unwrap();
        assert_eq!(principal.root_key.id, t.root_key.id);
        assert!(principal.permissions.allows(Action::ReadApi.everywhere()));
        assert!(principal.workspace_enabled && !principal.workspace_deleted);

        let change = RootKeyChange {
            enabled: Some(false),
            expires: Patch::Set(Timestamp(1)),
            ..Default::default()
        };
        t.store.update_root_key(&t.root_key.id, &change, &t.trail()).await.unwrap();
        let change = WorkspaceChange {
            enabled: Some(false),
            requests_per_minute: Patch::Set(3),
            ..Default::default()
        };
        t.store.update_workspace(&t.workspace.id, &change, &t.trail()).await.unwrap();
        let principal = t.store.find_principal(&hash).await.unwrap().unwrap();
        assert!(!principal.root_key.enabled && !principal.workspace_enabled);
        assert_eq!(principal.root_key.expires, Some(Timestamp(1)));
        assert_eq!(principal.requests_per_minute, Some(3));

        t.store.delete_workspace(&t.workspace.id, Timestamp(5), &t.trail()).await.unwrap();
        let principal = t.store.find_principal(&hash).await.unwrap().unwrap();
        assert!(principal.workspace_deleted);
        assert!(t.store.find_root_key(&t.root_key.id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn the_hash_and_the_id_of_a_root_key_are_its_own() {
    with_store(async |t| {
        let twin = new_root_key(&t.entropy, &t.workspace.id);
        let result = t.store.insert_root_key(&twin, KeyHash::of("first"), &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::RootKey))), "{result:?}");
        let result = t.store.insert_root_key(&t.root_key, KeyHash::of("x"), &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::RootKey))), "{result:?}");
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn root_keys_are_listed_by_id_and_searched() {
    with_store(async |t| {
        let mut ids = vec![t.root_key.id.clone()];
        for number in 0..4 {
            let name = Some(format!("Key {number}"));
            ids.push(stored(t, &number.to_string(), |root_key| root_key.name = name).await.id);
        }
        ids.sort();
        t.another_workspace("other").await;
        let any = RootKeyFilter::default();
        let page = Page { limit: 2, after: None };
        let first = t.store.list_root_keys(&t.workspace.id, &any, &page).await.unwrap();
        let page = Page { limit: 100, after: first.next.clone() };
        let rest = t.store.list_root_keys(&t.workspace.id, &any, &page).await.unwrap();
        assert_eq!(rest.next, None);
        let seen: Vec<_> = first.items.into_iter().chain(rest.items).map(|key| key.id).collect();
        assert_eq!(seen, ids);

        let filter = RootKeyFilter { search: Some("kEY 2".to_owned()) };
        let found = t.store.list_root_keys(&t.workspace.id, &filter, &ALL).await.unwrap();
        assert_eq!(found.items.len(), 1);
        assert_eq!(found.items[0].name.as_deref(), Some("Key 2"));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_a_root_key_tells_its_difference() {
    with_store(async |t| {
        let grant = Grant {
            permissions: vec!["api.*.create_key".to_owned()],
            roles: vec![RootRole::Verifier],
            ..Grant::default()
        };
        let change = RootKeyChange {
            name: Patch::Clear,
            grant: Some(grant.clone()),
            ..RootKeyChange::default()
        };
        let entries = t
            .entries_of(async || {
                t.store.update_root_key(&t.root_key.id, &change, &t.trail()).await.unwrap();
                t.store.update_root_key(&t.root_key.id, &change, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(events(&entries), ["rootKey.update"]);
        let changes: Vec<_> = entries[0].changes.iter().map(|c| c.field.as_str()).collect();
        assert_eq!(changes, ["name", "permissions", "roles"]);
        assert_eq!(entries[0].changes[1].before, serde_json::json!(["api.*.read_api"]));
        assert_eq!(entries[0].changes[1].after, serde_json::json!(["api.*.create_key"]));

        let found = load(t, &t.root_key.id).await;
        assert_eq!((found.name, found.grant), (None, grant));
        assert_eq!(found.updated_at, Some(NOW));
    })
    .await;
}

#[tokio::test]
async fn a_deleted_root_key_is_gone_for_everybody() {
    with_store(async |t| {
        let root_key = stored(t, "secret", |_| {}).await;
        t.store.delete_root_key(&root_key.id, &t.trail()).await.unwrap();
        assert_eq!(t.log().await[0].event, "rootKey.delete");
        assert!(t.store.find_principal(&KeyHash::of("secret")).await.unwrap().is_none());
        assert!(t.store.find_root_key(&root_key.id).await.unwrap().is_none());
        let again = t.store.delete_root_key(&root_key.id, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::RootKey, _))));
        let change = RootKeyChange::default();
        let update = t.store.update_root_key(&root_key.id, &change, &t.trail()).await;
        assert!(matches!(update, Err(StoreError::Missing(Entity::RootKey, _))));
    })
    .await;
}

#[tokio::test]
async fn a_rerolled_root_key_ends_at_the_given_time_or_earlier_by_itself() {
    with_store(async |t| {
        for (own, end, expected) in [
            (None, Some(50), Some(50)),
            (Some(20), Some(50), Some(20)),
            (Some(90), Some(50), Some(50)),
            (Some(90), None, Some(90)),
            (None, None, None),
        ] {
            let (own, end) = (own.map(Timestamp), end.map(Timestamp));
            let secret = format!("old {own:?} {end:?}");
            let old = stored(t, &secret, |root_key| root_key.expires = own).await;
            let new = new_root_key(&t.entropy, &t.workspace.id);
            let hash = KeyHash::of(new.id.as_str());
            t.store.reroll_root_key(&old.id, end, &new, hash, &t.trail()).await.unwrap();
            assert_eq!(load(t, &old.id).await.expires, expected.map(Timestamp));
            assert!(t.store.find_principal(&hash).await.unwrap().is_some());
            let entry = &t.log().await[0];
            assert_eq!(entry.event, "rootKey.reroll");
            let about: Vec<_> = entry.resources.iter().map(|r| r.id.as_str()).collect();
            assert_eq!(about, [new.id.as_str(), old.id.as_str()]);
        }
        let new = new_root_key(&t.entropy, &t.workspace.id);
        let gone = RootKeyId::from("rk_gone");
        let hash = KeyHash::of("new");
        let result = t.store.reroll_root_key(&gone, Some(NOW), &new, hash, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::RootKey, _))));
        assert!(t.store.find_root_key(&new.id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn the_last_use_of_a_root_key_never_goes_back() {
    with_store(async |t| {
        let id = t.root_key.id.clone();
        for (used, expected) in [(20, 20), (10, 20), (30, 30)] {
            let gone = (RootKeyId::from("rk_gone"), Timestamp(used));
            let used = [(id.clone(), Timestamp(used)), gone];
            t.store.touch_root_keys(&used).await.unwrap();
            assert_eq!(load(t, &id).await.last_used_at, Some(Timestamp(expected)));
        }
    })
    .await;
}
