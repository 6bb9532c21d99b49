//! `NamespaceStore`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::id::{NamespaceId, OverrideId};
use keyway_core::namespace::{NewNamespace, Override};
use keyway_core::page::Page;

use crate::fixture::{ALL, Fixture, NOW, events, with_store};

fn new(t: &Fixture, name: &str) -> NewNamespace {
    NewNamespace { id: NamespaceId::generate(&t.entropy), name: name.to_owned() }
}

async fn stored(t: &Fixture, name: &str) -> NamespaceId {
    let new = new(t, name);
    t.store.insert_namespace(&new, &t.trail()).await.unwrap();
    new.id
}

fn wanted(t: &Fixture, identifier: &str, limit: i64) -> Override {
    let id = OverrideId::generate(&t.entropy);
    Override { id, identifier: identifier.to_owned(), limit, duration: 1000 }
}

#[tokio::test]
async fn a_name_is_taken_also_by_a_deleted_namespace() {
    with_store(async |t| {
        let entries = t.entries_of(async || drop(stored(t, "mail").await)).await;
        assert_eq!(events(&entries), ["ratelimitNamespace.create"]);
        let id = NamespaceId::from(entries[0].resources[0].id.as_str());
        let taken = t.store.insert_namespace(&new(t, "mail"), &t.trail()).await;
        assert!(matches!(taken, Err(StoreError::Conflict(Entity::Namespace))), "{taken:?}");
        stored(t, "Mail").await;
        let other = t.another_workspace("other").await;
        t.store.insert_namespace(&new(t, "mail"), &t.trail_of(&other.id)).await.unwrap();

        let theirs = t.trail_of(&other.id);
        let result = t.store.delete_namespace(&id, &theirs).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Namespace, _))), "{result:?}");
        t.store.delete_namespace(&id, &t.trail()).await.unwrap();
        assert_eq!(t.log().await[0].event, "ratelimitNamespace.delete");
        let again = t.store.delete_namespace(&id, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::Namespace, _))), "{again:?}");
        let taken = t.store.insert_namespace(&new(t, "mail"), &t.trail()).await;
        assert!(matches!(taken, Err(StoreError::Conflict(Entity::Namespace))), "{taken:?}");
        let found = t.store.find_namespace(&id).await.unwrap().unwrap();
        assert!(found.clone().open(&other.id).is_err());
        assert!(found.open(&t.workspace.id).unwrap().deleted);
        let names = ["mail".to_owned(), "unknown".to_owned()];
        let found = t.store.find_namespaces_by_name(&t.workspace.id, &names).await.unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].deleted && found[0].id == id);
    })
    .await;
}

