//! Balances that are due to be refilled.

use keyway_core::audit::Event;
use keyway_core::backend::store::{Entity, StoreError, StoreResult};
use keyway_core::credits::Credits;
use keyway_core::key::DueRefill;
use keyway_core::time::Timestamp;

use super::audit::Audit;
use super::changes::Changes;
use super::keys::{Present, present};
use super::{credits, rows};
use crate::sql::{Connection, values};

/// `KeyStore::due_refills`
pub(crate) async fn due<C: Connection>(
    conn: &mut C,
    now: Timestamp,
    limit: usize,
) -> StoreResult<Vec<DueRefill>> {
    let columns = rows::CREDITS;
    let sql = format!(
        "SELECT c.key_id, k.workspace_id, c.refill_at, {columns} FROM key_credits c \
         JOIN keys k ON k.id = c.key_id \
         JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id \
         JOIN workspaces w ON w.id = k.workspace_id \
         WHERE c.refill_at <= $1 AND k.deleted_at IS NULL AND a.deleted_at IS NULL \
         AND w.purge_at IS NULL ORDER BY c.refill_at, c.key_id LIMIT $2"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut due = Vec::new();
    for mut row in conn.query(&sql, &values![now, limit]).await? {
        let (key_id, workspace_id, due_at) = (row.take()?, row.take()?, row.take()?);
        if let Some(Credits { refill: Some(refill), .. }) = rows::credits(&mut row)? {
            due.push(DueRefill { key_id, workspace_id, refill, due_at });
        }
    }
    Ok(due)
}

/// `KeyStore::refill_key`
pub(crate) async fn refill<C: Connection>(
    conn: &mut C,
    due: &DueRefill,
    next: Timestamp,
    audit: &Audit,
) -> StoreResult<bool> {
    let mut journal = match audit.open(conn).await {
        Err(StoreError::Missing(Entity::Workspace, _)) => return Ok(false),
        opened => opened?,
    };
    let Some((key, before)) = still_due(conn, due, audit).await? else {
        return Ok(false);
    };
    let after = Credits { remaining: before.remaining.max(due.refill.amount), ..before.clone() };
    let sql = "UPDATE key_credits SET remaining = $2, refill_at = $3 WHERE key_id = $1";
    conn.execute(sql, &values![&due.key_id, after.remaining, next]).await?;

    let mut changes = Changes::default();
    let (old, new) = (credits::as_json(Some(&before)), credits::as_json(Some(&after)));
    changes.note("credits", old, new);
    if !changes.is_empty() {
        let resources = vec![key.resource(), key.api_resource()];
        journal.tell_changes(Event::KeyUpdated, resources, changes.into_list());
    }
    journal.close(conn).await?;
    Ok(true)
}

/// The key and its balance, if that refill is still what is due.
async fn still_due<C: Connection>(
    conn: &mut C,
    due: &DueRefill,
    audit: &Audit,
) -> StoreResult<Option<(Present, Credits)>> {
    let key = match present(conn, &due.key_id, &audit.trail.workspace).await {
        Err(StoreError::Missing(Entity::Key, _)) => return Ok(None),
        found => found?,
    };
    let columns = rows::CREDITS;
    let sql = format!(
        "SELECT c.refill_at, {columns} FROM key_credits c WHERE c.key_id = $1{}",
        C::DIALECT.for_update
    );
    let Some(mut row) = conn.first(&sql, &values![&due.key_id]).await? else { return Ok(None) };
    let refill_at: Option<Timestamp> = row.take()?;
    let credits = rows::credits(&mut row)?.filter(|credits| {
        refill_at == Some(due.due_at) && credits.refill.as_ref() == Some(&due.refill)
    });
    Ok(credits.map(|credits| (key, credits)))
}
