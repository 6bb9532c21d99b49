//! Owners of keys.

use keyway_core::audit::{Event, Resource, ResourceKind};
use keyway_core::backend::store::StoreResult;
use keyway_core::id::{IdentityId, WorkspaceId};
use keyway_core::key::Owner;
use keyway_core::time::Timestamp;

use super::audit::Journal;
use crate::sql::{Connection, values};

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
