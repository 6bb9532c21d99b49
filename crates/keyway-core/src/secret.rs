//! Secrets that must not be printed, and their hashes.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::checksum;
use crate::id::Entropy;

/// A key as its holder sees it. It has no `Debug`, `Display`, `Clone` or `Serialize`, is
/// overwritten when dropped, and leaves only through [`PlainKey::reveal_once`].
pub struct PlainKey(SecretString);

impl PlainKey {
    /// Takes over a secret that somebody presented or configured.
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// A new key: `prefix_` if there is a prefix, then `bytes` random bytes in base 58, then a
    /// checksum if it is to have one.
    pub fn generate(entropy: &Entropy, prefix: Option<&str>, bytes: usize, checksum: bool) -> Self {
        let mut random = vec![0_u8; bytes];
        entropy.fill(&mut random);
        let secret = bs58::encode(random).into_string();
        let mut text = match prefix {
            Some(prefix) => format!("{prefix}_{secret}"),
            None => secret,
        };
        if checksum {
            text.push_str(&checksum::of(&text));
        }
        Self::new(text)
    }

    /// Lets `read` look at the secret.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&str) -> T) -> T {
        read(self.0.expose_secret())
    }

    /// The number of its characters.
    pub fn length(&self) -> usize {
        self.0.expose_secret().chars().count()
    }

    /// What the store keeps instead of the key.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(self.0.expose_secret())
    }

    /// The part that lists may show: the prefix with its underscore and four characters more.
    /// `prefix` is what [`PlainKey::generate`] was given.
    pub fn start(&self, prefix: Option<&str>) -> String {
        let text = self.0.expose_secret();
        let shown = prefix.map_or(0, |p| p.chars().count() + 1) + 4;
        text.chars().take(shown).collect()
    }

    /// The last four characters, which lists of root keys show beside the start.
    pub fn end(&self) -> String {
        let text = self.0.expose_secret();
        text.chars().skip(text.chars().count().saturating_sub(4)).collect()
    }

    /// The secret itself, for the one answer that shows it.
    pub fn reveal_once(self) -> String {
        self.0.expose_secret().to_owned()
    }
}

/// SHA-256 of a whole key. A salt isn't needed: the secret has at least 128 random bits
/// (NIST SP 800-63B-4, 3.1.2.2 asks for one below 112).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash(pub [u8; 32]);

impl KeyHash {
    /// The hash of a presented key, byte for byte: nothing is trimmed or folded.
    pub fn of(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// The first bytes as hexadecimal digits, for what only has to be told from others.
    pub fn short_hex(&self) -> String {
        let digits = b"0123456789abcdef";
        let pairs = self.0[..12].iter().flat_map(|byte| [byte >> 4, byte & 15]);
        pairs.map(|digit| char::from(digits[usize::from(digit)])).collect()
    }

    /// The hash of any bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    trait Absent {
        const PRESENT: bool = false;
    }
    impl<T> Absent for T {}

    /// Inherent constants win over the trait's, so this is true only for types with the trait.
    struct Has<T>(std::marker::PhantomData<T>);
    impl<T: fmt::Debug> Has<T> {
        const PRESENT: bool = true;
    }

    #[test]
    fn a_plain_key_cannot_be_printed() {
        const { assert!(!<Has<PlainKey>>::PRESENT) };
        const { assert!(<Has<KeyHash>>::PRESENT) };
    }

    #[test]
    fn a_hash_does_not_print_itself() {
        assert_eq!(format!("{:?}", KeyHash::of("x")), "KeyHash(..)");
    }

    #[test]
    fn keys_have_the_prefix_and_the_random_bytes() {
        let key = PlainKey::generate(&Entropy::seeded(1), Some("my_app"), 16, false);
        assert_eq!(key.start(Some("my_app")).len(), "my_app_".len() + 4);
        let text = key.reveal_once();
        let secret = text.strip_prefix("my_app_").unwrap();
        assert_eq!(bs58::decode(secret).into_vec().unwrap().len(), 16);
    }
}
