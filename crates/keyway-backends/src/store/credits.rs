//! Balances of keys.

use keyway_core::backend::store::{Entity, StoreError, StoreResult};
use keyway_core::credits::{Credits, CreditsChange, RefillInterval, Spend};
use keyway_core::id::KeyId;
use keyway_core::patch::Patch;
use keyway_core::refill;
use keyway_core::time::Timestamp;
use serde_json::{Value as Json, json};

use super::rows;
use crate::sql::{Connection, values};

/// The balance of a key, which stays as it is until the transaction ends.
pub(crate) async fn lock<C: Connection>(conn: &mut C, key: &KeyId) -> StoreResult<Option<Credits>> {
    let columns = rows::CREDITS;
    let sql =
        format!("SELECT {columns} FROM key_credits c WHERE c.key_id = $1{}", C::DIALECT.for_update);
    match conn.first(&sql, &values![key]).await? {
        Some(mut row) => rows::credits(&mut row),
        None => Ok(None),
    }
}

/// Gives a key the balance `after` instead of `before`. A refill that is new or another one is due
/// for the first time after `now`.
pub(crate) async fn put<C: Connection>(
    conn: &mut C,
    key: &KeyId,
    before: Option<&Credits>,
    after: Option<&Credits>,
    now: Timestamp,
) -> StoreResult<()> {
    let Some(Credits { remaining, refill }) = after else {
        let sql = "DELETE FROM key_credits WHERE key_id = $1";
        return conn.execute(sql, &values![key]).await.map(drop);
    };
    if before.is_some_and(|before| before.refill == *refill) {
        let sql = "UPDATE key_credits SET remaining = $2 WHERE key_id = $1";
        return conn.execute(sql, &values![key, *remaining]).await.map(drop);
    }
    let sql = "INSERT INTO key_credits \
               (key_id, remaining, refill_interval, refill_amount, refill_day, refill_at) \
               VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (key_id) DO UPDATE SET remaining = excluded.remaining, \
               refill_interval = excluded.refill_interval, \
               refill_amount = excluded.refill_amount, refill_day = excluded.refill_day, \
               refill_at = excluded.refill_at";
    let due = refill.as_ref().map(|refill| refill::next(refill, now));
    let interval = refill.as_ref().map(|refill| interval_name(refill.interval));
    let amount = refill.as_ref().map(|refill| refill.amount);
    let day = refill.as_ref().and_then(|refill| refill.day);
    conn.execute(sql, &values![key, *remaining, interval, amount, day, due]).await.map(drop)
}

fn interval_name(interval: RefillInterval) -> &'static str {
    match interval {
        RefillInterval::Daily => "daily",
        RefillInterval::Monthly => "monthly",
    }
}

/// The balance after a change.
pub(crate) fn changed(
    before: Option<&Credits>,
    change: &CreditsChange,
) -> StoreResult<Option<Credits>> {
    match (change, before) {
        (CreditsChange::Unlimited, _) => Ok(None),
        (CreditsChange::Limited { remaining: None, refill }, None) => match refill {
            Patch::Set(_) => Err(StoreError::Unfit(
                "This key has unlimited credits, so there is nothing to refill. Set `remaining` \
                 too.",
            )),
            Patch::Keep | Patch::Clear => Ok(None),
        },
        (CreditsChange::Limited { remaining: Some(remaining), refill }, None) => {
            Ok(Some(Credits { remaining: *remaining, refill: refill.clone().apply(None) }))
        }
        (CreditsChange::Limited { remaining, refill }, Some(before)) => Ok(Some(Credits {
            remaining: remaining.unwrap_or(before.remaining),
            refill: refill.clone().apply(before.refill.clone()),
        })),
        (CreditsChange::Add(_), None) => Err(StoreError::Unfit(
            "This key has unlimited credits, which can't be incremented or decremented.",
        )),
        (CreditsChange::Add(amount), Some(before)) => Ok(Some(Credits {
            remaining: before.remaining.saturating_add(*amount).max(0),
            refill: before.refill.clone(),
        })),
    }
}

