//! Filling a directory with very many keys for measurements, past the operations and the log.
//!
//! No server may use the directory. The audit log says nothing of these keys, which is why this
//! is for directories that hold nothing else.

use std::path::Path;

use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::id::{ApiId, IdentityId, KeyId, PermissionId, RatelimitId, RoleId, WorkspaceId};
use keyway_core::identity::Meta;
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use rusqlite::{Connection, params};

use super::connection::{Access, SqliteConnection};
use super::error::store_error;
use super::files;
use crate::store::meta_digests;

/// How many keys a transaction stores. Within it they go in the order of their ids, so that
/// neighbours in an index are stored one after the other.
const BATCH: usize = 200_000;
/// Memory for pages, in KiB: the indexes that can't be left off are filled in a random order.
const CACHE: i64 = 4 * 1024 * 1024;

/// A key to store.
pub struct FilledKey {
    /// Its id.
    pub id: KeyId,
    /// The hash of the whole key.
    pub hash: KeyHash,
    /// What lists show of it.
    pub start: String,
    /// Its name.
    pub name: String,
    /// Its free members.
    pub meta: Meta,
    /// Who holds it, with the external id. Keys of one holder follow each other.
    pub identity: (IdentityId, String),
    /// The id of its one rate limit.
    pub ratelimit: RatelimitId,
}

/// What all keys have in common.
pub struct Common {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The API.
    pub api: ApiId,
    /// A role of each key.
    pub role: RoleId,
    /// A permission that each key holds directly.
    pub permission: PermissionId,
    /// How many random bytes the keys have.
    pub byte_length: i64,
    /// The limit that applies by itself, within a minute.
    pub limit: i64,
    /// When they were created.
    pub now: Timestamp,
}

/// Stores keys in a directory that a server has been started on before. `told` is called with
/// the number of keys so far and ends the work if it returns false; the directory is then of no
/// use any more.
pub fn fill(
    data_dir: &Path,
    common: &Common,
    keys: impl Iterator<Item = FilledKey>,
    mut told: impl FnMut(usize) -> bool,
) -> StoreResult<usize> {
    let _lock = files::lock(data_dir)?;
    let file = files::existing_database(data_dir)?;
    let conn = SqliteConnection::open(&file, Access::Write)?.inner;
    let sql = |err: rusqlite::Error| store_error(&err);
    conn.pragma_update(None, "foreign_keys", false).map_err(sql)?;
    conn.pragma_update(None, "journal_mode", "off").map_err(sql)?;
    conn.pragma_update(None, "synchronous", "off").map_err(sql)?;
    conn.pragma_update(None, "locking_mode", "exclusive").map_err(sql)?;
    conn.pragma_update(None, "cache_size", -CACHE).map_err(sql)?;
    conn.pragma_update(None, "threads", 2).map_err(sql)?;

    let indexes = take_indexes(&conn).map_err(sql)?;
    let mut keys = keys.peekable();
    let mut stored = 0;
    while keys.peek().is_some() {
        let mut batch: Vec<FilledKey> = keys.by_ref().take(BATCH).collect();
        conn.execute_batch("BEGIN").map_err(sql)?;
        store_identities(&conn, common, &batch).map_err(sql)?;
        batch.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        let tables: [Store; 5] =
            [store_keys, store_meta, store_roles, store_permissions, store_ratelimits];
        let parts = batch.chunks(BATCH / 10);
        let (steps, mut step) = (tables.len() * parts.len(), 0);
        for table in tables {
            for part in parts.clone() {
                table(&conn, common, part).map_err(sql)?;
                step += 1;
                if !told(stored + batch.len() * step / steps) {
                    return Err(ended());
                }
            }
        }
        conn.execute_batch("COMMIT").map_err(sql)?;
        stored += batch.len();
    }
    for index in &indexes {
        conn.execute_batch(index).map_err(sql)?;
        if !told(stored) {
            return Err(ended());
        }
    }
    conn.pragma_update(None, "synchronous", "full").map_err(sql)?;
    conn.pragma_update(None, "locking_mode", "normal").map_err(sql)?;
    conn.pragma_update(None, "journal_mode", "wal").map_err(sql)?;
    Ok(stored)
}

