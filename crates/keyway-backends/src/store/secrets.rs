//! The sealed secrets of recoverable keys.

use std::collections::HashMap;

use keyway_core::audit::Event;
use keyway_core::backend::store::StoreResult;
use keyway_core::id::{KeyId, WorkspaceId};
use keyway_core::vault::SealedSecret;

use super::audit::Audit;
use super::keys::resource;
use crate::sql::{Connection, list, padded, values};

/// Stores the secret of a new key.
pub(crate) async fn insert<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    key: &KeyId,
    secret: &SealedSecret,
) -> StoreResult<()> {
    let sql = "INSERT INTO encrypted_keys (key_id, workspace_id, dek_id, sealed) \
               VALUES ($1, $2, $3, $4)";
    let values = values![key, workspace, &secret.dek_id, &secret.sealed[..]];
    conn.execute(sql, &values).await.map(drop)
}

/// `KeyStore::find_sealed_secret`
pub(crate) async fn find<C: Connection>(
    conn: &mut C,
    key: &KeyId,
) -> StoreResult<Option<SealedSecret>> {
    let sql = "SELECT e.dek_id, e.sealed FROM encrypted_keys e JOIN keys k ON k.id = e.key_id \
               JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id \
               JOIN workspaces w ON w.id = k.workspace_id \
               WHERE e.key_id = $1 AND k.deleted_at IS NULL AND a.deleted_at IS NULL \
               AND w.purge_at IS NULL";
    match conn.first(sql, &values![key]).await? {
        Some(mut row) => Ok(Some(SealedSecret { dek_id: row.take()?, sealed: row.take()? })),
        None => Ok(None),
    }
}

/// `KeyStore::note_reveal`
pub(crate) async fn note_reveal<C: Connection>(
    conn: &mut C,
    keys: &[KeyId],
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let ids = padded(keys);
    let sql = format!(
        "SELECT id, name FROM keys WHERE workspace_id = $1 AND id IN {}",
        list(2, ids.len())
    );
    let mut values = values![&audit.trail.workspace].to_vec();
    values.extend(ids);
    let mut names: HashMap<KeyId, Option<String>> = HashMap::new();
    for mut row in conn.query(&sql, &values).await? {
        names.insert(row.take()?, row.take()?);
    }
    for key in keys {
        if let Some(name) = names.get(key) {
            journal.tell(Event::KeyRevealed, vec![resource(key, name.as_deref())]);
        }
    }
    journal.close(conn).await
}
