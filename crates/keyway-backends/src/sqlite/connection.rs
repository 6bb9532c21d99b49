//! A connection to the file. It answers at once, so its futures are never waited for.

use std::future::{Future, ready};
use std::path::Path;
use std::time::Duration;

use futures_util::FutureExt;
use keyway_core::backend::store::{StoreError, StoreResult};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{OpenFlags, Statement, ToSql};

use super::error::store_error;
use crate::cache::{Change, Kind};
use crate::sql::{Connection, Dialect, Row, Value};

/// Whether a connection may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It only reads.
    Read,
    /// It reads and writes.
    Write,
}

/// How long a statement waits for a lock. Only checkpoints and foreign programs hold any.
const BUSY: Duration = Duration::from_secs(5);

/// A connection to the file.
pub struct SqliteConnection {
    pub(super) inner: rusqlite::Connection,
    /// What the transaction under way changes.
    pub(super) changes: Vec<(Kind, Change)>,
}

impl SqliteConnection {
    /// Opens the file, which exists.
    pub(crate) fn open(file: &Path, access: Access) -> StoreResult<Self> {
        let mode = match access {
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::set_up(file, flags, access).map_err(|err| {
            StoreError::Unavailable(format!("{} can't be opened: {err}", file.display()))
        })
    }

    fn set_up(file: &Path, flags: OpenFlags, access: Access) -> rusqlite::Result<Self> {
        let inner = rusqlite::Connection::open_with_flags(file, flags)?;
        inner.busy_timeout(BUSY)?;
        inner.set_prepared_statement_cache_capacity(256);
        // Without this SQLite looks at bound values to see whether a partial index fits, and plans
        // a statement anew whenever a value is bound: ten times the cost of a point read.
        inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        inner.pragma_update(None, "foreign_keys", true)?;
        inner.pragma_update(None, "temp_store", "memory")?;
        match access {
            Access::Read => inner.pragma_update(None, "cache_size", -4096)?,
            Access::Write => {
                inner.pragma_update(None, "journal_mode", "wal")?;
                inner.pragma_update(None, "synchronous", "full")?;
                inner.pragma_update(None, "wal_autocheckpoint", 0)?;
                inner.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
                inner.pragma_update(None, "cache_size", -16384)?;
            }
        }
        Ok(Self { inner, changes: Vec::new() })
    }

    /// Runs statements that take no values and return nothing.
    pub(crate) fn run_script(&self, sql: &str) -> StoreResult<()> {
        self.inner.execute_batch(sql).map_err(|err| store_error(&err))
    }

    /// Runs one statement that is used again and again, without values.
    pub(crate) fn run(&self, sql: &str) -> StoreResult<()> {
        self.inner
            .prepare_cached(sql)
            .and_then(|mut statement| statement.raw_execute())
            .map(drop)
            .map_err(|err| store_error(&err))
    }

    /// Runs `work` in a transaction that may write.
    pub(crate) fn immediate<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> StoreResult<T>,
    ) -> StoreResult<T> {
        self.run("BEGIN IMMEDIATE")?;
        let result = work(self).and_then(|value| self.run("COMMIT").map(|()| value));
        if result.is_err() && !self.inner.is_autocommit() {
            self.run("ROLLBACK")?;
        }
        result
    }

    fn rows(&self, sql: &str, values: &[Value]) -> rusqlite::Result<Vec<Row>> {
        let mut statement = self.inner.prepare_cached(sql)?;
        bind(&mut statement, values)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns);
            for column in 0..columns {
                values.push(owned(row.get_ref(column)?)?);
            }
            found.push(Row::new(values));
        }
        Ok(found)
    }

    fn change(&self, sql: &str, values: &[Value]) -> rusqlite::Result<u64> {
        let mut statement = self.inner.prepare_cached(sql)?;
        bind(&mut statement, values)?;
        statement.raw_execute().map(|rows| rows as u64)
    }
}

/// Binds each value to the parameter of its number. SQLite takes `$2` for a name, and gives names
/// numbers in the order in which they appear.
fn bind(statement: &mut Statement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    for index in 1..=statement.parameter_count() {
        let number: usize = statement
            .parameter_name(index)
            .and_then(|name| name.strip_prefix('$')?.parse().ok())
            .unwrap_or(index);
        let value = values
            .get(number.wrapping_sub(1))
            .ok_or(rusqlite::Error::InvalidParameterCount(values.len(), number))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

fn owned(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(_) => return Err(rusqlite::Error::InvalidQuery),
        ValueRef::Text(_) => Value::Text(value.as_str()?.to_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(truth) => ValueRef::Integer(i64::from(*truth)),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Connection for SqliteConnection {
    const DIALECT: Dialect = Dialect { for_update: "", position_of: "instr", names_indexes: true };
    const IS_FOLLOWED: bool = true;

    fn note(&mut self, kind: Kind, change: Change) {
        self.changes.push((kind, change));
    }

    fn query(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> impl Future<Output = StoreResult<Vec<Row>>> + Send {
        ready(self.rows(sql, values).map_err(|err| store_error(&err)))
    }

    fn execute(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> impl Future<Output = StoreResult<u64>> + Send {
        ready(self.change(sql, values).map_err(|err| store_error(&err)))
    }
}

/// The result of work on this kind of connection, which never waits for anything.
pub(crate) fn finish<T>(work: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
    work.now_or_never().unwrap_or_else(|| {
        Err(StoreError::Corrupt("work on SQLite waited for something else".to_owned()))
    })
}
