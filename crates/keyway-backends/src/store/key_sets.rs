//! The permissions and roles that a key holds itself.

use keyway_core::audit::{Event, Resource};
use keyway_core::backend::store::StoreResult;
use keyway_core::id::{KeyId, WorkspaceId};
use keyway_core::key::SetChange;
use keyway_core::role::{Permission, Role, WantedPermission};

use super::audit::{Audit, Journal};
use super::keys::present;
use super::load_keys::{permissions_of_keys, roles_of_keys};
use super::roles::{
    Unknown, difference, named_permissions, named_roles, permission_resource, role_resource,
};
use crate::sql::{Connection, insert_many, list, padded, values};

/// How a set is stored and told.
struct Kind {
    insert: &'static str,
    delete: &'static str,
    connected: Event,
    disconnected: Event,
}

const PERMISSIONS: Kind = Kind {
    insert: "INSERT INTO key_permissions (workspace_id, key_id, permission_id) VALUES ",
    delete: "DELETE FROM key_permissions \
             WHERE workspace_id = $1 AND key_id = $2 AND permission_id IN ",
    connected: Event::KeyPermissionConnected,
    disconnected: Event::KeyPermissionDisconnected,
};

const ROLES: Kind = Kind {
    insert: "INSERT INTO key_roles (workspace_id, key_id, role_id) VALUES ",
    delete: "DELETE FROM key_roles WHERE workspace_id = $1 AND key_id = $2 AND role_id IN ",
    connected: Event::KeyRoleConnected,
    disconnected: Event::KeyRoleDisconnected,
};

/// Which key a set belongs to.
pub(crate) struct Holder<'a> {
    pub workspace: &'a WorkspaceId,
    pub key: &'a KeyId,
}

/// What became different in a set, still to be told.
pub(crate) struct Moved {
    kind: &'static Kind,
    gone: Vec<Resource>,
    new: Vec<Resource>,
}

impl Moved {
    /// Whether the set is as before.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }

    /// Adds an entry for each item, which is about `key` too.
    pub fn tell(self, journal: &mut Journal<'_>, key: &Resource) {
        for resource in self.gone {
            journal.tell(self.kind.disconnected, vec![key.clone(), resource]);
        }
        for resource in self.new {
            journal.tell(self.kind.connected, vec![key.clone(), resource]);
        }
    }
}

/// Gives a key `after` instead of `before` permissions.
pub(crate) async fn move_permissions<C: Connection>(
    conn: &mut C,
    holder: &Holder<'_>,
    before: &[Permission],
    after: &[Permission],
) -> StoreResult<Moved> {
    let (gone, new) = difference(before, after, |permission| &permission.id);
    let ids = |all: &[&Permission]| all.iter().map(|p| p.id.to_string()).collect();
    write(conn, &PERMISSIONS, holder, ids(&gone), ids(&new)).await?;
    let resources = |all: Vec<&Permission>| all.into_iter().map(permission_resource).collect();
    Ok(Moved { kind: &PERMISSIONS, gone: resources(gone), new: resources(new) })
}

/// Gives a key `after` instead of `before` roles.
pub(crate) async fn move_roles<C: Connection>(
    conn: &mut C,
    holder: &Holder<'_>,
    before: &[Role],
    after: &[Role],
) -> StoreResult<Moved> {
    let (gone, new) = difference(before, after, |role| &role.id);
    let ids = |all: &[&Role]| all.iter().map(|role| role.id.to_string()).collect();
    write(conn, &ROLES, holder, ids(&gone), ids(&new)).await?;
    let resources = |all: Vec<&Role>| all.into_iter().map(role_resource).collect();
    Ok(Moved { kind: &ROLES, gone: resources(gone), new: resources(new) })
}

async fn write<C: Connection>(
    conn: &mut C,
    kind: &Kind,
    holder: &Holder<'_>,
    gone: Vec<String>,
    new: Vec<String>,
) -> StoreResult<()> {
    if !gone.is_empty() {
        let ids = padded(gone);
        let sql = format!("{}{}", kind.delete, list(3, ids.len()));
        let mut values = values![holder.workspace, holder.key].to_vec();
        values.extend(ids);
        conn.execute(&sql, &values).await?;
    }
    let rows =
        new.into_iter().map(|id| values![holder.workspace, holder.key, id].to_vec()).collect();
    insert_many(conn, kind.insert, rows).await
}

