//! SQLite: one file, one writer thread, any number of readers.
//!
//! A change is answered after the transaction that holds it was written to the disk. Changes that
//! arrive together share a transaction (`writer`), and spends of one key even an update (`ledger`);
//! checkpoints have a connection of their own (`checkpoint`), so that they hold up no commit.

mod checkpoint;
mod connection;
mod error;
mod files;
pub mod fill;
mod hand_over;
mod hash_reader;
mod ledger;
mod readers;
mod sync;
mod writer;

use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::credits::Spend;
use keyway_core::id::{Entropy, KeyId};

use crate::cache::Cache;
use crate::migrations;
use crate::sql::{Connection, Database, values};
use crate::store::{self, SqlStore};
use checkpoint::Checkpointer;
use connection::{Access, SqliteConnection};
use files::DirLock;
use hash_reader::HashReader;
use readers::Readers;
use writer::Writer;

/// How many bytes the cache of a store takes up if nobody says otherwise.
pub const CACHE_BYTES: usize = 512 << 20;

/// A store in a SQLite file.
pub type SqliteStore = SqlStore<Sqlite>;

/// A SQLite file that is open. The fields go in the order in which they must be closed.
pub struct Sqlite {
    writer: Option<Writer>,
    readers: Readers,
    _hash_reader: Option<HashReader>,
    cache: Option<Arc<Cache>>,
    _checkpointer: Option<Checkpointer>,
    _lock: Option<DirLock>,
}

impl SqliteStore {
    /// Opens the store in `data_dir`, which is made if it isn't there, and brings it up to date if
    /// `migrate` allows that. `Unavailable` if another process has it open.
    pub fn open(data_dir: &Path, migrate: bool, entropy: &Entropy) -> StoreResult<Self> {
        Self::open_with(data_dir, migrate, entropy, Cache::new(CACHE_BYTES))
    }

    /// The same with this cache, which is empty.
    pub fn open_with(
        data_dir: &Path,
        migrate: bool,
        entropy: &Entropy,
        cache: Cache,
    ) -> StoreResult<Self> {
        let lock = files::lock(data_dir)?;
        let file = files::database(data_dir)?;
        let mut conn = SqliteConnection::open(&file, Access::Write)?;
        prepare(&mut conn, migrate).map_err(|err| name_file(err, &file))?;
        let chain =
            conn.immediate(|conn| connection::finish(store::ensure_chain_key(conn, entropy)))?;
        let checkpointer = Checkpointer::start(&file)?;
        let cache = Arc::new(cache);
        let db = Sqlite {
            writer: Some(Writer::start(conn, &checkpointer, Arc::clone(&cache))?),
            _hash_reader: Some(HashReader::start(&file, Arc::clone(&cache))?),
            readers: Readers::new(file),
            cache: Some(cache),
            _checkpointer: Some(checkpointer),
            _lock: Some(lock),
        };
        Ok(Self { db, chain })
    }

    /// Opens the store in `data_dir` for looking only, also while a server has it open. Changes
    /// are refused as `Unavailable`.
    pub fn open_read_only(data_dir: &Path) -> StoreResult<Self> {
        let file = files::existing_database(data_dir)?;
        let mut conn = SqliteConnection::open(&file, Access::Read)?;
        let version = schema_version(&mut conn)?;
        migrations::pending(&migrations::SQLITE, version, false)
            .map_err(|err| name_file(err, &file))?;
        let chain = connection::finish(store::find_chain_key(&mut conn))?.ok_or_else(|| {
            StoreError::Corrupt("the database has no key of the audit chain".to_owned())
        })?;
        let readers = Readers::new(file);
        Ok(Self {
            db: Sqlite {
                writer: None,
                readers,
                _hash_reader: None,
                cache: None,
                _checkpointer: None,
                _lock: None,
            },
            chain,
        })
    }
}

fn name_file(err: StoreError, file: &Path) -> StoreError {
    match err {
        StoreError::Unavailable(text) => {
            StoreError::Unavailable(format!("{} can't be used: {text}", file.display()))
        }
        StoreError::Conflict(_)
        | StoreError::Missing(..)
        | StoreError::MayNotCreatePermission
        | StoreError::Unfit(_)
        | StoreError::Corrupt(_) => err,
    }
}

fn schema_version(conn: &mut SqliteConnection) -> StoreResult<i64> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'";
    let tables: i64 =
        connection::finish(conn.first(sql, &[]))?.map_or(Ok(0), |mut row| row.take())?;
    if tables == 0 {
        return Ok(0);
    }
    let sql = "SELECT coalesce(max(version), 0) FROM schema_migrations";
    connection::finish(conn.first(sql, &[]))?.map_or(Ok(0), |mut row| row.take())
}

fn prepare(conn: &mut SqliteConnection, migrate: bool) -> StoreResult<()> {
    let pending = migrations::pending(&migrations::SQLITE, schema_version(conn)?, migrate)?;
    if pending.is_empty() {
        return Ok(());
    }
    conn.immediate(|conn| {
        conn.run_script(
            "CREATE TABLE IF NOT EXISTS schema_migrations \
             (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT",
        )?;
        for step in pending {
            tracing::info!(version = step.version, "Database step {} is made", step.name);
            conn.run_script(step.sql)?;
            let sql = "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)";
            connection::finish(conn.execute(sql, &values![step.version, step.name]))?;
        }
        Ok(())
    })
}

impl Database for Sqlite {
    type Conn = SqliteConnection;

    fn cache(&self) -> Option<&Cache> {
        self.cache.as_deref()
    }

    async fn read<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        self.readers.run(work)
    }

    async fn scan<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        self.readers.run_apart(work).await
    }

    async fn write<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        match &self.writer {
            Some(writer) => writer.run(work).await,
            None => Err(StoreError::Unavailable("it was opened for reading only".to_owned())),
        }
    }

    async fn spend(&self, key: KeyId, cost: i64) -> StoreResult<Spend> {
        match &self.writer {
            Some(writer) => writer.spend(key, cost).await,
            None => Err(StoreError::Unavailable("it was opened for reading only".to_owned())),
        }
    }
}
