//! Finding keys by a member of their free members: each plain one leaves a digest in an index.

use std::collections::BTreeSet;

use keyway_core::backend::store::StoreResult;
use keyway_core::id::KeyId;
use keyway_core::identity::Meta;
use keyway_core::secret::KeyHash;
use serde_json::Value as Json;

use crate::sql::{Connection, Value, insert_many, list, padded, values};

/// What stands in the index for a member of this value; `None` for lists and objects, which
/// nobody searches for. Two members have the same digest by chance once in 2^64 cases.
pub(crate) fn digest(member: &str, value: &Json) -> Option<i64> {
    let value = match value {
        Json::Array(_) | Json::Object(_) => return None,
        Json::Number(number) => Json::from(whole(number).unwrap_or_else(|| number.clone())),
        Json::Null | Json::Bool(_) | Json::String(_) => value.clone(),
    };
    let hash = KeyHash::of(&Json::from(vec![Json::from(member), value]).to_string());
    hash.0.first_chunk().map(|bytes| i64::from_be_bytes(*bytes))
}

/// `1.0` as `1`: both say the same number.
#[expect(clippy::cast_possible_truncation, reason = "only numbers that are whole and small")]
fn whole(number: &serde_json::Number) -> Option<serde_json::Number> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    (float.fract() == 0.0 && float.abs() < 9e15).then(|| (float as i64).into())
}

/// What stands in the index for all of them.
pub(crate) fn digests(meta: &Meta) -> BTreeSet<i64> {
    meta.iter().filter_map(|(member, value)| digest(member, value)).collect()
}

/// Notes the free members of a new key.
pub(crate) async fn insert<C: Connection>(
    conn: &mut C,
    key: &KeyId,
    meta: &Meta,
) -> StoreResult<()> {
    replace(conn, key, &Meta::new(), meta).await
}

/// Notes that the free members of a key are `after` instead of `before`.
pub(crate) async fn replace<C: Connection>(
    conn: &mut C,
    key: &KeyId,
    before: &Meta,
    after: &Meta,
) -> StoreResult<()> {
    let (before, after) = (digests(before), digests(after));
    let gone = padded(before.difference(&after).copied());
    if !gone.is_empty() {
        let sql =
            format!("DELETE FROM key_meta WHERE key_id = $1 AND digest IN {}", list(2, gone.len()));
        let mut values = values![key].to_vec();
        values.extend(gone);
        conn.execute(&sql, &values).await?;
    }
    let new: Vec<Vec<Value>> =
        after.difference(&before).map(|digest| values![key, *digest].to_vec()).collect();
    insert_many(conn, "INSERT INTO key_meta (key_id, digest) VALUES ", new).await
}

/// Notes that `to` has the free members of `from`.
pub(crate) async fn copy<C: Connection>(conn: &mut C, from: &KeyId, to: &KeyId) -> StoreResult<()> {
    let sql = "INSERT INTO key_meta (key_id, digest) \
               SELECT $2, m.digest FROM key_meta m WHERE m.key_id = $1";
    conn.execute(sql, &values![from, to]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_members_have_equal_digests_and_others_do_not() {
        assert_eq!(digest("n", &json!(1)), digest("n", &json!(1.0)));
        let all = [
            digest("n", &json!(1)),
            digest("n", &json!("1")),
            digest("n", &json!(true)),
            digest("n", &json!(null)),
            digest("n", &json!(1.5)),
            digest("n", &json!(u64::MAX)),
            digest("m", &json!(1)),
        ];
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert!(!all.contains(&None));
        assert_eq!(digest("n", &json!([1])), None);
        assert_eq!(digest("n", &json!({})), None);
    }
}
