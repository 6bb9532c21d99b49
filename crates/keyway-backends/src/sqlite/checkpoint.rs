//! Moves the write-ahead log into the database file. A thread and a connection of its own do it,
//! so that no commit waits for the file.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use keyway_core::backend::store::{StoreError, StoreResult};

use super::connection::{Access, SqliteConnection};
use super::error::store_error;

/// From how many pages in the log on it is moved.
const PAGES: i32 = 1000;
/// From how many pages on the log is emptied, even if commits have to wait for that: under
/// unbroken load it would grow for ever otherwise.
const TOO_MANY_PAGES: i32 = 40_000;
/// How long emptying the log waits for readers, during which nobody can write.
const PATIENCE: Duration = Duration::from_millis(50);

/// The thread that moves the log. When it ends, the log is empty.
pub(crate) struct Checkpointer {
    wake: Option<SyncSender<i32>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread.
    pub fn start(file: &Path) -> StoreResult<Self> {
        let conn = SqliteConnection::open(file, Access::Write)?;
        conn.inner.busy_timeout(PATIENCE).map_err(|err| store_error(&err))?;
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("keyway-checkpoint".to_owned())
            .spawn(move || run(&conn, &woken))
            .map_err(|err| StoreError::Unavailable(format!("a thread can't be started: {err}")))?;
        Ok(Self { wake: Some(wake), thread: Some(thread) })
    }

    /// Makes every commit on `conn` wake the thread when the log has become long.
    pub fn watch(&self, conn: &mut SqliteConnection) -> StoreResult<()> {
        let Some(wake) = self.wake.clone() else { return Ok(()) };
        conn.inner
            .wal_hook(Some(move |_: &mut _, pages| {
                if PAGES <= pages {
                    // A full channel means that the thread will look at the log anyway.
                    if let Err(TrySendError::Disconnected(_)) = wake.try_send(pages) {
                        tracing::error!("The checkpoint thread has ended");
                    }
                }
                Ok(())
            }))
            .map_err(|err| store_error(&err))
    }
}

fn run(conn: &SqliteConnection, woken: &Receiver<i32>) {
    while let Ok(pages) = woken.recv() {
        let how = if pages < TOO_MANY_PAGES { "PASSIVE" } else { "TRUNCATE" };
        checkpoint(conn, how);
    }
    checkpoint(conn, "TRUNCATE");
}

fn checkpoint(conn: &SqliteConnection, how: &str) {
    if let Err(err) = conn.inner.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |_| Ok(()))
    {
        tracing::warn!(%err, "A checkpoint failed and will be tried again");
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("The checkpoint thread panicked");
        }
    }
}
