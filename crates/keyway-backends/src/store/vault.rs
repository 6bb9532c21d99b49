//! The wrapped keys of the vault.

use async_trait::async_trait;
use keyway_core::backend::store::{Entity, StoreError, StoreResult, VaultStore};
use keyway_core::id::{DekId, WorkspaceId};
use keyway_core::vault::Dek;

use super::SqlStore;
use crate::sql::{Connection, Database, Row, Value, values};

#[async_trait]
impl<D: Database> VaultStore for SqlStore<D> {
    async fn find_active_dek(&self, workspace: &WorkspaceId) -> StoreResult<Option<Dek>> {
        let values = values![workspace];
        self.db.read(move |conn| Box::pin(async move { find(conn, ACTIVE, &values).await })).await
    }

    async fn find_dek(&self, id: &DekId) -> StoreResult<Option<Dek>> {
        let values = values![id];
        self.db
            .read(move |conn| Box::pin(async move { find(conn, "d.id = $1", &values).await }))
            .await
    }

    async fn activate_dek(&self, dek: &Dek, instead_of: Option<&DekId>) -> StoreResult<Dek> {
        let (dek, instead_of) = (dek.clone(), instead_of.cloned());
        self.db
            .write(move |conn| Box::pin(async move { activate(conn, dek, instead_of).await }))
            .await
    }

    async fn list_deks_not_under(&self, kek: &str, limit: usize) -> StoreResult<Vec<Dek>> {
        let values = values![kek, i64::try_from(limit).unwrap_or(i64::MAX)];
        self.db
            .scan(move |conn| {
                Box::pin(async move {
                    let sql = format!(
                        "SELECT {COLUMNS} FROM deks d WHERE d.kek_id <> $1 ORDER BY d.id LIMIT $2"
                    );
                    let rows = conn.query(&sql, &values).await?;
                    rows.into_iter().map(|mut row| read(&mut row)).collect()
                })
            })
            .await
    }

    async fn rewrap_dek(&self, dek: &Dek, before: &str) -> StoreResult<()> {
        let values = values![&dek.id, before, &dek.kek_id, &dek.wrapped[..]];
        self.db
            .statement(move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE deks SET kek_id = $3, wrapped = $4 \
                               WHERE id = $1 AND kek_id = $2";
                    conn.execute(sql, &values).await.map(drop)
                })
            })
            .await
    }
}

/// The columns of a key `d`.
const COLUMNS: &str = "d.id, d.workspace_id, d.kek_id, d.wrapped, d.created_at";
const ACTIVE: &str = "d.workspace_id = $1 AND d.active";

fn read(row: &mut Row) -> StoreResult<Dek> {
    Ok(Dek {
        id: row.take()?,
        workspace_id: row.take()?,
        kek_id: row.take()?,
        wrapped: row.take()?,
        created_at: row.take()?,
    })
}

async fn find<C: Connection>(
    conn: &mut C,
    wanted: &str,
    values: &[Value],
) -> StoreResult<Option<Dek>> {
    let sql = format!("SELECT {COLUMNS} FROM deks d WHERE {wanted}");
    conn.first(&sql, values).await?.map(|mut row| read(&mut row)).transpose()
}

async fn activate<C: Connection>(
    conn: &mut C,
    dek: Dek,
    instead_of: Option<DekId>,
) -> StoreResult<Dek> {
    let workspace = &dek.workspace_id;
    // The writers of a workspace wait here for each other, as those of its log do.
    let sql = format!(
        "SELECT workspace_id FROM audit_heads WHERE workspace_id = $1{}",
        C::DIALECT.for_update
    );
    if conn.first(&sql, &values![workspace]).await?.is_none() {
        return Err(StoreError::Missing(Entity::Workspace, workspace.to_string()));
    }
    if let Some(active) = find(conn, ACTIVE, &values![workspace]).await? {
        if Some(&active.id) != instead_of.as_ref() {
            return Ok(active);
        }
        let sql = "UPDATE deks SET active = $2 WHERE id = $1";
        conn.execute(sql, &values![&active.id, false]).await?;
    }
    let sql = "INSERT INTO deks (id, workspace_id, kek_id, wrapped, created_at, active) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = values![&dek.id, workspace, &dek.kek_id, &dek.wrapped[..], dek.created_at, true];
    conn.execute(sql, &values).await?;
    Ok(dek)
}
