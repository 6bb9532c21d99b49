//! Whole keys, put together from a few statements whatever their number.

use std::collections::{BTreeSet, HashMap};

use keyway_core::backend::store::StoreResult;
use keyway_core::id::{KeyId, RoleId, WorkspaceId};
use keyway_core::identity::Identity;
use keyway_core::key::{Key, KeyApi};
use keyway_core::ratelimit::Ratelimit;
use keyway_core::role::{Permission, Role};

use super::roles::permissions_of_roles;
use super::rows::{self, json, networks};
use crate::sql::{Connection, Row, Value, list, padded, values};

/// Loads the keys of one workspace for which the condition `wanted` on `k` (key), `a` (API) or
/// `i` (identity) holds. `wanted` may end with an order and a limit.
pub(crate) async fn load_keys<C: Connection>(
    conn: &mut C,
    wanted: &str,
    values: &[Value],
) -> StoreResult<Vec<Key>> {
    let credits = rows::CREDITS;
    let sql = format!(
        "SELECT k.id, k.workspace_id, k.api_id, a.environment, a.ip_allowlist, k.start, k.name, \
         k.meta, k.enabled, k.expires, k.created_at, k.updated_at, k.last_used_at, {credits}, \
         i.id, i.external_id, i.meta, k.byte_length, e.key_id IS NOT NULL, k.pending_migration \
         FROM keys k \
         JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id \
         JOIN workspaces w ON w.id = k.workspace_id \
         LEFT JOIN key_credits c ON c.key_id = k.id \
         LEFT JOIN encrypted_keys e ON e.key_id = k.id \
         LEFT JOIN identities i ON i.workspace_id = k.workspace_id AND i.id = k.identity_id \
         AND i.deleted_at IS NULL \
         WHERE k.deleted_at IS NULL AND a.deleted_at IS NULL AND w.purge_at IS NULL AND {wanted}"
    );
    let mut keys = Vec::new();
    for mut row in conn.query(&sql, values).await? {
        keys.push(key(&mut row)?);
    }
    let Some(first) = keys.first() else { return Ok(keys) };
    let workspace = first.workspace_id.clone();
    let ids = padded(keys.iter().map(|key| &key.id));
    add_ratelimits(conn, &workspace, &ids, &mut keys).await?;

    let mut permissions = permissions_of_keys(conn, &workspace, ids.clone()).await?;
    let mut roles = roles_of_keys(conn, &workspace, ids).await?;
    for key in &mut keys {
        key.permissions = permissions.remove(&key.id).unwrap_or_default();
        key.roles = roles.remove(&key.id).unwrap_or_default();
    }
    Ok(keys)
}

fn key(row: &mut Row) -> StoreResult<Key> {
    let id: String = row.take()?;
    Ok(Key {
        workspace_id: row.take()?,
        api: KeyApi {
            id: row.take()?,
            environment: row.take()?,
            ip_allowlist: networks(&row.take::<String>()?, &id)?,
        },
        start: row.take()?,
        name: row.take()?,
        meta: json(&row.take::<String>()?, "meta", &id)?,
        enabled: row.take()?,
        expires: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        last_used_at: row.take()?,
        credits: rows::credits(row)?,
        identity: identity(row)?,
        ratelimits: Vec::new(),
        permissions: Vec::new(),
        roles: Vec::new(),
        byte_length: row.take()?,
        recoverable: row.take()?,
        pending_migration: row.take()?,
        id: id.into(),
    })
}

fn identity(row: &mut Row) -> StoreResult<Option<Identity>> {
    let id: Option<String> = row.take()?;
    let (external_id, meta): (Option<String>, Option<String>) = (row.take()?, row.take()?);
    let (Some(id), Some(external_id), Some(meta)) = (id, external_id, meta) else {
        return Ok(None);
    };
    Ok(Some(Identity {
        external_id,
        meta: json(&meta, "meta", &id)?,
        ratelimits: Vec::new(),
        id: id.into(),
    }))
}

