//! A connection inside a transaction, whatever the database.

use std::future::Future;

use keyway_core::backend::store::StoreResult;

use super::{FromValue, Value};
use crate::cache::{Change, Kind};

/// A connection on which a read or a change is under way.
pub trait Connection: Send {
    /// How this database says what the two don't say alike.
    const DIALECT: Dialect;
    /// Whether anybody wants to know what a transaction changes.
    const IS_FOLLOWED: bool;

    /// Notes what the transaction under way changes, for whoever keeps it in memory. It may be
    /// noted although it is undone in the end.
    fn note(&mut self, kind: Kind, change: Change);

    /// Runs a statement and returns its rows.
    fn query(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> impl Future<Output = StoreResult<Vec<Row>>> + Send;

    /// Runs a statement and tells how many rows it changed.
    fn execute(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> impl Future<Output = StoreResult<u64>> + Send;

    /// Runs a statement and returns its first row.
    fn first(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> impl Future<Output = StoreResult<Option<Row>>> + Send {
        async move { Ok(self.query(sql, values).await?.into_iter().next()) }
    }
}

/// Words that differ between the databases.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The end of a `SELECT` whose rows stay as they are until the transaction ends. It is empty
    /// where there is only one writer anyway.
    pub for_update: &'static str,
    /// The function that finds a text in a text: 0 if it isn't there.
    pub position_of: &'static str,
    /// Whether a statement can say which index it needs.
    pub names_indexes: bool,
}

impl Dialect {
    /// What follows a table that is to be read along `index`, where the database doesn't find that
    /// out by itself.
    pub fn along(&self, index: &str) -> String {
        if self.names_indexes { format!(" INDEXED BY {index}") } else { String::new() }
    }

    /// A condition: one of `columns` contains the parameter, which is in lower case, whatever the
    /// ASCII case.
    pub fn contains(&self, columns: &[&str], parameter: usize) -> String {
        let function = self.position_of;
        let each: Vec<String> = columns
            .iter()
            .map(|column| format!("{function}(lower({column}), ${parameter}) > 0"))
            .collect();
        format!("({})", each.join(" OR "))
    }
}

/// A row whose columns are taken in the order in which the statement names them.
#[derive(Debug)]
pub struct Row(std::vec::IntoIter<Value>);

impl Row {
    /// A row of these columns.
    pub fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// The next column.
    pub fn take<T: FromValue>(&mut self) -> StoreResult<T> {
        T::from_value(self.0.next().unwrap_or(Value::Null))
    }
}
