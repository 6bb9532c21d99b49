//! Searching the keys of a workspace.
//!
//! A search either gathers or walks. Gathering takes the keys that one of the conditions finds in
//! an index, and sorts them: right if these are few. Walking goes along the index of the order and
//! leaves out what doesn't pass: right if much passes. To know which, the candidates of each
//! condition are counted in its index, up to a bound.

use std::collections::HashMap;

use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::id::{ApiId, KeyId, WorkspaceId};
use keyway_core::key::{Key, KeySearch, KeySort, KeyStatus};
use keyway_core::page::{Page, PageOf};
use keyway_core::time::Timestamp;

use super::audit::row_limit;
use super::key_meta;
use super::load_keys::load_keys;
use crate::sql::{Connection, Dialect, Piece, Value, list, padded, prefix_end, values};

/// So many candidates are gathered and sorted; more are walked along.
const FEW: i64 = 10_000;

/// The column and the index of an order.
fn order(sort: KeySort) -> (&'static str, &'static str) {
    match sort {
        KeySort::CreatedAt => ("created_at", "keys_by_created"),
        KeySort::LastUsedAt => ("used_order", "keys_by_use"),
        KeySort::Expires => ("end_order", "keys_by_end"),
        KeySort::Name => ("name_order", "keys_by_name"),
    }
}

/// The place in an order after which a page begins.
fn read_cursor(sort: KeySort, cursor: &str) -> StoreResult<[Value; 2]> {
    let bad = || StoreError::Unfit("The cursor was not given by this search.");
    let (id, place) = cursor.split_once(':').ok_or_else(bad)?;
    let place = match sort {
        KeySort::Name => place.into(),
        KeySort::CreatedAt | KeySort::LastUsedAt | KeySort::Expires => {
            place.parse::<i64>().map_err(|_| bad())?.into()
        }
    };
    Ok([place, id.into()])
}

fn write_cursor(id: &KeyId, place: &Value) -> String {
    match place {
        Value::Int(number) => format!("{id}:{number}"),
        Value::Text(text) => format!("{id}:{text}"),
        Value::Null | Value::Bool(_) | Value::Bytes(_) => format!("{id}:"),
    }
}

/// A condition of a search.
struct Condition {
    /// What holds of the key `k`.
    holds: Piece,
    /// Statements that select the ids of all keys for which it can hold.
    candidates: Vec<Piece>,
    /// Whether it holds for all of those.
    exact: bool,
}

/// What a search asks for, in SQL.
struct Asked<'a> {
    dialect: Dialect,
    workspace: &'a WorkspaceId,
    search: &'a KeySearch,
    conditions: Vec<Condition>,
}

/// `KeyStore::search_keys`
pub(crate) async fn search<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    search: &KeySearch,
    page: &Page,
) -> StoreResult<PageOf<Key>> {
    let cursor = page.after.as_deref().map(|text| read_cursor(search.sort, text)).transpose()?;
    let Some(asked) = Asked::of(conn, workspace, search).await? else {
        return Ok(PageOf { items: Vec::new(), next: None });
    };
    let driver = asked.driver(conn).await?;
    let (column, index) = order(search.sort);
    let place = format!("k.{column}");
    let direction = if search.descending { "DESC" } else { "ASC" };
    let hint = match (driver, single_api(search), search.sort) {
        (Some(_), _, _) => String::new(),
        (None, Some(_), KeySort::CreatedAt) => C::DIALECT.along("keys_by_api"),
        (None, _, _) => C::DIALECT.along(index),
    };
    let mut statement = asked.select(&format!("k.id, {place}"), driver, &hint);
    if let Some(cursor) = cursor {
        // A search that gathers must not be led astray to the index of the order.
        let text = match (driver, search.descending) {
            (None, false) => format!(" AND ({place}, k.id) > (?, ?)"),
            (None, true) => format!(" AND ({place}, k.id) < (?, ?)"),
            (Some(_), false) => format!(" AND NOT ({place}, k.id) <= (?, ?)"),
            (Some(_), true) => format!(" AND NOT ({place}, k.id) >= (?, ?)"),
        };
        statement = statement.then(Piece::new(text, cursor));
    }
    let order = format!(" ORDER BY {place} {direction}, k.id {direction} LIMIT ?");
    let (sql, values) = statement.then(Piece::new(order, [row_limit(page).into()])).finish();
    let mut found: Vec<(KeyId, Value)> = Vec::new();
    for mut row in conn.query(&sql, &values).await? {
        found.push((row.take()?, row.take()?));
    }
    let page = PageOf::cut(found, page.limit, |(id, place)| write_cursor(id, place));

    let ids = padded(page.items.iter().map(|(id, _)| id));
    let wanted = format!("k.id IN {}", list(1, ids.len()));
    let loaded = if ids.is_empty() { Vec::new() } else { load_keys(conn, &wanted, &ids).await? };
    let mut keys: HashMap<KeyId, Key> =
        loaded.into_iter().map(|key| (key.id.clone(), key)).collect();
    let items = page.items.iter().filter_map(|(id, _)| keys.remove(id)).collect();
    Ok(PageOf { items, next: page.next })
}

