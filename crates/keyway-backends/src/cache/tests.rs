//! What is kept and what is not, whatever comes in between.

use std::sync::atomic::AtomicUsize;

use futures_util::future::BoxFuture;
use keyway_core::audit::{Actor, Trail};
use keyway_core::backend::store::{
    KeyStore as _, RootKeyStore as _, StoreResult, WorkspaceStore as _,
};
use keyway_core::id::{CorrelationId, Entropy, KeyId, NamespaceId, PermissionId, RootKeyId};
use keyway_core::identity::Meta;
use keyway_core::key::KeyApi;
use keyway_core::namespace::Namespace;
use keyway_core::role::{Permission, Role};
use keyway_core::root_key::{Grant, RootKey};
use keyway_core::time::Timestamp;
use keyway_core::workspace::Workspace;

use super::*;
use crate::sql::Database;
use crate::sqlite::SqliteStore;
use crate::store::SqlStore;

const ROOM: usize = 1 << 20;

fn hash(number: usize) -> KeyHash {
    KeyHash::of(&format!("key {number}"))
}

/// A key of the API `api_1` in the workspace `ws_1` with the role `role_1`.
fn key(id: &str, ip_allowlist: &[&str]) -> Key {
    Key {
        id: KeyId::from(id),
        workspace_id: WorkspaceId::from("ws_1"),
        api: KeyApi {
            id: ApiId::from("api_1"),
            environment: None,
            ip_allowlist: ip_allowlist.iter().map(|net| net.parse().unwrap()).collect(),
        },
        start: String::new(),
        name: None,
        meta: Meta::new(),
        enabled: true,
        expires: None,
        created_at: Timestamp(0),
        updated_at: None,
        last_used_at: None,
        credits: None,
        identity: None,
        ratelimits: Vec::new(),
        permissions: Vec::new(),
        roles: vec![Role {
            id: RoleId::from("role_1"),
            name: "role".to_owned(),
            description: None,
            permissions: Vec::new(),
        }],
        byte_length: Some(16),
        recoverable: false,
        pending_migration: None,
    }
}

fn permission(slug: &str) -> Permission {
    Permission {
        id: PermissionId::from(slug),
        slug: slug.to_owned(),
        name: slug.to_owned(),
        description: None,
    }
}

/// Changes that make a key wrong.
fn its_changes() -> [Change; 4] {
    [
        Change::Key("key_1".into()),
        Change::Api("api_1".into()),
        Change::Role("role_1".into()),
        Change::Workspace("ws_1".into()),
    ]
}

/// Changes that have nothing to do with it.
fn other_changes() -> [Change; 10] {
    [
        Change::KeyAdded,
        Change::KeyHash(hash(99)),
        Change::Key("key_2".into()),
        Change::Identity("id_1".into()),
        Change::Api("api_2".into()),
        Change::Role("role_2".into()),
        Change::Workspace("ws_2".into()),
        Change::RootKeyAdded,
        Change::RootKey("key_1".into()),
        Change::Namespace("rlns_1".into()),
    ]
}

impl Cache {
    fn hear(&self, change: Change) {
        self.apply([(Kind::Key, change)]);
    }

    fn kept(&self, number: usize) -> Option<Arc<Record>> {
        match self.keys.get(&hash(number)) {
            Found::Known(record) => Some(record),
            Found::Absent | Found::Nothing => None,
        }
    }

    fn is_absent(&self, number: usize) -> bool {
        matches!(self.keys.get(&hash(number)), Found::Absent)
    }
}

#[test]
fn what_was_read_before_a_change_is_not_kept_after_it() {
    for change in its_changes() {
        let cache = Cache::new(ROOM);
        let since = cache.revision();
        cache.hear(change.clone());
        let record = cache.keep_key(&hash(1), &key("key_1", &[]), since);
        assert_eq!(record.id(), "key_1", "whoever read it gets what it read");
        assert!(cache.kept(1).is_none(), "{change:?}");

        cache.keep_key(&hash(1), &key("key_1", &[]), cache.revision());
        assert!(cache.kept(1).is_some(), "{change:?} is over");
    }
}

