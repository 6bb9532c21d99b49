//! The rate limits of a key or an identity.

use std::collections::HashMap;

use keyway_core::audit::{Event, Resource, ResourceKind};
use keyway_core::backend::store::StoreResult;
use keyway_core::id::{Entropy, IdentityId, KeyId, RatelimitId, WorkspaceId};
use keyway_core::ratelimit::{NewRatelimit, Ratelimit};

use super::audit::{Journal, note};
use super::changes::Changes;
use super::rows;
use crate::cache::{Change, Kind};
use crate::sql::{Connection, Value, insert_many, list, padded, values};

/// Whose limits they are.
#[derive(Clone, Copy)]
pub(crate) enum LimitOwner<'a> {
    /// A key's own.
    Key(&'a KeyId),
    /// Those that the keys of an identity share.
    Identity(&'a IdentityId),
}

impl LimitOwner<'_> {
    fn column(self) -> &'static str {
        match self {
            Self::Key(_) => "key_id",
            Self::Identity(_) => "identity_id",
        }
    }
}

impl LimitOwner<'_> {
    /// What isn't right any more after a change of its limits.
    fn change(self) -> Change {
        match self {
            Self::Key(id) => Change::Key(id.clone()),
            Self::Identity(id) => Change::Identity(id.clone()),
        }
    }
}

impl From<LimitOwner<'_>> for Value {
    fn from(owner: LimitOwner<'_>) -> Self {
        match owner {
            LimitOwner::Key(id) => id.into(),
            LimitOwner::Identity(id) => id.into(),
        }
    }
}

/// The limits with each name once; the last of a name wins.
fn distinct(wanted: &[NewRatelimit]) -> Vec<&NewRatelimit> {
    let last: HashMap<&str, usize> =
        wanted.iter().enumerate().map(|(place, limit)| (limit.name.as_str(), place)).collect();
    wanted
        .iter()
        .enumerate()
        .filter(|(place, limit)| last[limit.name.as_str()] == *place)
        .map(|(_, limit)| limit)
        .collect()
}

fn resource(id: &RatelimitId, name: &str) -> Resource {
    Resource::named(ResourceKind::Ratelimit, id, name)
}

/// Something that happened to a limit, still to be told.
pub(crate) struct Told(Event, Resource, Changes);

impl Told {
    /// Adds the entry, which is about the owner too.
    pub fn tell(self, journal: &mut Journal<'_>, owner: &Resource) {
        journal.tell_changes(self.0, vec![owner.clone(), self.1], self.2.into_list());
    }
}

/// Makes `wanted` the complete set of an owner's limits; those of the same name keep their id.
pub(crate) async fn replace<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    owner: LimitOwner<'_>,
    wanted: &[NewRatelimit],
) -> StoreResult<Vec<Told>> {
    let (columns, column) = (rows::RATELIMIT, owner.column());
    let sql = format!(
        "SELECT {columns}, l.position FROM ratelimits l \
         WHERE l.workspace_id = $1 AND l.{column} = $2 ORDER BY l.position"
    );
    let mut before: HashMap<String, (Ratelimit, i64)> = HashMap::new();
    for mut row in conn.query(&sql, &values![workspace, owner]).await? {
        let limit = rows::ratelimit(&mut row)?;
        before.insert(limit.name.clone(), (limit, row.take()?));
    }
    let mut told = Vec::new();
    let mut new_rows = Vec::new();
    for (limit, position) in distinct(wanted).into_iter().zip(0_i64..) {
        match before.remove(&limit.name) {
            None => {
                new_rows.push(new_row(workspace, owner, limit, position));
                let resource = resource(&limit.new_id, &limit.name);
                told.push(Told(Event::RatelimitCreated, resource, Changes::default()));
            }
            Some((old, old_position)) => {
                let changes = difference(&old, limit);
                if !changes.is_empty() || old_position != position {
                    let sql = "UPDATE ratelimits SET \"limit\" = $2, duration = $3, \
                               auto_apply = $4, position = $5 WHERE id = $1";
                    let values =
                        values![&old.id, limit.limit, limit.duration, limit.auto_apply, position];
                    conn.execute(sql, &values).await?;
                }
                if changes.is_empty() && old_position != position {
                    // The log doesn't tell of the order.
                    note(conn, Kind::Limit, owner.change()).await?;
                }
                if !changes.is_empty() {
                    let resource = resource(&old.id, &old.name);
                    told.push(Told(Event::RatelimitUpdated, resource, changes));
                }
            }
        }
    }
    let mut gone: Vec<Ratelimit> = before.into_values().map(|(limit, _)| limit).collect();
    gone.sort_by(|a, b| a.name.cmp(&b.name));
    if !gone.is_empty() {
        let ids = padded(gone.iter().map(|limit| &limit.id));
        let sql = format!("DELETE FROM ratelimits WHERE id IN {}", list(1, ids.len()));
        conn.execute(&sql, &ids).await?;
    }
    insert(conn, owner, new_rows).await?;
    told.extend(gone.into_iter().map(|limit| {
        Told(Event::RatelimitDeleted, resource(&limit.id, &limit.name), Changes::default())
    }));
    Ok(told)
}

