//! State that needn't survive: counters of rate limits on a single node.

mod counters;
mod fingerprint;
mod shard;

pub use counters::MemoryCounters;