#[test]
fn what_is_kept_goes_with_a_change() {
    for change in its_changes() {
        let cache = Cache::new(ROOM);
        let record = cache.keep_key(&hash(1), &key("key_1", &[]), cache.revision());
        assert!(cache.kept(1).is_some());
        cache.hear(change.clone());
        assert!(cache.kept(1).is_none() && record.is_stale(), "{change:?}");
    }
}

#[test]
fn keys_that_may_do_the_same_share_it_until_a_role_changes() {
    let cache = Cache::new(ROOM);
    let keep = |number: usize, change: fn(&mut Key)| {
        let mut key = key(&format!("key_{number}"), &[]);
        change(&mut key);
        cache.keep_key(&hash(number), &key, cache.revision())
    };
    let shared = |one: &Record, other: &Record| std::ptr::eq(one.grants(), other.grants());
    let (first, second) = (keep(1, |_| {}), keep(2, |_| {}));
    assert!(shared(&first, &second));
    let renamed = keep(3, |key| "other".clone_into(&mut key.roles[0].name));
    let more = keep(4, |key| key.roles[0].permissions.push(permission("documents.read")));
    assert!(!shared(&first, &renamed) && !shared(&first, &more));
    assert!(more.grants().hold("documents.read") && !first.grants().hold("documents.read"));

    cache.hear(Change::Role("role_1".into()));
    assert!([&first, &second, &renamed, &more].iter().all(|record| record.is_stale()));
    let third = keep(5, |_| {});
    assert!(!third.is_stale() && !shared(&first, &third));
}

#[test]
fn changes_of_other_things_are_of_no_interest() {
    let cache = Cache::new(ROOM);
    let since = cache.revision();
    for change in other_changes() {
        cache.hear(change);
    }
    cache.keep_key(&hash(1), &key("key_1", &[]), since);
    assert!(cache.kept(1).is_some());
    for change in other_changes() {
        cache.hear(change);
    }
    assert!(cache.kept(1).is_some());
}

#[test]
fn a_reader_that_missed_more_changes_than_are_remembered_keeps_nothing() {
    for (changes, is_kept) in [(MEMORY - 1, true), (MEMORY, true), (MEMORY + 1, false)] {
        let cache = Cache::new(ROOM);
        cache.hear(Change::Key("key_9".into()));
        let since = cache.revision();
        for _ in 0..changes {
            cache.hear(Change::Key("key_2".into()));
        }
        cache.keep_key(&hash(1), &key("key_1", &[]), since);
        assert_eq!(cache.kept(1).is_some(), is_kept, "{changes}");
    }
}

#[test]
fn an_old_allow_list_is_never_shared_with_newer_records() {
    let (old, new) = (["10.0.0.0/8"], ["192.0.2.0/24"]);
    let lists = |record: &Record| record.api().ip_allowlist[0].to_string();
    let cache = Cache::new(ROOM);
    let before = cache.revision();
    let first = cache.keep_key(&hash(1), &key("key_1", &old), before);
    cache.hear(Change::Api("api_1".into()));
    let second = cache.keep_key(&hash(2), &key("key_2", &new), cache.revision());
    // It was read before the change and is kept last.
    let late = cache.keep_key(&hash(3), &key("key_3", &old), before);
    let third = cache.keep_key(&hash(4), &key("key_4", &new), cache.revision());

    assert_eq!(
        [&first, &second, &late, &third].map(|one| lists(one)),
        [old[0], new[0], old[0], new[0]]
    );
    assert!(cache.kept(1).is_none() && cache.kept(3).is_none());
    for number in [2, 4] {
        assert_eq!(lists(&cache.kept(number).unwrap()), new[0]);
    }
    assert!(std::ptr::eq(second.api(), third.api()), "one part serves all keys of an API");
}

