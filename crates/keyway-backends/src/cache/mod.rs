//! What is kept in memory of an embedded store, and how it stays true.
//!
//! Nothing here ever goes by time. A transaction collects what it changes ([`Change`]), and the
//! writer applies that here after the commit and before anybody is told of it. A reader that was
//! under way meanwhile may have seen the state before: it notes the revision before it reads, and
//! what it read is kept only if no change since then is about it.

mod change;
mod hashes;
mod namespaces;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyway_core::id::{ApiId, RoleId, WorkspaceId};
use keyway_core::key::Key;
use keyway_core::namespace::NamespaceRecord;
use keyway_core::record::{Anchor, ApiPart, Grants, GrantsId, Record, RootRecord};
use keyway_core::root_key::Principal;
use keyway_core::secret::KeyHash;

pub(crate) use change::effects;
pub use change::{Change, Kind};
use hashes::Hashes;
use namespaces::Namespaces;
pub(crate) use table::Found;
use table::Table;

/// How many changes a slow reader may miss before what it read isn't kept.
const MEMORY: usize = 4096;
/// How many reads of different keys may go on at once.
const TURNS: usize = 1024;
/// Below this number, anchors that nothing hangs on aren't looked for.
const FEW_ANCHORS: usize = 1024;

/// Records of keys, root keys and namespaces.
pub struct Cache {
    pub(crate) keys: Table<Record>,
    pub(crate) root_keys: Table<RootRecord>,
    pub(crate) namespaces: Namespaces,
    pub(crate) hashes: Hashes,
    revision: AtomicU64,
    feed: Mutex<Feed>,
    turns: Box<[tokio::sync::Mutex<()>]>,
    deaf: Option<Kind>,
}

/// The latest changes, and what records share.
#[derive(Default)]
struct Feed {
    recent: VecDeque<(u64, Change)>,
    workspaces: Anchors<WorkspaceId, Anchor<WorkspaceId>>,
    apis: Anchors<ApiId, ApiPart>,
    roles: Anchors<RoleId, Anchor<RoleId>>,
    grants: Anchors<GrantsId, Grants>,
}

impl Cache {
    /// An empty cache that takes up about `max_bytes` at most.
    pub fn new(max_bytes: usize) -> Self {
        Self {
            keys: Table::new(max_bytes / 8 * 6),
            root_keys: Table::new(max_bytes / 8),
            namespaces: Namespaces::new(max_bytes / 8),
            hashes: Hashes::default(),
            revision: AtomicU64::new(0),
            feed: Mutex::default(),
            turns: (0..TURNS).map(|_| tokio::sync::Mutex::default()).collect(),
            deaf: None,
        }
    }

    /// A cache that ignores changes of one kind, to prove that tests notice it.
    #[cfg(feature = "mutants")]
    #[must_use]
    pub fn deaf_to(mut self, kind: Kind) -> Self {
        self.deaf = Some(kind);
        self
    }

