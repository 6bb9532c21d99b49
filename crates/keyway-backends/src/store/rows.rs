//! What rows become: the columns of each thing, and the thing made of them.

use std::str::FromStr;

use keyway_core::api::Api;
use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::credits::{Credits, Refill, RefillInterval};
use keyway_core::ratelimit::Ratelimit;
use keyway_core::role::Permission;
use keyway_core::root_key::{Grant, RootKey};
use keyway_core::workspace::Workspace;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sql::{Row, Value};

/// Reads JSON text of `column` in the row `id`.
pub(crate) fn json<T: DeserializeOwned>(text: &str, column: &str, id: &str) -> StoreResult<T> {
    serde_json::from_str(text)
        .map_err(|err| StoreError::Corrupt(format!("{column} of {id} can't be read: {err}")))
}

/// A value as JSON text.
pub(crate) fn json_text<T: Serialize>(value: &T) -> StoreResult<Value> {
    let text = serde_json::to_string(value)
        .map_err(|err| StoreError::Corrupt(format!("a value has no JSON form: {err}")))?;
    Ok(Value::Text(text))
}

/// The columns of a workspace `w`.
pub(crate) const WORKSPACE: &str =
    "w.id, w.name, w.slug, w.enabled, w.requests_per_minute, w.created_at, w.purge_at";

/// A workspace of those columns.
pub(crate) fn workspace(row: &mut Row) -> StoreResult<Workspace> {
    Ok(Workspace {
        id: row.take()?,
        name: row.take()?,
        slug: row.take()?,
        enabled: row.take()?,
        requests_per_minute: row.take()?,
        created_at: row.take()?,
        purge_at: row.take()?,
    })
}

/// The columns of a root key `r`.
pub(crate) const ROOT_KEY: &str = "r.id, r.workspace_id, r.start, r.\"end\", r.name, r.enabled, \
     r.permissions, r.roles, r.api_ids, r.environments, r.expires, r.created_at, r.updated_at, \
     r.last_used_at, r.created_by";

/// A root key of those columns.
pub(crate) fn root_key(row: &mut Row) -> StoreResult<RootKey> {
    let id: String = row.take()?;
    Ok(RootKey {
        workspace_id: row.take()?,
        start: row.take()?,
        end: row.take()?,
        name: row.take()?,
        enabled: row.take()?,
        grant: Grant {
            permissions: json(&row.take::<String>()?, "permissions", &id)?,
            roles: json(&row.take::<String>()?, "roles", &id)?,
            api_ids: json(&row.take::<String>()?, "api_ids", &id)?,
            environments: row
                .take::<Option<String>>()?
                .map(|text| json(&text, "environments", &id))
                .transpose()?,
        },
        expires: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        last_used_at: row.take()?,
        created_by: row.take::<Option<String>>()?.map(Into::into),
        id: id.into(),
    })
}

/// The columns of an API `a`.
pub(crate) const API: &str = "a.id, a.workspace_id, a.name, a.environment, a.default_prefix, \
     a.default_byte_length, a.ip_allowlist, a.delete_protection, a.store_encrypted_keys, \
     a.checksum, a.created_at, a.updated_at";

/// An API of those columns.
pub(crate) fn api(row: &mut Row) -> StoreResult<Api> {
    let id: String = row.take()?;
    Ok(Api {
        workspace_id: row.take()?,
        name: row.take()?,
        environment: row.take()?,
        default_prefix: row.take()?,
        default_byte_length: row.take()?,
        ip_allowlist: networks(&row.take::<String>()?, &id)?,
        delete_protection: row.take()?,
        store_encrypted_keys: row.take()?,
        checksum: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        id: id.into(),
    })
}

/// The networks of an allow-list.
pub(crate) fn networks<T: FromStr>(text: &str, id: &str) -> StoreResult<Vec<T>> {
    json::<Vec<String>>(text, "ip_allowlist", id)?
        .iter()
        .map(|network| {
            network
                .parse()
                .map_err(|_| StoreError::Corrupt(format!("ip_allowlist of {id} holds {network:?}")))
        })
        .collect()
}

/// The columns of a permission `p`.
pub(crate) const PERMISSION: &str = "p.id, p.slug, p.name, p.description";

/// A permission of those columns.
pub(crate) fn permission(row: &mut Row) -> StoreResult<Permission> {
    Ok(Permission {
        id: row.take()?,
        slug: row.take()?,
        name: row.take()?,
        description: row.take()?,
    })
}

/// The columns of a rate limit `l`.
pub(crate) const RATELIMIT: &str = "l.id, l.name, l.\"limit\", l.duration, l.auto_apply";

/// A rate limit of those columns.
pub(crate) fn ratelimit(row: &mut Row) -> StoreResult<Ratelimit> {
    Ok(Ratelimit {
        id: row.take()?,
        name: row.take()?,
        limit: row.take()?,
        duration: row.take()?,
        auto_apply: row.take()?,
    })
}

/// The columns of a balance `c`.
pub(crate) const CREDITS: &str = "c.remaining, c.refill_interval, c.refill_amount, c.refill_day";

/// A balance of those columns; `None` if there is no row.
pub(crate) fn credits(row: &mut Row) -> StoreResult<Option<Credits>> {
    let remaining: Option<i64> = row.take()?;
    let interval: Option<String> = row.take()?;
    let (amount, day): (Option<i64>, Option<i64>) = (row.take()?, row.take()?);
    let Some(remaining) = remaining else { return Ok(None) };
    let refill = match (interval.as_deref(), amount) {
        (None, _) => None,
        (Some("daily"), Some(amount)) => {
            Some(Refill { interval: RefillInterval::Daily, amount, day })
        }
        (Some("monthly"), Some(amount)) => {
            Some(Refill { interval: RefillInterval::Monthly, amount, day })
        }
        (Some(interval), _) => {
            return Err(StoreError::Corrupt(format!("a refill has the interval {interval:?}")));
        }
    };
    Ok(Some(Credits { remaining, refill }))
}
