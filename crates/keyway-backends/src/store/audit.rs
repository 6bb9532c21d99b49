//! The audit log: writing entries with a change, listing them, walking along the chain.

use std::collections::BTreeSet;

use async_trait::async_trait;
use keyway_core::audit::{
    AuditFilter, ChainKey, ChainReport, Entry, Event, FieldChange, Resource, Trail, link,
};
use keyway_core::backend::store::{AuditStore, Entity, StoreError, StoreResult};
use keyway_core::id::WorkspaceId;
use keyway_core::page::{Page, PageOf};
use keyway_core::time::Timestamp;

use super::SqlStore;
use crate::cache::{Change, Kind, effects};
use crate::sql::{Connection, Database, Row, Value, insert_many, list, padded, values};

/// What a change needs in order to be logged.
pub(crate) struct Audit {
    pub chain: ChainKey,
    pub trail: Trail,
}

impl Audit {
    /// Begins a change that is told in the log of the trail's workspace. This comes before every
    /// other statement of the change: it lets the writers of a workspace wait for each other.
    pub async fn open<C: Connection>(&self, conn: &mut C) -> StoreResult<Journal<'_>> {
        self.open_for(conn, &[&self.trail.workspace]).await
    }

    /// The same for the logs of several workspaces.
    pub async fn open_for<C: Connection>(
        &self,
        conn: &mut C,
        workspaces: &[&WorkspaceId],
    ) -> StoreResult<Journal<'_>> {
        let ids = padded(workspaces.iter().copied());
        let sql = format!(
            "SELECT workspace_id, position, link FROM audit_heads WHERE workspace_id IN {} \
             ORDER BY workspace_id{}",
            list(1, ids.len()),
            C::DIALECT.for_update
        );
        let mut heads = Vec::new();
        for mut row in conn.query(&sql, &ids).await? {
            heads.push(Head { workspace: row.take()?, position: row.take()?, link: row.take()? });
        }
        for workspace in workspaces {
            if heads.iter().all(|head| head.workspace != **workspace) {
                return Err(StoreError::Missing(Entity::Workspace, workspace.to_string()));
            }
        }
        Ok(Journal { audit: self, heads, entries: Vec::new() })
    }
}

/// The end of a workspace's chain.
struct Head {
    workspace: WorkspaceId,
    position: i64,
    link: Vec<u8>,
}

/// Gives a new workspace an empty log.
pub(crate) async fn start_log<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
) -> StoreResult<()> {
    let sql = "INSERT INTO audit_heads (workspace_id, position, link) VALUES ($1, 0, $2)";
    conn.execute(sql, &values![workspace, &[0_u8; 32][..]]).await.map(drop)
}

/// The entries of a change that is under way.
pub(crate) struct Journal<'a> {
    audit: &'a Audit,
    heads: Vec<Head>,
    entries: Vec<Told>,
}

/// An entry that is to be written.
struct Told {
    /// The one workspace in whose log it stands; `None` for all that are open.
    only: Option<WorkspaceId>,
    event: Event,
    entry: Entry,
}

impl Journal<'_> {
    /// Adds an entry to all logs that are open.
    pub fn tell(&mut self, event: Event, resources: Vec<Resource>) {
        self.tell_changes(event, resources, Vec::new());
    }

    /// Adds an entry that says what was different afterwards.
    pub fn tell_changes(
        &mut self,
        event: Event,
        resources: Vec<Resource>,
        changes: Vec<FieldChange>,
    ) {
        let entry = Entry { changes, ..self.audit.trail.entry(event, resources) };
        self.entries.push(Told { only: None, event, entry });
    }

    /// Adds an entry to the log of one workspace only.
    pub fn tell_in(&mut self, workspace: &WorkspaceId, event: Event, resources: Vec<Resource>) {
        let entry = self.audit.trail.entry(event, resources);
        self.entries.push(Told { only: Some(workspace.clone()), event, entry });
    }

    /// Writes the entries, and notes what follows from them for what is kept in memory. Without
    /// any, nothing is written.
    pub async fn close<C: Connection>(mut self, conn: &mut C) -> StoreResult<()> {
        if C::IS_FOLLOWED {
            for Told { event, entry, .. } in &self.entries {
                for (kind, change) in effects(*event, entry, &self.audit.trail.workspace) {
                    note(conn, kind, change).await?;
                }
            }
        }
        if 1 < self.entries.len() {
            for told in &mut self.entries {
                told.entry.correlation_id = Some(self.audit.trail.correlation.clone());
            }
        }
        let (mut rows, mut resources) = (Vec::new(), Vec::new());
        for head in &mut self.heads {
            let before = head.position;
            for Told { only, entry, .. } in &self.entries {
                if only.as_ref().is_none_or(|only| *only == head.workspace) {
                    head.append(&self.audit.chain, entry, &mut rows, &mut resources)?;
                }
            }
            if before < head.position {
                let sql = "UPDATE audit_heads SET position = $2, link = $3 WHERE workspace_id = $1";
                let values = values![&head.workspace, head.position, &head.link[..]];
                conn.execute(sql, &values).await?;
            }
        }
        let head = "INSERT INTO audit_log \
                    (workspace_id, position, id, time, event, actor_id, actor_name, body, link) \
                    VALUES ";
        insert_many(conn, head, rows).await?;
        let head =
            "INSERT INTO audit_resources (workspace_id, resource_id, position, name) VALUES ";
        insert_many(conn, head, resources).await
    }
}