/// Adds the limits of keys and of their identities.
async fn add_ratelimits<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    key_ids: &[Value],
    keys: &mut [Key],
) -> StoreResult<()> {
    let owners: BTreeSet<_> =
        keys.iter().filter_map(|key| key.identity.as_ref()).map(|owner| owner.id.clone()).collect();
    let owner_ids = padded(&owners);
    let columns = rows::RATELIMIT;
    let mut values = values![workspace].to_vec();
    values.extend_from_slice(key_ids);
    let of_keys = format!(
        "SELECT l.key_id AS owner, l.position AS place, {columns} FROM ratelimits l \
         WHERE l.workspace_id = $1 AND l.key_id IN {}",
        list(2, key_ids.len())
    );
    let sql = if owner_ids.is_empty() {
        format!("{of_keys} ORDER BY owner, place")
    } else {
        let owner_list = list(values.len() + 1, owner_ids.len());
        values.extend(owner_ids);
        format!(
            "{of_keys} UNION ALL SELECT l.identity_id, l.position, {columns} FROM ratelimits l \
             WHERE l.workspace_id = $1 AND l.identity_id IN {owner_list} ORDER BY owner, place"
        )
    };
    let mut limits: HashMap<String, Vec<Ratelimit>> = HashMap::new();
    for mut row in conn.query(&sql, &values).await? {
        let (owner, _place): (String, i64) = (row.take()?, row.take()?);
        limits.entry(owner).or_default().push(rows::ratelimit(&mut row)?);
    }
    for key in keys {
        key.ratelimits = limits.remove(key.id.as_str()).unwrap_or_default();
        if let Some(identity) = &mut key.identity {
            // Several keys can have one identity.
            identity.ratelimits = limits.get(identity.id.as_str()).cloned().unwrap_or_default();
        }
    }
    Ok(())
}

/// The direct permissions of keys, by slug.
pub(crate) async fn permissions_of_keys<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    key_ids: Vec<Value>,
) -> StoreResult<HashMap<KeyId, Vec<Permission>>> {
    let columns = rows::PERMISSION;
    let sql = format!(
        "SELECT x.key_id, {columns} FROM key_permissions x JOIN permissions p \
         ON p.workspace_id = x.workspace_id AND p.id = x.permission_id \
         WHERE x.workspace_id = $1 AND x.key_id IN {} ORDER BY p.slug",
        list(2, key_ids.len())
    );
    let mut values = values![workspace].to_vec();
    values.extend(key_ids);
    let mut held: HashMap<KeyId, Vec<Permission>> = HashMap::new();
    for mut row in conn.query(&sql, &values).await? {
        held.entry(row.take()?).or_default().push(rows::permission(&mut row)?);
    }
    Ok(held)
}

/// The roles of keys, by name, with their permissions.
pub(crate) async fn roles_of_keys<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    key_ids: Vec<Value>,
) -> StoreResult<HashMap<KeyId, Vec<Role>>> {
    let sql = format!(
        "SELECT x.key_id, r.id, r.name, r.description FROM key_roles x JOIN roles r \
         ON r.workspace_id = x.workspace_id AND r.id = x.role_id \
         WHERE x.workspace_id = $1 AND x.key_id IN {} ORDER BY r.name",
        list(2, key_ids.len())
    );
    let mut values = values![workspace].to_vec();
    values.extend(key_ids);
    let mut held: HashMap<KeyId, Vec<Role>> = HashMap::new();
    let mut ids: BTreeSet<RoleId> = BTreeSet::new();
    for mut row in conn.query(&sql, &values).await? {
        let key: KeyId = row.take()?;
        let role = Role {
            id: row.take()?,
            name: row.take()?,
            description: row.take()?,
            permissions: Vec::new(),
        };
        ids.insert(role.id.clone());
        held.entry(key).or_default().push(role);
    }
    let permissions = permissions_of_roles(conn, workspace, &ids).await?;
    for role in held.values_mut().flatten() {
        role.permissions = permissions.get(&role.id).cloned().unwrap_or_default();
    }
    Ok(held)
}
