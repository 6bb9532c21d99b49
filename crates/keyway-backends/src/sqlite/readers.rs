//! Connections for reading. A short read runs on the thread that asks for it: handing it to
//! another would take longer than the read.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use keyway_core::backend::store::{StoreError, StoreResult};
use tokio::sync::Semaphore;

use super::connection::{Access, SqliteConnection, finish};

/// How many long reads run at once.
const LONG_READS: usize = 4;
/// How many connections wait for the next read. There are never more reads at once than threads.
const IDLE: usize = 32;

/// The readers of a file.
pub(crate) struct Readers {
    shared: Arc<Shared>,
    long_reads: Arc<Semaphore>,
}

struct Shared {
    file: PathBuf,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// The readers of a file that exists.
    pub fn new(file: PathBuf) -> Self {
        Self {
            shared: Arc::new(Shared { file, idle: Mutex::default() }),
            long_reads: Arc::new(Semaphore::new(LONG_READS)),
        }
    }

    /// Runs a short read here and now.
    pub fn run<T, F>(&self, work: F) -> StoreResult<T>
    where
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>>,
    {
        self.shared.run(work)
    }

    /// Runs a long read on a thread that may be held up.
    pub async fn run_apart<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        let permit = Arc::clone(&self.long_reads).acquire_owned().await;
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            shared.run(work)
        })
        .await
        .unwrap_or_else(|err| Err(StoreError::Unavailable(format!("a read was cut off: {err}"))))
    }
}

impl Shared {
    fn run<T, F>(&self, work: F) -> StoreResult<T>
    where
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>>,
    {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => SqliteConnection::open(&self.file, Access::Read)?,
        };
        conn.run("BEGIN")?;
        let result = finish(work(&mut conn));
        conn.run("COMMIT")?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE {
            idle.push(conn);
        }
        result
    }
}
