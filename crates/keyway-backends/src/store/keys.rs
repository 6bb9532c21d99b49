//! Keys.

use std::sync::Arc;

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{Entity, KeyStore, StoreError, StoreResult};
use keyway_core::credits::{Credits, CreditsChange, Spend};
use keyway_core::id::{ApiId, IdentityId, KeyId, WorkspaceId};
use keyway_core::identity::Meta;
use keyway_core::key::{
    DueRefill, ImportedKey, Key, KeyApi, KeyChange, KeyFilter, KeySearch, NewKey, Reroll, SetChange,
};
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};
use keyway_core::record::{Record, SealedRecord};
use keyway_core::role::{Permission, Role, WantedPermission};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::vault::SealedSecret;

use super::audit::{Audit, row_limit};
use super::load_keys::load_keys;
use super::rows::json;
use super::{
    SqlStore, credits, import_keys, insert_key, key_sets, refills, reroll_key, search_keys,
    secrets, touch, update_key,
};
use crate::cache::{Change, Found, Kind};
use crate::sql::{Connection, Database, values};

#[async_trait]
impl<D: Database> KeyStore for SqlStore<D> {
    async fn insert_key(&self, key: &NewKey, trail: &Trail) -> StoreResult<()> {
        let (key, audit) = (key.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { insert_key::insert(conn, &key, &audit).await })
            })
            .await
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

    async fn find_deleted_key(&self, id: &KeyId) -> StoreResult<Option<Owned<KeyApi>>> {
        let values = values![id];
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql = "SELECT k.workspace_id, k.api_id, a.environment FROM keys k \
                               JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id \
                               JOIN workspaces w ON w.id = k.workspace_id \
                               WHERE k.id = $1 AND k.deleted_at IS NOT NULL AND w.purge_at IS NULL";
                    let Some(mut row) = conn.first(sql, &values).await? else { return Ok(None) };
                    let workspace = row.take()?;
                    let (id, environment) = (row.take()?, row.take()?);
                    let api = KeyApi { id, environment, ip_allowlist: Vec::new() };
                    Ok(Some(Owned::seal(workspace, api)))
                })
            })
            .await
    }

    fn kept_record(&self, hash: &KeyHash) -> Option<SealedRecord> {
        match self.db.cache()?.keys.get(hash) {
            Found::Known(record) => Some(SealedRecord::new(record)),
            Found::Absent | Found::Nothing => None,
        }
    }

    async fn find_record(&self, hash: &KeyHash) -> StoreResult<Option<SealedRecord>> {
        let Some(cache) = self.db.cache() else {
            let key = self.load_by_hash(hash).await?;
            return Ok(key.map(|key| SealedRecord::new(Arc::new(Record::alone(*hash, &key)))));
        };
        if !cache.hashes.may_have(hash) {
            return Ok(None);
        }
        let _turn = cache.turn(hash).await;
        match cache.keys.get(hash) {
            Found::Known(record) => return Ok(Some(SealedRecord::new(record))),
            Found::Absent => return Ok(None),
            Found::Nothing => {}
        }
        let (since, additions) = (cache.revision(), cache.keys.additions());
        let Some(key) = self.load_by_hash(hash).await? else {
            cache.keep_no_key(hash, additions);
            return Ok(None);
        };
        Ok(Some(SealedRecord::new(cache.keep_key(hash, &key, since))))
    }

    async fn find_key_by_hash(&self, hash: &KeyHash) -> StoreResult<Option<Owned<Key>>> {
        let key = self.load_by_hash(hash).await?;
        Ok(key.map(|key| Owned::seal(key.workspace_id.clone(), key)))
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
        self.db.spend(id, cost).await
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

    async fn reroll_key(&self, old: &KeyId, reroll: &Reroll, trail: &Trail) -> StoreResult<()> {
        let (old, reroll, audit) = (old.clone(), reroll.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { reroll_key::reroll(conn, &old, &reroll, &audit).await })
            })
            .await
    }

    async fn import_keys(
        &self,
        api: &ApiId,
        keys: &[ImportedKey],
        trail: &Trail,
    ) -> StoreResult<Vec<bool>> {
        let keys: Arc<[ImportedKey]> = keys.into();
        let mut attempts = 3;
        loop {
            let (api, keys, audit) = (api.clone(), Arc::clone(&keys), self.audit(trail));
            let result = self
                .db
                .write(move |conn| {
                    Box::pin(async move { import_keys::import(conn, &api, &keys, &audit).await })
                })
                .await;
            attempts -= 1;
            match result {
                // Another workspace imported one of the hashes meanwhile; now it is seen.
                Err(StoreError::Conflict(Entity::Key)) if 0 < attempts => {}
                result => return result,
            }
        }
    }

    async fn convert_key(
        &self,
        id: &KeyId,
        imported: &KeyHash,
        hash: &KeyHash,
        start: &str,
    ) -> StoreResult<()> {
        let values = values![id, *imported, *hash, start];
        let (id, hash) = (id.clone(), *hash);
        self.db
            .statement(move |conn| {
                Box::pin(async move {
                    // The log doesn't tell of it.
                    conn.note(Kind::Key, Change::Key(id));
                    conn.note(Kind::Key, Change::KeyAdded);
                    conn.note(Kind::Key, Change::KeyHash(hash));
                    let sql = "UPDATE keys SET hash = $3, start = $4, pending_migration = NULL \
                               WHERE id = $1 AND hash = $2 AND pending_migration IS NOT NULL \
                               AND NOT EXISTS (SELECT 1 FROM keys x WHERE x.hash = $3)";
                    conn.execute(sql, &values).await.map(drop)
                })
            })
            .await
    }

    async fn search_keys(
        &self,
        workspace: &WorkspaceId,
        search: &KeySearch,
        page: &Page,
    ) -> StoreResult<PageOf<Key>> {
        let (workspace, search, page) = (workspace.clone(), search.clone(), page.clone());
        self.db
            .scan(move |conn| {
                Box::pin(async move { search_keys::search(conn, &workspace, &search, &page).await })
            })
            .await
    }

    async fn count_keys(&self, workspace: &WorkspaceId, search: &KeySearch) -> StoreResult<i64> {
        let (workspace, search) = (workspace.clone(), search.clone());
        self.db
            .scan(move |conn| {
                Box::pin(async move { search_keys::count(conn, &workspace, &search).await })
            })
            .await
    }

    async fn due_refills(&self, now: Timestamp, limit: usize) -> StoreResult<Vec<DueRefill>> {
        self.db
            .scan(move |conn| Box::pin(async move { refills::due(conn, now, limit).await }))
            .await
    }

    async fn refill_key(
        &self,
        due: &DueRefill,
        next: Timestamp,
        trail: &Trail,
    ) -> StoreResult<bool> {
        let (due, audit) = (due.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { refills::refill(conn, &due, next, &audit).await })
            })
            .await
    }

    async fn find_sealed_secret(&self, id: &KeyId) -> StoreResult<Option<SealedSecret>> {
        let id = id.clone();
        self.db.read(move |conn| Box::pin(async move { secrets::find(conn, &id).await })).await
    }

    async fn note_reveal(&self, ids: &[KeyId], trail: &Trail) -> StoreResult<()> {
        let (ids, audit) = (ids.to_vec(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { secrets::note_reveal(conn, &ids, &audit).await })
            })
            .await
    }

    async fn unchecked_lengths(&self) -> StoreResult<Option<Vec<i64>>> {
        self.db.scan(move |conn| Box::pin(async move { unchecked_lengths(conn).await })).await
    }

    async fn touch_keys(&self, used: &[(KeyId, Timestamp)]) -> StoreResult<()> {
        let used = touch::latest(used, KeyId::as_str);
        self.db.write(move |conn| Box::pin(async move { touch::keys(conn, used).await })).await
    }
}

