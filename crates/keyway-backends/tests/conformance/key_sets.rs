//! `KeyStore`: the permissions and roles that a key holds.

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::key::SetChange::{Add, Remove, Replace};

use crate::fixture::{events, names, slugs, with_store};

#[tokio::test]
async fn permissions_are_added_removed_and_replaced() {
    with_store(async |t| {
        let api = t.api("api").await;
        let key = t.key(&api.id).await;
        let known = t.permission("Known.One").await;
        let steps: [(_, &[&str], &[&str], &[&str]); 6] = [
            (
                Add,
                &["known.one", "b", "B"],
                &["Known.One", "b"],
                &[
                    "permission.create",
                    "authorization.connect_permission_and_key",
                    "authorization.connect_permission_and_key",
                ],
            ),
            (Add, &["b"], &["Known.One", "b"], &[]),
            (
                Replace,
                &["c", "b"],
                &["b", "c"],
                &[
                    "permission.create",
                    "authorization.disconnect_permission_and_key",
                    "authorization.connect_permission_and_key",
                ],
            ),
            (Remove, &["KNOWN.one"], &["b", "c"], &[]),
            (Remove, &["C"], &["b"], &["authorization.disconnect_permission_and_key"]),
            (Replace, &[], &[], &["authorization.disconnect_permission_and_key"]),
        ];
        for (change, wanted, expected, told) in steps {
            let wanted = t.wanted(wanted);
            let entries = t
                .entries_of(async || {
                    let held = t
                        .store
                        .change_key_permissions(&key, change, &wanted, true, &t.trail())
                        .await
                        .unwrap();
                    assert_eq!(slugs(&held), expected);
                })
                .await;
            assert_eq!(events(&entries), told);
            assert_eq!(slugs(&t.load(&key).await.permissions), expected);
        }
        let by_id = t.wanted(&[known.id.as_str()]);
        let held = t.store.change_key_permissions(&key, Add, &by_id, false, &t.trail()).await;
        assert_eq!(held.unwrap(), [known]);
    })
    .await;
}

#[tokio::test]
async fn permissions_are_created_only_by_those_who_may() {
    with_store(async |t| {
        let api = t.api("api").await;
        let key = t.key(&api.id).await;
        t.permission("known").await;
        let wanted = t.wanted(&["known", "unknown"]);
        for change in [Add, Replace] {
            let result =
                t.store.change_key_permissions(&key, change, &wanted, false, &t.trail()).await;
            assert!(matches!(result, Err(StoreError::MayNotCreatePermission)));
        }
        for (change, name) in [(Remove, "unknown"), (Add, "perm_unknown"), (Replace, "perm_x")] {
            let wanted = t.wanted(&["known", name]);
            let result =
                t.store.change_key_permissions(&key, change, &wanted, true, &t.trail()).await;
            assert!(
                matches!(&result, Err(StoreError::Missing(Entity::Permission, n)) if n == name),
                "{result:?}"
            );
        }
        assert!(t.load(&key).await.permissions.is_empty());
        let wanted = t.wanted(&["known"]);
        let result =
            t.store.change_key_permissions(&"key_x".into(), Add, &wanted, true, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Key, _))));
    })
    .await;
}

#[tokio::test]
async fn a_thousand_permissions_fit() {
    with_store(async |t| {
        let api = t.api("api").await;
        let key = t.key(&api.id).await;
        let all: Vec<String> = (0..1000).map(|n| format!("permission.{n:04}")).collect();
        let wanted = t.wanted(&all.iter().map(String::as_str).collect::<Vec<_>>());
        for _ in 0..2 {
            let held =
                t.store.change_key_permissions(&key, Replace, &wanted, true, &t.trail()).await;
            assert_eq!(slugs(&held.unwrap()), all);
        }
        let held = t.store.change_key_permissions(&key, Remove, &wanted, true, &t.trail()).await;
        assert!(held.unwrap().is_empty());
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn roles_are_added_removed_and_replaced() {
    with_store(async |t| {
        let api = t.api("api").await;
        let key = t.key(&api.id).await;
        t.role("Editor", &["edit", "Read"]).await;
        let viewer = t.role("Viewer", &["read"]).await;
        let connect = "authorization.connect_role_and_key";
        let disconnect = "authorization.disconnect_role_and_key";
        let steps: [(_, &[&str], &[&str], &[&str]); 5] = [
            (Add, &["viewer", "EDITOR"], &["Editor", "Viewer"], &[connect, connect]),
            (Add, &["Editor"], &["Editor", "Viewer"], &[]),
            (Replace, &[viewer.as_str()], &["Viewer"], &[disconnect]),
            (Remove, &["Editor"], &["Viewer"], &[]),
            (Remove, &["Viewer"], &[], &[disconnect]),
        ];
        for (change, wanted, expected, told) in steps {
            let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let entries = t
                .entries_of(async || {
                    let held =
                        t.store.change_key_roles(&key, change, &wanted, &t.trail()).await.unwrap();
                    assert_eq!(names(&held), expected);
                    if let Some(role) = held.iter().find(|role| role.name == "Editor") {
                        assert_eq!(slugs(&role.permissions), ["Read", "edit"]);
                    }
                })
                .await;
            assert_eq!(events(&entries), told);
            assert_eq!(names(&t.load(&key).await.roles), expected);
        }
        for change in [Add, Remove, Replace] {
            let wanted = ["Viewer".to_owned(), "nobody".to_owned()];
            let result = t.store.change_key_roles(&key, change, &wanted, &t.trail()).await;
            assert!(matches!(&result, Err(StoreError::Missing(Entity::Role, n)) if n == "nobody"));
        }
        assert!(t.load(&key).await.roles.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn overlapping_additions_at_once_all_succeed() {
    with_store(async |t| {
        let api = t.api("api").await;
        let key = t.key(&api.id).await;
        let tasks: Vec<_> = (0..16)
            .map(|n| {
                let wanted = t.wanted(&[&format!("p{}", n % 4), &format!("p{}", (n + 1) % 4)]);
                let (store, key, trail) = (t.store.clone(), key.clone(), t.trail());
                tokio::spawn(async move {
                    store.change_key_permissions(&key, Add, &wanted, true, &trail).await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(slugs(&t.load(&key).await.permissions), ["p0", "p1", "p2", "p3"]);
        let log = t.log().await;
        let created = log.iter().filter(|entry| entry.event == "permission.create").count();
        assert_eq!(created, 4);
    })
    .await;
}
