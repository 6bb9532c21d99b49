//! What `hand_over` waits with. Its model (`tests/models`) has a module of the same form in which
//! every order of events is tried.

use std::time::Instant;

pub(super) use std::sync::{Condvar, Mutex, MutexGuard};

/// A point in time up to which somebody waits.
#[derive(Clone, Copy)]
pub(super) struct Until(Instant);

impl Until {
    /// So long from now.
    #[expect(clippy::disallowed_methods, reason = "how long it waits decides nothing")]
    pub fn after(patience: std::time::Duration) -> Self {
        Self(Instant::now() + patience)
    }
}

/// Waits to be woken, but no longer than `until`. The second is whether there is time left.
#[expect(clippy::disallowed_methods, reason = "how long it waits decides nothing")]
pub(super) fn wait_until<'a, T>(
    condition: &Condvar,
    _: &'a Mutex<T>,
    guard: MutexGuard<'a, T>,
    until: Until,
) -> (MutexGuard<'a, T>, bool) {
    let left = until.0.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return (guard, false);
    }
    let (guard, ended) =
        condition.wait_timeout(guard, left).unwrap_or_else(std::sync::PoisonError::into_inner);
    (guard, !ended.timed_out())
}
