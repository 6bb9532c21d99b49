//! PostgreSQL: a pool of connections, and a transaction for every piece of work.

mod connection;
mod error;
mod pool;
mod tls;

use std::time::Duration;

use deadpool_postgres::Pool;
use futures_util::future::BoxFuture;
use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::id::Entropy;

use crate::migrations;
use crate::sql::{Connection, Database, values};
use crate::store::{self, SqlStore};
use connection::PostgresConnection;

/// A store in a PostgreSQL database.
pub type PostgresStore = SqlStore<Postgres>;

/// A PostgreSQL database.
pub struct Postgres {
    pool: Pool,
}

/// How long a short piece of work may take, with all its statements.
const SHORT: Duration = Duration::from_secs(10);
/// How long a piece of work may take that reads a lot, or brings the database up to date.
const LONG: Duration = Duration::from_mins(5);

const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

impl PostgresStore {
    /// Connects to the database and brings it up to date if `migrate` allows that.
    pub async fn connect(url: &str, migrate: bool, entropy: &Entropy) -> StoreResult<Self> {
        Self::connect_with(url, pool::CONNECTIONS, migrate, entropy).await
    }

    /// The same with at most so many connections.
    pub async fn connect_with(
        url: &str,
        connections: usize,
        migrate: bool,
        entropy: &Entropy,
    ) -> StoreResult<Self> {
        let db = Postgres { pool: pool::open(url, connections)? };
        db.transaction(WRITE, LONG, |conn| Box::pin(prepare(conn, migrate))).await?;
        let entropy = entropy.clone();
        let chain = db
            .write(move |conn| {
                Box::pin(async move { store::ensure_chain_key(conn, &entropy).await })
            })
            .await?;
        Ok(Self { db, chain })
    }
}

/// Adds what the database lacks. Nodes that start together wait here for each other.
async fn prepare(conn: &mut PostgresConnection, migrate: bool) -> StoreResult<()> {
    let schema: Option<String> = match conn.first("SELECT current_schema()::text", &[]).await? {
        Some(mut row) => row.take()?,
        None => None,
    };
    let Some(schema) = schema else {
        return Err(StoreError::Unavailable(
            "no schema of the connection's search_path exists in the database".to_owned(),
        ));
    };
    let sql = "SELECT pg_advisory_xact_lock(hashtext('keyway migrations'), hashtext($1))::text";
    conn.query(sql, &values![&schema]).await?;
    let sql = "SELECT count(*) FROM pg_catalog.pg_tables \
               WHERE schemaname = $1 AND tablename = 'schema_migrations'";
    let mut version: i64 = 0;
    if number(conn, sql, &values![&schema]).await? != 0 {
        let sql = "SELECT coalesce(max(version), 0) FROM schema_migrations";
        version = number(conn, sql, &[]).await?;
    }
    let pending = migrations::pending(&migrations::POSTGRES, version, migrate)?;
    if pending.is_empty() {
        return Ok(());
    }
    conn.run_script(
        "CREATE TABLE IF NOT EXISTS schema_migrations \
         (version BIGINT PRIMARY KEY, name TEXT NOT NULL)",
    )
    .await?;
    for step in pending {
        tracing::info!(version = step.version, "Database step {} is made", step.name);
        conn.run_script(step.sql).await?;
        let sql = "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)";
        conn.execute(sql, &values![step.version, step.name]).await?;
    }
    Ok(())
}

async fn number(
    conn: &mut PostgresConnection,
    sql: &str,
    values: &[crate::sql::Value],
) -> StoreResult<i64> {
    match conn.first(sql, values).await? {
        Some(mut row) => row.take(),
        None => Ok(0),
    }
}

impl Postgres {
    /// Runs work between `begin` and a commit. If it fails, takes too long or is dropped, nothing
    /// of it stays.
    async fn transaction<T, F>(&self, begin: &str, limit: Duration, work: F) -> StoreResult<T>
    where
        F: for<'c> FnOnce(&'c mut PostgresConnection) -> BoxFuture<'c, StoreResult<T>>,
    {
        let mut conn = PostgresConnection::take_from(&self.pool).await?;
        in_time(limit, async {
            conn.begin(begin).await?;
            let result = work(&mut conn).await;
            match &result {
                Ok(_) => conn.end("COMMIT").await?,
                Err(_) => conn.end("ROLLBACK").await?,
            }
            result
        })
        .await
    }
}

async fn in_time<T>(limit: Duration, work: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        Err(StoreError::Unavailable(format!("no answer within {} s", limit.as_secs())))
    })
}

impl Database for Postgres {
    type Conn = PostgresConnection;

    async fn read<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut PostgresConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        self.transaction(READ, SHORT, work).await
    }

    async fn scan<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut PostgresConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        self.transaction(READ, LONG, work).await
    }

    async fn write<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut PostgresConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        self.transaction(WRITE, SHORT, work).await
    }

    async fn statement<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut PostgresConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        let mut conn = PostgresConnection::take_from(&self.pool).await?;
        in_time(SHORT, work(&mut conn)).await
    }
}
