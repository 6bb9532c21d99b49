//! Root keys.

use std::sync::Arc;

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{Entity, RootKeyStore, StoreError, StoreResult};
use keyway_core::id::{RootKeyId, WorkspaceId};
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};
use keyway_core::permission::PermissionSet;
use keyway_core::record::RootRecord;
use keyway_core::root_key::{Grant, Principal, RootKey, RootKeyChange, RootKeyFilter};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use serde_json::Value as Json;

use super::audit::{Audit, row_limit};
use super::changes::Changes;
use super::rows::{self, json_text};
use super::{SqlStore, touch};
use crate::cache::Found;
use crate::sql::{Connection, Database, Value, values};

#[async_trait]
impl<D: Database> RootKeyStore for SqlStore<D> {
    fn kept_principal(&self, hash: &KeyHash) -> Option<Arc<RootRecord>> {
        match self.db.cache()?.root_keys.get(hash) {
            Found::Known(record) => Some(record),
            Found::Absent | Found::Nothing => None,
        }
    }

    async fn find_principal(&self, hash: &KeyHash) -> StoreResult<Option<Arc<RootRecord>>> {
        let hash = *hash;
        let load = self.db.read(move |conn| Box::pin(async move { principal(conn, hash).await }));
        let Some(cache) = self.db.cache() else {
            let found = load.await?;
            return Ok(found.map(|found| Arc::new(RootRecord::alone(hash, found))));
        };
        let _turn = cache.turn(&hash).await;
        match cache.root_keys.get(&hash) {
            Found::Known(record) => return Ok(Some(record)),
            Found::Absent => return Ok(None),
            Found::Nothing => {}
        }
        let (since, additions) = (cache.revision(), cache.root_keys.additions());
        let Some(found) = load.await? else {
            cache.keep_no_root_key(&hash, additions);
            return Ok(None);
        };
        Ok(Some(cache.keep_root_key(&hash, found, since)))
    }

    async fn insert_root_key(
        &self,
        root_key: &RootKey,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (root_key, audit) = (root_key.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open_for(conn, &[&root_key.workspace_id]).await?;
                    insert_row(conn, &root_key, hash).await?;
                    journal.tell(Event::RootKeyCreated, vec![resource(&root_key)]);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn find_root_key(&self, id: &RootKeyId) -> StoreResult<Option<Owned<RootKey>>> {
        let id = id.clone();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let columns = rows::ROOT_KEY;
                    let sql = format!(
                        "SELECT {columns} FROM root_keys r JOIN workspaces w \
                         ON w.id = r.workspace_id WHERE r.id = $1 AND w.purge_at IS NULL"
                    );
                    let Some(mut row) = conn.first(&sql, &values![&id]).await? else {
                        return Ok(None);
                    };
                    let root_key = rows::root_key(&mut row)?;
                    Ok(Some(Owned::seal(root_key.workspace_id.clone(), root_key)))
                })
            })
            .await
    }

    async fn list_root_keys(
        &self,
        workspace: &WorkspaceId,
        filter: &RootKeyFilter,
        page: &Page,
    ) -> StoreResult<PageOf<RootKey>> {
        let (workspace, filter, page) = (workspace.clone(), filter.clone(), page.clone());
        self.db
            .scan(move |conn| Box::pin(async move { list(conn, &workspace, filter, &page).await }))
            .await
    }

    async fn update_root_key(
        &self,
        id: &RootKeyId,
        change: &RootKeyChange,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (id, change, audit) = (id.clone(), change.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { update(conn, &id, change, &audit).await }))
            .await
    }

    async fn delete_root_key(&self, id: &RootKeyId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    let root_key = present(conn, &id, &audit.trail.workspace).await?;
                    conn.execute("DELETE FROM root_keys WHERE id = $1", &values![&id]).await?;
                    journal.tell(Event::RootKeyDeleted, vec![resource(&root_key)]);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn reroll_root_key(
        &self,
        old: &RootKeyId,
        old_expires: Option<Timestamp>,
        new: &RootKey,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (old, new, audit) = (old.clone(), new.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    let old = present(conn, &old, &audit.trail.workspace).await?;
                    let ends = [old.expires, old_expires].into_iter().flatten().min();
                    let sql = "UPDATE root_keys SET expires = $2, updated_at = $3 WHERE id = $1";
                    conn.execute(sql, &values![&old.id, ends, audit.trail.now]).await?;
                    insert_row(conn, &new, hash).await?;
                    let resources = vec![resource(&new), resource(&old)];
                    journal.tell(Event::RootKeyRerolled, resources);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn touch_root_keys(&self, used: &[(RootKeyId, Timestamp)]) -> StoreResult<()> {
        let used = touch::latest(used, RootKeyId::as_str);
        self.db.write(move |conn| Box::pin(async move { touch::root_keys(conn, used).await })).await
    }
}

/// The root key as an entry names it.
pub(crate) fn resource(root_key: &RootKey) -> Resource {
    Resource {
        id: root_key.id.to_string(),
        kind: ResourceKind::RootKey,
        name: root_key.name.clone(),
    }
}

async fn principal<C: Connection>(conn: &mut C, hash: KeyHash) -> StoreResult<Option<Principal>> {
    let columns = rows::ROOT_KEY;
    let sql = format!(
        "SELECT {columns}, w.enabled, w.purge_at, w.requests_per_minute FROM root_keys r \
         JOIN workspaces w ON w.id = r.workspace_id WHERE r.hash = $1"
    );
    let Some(mut row) = conn.first(&sql, &values![hash]).await? else { return Ok(None) };
    let root_key = rows::root_key(&mut row)?;
    let permissions = root_key.grant.effective_permissions();
    Ok(Some(Principal {
        root_key,
        permissions: PermissionSet::new(permissions.iter().map(String::as_str)),
        workspace_enabled: row.take()?,
        workspace_deleted: row.take::<Option<Timestamp>>()?.is_some(),
        requests_per_minute: row.take()?,
    }))
}

/// A grant as columns: permissions, roles, API ids and environments.
fn grant_columns(grant: &Grant) -> StoreResult<[Value; 4]> {
    Ok([
        json_text(&grant.permissions)?,
        json_text(&grant.roles)?,
        json_text(&grant.api_ids)?,
        grant.environments.as_ref().map(json_text).transpose()?.into(),
    ])
}

/// Stores the row alone.
pub(crate) async fn insert_row<C: Connection>(
    conn: &mut C,
    root_key: &RootKey,
    hash: KeyHash,
) -> StoreResult<()> {
    let sql = "INSERT INTO root_keys (id, workspace_id, hash, start, \"end\", name, enabled, \
               expires, created_at, updated_at, last_used_at, created_by, \
               permissions, roles, api_ids, environments) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let mut values = values![
        &root_key.id,
        &root_key.workspace_id,
        hash,
        &root_key.start,
        &root_key.end,
        root_key.name.as_deref(),
        root_key.enabled,
        root_key.expires,
        root_key.created_at,
        root_key.updated_at,
        root_key.last_used_at,
        root_key.created_by.as_ref(),
    ]
    .to_vec();
    values.extend(grant_columns(&root_key.grant)?);
    conn.execute(sql, &values).await.map(drop)
}

async fn list<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    filter: RootKeyFilter,
    page: &Page,
) -> StoreResult<PageOf<RootKey>> {
    let after = page.after.as_deref().unwrap_or("");
    let mut values = values![workspace, after, row_limit(page)].to_vec();
    let mut condition = String::new();
    if let Some(search) = filter.search {
        values.push(search.to_ascii_lowercase().into());
        let columns = ["coalesce(r.name, '')", "r.start", "r.id"];
        condition = format!(" AND {}", C::DIALECT.contains(&columns, 4));
    }
    let columns = rows::ROOT_KEY;
    let sql = format!(
        "SELECT {columns} FROM root_keys r WHERE r.workspace_id = $1 AND r.id > $2{condition} \
         ORDER BY r.id LIMIT $3"
    );
    let mut found = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        found.push(rows::root_key(&mut row)?);
    }
    Ok(PageOf::cut(found, page.limit, |root_key| root_key.id.to_string()))
}