#[test]
fn the_part_of_an_api_ends_with_its_workspace_too() {
    let cache = Cache::new(ROOM);
    let first = cache.keep_key(&hash(1), &key("key_1", &[]), cache.revision());
    cache.hear(Change::Workspace("ws_1".into()));
    let second = cache.keep_key(&hash(1), &key("key_1", &[]), cache.revision());
    assert!(first.is_stale() && !second.is_stale());
    cache.hear(Change::Api("api_1".into()));
    assert!(cache.kept(1).is_none());
}

#[test]
fn anchors_that_nothing_hangs_on_are_given_up() {
    let cache = Cache::new(0);
    for number in 0..10 * FEW_ANCHORS {
        let mut key = key("key_1", &[]);
        key.api.id = ApiId::from(format!("api_{number}"));
        drop(cache.keep_key(&hash(number), &key, cache.revision()));
    }
    assert!(cache.feed().apis.all.len() <= FEW_ANCHORS);
}

#[test]
fn an_unknown_hash_is_absent_until_a_key_is_added() {
    let cache = Cache::new(ROOM);
    cache.keep_no_key(&hash(1), cache.keys.additions());
    assert!(cache.is_absent(1) && !cache.is_absent(2));
    for change in other_changes().into_iter().skip(1) {
        cache.hear(change);
    }
    assert!(cache.is_absent(1));
    cache.hear(Change::KeyAdded);
    assert!(!cache.is_absent(1));
}

#[test]
fn a_hash_that_was_looked_for_before_a_key_was_added_is_not_absent() {
    let cache = Cache::new(ROOM);
    let additions = cache.keys.additions();
    cache.hear(Change::KeyAdded);
    cache.keep_no_key(&hash(1), additions);
    assert!(!cache.is_absent(1));
}

#[test]
fn what_was_absent_before_an_addition_does_not_come_back_after_it() {
    let cache = Cache::new(ROOM);
    for number in 0..1000 {
        cache.keep_no_key(&hash(number), cache.keys.additions());
    }
    cache.hear(Change::KeyAdded);
    for number in 1000..2000 {
        cache.keep_no_key(&hash(number), cache.keys.additions());
    }
    assert!((0..1000).all(|number| !cache.is_absent(number)));
    assert!((1000..2000).any(|number| cache.is_absent(number)));
}

#[test]
fn a_key_is_found_although_its_hash_was_absent() {
    let cache = Cache::new(ROOM);
    cache.keep_no_key(&hash(1), cache.keys.additions());
    cache.hear(Change::KeyAdded);
    cache.keep_key(&hash(1), &key("key_1", &[]), cache.revision());
    assert!(cache.kept(1).is_some());
    cache.hear(Change::Key("key_1".into()));
    assert!(cache.kept(1).is_none() && !cache.is_absent(1));
}

#[test]
fn a_key_that_changes_its_hash_is_not_found_by_the_old_one() {
    let cache = Cache::new(ROOM);
    cache.keep_key(&hash(1), &key("key_1", &[]), cache.revision());
    cache.hear(Change::Key("key_1".into()));
    cache.keep_key(&hash(2), &key("key_1", &[]), cache.revision());
    assert!(cache.kept(1).is_none() && cache.kept(2).is_some());
    cache.hear(Change::Key("key_1".into()));
    assert!(cache.kept(2).is_none());
}

