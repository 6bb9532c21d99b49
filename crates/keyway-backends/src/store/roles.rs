//! Permissions and roles: finding what a request names, and the operations on them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::store::{Entity, RoleStore, StoreError, StoreResult};
use keyway_core::id::{PermissionId, RoleId, WorkspaceId};
use keyway_core::owned::Owned;
use keyway_core::page::{Page, PageOf};
use keyway_core::role::{
    Permission, PermissionChange, PermissionUsage, Role, RoleChange, RoleUsage, WantedPermission,
};
use keyway_core::time::Timestamp;

use super::audit::{Audit, Journal};
use super::list_rbac::Listed;
use super::{SqlStore, edit_rbac, list_rbac, rows};
use crate::sql::{Connection, Database, Value, insert_many, list, padded, values};

#[async_trait]
impl<D: Database> RoleStore for SqlStore<D> {
    async fn insert_permission(&self, permission: &Permission, trail: &Trail) -> StoreResult<()> {
        let (permission, audit) = (permission.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    insert_permissions(
                        conn,
                        &audit.trail.workspace,
                        std::slice::from_ref(&permission),
                        audit.trail.now,
                    )
                    .await?;
                    journal.tell(Event::PermissionCreated, vec![permission_resource(&permission)]);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn insert_role(
        &self,
        id: &RoleId,
        name: &str,
        description: Option<&str>,
        permissions: &[WantedPermission],
        may_create: bool,
        trail: &Trail,
    ) -> StoreResult<()> {
        let role = Role {
            id: id.clone(),
            name: name.to_owned(),
            description: description.map(str::to_owned),
            permissions: Vec::new(),
        };
        let (permissions, audit) = (permissions.to_vec(), self.audit(trail));
        let unknown = Unknown::may_create(may_create);
        self.db
            .write(move |conn| {
                Box::pin(
                    async move { insert_role(conn, &role, &permissions, unknown, &audit).await },
                )
            })
            .await
    }

    async fn find_role(&self, id: &RoleId) -> StoreResult<Option<Owned<Role>>> {
        let id = id.clone();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql = format!("{SELECT_ROLE} AND r.id = $1");
                    let found = role_with_permissions(conn, &sql, &values![&id]).await?;
                    Ok(found.map(|(workspace, role)| Owned::seal(workspace, role)))
                })
            })
            .await
    }

    async fn find_role_by_name(
        &self,
        workspace: &WorkspaceId,
        name: &str,
    ) -> StoreResult<Option<Role>> {
        let values = values![workspace, name.to_ascii_lowercase()];
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql =
                        format!("{SELECT_ROLE} AND r.workspace_id = $1 AND r.name_folded = $2");
                    let found = role_with_permissions(conn, &sql, &values).await?;
                    Ok(found.map(|(_, role)| role))
                })
            })
            .await
    }

    async fn set_role_permissions(
        &self,
        id: &RoleId,
        permissions: &[WantedPermission],
        may_create: bool,
        trail: &Trail,
    ) -> StoreResult<Vec<Permission>> {
        let (id, permissions, audit) = (id.clone(), permissions.to_vec(), self.audit(trail));
        let unknown = Unknown::may_create(may_create);
        self.db
            .write(move |conn| {
                Box::pin(async move { set(conn, &id, &permissions, unknown, &audit).await })
            })
            .await
    }

    async fn find_permission(&self, id: &PermissionId) -> StoreResult<Option<Owned<Permission>>> {
        let id = id.clone();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let columns = rows::PERMISSION;
                    let sql = format!(
                        "SELECT p.workspace_id, {columns} FROM permissions p \
                         JOIN workspaces w ON w.id = p.workspace_id \
                         WHERE p.id = $1 AND w.purge_at IS NULL"
                    );
                    let Some(mut row) = conn.first(&sql, &values![&id]).await? else {
                        return Ok(None);
                    };
                    Ok(Some(Owned::seal(row.take()?, rows::permission(&mut row)?)))
                })
            })
            .await
    }

    async fn find_permission_by_slug(
        &self,
        workspace: &WorkspaceId,
        slug: &str,
    ) -> StoreResult<Option<Permission>> {
        let values = values![workspace, slug.to_ascii_lowercase()];
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let columns = rows::PERMISSION;
                    let sql = format!(
                        "SELECT {columns} FROM permissions p \
                         WHERE p.workspace_id = $1 AND p.slug_folded = $2"
                    );
                    let found = conn.first(&sql, &values).await?;
                    found.map(|mut row| rows::permission(&mut row)).transpose()
                })
            })
            .await
    }

    async fn list_permissions(
        &self,
        workspace: &WorkspaceId,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<Permission>> {
        let wanted = Listed::new(workspace, search, page);
        self.db
            .scan(move |conn| {
                Box::pin(async move { list_rbac::list_permissions(conn, &wanted).await })
            })
            .await
    }

    async fn update_permission(
        &self,
        id: &PermissionId,
        change: &PermissionChange,
        trail: &Trail,
    ) -> StoreResult<Permission> {
        let (id, change, audit) = (id.clone(), change.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(
                    async move { edit_rbac::update_permission(conn, &id, change, &audit).await },
                )
            })
            .await
    }

    async fn delete_permission(&self, id: &PermissionId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { edit_rbac::delete_permission(conn, &id, &audit).await })
            })
            .await
    }

    async fn list_roles(
        &self,
        workspace: &WorkspaceId,
        search: Option<&str>,
        page: &Page,
    ) -> StoreResult<PageOf<Role>> {
        let wanted = Listed::new(workspace, search, page);
        self.db
            .scan(move |conn| Box::pin(async move { list_rbac::list_roles(conn, &wanted).await }))
            .await
    }

    async fn update_role(
        &self,
        id: &RoleId,
        change: &RoleChange,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (id, change, audit) = (id.clone(), change.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { edit_rbac::update_role(conn, &id, change, &audit).await })
            })
            .await
    }

    async fn delete_role(&self, id: &RoleId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move { edit_rbac::delete_role(conn, &id, &audit).await })
            })
            .await
    }

    async fn role_usage(
        &self,
        workspace: &WorkspaceId,
        ids: &[RoleId],
    ) -> StoreResult<Vec<RoleUsage>> {
        let (workspace, ids) = (workspace.clone(), padded(ids));
        self.db
            .scan(move |conn| {
                Box::pin(async move { list_rbac::role_usage(conn, &workspace, ids).await })
            })
            .await
    }

    async fn permission_usage(
        &self,
        workspace: &WorkspaceId,
        ids: &[PermissionId],
    ) -> StoreResult<Vec<PermissionUsage>> {
        let (workspace, ids) = (workspace.clone(), padded(ids));
        self.db
            .scan(move |conn| {
                Box::pin(async move { list_rbac::permission_usage(conn, &workspace, ids).await })
            })
            .await
    }
}

