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
    if failure.code == ErrorCode::ConstraintViolation {
        return match message.strip_prefix(UNIQUE) {
            Some(columns) => conflict(Constraint::Columns(columns)),
            None => StoreError::Corrupt(message),
        };
    }
    if is_passing(failure.code) {
        StoreError::Unavailable(message)
    } else {
        StoreError::Corrupt(message)
    }
}

/// Whether the file can't be used just now, though nothing is wrong with it.
fn is_passing(code: ErrorCode) -> bool {
    matches!(
        code,
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
            | ErrorCode::NoLargeFileSupport
    )
}
