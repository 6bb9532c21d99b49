//! What Keyway is: its vocabulary, its decisions and the promises it asks of storage.
//!
//! Nothing here does I/O, and every decision gets the time as an argument, so that all of it
//! can be tested without a runtime, a clock or a database.

pub mod api;
pub mod audit;
pub mod backend;
pub mod checksum;
pub mod credits;
pub mod environment;
pub mod id;
pub mod identity;
pub mod key;
pub mod migration;
pub mod namespace;
pub mod owned;
pub mod page;
pub mod patch;
pub mod permission;
pub mod ratelimit;
pub mod record;
pub mod refill;
pub mod role;
pub mod root_key;
pub mod secret;
pub mod time;
pub mod user;
pub mod vault;
pub mod verify;
pub mod wildcard;
pub mod workspace;