/// The root key as it is now, in this workspace.
async fn present<C: Connection>(
    conn: &mut C,
    id: &RootKeyId,
    workspace: &WorkspaceId,
) -> StoreResult<RootKey> {
    let columns = rows::ROOT_KEY;
    let sql = format!(
        "SELECT {columns} FROM root_keys r JOIN workspaces w ON w.id = r.workspace_id \
         WHERE r.id = $1 AND r.workspace_id = $2 AND w.purge_at IS NULL"
    );
    match conn.first(&sql, &values![id, workspace]).await? {
        Some(mut row) => rows::root_key(&mut row),
        None => Err(StoreError::Missing(Entity::RootKey, id.to_string())),
    }
}

async fn update<C: Connection>(
    conn: &mut C,
    id: &RootKeyId,
    change: RootKeyChange,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let before = present(conn, id, &audit.trail.workspace).await?;
    let after = RootKey {
        name: change.name.apply(before.name.clone()),
        enabled: change.enabled.unwrap_or(before.enabled),
        expires: change.expires.apply(before.expires),
        grant: change.grant.unwrap_or_else(|| before.grant.clone()),
        ..before.clone()
    };
    let changes = difference(&before, &after);
    if changes.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE root_keys SET name = $2, enabled = $3, expires = $4, updated_at = $5, \
               permissions = $6, roles = $7, api_ids = $8, environments = $9 WHERE id = $1";
    let now = audit.trail.now;
    let mut values = values![id, after.name.as_deref(), after.enabled, after.expires, now].to_vec();
    values.extend(grant_columns(&after.grant)?);
    conn.execute(sql, &values).await?;
    journal.tell_changes(Event::RootKeyUpdated, vec![resource(&after)], changes.into_list());
    journal.close(conn).await
}

fn difference(before: &RootKey, after: &RootKey) -> Changes {
    let mut changes = Changes::default();
    changes.note("name", before.name.as_deref(), after.name.as_deref());
    changes.note("enabled", before.enabled, after.enabled);
    changes.note("expires", before.expires.map(|t| t.0), after.expires.map(|t| t.0));
    let (old, new) = (&before.grant, &after.grant);
    changes.note("permissions", old.permissions.clone(), new.permissions.clone());
    let roles = |grant: &Grant| -> Vec<&str> { grant.roles.iter().map(|r| r.name()).collect() };
    changes.note("roles", roles(old), roles(new));
    let apis =
        |grant: &Grant| -> Vec<String> { grant.api_ids.iter().map(ToString::to_string).collect() };
    changes.note("apiIds", apis(old), apis(new));
    let environments = |grant: &Grant| -> Json {
        grant
            .environments
            .as_ref()
            .map_or(Json::Null, |all| all.iter().map(|e| Json::from(e.0.as_str())).collect())
    };
    changes.note("environments", environments(old), environments(new));
    changes
}
