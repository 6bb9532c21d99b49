//! Counters of sliding windows in the memory of one node: exact, and gone when it ends.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use keyway_core::backend::counters::Counters;
use keyway_core::ratelimit::{Check, CounterKey, Judgement, Window};
use keyway_core::time::Timestamp;

/// How many locks share the counters.
const SHARDS: usize = 64;
/// How many counters there are at most; beyond, those go first whose windows end first.
const CAPACITY: usize = 1 << 20;
/// How often a shard is swept, in milliseconds.
const SWEEP: i64 = 10_000;

/// Counters in memory.
pub struct MemoryCounters {
    hasher: RandomState,
    shards: Box<[Mutex<Shard>]>,
    /// How many counters a shard holds at most.
    capacity: usize,
}

#[derive(Default)]
struct Shard {
    windows: HashMap<CounterKey, Window>,
    next_sweep: i64,
}

impl Default for MemoryCounters {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl MemoryCounters {
    /// Counters that take up no more room than `capacity` of them need.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            hasher: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            capacity: capacity.div_ceil(SHARDS),
        }
    }

    fn shard_of(&self, counter: &CounterKey) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "only the low bits are used")]
        let hash = self.hasher.hash_one(counter) as usize;
        hash % SHARDS
    }

    /// Locks the shards of all checks, in one order for everybody, so that two batches with the
    /// same counters in different orders never wait for each other.
    fn lock(&self, checks: &[Check]) -> Locked<'_> {
        let places: Vec<usize> = checks.iter().map(|check| self.shard_of(&check.counter)).collect();
        let mut order = places.clone();
        order.sort_unstable();
        order.dedup();
        let guards = order
            .iter()
            .map(|shard| self.shards[*shard].lock().unwrap_or_else(PoisonError::into_inner))
            .collect();
        let places =
            places.into_iter().map(|shard| order.partition_point(|other| *other < shard)).collect();
        Locked { guards, places }
    }
}

/// The shards of a batch, and which of them each check needs.
struct Locked<'a> {
    guards: Vec<MutexGuard<'a, Shard>>,
    places: Vec<usize>,
}

#[async_trait]
impl Counters for MemoryCounters {
    async fn take(&self, checks: &[Check], now: Timestamp) -> Vec<Judgement> {
        let mut locked = self.lock(checks);
        // Each check sees those before it in the batch; `mine` is what this check will count.
        let mut pending: Vec<(usize, Window)> = Vec::with_capacity(checks.len());
        let mut judgements = Vec::with_capacity(checks.len());
        for (index, (check, place)) in checks.iter().zip(&locked.places).enumerate() {
            let duration = check.counter.duration;
            let earlier = pending
                .iter()
                .rev()
                .find(|(other, _)| checks[*other].counter == check.counter)
                .map(|(_, window)| *window);
            let mut window = earlier.unwrap_or_else(|| {
                let shard = &locked.guards[*place];
                shard.windows.get(&check.counter).copied().unwrap_or_default().at(now, duration)
            });
            let judgement = window.judge(now, duration, check.limit, check.cost);
            if judgement.passed {
                window.count(check.cost);
            }
            pending.push((index, window));
            judgements.push(judgement);
        }
        if judgements.iter().all(|judgement| judgement.passed) {
            for (index, window) in pending {
                let check = &checks[index];
                if check.cost != 0 {
                    let shard = &mut locked.guards[locked.places[index]];
                    shard.put(check.counter.clone(), window, now, self.capacity);
                }
            }
        } else {
            for (check, judgement) in checks.iter().zip(&mut judgements) {
                if judgement.passed {
                    judgement.remaining = judgement.remaining.saturating_add(check.cost);
                }
            }
        }
        judgements
    }

    async fn give_back(&self, checks: &[Check], now: Timestamp) {
        let mut locked = self.lock(checks);
        for (check, place) in checks.iter().zip(&locked.places) {
            let shard = &mut locked.guards[*place];
            if let Some(window) = shard.windows.get_mut(&check.counter)
                && window.at(now, check.counter.duration) == *window
            {
                window.current = window.current.saturating_sub(check.cost).max(0);
            }
        }
    }
}

impl Shard {
    fn put(&mut self, counter: CounterKey, window: Window, now: Timestamp, capacity: usize) {
        if self.next_sweep <= now.0 {
            self.next_sweep = now.0.saturating_add(SWEEP);
            self.windows.retain(|counter, window| now.0 < end(counter, window));
        }
        if capacity <= self.windows.len() && !self.windows.contains_key(&counter) {
            self.evict(capacity);
        }
        self.windows.insert(counter, window);
    }

    /// Forgets the eighth of the counters that would be forgotten soonest anyway, so that the next
    /// eviction is far away.
    fn evict(&mut self, capacity: usize) {
        let mut ends: Vec<i64> =
            self.windows.iter().map(|(counter, window)| end(counter, window)).collect();
        let gone = (capacity / 8).min(ends.len().saturating_sub(1));
        let (_, limit, _) = ends.select_nth_unstable(gone);
        let limit = *limit;
        let mut left = gone + 1;
        self.windows.retain(|counter, window| {
            let goes = left != 0 && end(counter, window) <= limit;
            left -= usize::from(goes);
            !goes
        });
    }
}

/// From when on a window makes no difference any more.
fn end(counter: &CounterKey, window: &Window) -> i64 {
    window.sequence.saturating_add(2).saturating_mul(counter.duration)
}
