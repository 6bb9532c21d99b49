//! Formats in which imported keys were hashed.

pub(crate) mod create_migration;
pub(crate) mod delete_migration;
pub(crate) mod list_migrations;