/// Notes a change for what is kept in memory; that of an identity for each of its keys.
pub(crate) async fn note<C: Connection>(
    conn: &mut C,
    kind: Kind,
    change: Change,
) -> StoreResult<()> {
    if !C::IS_FOLLOWED {
        return Ok(());
    }
    if let Change::Identity(id) = &change {
        let sql = "SELECT k.id FROM keys k JOIN identities i ON i.workspace_id = k.workspace_id \
                   AND i.id = k.identity_id WHERE i.id = $1 AND k.deleted_at IS NULL";
        for mut row in conn.query(sql, &values![id]).await? {
            conn.note(kind, Change::Key(row.take()?));
        }
    } else {
        conn.note(kind, change);
    }
    Ok(())
}

impl Head {
    fn append(
        &mut self,
        chain: &ChainKey,
        entry: &Entry,
        rows: &mut Vec<Vec<Value>>,
        resources: &mut Vec<Vec<Value>>,
    ) -> StoreResult<()> {
        let body = serde_json::to_string(entry).map_err(|err| {
            StoreError::Corrupt(format!("an audit entry has no JSON form: {err}"))
        })?;
        self.position += 1;
        self.link = link(chain, &self.workspace, self.position, &self.link, &body).to_vec();
        let mut seen = BTreeSet::new();
        for resource in &entry.resources {
            if seen.insert(&resource.id) {
                resources.push(
                    values![&self.workspace, &resource.id, self.position, resource.name.as_deref()]
                        .to_vec(),
                );
            }
        }
        rows.push(
            values![
                &self.workspace,
                self.position,
                &entry.id,
                entry.time,
                &entry.event,
                &entry.actor.id,
                entry.actor.name.as_deref(),
                body,
                &self.link[..],
            ]
            .to_vec(),
        );
        Ok(())
    }
}

#[async_trait]
impl<D: Database> AuditStore for SqlStore<D> {
    async fn list_audit_entries(
        &self,
        workspace: &WorkspaceId,
        filter: &AuditFilter,
        page: &Page,
    ) -> StoreResult<PageOf<Entry>> {
        let (workspace, filter, page) = (workspace.clone(), filter.clone(), page.clone());
        self.db
            .scan(move |conn| {
                Box::pin(async move { list_entries(conn, &workspace, &filter, &page).await })
            })
            .await
    }

    async fn verify_audit_chains(&self) -> StoreResult<Vec<ChainReport>> {
        let chain = self.chain.clone();
        self.db.scan(move |conn| Box::pin(async move { walk_all(conn, &chain).await })).await
    }
}

async fn list_entries<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    filter: &AuditFilter,
    page: &Page,
) -> StoreResult<PageOf<Entry>> {
    let after = match &page.after {
        None => i64::MAX,
        Some(text) => match text.parse() {
            Ok(position) => position,
            Err(_) => return Ok(PageOf { items: Vec::new(), next: None }),
        },
    };
    let (conditions, mut values) = conditions::<C>(workspace, after, filter);
    values.push(row_limit(page).into());
    let sql = format!(
        "SELECT l.position, l.body FROM audit_log l WHERE {conditions} \
         ORDER BY l.position DESC LIMIT ${}",
        values.len()
    );
    let mut entries = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        let (position, body): (i64, String) = (row.take()?, row.take()?);
        let entry: Entry = serde_json::from_str(&body).map_err(|err| {
            StoreError::Corrupt(format!("entry {position} of the log of {workspace}: {err}"))
        })?;
        entries.push((position, entry));
    }
    let page = PageOf::cut(entries, page.limit, |(position, _)| position.to_string());
    Ok(page.map(|(_, entry)| entry))
}

