//! Lists of permissions and roles, and how far they reach.

use keyway_core::backend::store::StoreResult;
use keyway_core::id::WorkspaceId;
use keyway_core::page::{Page, PageOf};
use keyway_core::role::{Permission, PermissionUsage, Role, RoleUsage};

use super::audit::row_limit;
use super::roles::permissions_of_roles;
use super::rows;
use crate::sql::{Connection, Row, Value, list, values};

/// Which page of a list by id is wanted.
pub(crate) struct Listed {
    workspace: WorkspaceId,
    search: Option<String>,
    page: Page,
}

impl Listed {
    /// Those rows of a workspace that contain `search`.
    pub fn new(workspace: &WorkspaceId, search: Option<&str>, page: &Page) -> Self {
        Self {
            workspace: workspace.clone(),
            search: search.map(str::to_ascii_lowercase),
            page: page.clone(),
        }
    }

    /// The rows, searched in `searched`. `select` names the table and what it is called.
    async fn rows<C: Connection>(
        &self,
        conn: &mut C,
        select: &str,
        table: &str,
        searched: &[&str],
    ) -> StoreResult<Vec<Row>> {
        let after = self.page.after.as_deref().unwrap_or("");
        let mut values = values![&self.workspace, after, row_limit(&self.page)].to_vec();
        let mut condition = String::new();
        if let Some(search) = &self.search {
            values.push(search.into());
            condition = format!(" AND {}", C::DIALECT.contains(searched, values.len()));
        }
        let sql = format!(
            "{select} WHERE {table}.workspace_id = $1 AND {table}.id > $2{condition} \
             ORDER BY {table}.id LIMIT $3"
        );
        conn.query(&sql, &values).await
    }
}

/// `RoleStore::list_permissions`
pub(crate) async fn list_permissions<C: Connection>(
    conn: &mut C,
    wanted: &Listed,
) -> StoreResult<PageOf<Permission>> {
    let columns = rows::PERMISSION;
    let select = format!("SELECT {columns} FROM permissions p");
    let searched = ["p.id", "p.slug", "p.name", "coalesce(p.description, '')"];
    let mut found = Vec::new();
    for mut row in wanted.rows(conn, &select, "p", &searched).await? {
        found.push(rows::permission(&mut row)?);
    }
    Ok(PageOf::cut(found, wanted.page.limit, |permission| permission.id.to_string()))
}

/// `RoleStore::list_roles`
pub(crate) async fn list_roles<C: Connection>(
    conn: &mut C,
    wanted: &Listed,
) -> StoreResult<PageOf<Role>> {
    let select = "SELECT r.id, r.name, r.description FROM roles r";
    let searched = ["r.id", "r.name", "coalesce(r.description, '')"];
    let mut found = Vec::new();
    for mut row in wanted.rows(conn, select, "r", &searched).await? {
        found.push(Role {
            id: row.take()?,
            name: row.take()?,
            description: row.take()?,
            permissions: Vec::new(),
        });
    }
    let mut page = PageOf::cut(found, wanted.page.limit, |role| role.id.to_string());
    let ids = page.items.iter().map(|role| &role.id);
    let mut held = permissions_of_roles(conn, &wanted.workspace, ids).await?;
    for role in &mut page.items {
        role.permissions = held.remove(&role.id).unwrap_or_default();
    }
    Ok(page)
}

/// The number of keys that `links` ties to a row, deleted ones left out.
fn live_keys(links: &str) -> String {
    format!(
        "(SELECT count(*) FROM {links} x JOIN keys k ON k.id = x.key_id \
         JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id"
    )
}

/// `RoleStore::role_usage`
pub(crate) async fn role_usage<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    ids: Vec<Value>,
) -> StoreResult<Vec<RoleUsage>> {
    let (keys, among) = (live_keys("key_roles"), list(2, ids.len()));
    let sql = format!(
        "SELECT r.id, {keys} WHERE x.workspace_id = r.workspace_id AND x.role_id = r.id \
         AND k.deleted_at IS NULL AND a.deleted_at IS NULL), \
         (SELECT count(*) FROM role_permissions x \
         WHERE x.workspace_id = r.workspace_id AND x.role_id = r.id), \
         coalesce(r.updated_at, r.created_at) FROM roles r \
         WHERE r.workspace_id = $1 AND r.id IN {among} ORDER BY r.id"
    );
    let mut usage = Vec::new();
    for mut row in conn.query(&sql, &with(workspace, ids)).await? {
        usage.push(RoleUsage {
            id: row.take()?,
            key_count: row.take()?,
            permission_count: row.take()?,
            updated_at: row.take()?,
        });
    }
    Ok(usage)
}

/// `RoleStore::permission_usage`
pub(crate) async fn permission_usage<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    ids: Vec<Value>,
) -> StoreResult<Vec<PermissionUsage>> {
    let (keys, among) = (live_keys("key_permissions"), list(2, ids.len()));
    let sql = format!(
        "SELECT p.id, (SELECT count(*) FROM role_permissions x \
         WHERE x.workspace_id = p.workspace_id AND x.permission_id = p.id), \
         {keys} WHERE x.workspace_id = p.workspace_id AND x.permission_id = p.id \
         AND k.deleted_at IS NULL AND a.deleted_at IS NULL), \
         coalesce(p.updated_at, p.created_at) FROM permissions p \
         WHERE p.workspace_id = $1 AND p.id IN {among} ORDER BY p.id"
    );
    let mut usage = Vec::new();
    for mut row in conn.query(&sql, &with(workspace, ids)).await? {
        usage.push(PermissionUsage {
            id: row.take()?,
            role_count: row.take()?,
            key_count: row.take()?,
            updated_at: row.take()?,
        });
    }
    Ok(usage)
}

fn with(workspace: &WorkspaceId, ids: Vec<Value>) -> Vec<Value> {
    let mut values = values![workspace].to_vec();
    values.extend(ids);
    values
}