    /// Whoever holds this is the only one to read that hash; the others wait for the result.
    pub(crate) async fn turn(&self, hash: &KeyHash) -> tokio::sync::MutexGuard<'_, ()> {
        let [first, second, ..] = hash.0;
        let turn = usize::from(u16::from_le_bytes([first, second])) % TURNS;
        self.turns[turn].lock().await
    }

    /// The number of the latest change. A reader asks for it before it reads.
    pub(crate) fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    /// Makes sure that nothing is believed any more that these changes contradict. They are
    /// committed already, and nobody was told of it yet.
    pub(crate) fn apply(&self, changes: impl IntoIterator<Item = (Kind, Change)>) {
        let mut feed = self.feed();
        for (kind, change) in changes {
            if self.deaf == Some(kind) {
                continue;
            }
            if let Change::KeyHash(hash) = &change {
                self.hashes.note(hash);
                continue;
            }
            let revision = self.revision.fetch_add(1, Ordering::AcqRel) + 1;
            match &change {
                Change::KeyAdded => self.keys.note_addition(),
                Change::Key(id) => self.keys.spoil(id.as_str()),
                // The transaction has told of each of an identity's keys; hashes are noted above.
                Change::Identity(_) | Change::KeyHash(_) => {}
                Change::Api(id) => feed.apis.spoil(id, |api| api.anchor.spoil()),
                Change::Role(id) => feed.roles.spoil(id, Anchor::spoil),
                Change::Workspace(id) => feed.workspaces.spoil(id, Anchor::spoil),
                Change::RootKeyAdded => self.root_keys.note_addition(),
                Change::RootKey(id) => self.root_keys.spoil(id.as_str()),
                Change::Namespace(id) => self.namespaces.forget(id),
            }
            if MEMORY <= feed.recent.len() {
                feed.recent.pop_front();
            }
            feed.recent.push_back((revision, change));
        }
    }

    /// Keeps a key that was read after `since`, unless it has changed meanwhile.
    pub(crate) fn keep_key(&self, hash: &KeyHash, key: &Key, since: u64) -> Arc<Record> {
        let changes_it = |change: &Change| match change {
            Change::Key(id) => *id == key.id,
            Change::Api(id) => *id == key.api.id,
            Change::Role(id) => key.roles.iter().any(|role| role.id == *id),
            Change::Workspace(id) => *id == key.workspace_id,
            Change::KeyAdded
            | Change::KeyHash(_)
            | Change::Identity(_)
            | Change::RootKeyAdded
            | Change::RootKey(_)
            | Change::Namespace(_) => false,
        };
        let mut feed = self.feed();
        if !feed.is_silent(since, changes_it) {
            return Arc::new(Record::alone(*hash, key));
        }
        let api = feed.api(key);
        let grants = feed.grants(key);
        drop(feed);

        let record = Arc::new(Record::new(*hash, key, api, grants));
        let feed = self.feed();
        if feed.is_silent(since, changes_it) {
            self.keys.put(&record);
        }
        drop(feed);
        record
    }

    /// Notes that no key had that hash when it was looked for after `additions`.
    pub(crate) fn keep_no_key(&self, hash: &KeyHash, additions: u64) {
        let _feed = self.feed();
        if self.keys.additions() == additions {
            self.keys.put_absent(hash, additions);
        }
    }

    /// Keeps a root key that was read after `since`, unless it has changed meanwhile.
    pub(crate) fn keep_root_key(
        &self,
        hash: &KeyHash,
        principal: Principal,
        since: u64,
    ) -> Arc<RootRecord> {
        let workspace = principal.root_key.workspace_id.clone();
        let id = principal.root_key.id.clone();
        let changes_it = |change: &Change| match change {
            Change::RootKey(one) => *one == id,
            Change::Workspace(one) => *one == workspace,
            Change::KeyAdded
            | Change::KeyHash(_)
            | Change::Key(_)
            | Change::Identity(_)
            | Change::Api(_)
            | Change::Role(_)
            | Change::RootKeyAdded
            | Change::Namespace(_) => false,
        };
        let mut feed = self.feed();
        if !feed.is_silent(since, changes_it) {
            return Arc::new(RootRecord::alone(*hash, principal));
        }
        let anchor = feed.workspace(&workspace);
        let record = Arc::new(RootRecord::new(*hash, principal, anchor));
        self.root_keys.put(&record);
        drop(feed);
        record
    }

    /// Notes that no root key had that hash when it was looked for after `additions`.
    pub(crate) fn keep_no_root_key(&self, hash: &KeyHash, additions: u64) {
        let _feed = self.feed();
        if self.root_keys.additions() == additions {
            self.root_keys.put_absent(hash, additions);
        }
    }

    /// Keeps a namespace that was read after `since`, unless it has changed meanwhile.
    pub(crate) fn keep_namespace(
        &self,
        workspace: &WorkspaceId,
        name: &str,
        record: &Arc<NamespaceRecord>,
        since: u64,
    ) {
        let id = &record.namespace.id;
        let feed = self.feed();
        if feed.is_silent(since, |change| matches!(change, Change::Namespace(one) if one == id)) {
            self.namespaces.put(workspace, name, record);
        }
    }

    fn feed(&self) -> MutexGuard<'_, Feed> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed {
    /// Whether nothing of interest has happened since that revision, as far as is remembered.
    fn is_silent(&self, since: u64, is_of_interest: impl Fn(&Change) -> bool) -> bool {
        let remembers = self.recent.front().is_none_or(|(first, _)| *first <= since + 1);
        remembers
            && self
                .recent
                .iter()
                .rev()
                .take_while(|(revision, _)| since < *revision)
                .all(|(_, change)| !is_of_interest(change))
    }

    fn workspace(&mut self, id: &WorkspaceId) -> Arc<Anchor<WorkspaceId>> {
        self.workspaces.of(id, |_| true, || Anchor::new(id.clone()))
    }

    fn role(&mut self, id: &RoleId) -> Arc<Anchor<RoleId>> {
        self.roles.of(id, |_| true, || Anchor::new(id.clone()))
    }

    fn grants(&mut self, key: &Key) -> Arc<Grants> {
        let roles = key.roles.iter().map(|role| self.role(&role.id)).collect();
        let grants = Grants::new(key, roles);
        self.grants.of(&grants.id(), |known| !known.is_stale(), || grants)
    }

    fn api(&mut self, key: &Key) -> Arc<ApiPart> {
        let workspace = self.workspace(&key.workspace_id);
        let is_right = |api: &ApiPart| !api.workspace.is_stale();
        self.apis.of(&key.api.id, is_right, || ApiPart::new(&key.api, workspace))
    }
}

/// Things that records share, as they are now.
struct Anchors<I, T> {
    all: HashMap<I, Arc<T>>,
    /// At which number those are looked for that nothing hangs on.
    many: usize,
}

impl<I, T> Default for Anchors<I, T> {
    fn default() -> Self {
        Self { all: HashMap::new(), many: FEW_ANCHORS }
    }
}

impl<I: Clone + Eq + Hash, T> Anchors<I, T> {
    /// The present anchor if it is right, else a new one.
    fn of(
        &mut self,
        id: &I,
        is_right: impl FnOnce(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        if let Some(anchor) = self.all.get(id).filter(|anchor| is_right(anchor)) {
            return Arc::clone(anchor);
        }
        if self.many <= self.all.len() {
            self.all.retain(|_, anchor| 1 < Arc::strong_count(anchor));
            self.many = FEW_ANCHORS.max(2 * self.all.len());
        }
        let anchor = Arc::new(make());
        self.all.insert(id.clone(), Arc::clone(&anchor));
        anchor
    }

    /// Spoils the present anchor, so that the next record gets a new one.
    fn spoil(&mut self, id: &I, spoil: impl FnOnce(&T)) {
        if let Some(anchor) = self.all.remove(id) {
            spoil(&anchor);
        }
    }
}
