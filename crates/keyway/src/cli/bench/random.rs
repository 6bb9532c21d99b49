//! Choices that look random and are the same for the same seed.

/// A generator of numbers (splitmix64): one addition and two multiplications a number.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    /// The same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        scrambled(self.0)
    }

    /// The next number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let product = u128::from(self.next()) * limit as u128;
        usize::try_from(product >> 64).unwrap_or(0)
    }
}

/// A number for each index of each stream of a seed. No two indexes of one stream have the same.
pub fn mixed(seed: u64, stream: u64, index: u64) -> u64 {
    let stream = scrambled(seed ^ scrambled(stream.wrapping_add(1)));
    scrambled(stream.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// Turns a number into another one, each into a different one.
fn scrambled(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_chooses_the_same_and_every_choice_is_made() {
        let choices = |seed| {
            let mut random = Random::new(seed);
            (0..1000).map(|_| random.below(7)).collect::<Vec<_>>()
        };
        assert_eq!(choices(1), choices(1));
        assert_ne!(choices(1), choices(2));
        for choice in 0..7 {
            let count = choices(3).iter().filter(|chosen| **chosen == choice).count();
            assert!((90..200).contains(&count), "{choice}: {count}");
        }
    }

    #[test]
    fn streams_of_a_seed_have_different_numbers() {
        let mut numbers: Vec<u64> =
            (0..4).flat_map(|stream| (0..100).map(move |i| mixed(7, stream, i))).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 400);
    }
}
