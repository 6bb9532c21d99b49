//! State that needn't survive: counters of rate limits on a single node.

mod counters;

pub use counters::MemoryCounters;
