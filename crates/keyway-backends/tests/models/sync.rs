//! What `hand_over` waits with, under loom.

use std::sync::PoisonError;
use std::time::Duration;

pub(super) use loom::sync::{Condvar, Mutex, MutexGuard};

/// Time doesn't pass here, so every wait for a point in time ends when others have had their
/// chance: at once, or as late as loom likes.
#[derive(Clone, Copy)]
pub(super) struct Until;

impl Until {
    pub fn after(_: Duration) -> Self {
        Self
    }
}

pub(super) fn wait_until<'a, T>(
    _: &Condvar,
    mutex: &'a Mutex<T>,
    guard: MutexGuard<'a, T>,
    _: Until,
) -> (MutexGuard<'a, T>, bool) {
    drop(guard);
    (mutex.lock().unwrap_or_else(PoisonError::into_inner), false)
}
