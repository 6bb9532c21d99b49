//! `KeyStore::reroll_key`

use keyway_core::audit::Event;
use keyway_core::backend::store::StoreResult;
use keyway_core::id::KeyId;
use keyway_core::key::Reroll;

use super::audit::Audit;
use super::keys::{present, resource};
use super::{credits, key_meta, ratelimits, secrets};
use crate::cache::{Change, Kind};
use crate::sql::{Connection, values};

/// What belongs to a key beside its row and can be copied as it is.
const COPIES: [&str; 3] = [
    // The time of the next refill too: one that is overdue isn't lost.
    "INSERT INTO key_credits \
     (key_id, remaining, refill_interval, refill_amount, refill_day, refill_at) \
     SELECT $2, c.remaining, c.refill_interval, c.refill_amount, c.refill_day, c.refill_at \
     FROM key_credits c WHERE c.key_id = $1",
    "INSERT INTO key_permissions (workspace_id, key_id, permission_id) \
     SELECT x.workspace_id, $2, x.permission_id FROM key_permissions x WHERE x.key_id = $1 \
     AND x.workspace_id = $3",
    "INSERT INTO key_roles (workspace_id, key_id, role_id) \
     SELECT x.workspace_id, $2, x.role_id FROM key_roles x WHERE x.key_id = $1 \
     AND x.workspace_id = $3",
];

/// Stores the successor of a key and ends the old one.
pub(crate) async fn reroll<C: Connection>(
    conn: &mut C,
    old: &KeyId,
    reroll: &Reroll,
    audit: &Audit,
) -> StoreResult<()> {
    let (workspace, now) = (&audit.trail.workspace, audit.trail.now);
    let mut journal = audit.open(conn).await?;
    let before = present(conn, old, workspace).await?;
    // Nothing is spent between the copy of the balance and the end of the transaction.
    credits::lock(conn, old).await?;

    let sql = "INSERT INTO keys (id, workspace_id, api_id, hash, start, name, meta, enabled, \
               expires, identity_id, created_at, byte_length, unchecked_length) \
               SELECT $2, k.workspace_id, k.api_id, $3, $4, k.name, k.meta, k.enabled, \
               k.expires, $5, $6, $7, $8 FROM keys k WHERE k.id = $1";
    let values = values![
        old,
        &reroll.id,
        reroll.hash,
        &reroll.start,
        before.identity.as_ref().map(|(id, _)| id),
        now,
        reroll.byte_length,
        reroll.unchecked_length,
    ];
    conn.execute(sql, &values).await?;
    conn.note(Kind::Key, Change::KeyHash(reroll.hash));
    for (sql, takes_workspace) in COPIES.into_iter().zip([false, true, true]) {
        let values = values![old, &reroll.id, workspace];
        conn.execute(sql, if takes_workspace { &values } else { &values[..2] }).await?;
    }
    key_meta::copy(conn, old, &reroll.id).await?;
    ratelimits::copy(conn, workspace, old, &reroll.id, &audit.trail.entropy).await?;
    if let Some(sealed) = &reroll.sealed {
        secrets::insert(conn, workspace, &reroll.id, sealed).await?;
    }
    let ends = [before.expires, reroll.old_expires].into_iter().flatten().min();
    let sql = "UPDATE keys SET expires = $2, updated_at = $3 WHERE id = $1";
    conn.execute(sql, &values![old, ends, now]).await?;

    let new = resource(&reroll.id, before.name.as_deref());
    journal.tell(Event::KeyRerolled, vec![new, before.resource(), before.api_resource()]);
    journal.close(conn).await
}