/// `KeyStore::count_keys`
pub(crate) async fn count<C: Connection>(
    conn: &mut C,
    workspace: &WorkspaceId,
    search: &KeySearch,
) -> StoreResult<i64> {
    let Some(asked) = Asked::of(conn, workspace, search).await? else { return Ok(0) };
    let driver = asked.driver(conn).await?;
    let (sql, values) = asked.select("count(*)", driver, "").finish();
    conn.first(&sql, &values).await?.map_or(Ok(0), |mut row| row.take())
}

fn single_api(search: &KeySearch) -> Option<&ApiId> {
    match search.api_ids.as_deref() {
        Some([one]) => Some(one),
        _ => None,
    }
}

impl<'a> Asked<'a> {
    /// The conditions of a search; `None` if it names a role, permission or owner that isn't there.
    async fn of<C: Connection>(
        conn: &mut C,
        workspace: &'a WorkspaceId,
        search: &'a KeySearch,
    ) -> StoreResult<Option<Self>> {
        let (dialect, conditions) = (C::DIALECT, Vec::new());
        let mut asked = Self { dialect, workspace, search, conditions };
        asked.add_texts();
        asked.add_status();
        asked.add_times();
        asked.add_apis();
        if let Some((member, value)) = &search.meta {
            let Some(digest) = key_meta::digest(member, value) else { return Ok(None) };
            asked.add_link("key_meta x WHERE x.digest = ?", [digest.into()]);
        }
        if let Some(external_id) = &search.external_id {
            let sql = "SELECT id FROM identities \
                       WHERE workspace_id = $1 AND external_id = $2 AND deleted_at IS NULL";
            let Some(id) = named(conn, sql, &values![workspace, external_id]).await? else {
                return Ok(None);
            };
            let holds = |key: &str| Piece::new(format!("{key}.identity_id = ?"), [id.clone()]);
            asked.add_plain("keys_identity", holds);
        }
        if let Some(role) = &search.role {
            let sql = "SELECT id FROM roles WHERE workspace_id = $1 AND (id = $2 OR name_folded = $3) \
                       ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END LIMIT 1";
            let values = values![workspace, role, role.to_ascii_lowercase()];
            let Some(id) = named(conn, sql, &values).await? else { return Ok(None) };
            let links = "key_roles x WHERE x.workspace_id = ? AND x.role_id = ?";
            asked.add_link(links, [workspace.into(), id]);
        }
        if let Some(permission) = &search.permission {
            let sql = "SELECT id FROM permissions \
                       WHERE workspace_id = $1 AND (id = $2 OR slug_folded = $3) \
                       ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END LIMIT 1";
            let values = values![workspace, permission, permission.to_ascii_lowercase()];
            let Some(id) = named(conn, sql, &values).await? else { return Ok(None) };
            asked.add_permission(&id);
        }
        Ok(Some(asked))
    }

    /// `SELECT x.id … WHERE` what holds of the live key `x` of the workspace.
    fn keys(&self, index: &str, holds: Piece) -> Piece {
        let along = self.dialect.along(index);
        let sql = format!(
            "SELECT x.id AS id FROM keys x{along} \
             WHERE x.workspace_id = ? AND x.deleted_at IS NULL AND "
        );
        Piece::new(sql, [self.workspace.into()]).then(holds)
    }

    /// A condition on the key's own row.
    fn add_plain(&mut self, index: &str, holds: impl Fn(&str) -> Piece) {
        let candidates = vec![self.keys(index, holds("x"))];
        self.conditions.push(Condition { holds: holds("k"), candidates, exact: true });
    }

    /// A condition that there is a row `x` with the key's id as `key_id`.
    fn add_link<const N: usize>(&mut self, links: &str, values: [Value; N]) {
        let select = Piece::new(format!("SELECT x.key_id AS id FROM {links}"), values.clone());
        let exists =
            Piece::new(format!("EXISTS (SELECT 1 FROM {links} AND x.key_id = k.id)"), values);
        self.conditions.push(Condition { holds: exists, candidates: vec![select], exact: true });
    }

