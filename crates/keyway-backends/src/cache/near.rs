//! The root keys that a thread has asked for lately.
//!
//! Nearly all requests of a server come with the same few root keys. If all threads counted their
//! references to one record, and locked one table to find it, the processors would hand that memory
//! to each other for every request, at the price of a look-up each time. So a thread has a reference
//! of its own, and what it hands out counts by that. What a record is worth is written in the record
//! itself: it goes out of date for all threads at once, and it does so when the table forgets it.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use keyway_core::record::RootRecord;
use keyway_core::secret::KeyHash;

/// How many a thread remembers. They are looked through one by one.
const MANY: usize = 8;

/// A table's name for itself, so that a thread doesn't take one for the other.
pub(super) struct Name(u64);

struct Known {
    table: u64,
    record: Arc<Arc<RootRecord>>,
}

thread_local! {
    static NEAR: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

impl Name {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The record with that hash. `find` looks into the table if the thread doesn't know it.
pub(super) fn find(
    table: &Name,
    hash: &KeyHash,
    find: impl FnOnce() -> Option<Arc<RootRecord>>,
) -> Option<Arc<Arc<RootRecord>>> {
    NEAR.with_borrow_mut(|near| {
        let is_it = |known: &Known| known.table == table.0 && known.record.hash() == hash;
        if let Some(place) = near.iter().position(is_it) {
            let record = &near[place].record;
            if !record.is_stale() {
                record.marks().touch();
                return Some(Arc::clone(record));
            }
            near.swap_remove(place);
        }
        let record = Arc::new(find()?);
        if near.len() == MANY {
            near.remove(0);
        }
        near.push(Known { table: table.0, record: Arc::clone(&record) });
        Some(record)
    })
}
