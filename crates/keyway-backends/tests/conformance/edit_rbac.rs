//! `RoleStore`: lists, changes and ends of permissions and roles.

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::key::NewKey;
use keyway_core::page::Page;
use keyway_core::patch::Patch;
use keyway_core::role::{PermissionChange, RoleChange};

use crate::fixture::{ALL, NOW, events, slugs, with_store};

#[tokio::test]
async fn permissions_are_listed_searched_and_found_by_slug() {
    with_store(async |t| {
        let read = t.permission("documents.READ").await;
        t.permission("100%").await;
        let described = PermissionChange {
            description: Patch::Set("Sees every Invoice".to_owned()),
            ..PermissionChange::default()
        };
        let billing = t.permission("billing").await;
        t.store.update_permission(&billing.id, &described, &t.trail()).await.unwrap();
        let other = t.another_workspace("other").await;
        let list = async |search: Option<&str>, page: &Page| {
            t.store.list_permissions(&t.workspace.id, search, page).await.unwrap()
        };
        let all = list(None, &ALL).await.items;
        assert_eq!(all.len(), 3);
        assert!(all.is_sorted_by_key(|permission| permission.id.clone()));
        for (search, count) in [
            ("Documents.r", 1),
            ("%", 1),
            ("_", 3),
            ("invoice", 1),
            (read.id.as_str(), 1),
            ("#", 0),
        ] {
            assert_eq!(list(Some(search), &ALL).await.items.len(), count, "{search}");
        }
        let first = list(None, &Page { limit: 2, after: None }).await;
        let rest = list(None, &Page { limit: 2, after: first.next }).await;
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (2, 1, None));
        let theirs = t.store.list_permissions(&other.id, None, &ALL).await.unwrap();
        assert!(theirs.items.is_empty());

        let find = async |workspace, slug: &str| {
            t.store.find_permission_by_slug(workspace, slug).await.unwrap()
        };
        assert_eq!(find(&t.workspace.id, "Documents.Read").await, Some(read));
        assert!(find(&other.id, "documents.READ").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn roles_are_listed_with_their_permissions() {
    with_store(async |t| {
        t.role("Editor", &["b.x", "a.x"]).await;
        let viewer = t.role("Viewer", &[]).await;
        let list = async |search: Option<&str>, page: &Page| {
            t.store.list_roles(&t.workspace.id, search, page).await.unwrap()
        };
        let all = list(None, &ALL).await.items;
        assert_eq!(all.len(), 2);
        let found = list(Some("EDITOR"), &ALL).await.items;
        assert_eq!(slugs(&found[0].permissions), ["a.x", "b.x"]);
        assert_eq!(list(Some(viewer.as_str()), &ALL).await.items[0].name, "Viewer");
        // Permissions are not searched.
        assert!(list(Some("b.x"), &ALL).await.items.is_empty());
        let first = list(None, &Page { limit: 1, after: None }).await;
        let rest = list(None, &Page { limit: 1, after: first.next }).await;
        assert_eq!((rest.items.len(), rest.next), (1, None));
    })
    .await;
}

#[tokio::test]
async fn a_changed_permission_is_the_same_everywhere() {
    with_store(async |t| {
        let permission = t.permission("old").await;
        t.permission("taken").await;
        let api = t.api("api").await;
        let key = NewKey { permissions: t.wanted(&["old"]), ..t.new_key(&api.id) };
        let key = t.store_key(key).await;
        let change = PermissionChange {
            name: Some("New name".to_owned()),
            slug: Some("New".to_owned()),
            description: Patch::Keep,
        };
        let entries = t
            .entries_of(async || {
                for _ in 0..2 {
                    let id = &permission.id;
                    let after = t.store.update_permission(id, &change, &t.trail()).await.unwrap();
                    assert_eq!((after.name.as_str(), after.slug.as_str()), ("New name", "New"));
                }
            })
            .await;
        assert_eq!(events(&entries), ["permission.update"]);
        assert_eq!(entries[0].changes.len(), 2);
        assert_eq!(slugs(&t.load(&key).await.permissions), ["New"]);
        let change = |slug: &str| PermissionChange {
            slug: Some(slug.to_owned()),
            ..PermissionChange::default()
        };
        let id = &permission.id;
        let result = t.store.update_permission(id, &change("TAKEN"), &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::Permission))), "{result:?}");
        t.store.update_permission(id, &change("NEW"), &t.trail()).await.unwrap();
        let other = t.another_workspace("other").await;
        let result = t.store.update_permission(id, &change("x"), &t.trail_of(&other.id)).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Permission, _))), "{result:?}");
    })
    .await;
}

