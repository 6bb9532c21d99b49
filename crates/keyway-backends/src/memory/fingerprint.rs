//! Counters are told apart by 128 bits of a keyed hash of what they count for. See
//! docs/decisions/0007 for why two of them are never the same.

use std::hash::{BuildHasher, Hasher, RandomState};

use keyway_core::ratelimit::{CounterKey, CounterOwner};
use siphasher::sip128::{Hasher128, SipHasher13};

/// What a counter goes by in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fingerprint {
    low: u64,
    high: u64,
}

impl Fingerprint {
    /// A number below `count`, which has to be a power of two.
    pub(super) fn part(self, count: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "only the low bits are used")]
        let bits = self.high as usize;
        bits & (count - 1)
    }
}

impl From<u128> for Fingerprint {
    #[expect(clippy::cast_possible_truncation, reason = "each half takes its bits")]
    fn from(hash: u128) -> Self {
        Self { low: hash as u64, high: (hash >> 64) as u64 }
    }
}

impl std::hash::Hash for Fingerprint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.low);
    }
}

/// The secret of this process, which nobody can compute fingerprints without.
pub(super) struct Fingerprints(SipHasher13);

impl Fingerprints {
    /// A new secret.
    pub(super) fn new() -> Self {
        let random = RandomState::new();
        Self(SipHasher13::new_with_keys(random.hash_one(0), random.hash_one(1)))
    }

    /// The fingerprint of a counter. Ids and names are UTF-8, where the byte 255 doesn't occur, so
    /// that no two counters give the same bytes.
    pub(super) fn of(&self, counter: &CounterKey<'_>) -> Fingerprint {
        let (kind, id, name) = match counter.owner {
            CounterOwner::Key(id, name) => (1, id, name),
            CounterOwner::Identity(id, name) => (2, id, name),
            CounterOwner::Namespace(id, name) => (3, id, name),
            CounterOwner::Workspace => (4, "", ""),
        };
        let mut hasher = self.0;
        hasher.write_i64(counter.duration);
        hasher.write_u8(kind);
        for text in [counter.workspace.as_str(), id, name] {
            hasher.write(text.as_bytes());
            hasher.write_u8(255);
        }
        hasher.finish128().as_u128().into()
    }
}

/// Takes a fingerprint as it is: it is a hash already.
#[derive(Clone, Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
