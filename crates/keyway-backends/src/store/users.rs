//! People who use the dashboard, and the links by which they get in.

use async_trait::async_trait;
use keyway_core::audit::{Event, Resource, ResourceKind, Trail};
use keyway_core::backend::accounts::UserStore;
use keyway_core::backend::store::{Entity, StoreError, StoreResult};
use keyway_core::id::{UserId, WorkspaceId};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::user::{Account, Link, LinkKind, User, UserChange, UserRole};
use keyway_core::workspace::Workspace;

use super::audit::Audit;
use super::changes::Changes;
use super::rows;
use super::{CHAIN_KEY, SqlStore};
use crate::sql::{Connection, Database, Row, Value, list as sql_list, padded, values};

#[async_trait]
impl<D: Database> UserStore for SqlStore<D> {
    async fn has_owner(&self) -> StoreResult<bool> {
        self.db.read(move |conn| Box::pin(async move { has_owner(conn).await })).await
    }

    async fn home_workspace(&self) -> StoreResult<Option<WorkspaceId>> {
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let sql = "SELECT id FROM workspaces WHERE purge_at IS NULL \
                               ORDER BY created_at, id LIMIT 1";
                    conn.first(sql, &[]).await?.map(|mut row| row.take()).transpose()
                })
            })
            .await
    }

    async fn find_workspace_named(&self, text: &str) -> StoreResult<Option<Workspace>> {
        let text = text.to_owned();
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let columns = rows::WORKSPACE;
                    let sql = format!(
                        "SELECT {columns} FROM workspaces w \
                         WHERE (w.id = $1 OR w.slug = $1) AND w.purge_at IS NULL \
                         ORDER BY w.id LIMIT 1"
                    );
                    let row = conn.first(&sql, &values![text]).await?;
                    row.map(|mut row| rows::workspace(&mut row)).transpose()
                })
            })
            .await
    }

    async fn workspaces_among(&self, ids: Option<&[WorkspaceId]>) -> StoreResult<Vec<Workspace>> {
        let wanted = ids.map(padded);
        self.db
            .read(move |conn| {
                Box::pin(async move {
                    let columns = rows::WORKSPACE;
                    let (condition, values) = match wanted {
                        Some(ids) => (format!(" AND w.id IN {}", sql_list(1, ids.len())), ids),
                        None => (String::new(), Vec::new()),
                    };
                    let sql = format!(
                        "SELECT {columns} FROM workspaces w WHERE w.purge_at IS NULL{condition} \
                         ORDER BY w.created_at, w.id LIMIT 200"
                    );
                    let rows = conn.query(&sql, &values).await?;
                    rows.into_iter().map(|mut row| rows::workspace(&mut row)).collect()
                })
            })
            .await
    }

    async fn insert_first_owner(
        &self,
        user: &User,
        link: Option<&KeyHash>,
        trail: &Trail,
    ) -> StoreResult<bool> {
        let (user, link, audit) = (user.clone(), link.copied(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    wait_for_owners(conn).await?;
                    if has_owner(conn).await? {
                        return Ok(false);
                    }
                    if let Some(hash) = link {
                        let used = use_link(conn, hash, audit.trail.now).await?;
                        if used.is_none_or(|link| link.kind != LinkKind::Setup) {
                            return Ok(false);
                        }
                    }
                    insert(conn, &user).await?;
                    journal.tell(Event::UserCreated, vec![resource(&user)]);
                    journal.close(conn).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn insert_user(
        &self,
        user: &User,
        role: Option<UserRole>,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (user, audit) = (user.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    insert(conn, &user).await?;
                    if let Some(role) = role {
                        insert_role(conn, &user.id, role, &audit.trail).await?;
                    }
                    let mut changes = Changes::default();
                    let role = role.unwrap_or(UserRole::Owner);
                    changes.note("role", serde_json::Value::Null, role.name());
                    journal.tell_changes(
                        Event::UserCreated,
                        vec![resource(&user)],
                        changes.into_list(),
                    );
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn find_user(&self, id: &UserId) -> StoreResult<Option<Account>> {
        let value = Value::from(id);
        self.db
            .read(move |conn| Box::pin(async move { find(conn, "u.id = $1", value).await }))
            .await
    }

    async fn find_user_by_email(&self, email: &str) -> StoreResult<Option<Account>> {
        let value = Value::from(User::fold(email));
        self.db
            .read(move |conn| {
                Box::pin(async move { find(conn, "u.email_folded = $1", value).await })
            })
            .await
    }

    async fn list_users(&self, workspace: &WorkspaceId) -> StoreResult<Vec<(User, UserRole)>> {
        let workspace = workspace.clone();
        self.db.scan(move |conn| Box::pin(async move { list(conn, &workspace).await })).await
    }

    async fn set_user_role(
        &self,
        id: &UserId,
        role: Option<UserRole>,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { set_role(conn, &id, role, &audit).await }))
            .await
    }

    async fn update_user(
        &self,
        id: &UserId,
        change: &UserChange,
        trail: &Trail,
    ) -> StoreResult<()> {
        let (id, change, audit) = (id.clone(), change.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { update(conn, &id, change, &audit).await }))
            .await
    }

    async fn delete_user(&self, id: &UserId, trail: &Trail) -> StoreResult<()> {
        let (id, audit) = (id.clone(), self.audit(trail));
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    wait_for_owners(conn).await?;
                    let user = present(conn, &id).await?;
                    for sql in [
                        "DELETE FROM sessions WHERE user_id = $1",
                        "DELETE FROM links WHERE user_id = $1",
                        "DELETE FROM user_roles WHERE user_id = $1",
                        "DELETE FROM users WHERE id = $1",
                    ] {
                        conn.execute(sql, &values![&id]).await?;
                    }
                    still_owned(conn, user.owner).await?;
                    journal.tell(Event::UserDeleted, vec![resource(&user)]);
                    journal.close(conn).await
                })
            })
            .await
    }

    async fn insert_link(&self, link: &Link, trail: &Trail) -> StoreResult<()> {
        let (link, audit) = (link.clone(), self.audit(trail));
        self.db
            .write(move |conn| Box::pin(async move { insert_link(conn, &link, &audit).await }))
            .await
    }

    async fn find_link(&self, hash: &KeyHash) -> StoreResult<Option<Link>> {
        let hash = *hash;
        self.db.read(move |conn| Box::pin(async move { link(conn, hash).await })).await
    }

    async fn accept_link(
        &self,
        hash: &KeyHash,
        password_hash: &str,
        trail: &Trail,
    ) -> StoreResult<Option<UserId>> {
        let (hash, password) = (*hash, password_hash.to_owned());
        let audit = self.audit(trail);
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    let mut journal = audit.open(conn).await?;
                    let used = use_link(conn, hash, audit.trail.now).await?;
                    let Some(id) = used.and_then(|link| link.user_id) else { return Ok(None) };
                    let user = present(conn, &id).await?;
                    set_password(conn, &id, &password, audit.trail.now).await?;
                    let sql = "DELETE FROM sessions WHERE user_id = $1";
                    conn.execute(sql, &values![&id]).await?;
                    journal.tell(Event::UserPasswordChanged, vec![resource(&user)]);
                    journal.close(conn).await?;
                    Ok(Some(id))
                })
            })
            .await
    }
}

