//! Rate-limit namespaces.

use std::sync::Arc;

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{Entity, NamespaceStore, StoreError, StoreResult};
use keyway_core::id::{NamespaceId, OverrideId, WorkspaceId};
use keyway_core::namespace::{
    Namespace, NamespaceRecord, NamespaceSummary, NewNamespace, Override,
};
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};
use keyway_core::time::Timestamp;

use super::audit::{Audit, row_limit};
use super::changes::Changes;
use super::{SqlStore, overrides};
use crate::cache::Cache;
use crate::sql::{Connection, Database, Row, Value, list, padded, values};

#[async_trait]
impl<D: Database> NamespaceStore for SqlStore<D> {
    async fn find_namespace(&self, id: &NamespaceId) -> StoreResult<Option<Owned<Namespace>>> {
        let id = id.clone();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql = format!(
                        "SELECT {COLUMNS}, n.workspace_id FROM namespaces n \
                         JOIN workspaces w ON w.id = n.workspace_id \
                         WHERE n.id = $1 AND w.purge_at IS NULL"
                    );
                    let Some(mut row) = conn.first(&sql, &values![&id]).await? else {
                        return Ok(None);
                    };
                    let namespace = namespace(&mut row)?;
                    Ok(Some(Owned::seal(row.take()?, namespace)))
                })
            })
            .await
    }

    async fn find_namespaces_by_name(
        &self,
        workspace: &WorkspaceId,
        names: &[String],
    ) -> StoreResult<Vec<Namespace>> {
        let (workspace, names) = (workspace.clone(), padded(names));
        self.db
            .read(move |conn| Box::pin(async move { by_name(conn, &workspace, names).await }))
            .await
    }

    fn kept_namespace(&self, workspace: &WorkspaceId, name: &str) -> Option<Arc<NamespaceRecord>> {
        self.db.cache()?.namespaces.get(workspace, name)
    }

    async fn load_namespace(
        &self,
        workspace: &WorkspaceId,
        id: &NamespaceId,
        name: &str,
    ) -> StoreResult<Option<Arc<NamespaceRecord>>> {
        let since = self.db.cache().map(Cache::revision);
        let values = values![id, workspace];
        let loaded = self
            .db
            .read(move |conn| Box::pin(async move { with_overrides(conn, &values).await }))
            .await?;
        let Some(record) = loaded.map(Arc::new) else { return Ok(None) };
        let Namespace { id, name: own, .. } = &record.namespace;
        if let (Some(cache), Some(since)) = (self.db.cache(), since)
            && (name == own || name == id.as_str())
        {
            cache.keep_namespace(workspace, name, &record, since);
        }
        Ok(Some(record))
    }

    async fn ensure_namespaces(
        &self,
        namespaces: &[NewNamespace],
        trail: &Trail,
    ) -> StoreResult<Vec<Namespace>> {
        let (namespaces, audit) = (namespaces.to_vec(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { ensure(conn, &namespaces, &audit).await }))
            .await
    }

    async fn insert_namespace(&self, namespace: &NewNamespace, trail: &Trail) -> StoreResult<()> {
        let (new, audit) = (namespace.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    insert_row(conn, &new, &audit).await?;
                    journal.tell(Event::NamespaceCreated, vec![resource(&new.id, &new.name)]);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn list_namespaces(
        &self,
        workspace: &WorkspaceId,
        ids: Option<&[NamespaceId]>,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<NamespaceSummary>> {
        let (workspace, ids, page) = (workspace.clone(), ids.map(padded), page.clone());
        let search = search.map(str::to_ascii_lowercase);
        self.db
            .scan(move |conn| {
                Box::pin(async move { list_page(conn, &workspace, ids, search, &page).await })
            })
            .await
    }

    async fn rename_namespace(
        &self,
        id: &NamespaceId,
        name: &str,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (id, name, audit) = (id.clone(), name.to_owned(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { rename(conn, &id, &name, &audit).await }))
            .await
    }

    async fn delete_namespace(&self, id: &NamespaceId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    let namespace = present(conn, &id, &audit).await?;
                    let sql = "UPDATE namespaces SET deleted_at = $2 WHERE id = $1";
                    conn.execute(sql, &values![&id, audit.trail.now]).await?;
                    journal.tell(Event::NamespaceDeleted, vec![resource(&id, &namespace.name)]);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn overrides_for(
        &self,
        namespace: &NamespaceId,
        identifier: &str,
    ) -> StoreResult<Vec<Override>> {
        let values = values![namespace, identifier];
        self.db
            .read(move |conn| {
                Box::pin(async move { overrides::that_may_apply(conn, &values).await })
            })
            .await
    }

    async fn set_override(
        &self,
        namespace: &NamespaceId,
        wanted: &Override,
        trail: &Trail,
    ) -> StoreResult<OverrideId> {
        let (namespace, wanted, audit) = (namespace.clone(), wanted.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { overrides::set(conn, &namespace, wanted, &audit).await })
            })
            .await
    }

    async fn list_overrides(
        &self,
        namespace: &NamespaceId,
        page: &Page,
    ) -> StoreResult<PageOf<Override>> {
        let (namespace, page) = (namespace.clone(), page.clone());
        self.db
            .scan(move |conn| {
                Box::pin(async move { overrides::list(conn, &namespace, &page).await })
            })
            .await
    }

    async fn delete_override(
        &self,
        namespace: &NamespaceId,
        identifier: &str,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (namespace, audit) = (namespace.clone(), self.audit(trail));
        let identifier = identifier.to_owned();
        self.db
            .write(move |conn| {
                Box::pin(
                    async move { overrides::delete(conn, &namespace, &identifier, &audit).await },
                )
            })
            .await
    }
}

/// The namespace of an id and a workspace with its overrides, unless these are too many.
async fn with_overrides<C: Connection>(
    conn: &mut C,
    values: &[Value],
) -> StoreResult<Option<NamespaceRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM namespaces n WHERE n.id = $1 AND n.workspace_id = $2");
    let Some(mut row) = conn.first(&sql, values).await? else { return Ok(None) };
    let namespace = namespace(&mut row)?;
    let overrides = overrides::all(conn, &namespace.id).await?;
    Ok(overrides.map(|overrides| NamespaceRecord::new(namespace, overrides)))
}

