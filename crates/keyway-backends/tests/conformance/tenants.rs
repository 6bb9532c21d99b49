//! What belongs to one workspace is out of reach for the others.

use keyway_core::api::ApiChange;
use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::credits::CreditsChange;
use keyway_core::key::SetChange::{Add, Replace};
use keyway_core::key::{KeyChange, KeyFilter, NewKey};
use keyway_core::root_key::RootKeyChange;
use keyway_core::time::Timestamp;

use crate::fixture::{ALL, with_store};

#[tokio::test]
async fn rows_open_only_for_their_own_workspace() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        let api = t.api("mine").await;
        let key = t.key(&api.id).await;
        let role = t.role("Mine", &["mine"]).await;
        assert!(t.store.find_api(&api.id).await.unwrap().unwrap().open(&other.id).is_err());
        assert!(t.store.find_key(&key).await.unwrap().unwrap().open(&other.id).is_err());
        assert!(t.store.find_role(&role).await.unwrap().unwrap().open(&other.id).is_err());
        let root_key = t.store.find_root_key(&t.root_key.id).await.unwrap().unwrap();
        assert!(root_key.open(&other.id).is_err());
        assert!(t.store.find_role_by_name(&other.id, "Mine").await.unwrap().is_none());
        let filter = KeyFilter { api_id: api.id.clone(), external_id: None };
        assert!(t.store.list_keys(&other.id, &filter, &ALL).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn changes_by_another_workspace_find_nothing() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        let api = t.api("mine").await;
        let key = t.key(&api.id).await;
        let role = t.role("Mine", &["mine"]).await;
        let theirs = t.trail_of(&other.id);
        let missing = |result: Result<(), StoreError>, entity: Entity| {
            assert!(
                matches!(&result, Err(StoreError::Missing(e, _)) if *e == entity),
                "{entity:?}: {result:?}"
            );
        };
        let store = &t.store;
        let change = ApiChange { name: Some("theirs".to_owned()), ..ApiChange::default() };
        missing(store.update_api(&api.id, &change, &theirs).await, Entity::Api);
        missing(store.delete_api(&api.id, &theirs).await, Entity::Api);
        let change = KeyChange { enabled: Some(false), ..KeyChange::default() };
        missing(store.update_key(&key, &change, &theirs).await, Entity::Key);
        let credits =
            CreditsChange::Limited { remaining: Some(1), refill: keyway_core::patch::Patch::Keep };
        missing(store.update_credits(&key, &credits, &theirs).await.map(drop), Entity::Key);
        missing(store.delete_key(&key, false, &theirs).await, Entity::Key);
        missing(store.delete_key(&key, true, &theirs).await, Entity::Key);
        let wanted = t.wanted(&["theirs"]);
        let result = store.change_key_permissions(&key, Add, &wanted, true, &theirs).await;
        missing(result.map(drop), Entity::Key);
        let result = store.change_key_roles(&key, Replace, &[], &theirs).await;
        missing(result.map(drop), Entity::Key);
        let result = store.set_role_permissions(&role, &wanted, true, &theirs).await;
        missing(result.map(drop), Entity::Role);
        missing(store.insert_key(&t.new_key(&api.id), &theirs).await, Entity::Api);
        let change = RootKeyChange { enabled: Some(false), ..RootKeyChange::default() };
        missing(store.update_root_key(&t.root_key.id, &change, &theirs).await, Entity::RootKey);
        missing(store.delete_root_key(&t.root_key.id, &theirs).await, Entity::RootKey);
        assert!(t.load(&key).await.enabled);
        // Creating the workspace wrote the only entries of its log.
        assert_eq!(t.log_of(&other.id).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn names_mean_something_else_in_each_workspace() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        let theirs = t.trail_of(&other.id);
        let api = t.api_of(&other.id, "theirs").await;
        let permission = t.permission("shared").await;
        let role = t.role("Shared", &["shared"]).await;
        for roles in [vec!["Shared".to_owned()], vec![role.to_string()]] {
            let key = NewKey { roles, ..t.new_key(&api.id) };
            let result = t.store.insert_key(&key, &theirs).await;
            assert!(matches!(result, Err(StoreError::Missing(Entity::Role, _))));
        }
        let by_id = t.wanted(&[permission.id.as_str()]);
        let key = NewKey { permissions: by_id, ..t.new_key(&api.id) };
        let result = t.store.insert_key(&key, &theirs).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Permission, _))));
        let key = NewKey {
            permissions: t.wanted(&["shared"]),
            owner: Some(t.owner("anna")),
            ..t.new_key(&api.id)
        };
        t.store.insert_key(&key, &theirs).await.unwrap();
        let mine = t.api("mine").await;
        let owner = Some(t.owner("anna"));
        let mine = t.store_key(NewKey { owner, ..t.new_key(&mine.id) }).await;
        let key = t.store.find_key(&key.id).await.unwrap().unwrap().open(&other.id).unwrap();
        assert_ne!(key.permissions[0].id, permission.id);
        assert_ne!(key.identity.unwrap().id, t.load(&mine).await.identity.unwrap().id);
    })
    .await;
}

#[tokio::test]
async fn the_database_itself_refuses_references_between_workspaces() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        let theirs = t.api_of(&other.id, "theirs").await;
        let api = t.api("mine").await;
        let key = t.key(&api.id).await;
        let sql = format!("UPDATE keys SET api_id = '{}' WHERE id = '{key}'", theirs.id);
        assert!(t.try_sabotage(&sql).await.is_err());
        let permission = t.permission("mine").await;
        let sql = format!(
            "INSERT INTO key_permissions (workspace_id, key_id, permission_id) \
             VALUES ('{}', '{key}', '{}')",
            other.id, permission.id
        );
        assert!(t.try_sabotage(&sql).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_deleted_workspace_answers() {
    with_store(async |t| {
        let api = t.api("mine").await;
        let key = t.key(&api.id).await;
        let role = t.role("Mine", &["mine"]).await;
        t.store.delete_workspace(&t.workspace.id, Timestamp(5), &t.trail()).await.unwrap();
        assert!(t.store.find_api(&api.id).await.unwrap().is_none());
        assert!(t.store.find_key(&key).await.unwrap().is_none());
        assert!(t.store.find_role(&role).await.unwrap().is_none());
        assert!(t.store.find_root_key(&t.root_key.id).await.unwrap().is_none());
        let spent = t.store.spend_credits(&key, 1).await;
        assert!(matches!(spent, Err(StoreError::Missing(Entity::Key, _))));
        let insert = t.store.insert_key(&t.new_key(&api.id), &t.trail()).await;
        assert!(matches!(insert, Err(StoreError::Missing(Entity::Api, _))));
    })
    .await;
}
