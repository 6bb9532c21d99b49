//! A database: where connections come from and how transactions begin and end.

use std::future::Future;

use futures_util::future::BoxFuture;
use keyway_core::backend::store::StoreResult;
use keyway_core::credits::Spend;
use keyway_core::id::KeyId;

use super::Connection;
use crate::cache::Cache;
use crate::store::spend_credits;

/// Something that runs pieces of work in transactions. Work that returns an error is undone.
pub trait Database: Send + Sync + 'static {
    /// Its connections.
    type Conn: Connection + 'static;

    /// What is kept in memory of it, if every change to it goes through here.
    fn cache(&self) -> Option<&Cache> {
        None
    }

    /// Runs a short read. All its statements see one state.
    fn read<T, F>(&self, work: F) -> impl Future<Output = StoreResult<T>> + Send
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Self::Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static;

    /// Runs a read that may take long, without holding up short ones.
    fn scan<T, F>(&self, work: F) -> impl Future<Output = StoreResult<T>> + Send
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Self::Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static;

    /// Runs a change. It is durable when this returns.
    fn write<T, F>(&self, work: F) -> impl Future<Output = StoreResult<T>> + Send
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Self::Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static;

    /// Runs a change that consists of one statement, or of several that needn't be one.
    fn statement<T, F>(&self, work: F) -> impl Future<Output = StoreResult<T>> + Send
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Self::Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.write(work)
    }

    /// Takes credits, more than 0.
    fn spend(&self, key: KeyId, cost: i64) -> impl Future<Output = StoreResult<Spend>> + Send {
        self.statement(move |conn| Box::pin(async move { spend_credits(conn, &key, cost).await }))
    }
}