/// Removes the indexes that were made by name, and returns how to make them again: sorted at the
/// end they cost a fraction.
fn take_indexes(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let tables = "'keys', 'key_meta', 'key_roles', 'key_permissions', 'ratelimits', 'identities'";
    let sql = format!(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL \
         AND tbl_name IN ({tables}) ORDER BY name"
    );
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let indexes = rows.collect::<rusqlite::Result<Vec<(String, String)>>>()?;
    for (name, _) in &indexes {
        conn.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

/// Stores the rows of one table.
type Store = fn(&Connection, &Common, &[FilledKey]) -> rusqlite::Result<()>;

fn ended() -> StoreError {
    StoreError::Unavailable("the filling was ended early".to_owned())
}

fn store_identities(
    conn: &Connection,
    common: &Common,
    keys: &[FilledKey],
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO identities (id, workspace_id, external_id, meta, created_at) \
               VALUES (?1, ?2, ?3, '{}', ?4) ON CONFLICT (id) DO NOTHING";
    let mut statement = conn.prepare(sql)?;
    let mut last: Option<&IdentityId> = None;
    for key in keys {
        let (id, external_id) = &key.identity;
        if last != Some(id) {
            let workspace = common.workspace.as_str();
            statement.execute(params![id.as_str(), workspace, external_id, common.now.0])?;
            last = Some(id);
        }
    }
    Ok(())
}

fn store_keys(conn: &Connection, common: &Common, keys: &[FilledKey]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO keys (id, workspace_id, api_id, hash, start, name, meta, enabled, \
               identity_id, created_at, byte_length) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10)";
    let mut statement = conn.prepare(sql)?;
    for key in keys {
        let meta = serde_json::Value::Object(key.meta.clone()).to_string();
        statement.execute(params![
            key.id.as_str(),
            common.workspace.as_str(),
            common.api.as_str(),
            &key.hash.0[..],
            key.start,
            key.name,
            meta,
            key.identity.0.as_str(),
            common.now.0,
            common.byte_length,
        ])?;
    }
    Ok(())
}

fn store_meta(conn: &Connection, _: &Common, keys: &[FilledKey]) -> rusqlite::Result<()> {
    let mut statement = conn.prepare("INSERT INTO key_meta (key_id, digest) VALUES (?1, ?2)")?;
    for key in keys {
        for digest in meta_digests(&key.meta) {
            statement.execute(params![key.id.as_str(), digest])?;
        }
    }
    Ok(())
}

fn store_roles(conn: &Connection, common: &Common, keys: &[FilledKey]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO key_roles (workspace_id, key_id, role_id) VALUES (?1, ?2, ?3)";
    held(conn, sql, common, common.role.as_str(), keys)
}

fn store_permissions(
    conn: &Connection,
    common: &Common,
    keys: &[FilledKey],
) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO key_permissions (workspace_id, key_id, permission_id) VALUES (?1, ?2, ?3)";
    held(conn, sql, common, common.permission.as_str(), keys)
}

fn held(
    conn: &Connection,
    sql: &str,
    common: &Common,
    what: &str,
    keys: &[FilledKey],
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(sql)?;
    for key in keys {
        statement.execute(params![common.workspace.as_str(), key.id.as_str(), what])?;
    }
    Ok(())
}

fn store_ratelimits(
    conn: &Connection,
    common: &Common,
    keys: &[FilledKey],
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO ratelimits \
               (id, workspace_id, key_id, name, \"limit\", duration, auto_apply, position) \
               VALUES (?1, ?2, ?3, 'requests', ?4, 60000, 1, 0)";
    let mut statement = conn.prepare(sql)?;
    for key in keys {
        let (workspace, id) = (common.workspace.as_str(), key.id.as_str());
        statement.execute(params![key.ratelimit.as_str(), workspace, id, common.limit])?;
    }
    Ok(())
}