#[tokio::test]
async fn namespaces_are_ensured_in_order_and_only_new_ones_are_told() {
    with_store(async |t| {
        let old = stored(t, "old").await;
        let gone = stored(t, "gone").await;
        t.store.delete_namespace(&gone, &t.trail()).await.unwrap();
        let names = ["new", "old", "gone", "new"];
        let wanted: Vec<NewNamespace> = names.iter().map(|name| new(t, name)).collect();
        let mut found = Vec::new();
        let entries = t
            .entries_of(async || {
                found = t.store.ensure_namespaces(&wanted, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(events(&entries), ["ratelimitNamespace.create"]);
        let ids: Vec<_> = found.iter().map(|namespace| &namespace.id).collect();
        assert_eq!(ids, [&wanted[0].id, &old, &gone, &wanted[0].id]);
        assert!(found[2].deleted && !found[0].deleted);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_that_race_get_the_same_namespace() {
    with_store(async |t| {
        let tasks: Vec<_> = (0..12)
            .map(|_| {
                let (store, wanted, trail) = (t.store.clone(), [new(t, "mail")], t.trail());
                tokio::spawn(async move { store.ensure_namespaces(&wanted, &trail).await })
            })
            .collect();
        let mut ids = std::collections::BTreeSet::new();
        for task in tasks {
            ids.insert(task.await.unwrap().unwrap().remove(0).id);
        }
        assert_eq!(ids.len(), 1);
        let created = |entry: &&keyway_core::audit::Entry| entry.event.ends_with(".create");
        assert_eq!(t.log().await.iter().filter(created).count(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_namespace_keeps_its_overrides() {
    with_store(async |t| {
        let (id, other) = (stored(t, "mail").await, stored(t, "other").await);
        t.store.set_override(&id, &wanted(t, "anna", 5), &t.trail()).await.unwrap();
        let entries = t
            .entries_of(async || {
                for _ in 0..2 {
                    t.store.rename_namespace(&id, "post", &t.trail()).await.unwrap();
                }
            })
            .await;
        assert_eq!(events(&entries), ["ratelimitNamespace.update"]);
        assert_eq!(
            (&entries[0].changes[0].before, &entries[0].changes[0].after),
            (&"mail".into(), &"post".into())
        );
        assert_eq!(t.store.overrides_for(&id, "anna").await.unwrap().len(), 1);
        let taken = t.store.rename_namespace(&id, "other", &t.trail()).await;
        assert!(matches!(taken, Err(StoreError::Conflict(Entity::Namespace))), "{taken:?}");
        t.store.rename_namespace(&other, "mail", &t.trail()).await.unwrap();
        t.store.delete_namespace(&id, &t.trail()).await.unwrap();
        let gone = t.store.rename_namespace(&id, "again", &t.trail()).await;
        assert!(matches!(gone, Err(StoreError::Missing(Entity::Namespace, _))), "{gone:?}");
    })
    .await;
}

#[tokio::test]
async fn lists_leave_out_deleted_namespaces() {
    with_store(async |t| {
        let mut ids = Vec::new();
        for name in ["E-Mail", "sms", "gone"] {
            ids.push(stored(t, name).await);
        }
        for identifier in ["a", "b"] {
            t.store.set_override(&ids[0], &wanted(t, identifier, 1), &t.trail()).await.unwrap();
        }
        t.store.delete_namespace(&ids[2], &t.trail()).await.unwrap();
        let list = async |among: Option<&[NamespaceId]>, search: Option<&str>, page: &Page| {
            t.store.list_namespaces(&t.workspace.id, among, search, page).await.unwrap()
        };
        assert_eq!(list(None, None, &ALL).await.items.len(), 2);
        let found = list(None, Some("e-MAI"), &ALL).await.items;
        assert_eq!((found.len(), found[0].override_count, found[0].created_at), (1, 2, NOW));
        assert_eq!(list(Some(&ids[1..]), None, &ALL).await.items.len(), 1);
        assert!(list(Some(&[]), None, &ALL).await.items.is_empty());
        let first = list(None, None, &Page { limit: 1, after: None }).await;
        let rest = list(None, None, &Page { limit: 1, after: first.next }).await;
        assert_eq!((rest.items.len(), rest.next), (1, None));
    })
    .await;
}

#[tokio::test]
async fn an_override_keeps_its_id_and_takes_new_numbers() {
    with_store(async |t| {
        let id = stored(t, "mail").await;
        let (first, second) = (wanted(t, "anna", 5), wanted(t, "anna", 0));
        let mut ids = Vec::new();
        let entries = t
            .entries_of(async || {
                for wanted in [&first, &first, &second] {
                    ids.push(t.store.set_override(&id, wanted, &t.trail()).await.unwrap());
                }
            })
            .await;
        assert_eq!(events(&entries), ["ratelimit.set_override", "ratelimit.set_override"]);
        assert_eq!(entries[0].resources.len(), 2);
        assert_eq!(ids, [first.id.clone(), first.id.clone(), first.id.clone()]);
        let found = t.store.overrides_for(&id, "anna").await.unwrap();
        assert_eq!(found, [Override { id: first.id.clone(), ..second.clone() }]);

        for identifier in ["ann", "Anna", "a*"] {
            let result = t.store.delete_override(&id, identifier, &t.trail()).await;
            assert!(matches!(result, Err(StoreError::Missing(Entity::Override, _))), "{result:?}");
        }
        t.store.delete_override(&id, "anna", &t.trail()).await.unwrap();
        let entry = t.log().await.remove(0);
        assert_eq!(entry.event, "ratelimit.delete_override");
        assert_eq!(entry.resources[1].id, id.as_str());
        assert!(t.store.overrides_for(&id, "anna").await.unwrap().is_empty());
        assert_eq!(t.store.set_override(&id, &second, &t.trail()).await.unwrap(), second.id);
    })
    .await;
}

#[tokio::test]
async fn the_overrides_that_may_apply_are_the_exact_one_and_all_with_wildcards() {
    with_store(async |t| {
        let (id, other) = (stored(t, "mail").await, stored(t, "other").await);
        for identifier in ["anna", "bob", "a*", "*", "*@example.com"] {
            t.store.set_override(&id, &wanted(t, identifier, 1), &t.trail()).await.unwrap();
            t.store.set_override(&other, &wanted(t, identifier, 2), &t.trail()).await.unwrap();
        }
        let find = async |identifier: &str| {
            let mut found = t.store.overrides_for(&id, identifier).await.unwrap();
            assert!(found.iter().all(|each| each.limit == 1));
            found.sort_by(|a, b| a.identifier.cmp(&b.identifier));
            found.into_iter().map(|each| each.identifier).collect::<Vec<_>>()
        };
        assert_eq!(find("anna").await, ["*", "*@example.com", "a*", "anna"]);
        assert_eq!(find("a*").await, ["*", "*@example.com", "a*"]);
        assert_eq!(find("x").await, ["*", "*@example.com", "a*"]);

        let first = t.store.list_overrides(&id, &Page { limit: 3, after: None }).await.unwrap();
        let page = Page { limit: 3, after: first.next };
        let rest = t.store.list_overrides(&id, &page).await.unwrap();
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (3, 2, None));
        assert!(first.items.is_sorted_by_key(|each| each.id.clone()));

        t.store.delete_namespace(&id, &t.trail()).await.unwrap();
        assert!(t.store.list_overrides(&id, &ALL).await.unwrap().items.is_empty());
        let result = t.store.set_override(&id, &wanted(t, "x", 1), &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Namespace, _))), "{result:?}");
        let result = t.store.delete_override(&id, "anna", &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Override, _))), "{result:?}");
        let strangers = t.another_workspace("strangers").await;
        let theirs = t.trail_of(&strangers.id);
        let result = t.store.set_override(&other, &wanted(t, "x", 1), &theirs).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Namespace, _))), "{result:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_that_race_get_the_id_of_the_same_override() {
    with_store(async |t| {
        let id = stored(t, "mail").await;
        let tasks: Vec<_> = (0..12)
            .map(|limit| {
                let (store, id, trail) = (t.store.clone(), id.clone(), t.trail());
                let wanted = wanted(t, "anna", limit);
                tokio::spawn(async move { store.set_override(&id, &wanted, &trail).await })
            })
            .collect();
        let mut ids = std::collections::BTreeSet::new();
        for task in tasks {
            ids.insert(task.await.unwrap().unwrap().to_string());
        }
        let found = t.store.overrides_for(&id, "anna").await.unwrap();
        assert_eq!((ids.len(), found.len()), (1, 1));
        assert!(ids.contains(found[0].id.as_str()));
    })
    .await;
}
