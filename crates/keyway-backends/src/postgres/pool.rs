//! The pool of connections.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use keyway_core::backend::store::{StoreError, StoreResult};
use tokio_postgres::Config;

use super::tls;

/// How many connections a node keeps at most, unless somebody says otherwise.
pub(crate) const CONNECTIONS: usize = 24;
/// How long to wait for a free connection, or for a new one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A pool for the database of `url`. No connection is made yet.
pub(crate) fn open(url: &str, connections: usize) -> StoreResult<Pool> {
    let tls::Wish { url, trust } = tls::wish(url);
    let mut config: Config = url.parse().map_err(|err| {
        StoreError::Unavailable(format!("the address of PostgreSQL can't be read: {err}"))
    })?;
    if config.get_application_name().is_none() {
        config.application_name("keyway");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, tls::connector(&trust)?, recycling);
    Pool::builder(manager)
        .max_size(connections)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(PATIENCE))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|err| StoreError::Unavailable(err.to_string()))
}
