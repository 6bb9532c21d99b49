//! Keys.

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{Entity, KeyStore, StoreError, StoreResult};
use keyway_core::credits::{Credits, CreditsChange, Spend};
use keyway_core::id::{ApiId, IdentityId, KeyId, WorkspaceId};
use keyway_core::identity::Meta;
use keyway_core::key::{Key, KeyChange, KeyFilter, NewKey, SetChange};
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};
use keyway_core::role::{Permission, Role, WantedPermission};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;

use super::audit::{Audit, row_limit};
use super::key_sets::{self, Holder};
use super::load_keys::load_keys;
use super::roles::{Unknown, named_permissions, named_roles};
use super::rows::{json, json_text};
use super::{SqlStore, credits, identities, ratelimits, touch, update_key};
use crate::sql::{Connection, Database, values};

#[async_trait]
impl<D: Database> KeyStore for SqlStore<D> {
    async fn insert_key(&self, key: &NewKey, trail: &Trail) -> StoreResult<()> {
        let (key, audit) = (key.clone(), self.audit(trail));
        self.db.write(move |conn| Box::pin(async move { insert(conn, &key, &audit).await })).await
    }

    async fn find_key(&self, id: &KeyId) -> StoreResult<Option<Owned<Key>>> {
        let id = id.clone();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    Ok(seal_first(load_keys(conn, "k.id = $1", &values![&id]).await?))
                })
            })
            .await
    }

    async fn find_key_by_hash(&self, hash: &KeyHash) -> StoreResult<Option<Owned<Key>>> {
        let hash = *hash;
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    Ok(seal_first(load_keys(conn, "k.hash = $1", &values![hash]).await?))
                })
            })
            .await
    }

    async fn list_keys(
        &self,
        workspace: &WorkspaceId,
        filter: &KeyFilter,
        page: &Page,
    ) -> StoreResult<PageOf<Key>> {
        let (workspace, filter, page) = (workspace.clone(), filter.clone(), page.clone());
        self.db
            .scan(move |conn| Box::pin(async move { list(conn, &workspace, &filter, &page).await }))
            .await
    }

    async fn update_key(&self, id: &KeyId, change: &KeyChange, trail: &Trail) -> StoreResult<()> {
        let (id, change, audit) = (id.clone(), change.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { update_key::update(conn, &id, change, &audit).await })
            })
            .await
    }

    async fn update_credits(
        &self,
        id: &KeyId,
        change: &CreditsChange,
        trail: &Trail,
    ) -> StoreResult<Option<Credits>> {
        let (id, audit) = (id.clone(), self.audit(trail));
        let change = KeyChange { credits: Some(change.clone()), ..KeyChange::default() };
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    update_key::update(conn, &id, change, &audit).await?;
                    credits::lock(conn, &id).await
                })
            })
            .await
    }

    async fn spend_credits(&self, id: &KeyId, cost: i64) -> StoreResult<Spend> {
        let id = id.clone();
        if cost <= 0 {
            let left = self
                .db
                .read(move |conn| Box::pin(async move { credits::look(conn, &id).await }))
                .await?;
            return Ok(left.map_or(Spend::Unlimited, Spend::Taken));
        }
        self.db
            .statement(move |conn| Box::pin(async move { credits::spend(conn, &id, cost).await }))
            .await
    }

    async fn delete_key(&self, id: &KeyId, permanent: bool, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    if permanent {
                        erase(conn, &id, &audit).await
                    } else {
                        mark(conn, &id, &audit).await
                    }
                })
            })
            .await
    }

    async fn change_key_permissions(
        &self,
        id: &KeyId,
        change: SetChange,
        permissions: &[WantedPermission],
        may_create: bool,
        trail: &Trail,
    ) -> StoreResult<Vec<Permission>> {
        let (id, wanted, audit) = (id.clone(), permissions.to_vec(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    key_sets::change_permissions(conn, &id, change, &wanted, may_create, &audit)
                        .await
                })
            })
            .await
    }

    async fn change_key_roles(
        &self,
        id: &KeyId,
        change: SetChange,
        roles: &[String],
        trail: &Trail,
    ) -> StoreResult<Vec<Role>> {
        let (id, wanted, audit) = (id.clone(), roles.to_vec(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(
                    async move { key_sets::change_roles(conn, &id, change, &wanted, &audit).await },
                )
            })
            .await
    }

    async fn touch_keys(&self, used: &[(KeyId, Timestamp)]) -> StoreResult<()> {
        let used = touch::latest(used, KeyId::as_str);
        self.db.write(move |conn| Box::pin(async move { touch::keys(conn, used).await })).await
    }
}

fn seal_first(keys: Vec<Key>) -> Option<Owned<Key>> {
    keys.into_iter().next().map(|key| Owned::seal(key.workspace_id.clone(), key))
}

async fn list<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    filter: &KeyFilter,
    page: &Page,
) -> StoreResult<PageOf<Key>> {
    let after = page.after.as_deref().unwrap_or("");
    let mut values = values![workspace, &filter.api_id, after, row_limit(page)].to_vec();
    let mut wanted = "k.workspace_id = $1 AND k.api_id = $2 AND k.id > $3".to_owned();
    if let Some(external_id) = &filter.external_id {
        values.push(external_id.into());
        wanted += " AND i.external_id = $5";
    }
    wanted += " ORDER BY k.id LIMIT $4";
    let keys = load_keys(conn, &wanted, &values).await?;
    Ok(PageOf::cut(keys, page.limit, |key| key.id.to_string()))
}