/// A permission as an entry names it.
pub(crate) fn permission_resource(permission: &Permission) -> Resource {
    Resource::named(ResourceKind::Permission, &permission.id, &permission.slug)
}

/// A role as an entry names it.
pub(crate) fn role_resource(role: &Role) -> Resource {
    Resource::named(ResourceKind::Role, &role.id, &role.name)
}

/// What to do about permissions that a request names and nobody has defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// They are created.
    Create,
    /// They would have to be created, which the caller may not do.
    Refuse,
    /// They are missing.
    Missing,
}

impl Unknown {
    /// The policy for somebody who may or may not create permissions.
    pub fn may_create(may_create: bool) -> Self {
        if may_create { Self::Create } else { Self::Refuse }
    }
}

/// The permissions that a request names.
pub(crate) struct Named {
    /// All of them, each once, by slug.
    pub all: Vec<Permission>,
    /// Those among them that were created, in the order of the request.
    created: Vec<Permission>,
}

impl Named {
    /// Adds the entries of new permissions.
    pub fn tell(&self, journal: &mut Journal<'_>) {
        for permission in &self.created {
            journal.tell(Event::PermissionCreated, vec![permission_resource(permission)]);
        }
    }
}

/// How many names are looked up in one statement.
const NAMES_AT_ONCE: usize = 256;

