//! Rate-limit counters.

use async_trait::async_trait;

use crate::ratelimit::{Check, Judgement};
use crate::time::Timestamp;

/// Counters of sliding windows.
#[async_trait]
pub trait Counters: Send + Sync {
    /// Judges all checks at `now` and counts them if every one passes; else counts none.
    /// Several checks of one counter add up in order. No other call sees a batch half counted.
    /// The judgements stand in the order of the checks.
    async fn take(&self, checks: &[Check], now: Timestamp) -> Vec<Judgement>;

    /// Takes back what a passed batch counted, because the request was refused for another
    /// reason. Windows that have ended meanwhile stay as they are.
    async fn give_back(&self, checks: &[Check], now: Timestamp);
}
