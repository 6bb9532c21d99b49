//! APIs.

use async_trait::async_trait;
use keyway_core::api::{Api, ApiChange, ApiSummary};
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{ApiStore, Entity, StoreError, StoreResult};
use keyway_core::id::{ApiId, WorkspaceId};
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};

use super::SqlStore;
use super::audit::{Audit, row_limit};
use super::changes::Changes;
use super::rows::{self, json_text};
use crate::sql::{Connection, Database, Value, list, padded, values};

#[async_trait]
impl<D: Database> ApiStore for SqlStore<D> {
    async fn insert_api(&self, api: &Api, trail: &Trail) -> StoreResult<()> {
        let (api, audit) = (api.clone(), self.audit(trail));
        self.db.write(move |conn| Box::pin(async move { insert(conn, &api, &audit).await })).await
    }

    async fn find_api(&self, id: &ApiId) -> StoreResult<Option<Owned<Api>>> {
        let id = id.clone();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql = format!("{} WHERE {LIVE} AND a.id = $1", select(""));
                    let Some(mut row) = conn.first(&sql, &values![&id]).await? else {
                        return Ok(None);
                    };
                    let api = rows::api(&mut row)?;
                    Ok(Some(Owned::seal(api.workspace_id.clone(), api)))
                })
            })
            .await
    }

    async fn list_apis(
        &self,
        workspace: &WorkspaceId,
        ids: Option<&[ApiId]>,
        environments: Option<&[String]>,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<ApiSummary>> {
        let wanted = Wanted {
            workspace: workspace.clone(),
            ids: ids.map(padded),
            environments: environments.map(padded),
            search: search.map(str::to_ascii_lowercase),
        };
        let page = page.clone();
        self.db
            .scan(move |conn| Box::pin(async move { list_apis(conn, wanted, &page).await }))
            .await
    }

    async fn update_api(&self, id: &ApiId, change: &ApiChange, trail: &Trail) -> StoreResult<()> {
        let (id, change, audit) = (id.clone(), change.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { update(conn, &id, change, &audit).await }))
            .await
    }

    async fn delete_api(&self, id: &ApiId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db.write(move |conn| Box::pin(async move { delete(conn, &id, &audit).await })).await
    }
}

/// The condition under which an API is there.
const LIVE: &str = "a.deleted_at IS NULL AND w.purge_at IS NULL";

fn select(more: &str) -> String {
    let columns = rows::API;
    format!("SELECT {columns}{more} FROM apis a JOIN workspaces w ON w.id = a.workspace_id")
}

fn resource(api: &Api) -> Resource {
    Resource::named(ResourceKind::Api, &api.id, &api.name)
}

fn networks(api: &Api) -> Vec<String> {
    api.ip_allowlist.iter().map(ToString::to_string).collect()
}

async fn insert<C: Connection>(conn: &mut C, api: &Api, audit: &Audit) -> StoreResult<()> {
    let mut journal = audit.open_for(conn, &[&api.workspace_id]).await?;
    let sql = "INSERT INTO apis (id, workspace_id, name, environment, default_prefix, \
               default_byte_length, ip_allowlist, delete_protection, store_encrypted_keys, \
               checksum, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = values![
        &api.id,
        &api.workspace_id,
        &api.name,
        api.environment.as_ref(),
        api.default_prefix.as_deref(),
        api.default_byte_length,
        json_text(&networks(api))?,
        api.delete_protection,
        api.store_encrypted_keys,
        api.checksum,
        api.created_at,
        api.updated_at,
    ];
    conn.execute(sql, &values).await?;
    journal.tell(Event::ApiCreated, vec![resource(api)]);
    journal.close(conn).await
}

/// The API as it is now, in this workspace.
async fn present<C: Connection>(
    conn: &mut C,
    id: &ApiId,
    workspace: &WorkspaceId,
) -> StoreResult<Api> {
    let sql = format!("{} WHERE {LIVE} AND a.id = $1 AND a.workspace_id = $2", select(""));
    match conn.first(&sql, &values![id, workspace]).await? {
        Some(mut row) => rows::api(&mut row),
        None => Err(StoreError::Missing(Entity::Api, id.to_string())),
    }
}

/// Which APIs a list shows.
struct Wanted {
    workspace: WorkspaceId,
    ids: Option<Vec<Value>>,
    environments: Option<Vec<Value>>,
    search: Option<String>,
}

