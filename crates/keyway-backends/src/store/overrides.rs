//! Overrides of the limits of a namespace.

use keyway_core::audit::{Event, Resource, ResourceKind};
use keyway_core::backend::store::{Entity, MANY_OVERRIDES, StoreError, StoreResult};
use keyway_core::id::{NamespaceId, OverrideId};
use keyway_core::namespace::Override;
use keyway_core::page::{Page, PageOf};

use super::audit::{Audit, row_limit};
use super::changes::Changes;
use super::namespaces;
use crate::sql::{Connection, Row, Value, values};

/// The columns of an override `o`.
const COLUMNS: &str = "o.id, o.identifier, o.\"limit\", o.duration";

fn read(row: &mut Row) -> StoreResult<Override> {
    Ok(Override {
        id: row.take()?,
        identifier: row.take()?,
        limit: row.take()?,
        duration: row.take()?,
    })
}

fn resource(id: &OverrideId, identifier: &str) -> Resource {
    Resource::named(ResourceKind::RatelimitOverride, id, identifier)
}

/// `NamespaceStore::overrides_for`; the values are the namespace and the identifier.
pub(crate) async fn that_may_apply<C: Connection>(
    conn: &mut C,
    values: &[Value],
) -> StoreResult<Vec<Override>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM overrides o WHERE o.namespace_id = $1 AND o.identifier = $2 \
         UNION ALL SELECT {COLUMNS} FROM overrides o \
         WHERE o.namespace_id = $1 AND o.wildcard AND o.identifier <> $2"
    );
    let mut found = Vec::new();
    for mut row in conn.query(&sql, values).await? {
        found.push(read(&mut row)?);
    }
    Ok(found)
}

/// All overrides of a namespace; `None` if they are more than are kept in memory.
pub(crate) async fn all<C: Connection>(
    conn: &mut C,
    namespace: &NamespaceId,
) -> StoreResult<Option<Vec<Override>>> {
    let sql = format!("SELECT {COLUMNS} FROM overrides o WHERE o.namespace_id = $1 LIMIT $2");
    let limit = i64::try_from(MANY_OVERRIDES).unwrap_or(i64::MAX - 1) + 1;
    let mut found = Vec::new();
    for mut row in conn.query(&sql, &values![namespace, limit]).await? {
        found.push(read(&mut row)?);
    }
    Ok((found.len() <= MANY_OVERRIDES).then_some(found))
}

/// The override of exactly this identifier.
async fn find<C: Connection>(
    conn: &mut C,
    namespace: &NamespaceId,
    identifier: &str,
) -> StoreResult<Option<Override>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM overrides o WHERE o.namespace_id = $1 AND o.identifier = $2"
    );
    let found = conn.first(&sql, &values![namespace, identifier]).await?;
    found.map(|mut row| read(&mut row)).transpose()
}

/// `NamespaceStore::set_override`
pub(crate) async fn set<C: Connection>(
    conn: &mut C,
    namespace: &NamespaceId,
    wanted: Override,
    audit: &Audit,
) -> StoreResult<OverrideId> {
    let mut journal = audit.open(conn).await?;
    let holder = namespaces::present(conn, namespace, audit).await?;
    let before = find(conn, namespace, &wanted.identifier).await?;
    let mut changes = Changes::default();
    changes.note("limit", before.as_ref().map(|old| old.limit), wanted.limit);
    changes.note("duration", before.as_ref().map(|old| old.duration), wanted.duration);
    let id = before.as_ref().map_or(&wanted.id, |old| &old.id).clone();
    if changes.is_empty() {
        return Ok(id);
    }
    if before.is_some() {
        let sql = "UPDATE overrides SET \"limit\" = $2, duration = $3 WHERE id = $1";
        conn.execute(sql, &values![&id, wanted.limit, wanted.duration]).await?;
    } else {
        let sql = "INSERT INTO overrides (id, workspace_id, namespace_id, identifier, wildcard, \
                   \"limit\", duration) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = values![
            &id,
            &audit.trail.workspace,
            namespace,
            &wanted.identifier,
            wanted.identifier.contains('*'),
            wanted.limit,
            wanted.duration,
        ];
        conn.execute(sql, &values).await?;
    }
    let resources =
        vec![resource(&id, &wanted.identifier), namespaces::resource(namespace, &holder.name)];
    journal.tell_changes(Event::OverrideSet, resources, changes.into_list());
    journal.close(conn).await?;
    Ok(id)
}

/// `NamespaceStore::list_overrides`
pub(crate) async fn list<C: Connection>(
    conn: &mut C,
    namespace: &NamespaceId,
    page: &Page,
) -> StoreResult<PageOf<Override>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM namespaces n JOIN workspaces w ON w.id = n.workspace_id \
         JOIN overrides o ON o.workspace_id = n.workspace_id AND o.namespace_id = n.id \
         WHERE n.id = $1 AND n.deleted_at IS NULL AND w.purge_at IS NULL AND o.id > $2 \
         ORDER BY o.id LIMIT $3"
    );
    let values = values![namespace, page.after.as_deref().unwrap_or(""), row_limit(page)];
    let mut found = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        found.push(read(&mut row)?);
    }
    Ok(PageOf::cut(found, page.limit, |each| each.id.to_string()))
}

/// `NamespaceStore::delete_override`
pub(crate) async fn delete<C: Connection>(
    conn: &mut C,
    namespace: &NamespaceId,
    identifier: &str,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let missing = || StoreError::Missing(Entity::Override, identifier.to_owned());
    let holder = match namespaces::present(conn, namespace, audit).await {
        Err(StoreError::Missing(..)) => return Err(missing()),
        found => found?,
    };
    let old = find(conn, namespace, identifier).await?.ok_or_else(missing)?;
    conn.execute("DELETE FROM overrides WHERE id = $1", &values![&old.id]).await?;
    let resources =
        vec![resource(&old.id, identifier), namespaces::resource(namespace, &holder.name)];
    journal.tell(Event::OverrideDeleted, resources);
    journal.close(conn).await
}
