//! The vocabulary that store methods use to talk to either database.

mod connection;
mod constraints;
mod database;
mod piece;
mod text;
mod value;

pub use connection::{Connection, Dialect, Row};
pub use constraints::{Constraint, conflict};
pub use database::Database;
pub(crate) use piece::Piece;
pub(crate) use text::{insert_many, list, padded, prefix_end};
pub(crate) use value::values;
pub use value::{FromValue, Value};