    fn add_permission(&mut self, id: &Value) {
        let direct = "key_permissions x WHERE x.workspace_id = ? AND x.permission_id = ?";
        let by_role = "x.workspace_id = y.workspace_id AND x.role_id = y.role_id \
                       AND y.workspace_id = ? AND y.permission_id = ?";
        // From the permission to the keys that hold it, and from a key to its permissions.
        let there = format!("role_permissions y CROSS JOIN key_roles x WHERE {by_role}");
        let back = format!("key_roles x CROSS JOIN role_permissions y WHERE {by_role}");
        let values = || [self.workspace.into(), id.clone()];
        let select =
            |links: &str| Piece::new(format!("SELECT x.key_id AS id FROM {links}"), values());
        let exists = |links: &str| {
            let sql = format!(
                "EXISTS (SELECT 1 FROM {links} AND x.workspace_id = k.workspace_id \
                 AND x.key_id = k.id)"
            );
            Piece::new(sql, values())
        };
        let holds = Piece::text("(")
            .then(exists(direct))
            .and_text(" OR ")
            .then(exists(&back))
            .and_text(")");
        let candidates = vec![select(direct), select(&there)];
        self.conditions.push(Condition { holds, candidates, exact: true });
    }

    fn add_texts(&mut self) {
        let Some(text) = &self.search.text else { return };
        let begins = text.to_ascii_lowercase();
        let end = prefix_end(&begins);
        let range = |expression: &str| match &end {
            Some(end) => Piece::new(
                format!("({expression} >= ? AND {expression} < ?)"),
                values![&begins, end],
            ),
            None => Piece::new(format!("{expression} >= ?"), values![&begins]),
        };
        let has_id = |key: &str| Piece::new(format!("{key}.id = ?"), values![text]);
        let along = self.dialect.along("keys_identity");
        let owners = Piece::new(
            format!(
                "SELECT x.id AS id FROM identities n CROSS JOIN keys x{along} \
                 WHERE x.workspace_id = n.workspace_id AND x.identity_id = n.id \
                 AND n.workspace_id = ? AND n.deleted_at IS NULL AND x.deleted_at IS NULL AND "
            ),
            [self.workspace.into()],
        )
        .then(range("lower(n.external_id)"));
        let candidates = vec![
            Piece::text("SELECT x.id AS id FROM keys x WHERE ").then(has_id("x")),
            self.keys("keys_by_start", range("lower(x.start)")),
            self.keys("keys_by_name", range("x.name_order")),
            owners,
        ];
        let owned = Piece::text(
            "EXISTS (SELECT 1 FROM identities n WHERE n.id = k.identity_id \
             AND n.workspace_id = k.workspace_id AND n.deleted_at IS NULL AND ",
        )
        .then(range("lower(n.external_id)"))
        .and_text(")");
        let any = [has_id("k"), range("lower(k.start)"), range("k.name_order"), owned];
        let holds = Piece::text("(").then(Piece::join(any, " OR ")).and_text(")");
        self.conditions.push(Condition { holds, candidates, exact: true });
    }

    fn add_times(&mut self) {
        let search = self.search;
        // Keys that were never used stand at -1, and keys that never end at the end of all times.
        let (never_used, never_ends) = (Timestamp(-1), Timestamp(i64::MAX));
        let (used_after, used_before) = search.last_used;
        let (ends_after, ends_before) = search.expires;
        let ends_before = ends_before.or_else(|| ends_after.map(|_| never_ends));
        for (column, index, after, before) in [
            ("created_at", "keys_by_created", search.created.0, search.created.1),
            ("used_order", "keys_by_use", used_after.map(|time| time.max(never_used)), used_before),
            ("end_order", "keys_by_end", ends_after, ends_before),
        ] {
            if after.is_none() && before.is_none() {
                continue;
            }
            let holds = |key: &str| {
                let bound = |sign: &str, time: Timestamp| {
                    Piece::new(format!("{key}.{column} {sign} ?"), [time.into()])
                };
                let after = after.map(|time| bound(">", time));
                let before = before.map(|time| bound("<", time));
                Piece::join([after, before].into_iter().flatten(), " AND ")
            };
            self.add_plain(index, holds);
        }
    }

    fn add_apis(&mut self) {
        let search = self.search;
        if let Some(id) = single_api(search) {
            let holds = |key: &str| Piece::new(format!("{key}.api_id = ?"), [id.into()]);
            self.add_plain("keys_by_api", holds);
        } else if let Some(ids) = &search.api_ids {
            let ids = padded(ids);
            let holds = |key: &str| Piece::among(&format!("{key}.api_id"), ids.clone());
            self.add_plain("keys_by_api", holds);
        }
        if let Some(environments) = &search.environments {
            let among = Piece::among("a.environment", padded(environments));
            let along = self.dialect.along("keys_by_api");
            let candidates = Piece::new(
                format!(
                    "SELECT x.id AS id FROM apis a CROSS JOIN keys x{along} \
                     WHERE x.workspace_id = a.workspace_id AND x.api_id = a.id \
                     AND a.workspace_id = ? AND x.deleted_at IS NULL AND "
                ),
                [self.workspace.into()],
            );
            let candidates = vec![candidates.then(among.clone())];
            self.conditions.push(Condition { holds: among, candidates, exact: true });
        }
    }

