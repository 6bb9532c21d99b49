//! What every operation can use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use keyway_core::backend::counters::Counters;
use keyway_core::backend::store::{Store, StoreResult};
use keyway_core::id::{Entropy, KeyId, RootKeyId};
use keyway_core::time::{Clock, Timestamp};

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
}

impl App {
    /// An app of these parts.
    pub fn new(
        store: Arc<dyn Store>,
        counters: Arc<dyn Counters>,
        clock: Clock,
        entropy: Entropy,
    ) -> Self {
        Self(Arc::new(Parts { store, counters, clock, entropy, last_uses: LastUses::default() }))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// When keys and root keys were last used. It is written behind, in batches: a crash loses the
/// last uses of a few seconds and nothing else.
#[derive(Default)]
pub struct LastUses {
    keys: Mutex<HashMap<KeyId, Timestamp>>,
    root_keys: Mutex<HashMap<RootKeyId, Timestamp>>,
}

impl LastUses {
    /// Notes the use of a key.
    pub fn of_key(&self, id: &KeyId, now: Timestamp) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), now);
    }

    /// Notes the use of a root key.
    pub fn of_root_key(&self, id: &RootKeyId, now: Timestamp) {
        self.root_keys.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), now);
    }

    /// Stores what was noted since the last time. What can't be stored is dropped.
    pub async fn flush(&self, store: &dyn Store) -> StoreResult<()> {
        let keys = std::mem::take(&mut *self.keys.lock().unwrap_or_else(PoisonError::into_inner));
        let root_keys =
            std::mem::take(&mut *self.root_keys.lock().unwrap_or_else(PoisonError::into_inner));
        if !keys.is_empty() {
            store.touch_keys(&keys.into_iter().collect::<Vec<_>>()).await?;
        }
        if !root_keys.is_empty() {
            store.touch_root_keys(&root_keys.into_iter().collect::<Vec<_>>()).await?;
        }
        Ok(())
    }
}
