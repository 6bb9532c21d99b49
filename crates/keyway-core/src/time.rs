//! Points in time as they stand on the wire, and the clock that gives them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This time and `milliseconds` more; stops at the end of the range.
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// The last moment at which something is valid that ends in `milliseconds`. What ends at once
    /// isn't valid in this very millisecond any more.
    #[must_use]
    pub fn last_moment_in(self, milliseconds: i64) -> Self {
        if milliseconds == 0 { self.plus(-1) } else { self.plus(milliseconds) }
    }
}

/// One second, minute, hour and day in milliseconds.
pub const SECOND: i64 = 1000;
/// Sixty seconds.
pub const MINUTE: i64 = 60 * SECOND;
/// Sixty minutes.
pub const HOUR: i64 = 60 * MINUTE;
/// Twenty-four hours; days of UTC are all of this length.
pub const DAY: i64 = 24 * HOUR;

/// The source of "now". Tests move the manual one by milliseconds.
#[derive(Clone)]
pub enum Clock {
    /// The operating system's wall clock.
    System,
    /// Stands still until it is moved.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.0)))
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the one place that asks for the time"
                )]
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                Timestamp(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
            }
            Self::Manual(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock by `milliseconds`; the system's can't be moved.
    pub fn advance(&self, milliseconds: i64) {
        if let Self::Manual(at) = self {
            at.fetch_add(milliseconds, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_at_once_is_not_valid_in_the_same_millisecond() {
        assert!(Timestamp(1000).last_moment_in(0) < Timestamp(1000));
        assert_eq!(Timestamp(1000).last_moment_in(5), Timestamp(1005));
    }
}
