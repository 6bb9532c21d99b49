//! What counters lock with. The models of `keyway-backends` put loom's twins in the place of this.

pub(super) use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