/// The user as an entry names them.
fn resource(user: &User) -> Resource {
    Resource::named(ResourceKind::User, &user.id, &user.email)
}

/// The columns of a user `u`.
const COLUMNS: &str = "u.id, u.email, u.password_hash, u.owner, u.enabled, u.created_at, \
     u.updated_at, u.last_sign_in_at";

fn read(row: &mut Row) -> StoreResult<User> {
    Ok(User {
        id: row.take()?,
        email: row.take()?,
        password_hash: row.take()?,
        owner: row.take()?,
        enabled: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        last_sign_in_at: row.take()?,
    })
}

fn role(name: &str) -> StoreResult<UserRole> {
    UserRole::parse(name)
        .ok_or_else(|| StoreError::Corrupt(format!("a user has the role {name:?}")))
}

/// Changes of who owns the instance wait here for each other.
async fn wait_for_owners<C: Connection>(conn: &mut C) -> StoreResult<()> {
    let sql = format!("SELECT name FROM instance WHERE name = $1{}", C::DIALECT.for_update);
    conn.query(&sql, &values![CHAIN_KEY]).await.map(drop)
}

async fn has_owner<C: Connection>(conn: &mut C) -> StoreResult<bool> {
    let sql = "SELECT id FROM users WHERE owner = $1 LIMIT 1";
    Ok(conn.first(sql, &values![true]).await?.is_some())
}

