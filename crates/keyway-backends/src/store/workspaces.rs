//! Workspaces.

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{Entity, StoreError, StoreResult, WorkspaceStore};
use keyway_core::id::WorkspaceId;
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};
use keyway_core::root_key::RootKey;
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::workspace::{Workspace, WorkspaceChange, WorkspaceCounts};

use super::audit::{Audit, row_limit, start_log};
use super::changes::Changes;
use super::{CHAIN_KEY, SqlStore, root_keys, rows};
use crate::cache::{Change, Kind};
use crate::sql::{Connection, Database, values};

#[async_trait]
impl<D: Database> WorkspaceStore for SqlStore<D> {
    async fn bootstrap(
        &self,
        workspace: &Workspace,
        root_key: &RootKey,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<bool> {
        let (workspace, root_key, audit) = (workspace.clone(), root_key.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    if has_workspaces(conn).await? {
                        return Ok(false);
                    }
                    insert(conn, &workspace, &root_key, hash, &audit).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn insert_workspace(
        &self,
        workspace: &Workspace,
        root_key: &RootKey,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (workspace, root_key, audit) = (workspace.clone(), root_key.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { insert(conn, &workspace, &root_key, hash, &audit).await })
            })
            .await
    }

    async fn find_workspace(
        &self,
        id: &WorkspaceId,
    ) -> StoreResult<Option<Owned<(Workspace, WorkspaceCounts)>>> {
        let id = id.clone();
        self.db.scan(move |conn| Box::pin(async move { find(conn, &id).await })).await
    }

    async fn list_workspaces(
        &self,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<(Workspace, i64)>> {
        let (search, page) = (search.map(str::to_ascii_lowercase), page.clone());
        self.db.scan(move |conn| Box::pin(async move { list(conn, search, &page).await })).await
    }

    async fn update_workspace(
        &self,
        id: &WorkspaceId,
        change: &WorkspaceChange,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (id, change, audit) = (id.clone(), change.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { update(conn, &id, change, &audit).await }))
            .await
    }

    async fn delete_workspace(
        &self,
        id: &WorkspaceId,
        purge_at: Timestamp,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { delete(conn, &id, purge_at, &audit).await }))
            .await
    }

    async fn purge_workspaces(&self, now: Timestamp) -> StoreResult<usize> {
        self.db.write(move |conn| Box::pin(async move { purge(conn, now).await })).await
    }
}

/// Whether there is a workspace. Nodes that start together on an empty database wait here for
/// each other.
async fn has_workspaces<C: Connection>(conn: &mut C) -> StoreResult<bool> {
    let sql = format!("SELECT name FROM instance WHERE name = $1{}", C::DIALECT.for_update);
    conn.query(&sql, &values![CHAIN_KEY]).await?;
    Ok(conn.first("SELECT id FROM workspaces LIMIT 1", &[]).await?.is_some())
}

async fn insert<C: Connection>(
    conn: &mut C,
    workspace: &Workspace,
    root_key: &RootKey,
    hash: KeyHash,
    audit: &Audit,
) -> StoreResult<()> {
    let sql = "INSERT INTO workspaces \
               (id, name, slug, enabled, requests_per_minute, created_at, purge_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = values![
        &workspace.id,
        &workspace.name,
        &workspace.slug,
        workspace.enabled,
        workspace.requests_per_minute,
        workspace.created_at,
        workspace.purge_at,
    ];
    conn.execute(sql, &values).await?;
    start_log(conn, &workspace.id).await?;
    let mut journal = audit.open_for(conn, &[&workspace.id, &audit.trail.workspace]).await?;
    root_keys::insert_row(conn, root_key, hash).await?;

    journal.tell(Event::WorkspaceCreated, vec![resource(workspace)]);
    journal.tell_in(&workspace.id, Event::RootKeyCreated, vec![root_keys::resource(root_key)]);
    journal.close(conn).await
}

fn resource(workspace: &Workspace) -> Resource {
    Resource::named(ResourceKind::Workspace, &workspace.id, &workspace.name)
}

/// The keys of workspace `w` that aren't deleted, nor their API.
const KEY_COUNT: &str = "(SELECT count(*) FROM keys k \
     JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id \
     WHERE k.workspace_id = w.id AND k.deleted_at IS NULL AND a.deleted_at IS NULL)";

async fn find<C: Connection>(
    conn: &mut C,
    id: &WorkspaceId,
) -> StoreResult<Option<Owned<(Workspace, WorkspaceCounts)>>> {
    let columns = rows::WORKSPACE;
    let sql = format!(
        "SELECT {columns}, \
         (SELECT count(*) FROM apis x WHERE x.workspace_id = w.id AND x.deleted_at IS NULL), \
         {KEY_COUNT}, \
         (SELECT count(*) FROM identities x WHERE x.workspace_id = w.id AND x.deleted_at IS NULL), \
         (SELECT count(*) FROM roles x WHERE x.workspace_id = w.id), \
         (SELECT count(*) FROM permissions x WHERE x.workspace_id = w.id), \
         (SELECT count(*) FROM root_keys x WHERE x.workspace_id = w.id), \
         (SELECT count(*) FROM namespaces x WHERE x.workspace_id = w.id AND x.deleted_at IS NULL) \
         FROM workspaces w WHERE w.id = $1 AND w.purge_at IS NULL"
    );
    let Some(mut row) = conn.first(&sql, &values![id]).await? else { return Ok(None) };
    let workspace = rows::workspace(&mut row)?;
    let counts = WorkspaceCounts {
        apis: row.take()?,
        keys: row.take()?,
        identities: row.take()?,
        roles: row.take()?,
        permissions: row.take()?,
        root_keys: row.take()?,
        namespaces: row.take()?,
    };
    Ok(Some(Owned::seal(workspace.id.clone(), (workspace, counts))))
}

