//! Black-box tests: a whole Keyway in process, asked over its HTTP pipeline.
//!
//! `KEYWAY_TEST_BACKEND` chooses the store, `sqlite` (default) or `postgres`; the latter needs
//! `KEYWAY_TEST_POSTGRES_URL` and fails without it.

mod app;
mod authorization;
mod environments;
mod pipeline;
mod story;
