//! A connection to the database, and how values travel.

use std::error::Error;
use std::fmt;

use deadpool_postgres::{Object, Pool};
use keyway_core::backend::store::{StoreError, StoreResult};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::error::{pool_error, store_error};
use crate::cache::{Change, Kind};
use crate::sql::{Connection, Dialect, Row, Value};

/// A connection of the pool. One that is given up in the middle of a transaction doesn't go back.
pub struct PostgresConnection {
    client: Option<Object>,
    in_transaction: bool,
}

impl PostgresConnection {
    /// Takes a connection from the pool.
    pub(crate) async fn take_from(pool: &Pool) -> StoreResult<Self> {
        let client = pool.get().await.map_err(|err| pool_error(&err))?;
        Ok(Self { client: Some(client), in_transaction: false })
    }

    fn client(&self) -> StoreResult<&Object> {
        self.client.as_ref().ok_or_else(|| StoreError::Unavailable("it was closed".to_owned()))
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&mut self, sql: &str) -> StoreResult<()> {
        self.in_transaction = true;
        self.run_script(sql).await
    }

    /// Ends the transaction.
    pub(crate) async fn end(&mut self, sql: &str) -> StoreResult<()> {
        self.run_script(sql).await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Runs statements that take no values and return nothing.
    pub(crate) async fn run_script(&self, sql: &str) -> StoreResult<()> {
        self.client()?.batch_execute(sql).await.map_err(|err| store_error(&err))
    }
}

impl Drop for PostgresConnection {
    fn drop(&mut self) {
        if self.in_transaction
            && let Some(client) = self.client.take()
        {
            drop(Object::take(client));
        }
    }
}

impl Connection for PostgresConnection {
    const DIALECT: Dialect =
        Dialect { for_update: " FOR UPDATE", position_of: "strpos", names_indexes: false };
    const IS_FOLLOWED: bool = false;

    fn note(&mut self, _kind: Kind, _change: Change) {}

    async fn query(&mut self, sql: &str, values: &[Value]) -> StoreResult<Vec<Row>> {
        let client = self.client()?;
        let parameters = parameters(values);
        let rows = async {
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, &parameters).await
        }
        .await
        .map_err(|err| store_error(&err))?;
        let columns = |row: &tokio_postgres::Row| -> Result<Row, tokio_postgres::Error> {
            (0..row.len()).map(|column| row.try_get(column)).collect::<Result<_, _>>().map(Row::new)
        };
        rows.iter().map(columns).collect::<Result<_, _>>().map_err(|err| store_error(&err))
    }

    async fn execute(&mut self, sql: &str, values: &[Value]) -> StoreResult<u64> {
        let client = self.client()?;
        let parameters = parameters(values);
        async {
            let statement = client.prepare_cached(sql).await?;
            client.execute(&statement, &parameters).await
        }
        .await
        .map_err(|err| store_error(&err))
    }
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// A type that no column of ours has.
#[derive(Debug)]
pub(crate) struct WrongType(Type);

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value has the unexpected type {}", self.0)
    }
}

impl Error for WrongType {}

type BoxError = Box<dyn Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *ty == Type::INT8 => number.to_sql(ty, out),
            Self::Bool(truth) if *ty == Type::BOOL => truth.to_sql(ty, out),
            Self::Text(text) if is_text(ty) => escaped(text).to_sql(ty, out),
            Self::Bytes(bytes) if *ty == Type::BYTEA => bytes.to_sql(ty, out),
            Self::Int(_) | Self::Bool(_) | Self::Text(_) | Self::Bytes(_) => {
                Err(Box::new(WrongType(ty.clone())))
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, raw).map(Self::Int),
            Type::BOOL => bool::from_sql(ty, raw).map(Self::Bool),
            Type::BYTEA => Vec::from_sql(ty, raw).map(Self::Bytes),
            _ if is_text(ty) => <&str>::from_sql(ty, raw).map(|text| Self::Text(unescaped(text))),
            _ => Err(Box::new(WrongType(ty.clone()))),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, BoxError> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN)
}

/// PostgreSQL has no character U+0000 in texts, but requests may. It goes as U+0001 and `0`, and
/// U+0001 itself as U+0001 and `1`.
fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    if text.bytes().any(|byte| byte < 2) {
        text.replace('\u{1}', "\u{1}1").replace('\0', "\u{1}0").into()
    } else {
        text.into()
    }
}

/// The text that [`escaped`] was given.
fn unescaped(text: &str) -> String {
    if text.contains('\u{1}') {
        text.replace("\u{1}0", "\0").replace("\u{1}1", "\u{1}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_survives_the_journey() {
        for text in
            ["", "plain", "a\0b", "\u{1}", "\u{1}0", "\u{1}1\0\u{1}", "\0\u{1}\0", "0\u{1}1"]
        {
            assert!(!escaped(text).contains('\0'));
            assert_eq!(unescaped(&escaped(text)), text);
        }
    }
}
