//! What the traits of `keyway_core::backend::store` promise, asked of a real database. The
//! environment says which: `KEYWAY_TEST_BACKEND` is `sqlite` (as when unset) or `postgres`, which
//! needs a superuser's address in `KEYWAY_TEST_POSTGRES_URL`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that can't go on fails, also in the functions that tests share"
)]

mod accounts;
mod apis;
mod audit;
mod credit_schedules;
mod credits;
mod database;
mod edit_rbac;
mod fixture;
mod identities;
mod import_keys;
mod key_sets;
mod keys;
mod namespaces;
mod purge;
mod refills;
mod reroll_key;
mod roles;
mod root_keys;
mod search_keys;
mod tenants;
mod update_key;
mod vault;
mod workspaces;
