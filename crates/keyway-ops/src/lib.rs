//! What Keyway does: one file for each operation, free of transport and of SQL.

pub mod app;
pub mod caller;
pub mod csv;
pub mod fields;
pub mod last_uses;
pub mod people;
pub mod problem;
pub mod refills;
pub mod refusals;
pub mod registry;
pub mod reply;
pub mod schema;
pub mod usage;
pub mod vault;
pub mod views;

/// The requests of hot operations, for whoever measures how they are read.
#[doc(hidden)]
pub mod hot {
    pub use crate::keys::verify_request::Request as VerifyKey;
    pub use crate::ratelimit::limit::Request as Limit;
}

mod access;
mod apis;
mod audit_logs;
mod identities;
mod instance;
mod keys;
mod migrations;
mod permissions;
mod ratelimit;
mod root_keys;
mod workspace;
mod workspaces;