/// The columns of a namespace `n`.
const COLUMNS: &str = "n.id, n.name, n.deleted_at";

fn namespace(row: &mut Row) -> StoreResult<Namespace> {
    Ok(Namespace {
        id: row.take()?,
        name: row.take()?,
        deleted: row.take::<Option<Timestamp>>()?.is_some(),
    })
}

/// A namespace as an entry names it.
pub(crate) fn resource(id: &NamespaceId, name: &str) -> Resource {
    Resource::named(ResourceKind::RatelimitNamespace, id, name)
}

async fn by_name<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    names: Vec<Value>,
) -> StoreResult<Vec<Namespace>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM namespaces n WHERE n.workspace_id = $1 AND n.name IN {} \
         ORDER BY n.name",
        list(2, names.len())
    );
    let mut values = values![workspace].to_vec();
    values.extend(names);
    let mut found = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        found.push(namespace(&mut row)?);
    }
    Ok(found)
}

async fn insert_row<C: Connection>(
    conn: &mut C,
    new: &NewNamespace,
    audit: &Audit,
) -> StoreResult<()> {
    let sql = "INSERT INTO namespaces (id, workspace_id, name, created_at) \
               VALUES ($1, $2, $3, $4)";
    let values = values![&new.id, &audit.trail.workspace, &new.name, audit.trail.now];
    conn.execute(sql, &values).await.map(drop)
}

async fn ensure<C: Connection>(
    conn: &mut C,
    wanted: &[NewNamespace],
    audit: &Audit,
) -> StoreResult<Vec<Namespace>> {
    let mut journal = audit.open(conn).await?;
    let names = padded(wanted.iter().map(|new| &new.name));
    let mut known = by_name(conn, &audit.trail.workspace, names).await?;
    let mut answer = Vec::with_capacity(wanted.len());
    for new in wanted {
        let found = known.iter().find(|namespace| namespace.name == new.name).cloned();
        if let Some(namespace) = found {
            answer.push(namespace);
            continue;
        }
        insert_row(conn, new, audit).await?;
        journal.tell(Event::NamespaceCreated, vec![resource(&new.id, &new.name)]);
        let (id, name) = (new.id.clone(), new.name.clone());
        let namespace = Namespace { id, name, deleted: false };
        known.push(namespace.clone());
        answer.push(namespace);
    }
    journal.close(conn).await?;
    Ok(answer)
}

async fn list_page<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    ids: Option<Vec<Value>>,
    search: Option<String>,
    page: &Page,
) -> StoreResult<PageOf<NamespaceSummary>> {
    let after = page.after.as_deref().unwrap_or("");
    let mut values = values![workspace, after, row_limit(page)].to_vec();
    let mut wanted = vec!["n.workspace_id = $1 AND n.deleted_at IS NULL AND n.id > $2".to_owned()];
    if let Some(ids) = ids {
        wanted.push(format!("n.id IN {}", list(values.len() + 1, ids.len())));
        values.extend(ids);
    }
    if let Some(search) = search {
        values.push(search.into());
        wanted.push(C::DIALECT.contains(&["n.name", "n.id"], values.len()));
    }
    let wanted = wanted.join(" AND ");
    let sql = format!(
        "SELECT {COLUMNS}, n.created_at, (SELECT count(*) FROM overrides o \
         WHERE o.workspace_id = n.workspace_id AND o.namespace_id = n.id) FROM namespaces n \
         WHERE {wanted} \
         ORDER BY n.id LIMIT $3"
    );
    let mut found = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        let namespace = namespace(&mut row)?;
        let (created_at, override_count) = (row.take()?, row.take()?);
        found.push(NamespaceSummary { namespace, override_count, created_at });
    }
    Ok(PageOf::cut(found, page.limit, |summary| summary.namespace.id.to_string()))
}

/// The namespace as it is now, in the workspace of the trail.
pub(crate) async fn present<C: Connection>(
    conn: &mut C,
    id: &NamespaceId,
    audit: &Audit,
) -> StoreResult<Namespace> {
    let sql = format!(
        "SELECT {COLUMNS} FROM namespaces n JOIN workspaces w ON w.id = n.workspace_id \
         WHERE n.id = $1 AND n.workspace_id = $2 AND n.deleted_at IS NULL AND w.purge_at IS NULL"
    );
    match conn.first(&sql, &values![id, &audit.trail.workspace]).await? {
        Some(mut row) => namespace(&mut row),
        None => Err(StoreError::Missing(Entity::Namespace, id.to_string())),
    }
}

async fn rename<C: Connection>(
    conn: &mut C,
    id: &NamespaceId,
    name: &str,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let before = present(conn, id, audit).await?;
    let mut changes = Changes::default();
    changes.note("name", before.name, name);
    if changes.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE namespaces SET name = $2 WHERE id = $1";
    conn.execute(sql, &values![id, name]).await?;
    let resources = vec![resource(id, name)];
    journal.tell_changes(Event::NamespaceUpdated, resources, changes.into_list());
    journal.close(conn).await
}