/// The direct permissions of a key, by slug.
pub(crate) async fn direct_permissions<C: Connection>(
    conn: &mut C,
    holder: &Holder<'_>,
) -> StoreResult<Vec<Permission>> {
    let mut held = permissions_of_keys(conn, holder.workspace, padded([holder.key])).await?;
    Ok(held.remove(holder.key).unwrap_or_default())
}

/// The roles of a key, by name.
pub(crate) async fn roles<C: Connection>(
    conn: &mut C,
    holder: &Holder<'_>,
) -> StoreResult<Vec<Role>> {
    let mut held = roles_of_keys(conn, holder.workspace, padded([holder.key])).await?;
    Ok(held.remove(holder.key).unwrap_or_default())
}

/// The items of a set after a change by `named` ones.
fn changed<T: Clone, I: PartialEq>(
    before: &[T],
    change: SetChange,
    named: &[T],
    id: impl Fn(&T) -> &I,
) -> Vec<T> {
    let among = |item: &T, all: &[T]| all.iter().any(|other| id(other) == id(item));
    match change {
        SetChange::Replace => named.to_vec(),
        SetChange::Add => {
            let new = named.iter().filter(|item| !among(item, before));
            before.iter().chain(new).cloned().collect()
        }
        SetChange::Remove => before.iter().filter(|item| !among(item, named)).cloned().collect(),
    }
}

/// Changes the roles of a key step by step; `None` if there is no step.
pub(crate) async fn change_roles_by<C: Connection>(
    conn: &mut C,
    holder: &Holder<'_>,
    steps: &[(SetChange, &[String])],
) -> StoreResult<Option<Moved>> {
    if steps.is_empty() {
        return Ok(None);
    }
    let before = roles(conn, holder).await?;
    let mut after = before.clone();
    for (step, wanted) in steps {
        let named = named_roles(conn, holder.workspace, wanted).await?;
        after = changed(&after, *step, &named, |role| &role.id);
    }
    move_roles(conn, holder, &before, &after).await.map(Some)
}

/// `KeyStore::change_key_permissions`
pub(crate) async fn change_permissions<C: Connection>(
    conn: &mut C,
    key: &KeyId,
    change: SetChange,
    wanted: &[WantedPermission],
    may_create: bool,
    audit: &Audit,
) -> StoreResult<Vec<Permission>> {
    let workspace = &audit.trail.workspace;
    let mut journal = audit.open(conn).await?;
    let resource = present(conn, key, workspace).await?.resource();
    let unknown = match change {
        SetChange::Remove => Unknown::Missing,
        SetChange::Add | SetChange::Replace => Unknown::may_create(may_create),
    };
    let named = named_permissions(conn, workspace, wanted, unknown, audit.trail.now).await?;
    let holder = Holder { workspace, key };
    let before = direct_permissions(conn, &holder).await?;
    let mut after = changed(&before, change, &named.all, |permission| &permission.id);
    after.sort_by(|a, b| a.slug.cmp(&b.slug));
    let moved = move_permissions(conn, &holder, &before, &after).await?;

    named.tell(&mut journal);
    moved.tell(&mut journal, &resource);
    journal.close(conn).await?;
    Ok(after)
}

/// `KeyStore::change_key_roles`
pub(crate) async fn change_roles<C: Connection>(
    conn: &mut C,
    key: &KeyId,
    change: SetChange,
    wanted: &[String],
    audit: &Audit,
) -> StoreResult<Vec<Role>> {
    let workspace = &audit.trail.workspace;
    let mut journal = audit.open(conn).await?;
    let resource = present(conn, key, workspace).await?.resource();
    let named = named_roles(conn, workspace, wanted).await?;
    let holder = Holder { workspace, key };
    let before = roles(conn, &holder).await?;
    let after = changed(&before, change, &named, |role| &role.id);
    let moved = move_roles(conn, &holder, &before, &after).await?;

    moved.tell(&mut journal, &resource);
    journal.close(conn).await?;
    roles(conn, &holder).await
}