    fn add_status(&mut self) {
        let search = self.search;
        if search.status.is_empty() {
            return;
        }
        let now = search.now;
        let (soon, long_ago) = (now.plus(KeyStatus::SOON), now.plus(-KeyStatus::UNUSED_AFTER));
        let with = |condition: &str, time: Timestamp| Piece::new(condition, [time.into()]);
        let mut wanted = Vec::new();
        let mut candidates = Vec::new();
        for status in &search.status {
            wanted.push(place(*status).to_string());
            candidates.push(match status {
                KeyStatus::Disabled => self.keys("keys_disabled", Piece::text("NOT x.enabled")),
                KeyStatus::Expired => self.keys("keys_by_end", with("x.end_order < ?", now)),
                KeyStatus::OutOfCredits => {
                    Piece::text("SELECT x.key_id AS id FROM key_credits x WHERE x.remaining = 0")
                }
                KeyStatus::ExpiresSoon => self.keys(
                    "keys_by_end",
                    with("x.end_order >= ?", now).then(with(" AND x.end_order <= ?", soon)),
                ),
                KeyStatus::Unused => self.keys("keys_by_use", with("x.used_order < ?", long_ago)),
                KeyStatus::Active => self.keys("keys_by_use", with("x.used_order >= ?", long_ago)),
            });
        }
        let status = "CASE WHEN NOT k.enabled THEN 0 WHEN k.expires < ? THEN 1 \
                      WHEN EXISTS (SELECT 1 FROM key_credits c \
                      WHERE c.key_id = k.id AND c.remaining = 0) THEN 2 \
                      WHEN k.expires <= ? THEN 3 \
                      WHEN k.last_used_at IS NULL OR k.last_used_at < ? THEN 4 ELSE 5 END";
        let holds = format!("{status} IN ({})", wanted.join(","));
        let holds = Piece::new(holds, [now.into(), soon.into(), long_ago.into()]);
        self.conditions.push(Condition { holds, candidates, exact: false });
    }

    /// The condition with the fewest candidates, if they are few.
    async fn driver<C: Connection>(&self, conn: &mut C) -> StoreResult<Option<usize>> {
        let mut best = None;
        let mut fewest = FEW + 1;
        for (number, condition) in self.conditions.iter().enumerate() {
            let all = Piece::join(condition.candidates.clone(), " UNION ALL ");
            let (sql, values) = Piece::text("SELECT count(*) FROM (")
                .then(all)
                .then(Piece::new(" LIMIT ?) z", [fewest.into()]))
                .finish();
            let count = conn.first(&sql, &values).await?.map_or(Ok(0), |mut row| row.take())?;
            if count < fewest {
                (best, fewest) = (Some(number), count);
            }
            if fewest == 0 {
                break;
            }
        }
        Ok(best)
    }

    /// A statement up to and including its conditions, to be continued with more of them.
    fn select(&self, columns: &str, driver: Option<usize>, hint: &str) -> Piece {
        let mut statement = match driver.and_then(|number| self.conditions.get(number)) {
            Some(condition) => Piece::text(format!("SELECT {columns} FROM ("))
                .then(Piece::join(condition.candidates.clone(), " UNION "))
                .and_text(") d CROSS JOIN keys k CROSS JOIN apis a WHERE k.id = d.id AND "),
            None => {
                Piece::text(format!("SELECT {columns} FROM keys k{hint} CROSS JOIN apis a WHERE "))
            }
        };
        statement = statement.then(Piece::new(
            "k.workspace_id = ? AND k.deleted_at IS NULL AND a.workspace_id = k.workspace_id \
             AND a.id = k.api_id AND a.deleted_at IS NULL AND EXISTS (SELECT 1 FROM workspaces w \
             WHERE w.id = ? AND w.purge_at IS NULL)",
            [self.workspace.into(), self.workspace.into()],
        ));
        for (number, condition) in self.conditions.iter().enumerate() {
            if !(condition.exact && driver == Some(number)) {
                statement = statement.and_text(" AND ").then(condition.holds.clone());
            }
        }
        statement
    }
}

/// The number of a state in the statement that tells it.
fn place(status: KeyStatus) -> i64 {
    match status {
        KeyStatus::Disabled => 0,
        KeyStatus::Expired => 1,
        KeyStatus::OutOfCredits => 2,
        KeyStatus::ExpiresSoon => 3,
        KeyStatus::Unused => 4,
        KeyStatus::Active => 5,
    }
}

/// The id of something that a search names.
async fn named<C: Connection>(
    conn: &mut C,
    sql: &str,
    values: &[Value],
) -> StoreResult<Option<Value>> {
    conn.first(sql, values).await?.map(|mut row| row.take()).transpose()
}
