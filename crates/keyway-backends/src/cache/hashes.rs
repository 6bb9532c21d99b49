//! Which hashes the stored keys have, nearly: a hash that is not among these is surely no key's.
//!
//! A flood of keys that were never issued would otherwise ask the file about each. This is a Bloom
//! filter in blocks of a cache line (Putze, Sanders, Singler: "Cache-, Hash- and Space-Efficient
//! Bloom Filters", 2007). A hash is SHA-256 and so its own source of random bits. Hashes only come
//! in; those of deleted keys stay until the next filter is made, and cost a look at the file.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::Thread;

use keyway_core::secret::KeyHash;

/// Bits for each hash that there is room for: one in a hundred of the others is then let through.
const BITS_EACH: usize = 12;
/// How many of them a hash sets.
const BITS_SET: usize = 6;
/// How many hashes there is always room for.
const LEAST_ROOM: usize = 64 * 1024;
/// Words of 64 bits in a block.
const BLOCK: usize = 8;

/// The hashes of a store.
#[derive(Default)]
pub(crate) struct Hashes {
    filters: RwLock<Filters>,
    /// Makes the next filter when this one is full.
    maker: OnceLock<Thread>,
    is_full: AtomicBool,
}

#[derive(Default)]
struct Filters {
    /// Knows every hash.
    ready: Option<Filter>,
    /// Will know every hash, and knows already what came in since it was begun.
    next: Option<Filter>,
}

struct Filter {
    blocks: Box<[[AtomicU64; BLOCK]]>,
    entries: AtomicUsize,
    room: usize,
}

impl Hashes {
    /// Whether a stored key may have that hash. False is certain.
    pub(crate) fn may_have(&self, hash: &KeyHash) -> bool {
        self.read().ready.as_ref().is_none_or(|filter| filter.has(hash))
    }

    /// Takes a hash in, of a key that is stored or about to be.
    pub(crate) fn note(&self, hash: &KeyHash) {
        let filters = self.read();
        for filter in [&filters.ready, &filters.next].into_iter().flatten() {
            filter.add(hash);
        }
        let latest = filters.next.as_ref().or(filters.ready.as_ref());
        let is_full = latest.is_some_and(Filter::is_full);
        drop(filters);
        if is_full && !self.is_full.swap(true, Ordering::Relaxed) {
            self.maker.get().map(Thread::unpark);
        }
    }

    /// Begins a filter for these many hashes and what comes in later. From now on every hash has to
    /// be noted once more, before [`finish`](Self::finish).
    pub(crate) fn begin(&self, count: usize) {
        self.write().next = Some(Filter::new(count.saturating_add(count / 2)));
        self.is_full.store(false, Ordering::Relaxed);
    }

    /// Takes in hashes that were stored before [`begin`](Self::begin).
    pub(crate) fn add<'a>(&self, hashes: impl IntoIterator<Item = &'a KeyHash>) {
        let filters = self.read();
        let Some(next) = &filters.next else { return };
        for hash in hashes {
            next.add(hash);
        }
    }

    /// From now on the filter that was begun is believed.
    pub(crate) fn finish(&self) {
        let mut filters = self.write();
        if let Some(next) = filters.next.take() {
            filters.ready = Some(next);
        }
    }

    /// The thread that makes filters: it is woken when the next one is needed.
    pub(crate) fn made_by(&self, maker: Thread) {
        // There is one for each store.
        let _ = self.maker.set(maker);
    }

    /// Whether so many hashes have come in that a larger filter is needed.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    fn read(&self) -> RwLockReadGuard<'_, Filters> {
        self.filters.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Filters> {
        self.filters.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Filter {
    fn new(room: usize) -> Self {
        let room = room.max(LEAST_ROOM);
        let blocks = room.saturating_mul(BITS_EACH).div_ceil(BLOCK * 64);
        let blocks = (0..blocks).map(|_| Default::default()).collect();
        Self { blocks, entries: AtomicUsize::new(0), room }
    }

    fn add(&self, hash: &KeyHash) {
        let (block, bits) = self.place(hash);
        for (word, bit) in bits {
            block[word].fetch_or(bit, Ordering::Relaxed);
        }
        self.entries.fetch_add(1, Ordering::Relaxed);
    }

    fn has(&self, hash: &KeyHash) -> bool {
        let (block, bits) = self.place(hash);
        bits.into_iter().all(|(word, bit)| block[word].load(Ordering::Relaxed) & bit != 0)
    }

    fn is_full(&self) -> bool {
        self.room < self.entries.load(Ordering::Relaxed)
    }

    /// The block of a hash, and its bits there.
    fn place(&self, hash: &KeyHash) -> (&[AtomicU64; BLOCK], [(usize, u64); BITS_SET]) {
        let [first, rest @ ..] = hash.0.as_chunks::<8>().0 else { unreachable!("it has 32 bytes") };
        // The high half of the product spreads 64 random bits evenly over the blocks.
        let product = u128::from(u64::from_le_bytes(*first)) * self.blocks.len() as u128;
        let block = usize::try_from(product >> 64).unwrap_or(0);
        let mut bits = rest.as_flattened().as_chunks::<2>().0.iter().map(|two| {
            let bit = usize::from(u16::from_le_bytes(*two)) % (BLOCK * 64);
            (bit / 64, 1 << (bit % 64))
        });
        (&self.blocks[block], std::array::from_fn(|_| bits.next().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: usize) -> KeyHash {
        KeyHash::of(&format!("key {number}"))
    }

    #[test]
    fn everything_is_possible_until_all_hashes_are_known() {
        let hashes = Hashes::default();
        assert!(hashes.may_have(&hash(1)));
        hashes.begin(2);
        hashes.add([&hash(1)]);
        hashes.note(&hash(2));
        assert!(hashes.may_have(&hash(3)), "the filter is not whole yet");
        hashes.finish();
        assert!(hashes.may_have(&hash(1)) && hashes.may_have(&hash(2)));
        assert!(!hashes.may_have(&hash(3)));
        hashes.note(&hash(3));
        assert!(hashes.may_have(&hash(3)));
    }

    #[test]
    fn what_comes_in_while_the_next_filter_is_made_is_in_both() {
        let hashes = Hashes::default();
        hashes.begin(0);
        hashes.finish();
        hashes.begin(0);
        hashes.note(&hash(1));
        assert!(hashes.may_have(&hash(1)) && !hashes.may_have(&hash(2)));
        hashes.finish();
        assert!(hashes.may_have(&hash(1)) && !hashes.may_have(&hash(2)));
    }

    #[test]
    fn a_full_filter_knows_every_hash_and_lets_few_others_through() {
        let hashes = Hashes::default();
        let room = 100_000;
        hashes.begin(room * 2 / 3 + 1);
        hashes.finish();
        for number in 0..room {
            hashes.note(&hash(number));
        }
        assert!(!hashes.is_full());
        assert!((0..room).all(|number| hashes.may_have(&hash(number))));
        let through = (room..2 * room).filter(|number| hashes.may_have(&hash(*number))).count();
        assert!(through < room * 2 / 100, "{through} of {room}");
        for number in room..room + 100 {
            hashes.note(&hash(number));
        }
        assert!(hashes.is_full());
        hashes.begin(room);
        assert!(!hashes.is_full());
    }
}