async fn insert<C: Connection>(
    conn: &mut C,
    owner: LimitOwner<'_>,
    rows: Vec<Vec<Value>>,
) -> StoreResult<()> {
    let column = owner.column();
    let head = format!(
        "INSERT INTO ratelimits \
         (id, workspace_id, {column}, name, \"limit\", duration, auto_apply, position) VALUES "
    );
    insert_many(conn, &head, rows).await
}

fn new_row(
    workspace: &WorkspaceId,
    owner: LimitOwner<'_>,
    limit: &NewRatelimit,
    position: i64,
) -> Vec<Value> {
    values![
        &limit.new_id,
        workspace,
        owner,
        &limit.name,
        limit.limit,
        limit.duration,
        limit.auto_apply,
        position,
    ]
    .to_vec()
}

/// The limits of each of some identities of a workspace, in their order.
pub(crate) async fn of_identities<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    ids: impl IntoIterator<Item = &IdentityId>,
) -> StoreResult<HashMap<IdentityId, Vec<Ratelimit>>> {
    let ids = padded(ids);
    let mut limits: HashMap<IdentityId, Vec<Ratelimit>> = HashMap::new();
    if ids.is_empty() {
        return Ok(limits);
    }
    let columns = rows::RATELIMIT;
    let sql = format!(
        "SELECT l.identity_id, {columns} FROM ratelimits l \
         WHERE l.workspace_id = $1 AND l.identity_id IN {} ORDER BY l.identity_id, l.position",
        list(2, ids.len())
    );
    let mut values = values![workspace].to_vec();
    values.extend(ids);
    for mut row in conn.query(&sql, &values).await? {
        limits.entry(row.take()?).or_default().push(rows::ratelimit(&mut row)?);
    }
    Ok(limits)
}

/// Gives `to` the limits of `from`, under ids of their own.
pub(crate) async fn copy<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    from: &KeyId,
    to: &KeyId,
    entropy: &Entropy,
) -> StoreResult<()> {
    let columns = rows::RATELIMIT;
    let sql = format!(
        "SELECT {columns} FROM ratelimits l \
         WHERE l.workspace_id = $1 AND l.key_id = $2 ORDER BY l.position"
    );
    let mut copies = Vec::new();
    for (mut row, position) in
        conn.query(&sql, &values![workspace, from]).await?.into_iter().zip(0_i64..)
    {
        let limit = rows::ratelimit(&mut row)?;
        let copy = NewRatelimit {
            new_id: RatelimitId::generate(entropy),
            name: limit.name,
            limit: limit.limit,
            duration: limit.duration,
            auto_apply: limit.auto_apply,
        };
        copies.push(new_row(workspace, LimitOwner::Key(to), &copy, position));
    }
    insert(conn, LimitOwner::Key(to), copies).await
}

fn difference(before: &Ratelimit, after: &NewRatelimit) -> Changes {
    let mut changes = Changes::default();
    changes.note("limit", before.limit, after.limit);
    changes.note("duration", before.duration, after.duration);
    changes.note("autoApply", before.auto_apply, after.auto_apply);
    changes
}