/// Finds the permissions that a request names by id or slug.
pub(crate) async fn named_permissions<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    wanted: &[WantedPermission],
    unknown: Unknown,
    now: Timestamp,
) -> StoreResult<Named> {
    let mut by_id: HashMap<String, Permission> = HashMap::new();
    let mut by_slug: HashMap<String, Permission> = HashMap::new();
    for some in wanted.chunks(NAMES_AT_ONCE) {
        let names = padded(some.iter().map(|wanted| &wanted.name));
        let folded = padded(some.iter().map(|wanted| wanted.name.to_ascii_lowercase()));
        let columns = rows::PERMISSION;
        let sql = format!(
            "SELECT {columns} FROM permissions p WHERE p.workspace_id = $1 AND p.id IN {} \
             UNION SELECT {columns} FROM permissions p WHERE p.workspace_id = $1 \
             AND p.slug_folded IN {}",
            list(2, names.len()),
            list(2 + names.len(), folded.len()),
        );
        let mut values = values![workspace].to_vec();
        values.extend(names);
        values.extend(folded);
        for mut row in conn.query(&sql, &values).await? {
            let permission = rows::permission(&mut row)?;
            by_id.insert(permission.id.to_string(), permission.clone());
            by_slug.insert(permission.slug.to_ascii_lowercase(), permission);
        }
    }
    let mut all = BTreeMap::new();
    let mut created = Vec::new();
    for WantedPermission { new_id, name } in wanted {
        let folded = name.to_ascii_lowercase();
        let permission = match by_id.get(name).or_else(|| by_slug.get(&folded)) {
            Some(permission) => permission.clone(),
            None if unknown == Unknown::Missing || name.starts_with("perm_") => {
                return Err(StoreError::Missing(Entity::Permission, name.clone()));
            }
            None if unknown == Unknown::Refuse => return Err(StoreError::MayNotCreatePermission),
            None => {
                let permission = Permission {
                    id: new_id.clone(),
                    slug: name.clone(),
                    name: name.clone(),
                    description: None,
                };
                by_slug.insert(folded, permission.clone());
                created.push(permission.clone());
                permission
            }
        };
        all.insert(permission.slug.clone(), permission);
    }
    insert_permissions(conn, workspace, &created, now).await?;
    Ok(Named { all: all.into_values().collect(), created })
}

async fn insert_permissions<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    permissions: &[Permission],
    now: Timestamp,
) -> StoreResult<()> {
    let rows = permissions
        .iter()
        .map(|permission| {
            values![
                &permission.id,
                workspace,
                &permission.slug,
                permission.slug.to_ascii_lowercase(),
                &permission.name,
                permission.description.as_deref(),
                now,
            ]
            .to_vec()
        })
        .collect();
    let head = "INSERT INTO permissions \
                (id, workspace_id, slug, slug_folded, name, description, created_at) VALUES ";
    insert_many(conn, head, rows).await
}

pub(crate) const SELECT_ROLE: &str = "SELECT r.workspace_id, r.id, r.name, r.description FROM roles r \
     JOIN workspaces w ON w.id = r.workspace_id WHERE w.purge_at IS NULL";

pub(crate) async fn role_with_permissions<C: Connection>(
    conn: &mut C,
    sql: &str,
    values: &[Value],
) -> StoreResult<Option<(WorkspaceId, Role)>> {
    let Some(mut row) = conn.first(sql, values).await? else { return Ok(None) };
    let workspace: WorkspaceId = row.take()?;
    let mut role = Role {
        id: row.take()?,
        name: row.take()?,
        description: row.take()?,
        permissions: Vec::new(),
    };
    let mut held = permissions_of_roles(conn, &workspace, [&role.id]).await?;
    role.permissions = held.remove(&role.id).unwrap_or_default();
    Ok(Some((workspace, role)))
}

