//! Black-box tests: a whole Keyway in process, asked over its HTTP pipeline.
//!
//! `KEYWAY_TEST_BACKEND` chooses the store, `sqlite` (default) or `postgres`; the latter needs
//! `KEYWAY_TEST_POSTGRES_URL` and fails without it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where its surroundings are not what they must be"
)]

mod apis;
mod app;
mod audit;
mod authorization;
mod browser;
mod bulk;
mod checksum;
mod client_ip;
mod credits;
mod dashboard;
mod environments;
mod explain;
mod identities;
mod key_sets;
mod keys_create;
mod keys_update;
mod keys_verify;
mod lists;
mod migrate;
mod namespaces;
mod odd_text;
mod overrides;
mod paging;
mod permissions_ops;
mod pipeline;
mod ratelimit_ops;
mod ratelimits;
mod rbac;
mod recoverable;
mod refills;
mod reroll;
mod roles_ops;
mod root_keys;
mod search;
mod secrets;
mod shape;
mod storm;
mod story;
mod workspaces;
