//! `KeyStore::import_keys`, `KeyStore::convert_key`, `MigrationStore`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::credits::Credits;
use keyway_core::id::{ApiId, KeyId, MigrationId, RoleId};
use keyway_core::key::{ImportedKey, NewKey};
use keyway_core::migration::{HashFormat, Migration};
use keyway_core::secret::KeyHash;

use crate::fixture::{ALL, Fixture, NOW, events, names, slugs, with_store};

async fn migration(t: &Fixture, name: &str, format: HashFormat) -> Migration {
    let id = MigrationId::generate(&t.entropy);
    let migration = Migration { id, name: name.to_owned(), format, created_at: NOW };
    t.store.insert_migration(&migration, &t.trail()).await.unwrap();
    migration
}

fn imported(t: &Fixture, api: &ApiId, by: &Migration, secret: &str) -> ImportedKey {
    let waits = by.format == HashFormat::PrefixedApiKey;
    ImportedKey {
        key: NewKey {
            hash: KeyHash::of(secret),
            start: String::new(),
            byte_length: None,
            ..t.new_key(api)
        },
        imported_by: by.id.clone(),
        migration: waits.then(|| by.id.clone()),
        new_role_ids: Vec::new(),
    }
}

async fn progress(t: &Fixture) -> Vec<(String, i64, i64)> {
    let found = t.store.list_migrations(&t.workspace.id, &ALL).await.unwrap();
    let mut all: Vec<_> = found
        .items
        .into_iter()
        .map(|summary| (summary.migration.name, summary.imported, summary.pending))
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn each_key_is_imported_on_its_own_terms() {
    with_store(async |t| {
        let api = t.api("api").await;
        let by = migration(t, "old", HashFormat::Sha256Hex).await;
        t.role("Editor", &["documents.edit"]).await;
        let mut one = imported(t, &api.id, &by, "one");
        one.key.name = Some("one".to_owned());
        one.key.owner = Some(t.owner("anna"));
        one.key.roles = vec!["editor".to_owned(), "New".to_owned()];
        one.key.permissions = t.wanted(&["read"]);
        one.key.credits = Some(Credits { remaining: 3, refill: None });
        one.new_role_ids = vec![RoleId::generate(&t.entropy), RoleId::generate(&t.entropy)];
        let mut two = imported(t, &api.id, &by, "two");
        two.key.owner = Some(t.owner("anna"));
        two.key.roles = vec!["NEW".to_owned()];
        two.new_role_ids = vec![RoleId::generate(&t.entropy)];
        two.key.permissions = t.wanted(&["READ"]);
        let keys = [one.clone(), two.clone()];
        let mut stored = Vec::new();
        let entries = t
            .entries_of(async || {
                stored = t.store.import_keys(&api.id, &keys, &t.trail()).await.unwrap();
            })
            .await;
        assert_eq!(stored, [true, true]);
        assert_eq!(
            events(&entries),
            [
                "role.create",
                "key.create",
                "identity.create",
                "permission.create",
                "authorization.connect_permission_and_key",
                "authorization.connect_role_and_key",
                "authorization.connect_role_and_key",
                "key.create",
                "authorization.connect_permission_and_key",
                "authorization.connect_role_and_key",
            ]
        );
        let one = t.load(&one.key.id).await;
        assert_eq!(names(&one.roles), ["Editor", "New"]);
        assert_eq!(slugs(&one.permissions), ["read"]);
        assert_eq!(one.credits.unwrap().remaining, 3);
        assert_eq!((one.start.as_str(), one.byte_length), ("", None));
        let two = t.load(&two.key.id).await;
        assert_eq!(two.identity.unwrap().id, one.identity.unwrap().id);
        assert_eq!(names(&two.roles), ["New"]);
        assert_eq!(two.pending_migration, None);
        assert_eq!(progress(t).await, [("old".to_owned(), 2, 0)]);
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn hashes_that_are_there_already_are_left_out_and_leave_nothing_behind() {
    with_store(async |t| {
        let api = t.api("api").await;
        let by = migration(t, "old", HashFormat::Sha256Base64).await;
        let other = t.another_workspace("other").await;
        let theirs = t.api_of(&other.id, "theirs").await;
        let foreign = NewKey { hash: KeyHash::of("foreign"), ..t.new_key(&theirs.id) };
        t.store.insert_key(&foreign, &t.trail_of(&other.id)).await.unwrap();
        let gone = NewKey { hash: KeyHash::of("gone"), ..t.new_key(&api.id) };
        let gone = t.store_key(gone).await;
        t.store.delete_key(&gone, false, &t.trail()).await.unwrap();

        let mut keys: Vec<ImportedKey> = ["foreign", "new", "gone", "new", "newer"]
            .into_iter()
            .map(|secret| imported(t, &api.id, &by, secret))
            .collect();
        keys[0].key.owner = Some(t.owner("nobody"));
        keys[0].key.roles = vec!["Nothing".to_owned()];
        keys[0].new_role_ids = vec![RoleId::generate(&t.entropy)];
        let stored = t.store.import_keys(&api.id, &keys, &t.trail()).await.unwrap();
        assert_eq!(stored, [false, true, false, false, true]);
        let nobody = t.store.find_identity_by_external_id(&t.workspace.id, "nobody").await;
        assert!(nobody.unwrap().is_none());
        assert!(t.store.find_role_by_name(&t.workspace.id, "Nothing").await.unwrap().is_none());
        let again = t.entries_of(async || {
            let stored = t.store.import_keys(&api.id, &keys, &t.trail()).await.unwrap();
            assert_eq!(stored, [false; 5]);
        });
        assert!(again.await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_import_that_is_refused_stores_no_key() {
    with_store(async |t| {
        let api = t.api("api").await;
        let by = migration(t, "old", HashFormat::Sha256Base64).await;
        let good = imported(t, &api.id, &by, "good");
        let mut bad = imported(t, &api.id, &by, "bad");
        bad.key.roles = vec!["role_unknown".to_owned()];
        bad.new_role_ids = vec![RoleId::generate(&t.entropy)];
        let result = t.store.import_keys(&api.id, &[good.clone(), bad], &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Role, _))), "{result:?}");
        assert!(t.store.find_key(&good.key.id).await.unwrap().is_none());
        let unknown = ApiId::from("api_unknown");
        let result = t.store.import_keys(&unknown, &[good], &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Api, _))), "{result:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn workspaces_that_import_the_same_hashes_share_them_out() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        let mut tasks = Vec::new();
        for workspace in [&t.workspace.id, &other.id] {
            let api = t.api_of(workspace, "api").await;
            for _ in 0..4 {
                let keys: Vec<ImportedKey> = (0..20)
                    .map(|number| ImportedKey {
                        key: NewKey {
                            hash: KeyHash::of(&number.to_string()),
                            ..t.new_key(&api.id)
                        },
                        imported_by: MigrationId::from("mig_x"),
                        migration: None,
                        new_role_ids: Vec::new(),
                    })
                    .collect();
                let (store, trail, api) = (t.store.clone(), t.trail_of(workspace), api.id.clone());
                tasks.push(tokio::spawn(async move {
                    store.import_keys(&api, &keys, &trail).await.unwrap()
                }));
            }
        }
        let mut stored = 0;
        for task in tasks {
            stored += task.await.unwrap().into_iter().filter(|stored| *stored).count();
        }
        assert_eq!(stored, 20);
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn an_imported_key_takes_its_native_form_once() {
    with_store(async |t| {
        let api = t.api("api").await;
        let by = migration(t, "tokens", HashFormat::PrefixedApiKey).await;
        let key = imported(t, &api.id, &by, "long");
        let other = imported(t, &api.id, &by, "other long");
        let id: KeyId = key.key.id.clone();
        let keys = [key, other];
        t.store.import_keys(&api.id, &keys, &t.trail()).await.unwrap();
        assert_eq!(t.load(&id).await.pending_migration, Some(by.id.clone()));
        assert_eq!(progress(t).await, [("tokens".to_owned(), 2, 2)]);

        let (long, whole) = (KeyHash::of("long"), KeyHash::of("app_short_long"));
        assert!(t.store.find_record(&long).await.unwrap().is_some());
        assert!(t.store.find_record(&whole).await.unwrap().is_none());
        let entries = t
            .entries_of(async || {
                for _ in 0..2 {
                    t.store.convert_key(&id, &long, &whole, "app_shor").await.unwrap();
                }
                let late = KeyHash::of("x_y_long");
                t.store.convert_key(&id, &long, &late, "x_y_lo").await.unwrap();
            })
            .await;
        assert!(entries.is_empty());
        let converted = t.load(&id).await;
        assert_eq!((converted.start.as_str(), converted.pending_migration), ("app_shor", None));
        assert!(t.store.find_key_by_hash(&long).await.unwrap().is_none());
        assert!(t.store.find_key_by_hash(&whole).await.unwrap().is_some());
        assert!(t.store.find_record(&long).await.unwrap().is_none());
        assert!(t.store.find_record(&whole).await.unwrap().is_some());
        assert_eq!(progress(t).await, [("tokens".to_owned(), 2, 1)]);

        // A hash that another key has is left to it.
        let other = &keys[1].key.id;
        let hash = KeyHash::of("other long");
        t.store.convert_key(other, &hash, &whole, "app_shor").await.unwrap();
        assert_eq!(t.load(other).await.pending_migration, Some(by.id));
        t.store.delete_key(other, false, &t.trail()).await.unwrap();
        assert_eq!(progress(t).await, [("tokens".to_owned(), 1, 0)]);
    })
    .await;
}

#[tokio::test]
async fn a_migration_has_a_name_of_its_own_until_it_is_deleted() {
    with_store(async |t| {
        let old = migration(t, "old", HashFormat::Sha256Hex).await;
        assert_eq!(t.log().await[0].event, "migration.create");
        let twin = Migration { id: MigrationId::generate(&t.entropy), ..old.clone() };
        let result = t.store.insert_migration(&twin, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Conflict(Entity::Migration))), "{result:?}");
        let other = t.another_workspace("other").await;
        t.store.insert_migration(&twin, &t.trail_of(&other.id)).await.unwrap();

        let found = t.store.find_migration(&old.id).await.unwrap().unwrap();
        assert!(found.clone().open(&other.id).is_err());
        let found = found.open(&t.workspace.id).unwrap();
        assert_eq!((found.name.as_str(), found.format), ("old", HashFormat::Sha256Hex));

        let result = t.store.delete_migration(&twin.id, &t.trail()).await;
        assert!(matches!(result, Err(StoreError::Missing(Entity::Migration, _))), "{result:?}");
        t.store.delete_migration(&old.id, &t.trail()).await.unwrap();
        assert_eq!(t.log().await[0].event, "migration.delete");
        assert!(t.store.find_migration(&old.id).await.unwrap().is_none());
        let again = t.store.delete_migration(&old.id, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Missing(Entity::Migration, _))), "{again:?}");
        migration(t, "old", HashFormat::PrefixedApiKey).await;
    })
    .await;
}

#[tokio::test]
async fn the_lengths_of_keys_without_a_checksum_are_known() {
    with_store(async |t| {
        let api = t.api("api").await;
        t.key(&api.id).await;
        assert_eq!(t.store.unchecked_lengths().await.unwrap(), Some(Vec::new()));
        for length in [26, 22, 26, 40] {
            t.store_key(NewKey { unchecked_length: Some(length), ..t.new_key(&api.id) }).await;
        }
        let gone = t.key(&api.id).await;
        t.store.delete_key(&gone, true, &t.trail()).await.unwrap();
        assert_eq!(t.store.unchecked_lengths().await.unwrap(), Some(vec![22, 26, 40]));

        let by = migration(t, "old", HashFormat::Sha256Hex).await;
        let keys = [imported(t, &api.id, &by, "one")];
        t.store.import_keys(&api.id, &keys, &t.trail()).await.unwrap();
        assert_eq!(t.store.unchecked_lengths().await.unwrap(), None);
    })
    .await;
}