/// The permissions of roles of one workspace, by slug.
pub(crate) async fn permissions_of_roles<'a, C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    roles: impl IntoIterator<Item = &'a RoleId>,
) -> StoreResult<HashMap<RoleId, Vec<Permission>>> {
    let ids = padded(roles);
    let mut held: HashMap<RoleId, Vec<Permission>> = HashMap::new();
    if ids.is_empty() {
        return Ok(held);
    }
    let columns = rows::PERMISSION;
    let sql = format!(
        "SELECT x.role_id, {columns} FROM role_permissions x JOIN permissions p \
         ON p.workspace_id = x.workspace_id AND p.id = x.permission_id \
         WHERE x.workspace_id = $1 AND x.role_id IN {} ORDER BY p.slug",
        list(2, ids.len())
    );
    let mut values = values![workspace].to_vec();
    values.extend(ids);
    for mut row in conn.query(&sql, &values).await? {
        held.entry(row.take()?).or_default().push(rows::permission(&mut row)?);
    }
    Ok(held)
}

/// The roles among those that a request names by id or name.
#[derive(Default)]
struct FoundRoles {
    by_id: HashMap<String, Role>,
    by_name: HashMap<String, Role>,
}

impl FoundRoles {
    /// The role of that id, else that of that name.
    fn get(&self, name: &str) -> Option<&Role> {
        self.by_id.get(name).or_else(|| self.by_name.get(&name.to_ascii_lowercase()))
    }
}

async fn find_roles<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    wanted: &[String],
) -> StoreResult<FoundRoles> {
    let mut found = FoundRoles::default();
    for some in wanted.chunks(NAMES_AT_ONCE) {
        let names = padded(some);
        let folded = padded(some.iter().map(|name| name.to_ascii_lowercase()));
        let sql = format!(
            "SELECT r.id, r.name, r.description FROM roles r \
             WHERE r.workspace_id = $1 AND r.id IN {} \
             UNION SELECT r.id, r.name, r.description FROM roles r \
             WHERE r.workspace_id = $1 AND r.name_folded IN {}",
            list(2, names.len()),
            list(2 + names.len(), folded.len()),
        );
        let mut values = values![workspace].to_vec();
        values.extend(names);
        values.extend(folded);
        for mut row in conn.query(&sql, &values).await? {
            let role = Role {
                id: row.take()?,
                name: row.take()?,
                description: row.take()?,
                permissions: Vec::new(),
            };
            found.by_id.insert(role.id.to_string(), role.clone());
            found.by_name.insert(role.name.to_ascii_lowercase(), role);
        }
    }
    Ok(found)
}

/// Finds the roles that a request names by id or name, each once, by name, without their
/// permissions.
pub(crate) async fn named_roles<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    wanted: &[String],
) -> StoreResult<Vec<Role>> {
    let found = find_roles(conn, workspace, wanted).await?;
    let mut all = BTreeMap::new();
    for name in wanted {
        let role =
            found.get(name).ok_or_else(|| StoreError::Missing(Entity::Role, name.clone()))?;
        all.insert(role.name.clone(), role.clone());
    }
    Ok(all.into_values().collect())
}

/// The same, but those that don't exist are created under `new_ids`. Answers all, and those
/// among them that are new.
pub(crate) async fn new_roles<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    wanted: &[String],
    new_ids: &[RoleId],
    now: Timestamp,
) -> StoreResult<(Vec<Role>, Vec<Role>)> {
    let mut found = find_roles(conn, workspace, wanted).await?;
    let (mut all, mut created) = (BTreeMap::new(), Vec::new());
    for (name, new_id) in wanted.iter().zip(new_ids) {
        if found.get(name).is_none() {
            if name.starts_with("role_") {
                return Err(StoreError::Missing(Entity::Role, name.clone()));
            }
            let role = Role {
                id: new_id.clone(),
                name: name.clone(),
                description: None,
                permissions: Vec::new(),
            };
            insert_role_row(conn, workspace, &role, now).await?;
            found.by_name.insert(name.to_ascii_lowercase(), role.clone());
            created.push(role);
        }
        if let Some(role) = found.get(name) {
            all.insert(role.name.clone(), role.clone());
        }
    }
    Ok((all.into_values().collect(), created))
}

/// Adds the entries of new roles.
pub(crate) fn tell_roles(journal: &mut Journal<'_>, created: &[Role]) {
    for role in created {
        journal.tell(Event::RoleCreated, vec![role_resource(role)]);
    }
}

