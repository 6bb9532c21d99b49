//! Records by the hash of their secret, in a bounded number of bytes.
//!
//! A hash is 256 random bits, so that part of it serves as the hash of the table. What wasn't
//! asked for goes first when there is no more room: a hand walks around each shard, passes over
//! what was asked for since it was there last, and takes the rest (the CLOCK algorithm).

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use hashbrown::HashTable;
use keyway_core::record::{Marks, Record, RootRecord};
use keyway_core::secret::KeyHash;

/// How many locks share a table.
const SHARDS: usize = 128;
/// What an entry costs beside the record: its places in two tables and among the last uses, and
/// the heap's own books. Measured with a million keys.
const PLACE: usize = 160;
/// What a hash costs that is known to be nobody's.
const ABSENT: usize = 40;
/// Which part of the room such hashes may take up.
const ABSENT_SHARE: usize = 16;

/// Something that a table keeps.
pub(crate) trait Kept: Send + Sync {
    /// The hash it is found by.
    fn hash(&self) -> &KeyHash;
    /// The id it is forgotten by.
    fn id(&self) -> &str;
    /// What is noted about it.
    fn marks(&self) -> &Marks;
    /// Whether it may not be believed any more.
    fn is_stale(&self) -> bool;
    /// How many bytes it takes up.
    fn size(&self) -> usize;
}

macro_rules! kept {
    ($($record:ty: $id:expr;)*) => {$(
        impl Kept for $record {
            fn hash(&self) -> &KeyHash {
                self.hash()
            }
            fn id(&self) -> &str {
                let id: fn(&$record) -> &str = $id;
                id(self)
            }
            fn marks(&self) -> &Marks {
                self.marks()
            }
            fn is_stale(&self) -> bool {
                self.is_stale()
            }
            fn size(&self) -> usize {
                self.size()
            }
        }
    )*};
}

kept! {
    Record: |record| record.id();
    RootRecord: |record| record.root_key.id.as_str();
}

/// What a table knows of a hash.
#[derive(Debug)]
pub(crate) enum Found<T> {
    /// Its record.
    Known(Arc<T>),
    /// That nothing has it.
    Absent,
    /// Nothing.
    Nothing,
}

/// Records by hash.
pub(crate) struct Table<T> {
    shards: Box<[RwLock<Shard<T>>]>,
    ids: Box<[Mutex<HashTable<Arc<T>>>]>,
    hasher: RandomState,
    /// Counts the times at which something was added: what was absent before may be there now.
    additions: AtomicU64,
    /// How many bytes of records a shard may hold, and how many absent hashes.
    room: usize,
    absent_room: usize,
}

struct Shard<T> {
    records: HashTable<Arc<T>>,
    bytes: usize,
    hand: usize,
    absent: Absent,
}

/// Hashes that were nobody's when `additions` had that value. The younger half stays when there
/// is no more room.
#[derive(Default)]
struct Absent {
    additions: u64,
    young: HashSet<u128>,
    old: HashSet<u128>,
}

impl<T: Kept> Table<T> {
    /// An empty table that takes up about `max_bytes` at most.
    pub fn new(max_bytes: usize) -> Self {
        let absent_room = max_bytes / ABSENT_SHARE / SHARDS / ABSENT / 2;
        let shard = || {
            RwLock::new(Shard {
                records: HashTable::new(),
                bytes: 0,
                hand: 0,
                absent: Absent::default(),
            })
        };
        Self {
            shards: (0..SHARDS).map(|_| shard()).collect(),
            ids: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            additions: AtomicU64::new(0),
            room: (max_bytes - max_bytes / ABSENT_SHARE) / SHARDS,
            absent_room,
        }
    }

    /// What is known of a hash.
    pub fn get(&self, hash: &KeyHash) -> Found<T> {
        let (shard, place, short) = places(hash);
        let shard = self.shards[shard].read().unwrap_or_else(PoisonError::into_inner);
        if let Some(record) = shard.records.find(place, |record| record.hash() == hash) {
            if record.is_stale() {
                return Found::Nothing;
            }
            record.marks().touch();
            return Found::Known(Arc::clone(record));
        }
        let absent = &shard.absent;
        let is_absent = (absent.young.contains(&short) || absent.old.contains(&short))
            && absent.additions == self.additions();
        if is_absent { Found::Absent } else { Found::Nothing }
    }

    /// How often something was added so far.
    pub fn additions(&self) -> u64 {
        self.additions.load(Ordering::Acquire)
    }

