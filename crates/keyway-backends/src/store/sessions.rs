//! Sessions of the dashboard.

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::accounts::{EndSessions, SessionStore};
use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::id::SessionId;
use keyway_core::secret::KeyHash;
use keyway_core::time::{DAY, Timestamp};
use keyway_core::user::{Session, SessionHolder};

use super::SqlStore;
use super::audit::Audit;
use crate::sql::{Connection, Database, Row, Value, values};

/// How long it can be told of a link or a session that it is over.
const REMEMBERED: i64 = 7 * DAY;

#[async_trait]
impl<D: Database> SessionStore for SqlStore<D> {
    async fn insert_session(
        &self,
        session: &Session,
        hash: KeyHash,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (session, audit) = (session.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { insert(conn, &session, hash, &audit).await }))
            .await
    }

    async fn find_session(&self, hash: &KeyHash) -> StoreResult<Option<Session>> {
        let hash = *hash;
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE hash = $1");
                    conn.first(&sql, &values![hash])
                        .await?
                        .map(|mut row| read(&mut row))
                        .transpose()
                })
            })
            .await
    }

    async fn touch_session(&self, id: &SessionId, now: Timestamp) -> StoreResult<()> {
        let values = values![id, now];
        self.db
            .statement(move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
                    conn.execute(sql, &values).await.map(drop)
                })
            })
            .await
    }

    async fn step_up_session(&self, id: &SessionId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    let sql = "UPDATE sessions SET stepped_up_at = $2 WHERE id = $1";
                    conn.execute(sql, &values![&id, audit.trail.now]).await?;
                    journal.tell(Event::SessionSteppedUp, vec![resource(&id)]);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn list_sessions(&self, holder: &SessionHolder) -> StoreResult<Vec<Session>> {
        let (condition, value) = held_by(holder);
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql = format!(
                        "SELECT {COLUMNS} FROM sessions WHERE {condition} \
                         ORDER BY created_at DESC, id LIMIT 1000"
                    );
                    let rows = conn.query(&sql, &[value]).await?;
                    rows.into_iter().map(|mut row| read(&mut row)).collect()
                })
            })
            .await
    }

    async fn end_sessions(
        &self,
        holder: &SessionHolder,
        which: EndSessions<'_>,
        event: Event,
        trail: &Trail,
    ) -> StoreResult<usize> {
        let (condition, value) = held_by(holder);
        let (comparison, id) = match which {
            EndSessions::One(id) => ("=", id.clone()),
            EndSessions::AllBut(id) => ("<>", id.clone()),
        };
        let audit = self.audit(trail);
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    let sql = format!(
                        "DELETE FROM sessions WHERE {condition} AND id {comparison} $2 RETURNING id"
                    );
                    let ended = conn.query(&sql, &[value, Value::from(&id)]).await?;
                    let mut resources = Vec::new();
                    for mut row in ended {
                        resources.push(resource(&row.take::<SessionId>()?));
                    }
                    let count = resources.len();
                    if 0 < count {
                        journal.tell(event, resources);
                    }
                    journal.close(conn).await?;
                    Ok(count)
                })
            })
            .await
    }

    async fn purge_sessions(&self, now: Timestamp) -> StoreResult<()> {
        let before = now.plus(-REMEMBERED);
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    for sql in [
                        "DELETE FROM sessions WHERE expires < $1",
                        "DELETE FROM links WHERE expires < $1",
                    ] {
                        conn.execute(sql, &values![before]).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn note_event(
        &self,
        event: Event,
        resources: &[Resource],
        trail: &Trail,
    ) -> StoreResult<()> {
        let (resources, audit) = (resources.to_vec(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    journal.tell(event, resources);
                    journal.close(conn).await
                })
            })
            .await
    }
}

fn resource(id: &SessionId) -> Resource {
    Resource::new(ResourceKind::Session, id)
}

/// The condition on a holder's sessions, and its value.
fn held_by(holder: &SessionHolder) -> (&'static str, Value) {
    match holder {
        SessionHolder::User(id) => ("user_id = $1", id.into()),
        SessionHolder::RootKey(hash) => ("root_key_hash = $1", (*hash).into()),
    }
}

const COLUMNS: &str = "id, user_id, root_key_hash, created_at, seen_at, expires, stepped_up_at, \
     remote_ip, user_agent";

fn read(row: &mut Row) -> StoreResult<Session> {
    let id: SessionId = row.take()?;
    let holder = match (row.take()?, row.take()?) {
        (Some(user), None) => SessionHolder::User(user),
        (None, Some(hash)) => SessionHolder::RootKey(hash),
        (None, None) | (Some(_), Some(_)) => {
            return Err(StoreError::Corrupt(format!("the session {id} has no one holder")));
        }
    };
    Ok(Session {
        id,
        holder,
        created_at: row.take()?,
        seen_at: row.take()?,
        expires: row.take()?,
        stepped_up_at: row.take()?,
        remote_ip: row.take()?,
        user_agent: row.take()?,
    })
}

async fn insert<C: Connection>(
    conn: &mut C,
    session: &Session,
    hash: KeyHash,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let (user, root_key) = match &session.holder {
        SessionHolder::User(id) => (Some(id), None),
        SessionHolder::RootKey(hash) => (None, Some(*hash)),
    };
    let sql = "INSERT INTO sessions (id, hash, user_id, root_key_hash, created_at, seen_at, \
               expires, stepped_up_at, remote_ip, user_agent) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = values![
        &session.id,
        hash,
        user,
        root_key,
        session.created_at,
        session.seen_at,
        session.expires,
        session.stepped_up_at,
        session.remote_ip.as_deref(),
        session.user_agent.as_deref(),
    ];
    conn.execute(sql, &values).await?;
    if let Some(user) = user {
        let sql = "UPDATE users SET last_sign_in_at = $2 WHERE id = $1";
        conn.execute(sql, &values![user, session.created_at]).await?;
    }
    journal.tell(Event::SessionCreated, vec![resource(&session.id)]);
    journal.close(conn).await
}