async fn insert_role_row<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    role: &Role,
    now: Timestamp,
) -> StoreResult<()> {
    let sql = "INSERT INTO roles (id, workspace_id, name, name_folded, description, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = values![
        &role.id,
        workspace,
        &role.name,
        role.name.to_ascii_lowercase(),
        role.description.as_deref(),
        now,
    ];
    conn.execute(sql, &values).await.map(drop)
}

async fn insert_role<C: Connection>(
    conn: &mut C,
    role: &Role,
    wanted: &[WantedPermission],
    unknown: Unknown,
    audit: &Audit,
) -> StoreResult<()> {
    let (workspace, now) = (&audit.trail.workspace, audit.trail.now);
    let mut journal = audit.open(conn).await?;
    insert_role_row(conn, workspace, role, now).await?;
    let named = named_permissions(conn, workspace, wanted, unknown, now).await?;
    connect(conn, workspace, &role.id, &named.all).await?;

    let resource = role_resource(role);
    journal.tell(Event::RoleCreated, vec![resource.clone()]);
    named.tell(&mut journal);
    for permission in &named.all {
        let resources = vec![resource.clone(), permission_resource(permission)];
        journal.tell(Event::RolePermissionConnected, resources);
    }
    journal.close(conn).await
}

async fn connect<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    role: &RoleId,
    permissions: impl IntoIterator<Item = &Permission>,
) -> StoreResult<()> {
    let rows = permissions
        .into_iter()
        .map(|permission| values![workspace, role, &permission.id].to_vec())
        .collect();
    let head = "INSERT INTO role_permissions (workspace_id, role_id, permission_id) VALUES ";
    insert_many(conn, head, rows).await
}

async fn set<C: Connection>(
    conn: &mut C,
    id: &RoleId,
    wanted: &[WantedPermission],
    unknown: Unknown,
    audit: &Audit,
) -> StoreResult<Vec<Permission>> {
    let (workspace, now) = (&audit.trail.workspace, audit.trail.now);
    let mut journal = audit.open(conn).await?;
    let sql = format!("{SELECT_ROLE} AND r.id = $1 AND r.workspace_id = $2");
    let Some((_, role)) = role_with_permissions(conn, &sql, &values![id, workspace]).await? else {
        return Err(StoreError::Missing(Entity::Role, id.to_string()));
    };
    let named = named_permissions(conn, workspace, wanted, unknown, now).await?;
    let (gone, new) = difference(&role.permissions, &named.all, |permission| &permission.id);
    if !gone.is_empty() {
        let ids = padded(gone.iter().map(|permission| &permission.id));
        let sql = format!(
            "DELETE FROM role_permissions \
             WHERE workspace_id = $1 AND role_id = $2 AND permission_id IN {}",
            list(3, ids.len())
        );
        let mut values = values![workspace, id].to_vec();
        values.extend(ids);
        conn.execute(&sql, &values).await?;
    }
    connect(conn, workspace, id, new.iter().copied()).await?;
    if !gone.is_empty() || !new.is_empty() {
        let sql = "UPDATE roles SET updated_at = $2 WHERE id = $1";
        conn.execute(sql, &values![id, now]).await?;
    }

    let resource = role_resource(&role);
    named.tell(&mut journal);
    for permission in gone {
        let resources = vec![resource.clone(), permission_resource(permission)];
        journal.tell(Event::RolePermissionsDisconnected, resources);
    }
    for permission in new {
        let resources = vec![resource.clone(), permission_resource(permission)];
        journal.tell(Event::RolePermissionConnected, resources);
    }
    journal.close(conn).await?;
    Ok(named.all)
}

/// What `before` has and `after` lacks, and the other way round.
pub(crate) fn difference<'a, T, I: Ord>(
    before: &'a [T],
    after: &'a [T],
    id: impl Fn(&T) -> &I,
) -> (Vec<&'a T>, Vec<&'a T>) {
    let old: BTreeSet<&I> = before.iter().map(&id).collect();
    let new: BTreeSet<&I> = after.iter().map(&id).collect();
    (
        before.iter().filter(|item| !new.contains(id(item))).collect(),
        after.iter().filter(|item| !old.contains(id(item))).collect(),
    )
}
