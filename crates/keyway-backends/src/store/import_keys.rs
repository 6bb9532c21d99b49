//! `KeyStore::import_keys`

use std::collections::HashSet;

use keyway_core::backend::store::StoreResult;
use keyway_core::id::ApiId;
use keyway_core::key::ImportedKey;

use super::audit::Audit;
use super::insert_key::{New, Origin, live_api, store};
use super::roles::{new_roles, tell_roles};
use crate::sql::{Connection, list, padded};

/// How many hashes are looked up in one statement.
const HASHES_AT_ONCE: usize = 256;

/// Stores those keys whose hash isn't there yet. A hash that appears meanwhile is a conflict.
pub(crate) async fn import<C: Connection>(
    conn: &mut C,
    api: &ApiId,
    keys: &[ImportedKey],
    audit: &Audit,
) -> StoreResult<Vec<bool>> {
    let (workspace, now) = (&audit.trail.workspace, audit.trail.now);
    let mut journal = audit.open(conn).await?;
    let api = live_api(conn, workspace, api).await?;
    let mut taken = taken(conn, keys).await?;
    let mut stored = Vec::with_capacity(keys.len());
    for imported in keys {
        let is_new = taken.insert(imported.key.hash.0);
        if is_new {
            let (names, ids) = (&imported.key.roles, &imported.new_role_ids);
            let (roles, created) = new_roles(conn, workspace, names, ids, now).await?;
            let origin = Origin {
                imported_by: &imported.imported_by,
                waits_for: imported.migration.as_ref(),
            };
            let new = New { key: &imported.key, roles: &roles, origin: Some(origin) };
            tell_roles(&mut journal, &created);
            store(conn, audit, &mut journal, &new, &api).await?;
        }
        stored.push(is_new);
    }
    journal.close(conn).await?;
    Ok(stored)
}

/// Those of the hashes that are there already, also of deleted keys and in other workspaces.
async fn taken<C: Connection>(
    conn: &mut C,
    keys: &[ImportedKey],
) -> StoreResult<HashSet<[u8; 32]>> {
    let mut taken = HashSet::new();
    for some in keys.chunks(HASHES_AT_ONCE) {
        let hashes = padded(some.iter().map(|imported| imported.key.hash));
        let sql = format!("SELECT hash FROM keys WHERE hash IN {}", list(1, hashes.len()));
        for mut row in conn.query(&sql, &hashes).await? {
            taken.extend(<[u8; 32]>::try_from(row.take::<Vec<u8>>()?));
        }
    }
    Ok(taken)
}
