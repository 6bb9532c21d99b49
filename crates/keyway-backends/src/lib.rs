//! Where Keyway's state lives: SQLite and PostgreSQL for the truth, memory for counters.
//!
//! Every store method is written once (`store/`), against a small `sql` vocabulary that both
//! databases speak; `sqlite/` and `postgres/` supply connections and transactions.

pub mod cache;
pub mod memory;
mod migrations;
pub mod postgres;
mod sql;
pub mod sqlite;
mod store;

pub use store::SqlStore;
