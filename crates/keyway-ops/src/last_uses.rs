//! When keys and root keys were last used. It is written behind, in batches: a crash loses the
//! last uses of a few seconds and nothing else.
//!
//! A write costs ten times as much as the verification that it tells of. So what is in constant
//! use is written once in some minutes, and of very many keys only so many at a time: the more
//! keys are in use, the later their last use is seen.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use keyway_core::backend::store::{Store, StoreResult};
use keyway_core::record::{Marks, Record, RootRecord};
use keyway_core::time::{MINUTE, Timestamp};

/// How old the stored last use of something is before it is stored anew, in milliseconds.
const RESOLUTION: i64 = 5 * MINUTE;
/// How many records wait at most. Uses beyond are noted when there is room again.
const CAPACITY: usize = 1 << 20;
/// How many last uses share a transaction, so that others get their turn between.
const BATCH: usize = 256;

/// Last uses that aren't stored yet.
pub struct LastUses {
    keys: Mutex<VecDeque<Arc<Record>>>,
    root_keys: Mutex<VecDeque<Arc<RootRecord>>>,
    at_once: usize,
}

impl Default for LastUses {
    fn default() -> Self {
        Self::new(usize::MAX)
    }
}

impl LastUses {
    /// None yet. Each call of [`LastUses::flush_due`] stores `at_once` at most.
    pub fn new(at_once: usize) -> Self {
        Self { keys: Mutex::default(), root_keys: Mutex::default(), at_once }
    }

    /// Notes the use of a key.
    pub fn of_key(&self, key: &Arc<Record>, now: Timestamp) {
        if key.marks().note_use(now) {
            note(&self.keys, key, key.marks());
        }
    }

    /// Notes the use of a root key.
    pub fn of_root_key(&self, key: &Arc<RootRecord>, now: Timestamp) {
        if key.marks().note_use(now) {
            note(&self.root_keys, key, key.marks());
        }
    }

    /// Stores all of them. What can't be stored is dropped.
    pub async fn flush(&self, store: &dyn Store) -> StoreResult<()> {
        self.store(store, usize::MAX, |_| true).await
    }

    /// Stores those that wait longest, if their stored last use is some minutes old. What can't
    /// be stored is dropped.
    pub async fn flush_due(&self, store: &dyn Store) -> StoreResult<()> {
        self.store(store, self.at_once, |marks| {
            let (used, stored) = marks.last_use();
            RESOLUTION <= used.0 - stored.0
        })
        .await
    }

    async fn store(
        &self,
        store: &dyn Store,
        at_most: usize,
        is_due: fn(&Marks) -> bool,
    ) -> StoreResult<()> {
        for some in take(&self.root_keys, at_most, |key| is_due(key.marks())).chunks(BATCH) {
            let used: Vec<_> =
                some.iter().map(|key| (key.root_key.id.clone(), key.marks().take_use())).collect();
            store.touch_root_keys(&used).await?;
        }
        for some in take(&self.keys, at_most, |key| is_due(key.marks())).chunks(BATCH) {
            let used: Vec<_> =
                some.iter().map(|key| (key.key_id(), key.marks().take_use())).collect();
            store.touch_keys(&used).await?;
        }
        Ok(())
    }
}

fn note<T>(waiting: &Mutex<VecDeque<Arc<T>>>, record: &Arc<T>, marks: &Marks) {
    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    if waiting.len() < CAPACITY {
        waiting.push_back(Arc::clone(record));
    } else {
        drop(waiting);
        marks.forget_use();
    }
}

/// Takes those that are due among the first; the others go to the end.
fn take<T>(
    waiting: &Mutex<VecDeque<Arc<T>>>,
    at_most: usize,
    is_due: impl Fn(&Arc<T>) -> bool,
) -> Vec<Arc<T>> {
    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let mut taken = Vec::new();
    for _ in 0..waiting.len().min(at_most) {
        match waiting.pop_front() {
            Some(record) if is_due(&record) => taken.push(record),
            Some(record) => waiting.push_back(record),
            None => break,
        }
    }
    taken
}
