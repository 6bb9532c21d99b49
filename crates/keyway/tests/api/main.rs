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
mod credits;
mod environments;
mod keys_create;
mod keys_update;
mod keys_verify;
mod lists;
mod pipeline;
mod ratelimits;
mod rbac;
mod root_keys;
mod secrets;
mod story;
mod workspaces;