async fn list<C: Connection>(
    conn: &mut C,
    search: Option<String>,
    page: &Page,
) -> StoreResult<PageOf<(Workspace, i64)>> {
    let mut values = values![page.after.as_deref().unwrap_or(""), row_limit(page)].to_vec();
    let mut condition = String::new();
    if let Some(search) = search {
        values.push(search.into());
        condition = format!(" AND {}", C::DIALECT.contains(&["w.name", "w.slug", "w.id"], 3));
    }
    let columns = rows::WORKSPACE;
    let sql = format!(
        "SELECT {columns}, {KEY_COUNT} FROM workspaces w \
         WHERE w.id > $1 AND w.purge_at IS NULL{condition} ORDER BY w.id LIMIT $2"
    );
    let mut found = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        found.push((rows::workspace(&mut row)?, row.take()?));
    }
    Ok(PageOf::cut(found, page.limit, |(workspace, _)| workspace.id.to_string()))
}

/// The workspace as it is now; `Missing` if it is deleted.
async fn present<C: Connection>(conn: &mut C, id: &WorkspaceId) -> StoreResult<Workspace> {
    let columns = rows::WORKSPACE;
    let sql = format!("SELECT {columns} FROM workspaces w WHERE w.id = $1 AND w.purge_at IS NULL");
    match conn.first(&sql, &values![id]).await? {
        Some(mut row) => rows::workspace(&mut row),
        None => Err(StoreError::Missing(Entity::Workspace, id.to_string())),
    }
}

async fn update<C: Connection>(
    conn: &mut C,
    id: &WorkspaceId,
    change: WorkspaceChange,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open_for(conn, &[id, &audit.trail.workspace]).await?;
    let before = present(conn, id).await?;
    let name = change.name.unwrap_or_else(|| before.name.clone());
    let enabled = change.enabled.unwrap_or(before.enabled);
    let requests_per_minute = change.requests_per_minute.apply(before.requests_per_minute);

    let mut changes = Changes::default();
    changes.note("name", before.name.as_str(), name.as_str());
    changes.note("enabled", before.enabled, enabled);
    changes.note("requestsPerMinute", before.requests_per_minute, requests_per_minute);
    if changes.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE workspaces SET name = $2, enabled = $3, requests_per_minute = $4 \
               WHERE id = $1";
    conn.execute(sql, &values![id, &name, enabled, requests_per_minute]).await?;
    let after = Workspace { name, ..before };
    journal.tell_changes(Event::WorkspaceUpdated, vec![resource(&after)], changes.into_list());
    journal.close(conn).await
}

async fn delete<C: Connection>(
    conn: &mut C,
    id: &WorkspaceId,
    purge_at: Timestamp,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open_for(conn, &[id, &audit.trail.workspace]).await?;
    let workspace = present(conn, id).await?;
    let sql = "UPDATE workspaces SET purge_at = $2 WHERE id = $1";
    conn.execute(sql, &values![id, purge_at]).await?;
    journal.tell(Event::WorkspaceDeleted, vec![resource(&workspace)]);
    journal.close(conn).await
}

/// What erases a workspace, in an order that leaves no row without what it refers to.
const PURGE: [&str; 22] = [
    "DELETE FROM key_roles WHERE workspace_id = $1",
    "DELETE FROM key_permissions WHERE workspace_id = $1",
    "DELETE FROM role_permissions WHERE workspace_id = $1",
    "DELETE FROM ratelimits WHERE workspace_id = $1",
    "DELETE FROM key_credits WHERE key_id IN (SELECT id FROM keys WHERE workspace_id = $1)",
    "DELETE FROM key_meta WHERE key_id IN (SELECT id FROM keys WHERE workspace_id = $1)",
    "DELETE FROM encrypted_keys WHERE workspace_id = $1",
    "DELETE FROM keys WHERE workspace_id = $1",
    "DELETE FROM deks WHERE workspace_id = $1",
    "DELETE FROM identities WHERE workspace_id = $1",
    "DELETE FROM roles WHERE workspace_id = $1",
    "DELETE FROM permissions WHERE workspace_id = $1",
    "DELETE FROM apis WHERE workspace_id = $1",
    "DELETE FROM overrides WHERE workspace_id = $1",
    "DELETE FROM namespaces WHERE workspace_id = $1",
    "DELETE FROM migrations WHERE workspace_id = $1",
    "DELETE FROM root_keys WHERE workspace_id = $1",
    "DELETE FROM user_roles WHERE workspace_id = $1",
    "DELETE FROM audit_resources WHERE workspace_id = $1",
    "DELETE FROM audit_log WHERE workspace_id = $1",
    "DELETE FROM audit_heads WHERE workspace_id = $1",
    "DELETE FROM workspaces WHERE id = $1",
];

async fn purge<C: Connection>(conn: &mut C, now: Timestamp) -> StoreResult<usize> {
    let sql = format!(
        "SELECT id FROM workspaces WHERE purge_at <= $1 ORDER BY id{}",
        C::DIALECT.for_update
    );
    let due = conn.query(&sql, &values![now]).await?;
    let count = due.len();
    for mut row in due {
        let id: WorkspaceId = row.take()?;
        for sql in PURGE {
            conn.execute(sql, &values![&id]).await?;
        }
        // Its log, which would tell of it, is gone too.
        conn.note(Kind::Workspace, Change::Workspace(id));
    }
    Ok(count)
}
