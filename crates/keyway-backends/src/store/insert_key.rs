//! Storing a new key.

use keyway_core::audit::{Event, Resource, ResourceKind};
use keyway_core::backend::store::{Entity, StoreError, StoreResult};
use keyway_core::id::{ApiId, MigrationId, WorkspaceId};
use keyway_core::key::NewKey;
use keyway_core::role::Role;

use super::audit::{Audit, Journal};
use super::key_sets::{self, Holder};
use super::keys::resource;
use super::ratelimits::LimitOwner;
use super::roles::{Unknown, named_permissions, named_roles};
use super::rows::json_text;
use super::{credits, identities, key_meta, ratelimits, secrets};
use crate::cache::{Change, Kind};
use crate::sql::{Connection, values};

/// What stands in the place of the length of a key that nobody here has seen.
pub(crate) const UNKNOWN_LENGTH: i64 = 0;

/// `KeyStore::insert_key`
pub(crate) async fn insert<C: Connection>(
    conn: &mut C,
    key: &NewKey,
    audit: &Audit,
) -> StoreResult<()> {
    let workspace = &audit.trail.workspace;
    let mut journal = audit.open(conn).await?;
    let api = live_api(conn, workspace, &key.api_id).await?;
    let roles = named_roles(conn, workspace, &key.roles).await?;
    let new = New { key, roles: &roles, origin: None };
    store(conn, audit, &mut journal, &new, &api).await?;
    journal.close(conn).await
}

/// The API as an entry names it.
pub(crate) async fn live_api<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    id: &ApiId,
) -> StoreResult<Resource> {
    let sql = "SELECT a.name FROM apis a JOIN workspaces w ON w.id = a.workspace_id \
               WHERE a.id = $1 AND a.workspace_id = $2 AND a.deleted_at IS NULL \
               AND w.purge_at IS NULL";
    let Some(mut row) = conn.first(sql, &values![id, workspace]).await? else {
        return Err(StoreError::Missing(Entity::Api, id.to_string()));
    };
    let name: String = row.take()?;
    Ok(Resource::named(ResourceKind::Api, id, name))
}

/// Where an imported key comes from.
pub(crate) struct Origin<'a> {
    pub imported_by: &'a MigrationId,
    pub waits_for: Option<&'a MigrationId>,
}

/// A key with what was found for the names in it.
pub(crate) struct New<'a> {
    pub key: &'a NewKey,
    pub roles: &'a [Role],
    pub origin: Option<Origin<'a>>,
}

/// Stores a key and what it names and doesn't exist, and adds the entries.
pub(crate) async fn store<C: Connection>(
    conn: &mut C,
    audit: &Audit,
    journal: &mut Journal<'_>,
    new: &New<'_>,
    api: &Resource,
) -> StoreResult<()> {
    let (workspace, now) = (&audit.trail.workspace, audit.trail.now);
    let New { key, roles, origin } = new;
    let owner = match &key.owner {
        Some(owner) => Some(identities::find_or_create(conn, workspace, owner, now).await?),
        None => None,
    };
    let permissions =
        named_permissions(conn, workspace, &key.permissions, Unknown::Create, now).await?;
    let unchecked_length = match origin {
        Some(_) => Some(UNKNOWN_LENGTH),
        None => key.unchecked_length,
    };
    let sql = "INSERT INTO keys (id, workspace_id, api_id, hash, start, name, meta, enabled, \
               expires, identity_id, created_at, byte_length, unchecked_length, migration_id, \
               pending_migration) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
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
        key.byte_length,
        unchecked_length,
        origin.as_ref().map(|origin| origin.imported_by),
        origin.as_ref().and_then(|origin| origin.waits_for),
    ];
    conn.execute(sql, &values).await?;
    conn.note(Kind::Key, Change::KeyHash(key.hash));
    key_meta::insert(conn, &key.id, &key.meta).await?;
    if let Some(sealed) = &key.sealed {
        secrets::insert(conn, workspace, &key.id, sealed).await?;
    }
    if key.credits.is_some() {
        credits::put(conn, &key.id, None, key.credits.as_ref(), now).await?;
    }
    let limits = if key.ratelimits.is_empty() {
        Vec::new()
    } else {
        ratelimits::replace(conn, workspace, LimitOwner::Key(&key.id), &key.ratelimits).await?
    };
    let holder = Holder { workspace, key: &key.id };
    let given = key_sets::move_permissions(conn, &holder, &[], &permissions.all).await?;
    let taken_on = key_sets::move_roles(conn, &holder, &[], roles).await?;

    let resource = resource(&key.id, key.name.as_deref());
    journal.tell(Event::KeyCreated, vec![resource.clone(), api.clone()]);
    if let Some(owner) = owner {
        owner.tell(journal);
    }
    permissions.tell(journal);
    for limit in limits {
        limit.tell(journal, &resource);
    }
    given.tell(journal, &resource);
    taken_on.tell(journal, &resource);
    Ok(())
}