    /// Notes that something was added, so that no hash is taken for absent any more.
    pub fn note_addition(&self) {
        self.additions.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes that a hash was nobody's at the time when `additions` had that value.
    pub fn put_absent(&self, hash: &KeyHash, additions: u64) {
        let (shard, _, short) = places(hash);
        let mut shard = self.shards[shard].write().unwrap_or_else(PoisonError::into_inner);
        let absent = &mut shard.absent;
        if absent.additions != additions {
            *absent = Absent { additions, ..Absent::default() };
        }
        if self.absent_room <= absent.young.len() {
            absent.old = std::mem::take(&mut absent.young);
        }
        absent.young.insert(short);
    }

    /// Keeps a record.
    pub fn put(&self, record: &Arc<T>) {
        let (shard, place, _) = places(record.hash());
        let mut gone = Vec::new();
        {
            let mut shard = self.shards[shard].write().unwrap_or_else(PoisonError::into_inner);
            let shard = &mut *shard;
            if let Ok(entry) = shard.records.find_entry(place, |old| old.hash() == record.hash()) {
                let (old, _) = entry.remove();
                shard.bytes -= old.size() + PLACE;
                gone.push(old);
            }
            shard.bytes += record.size() + PLACE;
            shard
                .records
                .insert_unique(place, Arc::clone(record), |record| places(record.hash()).1);
            record.marks().touch();
            while self.room < shard.bytes
                && let Some(old) = shard.oldest()
            {
                gone.push(old);
            }
        }
        for old in &gone {
            self.forget_id(old);
        }
        if gone.iter().any(|old| Arc::ptr_eq(old, record)) {
            // There was no room for it.
            return;
        }
        let hash = self.hasher.hash_one(record.id());
        let mut ids = self.ids_of(hash);
        if let Ok(entry) = ids.find_entry(hash, |other| other.id() == record.id()) {
            entry.remove();
        }
        ids.insert_unique(hash, Arc::clone(record), |other| self.hasher.hash_one(other.id()));
    }

    /// Makes sure that the record of that id isn't believed any more.
    pub fn spoil(&self, id: &str) {
        let hash = self.hasher.hash_one(id);
        if let Ok(entry) = self.ids_of(hash).find_entry(hash, |record| record.id() == id) {
            entry.remove().0.marks().spoil();
        }
    }

    /// How many records are kept, and how many bytes they take up.
    #[cfg(test)]
    pub fn usage(&self) -> (usize, usize) {
        let ids = |shard: &Mutex<HashTable<Arc<T>>>| shard.lock().unwrap().len();
        let named: usize = self.ids.iter().map(ids).sum();
        let (records, bytes) = self.shards.iter().fold((0, 0), |(records, bytes), shard| {
            let shard = shard.read().unwrap();
            (records + shard.records.len(), bytes + shard.bytes)
        });
        assert_eq!(named, records, "what is found by hash is forgotten by id");
        (records, bytes)
    }

    fn forget_id(&self, record: &Arc<T>) {
        let hash = self.hasher.hash_one(record.id());
        let mut ids = self.ids_of(hash);
        if let Ok(entry) = ids.find_entry(hash, |other| Arc::ptr_eq(other, record)) {
            entry.remove();
        }
    }

    fn ids_of(&self, hash: u64) -> std::sync::MutexGuard<'_, HashTable<Arc<T>>> {
        let shard = (hash >> 32) as usize % SHARDS;
        self.ids[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Kept> Shard<T> {
    /// Takes out what wasn't asked for since the hand was there last. The record that was just
    /// put is never the only one left to take, unless it is larger than the whole shard.
    fn oldest(&mut self) -> Option<Arc<T>> {
        let buckets = self.records.num_buckets();
        // Twice around: on the second round nothing is marked any more.
        for _ in 0..=2 * buckets {
            self.hand = (self.hand + 1) % buckets.max(1);
            if let Ok(entry) = self.records.get_bucket_entry(self.hand) {
                let record = entry.get();
                if record.is_stale() || !record.marks().take_recent() {
                    let (record, _) = entry.remove();
                    self.bytes -= record.size() + PLACE;
                    return Some(record);
                }
            }
        }
        None
    }
}

/// The shard of a hash, its place in there, and the part that stands for it where it is absent.
fn places(hash: &KeyHash) -> (usize, u64, u128) {
    let (first, second) = hash.0.split_at(16);
    let short = u128::from_le_bytes(first.try_into().unwrap_or_default());
    #[expect(clippy::cast_possible_truncation, reason = "the rest stands in other places")]
    let place = short as u64;
    (usize::from(second[0]) % SHARDS, place, short)
}
