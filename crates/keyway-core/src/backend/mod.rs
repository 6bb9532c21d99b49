//! What Keyway asks of the places where state lives.

pub mod accounts;
pub mod counters;
pub mod store;
