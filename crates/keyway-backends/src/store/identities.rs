//! Identities: owners of keys, and the operations on them.

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{Entity, IdentityStore, StoreError, StoreResult};
use keyway_core::id::{IdentityId, WorkspaceId};
use keyway_core::identity::{Identity, IdentityChange};
use keyway_core::key::Owner;
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};
use keyway_core::ratelimit::NewRatelimit;
use keyway_core::time::Timestamp;

use super::SqlStore;
use super::audit::{Audit, Journal, row_limit};
use super::changes::Changes;
use super::ratelimits::{self, LimitOwner};
use super::rows::{json, json_text};
use crate::sql::{Connection, Database, Value, list, padded, values};

#[async_trait]
impl<D: Database> IdentityStore for SqlStore<D> {
    async fn insert_identity(&self, identity: &Identity, trail: &Trail) -> StoreResult<()> {
        let (identity, audit) = (identity.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { insert(conn, &identity, &audit).await }))
            .await
    }

    async fn find_identity(&self, id: &IdentityId) -> StoreResult<Option<Owned<Identity>>> {
        let id = id.clone();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let found = load(conn, "i.id = $1", &values![&id]).await?.pop();
                    Ok(found.map(|(workspace, identity)| Owned::seal(workspace, identity)))
                })
            })
            .await
    }

    async fn find_identity_by_external_id(
        &self,
        workspace: &WorkspaceId,
        external_id: &str,
    ) -> StoreResult<Option<Identity>> {
        let values = values![workspace, external_id];
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let wanted = "i.workspace_id = $1 AND i.external_id = $2";
                    Ok(load(conn, wanted, &values).await?.pop().map(|(_, identity)| identity))
                })
            })
            .await
    }

    async fn list_identities(
        &self,
        workspace: &WorkspaceId,
        ids: Option<&[IdentityId]>,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<Identity>> {
        let (workspace, ids, page) = (workspace.clone(), ids.map(padded), page.clone());
        let search = search.map(str::to_ascii_lowercase);
        self.db
            .scan(move |conn| {
                Box::pin(async move { list_page(conn, &workspace, ids, search, &page).await })
            })
            .await
    }

    async fn update_identity(
        &self,
        id: &IdentityId,
        change: &IdentityChange,
        trail: &Trail,
    ) -> StoreResult<Identity> {
        let (id, change, audit) = (id.clone(), change.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { update(conn, &id, change, &audit).await }))
            .await
    }

    async fn delete_identity(&self, id: &IdentityId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db.write(move |conn| Box::pin(async move { delete(conn, &id, &audit).await })).await
    }
}

fn resource(identity: &Identity) -> Resource {
    Resource::named(ResourceKind::Identity, &identity.id, &identity.external_id)
}

/// Loads identities of one workspace for which the condition `wanted` on `i` holds. `wanted` may
/// end with an order and a limit.
async fn load<C: Connection>(
    conn: &mut C,
    wanted: &str,
    values: &[Value],
) -> StoreResult<Vec<(WorkspaceId, Identity)>> {
    let sql = format!(
        "SELECT i.workspace_id, i.id, i.external_id, i.meta FROM identities i \
         JOIN workspaces w ON w.id = i.workspace_id \
         WHERE i.deleted_at IS NULL AND w.purge_at IS NULL AND {wanted}"
    );
    let mut found: Vec<(WorkspaceId, Identity)> = Vec::new();
    for mut row in conn.query(&sql, values).await? {
        let workspace = row.take()?;
        let (id, external_id): (IdentityId, String) = (row.take()?, row.take()?);
        let meta = json(&row.take::<String>()?, "meta", id.as_str())?;
        found.push((workspace, Identity { id, external_id, meta, ratelimits: Vec::new() }));
    }
    let Some((workspace, _)) = found.first() else { return Ok(found) };
    let ids = found.iter().map(|(_, identity)| &identity.id);
    let mut limits = ratelimits::of_identities(conn, workspace, ids).await?;
    for (_, identity) in &mut found {
        identity.ratelimits = limits.remove(&identity.id).unwrap_or_default();
    }
    Ok(found)
}

async fn list_page<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    ids: Option<Vec<Value>>,
    search: Option<String>,
    page: &Page,
) -> StoreResult<PageOf<Identity>> {
    let after = page.after.as_deref().unwrap_or("");
    let mut values = values![workspace, after, row_limit(page)].to_vec();
    let mut wanted = vec!["i.workspace_id = $1 AND i.id > $2".to_owned()];
    if let Some(ids) = ids {
        wanted.push(format!("i.id IN {}", list(values.len() + 1, ids.len())));
        values.extend(ids);
    }
    if let Some(search) = search {
        values.push(search.into());
        wanted.push(C::DIALECT.contains(&["i.id", "i.external_id"], values.len()));
    }
    let wanted = format!("{} ORDER BY i.id LIMIT $3", wanted.join(" AND "));
    let found = load(conn, &wanted, &values).await?;
    let page = PageOf::cut(found, page.limit, |(_, identity)| identity.id.to_string());
    Ok(page.map(|(_, identity)| identity))
}

