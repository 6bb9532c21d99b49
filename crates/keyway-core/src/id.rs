//! Identifiers and the randomness they are made of.
//!
//! Each kind of thing has its own type, so that a key id can't be passed where an API id is
//! wanted. Text from a request becomes an id without a look at its prefix: an id that names
//! nothing is "not found", whatever it looks like.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::{OsRng, StdRng};
use rand::{RngCore, SeedableRng, TryRngCore};
use serde::{Deserialize, Serialize};

/// Where random bytes come from: the operating system, or a seed in tests and simulations.
#[derive(Clone)]
pub enum Entropy {
    /// The operating system's generator.
    System,
    /// A generator with a fixed seed: the same seed gives the same ids and secrets.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Entropy {
    /// Randomness that repeats itself for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Fills `bytes` with random ones.
    #[expect(clippy::expect_used, reason = "without the system's randomness no secret is safe")]
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => OsRng.try_fill_bytes(bytes).expect("the system gives random bytes"),
            Self::Seeded(generator) => {
                generator.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
            }
        }
    }

    /// `prefix_` and 20 random characters of `[1-9A-Za-z]` without look-alikes (117 bits).
    pub fn id(&self, prefix: &str) -> String {
        let mut text = String::with_capacity(prefix.len() + 1 + DIGITS);
        text.push_str(prefix);
        text.push('_');
        text.extend(self.digits().map(char::from));
        text
    }

    /// Random digits of base 58. Ids are no secrets, so the system's generator only seeds the one
    /// of the thread, which needs no call into the kernel.
    fn digits(&self) -> [u8; DIGITS] {
        match self {
            Self::System => random_digits(&mut rand::rng()),
            Self::Seeded(generator) => {
                random_digits(&mut *generator.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

/// How many random characters an id has.
const DIGITS: usize = 20;

/// How many digits one number of 64 bits gives.
const DIGITS_PER_NUMBER: usize = 10;

fn random_digits(generator: &mut impl RngCore) -> [u8; DIGITS] {
    const SPAN: u64 = 58_u64.pow(10);
    let mut digits = [0; DIGITS];
    for half in digits.chunks_exact_mut(DIGITS_PER_NUMBER) {
        // Numbers beyond the last whole span would make some digits likelier than others.
        let mut rest = loop {
            let number = generator.next_u64();
            if number < u64::MAX / SPAN * SPAN {
                break number;
            }
        };
        for digit in half {
            *digit = ALPHABET[(rest % 58) as usize];
            rest /= 58;
        }
    }
    digits
}

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// One HTTP request. Every request gets one, so it is kept where it stands and not on the heap.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId([u8; Self::LENGTH]);

impl RequestId {
    /// How many bytes the id has, all of them ASCII.
    pub const LENGTH: usize = Self::PREFIX.len() + DIGITS;
    const PREFIX: &[u8] = b"req_";

    /// A new id.
    pub fn generate(entropy: &Entropy) -> Self {
        let mut bytes = [0; Self::LENGTH];
        let (prefix, digits) = bytes.split_at_mut(Self::PREFIX.len());
        prefix.copy_from_slice(Self::PREFIX);
        digits.copy_from_slice(&entropy.digits());
        Self(bytes)
    }

    /// The id as it stands on the wire.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The id as it stands on the wire.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// What every id of this kind begins with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id.
            pub fn generate(entropy: &Entropy) -> Self {
                Self(entropy.id($prefix).into())
            }

            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string" })
            }
        }
    )*};
}

ids! {
    /// A workspace, the border of everything a root key may see.
    WorkspaceId = "ws";
    /// A root key, which administers a workspace.
    RootKeyId = "rk";
    /// An API: a set of keys that are verified together.
    ApiId = "api";
    /// A key of an API.
    KeyId = "key";
    /// A permission that keys can hold.
    PermissionId = "perm";
    /// A role: a named set of permissions.
    RoleId = "role";
    /// An identity: whoever owns several keys.
    IdentityId = "id";
    /// A rate limit of a key or an identity.
    RatelimitId = "rl";
    /// A rate-limit namespace.
    NamespaceId = "rlns";
    /// An override of a namespace's limit.
    OverrideId = "rlor";
    /// An entry of the audit log.
    AuditId = "log";
    /// What ties the audit entries of one request together.
    CorrelationId = "cor";
    /// A format that imported keys are hashed in.
    MigrationId = "mig";
    /// A key of the vault, under which secrets are sealed.
    DekId = "dek";
    /// Somebody who uses the dashboard.
    UserId = "usr";
    /// A session of the dashboard.
    SessionId = "ses";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_prefix_and_twenty_characters() {
        for seed in 0..200 {
            let id = ApiId::generate(&Entropy::seeded(seed));
            let rest = id.as_str().strip_prefix("api_").unwrap();
            assert_eq!(rest.len(), 20, "{id}");
            assert!(rest.chars().all(|c| c.is_ascii_alphanumeric()), "{id}");
        }
    }

    #[test]
    fn the_id_of_a_request_looks_like_all_others() {
        let id = RequestId::generate(&Entropy::System);
        let rest = id.as_str().strip_prefix("req_").unwrap();
        assert_eq!(rest.len(), 20, "{id}");
        assert!(rest.bytes().all(|digit| ALPHABET.contains(&digit)), "{id}");
        assert_ne!(id, RequestId::generate(&Entropy::System));
    }

    #[test]
    fn every_digit_is_equally_likely_in_every_place() {
        let entropy = Entropy::seeded(3);
        let mut counts = [[0_u32; 58]; DIGITS];
        for _ in 0..58 * 400 {
            for (place, digit) in entropy.digits().into_iter().enumerate() {
                counts[place][ALPHABET.iter().position(|one| *one == digit).unwrap()] += 1;
            }
        }
        assert!(counts.as_flattened().iter().all(|count| (300..500).contains(count)));
    }

    #[test]
    fn the_same_seed_gives_the_same_id() {
        assert_eq!(Entropy::seeded(7).id("x"), Entropy::seeded(7).id("x"));
        assert_ne!(Entropy::seeded(7).id("x"), Entropy::seeded(8).id("x"));
    }
}
