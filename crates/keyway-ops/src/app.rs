//! What every operation can use.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use keyway_core::backend::counters::Counters;
use keyway_core::backend::store::{Store, StoreResult};
use keyway_core::checksum;
use keyway_core::id::Entropy;
use keyway_core::time::Clock;

use crate::last_uses::LastUses;
use crate::people::Dashboard;
use crate::usage::Usage;
use crate::vault::Vault;

/// The running Keyway: its state, its clock and its randomness.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// The truth.
    pub store: Arc<dyn Store>,
    /// Rate-limit counters.
    pub counters: Arc<dyn Counters>,
    /// The time.
    pub clock: Clock,
    /// Randomness for ids and secrets.
    pub entropy: Entropy,
    /// Last uses that aren't stored yet.
    pub last_uses: LastUses,
    /// Uses that analytics hasn't taken yet.
    pub usage: Usage,
    /// The vault, if there is a master key.
    pub vault: Option<Vault>,
    /// Which keys without a checksum there may be.
    pub unchecked: UncheckedKeys,
    /// What the dashboard keeps in memory.
    pub dashboard: Dashboard,
}

impl App {
    /// An app of these parts, without a vault, that takes every key for possible.
    pub fn new(
        store: Arc<dyn Store>,
        counters: Arc<dyn Counters>,
        clock: Clock,
        entropy: Entropy,
    ) -> Self {
        let (last_uses, usage) = (LastUses::default(), Usage::default());
        let (unchecked, dashboard) = (UncheckedKeys::any(), Dashboard::default());
        Self::of(Parts {
            store,
            counters,
            clock,
            entropy,
            last_uses,
            usage,
            vault: None,
            unchecked,
            dashboard,
        })
    }

    /// An app of these parts.
    pub fn of(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

/// The lengths of the keys that lack a checksum. A key whose checksum is wrong and that has none
/// of these lengths can't exist, so that garbage needs no look into the store.
pub struct UncheckedKeys(RwLock<Option<HashSet<i64>>>);

impl UncheckedKeys {
    /// Keys of any length may lack a checksum.
    pub fn any() -> Self {
        Self(RwLock::new(None))
    }

    /// What the store tells of itself. Right only for a store that nobody else writes to.
    pub async fn of(store: &dyn Store) -> StoreResult<Self> {
        let lengths = store.unchecked_lengths().await?;
        Ok(Self(RwLock::new(lengths.map(|all| all.into_iter().collect()))))
    }

    /// Tells of a key without a checksum before it is stored; `None` is of unknown length.
    pub fn add(&self, length: Option<i64>) {
        let mut lengths = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match length {
            None => *lengths = None,
            Some(length) => {
                if let Some(lengths) = lengths.as_mut() {
                    lengths.insert(length);
                }
            }
        }
    }

    /// Whether the store may hold this key.
    pub fn may_exist(&self, key: &str) -> bool {
        if checksum::is_right(key) {
            return true;
        }
        let lengths = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let length = i64::try_from(key.chars().count()).unwrap_or(i64::MAX);
        lengths.as_ref().is_none_or(|lengths| lengths.contains(&length))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(lengths: &[i64]) -> UncheckedKeys {
        UncheckedKeys(RwLock::new(Some(lengths.iter().copied().collect())))
    }

    #[test]
    fn a_key_may_exist_by_its_checksum_or_its_length() {
        let checked = format!("app_7fFQ{}", checksum::of("app_7fFQ"));
        let keys = known(&[5]);
        assert!(keys.may_exist(&checked));
        assert!(keys.may_exist("abcde") && keys.may_exist("äbcde"));
        for garbage in ["", "abcd", "abcdef", &checked[1..], &checked.to_lowercase()] {
            assert!(!keys.may_exist(garbage), "{garbage}");
        }
        assert!(UncheckedKeys::any().may_exist("abcd"));
    }

    #[test]
    fn keys_are_announced_by_their_length_or_without_one() {
        let keys = known(&[]);
        assert!(!keys.may_exist("abcd"));
        keys.add(Some(4));
        assert!(keys.may_exist("abcd") && !keys.may_exist("abcde"));
        keys.add(None);
        assert!(keys.may_exist("abcde"));
        keys.add(Some(7));
        assert!(keys.may_exist("abcde"), "what isn't known stays so");
    }
}