/// The conditions on an entry `l` that lies before the position `after`, and their values.
fn conditions<C: Connection>(
    workspace: &WorkspaceId,
    after: i64,
    filter: &AuditFilter,
) -> (String, Vec<Value>) {
    let mut values = values![workspace, after].to_vec();
    let mut all = vec!["l.workspace_id = $1".to_owned()];
    for (column, wanted) in [("l.event", &filter.events), ("l.actor_id", &filter.actor_ids)] {
        if !wanted.is_empty() {
            let wanted = padded(wanted);
            all.push(format!("{column} IN {}", list(values.len() + 1, wanted.len())));
            values.extend(wanted);
        }
    }
    if filter.resource_ids.is_empty() {
        all.push("l.position < $2".to_owned());
    } else {
        // The bound stands only here, so that few entries about a thing are found among many.
        let wanted = padded(&filter.resource_ids);
        all.push(format!(
            "l.position IN (SELECT r.position FROM audit_resources r \
             WHERE r.workspace_id = $1 AND r.position < $2 AND r.resource_id IN {})",
            list(values.len() + 1, wanted.len())
        ));
        values.extend(wanted);
    }
    if let Some(since) = filter.since {
        values.push(since.into());
        all.push(format!("${} <= l.time", values.len()));
    }
    if let Some(until) = filter.until {
        values.push(until.into());
        all.push(format!("l.time <= ${}", values.len()));
    }
    if let Some(search) = &filter.search {
        values.push(search.to_ascii_lowercase().into());
        let mut entry = vec!["l.event", "l.actor_id", "coalesce(l.actor_name, '')"];
        if search.starts_with("req_") {
            entry.push("l.body");
        }
        let resource = ["r.resource_id", "coalesce(r.name, '')"];
        all.push(format!(
            "({} OR l.position IN (SELECT r.position FROM audit_resources r \
             WHERE r.workspace_id = $1 AND {}))",
            C::DIALECT.contains(&entry, values.len()),
            C::DIALECT.contains(&resource, values.len())
        ));
    }
    (all.join(" AND "), values)
}

/// How many rows to ask for: one more than the page holds tells whether more follow.
pub(crate) fn row_limit(page: &Page) -> i64 {
    i64::try_from(page.limit).unwrap_or(i64::MAX - 1) + 1
}

/// How many entries a walk reads at once.
const STRIDE: i64 = 1000;

async fn walk_all<C: Connection>(conn: &mut C, chain: &ChainKey) -> StoreResult<Vec<ChainReport>> {
    let sql = "SELECT w.id, h.position, h.link FROM workspaces w \
               LEFT JOIN audit_heads h ON h.workspace_id = w.id ORDER BY w.id";
    let mut reports = Vec::new();
    for mut row in conn.query(sql, &[]).await? {
        let workspace: WorkspaceId = row.take()?;
        let (position, link): (Option<i64>, Option<Vec<u8>>) = (row.take()?, row.take()?);
        reports.push(match (position, link) {
            (Some(position), Some(link)) => {
                walk(conn, chain, &Head { workspace, position, link }).await?
            }
            _ => ChainReport {
                workspace,
                entries: 0,
                fault: Some("The end of the log isn't recorded.".to_owned()),
            },
        });
    }
    Ok(reports)
}

async fn walk<C: Connection>(
    conn: &mut C,
    chain: &ChainKey,
    end: &Head,
) -> StoreResult<ChainReport> {
    let mut at = Head { workspace: end.workspace.clone(), position: 0, link: vec![0; 32] };
    let report = |at: &Head, fault: Option<String>| ChainReport {
        workspace: at.workspace.clone(),
        entries: at.position,
        fault,
    };
    loop {
        let sql = "SELECT position, id, time, event, actor_id, body, link FROM audit_log \
                   WHERE workspace_id = $1 AND position > $2 ORDER BY position LIMIT $3";
        let rows = conn.query(sql, &values![&at.workspace, at.position, STRIDE]).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if let Some(fault) = step(chain, &mut at, row)? {
                return Ok(report(&at, Some(fault)));
            }
        }
    }
    let fault = if at.position != end.position {
        Some(format!("The log ends at entry {}, but {} were written.", at.position, end.position))
    } else if at.link != end.link {
        Some(format!("Entry {} isn't the one that was written last.", at.position))
    } else {
        None
    };
    Ok(report(&at, fault))
}

/// Checks one entry and moves on to it; says what is wrong with it.
fn step(chain: &ChainKey, at: &mut Head, mut row: Row) -> StoreResult<Option<String>> {
    let position: i64 = row.take()?;
    let next = at.position + 1;
    if position != next {
        return Ok(Some(format!("Entry {next} is missing.")));
    }
    let id: String = row.take()?;
    let time: Timestamp = row.take()?;
    let (event, actor, body): (String, String, String) = (row.take()?, row.take()?, row.take()?);
    let stored: Vec<u8> = row.take()?;
    let right = link(chain, &at.workspace, position, &at.link, &body);
    let columns_agree = serde_json::from_str::<Entry>(&body).is_ok_and(|entry| {
        entry.id.as_str() == id
            && entry.time == time
            && entry.event == event
            && entry.actor.id == actor
    });
    if stored != right || !columns_agree {
        return Ok(Some(format!("Entry {position} isn't the one that was written.")));
    }
    at.position = position;
    at.link = stored;
    Ok(None)
}
