//! `KeyStore::update_key`

use keyway_core::audit::Event;
use keyway_core::backend::store::StoreResult;
use keyway_core::id::{IdentityId, KeyId};
use keyway_core::key::{KeyChange, SetChange};
use keyway_core::patch::Patch;

use super::audit::Audit;
use super::changes::Changes;
use super::identities;
use super::key_sets::{self, Holder, Moved};
use super::keys::present;
use super::ratelimits::LimitOwner;
use super::roles::{Unknown, named_permissions};
use super::rows::json_text;
use super::{credits, key_meta, ratelimits};
use crate::sql::{Connection, values};

/// Changes a key. Everything that can fail for reasons of the request comes before the first
/// statement that writes to the key.
pub(crate) async fn update<C: Connection>(
    conn: &mut C,
    id: &KeyId,
    change: KeyChange,
    audit: &Audit,
) -> StoreResult<()> {
    let (workspace, now) = (&audit.trail.workspace, audit.trail.now);
    let mut journal = audit.open(conn).await?;
    let before = present(conn, id, workspace).await?;
    let mut changes = Changes::default();

    let (identity, found) = match &change.owner {
        Patch::Keep => (before.identity.clone(), None),
        Patch::Clear => (None, None),
        Patch::Set(owner) => {
            let found = identities::find_or_create(conn, workspace, owner, now).await?;
            (Some((found.id.clone(), owner.external_id.clone())), Some(found))
        }
    };
    let external_id =
        |identity: &Option<(IdentityId, String)>| identity.as_ref().map(|(_, name)| name.clone());
    changes.note("externalId", external_id(&before.identity), external_id(&identity));
    let name = change.name.apply(before.name.clone());
    changes.note("name", before.name.as_deref(), name.as_deref());
    let meta = match change.meta {
        Patch::Keep => before.meta.clone(),
        Patch::Clear => keyway_core::identity::Meta::new(),
        Patch::Set(meta) => meta,
    };
    changes.note_hidden("meta", meta != before.meta);
    let expires = change.expires.apply(before.expires);
    changes.note("expires", before.expires.map(|t| t.0), expires.map(|t| t.0));
    let enabled = change.enabled.unwrap_or(before.enabled);
    changes.note("enabled", before.enabled, enabled);
    if let Some(change) = &change.credits {
        let old = credits::lock(conn, id).await?;
        let new = credits::changed(old.as_ref(), change)?;
        if old != new {
            credits::put(conn, id, old.as_ref(), new.as_ref(), now).await?;
        }
        changes.note("credits", credits::as_json(old.as_ref()), credits::as_json(new.as_ref()));
    }

    let holder = Holder { workspace, key: id };
    let mut steps: Vec<(SetChange, &[String])> = Vec::new();
    steps.extend(change.roles.as_deref().map(|roles| (SetChange::Replace, roles)));
    for (step, roles) in
        [(SetChange::Add, &change.added_roles), (SetChange::Remove, &change.removed_roles)]
    {
        if !roles.is_empty() {
            steps.push((step, roles));
        }
    }
    let roles = key_sets::change_roles_by(conn, &holder, &steps).await?;
    let permissions = match &change.permissions {
        Some(wanted) => {
            let after = named_permissions(conn, workspace, wanted, Unknown::Create, now).await?;
            let held = key_sets::direct_permissions(conn, &holder).await?;
            let moved = key_sets::move_permissions(conn, &holder, &held, &after.all).await?;
            Some((after, moved))
        }
        None => None,
    };
    let limits = match &change.ratelimits {
        Some(wanted) => ratelimits::replace(conn, workspace, LimitOwner::Key(id), wanted).await?,
        None => Vec::new(),
    };

    let moved = |moved: Option<&Moved>| moved.is_some_and(|moved| !moved.is_empty());
    if changes.is_empty()
        && limits.is_empty()
        && !moved(roles.as_ref())
        && !moved(permissions.as_ref().map(|(_, moved)| moved))
    {
        return Ok(());
    }
    let sql = "UPDATE keys SET name = $2, meta = $3, enabled = $4, expires = $5, \
               identity_id = $6, updated_at = $7 WHERE id = $1";
    let identity_id = identity.as_ref().map(|(id, _)| id);
    let values =
        values![id, name.as_deref(), json_text(&meta)?, enabled, expires, identity_id, now];
    conn.execute(sql, &values).await?;
    key_meta::replace(conn, id, &before.meta, &meta).await?;

    let (api, resource) = (before.api_resource(), before.resource());
    if let Some(found) = &found {
        found.tell(&mut journal);
    }
    if let Some((named, _)) = &permissions {
        named.tell(&mut journal);
    }
    journal.tell_changes(Event::KeyUpdated, vec![resource.clone(), api], changes.into_list());
    for limit in limits {
        limit.tell(&mut journal, &resource);
    }
    if let Some((_, moved)) = permissions {
        moved.tell(&mut journal, &resource);
    }
    if let Some(moved) = roles {
        moved.tell(&mut journal, &resource);
    }
    journal.close(conn).await
}
