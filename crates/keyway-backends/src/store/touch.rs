//! When keys were last used.

use std::collections::BTreeMap;

use keyway_core::backend::store::StoreResult;
use keyway_core::time::Timestamp;

use crate::sql::{Connection, values};

/// The last use of each id, in the order of ids, so that two writers lock rows in one order.
pub(crate) fn latest<T>(
    used: &[(T, Timestamp)],
    id: impl Fn(&T) -> &str,
) -> BTreeMap<String, Timestamp> {
    let mut latest = BTreeMap::new();
    for (key, at) in used {
        let last = latest.entry(id(key).to_owned()).or_insert(*at);
        *last = (*last).max(*at);
    }
    latest
}

/// Notes the last uses of keys.
pub(crate) async fn keys<C: Connection>(
    conn: &mut C,
    used: BTreeMap<String, Timestamp>,
) -> StoreResult<()> {
    let sql = "UPDATE keys SET last_used_at = $2 \
               WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    note(conn, sql, used).await
}

/// Notes the last uses of root keys.
pub(crate) async fn root_keys<C: Connection>(
    conn: &mut C,
    used: BTreeMap<String, Timestamp>,
) -> StoreResult<()> {
    let sql = "UPDATE root_keys SET last_used_at = $2 \
               WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    note(conn, sql, used).await
}

async fn note<C: Connection>(
    conn: &mut C,
    sql: &str,
    used: BTreeMap<String, Timestamp>,
) -> StoreResult<()> {
    for (id, at) in used {
        conn.execute(sql, &values![id, at]).await?;
    }
    Ok(())
}
