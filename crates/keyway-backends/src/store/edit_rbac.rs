//! Changing and deleting permissions and roles.

use keyway_core::audit::Event;
use keyway_core::backend::store::{Entity, StoreError, StoreResult};
use keyway_core::id::{PermissionId, RoleId};
use keyway_core::role::{Permission, PermissionChange, Role, RoleChange};

use super::audit::Audit;
use super::changes::Changes;
use super::roles::{SELECT_ROLE, permission_resource, role_resource, role_with_permissions};
use super::rows;
use crate::sql::{Connection, values};

/// The permission as it is now, in the workspace of the trail.
async fn present_permission<C: Connection>(
    conn: &mut C,
    id: &PermissionId,
    audit: &Audit,
) -> StoreResult<Permission> {
    let columns = rows::PERMISSION;
    let sql = format!(
        "SELECT {columns} FROM permissions p JOIN workspaces w ON w.id = p.workspace_id \
         WHERE p.id = $1 AND p.workspace_id = $2 AND w.purge_at IS NULL"
    );
    match conn.first(&sql, &values![id, &audit.trail.workspace]).await? {
        Some(mut row) => rows::permission(&mut row),
        None => Err(StoreError::Missing(Entity::Permission, id.to_string())),
    }
}

/// The role as it is now, in the workspace of the trail.
async fn present_role<C: Connection>(
    conn: &mut C,
    id: &RoleId,
    audit: &Audit,
) -> StoreResult<Role> {
    let sql = format!("{SELECT_ROLE} AND r.id = $1 AND r.workspace_id = $2");
    match role_with_permissions(conn, &sql, &values![id, &audit.trail.workspace]).await? {
        Some((_, role)) => Ok(role),
        None => Err(StoreError::Missing(Entity::Role, id.to_string())),
    }
}

/// `RoleStore::update_permission`
pub(crate) async fn update_permission<C: Connection>(
    conn: &mut C,
    id: &PermissionId,
    change: PermissionChange,
    audit: &Audit,
) -> StoreResult<Permission> {
    let mut journal = audit.open(conn).await?;
    let before = present_permission(conn, id, audit).await?;
    let after = Permission {
        id: before.id.clone(),
        slug: change.slug.unwrap_or_else(|| before.slug.clone()),
        name: change.name.unwrap_or_else(|| before.name.clone()),
        description: change.description.apply(before.description.clone()),
    };
    let mut changes = Changes::default();
    changes.note("name", before.name, after.name.as_str());
    changes.note("slug", before.slug, after.slug.as_str());
    changes.note("description", before.description, after.description.as_deref());
    if changes.is_empty() {
        return Ok(after);
    }
    let sql = "UPDATE permissions SET slug = $2, slug_folded = $3, name = $4, description = $5, \
               updated_at = $6 WHERE id = $1";
    let values = values![
        id,
        &after.slug,
        after.slug.to_ascii_lowercase(),
        &after.name,
        after.description.as_deref(),
        audit.trail.now,
    ];
    conn.execute(sql, &values).await?;
    let resources = vec![permission_resource(&after)];
    journal.tell_changes(Event::PermissionUpdated, resources, changes.into_list());
    journal.close(conn).await?;
    Ok(after)
}

/// `RoleStore::delete_permission`. The links go with it.
pub(crate) async fn delete_permission<C: Connection>(
    conn: &mut C,
    id: &PermissionId,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let permission = present_permission(conn, id, audit).await?;
    conn.execute("DELETE FROM permissions WHERE id = $1", &values![id]).await?;
    journal.tell(Event::PermissionDeleted, vec![permission_resource(&permission)]);
    journal.close(conn).await
}

/// `RoleStore::update_role`
pub(crate) async fn update_role<C: Connection>(
    conn: &mut C,
    id: &RoleId,
    change: RoleChange,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let before = present_role(conn, id, audit).await?;
    let after = Role {
        name: change.name.unwrap_or_else(|| before.name.clone()),
        description: change.description.apply(before.description.clone()),
        ..before.clone()
    };
    let mut changes = Changes::default();
    changes.note("name", before.name, after.name.as_str());
    changes.note("description", before.description, after.description.as_deref());
    if changes.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE roles SET name = $2, name_folded = $3, description = $4, updated_at = $5 \
               WHERE id = $1";
    let values = values![
        id,
        &after.name,
        after.name.to_ascii_lowercase(),
        after.description.as_deref(),
        audit.trail.now,
    ];
    conn.execute(sql, &values).await?;
    journal.tell_changes(Event::RoleUpdated, vec![role_resource(&after)], changes.into_list());
    journal.close(conn).await
}

/// `RoleStore::delete_role`. The links go with it.
pub(crate) async fn delete_role<C: Connection>(
    conn: &mut C,
    id: &RoleId,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let role = present_role(conn, id, audit).await?;
    conn.execute("DELETE FROM roles WHERE id = $1", &values![id]).await?;
    journal.tell(Event::RoleDeleted, vec![role_resource(&role)]);
    journal.close(conn).await
}
