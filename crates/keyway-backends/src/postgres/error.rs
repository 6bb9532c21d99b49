//! What PostgreSQL's errors mean.

use std::error::Error as _;

use deadpool_postgres::PoolError;
use keyway_core::backend::store::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::sql::{Constraint, conflict};

/// Classes of states that pass: connection, invalid transaction (as on a standby), rollback by
/// the server, lack of resources, intervention of an operator, failure of the system.
const PASSING: [&str; 6] = ["08", "25", "40", "53", "57", "58"];

/// The store's word for an error of PostgreSQL.
pub(crate) fn store_error(err: &Error) -> StoreError {
    let Some(answer) = err.as_db_error() else {
        return match err.source() {
            // The value of a parameter or a column had an unexpected type.
            Some(source) if !err.is_closed() && source.is::<super::connection::WrongType>() => {
                StoreError::Corrupt(source.to_string())
            }
            Some(source) => StoreError::Unavailable(format!("{err}: {source}")),
            None => StoreError::Unavailable(err.to_string()),
        };
    };
    let state = answer.code();
    if *state == SqlState::UNIQUE_VIOLATION {
        return conflict(Constraint::Name(answer.constraint().unwrap_or_default()));
    }
    let text = format!("{} ({})", answer.message(), state.code());
    if PASSING.iter().any(|class| state.code().starts_with(class)) {
        StoreError::Unavailable(text)
    } else {
        StoreError::Corrupt(text)
    }
}

/// The store's word for a connection that could not be had.
pub(crate) fn pool_error(err: &PoolError) -> StoreError {
    match err {
        // Whatever it says, wrong names and passwords included, is no fault of the data.
        PoolError::Backend(err) => StoreError::Unavailable(match err.source() {
            Some(source) => format!("{err}: {source}"),
            None => err.to_string(),
        }),
        PoolError::Timeout(_) => StoreError::Unavailable("no connection was free".to_owned()),
        PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            StoreError::Unavailable(err.to_string())
        }
    }
}
