//! When keys and root keys were last used. It is written behind, in batches: a crash loses the
//! last uses of a few seconds and nothing else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use keyway_core::backend::store::{Store, StoreResult};
use keyway_core::record::{Marks, Record, RootRecord};
use keyway_core::secret::KeyHash;
use keyway_core::time::{MINUTE, Timestamp};

/// How old the stored last use of something is before it is stored anew: what is in constant use
/// is written once in this time, in milliseconds.
const RESOLUTION: i64 = 5 * MINUTE;
/// Beyond this number, everything is stored at the next opportunity, to have the memory back.
const MANY: usize = 50_000;
/// How many last uses share a transaction, so that others get their turn between.
const BATCH: usize = 512;

/// Last uses that aren't stored yet.
#[derive(Default)]
pub struct LastUses {
    keys: Mutex<HashMap<KeyHash, Arc<Record>>>,
    root_keys: Mutex<HashMap<KeyHash, Arc<RootRecord>>>,
}

impl LastUses {
    /// Notes the use of a key.
    pub fn of_key(&self, key: &Arc<Record>, now: Timestamp) {
        if key.marks().note_use(now) {
            note(&self.keys, *key.hash(), key);
        }
    }

    /// Notes the use of a root key.
    pub fn of_root_key(&self, key: &Arc<RootRecord>, now: Timestamp) {
        if key.marks().note_use(now) {
            note(&self.root_keys, *key.hash(), key);
        }
    }

    /// Whether there are so many of them that they should be stored at once.
    pub fn are_many(&self) -> bool {
        MANY < self.keys.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Stores all of them. What can't be stored is dropped.
    pub async fn flush(&self, store: &dyn Store) -> StoreResult<()> {
        self.store(store, |_| true).await
    }

    /// Stores those whose stored last use is some minutes old, or all if they are many. What
    /// can't be stored is dropped.
    pub async fn flush_due(&self, store: &dyn Store) -> StoreResult<()> {
        if self.are_many() {
            return self.flush(store).await;
        }
        self.store(store, |marks| {
            let (used, stored) = marks.last_use();
            RESOLUTION <= used.0 - stored.0
        })
        .await
    }

    async fn store(&self, store: &dyn Store, is_due: fn(&Marks) -> bool) -> StoreResult<()> {
        let root_keys = take(&self.root_keys, |key| is_due(key.marks()));
        for some in root_keys.chunks(BATCH) {
            let used: Vec<_> =
                some.iter().map(|key| (key.root_key.id.clone(), key.marks().take_use())).collect();
            store.touch_root_keys(&used).await?;
        }
        let keys = take(&self.keys, |key| is_due(key.marks()));
        for some in keys.chunks(BATCH) {
            let used: Vec<_> =
                some.iter().map(|key| (key.key_id(), key.marks().take_use())).collect();
            store.touch_keys(&used).await?;
        }
        Ok(())
    }
}

fn note<T>(noted: &Mutex<HashMap<KeyHash, Arc<T>>>, hash: KeyHash, record: &Arc<T>) {
    noted.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, Arc::clone(record));
}

fn take<T>(
    noted: &Mutex<HashMap<KeyHash, Arc<T>>>,
    is_due: impl Fn(&Arc<T>) -> bool,
) -> Vec<Arc<T>> {
    let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
    noted.extract_if(|_, record| is_due(record)).map(|(_, record)| record).collect()
}