async fn insert<C: Connection>(
    conn: &mut C,
    identity: &Identity,
    audit: &Audit,
) -> StoreResult<()> {
    let workspace = &audit.trail.workspace;
    let mut journal = audit.open(conn).await?;
    let sql = "INSERT INTO identities (id, workspace_id, external_id, meta, created_at) \
               VALUES ($1, $2, $3, $4, $5)";
    let meta = json_text(&identity.meta)?;
    let values = values![&identity.id, workspace, &identity.external_id, meta, audit.trail.now];
    conn.execute(sql, &values).await?;
    let limits: Vec<NewRatelimit> = identity
        .ratelimits
        .iter()
        .map(|limit| NewRatelimit {
            new_id: limit.id.clone(),
            name: limit.name.clone(),
            limit: limit.limit,
            duration: limit.duration,
            auto_apply: limit.auto_apply,
        })
        .collect();
    let owner = LimitOwner::Identity(&identity.id);
    let limits = ratelimits::replace(conn, workspace, owner, &limits).await?;

    let resource = resource(identity);
    journal.tell(Event::IdentityCreated, vec![resource.clone()]);
    for limit in limits {
        limit.tell(&mut journal, &resource);
    }
    journal.close(conn).await
}

/// The identity as it is now, in the workspace of the trail.
async fn present<C: Connection>(
    conn: &mut C,
    id: &IdentityId,
    audit: &Audit,
) -> StoreResult<Identity> {
    let wanted = "i.id = $1 AND i.workspace_id = $2";
    match load(conn, wanted, &values![id, &audit.trail.workspace]).await?.pop() {
        Some((_, identity)) => Ok(identity),
        None => Err(StoreError::Missing(Entity::Identity, id.to_string())),
    }
}

async fn update<C: Connection>(
    conn: &mut C,
    id: &IdentityId,
    change: IdentityChange,
    audit: &Audit,
) -> StoreResult<Identity> {
    let (workspace, now) = (&audit.trail.workspace, audit.trail.now);
    let mut journal = audit.open(conn).await?;
    let before = present(conn, id, audit).await?;
    let meta = change.meta.unwrap_or_else(|| before.meta.clone());
    let mut changes = Changes::default();
    changes.note_hidden("meta", meta != before.meta);
    let limits = match &change.ratelimits {
        Some(wanted) => {
            ratelimits::replace(conn, workspace, LimitOwner::Identity(id), wanted).await?
        }
        None => Vec::new(),
    };
    if !changes.is_empty() || !limits.is_empty() {
        let sql = "UPDATE identities SET meta = $2, updated_at = $3 WHERE id = $1";
        conn.execute(sql, &values![id, json_text(&meta)?, now]).await?;
        let resource = resource(&before);
        let resources = vec![resource.clone()];
        journal.tell_changes(Event::IdentityUpdated, resources, changes.into_list());
        for limit in limits {
            limit.tell(&mut journal, &resource);
        }
    }
    journal.close(conn).await?;
    present(conn, id, audit).await
}

async fn delete<C: Connection>(conn: &mut C, id: &IdentityId, audit: &Audit) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let identity = present(conn, id, audit).await?;
    let owner = LimitOwner::Identity(id);
    let limits = ratelimits::replace(conn, &audit.trail.workspace, owner, &[]).await?;
    let sql = "UPDATE identities SET deleted_at = $2 WHERE id = $1";
    conn.execute(sql, &values![id, audit.trail.now]).await?;

    let resource = resource(&identity);
    journal.tell(Event::IdentityDeleted, vec![resource.clone()]);
    for limit in limits {
        limit.tell(&mut journal, &resource);
    }
    journal.close(conn).await
}

/// An owner that exists now.
pub(crate) struct Found {
    /// Its id.
    pub id: IdentityId,
    /// What to tell if it was created.
    created: Option<Resource>,
}

impl Found {
    /// Adds the entry of a new identity.
    pub fn tell(&self, journal: &mut Journal<'_>) {
        if let Some(resource) = &self.created {
            journal.tell(Event::IdentityCreated, vec![resource.clone()]);
        }
    }
}

/// The identity that a request names, created if it isn't there.
pub(crate) async fn find_or_create<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    owner: &Owner,
    now: Timestamp,
) -> StoreResult<Found> {
    let sql = "SELECT id FROM identities \
               WHERE workspace_id = $1 AND external_id = $2 AND deleted_at IS NULL";
    if let Some(mut row) = conn.first(sql, &values![workspace, &owner.external_id]).await? {
        return Ok(Found { id: row.take()?, created: None });
    }
    let sql = "INSERT INTO identities (id, workspace_id, external_id, meta, created_at) \
               VALUES ($1, $2, $3, '{}', $4)";
    conn.execute(sql, &values![&owner.new_id, workspace, &owner.external_id, now]).await?;
    let resource = Resource::named(ResourceKind::Identity, &owner.new_id, &owner.external_id);
    Ok(Found { id: owner.new_id.clone(), created: Some(resource) })
}