#[test]
fn records_take_up_their_share_and_no_more() {
    for max_bytes in [0, 64 << 10, ROOM, 8 << 20] {
        let cache = Cache::new(max_bytes);
        let mut largest = 0;
        for number in 0..6000 {
            let mut key = key(&format!("key_{number}"), &[]);
            key.name = Some("n".repeat(number % 700));
            let record = cache.keep_key(&hash(number), &key, cache.revision());
            largest = largest.max(record.size());
        }
        let (records, bytes) = cache.keys.usage();
        assert!(bytes <= max_bytes / 8 * 6, "{records} records take {bytes} of {max_bytes}");
        if max_bytes == ROOM {
            assert!(max_bytes / 8 * 5 <= bytes + 128 * largest, "{bytes} of {max_bytes} are used");
        }
        let found = (0..6000).filter(|number| cache.kept(*number).is_some()).count();
        assert_eq!(found, records);
    }
}

#[test]
fn absent_hashes_take_up_their_share_and_no_more() {
    for max_bytes in [0, 64 << 10, ROOM] {
        let cache = Cache::new(max_bytes);
        for number in 0..20_000 {
            cache.keep_no_key(&hash(number), cache.keys.additions());
        }
        let known = (0..20_000).filter(|number| cache.is_absent(*number)).count();
        // Two in each of the shards at least, whatever the room.
        assert!(known * 40 <= max_bytes / 16 + 2 * 128 * 40, "{known} in {max_bytes} bytes");
    }
}

fn namespace(id: &str, name: &str) -> Arc<NamespaceRecord> {
    let namespace = Namespace { id: NamespaceId::from(id), name: name.to_owned(), deleted: false };
    Arc::new(NamespaceRecord::new(namespace, Vec::new()))
}

#[test]
fn a_namespace_that_was_read_before_its_change_is_not_kept_after_it() {
    let (cache, workspace) = (Cache::new(ROOM), WorkspaceId::from("ws_1"));
    let since = cache.revision();
    cache.hear(Change::Namespace("rlns_2".into()));
    cache.keep_namespace(&workspace, "one", &namespace("rlns_1", "one"), since);
    cache.keep_namespace(&workspace, "rlns_1", &namespace("rlns_1", "one"), since);
    cache.keep_namespace(&workspace, "two", &namespace("rlns_2", "two"), since);
    assert!(cache.namespaces.get(&workspace, "one").is_some());
    assert!(cache.namespaces.get(&workspace, "two").is_none());
    assert!(cache.namespaces.get(&WorkspaceId::from("ws_2"), "one").is_none());

    cache.hear(Change::Namespace("rlns_1".into()));
    for name in ["one", "rlns_1"] {
        assert!(cache.namespaces.get(&workspace, name).is_none(), "{name}");
    }
}

#[test]
fn namespaces_take_up_their_share_and_no_more() {
    let (cache, workspace) = (Cache::new(64 << 10), WorkspaceId::from("ws_1"));
    for number in 0..1000 {
        let (id, name) = (format!("rlns_{number}"), format!("n{number}"));
        cache.keep_namespace(&workspace, &name, &namespace(&id, &name), cache.revision());
    }
    let kept = (0..1000).filter(|n| cache.namespaces.get(&workspace, &format!("n{n}")).is_some());
    let kept = kept.count();
    assert!(0 < kept && kept * 256 <= (64 << 10) / 8, "{kept}");
}

/// What is true, and a lock that stands for the order of commits.
struct Truth {
    versions: Box<[AtomicU64]>,
}

