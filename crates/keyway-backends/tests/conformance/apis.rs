//! `ApiStore`

use keyway_core::api::{Api, ApiChange};
use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::environment::Environment;
use keyway_core::id::ApiId;
use keyway_core::page::Page;
use keyway_core::patch::Patch;
use keyway_core::time::Timestamp;

use crate::fixture::{ALL, NOW, events, new_api, with_store};

#[tokio::test]
async fn an_api_comes_back_as_it_was_stored() {
    with_store(async |t| {
        let api = Api {
            environment: Some(Environment("preview".to_owned())),
            default_prefix: Some("shop".to_owned()),
            default_byte_length: Some(32),
            ip_allowlist: vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()],
            delete_protection: true,
            store_encrypted_keys: true,
            ..new_api(&t.entropy, &t.workspace.id, "Zahlungen \u{0}é")
        };
        let entries =
            t.entries_of(async || t.store.insert_api(&api, &t.trail()).await.unwrap()).await;
        assert_eq!(events(&entries), ["api.create"]);
        let found = t.store.find_api(&api.id).await.unwrap().unwrap();
        assert!(found.clone().open(&"ws_other".into()).is_err());
        let found = found.open(&t.workspace.id).unwrap();
        assert_eq!(found.name, api.name);
        assert_eq!(found.environment, api.environment);
        assert_eq!(found.default_prefix, api.default_prefix);
        assert_eq!(found.default_byte_length, api.default_byte_length);
        assert_eq!(found.ip_allowlist, api.ip_allowlist);
        assert!(found.delete_protection && found.store_encrypted_keys);
        assert_eq!((found.created_at, found.updated_at), (NOW, None));

        let again = t.store.insert_api(&api, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Conflict(Entity::Api))));
    })
    .await;
}

#[tokio::test]
async fn apis_of_deleted_workspaces_are_absent() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        let api = t.api_of(&other.id, "theirs").await;
        assert!(t.store.find_api(&api.id).await.unwrap().is_some());
        t.store.delete_workspace(&other.id, Timestamp(5), &t.trail()).await.unwrap();
        assert!(t.store.find_api(&api.id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn apis_are_listed_by_id_with_the_number_of_their_keys() {
    with_store(async |t| {
        let mut ids = Vec::new();
        for number in 0..5 {
            ids.push(t.api(&format!("Api {number}")).await.id);
        }
        let busy = ids[2].clone();
        t.key(&busy).await;
        let deleted = t.key(&busy).await;
        t.store.delete_key(&deleted, false, &t.trail()).await.unwrap();
        let gone = ids.remove(0);
        t.store.delete_api(&gone, &t.trail()).await.unwrap();
        let other = t.another_workspace("other").await;
        t.api_of(&other.id, "theirs").await;
        ids.sort();

        let page = Page { limit: 3, after: None };
        let first = t.store.list_apis(&t.workspace.id, None, None, None, &page).await.unwrap();
        let page = Page { limit: 3, after: first.next.clone() };
        let rest = t.store.list_apis(&t.workspace.id, None, None, None, &page).await.unwrap();
        assert_eq!(rest.next, None);
        let all: Vec<_> = first.items.into_iter().chain(rest.items).collect();
        assert_eq!(all.iter().map(|row| row.api.id.clone()).collect::<Vec<_>>(), ids);
        for row in all {
            assert_eq!(row.key_count, i64::from(row.api.id == busy));
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_of_apis_obeys_every_filter() {
    with_store(async |t| {
        let one = t.api("Payments").await.id;
        let two = Api {
            environment: Some(Environment("production".to_owned())),
            ..new_api(&t.entropy, &t.workspace.id, "payouts")
        };
        t.store.insert_api(&two, &t.trail()).await.unwrap();
        let one = std::slice::from_ref(&one);
        let two = std::slice::from_ref(&two.id);
        let list = async |ids: Option<&[ApiId]>, environments: Option<&[String]>, search| {
            let list =
                t.store.list_apis(&t.workspace.id, ids, environments, search, &ALL).await.unwrap();
            list.items.into_iter().map(|row| row.api.id).collect::<Vec<_>>()
        };
        let production = ["production".to_owned()];
        assert_eq!(list(Some(&[]), None, None).await, []);
        assert_eq!(list(Some(one), None, None).await, one);
        assert_eq!(list(None, Some(&production), None).await, two);
        assert_eq!(list(None, Some(&[]), None).await, []);
        assert_eq!(list(None, None, Some("PAYM")).await, one);
        assert_eq!(list(None, None, Some("PAY")).await.len(), 2);
        assert_eq!(list(None, None, Some(one[0].as_str())).await, one);
        assert_eq!(list(Some(one), Some(&production), None).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_an_api_tells_its_difference() {
    with_store(async |t| {
        let api = t.api("before").await;
        let change = ApiChange {
            name: Some("after".to_owned()),
            environment: Patch::Set(Environment("development".to_owned())),
            ip_allowlist: Some(vec!["10.0.0.0/8".parse().unwrap()]),
            ..ApiChange::default()
        };
        let entries = t
            .entries_of(async || {
                t.store.update_api(&api.id, &change, &t.trail()).await.unwrap();
                t.store.update_api(&api.id, &change, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(events(&entries), ["api.update"]);
        let fields: Vec<_> = entries[0].changes.iter().map(|c| c.field.as_str()).collect();
        assert_eq!(fields, ["name", "environment", "ipAllowlist"]);
        let found = t.store.find_api(&api.id).await.unwrap().unwrap();
        let found = found.open(&t.workspace.id).unwrap();
        assert_eq!((found.name.as_str(), found.updated_at), ("after", Some(NOW)));

        let gone = t.store.update_api(&"api_gone".into(), &change, &t.trail()).await;
        assert!(matches!(gone, Err(StoreError::Missing(Entity::Api, _))));
    })
    .await;
}

#[tokio::test]
async fn a_deleted_api_takes_its_keys_with_it() {
    with_store(async |t| {
        let api = t.api("short lived").await;
        let mut new = t.new_key(&api.id);
        new.credits = Some(keyway_core::credits::Credits { remaining: 5, refill: None });
        let hash = new.hash;
        let key = t.store_key(new).await;
        let entries =
            t.entries_of(async || t.store.delete_api(&api.id, &t.trail()).await.unwrap()).await;
        assert_eq!(events(&entries), ["api.delete"]);
        assert!(t.store.find_api(&api.id).await.unwrap().is_none());
        assert!(t.store.find_key(&key).await.unwrap().is_none());
        assert!(t.store.find_key_by_hash(&hash).await.unwrap().is_none());
        let spent = t.store.spend_credits(&key, 1).await;
        assert!(matches!(spent, Err(StoreError::Missing(Entity::Key, _))));
        let insert = t.store.insert_key(&t.new_key(&api.id), &t.trail()).await;
        assert!(matches!(insert, Err(StoreError::Missing(Entity::Api, _))));
        let again = t.store.delete_api(&api.id, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::Api, _))));
    })
    .await;
}

#[tokio::test]
async fn a_protected_api_stays() {
    with_store(async |t| {
        let api = t.api("protected").await;
        let change = ApiChange { delete_protection: Some(true), ..ApiChange::default() };
        t.store.update_api(&api.id, &change, &t.trail()).await.unwrap();
        let result = t.store.delete_api(&api.id, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Unfit(_))));
        assert!(t.store.find_api(&api.id).await.unwrap().is_some());
    })
    .await;
}
