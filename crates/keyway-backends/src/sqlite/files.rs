//! The files in the data directory, which nobody else may read.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use keyway_core::backend::store::{StoreError, StoreResult};

/// The file that holds the truth.
const DATABASE: &str = "keyway.db";
/// The file whose lock shows that a process uses the directory.
const LOCK: &str = "keyway.lock";

/// The lock of a data directory, held as long as this lives. The system releases it when the
/// process ends, however that happens.
pub(crate) struct DirLock(#[expect(dead_code, reason = "the lock lives as long as the file")] File);

/// Makes the directory if it isn't there and locks it.
pub(crate) fn lock(data_dir: &Path) -> StoreResult<DirLock> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir)
        .map_err(|err| cannot("make", data_dir, &err))?;
    let path = data_dir.join(LOCK);
    let file = private_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(DirLock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Unavailable(format!(
            "another Keyway uses the data directory {}",
            data_dir.display()
        ))),
        Err(TryLockError::Error(err)) => Err(cannot("lock", &path, &err)),
    }
}

/// The path of the database, which exists afterwards. SQLite gives the files beside it the same
/// mode.
pub(crate) fn database(data_dir: &Path) -> StoreResult<PathBuf> {
    let path = data_dir.join(DATABASE);
    private_file(&path)?;
    Ok(path)
}

/// The path of a database that must be there already.
pub(crate) fn existing_database(data_dir: &Path) -> StoreResult<PathBuf> {
    let path = data_dir.join(DATABASE);
    match path.try_exists() {
        Ok(true) => Ok(path),
        Ok(false) => Err(StoreError::Unavailable(format!(
            "there is no Keyway database in {}",
            data_dir.display()
        ))),
        Err(err) => Err(cannot("look for", &path, &err)),
    }
}

fn private_file(path: &Path) -> StoreResult<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|err| cannot("open", path, &err))
}

fn cannot(action: &str, path: &Path, err: &io::Error) -> StoreError {
    StoreError::Unavailable(format!("Keyway can't {action} {}: {err}", path.display()))
}
