//! What keys and limits were used for, on its way to analytics. A verdict never waits for it: the
//! queue has a fixed size, the oldest event makes room for a new one, and those are counted.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use keyway_core::id::{NamespaceId, WorkspaceId};
use keyway_core::record::Record;
use keyway_core::time::Timestamp;
use keyway_core::verify::Outcome;

/// How many events wait at most: a third of a second at full speed, and little enough to stay in
/// the processor's cache.
const CAPACITY: usize = 1 << 14;

/// One use.
#[derive(Debug)]
pub enum Event {
    /// A key was verified.
    Verified {
        /// When.
        at: Timestamp,
        /// The key, as it was then.
        key: Arc<Record>,
        /// With which result.
        outcome: Outcome,
        /// How many credits it was to cost.
        cost: i64,
        /// What the request marked it with.
        tags: Vec<String>,
    },
    /// A rate limit of a namespace was checked.
    Limited {
        /// When.
        at: Timestamp,
        /// In which workspace.
        workspace: WorkspaceId,
        /// In which namespace.
        namespace: NamespaceId,
        /// For which identifier.
        identifier: String,
        /// Whether it passed.
        passed: bool,
        /// How many units it was to cost.
        cost: i64,
    },
}

/// Events that wait to be taken.
#[derive(Debug)]
pub struct Usage {
    waiting: Mutex<VecDeque<Event>>,
    capacity: usize,
    dropped: AtomicU64,
}

impl Default for Usage {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Usage {
    /// A queue of at most `capacity` events.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { waiting: Mutex::default(), capacity: capacity.max(1), dropped: AtomicU64::new(0) }
    }

    /// Adds an event.
    pub fn push(&self, event: Event) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = if waiting.len() < self.capacity { None } else { waiting.pop_front() };
        waiting.push_back(event);
        drop(waiting);
        if oldest.is_some() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes the oldest events, at most `count`.
    pub fn take(&self, count: usize) -> Vec<Event> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = count.min(waiting.len());
        waiting.drain(..count).collect()
    }

    /// How many events nobody took in time.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: i64) -> Event {
        Event::Limited {
            at: Timestamp(at),
            workspace: "ws_1".into(),
            namespace: "rlns_1".into(),
            identifier: "user".to_owned(),
            passed: true,
            cost: 1,
        }
    }

    fn times(events: &[Event]) -> Vec<i64> {
        events
            .iter()
            .map(|event| match event {
                Event::Limited { at, .. } | Event::Verified { at, .. } => at.0,
            })
            .collect()
    }

    #[test]
    fn the_oldest_make_room_and_are_counted() {
        let usage = Usage::with_capacity(3);
        for at in 0..5 {
            usage.push(event(at));
        }
        assert_eq!(usage.dropped(), 2);
        assert_eq!(times(&usage.take(2)), [2, 3]);
        usage.push(event(5));
        assert_eq!(times(&usage.take(10)), [4, 5]);
        assert!(usage.take(10).is_empty());
        assert_eq!(usage.dropped(), 2);
    }
}
