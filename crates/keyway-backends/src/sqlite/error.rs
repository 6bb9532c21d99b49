//! What SQLite's errors mean.

use keyway_core::backend::store::StoreError;
use rusqlite::{Error, ErrorCode};

use crate::sql::{Constraint, conflict};

/// The words with which SQLite begins the message about a broken unique constraint; the columns
/// follow. It tells them in no other way.
const UNIQUE: &str = "UNIQUE constraint failed: ";

/// The store's word for an error of SQLite.
pub(crate) fn store_error(err: &Error) -> StoreError {
    let Error::SqliteFailure(failure, message) = err else {
        return StoreError::Corrupt(err.to_string());
    };
    let message = message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::ConstraintViolation => match message.strip_prefix(UNIQUE) {
            Some(columns) => conflict(Constraint::Columns(columns)),
            None => StoreError::Corrupt(message),
        },
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::PermissionDenied
        | ErrorCode::ReadOnly
        | ErrorCode::SystemIoFailure
        | ErrorCode::DiskFull
        | ErrorCode::CannotOpen
        | ErrorCode::OutOfMemory
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::OperationInterrupted
        | ErrorCode::OperationAborted
        | ErrorCode::NoLargeFileSupport => StoreError::Unavailable(message),
        _ => StoreError::Corrupt(message),
    }
}
