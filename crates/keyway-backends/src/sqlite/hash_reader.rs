//! Reads the hashes of all keys into memory, on a thread of its own: when the store is opened, and
//! again when there are half as many more.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::secret::KeyHash;
use rusqlite::params;

use super::connection::{Access, SqliteConnection};
use super::error::store_error;
use crate::cache::Cache;

/// How many hashes are read in one go.
const PAGE: u16 = 10_000;
/// How much longer than a page the pause after it is: reading takes a quarter of a processor and of
/// the disk at most.
const PAUSE: u32 = 3;

/// The thread that reads hashes.
pub(crate) struct HashReader {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl HashReader {
    /// Starts the thread. The hashes of a small store are read before this returns.
    pub fn start(file: &Path, cache: Arc<Cache>) -> StoreResult<Self> {
        let conn = SqliteConnection::open(file, Access::Read)?;
        let stop = Arc::new(AtomicBool::new(false));
        let is_read = most(&conn)? < usize::from(PAGE);
        if is_read {
            read_all(&conn, &cache, &stop)?;
        }
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("keyway-hashes".to_owned())
            .spawn(move || run(&conn, &cache, &stopped, is_read))
            .map_err(|err| StoreError::Unavailable(format!("a thread can't be started: {err}")))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for HashReader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            if thread.join().is_err() {
                tracing::error!("The thread that reads hashes panicked");
            }
        }
    }
}

fn run(conn: &SqliteConnection, cache: &Cache, stop: &AtomicBool, is_read: bool) {
    cache.hashes.made_by(thread::current());
    let mut is_read = is_read;
    while !stop.load(Ordering::Acquire) {
        if !is_read && let Err(err) = read_all(conn, cache, stop) {
            tracing::warn!(%err, "Unknown keys are looked up in the file: {err}");
            return;
        }
        is_read = false;
        while !cache.hashes.is_full() && !stop.load(Ordering::Acquire) {
            thread::park();
        }
    }
}

/// Makes a filter of all hashes. What is stored meanwhile is noted by the writer after its commit, so
/// that it is found here, or noted, or both.
#[expect(clippy::disallowed_methods, reason = "the pause goes by how long reading takes")]
fn read_all(conn: &SqliteConnection, cache: &Cache, stop: &AtomicBool) -> StoreResult<()> {
    cache.hashes.begin(most(conn)?);
    let mut page: Vec<KeyHash> = Vec::with_capacity(PAGE.into());
    let mut last = Vec::new();
    loop {
        let start = Instant::now();
        read_page(conn, &last, &mut page).map_err(|err| store_error(&err))?;
        cache.hashes.add(&page);
        match page.last() {
            Some(hash) if page.len() == usize::from(PAGE) => last = hash.0.to_vec(),
            _ => break,
        }
        // The end of the store wakes it.
        thread::park_timeout(start.elapsed() * PAUSE);
        if stop.load(Ordering::Acquire) {
            return Ok(());
        }
    }
    cache.hashes.finish();
    Ok(())
}

/// How many keys there are at most; counting ten million would keep the disk busy for seconds.
fn most(conn: &SqliteConnection) -> StoreResult<usize> {
    let sql = "SELECT coalesce(max(rowid), 0) FROM keys";
    let most = conn.inner.query_row(sql, [], |row| row.get::<_, u32>(0));
    most.map(|most| most as usize).map_err(|err| store_error(&err))
}

/// Reads the hashes after `last`.
fn read_page(
    conn: &SqliteConnection,
    last: &[u8],
    page: &mut Vec<KeyHash>,
) -> rusqlite::Result<()> {
    page.clear();
    let sql = "SELECT hash FROM keys WHERE hash > ?1 ORDER BY hash LIMIT ?2";
    let mut statement = conn.inner.prepare_cached(sql)?;
    let hashes = statement.query_map(params![last, PAGE], |row| row.get(0).map(KeyHash))?;
    for hash in hashes {
        page.push(hash?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hash(number: usize) -> KeyHash {
        KeyHash::of(&format!("key {number}"))
    }

    /// How many of these the cache thinks possible.
    fn possible(cache: &Cache, numbers: std::ops::Range<usize>) -> usize {
        numbers.filter(|number| cache.hashes.may_have(&hash(*number))).count()
    }

    fn wait_until(is_so: impl Fn() -> bool) {
        for _ in 0..3000 {
            if is_so() {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it has not happened in 30 s");
    }

    #[test]
    fn all_hashes_are_read_and_read_again_when_there_are_many_more() {
        const STORED: usize = 25_000;
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("keys.db");
        let mut conn = rusqlite::Connection::open(&file).unwrap();
        conn.execute_batch("CREATE TABLE keys (hash BLOB NOT NULL UNIQUE)").unwrap();
        let transaction = conn.transaction().unwrap();
        for number in 0..STORED {
            transaction
                .execute("INSERT INTO keys VALUES (?1)", [hash(number).0.as_slice()])
                .unwrap();
        }
        transaction.commit().unwrap();

        let cache = Arc::new(Cache::new(1 << 20));
        let reader = HashReader::start(&file, Arc::clone(&cache)).unwrap();
        wait_until(|| possible(&cache, STORED..STORED + 1000) < 100);
        assert_eq!(possible(&cache, 0..STORED), STORED);

        // The earliest of those that came in are forgotten again, because they aren't stored.
        for number in 1_000_000..1_060_000 {
            cache.hashes.note(&hash(number));
        }
        wait_until(|| possible(&cache, 1_000_000..1_030_000) < 3_000);
        assert_eq!(possible(&cache, 0..STORED), STORED);
        drop(reader);
    }

    #[test]
    fn a_small_store_is_known_at_once() {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("keys.db");
        let conn = rusqlite::Connection::open(&file).unwrap();
        conn.execute_batch("CREATE TABLE keys (hash BLOB NOT NULL UNIQUE)").unwrap();
        conn.execute("INSERT INTO keys VALUES (?1)", [hash(1).0.as_slice()]).unwrap();
        let cache = Arc::new(Cache::new(1 << 20));
        let _reader = HashReader::start(&file, Arc::clone(&cache)).unwrap();
        assert!(cache.hashes.may_have(&hash(1)) && !cache.hashes.may_have(&hash(2)));
    }
}
