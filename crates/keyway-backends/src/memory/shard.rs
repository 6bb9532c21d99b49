//! A part of the counters, behind one lock.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use keyway_core::ratelimit::{Judgement, Window};
use keyway_core::time::Timestamp;

use super::fingerprint::{AsIs, Fingerprint};
use super::sync::{Arc, Counter, Loose};

type Map<Value> = HashMap<Fingerprint, Value, BuildHasherDefault<AsIs>>;

/// Counters by their fingerprints. Each is either here alone or shared with whoever holds it.
#[derive(Default)]
pub(super) struct Shard {
    own: Map<Loose>,
    shared: Map<Arc<Counter>>,
    /// How many shared ones there may be until those are looked for that nobody holds any more.
    enough: usize,
}

/// A counter as a batch finds it.
pub(super) enum Found {
    /// Nobody holds it: this is its state, to be put back.
    Own(Loose),
    /// Somebody holds it.
    Shared(Arc<Counter>),
}

/// What is asked of a counter.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) duration: i64,
    pub(super) limit: i64,
    pub(super) cost: i64,
}

impl Shard {
    /// Judges a check and counts it if it passes. The counter takes up room only then.
    pub(super) fn take(
        &mut self,
        fingerprint: Fingerprint,
        terms: Terms,
        now: Timestamp,
        capacity: usize,
    ) -> Judgement {
        let Terms { duration, limit, cost } = terms;
        if let Some(own) = self.own.get_mut(&fingerprint) {
            return own.window.take(now, duration, limit, cost);
        }
        if let Some(counter) = self.shared.get(&fingerprint) {
            return counter.take(limit, cost, now);
        }
        let mut window = Window::default();
        let judgement = window.take(now, duration, limit, cost);
        if judgement.passed && cost != 0 {
            self.insert(fingerprint, Loose { window, duration }, capacity);
        }
        judgement
    }

    /// Takes back what a check counted.
    pub(super) fn give_back(&mut self, fingerprint: Fingerprint, terms: Terms, now: Timestamp) {
        let Terms { duration, cost, .. } = terms;
        if let Some(own) = self.own.get_mut(&fingerprint) {
            own.window.give_back(now, duration, cost);
        } else if let Some(counter) = self.shared.get(&fingerprint) {
            counter.give_back(cost, now);
        }
    }

    /// The counter, for a batch that keeps this shard locked.
    pub(super) fn find(&self, fingerprint: Fingerprint, duration: i64) -> Found {
        if let Some(counter) = self.shared.get(&fingerprint) {
            return Found::Shared(counter.clone());
        }
        let absent = Loose { window: Window::default(), duration };
        Found::Own(self.own.get(&fingerprint).copied().unwrap_or(absent))
    }

    /// Puts back what became of a counter that nobody holds. One that counted nothing takes up no
    /// room.
    pub(super) fn put_back(&mut self, fingerprint: Fingerprint, loose: Loose, capacity: usize) {
        if let Some(own) = self.own.get_mut(&fingerprint) {
            *own = loose;
        } else if loose.window != Window::default() {
            self.insert(fingerprint, loose, capacity);
        }
    }

    /// The counter, shared from now on.
    pub(super) fn share(
        &mut self,
        fingerprint: Fingerprint,
        duration: i64,
        capacity: usize,
    ) -> Arc<Counter> {
        if let Some(counter) = self.shared.get(&fingerprint) {
            return counter.clone();
        }
        let window = self.own.remove(&fingerprint).map_or_else(Window::default, |own| own.window);
        if self.enough <= self.shared.len() {
            self.unshare(capacity);
            self.enough = (2 * self.shared.len()).max(16);
        }
        let counter = Arc::new(Counter::new(duration, window));
        self.shared.insert(fingerprint, counter.clone());
        counter
    }

    /// Forgets what makes no difference any more. Says how many counters there were.
    pub(super) fn sweep(&mut self, now: Timestamp, capacity: usize) -> usize {
        let count = self.len();
        self.unshare(capacity);
        self.own.retain(|_, own| now < own.window.end(own.duration));
        if self.own.len() < self.own.capacity() / 4 {
            self.own.shrink_to(2 * self.own.len());
        }
        if self.shared.len() < self.shared.capacity() / 4 {
            self.shared.shrink_to(2 * self.shared.len());
        }
        self.enough = 2 * self.shared.len();
        count
    }

    /// Takes back the counters that nobody holds any more. Nobody can get hold of one meanwhile:
    /// that takes the lock of this shard.
    fn unshare(&mut self, capacity: usize) {
        let mut free = Vec::new();
        self.shared.retain(|fingerprint, counter| {
            let Some(counter) = Arc::get_mut(counter) else {
                return true;
            };
            let (window, duration) = (counter.window(), counter.duration());
            if window != Window::default() {
                free.push((*fingerprint, Loose { window, duration }));
            }
            false
        });
        for (fingerprint, own) in free {
            self.insert(fingerprint, own, capacity);
        }
    }

    fn insert(&mut self, fingerprint: Fingerprint, own: Loose, capacity: usize) {
        if capacity <= self.own.len() {
            self.evict(capacity);
        }
        self.own.insert(fingerprint, own);
    }

    /// Forgets the eighth of the counters that would be forgotten soonest anyway, so that the next
    /// eviction is far away.
    fn evict(&mut self, capacity: usize) {
        let end = |own: &Loose| own.window.end(own.duration);
        let mut ends: Vec<Timestamp> = self.own.values().map(end).collect();
        let gone = (capacity / 8).min(ends.len().saturating_sub(1));
        let (_, limit, _) = ends.select_nth_unstable(gone);
        let limit = *limit;
        let mut left = gone + 1;
        self.own.retain(|_, own| {
            let goes = left != 0 && end(own) <= limit;
            left -= usize::from(goes);
            !goes
        });
    }

    /// How many counters there are.
    pub(super) fn len(&self) -> usize {
        self.own.len() + self.shared.len()
    }
}
