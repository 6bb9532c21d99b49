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

/// How many keys a transaction stores.
const BATCH: usize = 20_000;
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
    /// Who holds it, with the external id: stored when an id is seen for the first time in a row.
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

    let indexes = take_indexes(&conn).map_err(sql)?;
    let mut keys = keys.peekable();
    let (mut stored, mut last) = (0, None);
    while keys.peek().is_some() {
        conn.execute_batch("BEGIN").map_err(sql)?;
        for key in keys.by_ref().take(BATCH) {
            store(&conn, common, &key, &mut last)?;
            stored += 1;
        }
        conn.execute_batch("COMMIT").map_err(sql)?;
        if !told(stored) {
            return Err(StoreError::Unavailable("the filling was ended early".to_owned()));
        }
    }
    for index in &indexes {
        conn.execute_batch(index).map_err(sql)?;
        if !told(stored) {
            return Err(StoreError::Unavailable("the filling was ended early".to_owned()));
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

fn store(
    conn: &Connection,
    common: &Common,
    key: &FilledKey,
    last: &mut Option<IdentityId>,
) -> StoreResult<()> {
    let workspace = common.workspace.as_str();
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        let statement = conn.prepare_cached(sql);
        statement.and_then(|mut one| one.execute(values)).map(drop).map_err(|err| store_error(&err))
    };
    let (identity, external_id) = &key.identity;
    if last.as_ref() != Some(identity) {
        run(
            "INSERT INTO identities (id, workspace_id, external_id, meta, created_at) \
             VALUES (?1, ?2, ?3, '{}', ?4)",
            params![identity.as_str(), workspace, external_id, common.now.0],
        )?;
        *last = Some(identity.clone());
    }
    let meta = serde_json::to_string(&key.meta)
        .map_err(|err| StoreError::Corrupt(format!("free members have no JSON form: {err}")))?;
    let id = key.id.as_str();
    run(
        "INSERT INTO keys (id, workspace_id, api_id, hash, start, name, meta, enabled, \
         identity_id, created_at, byte_length) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10)",
        params![
            id,
            workspace,
            common.api.as_str(),
            &key.hash.0[..],
            key.start,
            key.name,
            meta,
            identity.as_str(),
            common.now.0,
            common.byte_length,
        ],
    )?;
    for digest in meta_digests(&key.meta) {
        run("INSERT INTO key_meta (key_id, digest) VALUES (?1, ?2)", params![id, digest])?;
    }
    run(
        "INSERT INTO key_roles (workspace_id, key_id, role_id) VALUES (?1, ?2, ?3)",
        params![workspace, id, common.role.as_str()],
    )?;
    run(
        "INSERT INTO key_permissions (workspace_id, key_id, permission_id) VALUES (?1, ?2, ?3)",
        params![workspace, id, common.permission.as_str()],
    )?;
    run(
        "INSERT INTO ratelimits \
         (id, workspace_id, key_id, name, \"limit\", duration, auto_apply, position) \
         VALUES (?1, ?2, ?3, 'requests', ?4, 60000, 1, 0)",
        params![key.ratelimit.as_str(), workspace, id, common.limit],
    )
}
