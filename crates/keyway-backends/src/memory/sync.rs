//! What the counters are shared and locked with. The models in `tests/limiter_models.rs` put loom's
//! twins in the place of this.

pub(super) use std::sync::atomic::{AtomicUsize, Ordering};
pub(super) use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(super) use keyway_core::ratelimit::{Counter, Draw, Loose, Source, take_all};