#[tokio::test]
async fn a_changed_role_keeps_its_permissions() {
    with_store(async |t| {
        let id = t.role("Editor", &["edit"]).await;
        t.role("Taken", &[]).await;
        let change = RoleChange {
            name: Some("Author".to_owned()),
            description: Patch::Set("Writes".to_owned()),
        };
        let entries = t
            .entries_of(async || {
                for _ in 0..2 {
                    t.store.update_role(&id, &change, &t.trail()).await.unwrap();
                }
            })
            .await;
        assert_eq!(events(&entries), ["role.update"]);
        let role = t.store.find_role_by_name(&t.workspace.id, "author").await.unwrap().unwrap();
        assert_eq!(role.description.as_deref(), Some("Writes"));
        assert_eq!(slugs(&role.permissions), ["edit"]);
        let change = RoleChange { name: Some("taken".to_owned()), ..RoleChange::default() };
        let result = t.store.update_role(&id, &change, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::Role))), "{result:?}");
        let other = t.another_workspace("other").await;
        let result = t.store.update_role(&id, &change, &t.trail_of(&other.id)).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Role, _))), "{result:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_is_gone_from_every_key_and_role() {
    with_store(async |t| {
        let role = t.role("Editor", &["edit", "read"]).await;
        let api = t.api("api").await;
        let key = NewKey {
            permissions: t.wanted(&["edit"]),
            roles: vec!["Editor".to_owned()],
            ..t.new_key(&api.id)
        };
        let key = t.store_key(key).await;
        let find = async || t.store.find_permission_by_slug(&t.workspace.id, "edit").await.unwrap();
        let edit = find().await.unwrap();
        let other = t.another_workspace("other").await;
        let theirs = t.trail_of(&other.id);
        let result = t.store.delete_permission(&edit.id, &theirs).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Permission, _))), "{result:?}");
        let result = t.store.delete_role(&role, &theirs).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Role, _))), "{result:?}");

        let entries = t
            .entries_of(async || {
                t.store.delete_permission(&edit.id, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(events(&entries), ["permission.delete"]);
        assert_eq!(t.load(&key).await.effective_permissions(), ["read"]);
        let again = t.store.delete_permission(&edit.id, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::Permission, _))), "{again:?}");
        t.permission("edit").await;

        let entries =
            t.entries_of(async || t.store.delete_role(&role, &t.trail()).await.unwrap()).await;
        assert_eq!(events(&entries), ["role.delete"]);
        assert!(t.load(&key).await.effective_permissions().is_empty());
        let again = t.store.delete_role(&role, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::Role, _))), "{again:?}");
        t.role("Editor", &[]).await;
    })
    .await;
}

#[tokio::test]
async fn usage_counts_what_is_there() {
    with_store(async |t| {
        let role = t.role("Editor", &["edit", "read"]).await;
        let api = t.api("api").await;
        let gone_api = t.api("gone").await;
        for (api, times) in [(&api, 3), (&gone_api, 1)] {
            for _ in 0..times {
                t.store_key(NewKey {
                    permissions: t.wanted(&["edit"]),
                    roles: vec!["Editor".to_owned()],
                    ..t.new_key(&api.id)
                })
                .await;
            }
        }
        let gone = NewKey { roles: vec!["Editor".to_owned()], ..t.new_key(&api.id) };
        let gone = t.store_key(gone).await;
        t.store.delete_key(&gone, false, &t.trail()).await.unwrap();
        t.store.delete_api(&gone_api.id, &t.trail()).await.unwrap();

        let ids = [role.clone(), "role_unknown".into()];
        let usage = t.store.role_usage(&t.workspace.id, &ids).await.unwrap();
        assert_eq!(usage.len(), 1);
        assert_eq!((usage[0].key_count, usage[0].permission_count), (3, 2));
        assert_eq!(usage[0].updated_at, NOW);
        let mut trail = t.trail();
        trail.now = NOW.plus(5);
        let wanted = t.wanted(&["edit"]);
        t.store.set_role_permissions(&role, &wanted, true, &trail).await.unwrap();
        let usage = t.store.role_usage(&t.workspace.id, &ids).await.unwrap();
        assert_eq!((usage[0].permission_count, usage[0].updated_at), (1, NOW.plus(5)));

        let edit = t.store.find_permission_by_slug(&t.workspace.id, "edit").await.unwrap();
        let ids = [edit.unwrap().id];
        let usage = t.store.permission_usage(&t.workspace.id, &ids).await.unwrap();
        assert_eq!((usage[0].key_count, usage[0].role_count), (3, 1));
        let other = t.another_workspace("other").await;
        assert!(t.store.permission_usage(&other.id, &ids).await.unwrap().is_empty());
        assert!(t.store.role_usage(&t.workspace.id, &[]).await.unwrap().is_empty());
    })
    .await;
}
