//! State that needn't survive: counters of rate limits on a single node.

mod counters;
mod fingerprint;
mod shard;
mod sync;
mod table;

pub use counters::MemoryCounters;