async fn list_apis<C: Connection>(
    conn: &mut C,
    wanted: Wanted,
    page: &Page,
) -> StoreResult<PageOf<ApiSummary>> {
    let after = page.after.as_deref().unwrap_or("");
    let mut values = values![&wanted.workspace, after, row_limit(page)].to_vec();
    let mut conditions =
        vec![LIVE.to_owned(), "a.workspace_id = $1".to_owned(), "a.id > $2".to_owned()];
    for (column, among) in [("a.id", wanted.ids), ("a.environment", wanted.environments)] {
        if let Some(among) = among {
            conditions.push(format!("{column} IN {}", list(values.len() + 1, among.len())));
            values.extend(among);
        }
    }
    if let Some(search) = wanted.search {
        values.push(search.into());
        conditions.push(C::DIALECT.contains(&["a.name", "a.id"], values.len()));
    }
    let key_count = ", (SELECT count(*) FROM keys k WHERE k.workspace_id = a.workspace_id \
                     AND k.api_id = a.id AND k.deleted_at IS NULL)";
    let sql =
        format!("{} WHERE {} ORDER BY a.id LIMIT $3", select(key_count), conditions.join(" AND "));
    let mut found = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        found.push(ApiSummary { api: rows::api(&mut row)?, key_count: row.take()? });
    }
    Ok(PageOf::cut(found, page.limit, |summary| summary.api.id.to_string()))
}

async fn update<C: Connection>(
    conn: &mut C,
    id: &ApiId,
    change: ApiChange,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let before = present(conn, id, &audit.trail.workspace).await?;
    let after = Api {
        name: change.name.unwrap_or_else(|| before.name.clone()),
        environment: change.environment.apply(before.environment.clone()),
        default_prefix: change.default_prefix.apply(before.default_prefix.clone()),
        default_byte_length: change.default_byte_length.apply(before.default_byte_length),
        ip_allowlist: change.ip_allowlist.unwrap_or_else(|| before.ip_allowlist.clone()),
        delete_protection: change.delete_protection.unwrap_or(before.delete_protection),
        store_encrypted_keys: change.store_encrypted_keys.unwrap_or(before.store_encrypted_keys),
        checksum: change.checksum.unwrap_or(before.checksum),
        ..before.clone()
    };
    let changes = difference(&before, &after);
    if changes.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE apis SET name = $2, environment = $3, default_prefix = $4, \
               default_byte_length = $5, ip_allowlist = $6, delete_protection = $7, \
               store_encrypted_keys = $8, checksum = $9, updated_at = $10 WHERE id = $1";
    let values = values![
        id,
        &after.name,
        after.environment.as_ref(),
        after.default_prefix.as_deref(),
        after.default_byte_length,
        json_text(&networks(&after))?,
        after.delete_protection,
        after.store_encrypted_keys,
        after.checksum,
        audit.trail.now,
    ];
    conn.execute(sql, &values).await?;
    journal.tell_changes(Event::ApiUpdated, vec![resource(&after)], changes.into_list());
    journal.close(conn).await
}

fn difference(before: &Api, after: &Api) -> Changes {
    let mut changes = Changes::default();
    changes.note("name", before.name.as_str(), after.name.as_str());
    let environment = |api: &Api| api.environment.as_ref().map(|e| e.0.clone());
    changes.note("environment", environment(before), environment(after));
    changes.note(
        "defaultPrefix",
        before.default_prefix.as_deref(),
        after.default_prefix.as_deref(),
    );
    changes.note("defaultByteLength", before.default_byte_length, after.default_byte_length);
    changes.note("ipAllowlist", networks(before), networks(after));
    changes.note("deleteProtection", before.delete_protection, after.delete_protection);
    changes.note("storeEncryptedKeys", before.store_encrypted_keys, after.store_encrypted_keys);
    changes.note("checksum", before.checksum, after.checksum);
    changes
}

async fn delete<C: Connection>(conn: &mut C, id: &ApiId, audit: &Audit) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let api = present(conn, id, &audit.trail.workspace).await?;
    if api.delete_protection {
        return Err(StoreError::Unfit("This API is protected from deletion."));
    }
    let sql = "UPDATE apis SET deleted_at = $2 WHERE id = $1";
    conn.execute(sql, &values![id, audit.trail.now]).await?;
    journal.tell(Event::ApiDeleted, vec![resource(&api)]);
    journal.close(conn).await
}