/// A balance as an audit entry shows it.
pub(crate) fn as_json(credits: Option<&Credits>) -> Json {
    credits.map_or(Json::Null, |credits| match &credits.refill {
        None => json!({ "remaining": credits.remaining }),
        Some(refill) => {
            let mut shown = json!({
                "interval": interval_name(refill.interval),
                "amount": refill.amount,
            });
            if let Some(day) = refill.day {
                shown["refillDay"] = day.into();
            }
            json!({ "remaining": credits.remaining, "refill": shown })
        }
    })
}

/// Takes credits of a key that is there.
const TAKE: &str = "UPDATE key_credits SET remaining = remaining - $2 \
     WHERE key_id = $1 AND remaining >= $2 AND EXISTS (SELECT 1 FROM keys k \
     JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id \
     JOIN workspaces w ON w.id = k.workspace_id \
     WHERE k.deleted_at IS NULL AND a.deleted_at IS NULL AND w.purge_at IS NULL AND k.id = $1) \
     RETURNING remaining";

/// Reads what is left of a key's credits, `NULL` if they are unlimited; no row if it isn't there.
pub(crate) const LOOK: &str = "SELECT \
     (SELECT c.remaining FROM key_credits c WHERE c.key_id = k.id) FROM keys k \
     JOIN apis a ON a.workspace_id = k.workspace_id AND a.id = k.api_id \
     JOIN workspaces w ON w.id = k.workspace_id \
     WHERE k.deleted_at IS NULL AND a.deleted_at IS NULL AND w.purge_at IS NULL AND k.id = $1";

/// Takes `cost` credits in one statement, so that it needs no lock and no transaction.
pub(crate) async fn spend<C: Connection>(
    conn: &mut C,
    key: &KeyId,
    cost: i64,
) -> StoreResult<Spend> {
    loop {
        if let Some(mut row) = conn.first(TAKE, &values![key, cost]).await? {
            return Ok(Spend::Taken(row.take()?));
        }
        match look(conn, key).await? {
            None => return Ok(Spend::Unlimited),
            Some(left) if left < cost => return Ok(Spend::Short(left)),
            // Somebody added credits between the two statements.
            Some(_) => {}
        }
    }
}

/// What is left of a key's credits; `None` if they are unlimited.
pub(crate) async fn look<C: Connection>(conn: &mut C, key: &KeyId) -> StoreResult<Option<i64>> {
    match conn.first(LOOK, &values![key]).await? {
        Some(mut row) => row.take(),
        None => Err(StoreError::Missing(Entity::Key, key.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use keyway_core::credits::Refill;

    use super::*;

    fn daily() -> Refill {
        Refill { interval: RefillInterval::Daily, amount: 10, day: None }
    }

    #[test]
    fn adding_stops_at_both_ends() {
        let before = Credits { remaining: 5, refill: Some(daily()) };
        for (amount, left) in [(3, 8), (-3, 2), (-9, 0), (i64::MAX, i64::MAX), (i64::MIN, 0)] {
            let after = changed(Some(&before), &CreditsChange::Add(amount)).unwrap().unwrap();
            assert_eq!(after, Credits { remaining: left, refill: Some(daily()) });
        }
        assert!(changed(None, &CreditsChange::Add(1)).is_err());
    }

    #[test]
    fn each_half_is_kept_or_set() {
        let before = Credits { remaining: 5, refill: Some(daily()) };
        let limited = |remaining, refill| CreditsChange::Limited { remaining, refill };
        let kept = changed(Some(&before), &limited(None, Patch::Keep)).unwrap();
        assert_eq!(kept.as_ref(), Some(&before));
        let cleared = changed(Some(&before), &limited(Some(7), Patch::Clear)).unwrap().unwrap();
        assert_eq!(cleared, Credits { remaining: 7, refill: None });
        assert_eq!(changed(Some(&before), &CreditsChange::Unlimited).unwrap(), None);
        assert!(changed(None, &limited(None, Patch::Set(daily()))).is_err());
        assert_eq!(changed(None, &limited(None, Patch::Clear)).unwrap(), None);
    }
}