/// A key's own row and what its audit entries need, before a change.
pub(crate) struct Present {
    pub id: KeyId,
    pub name: Option<String>,
    pub meta: Meta,
    pub enabled: bool,
    pub expires: Option<Timestamp>,
    pub identity: Option<(IdentityId, String)>,
    api: (ApiId, String),
}

impl Present {
    /// The key as an entry names it.
    pub fn resource(&self) -> Resource {
        resource(&self.id, self.name.as_deref())
    }

    /// The API as an entry names it.
    pub fn api_resource(&self) -> Resource {
        Resource::named(ResourceKind::Api, &self.api.0, &self.api.1)
    }
}

fn resource(id: &KeyId, name: Option<&str>) -> Resource {
    Resource { id: id.to_string(), kind: ResourceKind::Key, name: name.map(str::to_owned) }
}

/// The key as it is now, in this workspace.
pub(crate) async fn present<C: Connection>(
    conn: &mut C,
    id: &KeyId,
    workspace: &WorkspaceId,
) -> StoreResult<Present> {
    let sql = "SELECT k.name, k.meta, k.enabled, k.expires, a.id, a.name, i.id, i.external_id \
               FROM keys k JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id \
               JOIN workspaces w ON w.id = k.workspace_id \
               LEFT JOIN identities i ON i.workspace_id = k.workspace_id \
               AND i.id = k.identity_id AND i.deleted_at IS NULL \
               WHERE k.id = $1 AND k.workspace_id = $2 AND k.deleted_at IS NULL \
               AND a.deleted_at IS NULL AND w.purge_at IS NULL";
    let Some(mut row) = conn.first(sql, &values![id, workspace]).await? else {
        return Err(StoreError::Missing(Entity::Key, id.to_string()));
    };
    Ok(Present {
        id: id.clone(),
        name: row.take()?,
        meta: json(&row.take::<String>()?, "meta", id.as_str())?,
        enabled: row.take()?,
        expires: row.take()?,
        api: (row.take()?, row.take()?),
        identity: row.take::<Option<IdentityId>>()?.zip(row.take()?),
    })
}

async fn insert<C: Connection>(conn: &mut C, key: &NewKey, audit: &Audit) -> StoreResult<()> {
    let (workspace, now) = (&audit.trail.workspace, audit.trail.now);
    let mut journal = audit.open(conn).await?;
    let sql = "SELECT a.name FROM apis a JOIN workspaces w ON w.id = a.workspace_id \
               WHERE a.id = $1 AND a.workspace_id = $2 AND a.deleted_at IS NULL \
               AND w.purge_at IS NULL";
    let Some(mut row) = conn.first(sql, &values![&key.api_id, workspace]).await? else {
        return Err(StoreError::Missing(Entity::Api, key.api_id.to_string()));
    };
    let api_name: String = row.take()?;
    let owner = match &key.owner {
        Some(owner) => Some(identities::find_or_create(conn, workspace, owner, now).await?),
        None => None,
    };
    let roles = named_roles(conn, workspace, &key.roles).await?;
    let permissions =
        named_permissions(conn, workspace, &key.permissions, Unknown::Create, now).await?;

    let sql = "INSERT INTO keys (id, workspace_id, api_id, hash, start, name, meta, enabled, \
               expires, identity_id, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = values![
        &key.id,
        workspace,
        &key.api_id,
        key.hash,
        &key.start,
        key.name.as_deref(),
        json_text(&key.meta)?,
        key.enabled,
        key.expires,
        owner.as_ref().map(|owner| &owner.id),
        now,
    ];
    conn.execute(sql, &values).await?;
    if key.credits.is_some() {
        credits::put(conn, &key.id, key.credits.as_ref()).await?;
    }
    let limits = if key.ratelimits.is_empty() {
        Vec::new()
    } else {
        ratelimits::replace(conn, workspace, &key.id, &key.ratelimits).await?
    };
    let holder = Holder { workspace, key: &key.id };
    let given = key_sets::move_permissions(conn, &holder, &[], &permissions.all).await?;
    let taken_on = key_sets::move_roles(conn, &holder, &[], &roles).await?;

    let resource = resource(&key.id, key.name.as_deref());
    let api = Resource::named(ResourceKind::Api, &key.api_id, api_name);
    journal.tell(Event::KeyCreated, vec![resource.clone(), api]);
    if let Some(owner) = owner {
        owner.tell(&mut journal);
    }
    permissions.tell(&mut journal);
    for limit in limits {
        limit.tell(&mut journal, &resource);
    }
    given.tell(&mut journal, &resource);
    taken_on.tell(&mut journal, &resource);
    journal.close(conn).await
}

async fn mark<C: Connection>(conn: &mut C, id: &KeyId, audit: &Audit) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let key = present(conn, id, &audit.trail.workspace).await?;
    let sql = "UPDATE keys SET deleted_at = $2 WHERE id = $1";
    conn.execute(sql, &values![id, audit.trail.now]).await?;
    journal.tell(Event::KeyDeleted, vec![key.resource()]);
    journal.close(conn).await
}

async fn erase<C: Connection>(conn: &mut C, id: &KeyId, audit: &Audit) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let sql = "DELETE FROM keys WHERE id = $1 AND workspace_id = $2 \
               AND EXISTS (SELECT 1 FROM workspaces w WHERE w.id = $2 AND w.purge_at IS NULL) \
               RETURNING name";
    let Some(mut row) = conn.first(sql, &values![id, &audit.trail.workspace]).await? else {
        return Err(StoreError::Missing(Entity::Key, id.to_string()));
    };
    let name: Option<String> = row.take()?;
    journal.tell(Event::KeyDeleted, vec![resource(id, name.as_deref())]);
    journal.close(conn).await
}
