//! Opening a database, and what survives that.

use futures_util::FutureExt;
use keyway_backends::sqlite::SqliteStore;
use keyway_core::backend::store::StoreError;
use keyway_core::id::Entropy;

use crate::fixture::with_store;

#[tokio::test]
async fn a_store_says_that_it_can_be_written() {
    with_store(async |t| {
        t.store.check().await.unwrap();
        assert_eq!(t.log().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    with_store(async |t| {
        t.try_sabotage("INSERT INTO schema_migrations (version, name) VALUES (999, 'future')")
            .await
            .unwrap();
        let text = if t.is_sqlite() {
            SqliteStore::open_read_only(t.data_dir()).err().unwrap().to_string()
        } else {
            t.open_again(true).await.err().unwrap().to_string()
        };
        assert!(text.contains("newer Keyway"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_behind_is_refused_without_migrations() {
    if let Ok(dir) = tempfile::tempdir() {
        let result = SqliteStore::open(dir.path(), false, &Entropy::System);
        let text = result.err().unwrap().to_string();
        assert!(text.contains("--no-migrate"), "{text}");
    }
    with_store(async |t| {
        if !t.is_sqlite() {
            t.try_sabotage("DELETE FROM schema_migrations").await.unwrap();
            let text = t.open_again(false).await.err().unwrap().to_string();
            assert!(text.contains("--no-migrate"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_servers_share_a_postgres_database_but_not_a_data_directory() {
    with_store(async |t| {
        let second = t.open_again(true).await;
        if t.is_sqlite() {
            let err = second.err().unwrap();
            assert!(matches!(err, StoreError::Unavailable(_)));
            assert!(err.to_string().contains("another Keyway uses"), "{err}");
        } else {
            let api = t.api("shared").await;
            let second = second.unwrap();
            assert!(second.find_api(&api.id).await.unwrap().is_some());
            // Both chain with the same secret.
            second.delete_api(&api.id, &t.trail()).await.unwrap();
            t.assert_chains().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_survives_the_loss_of_its_connections() {
    with_store(async |t| {
        let api = t.api("api").await;
        for _ in 0..5 {
            let reads: Vec<_> = (0..8)
                .map(|_| {
                    let (store, id) = (t.store.clone(), api.id.clone());
                    tokio::spawn(async move { store.find_api(&id).await })
                })
                .collect();
            t.cut_connections().await;
            for read in reads {
                match read.await.unwrap() {
                    Ok(found) => assert!(found.is_some()),
                    Err(err) => assert!(matches!(err, StoreError::Unavailable(_)), "{err:?}"),
                }
            }
        }
        let mut tries = 0;
        while let Err(err) = t.store.find_api(&api.id).await {
            assert!(matches!(err, StoreError::Unavailable(_)), "{err:?}");
            tries += 1;
            assert!(tries < 50);
        }
        t.api("another").await;
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn a_change_that_is_given_up_is_made_whole_or_not_at_all() {
    with_store(async |t| {
        let api = t.api("api").await;
        let mut made = 0;
        for polls in 0..60 {
            let mut key = t.new_key(&api.id);
            key.owner = Some(t.owner(&format!("owner {polls}")));
            key.permissions = t.wanted(&[&format!("permission.{polls}")]);
            let trail = t.trail();
            let mut change = t.store.insert_key(&key, &trail);
            for _ in 0..polls {
                if (&mut change).now_or_never().is_some() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(change);
            // Whatever of it is under way ends before this change of the same log.
            t.api("marker").await;
            let found = t.store.find_key(&key.id).await.unwrap();
            if let Some(key) = found {
                let key = key.open(&t.workspace.id).unwrap();
                assert_eq!(key.permissions.len(), 1);
                assert!(key.identity.is_some());
                made += 1;
            }
        }
        let log = t.all_entries().await;
        let count = |event: &str| log.iter().filter(|entry| entry.event == event).count();
        assert_eq!(count("key.create"), made);
        assert_eq!(count("permission.create"), made);
        assert_eq!(count("identity.create"), made);
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn a_data_directory_can_be_looked_at_while_a_server_uses_it() {
    with_store(async |t| {
        if !t.is_sqlite() {
            return;
        }
        let api = t.api("api").await;
        let reader: &dyn keyway_core::backend::store::Store =
            &SqliteStore::open_read_only(t.data_dir()).unwrap();
        assert!(reader.find_api(&api.id).await.unwrap().is_some());
        assert_eq!(reader.verify_audit_chains().await.unwrap()[0].fault, None);
        let refused = reader.delete_api(&api.id, &t.trail()).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    })
    .await;
}

#[tokio::test]
async fn a_data_directory_keeps_everything_and_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("deep/data");
    let mut links = Vec::new();
    for _ in 0..2 {
        let store = SqliteStore::open(&data, true, &Entropy::System).unwrap();
        drop(store);
        let mode =
            |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("."), 0o700);
        assert_eq!(mode("keyway.db"), 0o600);
        assert_eq!(mode("keyway.lock"), 0o600);
        let conn = rusqlite::Connection::open(data.join("keyway.db")).unwrap();
        let key: Vec<u8> =
            conn.query_row("SELECT value FROM instance", [], |row| row.get(0)).unwrap();
        links.push(key);
        // An ordinary end leaves nothing in the write-ahead log.
        let log = std::fs::metadata(data.join("keyway.db-wal")).map_or(0, |log| log.len());
        assert_eq!(log, 0);
    }
    assert_eq!(links[0], links[1]);
    assert_eq!(links[0].len(), 32);
}
