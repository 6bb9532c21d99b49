//! What Keyway does: one file for each operation, free of transport and of SQL.

pub mod app;
pub mod caller;
pub mod fields;
pub mod problem;
pub mod registry;
pub mod reply;
pub mod schema;
pub mod views;

mod apis;
mod audit_logs;
mod keys;
mod permissions;
mod root_keys;
mod workspaces;
