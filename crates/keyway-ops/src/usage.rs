//! What keys and limits were used for, on its way to analytics. A verdict never waits for it: the
//! queue has a fixed size, the oldest event makes room for a new one, and those are counted.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyway_core::id::{NamespaceId, WorkspaceId};
use keyway_core::record::Record;
use keyway_core::time::Timestamp;
use keyway_core::verify::Outcome;

/// How many events of a thread wait at most: a quarter of a second at full speed, and little enough
/// to stay in its processor's cache.
const CAPACITY: usize = 1 << 13;
/// How many lists threads have to themselves. With more threads, some share one.
const LISTS: usize = 8;

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

/// Events that wait to be taken. Each thread adds to a list of its own: what one has written
/// another would have to fetch from its processor, and wait for its lock.
#[derive(Debug)]
pub struct Usage {
    lists: Box<[List]>,
    capacity: usize,
}

/// What threads write to shares no cache line with another's.
#[derive(Debug, Default)]
#[repr(align(128))]
struct List(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    dropped: u64,
}

impl Default for Usage {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Usage {
    /// A queue of at most `capacity` events of each thread.
    pub fn with_capacity(capacity: usize) -> Self {
        let lists = (0..LISTS).map(|_| List::default()).collect();
        Self { lists, capacity: capacity.max(1) }
    }

    /// Adds an event.
    pub fn push(&self, event: Event) {
        let mut waiting = self.lists[place_of_thread()].lock();
        let oldest = if waiting.events.len() < self.capacity {
            None
        } else {
            waiting.dropped += 1;
            waiting.events.pop_front()
        };
        waiting.events.push_back(event);
        drop(waiting);
        drop(oldest);
    }

    /// Takes the oldest events of each thread, at most `count` in all.
    pub fn take(&self, count: usize) -> Vec<Event> {
        let mut taken = Vec::new();
        for list in &self.lists {
            let mut waiting = list.lock();
            let count = (count - taken.len()).min(waiting.events.len());
            taken.extend(waiting.events.drain(..count));
        }
        taken
    }

    /// How many events nobody took in time.
    pub fn dropped(&self) -> u64 {
        self.lists.iter().map(|list| list.lock().dropped).sum()
    }
}

impl List {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which list the present thread adds to.
fn place_of_thread() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static PLACE: Cell<usize> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed) % LISTS);
    }
    PLACE.get()
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

    #[test]
    fn events_of_all_threads_are_taken_and_none_is_lost_while_there_is_room() {
        const THREADS: i64 = 16;
        const EACH: i64 = 50;
        // More threads than lists, so that some share one.
        const { assert!(LISTS < 16) };
        let usage = Usage::with_capacity(16 * 50);
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let usage = &usage;
                scope.spawn(move || {
                    (0..EACH).for_each(|at| usage.push(event(thread * EACH + at)));
                });
            }
        });
        let mut taken = Vec::new();
        loop {
            let some = usage.take(7);
            assert!(some.len() <= 7);
            if some.is_empty() {
                break;
            }
            taken.extend(times(&some));
        }
        taken.sort_unstable();
        assert_eq!(taken, (0..THREADS * EACH).collect::<Vec<_>>());
        assert_eq!(usage.dropped(), 0);
    }
}