#[test]
fn nobody_finds_an_older_key_once_a_change_was_applied() {
    const KEYS: usize = 4;
    const ROUNDS: u64 = 3000;
    let cache = Cache::new(64 << 10);
    let truth = Truth { versions: (0..KEYS).map(|_| AtomicU64::new(0)).collect() };
    let applied = Truth { versions: (0..KEYS).map(|_| AtomicU64::new(0)).collect() };
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let name = |number: usize| format!("key_{number}");
    let version =
        |record: &Record| -> u64 { record.json_name().unwrap().trim_matches('"').parse().unwrap() };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut number = 0;
                while !is_over.load(Ordering::Acquire) {
                    number = (number + 1) % KEYS;
                    let least = applied.versions[number].load(Ordering::Acquire);
                    let found = cache.kept(number).unwrap_or_else(|| {
                        let since = cache.revision();
                        let mut key = key(&name(number), &[]);
                        let seen = truth.versions[number].load(Ordering::Acquire);
                        key.name = Some(seen.to_string());
                        cache.keep_key(&hash(number), &key, since)
                    });
                    assert!(least <= version(&found), "{} after {least}", version(&found));
                }
            });
        }
        for round in 1..=ROUNDS {
            let number = usize::try_from(round).unwrap() % KEYS;
            truth.versions[number].store(round, Ordering::Release);
            // Anything that makes the key wrong will do.
            cache.hear(match round % 5 {
                0 => Change::Api("api_1".into()),
                1 => Change::Role("role_1".into()),
                2 => Change::Workspace("ws_1".into()),
                _ => Change::Key(name(number).into()),
            });
            applied.versions[number].store(round, Ordering::Release);
        }
        is_over.store(true, Ordering::Release);
    });
}

/// A store that counts its reads and is slow to answer them.
struct Slow {
    inner: crate::sqlite::Sqlite,
    reads: Arc<AtomicUsize>,
}

impl Database for Slow {
    type Conn = <crate::sqlite::Sqlite as Database>::Conn;

    fn cache(&self) -> Option<&Cache> {
        self.inner.cache()
    }

    async fn read<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Self::Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.reads.fetch_add(1, Ordering::Relaxed);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        self.inner.read(work).await
    }

    async fn scan<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Self::Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.inner.scan(work).await
    }

    async fn write<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Self::Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.inner.write(work).await
    }
}

#[tokio::test]
async fn many_who_miss_the_same_hash_read_it_once() {
    let (data, entropy) = (tempfile::tempdir().unwrap(), Entropy::System);
    let store = SqliteStore::open_with(data.path(), true, &entropy, Cache::new(ROOM)).unwrap();
    let workspace = Workspace {
        id: WorkspaceId::from("ws_1"),
        name: "w".to_owned(),
        slug: "w".to_owned(),
        enabled: true,
        requests_per_minute: None,
        created_at: Timestamp(0),
        purge_at: None,
    };
    let root_key = RootKey {
        id: RootKeyId::from("key_1"),
        workspace_id: workspace.id.clone(),
        start: String::new(),
        end: String::new(),
        name: None,
        enabled: true,
        grant: Grant::default(),
        expires: None,
        created_at: Timestamp(0),
        updated_at: None,
        last_used_at: None,
        created_by: None,
    };
    let trail = Trail {
        workspace: workspace.id.clone(),
        now: Timestamp(0),
        actor: Actor { id: "test".to_owned(), kind: "system".to_owned(), name: None },
        remote_ip: None,
        user_agent: None,
        request_id: None,
        correlation: CorrelationId::generate(&entropy),
        entropy,
    };
    store.bootstrap(&workspace, &root_key, hash(1), &trail).await.unwrap();

    let reads = Arc::new(AtomicUsize::new(0));
    let SqlStore { db, chain } = store;
    let db = Slow { inner: db, reads: Arc::clone(&reads) };
    let store = Arc::new(SqlStore { db, chain });
    assert!(store.find_record(&hash(3)).await.unwrap().is_none());
    assert_eq!(reads.load(Ordering::Relaxed), 0, "no key has a hash like that");
    store.db.cache().unwrap().hashes.note(&hash(2));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let one = Arc::clone(&store);
        tasks.spawn(async move { one.find_principal(&hash(1)).await.unwrap().is_some() });
        let one = Arc::clone(&store);
        tasks.spawn(async move { one.find_record(&hash(2)).await.unwrap().is_none() });
    }
    assert!(tasks.join_all().await.into_iter().all(|is_right| is_right));
    assert_eq!(reads.load(Ordering::Relaxed), 2, "one for each hash");
}
