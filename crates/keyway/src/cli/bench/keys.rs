//! The texts of many keys in little memory, and keys that follow from a seed.

use keyway_core::id::Entropy;
use keyway_core::secret::PlainKey;

use super::random::mixed;

/// What all keys of a measurement begin with.
pub const PREFIX: &str = "bench";
/// How many random bytes they have.
pub const BYTES: usize = 16;

/// Keys that exist.
pub const ISSUED: u64 = 0;
/// Keys that look right and were never issued.
pub const UNKNOWN: u64 = 1;

/// The key of an index in a stream, the same for the same seed.
pub fn key(seed: u64, stream: u64, index: u64) -> PlainKey {
    let entropy = Entropy::seeded(mixed(seed, stream, index));
    PlainKey::generate(&entropy, Some(PREFIX), BYTES, true)
}

/// The texts of many keys.
#[derive(Default)]
pub struct Keys {
    text: String,
    ends: Vec<u32>,
}

impl Keys {
    /// So many keys of a seed.
    pub fn of_seed(seed: u64, indexes: impl Iterator<Item = u64>) -> Self {
        let mut keys = Self::default();
        for index in indexes {
            keys.push(&key(seed, ISSUED, index).reveal_once());
        }
        keys
    }

    /// Adds a key.
    pub fn push(&mut self, key: &str) {
        self.text.push_str(key);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// One of them.
    pub fn get(&self, index: usize) -> &str {
        let end = |index: usize| self.ends.get(index).map_or(0, |end| *end as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.text.get(start..end(index)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use keyway_core::checksum;

    use super::*;

    #[test]
    fn the_keys_of_a_seed_are_always_the_same_and_look_issued() {
        let keys = Keys::of_seed(7, 0..50);
        assert_eq!(keys.len(), 50);
        for index in 0..50 {
            let again = key(7, ISSUED, index as u64).reveal_once();
            assert_eq!(keys.get(index), again);
            assert!(checksum::is_right(&again) && again.starts_with("bench_"));
            assert_ne!(again, key(7, UNKNOWN, index as u64).reveal_once());
            assert_ne!(again, key(8, ISSUED, index as u64).reveal_once());
        }
        assert_eq!(keys.get(50), "");
    }
}