/// Refuses a change after which nobody owns the instance, if somebody did before.
async fn still_owned<C: Connection>(conn: &mut C, was_owner: bool) -> StoreResult<()> {
    let sql = "SELECT id FROM users WHERE owner = $1 AND enabled = $1 LIMIT 1";
    if !was_owner || conn.first(sql, &values![true]).await?.is_some() {
        return Ok(());
    }
    Err(StoreError::Unfit("The instance would have no owner any more."))
}

async fn insert<C: Connection>(conn: &mut C, user: &User) -> StoreResult<()> {
    let sql = "INSERT INTO users (id, email, email_folded, password_hash, owner, enabled, \
               created_at, updated_at, last_sign_in_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = values![
        &user.id,
        &user.email,
        User::fold(&user.email),
        user.password_hash.as_deref(),
        user.owner,
        user.enabled,
        user.created_at,
        user.updated_at,
        user.last_sign_in_at,
    ];
    conn.execute(sql, &values).await.map(drop)
}

async fn insert_role<C: Connection>(
    conn: &mut C,
    id: &UserId,
    role: UserRole,
    trail: &Trail,
) -> StoreResult<()> {
    let sql = "INSERT INTO user_roles (user_id, workspace_id, role, created_at) \
               VALUES ($1, $2, $3, $4) \
               ON CONFLICT (user_id, workspace_id) DO UPDATE SET role = excluded.role";
    conn.execute(sql, &values![id, &trail.workspace, role.name(), trail.now]).await.map(drop)
}

async fn find<C: Connection>(
    conn: &mut C,
    condition: &str,
    value: Value,
) -> StoreResult<Option<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM users u WHERE {condition}");
    let Some(mut row) = conn.first(&sql, &[value]).await? else { return Ok(None) };
    let user = read(&mut row)?;
    let sql = "SELECT r.workspace_id, r.role FROM user_roles r \
               JOIN workspaces w ON w.id = r.workspace_id \
               WHERE r.user_id = $1 AND w.purge_at IS NULL ORDER BY r.created_at, r.workspace_id";
    let mut roles = Vec::new();
    for mut row in conn.query(sql, &values![&user.id]).await? {
        roles.push((row.take()?, role(&row.take::<String>()?)?));
    }
    Ok(Some(Account { user, roles }))
}

async fn list<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
) -> StoreResult<Vec<(User, UserRole)>> {
    let sql = format!(
        "SELECT {COLUMNS}, r.role FROM users u \
         LEFT JOIN user_roles r ON r.user_id = u.id AND r.workspace_id = $1 \
         WHERE u.owner = $2 OR r.role IS NOT NULL ORDER BY u.email_folded"
    );
    let mut users = Vec::new();
    for mut row in conn.query(&sql, &values![workspace, true]).await? {
        let user = read(&mut row)?;
        let name: Option<String> = row.take()?;
        let role = match name {
            Some(name) if !user.owner => role(&name)?,
            Some(_) | None => UserRole::Owner,
        };
        users.push((user, role));
    }
    Ok(users)
}

async fn present<C: Connection>(conn: &mut C, id: &UserId) -> StoreResult<User> {
    let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.id = $1{}", C::DIALECT.for_update);
    match conn.first(&sql, &values![id]).await? {
        Some(mut row) => read(&mut row),
        None => Err(StoreError::Missing(Entity::User, id.to_string())),
    }
}

