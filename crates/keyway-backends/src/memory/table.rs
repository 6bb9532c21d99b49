//! All counters, spread over shards.

use keyway_core::ratelimit::Judgement;
use keyway_core::time::Timestamp;

use super::fingerprint::Fingerprint;
use super::shard::{Found, Shard, Terms};
use super::sync::{
    Arc, AtomicUsize, Counter, Draw, Loose, Mutex, MutexGuard, Ordering, PoisonError, Source,
    take_all,
};

/// After how many counters a call of `sweep` pauses, so that it neither holds a lock nor keeps its
/// thread for long.
const SWEPT_AT_ONCE: usize = 2048;

/// Counters in shards.
pub(super) struct Table {
    shards: Box<[Padded]>,
    /// How many counters a shard holds at most that nobody else holds.
    capacity: usize,
    /// Which shard is swept next.
    next: AtomicUsize,
}

/// A shard whose lock shares no cache line with another.
#[derive(Default)]
#[repr(align(128))]
struct Padded(Mutex<Shard>);

/// One check of a batch.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) place: Place<'a>,
    pub(super) terms: Terms,
}

/// Where the counter of a check is.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// The caller holds it.
    Held(&'a Arc<Counter>),
    /// It is here.
    At(Fingerprint),
}

impl Table {
    /// A table of `shards` shards, a power of two, with room for `capacity` counters in each.
    pub(super) fn new(shards: usize, capacity: usize) -> Self {
        let shards = (0..shards).map(|_| Padded::default()).collect();
        Self { shards, capacity, next: AtomicUsize::new(0) }
    }

    /// Judges one check and counts it if it passes.
    pub(super) fn take(&self, item: Item<'_>, now: Timestamp) -> Judgement {
        match item.place {
            Place::Held(counter) => counter.take(item.terms.limit, item.terms.cost, now),
            Place::At(fingerprint) => {
                self.lock_of(fingerprint).take(fingerprint, item.terms, now, self.capacity)
            }
        }
    }

    /// Judges a batch, and counts all of it or nothing. Shards are locked before any counter is,
    /// and both in one order for everybody, so that two batches never wait for each other.
    pub(super) fn take_all(&self, items: &[Item<'_>], now: Timestamp) -> Vec<Judgement> {
        let mut wanted: Vec<(usize, Fingerprint, i64)> = items
            .iter()
            .filter_map(|item| match item.place {
                Place::Held(_) => None,
                Place::At(fingerprint) => {
                    Some((self.shard_of(fingerprint), fingerprint, item.terms.duration))
                }
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut guards: Vec<MutexGuard<'_, Shard>> = wanted
            .chunk_by(|one, other| one.0 == other.0)
            .map(|of_shard| self.lock(of_shard[0].0))
            .collect();

        let mut loose = Vec::with_capacity(wanted.len());
        let mut shared = Vec::with_capacity(wanted.len());
        let of_shards = || wanted.chunk_by(|one, other| one.0 == other.0);
        for (guard, of_shard) in guards.iter().zip(of_shards()) {
            for (_, fingerprint, duration) in of_shard {
                let (own, counter) = match guard.find(*fingerprint, *duration) {
                    Found::Own(own) => (own, None),
                    Found::Shared(counter) => (Loose::default(), Some(counter)),
                };
                loose.push(own);
                shared.push(counter);
            }
        }
        let draws: Vec<Draw<'_>> = items
            .iter()
            .map(|&Item { place, terms: Terms { duration, limit, cost } }| {
                let source = match place {
                    Place::Held(counter) => Source::Counter(counter),
                    Place::At(fingerprint) => {
                        let key = (self.shard_of(fingerprint), fingerprint, duration);
                        let place = wanted.partition_point(|other| *other < key);
                        shared[place].as_ref().map_or(Source::Loose(place), Source::Counter)
                    }
                };
                Draw { source, limit, cost }
            })
            .collect();
        let judgements = take_all(&draws, &mut loose, now);
        if judgements.iter().all(|judgement| judgement.passed) {
            let mut states = shared.iter().zip(loose);
            for (guard, of_shard) in guards.iter_mut().zip(of_shards()) {
                for ((_, fingerprint, _), (shared, loose)) in of_shard.iter().zip(&mut states) {
                    if shared.is_none() {
                        guard.put_back(*fingerprint, loose, self.capacity);
                    }
                }
            }
        }
        judgements
    }

    /// Takes back what a check counted.
    pub(super) fn give_back(&self, item: Item<'_>, now: Timestamp) {
        match item.place {
            Place::Held(counter) => counter.give_back(item.terms.cost, now),
            Place::At(fingerprint) => {
                self.lock_of(fingerprint).give_back(fingerprint, item.terms, now);
            }
        }
    }

    /// The counter, shared with the caller from now on.
    pub(super) fn share(&self, fingerprint: Fingerprint, duration: i64) -> Arc<Counter> {
        self.lock_of(fingerprint).share(fingerprint, duration, self.capacity)
    }

    /// Forgets counters that make no difference any more, from where the last call paused. Says
    /// whether it paused again, and not because every shard had its turn.
    pub(super) fn sweep(&self, now: Timestamp) -> bool {
        let mut swept = 0;
        while swept < SWEPT_AT_ONCE {
            let shard = self.next.fetch_add(1, Ordering::Relaxed) % self.shards.len();
            swept += self.lock(shard).sweep(now, self.capacity);
            if shard + 1 == self.shards.len() {
                return false;
            }
        }
        true
    }

    /// How many counters there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        (0..self.shards.len()).map(|shard| self.lock(shard).len()).sum()
    }

    fn shard_of(&self, fingerprint: Fingerprint) -> usize {
        fingerprint.part(self.shards.len())
    }

    fn lock_of(&self, fingerprint: Fingerprint) -> MutexGuard<'_, Shard> {
        self.lock(self.shard_of(fingerprint))
    }

    fn lock(&self, shard: usize) -> MutexGuard<'_, Shard> {
        self.shards[shard].0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
