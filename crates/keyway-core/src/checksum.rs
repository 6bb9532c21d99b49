//! The checksum at the end of issued keys, by which scanners and clients find typos offline.
//!
//! A key is `[prefix_]secret` and six characters of base 58 over everything before them: CRC-32
//! (the one of IEEE 802.3), as a number of base 58 with leading `1`s, most significant digit
//! first. It protects against mistakes, not against forgery.

/// How many characters a checksum has.
pub const LENGTH: usize = 6;

const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The checksum of what stands before it.
pub fn of(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'1'; LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 58) as usize];
        rest /= 58;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// Whether a key ends with the checksum of the rest.
pub fn is_right(key: &str) -> bool {
    let Some(at) = key.len().checked_sub(LENGTH) else {
        return false;
    };
    key.get(..at).is_some_and(|text| key.get(at..) == Some(of(text).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn neighbours_that_changed_places_are_found(
            text in "([a-z]{1,8}_)?[1-9A-HJ-NP-Za-km-z]{16,40}",
            at: prop::sample::Index,
        ) {
            let key = format!("{text}{}", of(&text));
            prop_assert!(is_right(&key));
            let mut swapped = key.clone().into_bytes();
            let at = at.index(swapped.len() - 1);
            swapped.swap(at, at + 1);
            let swapped = String::from_utf8(swapped).unwrap();
            prop_assert_eq!(is_right(&swapped), swapped == key);
        }

        #[test]
        fn no_text_panics(text: String) {
            is_right(&text);
        }
    }

    #[test]
    fn a_checksum_finds_every_single_typo() {
        let key = format!("app_7fFQ{}", of("app_7fFQ"));
        assert!(is_right(&key));
        for at in 0..key.len() {
            for digit in DIGITS {
                let mut other = key.clone().into_bytes();
                if other[at] != *digit {
                    other[at] = *digit;
                    assert!(!is_right(std::str::from_utf8(&other).unwrap()));
                }
            }
        }
        for garbage in ["", "abc", "äöüäöü", "aääääää"] {
            assert!(!is_right(garbage));
        }
    }

    /// The values are part of the documented format; other implementations rely on them.
    #[test]
    fn the_format_does_not_change() {
        assert_eq!(of(""), "111111");
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926);
        assert_eq!(of("123456789").len(), LENGTH);
    }
}