impl<D: Database> SqlStore<D> {
    async fn load_by_hash(&self, hash: &KeyHash) -> StoreResult<Option<Key>> {
        let hash = *hash;
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    Ok(load_keys(conn, "k.hash = $1", &values![hash]).await?.into_iter().next())
                })
            })
            .await
    }
}

/// Jumps from one length to the next along the index, since almost all keys have the same few.
async fn unchecked_lengths<C: Connection>(conn: &mut C) -> StoreResult<Option<Vec<i64>>> {
    let mut lengths = Vec::new();
    let mut last: i64 = -1;
    let sql = "SELECT min(unchecked_length) FROM keys WHERE unchecked_length > $1";
    while let Some(mut row) = conn.first(sql, &values![last]).await? {
        let Some(next) = row.take::<Option<i64>>()? else { break };
        if next == insert_key::UNKNOWN_LENGTH {
            return Ok(None);
        }
        lengths.push(next);
        last = next;
    }
    Ok(Some(lengths))
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

/// A key as an entry names it.
pub(crate) fn resource(id: &KeyId, name: Option<&str>) -> Resource {
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

async fn mark<C: Connection>(conn: &mut C, id: &KeyId, audit: &Audit) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let key = present(conn, id, &audit.trail.workspace).await?;
    let sql = "UPDATE keys SET deleted_at = $2 WHERE id = $1";
    conn.execute(sql, &values![id, audit.trail.now]).await?;
    let sql = "UPDATE key_credits SET refill_at = NULL WHERE key_id = $1";
    conn.execute(sql, &values![id]).await?;
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