async fn set_role<C: Connection>(
    conn: &mut C,
    id: &UserId,
    wanted: Option<UserRole>,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let user = present(conn, id).await?;
    let workspace = &audit.trail.workspace;
    let sql = "SELECT role FROM user_roles WHERE user_id = $1 AND workspace_id = $2";
    let before: Option<String> = match conn.first(sql, &values![id, workspace]).await? {
        Some(mut row) => row.take()?,
        None => None,
    };
    let after = wanted.map(UserRole::name);
    let mut changes = Changes::default();
    changes.note("role", before.as_deref(), after);
    if changes.is_empty() {
        return Ok(());
    }
    if let Some(role) = wanted {
        insert_role(conn, id, role, &audit.trail).await?;
    } else {
        let sql = "DELETE FROM user_roles WHERE user_id = $1 AND workspace_id = $2";
        conn.execute(sql, &values![id, workspace]).await?;
    }
    journal.tell_changes(Event::UserUpdated, vec![resource(&user)], changes.into_list());
    journal.close(conn).await
}

async fn set_password<C: Connection>(
    conn: &mut C,
    id: &UserId,
    hash: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let sql = "UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1";
    conn.execute(sql, &values![id, hash, now]).await.map(drop)
}

async fn update<C: Connection>(
    conn: &mut C,
    id: &UserId,
    change: UserChange,
    audit: &Audit,
) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    wait_for_owners(conn).await?;
    let before = present(conn, id).await?;
    let now = audit.trail.now;
    let enabled = change.enabled.unwrap_or(before.enabled);
    let owner = change.owner.unwrap_or(before.owner);
    let mut changes = Changes::default();
    changes.note("enabled", before.enabled, enabled);
    changes.note("owner", before.owner, owner);
    if !changes.is_empty() {
        let sql = "UPDATE users SET enabled = $2, owner = $3, updated_at = $4 WHERE id = $1";
        conn.execute(sql, &values![id, enabled, owner, now]).await?;
        still_owned(conn, before.owner).await?;
        journal.tell_changes(Event::UserUpdated, vec![resource(&before)], changes.into_list());
    }
    if let Some(hash) = &change.password_hash {
        set_password(conn, id, hash, now).await?;
        conn.execute("DELETE FROM sessions WHERE user_id = $1", &values![id]).await?;
        journal.tell(Event::UserPasswordChanged, vec![resource(&before)]);
    }
    journal.close(conn).await
}

/// The columns of a link.
const LINK: &str = "hash, kind, user_id, created_at, expires, used_at";

async fn insert_link<C: Connection>(conn: &mut C, link: &Link, audit: &Audit) -> StoreResult<()> {
    let mut journal = audit.open(conn).await?;
    let (event, resources) = if let Some(id) = &link.user_id {
        let user = present(conn, id).await?;
        let sql = "UPDATE links SET expires = $3 WHERE user_id = $1 AND kind = $2 \
                   AND used_at IS NULL AND expires > $3";
        conn.execute(sql, &values![id, link.kind.name(), link.created_at]).await?;
        (Event::UserLinkCreated, vec![resource(&user)])
    } else {
        (Event::SetupLinkCreated, Vec::new())
    };
    let sql = "INSERT INTO links (hash, kind, user_id, created_at, expires, used_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = values![
        link.hash,
        link.kind.name(),
        link.user_id.as_ref(),
        link.created_at,
        link.expires,
        link.used_at,
    ];
    conn.execute(sql, &values).await?;
    journal.tell(event, resources);
    journal.close(conn).await
}

async fn link<C: Connection>(conn: &mut C, hash: KeyHash) -> StoreResult<Option<Link>> {
    let sql = format!("SELECT {LINK} FROM links WHERE hash = $1");
    let Some(mut row) = conn.first(&sql, &values![hash]).await? else { return Ok(None) };
    let hash = row.take()?;
    let kind: String = row.take()?;
    let kind = LinkKind::parse(&kind)
        .ok_or_else(|| StoreError::Corrupt(format!("a link is of the kind {kind:?}")))?;
    Ok(Some(Link {
        hash,
        kind,
        user_id: row.take()?,
        created_at: row.take()?,
        expires: row.take()?,
        used_at: row.take()?,
    }))
}

/// Uses a link up, if it can be used.
async fn use_link<C: Connection>(
    conn: &mut C,
    hash: KeyHash,
    now: Timestamp,
) -> StoreResult<Option<Link>> {
    let sql = "UPDATE links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires > $2";
    if conn.execute(sql, &values![hash, now]).await? == 0 {
        return Ok(None);
    }
    link(conn, hash).await
}
