//! Formats in which imported keys are hashed.

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{Entity, MigrationStore, StoreError, StoreResult};
use keyway_core::id::{MigrationId, WorkspaceId};
use keyway_core::migration::{HashFormat, Migration, MigrationSummary};
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};

use super::SqlStore;
use super::audit::row_limit;
use crate::sql::{Connection, Database, Row, values};

#[async_trait]
impl<D: Database> MigrationStore for SqlStore<D> {
    async fn insert_migration(&self, migration: &Migration, trail: &Trail) -> StoreResult<()> {
        let (migration, audit) = (migration.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    let sql = "INSERT INTO migrations (id, workspace_id, name, format, created_at) \
                               VALUES ($1, $2, $3, $4, $5)";
                    let values = values![
                        &migration.id,
                        &audit.trail.workspace,
                        &migration.name,
                        migration.format.name(),
                        migration.created_at,
                    ];
                    conn.execute(sql, &values).await?;
                    journal.tell(Event::MigrationCreated, vec![resource(&migration)]);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn find_migration(&self, id: &MigrationId) -> StoreResult<Option<Owned<Migration>>> {
        let id = id.clone();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql = format!(
                        "SELECT {COLUMNS}, m.workspace_id FROM migrations m \
                         JOIN workspaces w ON w.id = m.workspace_id \
                         WHERE m.id = $1 AND w.purge_at IS NULL"
                    );
                    let Some(mut row) = conn.first(&sql, &values![&id]).await? else {
                        return Ok(None);
                    };
                    let migration = migration(&mut row)?;
                    Ok(Some(Owned::seal(row.take()?, migration)))
                })
            })
            .await
    }

    async fn list_migrations(
        &self,
        workspace: &WorkspaceId,
        page: &Page,
    ) -> StoreResult<PageOf<MigrationSummary>> {
        let (workspace, page) = (workspace.clone(), page.clone());
        self.db.scan(move |conn| Box::pin(async move { list(conn, &workspace, &page).await })).await
    }

    async fn delete_migration(&self, id: &MigrationId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    let sql = format!(
                        "SELECT {COLUMNS} FROM migrations m \
                         JOIN workspaces w ON w.id = m.workspace_id \
                         WHERE m.id = $1 AND m.workspace_id = $2 AND w.purge_at IS NULL"
                    );
                    let values = values![&id, &audit.trail.workspace];
                    let Some(mut row) = conn.first(&sql, &values).await? else {
                        return Err(StoreError::Missing(Entity::Migration, id.to_string()));
                    };
                    let migration = migration(&mut row)?;
                    conn.execute("DELETE FROM migrations WHERE id = $1", &values[..1]).await?;
                    journal.tell(Event::MigrationDeleted, vec![resource(&migration)]);
                    journal.close(conn).await
                })
            })
            .await
    }
}

/// The columns of a migration `m`.
const COLUMNS: &str = "m.id, m.name, m.format, m.created_at";

fn migration(row: &mut Row) -> StoreResult<Migration> {
    let (id, name): (MigrationId, String) = (row.take()?, row.take()?);
    let format: String = row.take()?;
    let format = HashFormat::parse(&format).ok_or_else(|| {
        StoreError::Corrupt(format!("the migration {id} has the format {format:?}"))
    })?;
    Ok(Migration { id, name, format, created_at: row.take()? })
}

fn resource(migration: &Migration) -> Resource {
    Resource::named(ResourceKind::Migration, &migration.id, &migration.name)
}

async fn list<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    page: &Page,
) -> StoreResult<PageOf<MigrationSummary>> {
    let keys = "FROM keys k WHERE k.workspace_id = m.workspace_id AND k.migration_id = m.id \
                AND k.deleted_at IS NULL";
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT count(*) {keys}), (SELECT count(k.pending_migration) {keys}) \
         FROM migrations m WHERE m.workspace_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3"
    );
    let values = values![workspace, page.after.as_deref().unwrap_or(""), row_limit(page)];
    let mut found = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        let migration = migration(&mut row)?;
        let (imported, pending) = (row.take()?, row.take()?);
        found.push(MigrationSummary { migration, imported, pending });
    }
    Ok(PageOf::cut(found, page.limit, |summary| summary.migration.id.to_string()))
}
