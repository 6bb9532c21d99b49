//! `RoleStore`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::id::{PermissionId, RoleId};
use keyway_core::role::Permission;

use crate::fixture::{events, slugs, with_store};

#[tokio::test]
async fn a_slug_is_unique_in_its_workspace_whatever_its_case() {
    with_store(async |t| {
        let permission = t.permission("Documents.Read").await;
        let found = t.store.find_permission(&permission.id).await.unwrap().unwrap();
        assert_eq!(found.open(&t.workspace.id).unwrap(), permission);
        assert_eq!(t.log().await[0].event, "permission.create");

        let twin = Permission {
            id: PermissionId::generate(&t.entropy),
            slug: "documents.read".to_owned(),
            ..permission.clone()
        };
        let result = t.store.insert_permission(&twin, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::Permission))), "{result:?}");

        let other = t.another_workspace("other").await;
        t.store.insert_permission(&twin, &t.trail_of(&other.id)).await.unwrap();
        // Only ASCII letters have a case here.
        for slug in ["Ä", "ä"] {
            t.permission(slug).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_role_is_stored_with_its_permissions() {
    with_store(async |t| {
        t.permission("KEEP.x").await;
        let id = RoleId::generate(&t.entropy);
        let wanted = t.wanted(&["keep.x", "new.y", "NEW.y"]);
        let entries = t
            .entries_of(async || {
                let description = Some("What it is for");
                t.store
                    .insert_role(&id, "Editor", description, &wanted, true, &t.trail())
                    .await
                    .unwrap();
            })
            .await;
        assert_eq!(
            events(&entries),
            [
                "role.create",
                "permission.create",
                "authorization.connect_role_and_permission",
                "authorization.connect_role_and_permission",
            ]
        );
        let role = t.store.find_role(&id).await.unwrap().unwrap().open(&t.workspace.id).unwrap();
        assert_eq!(role.description.as_deref(), Some("What it is for"));
        assert_eq!(slugs(&role.permissions), ["KEEP.x", "new.y"]);
        let by_name = t.store.find_role_by_name(&t.workspace.id, "eDITOR").await.unwrap();
        assert_eq!(by_name, Some(role));
        assert_eq!(t.store.find_role_by_name(&t.workspace.id, "Edit").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_role_that_cannot_be_stored_leaves_nothing_behind() {
    with_store(async |t| {
        t.role("Editor", &[]).await;
        let id = RoleId::generate(&t.entropy);
        let wanted = t.wanted(&["new"]);
        let twin = t.store.insert_role(&id, "EDITOR", None, &wanted, true, &t.trail()).await;
        assert!(matches!(twin, Err(StoreError::Conflict(Entity::Role))), "{twin:?}");
        let refused = t.store.insert_role(&id, "Other", None, &wanted, false, &t.trail()).await;
        assert!(matches!(refused, Err(StoreError::MayNotCreatePermission)));
        assert!(t.store.find_role(&id).await.unwrap().is_none());
        let found = t.store.find_workspace(&t.workspace.id).await.unwrap().unwrap();
        assert_eq!(found.open(&t.workspace.id).unwrap().1.permissions, 0);
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn the_permissions_of_a_role_are_replaced() {
    with_store(async |t| {
        let id = t.role("Editor", &["a", "b"]).await;
        let wanted = t.wanted(&["c", "B"]);
        let entries = t
            .entries_of(async || {
                for _ in 0..2 {
                    let held =
                        t.store.set_role_permissions(&id, &wanted, true, &t.trail()).await.unwrap();
                    assert_eq!(slugs(&held), ["b", "c"]);
                }
            })
            .await;
        assert_eq!(
            events(&entries),
            [
                "permission.create",
                "authorization.disconnect_role_and_permissions",
                "authorization.connect_role_and_permission",
            ]
        );
        let refused = t.store.set_role_permissions(&id, &t.wanted(&["d"]), false, &t.trail()).await;
        assert!(matches!(refused, Err(StoreError::MayNotCreatePermission)));
        let unknown =
            t.store.set_role_permissions(&"role_x".into(), &wanted, true, &t.trail()).await;
        assert!(matches!(unknown, Err(StoreError::Missing(Entity::Role, _))));
        let held = t.store.set_role_permissions(&id, &[], true, &t.trail()).await.unwrap();
        assert!(held.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_replacements_at_once_one_whole_set_survives() {
    with_store(async |t| {
        let id = t.role("Editor", &[]).await;
        let tasks: Vec<_> = (0..8)
            .map(|n| {
                let wanted = t.wanted(&[&format!("a{n}"), &format!("b{n}")]);
                let (store, id, trail) = (t.store.clone(), id.clone(), t.trail());
                tokio::spawn(
                    async move { store.set_role_permissions(&id, &wanted, true, &trail).await },
                )
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let role = t.store.find_role(&id).await.unwrap().unwrap().open(&t.workspace.id).unwrap();
        let slugs = slugs(&role.permissions);
        assert_eq!(slugs.len(), 2);
        assert_eq!(slugs[0][1..], slugs[1][1..]);
    })
    .await;
}
