//! `WorkspaceStore`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::id::WorkspaceId;
use keyway_core::page::Page;
use keyway_core::patch::Patch;
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::workspace::{WorkspaceChange, WorkspaceCounts};

use crate::fixture::{ALL, events, new_root_key, new_workspace, with_store};

#[tokio::test]
async fn only_an_empty_store_is_bootstrapped() {
    with_store(async |t| {
        let workspace = new_workspace(&t.entropy, "second");
        let root_key = new_root_key(&t.entropy, &workspace.id);
        let hash = KeyHash::of("second");
        let trail = t.trail_of(&workspace.id);
        assert!(!t.store.bootstrap(&workspace, &root_key, hash, &trail).await.unwrap());
        assert!(t.store.find_workspace(&workspace.id).await.unwrap().is_none());

        t.store.delete_workspace(&t.workspace.id, Timestamp(5), &t.trail()).await.unwrap();
        assert!(!t.store.bootstrap(&workspace, &root_key, hash, &trail).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn bootstrapping_is_told_in_the_log_of_the_new_workspace() {
    with_store(async |t| {
        let mut log = t.log().await;
        log.reverse();
        assert_eq!(events(&log), ["workspace.create", "rootKey.create"]);
        assert!(log[0].correlation_id.is_some());
        assert_eq!(log[0].correlation_id, log[1].correlation_id);
    })
    .await;
}

#[tokio::test]
async fn a_new_workspace_stands_in_both_logs() {
    with_store(async |t| {
        let entries = t.entries_of(async || drop(t.another_workspace("other").await)).await;
        assert_eq!(events(&entries), ["workspace.create"]);
        let other = WorkspaceId::from(entries[0].resources[0].id.clone());
        assert_eq!(events(&t.log_of(&other).await), ["rootKey.create", "workspace.create"]);
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn a_slug_belongs_to_one_workspace_even_when_it_is_deleted() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        for _ in 0..2 {
            let twin = new_workspace(&t.entropy, "other");
            let root_key = new_root_key(&t.entropy, &twin.id);
            let hash = KeyHash::of("twin");
            let result = t.store.insert_workspace(&twin, &root_key, hash, &t.trail()).await;
            assert!(matches!(result, Err(StoreError::Conflict(Entity::Workspace))), "{result:?}");
            assert!(t.store.find_workspace(&twin.id).await.unwrap().is_none());
            let deleted = t.store.delete_workspace(&other.id, Timestamp(5), &t.trail()).await;
            drop(deleted);
        }
    })
    .await;
}

#[tokio::test]
async fn a_workspace_tells_what_it_holds_without_deleted_things() {
    with_store(async |t| {
        let api = t.api("one").await;
        let gone = t.api("two").await;
        let mut key = t.new_key(&api.id);
        key.owner = Some(t.owner("anna"));
        key.permissions = t.wanted(&["a", "b"]);
        t.store_key(key).await;
        let deleted = t.key(&api.id).await;
        t.store.delete_key(&deleted, false, &t.trail()).await.unwrap();
        t.key(&gone.id).await;
        t.store.delete_api(&gone.id, &t.trail()).await.unwrap();
        t.role("admin", &["c"]).await;

        let found = t.store.find_workspace(&t.workspace.id).await.unwrap().unwrap();
        let (workspace, counts) = found.open(&t.workspace.id).unwrap();
        assert_eq!(workspace.slug, "default");
        let expected = WorkspaceCounts {
            apis: 1,
            keys: 1,
            identities: 1,
            roles: 1,
            permissions: 3,
            namespaces: 0,
            root_keys: 1,
        };
        assert_eq!(counts, expected);
        let list = t.store.list_workspaces(None, &ALL).await.unwrap();
        assert_eq!(list.items[0].1, 1);
    })
    .await;
}

#[tokio::test]
async fn workspaces_are_listed_by_id_page_by_page_and_searched_in_any_case() {
    with_store(async |t| {
        let mut ids = vec![t.workspace.id.clone()];
        for slug in ["alpha", "beta", "gamma", "delta"] {
            ids.push(t.another_workspace(slug).await.id);
        }
        let gone = ids.pop().unwrap();
        t.store.delete_workspace(&gone, Timestamp(5), &t.trail()).await.unwrap();
        ids.sort();

        let mut seen = Vec::new();
        let mut page = Page { limit: 3, after: None };
        loop {
            let list = t.store.list_workspaces(None, &page).await.unwrap();
            seen.extend(list.items.into_iter().map(|(workspace, _)| workspace.id));
            let Some(next) = list.next else { break };
            page.after = Some(next);
        }
        assert_eq!(seen, ids);

        let list = t.store.list_workspaces(Some("BET"), &ALL).await.unwrap();
        assert_eq!(list.items.len(), 1);
        assert_eq!(list.items[0].0.slug, "beta");
        assert!(t.store.list_workspaces(Some("%"), &ALL).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_change_of_a_workspace_is_told_in_both_logs_with_its_difference() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        let change = WorkspaceChange {
            name: Some("New name".to_owned()),
            enabled: Some(false),
            requests_per_minute: Patch::Set(7),
        };
        let entries = t
            .entries_of(async || {
                t.store.update_workspace(&other.id, &change, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(events(&entries), ["workspace.update"]);
        let fields: Vec<_> = entries[0].changes.iter().map(|c| c.field.as_str()).collect();
        assert_eq!(fields, ["name", "enabled", "requestsPerMinute"]);
        assert_eq!(t.log_of(&other.id).await[0], entries[0]);

        let found = t.store.find_workspace(&other.id).await.unwrap().unwrap();
        let (workspace, _) = found.open(&other.id).unwrap();
        assert_eq!((workspace.name.as_str(), workspace.enabled), ("New name", false));
        assert_eq!(workspace.requests_per_minute, Some(7));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_the_own_workspace_is_told_once_and_none_not_at_all() {
    with_store(async |t| {
        let change = WorkspaceChange { name: Some("Mine".to_owned()), ..Default::default() };
        for expected in [1, 0] {
            let entries = t
                .entries_of(async || {
                    t.store.update_workspace(&t.workspace.id, &change, &t.trail()).await.unwrap();
                })
                .await;
            assert_eq!(entries.len(), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_workspace_is_missing() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        t.store.delete_workspace(&other.id, Timestamp(5), &t.trail()).await.unwrap();
        assert_eq!(t.log().await[0].event, "workspace.delete");
        assert_eq!(t.log_of(&other.id).await[0].event, "workspace.delete");

        let change = WorkspaceChange::default();
        for id in [&other.id, &WorkspaceId::from("ws_unknown")] {
            assert!(t.store.find_workspace(id).await.unwrap().is_none());
            let updated = t.store.update_workspace(id, &change, &t.trail()).await;
            assert!(matches!(updated, Err(StoreError::Missing(Entity::Workspace, _))));
            let deleted = t.store.delete_workspace(id, Timestamp(5), &t.trail()).await;
            assert!(matches!(deleted, Err(StoreError::Missing(Entity::Workspace, _))));
        }
        t.assert_chains().await;
    })
    .await;
}
