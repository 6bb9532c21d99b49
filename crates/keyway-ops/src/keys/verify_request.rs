//! What `keys.verifyKey` takes.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::fields::{IpField, KeyText, Text};
use crate::schema::{Direct, Object, given, has_length};

#[derive(Deserialize, JsonSchema)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Members<'a> {
    /// The whole key.
    #[serde(borrow)]
    #[schemars(with = "KeyText")]
    pub key: Text<'a>,
    /// Permissions that the key must hold: names joined by AND and OR, with parentheses.
    #[serde(borrow, default, deserialize_with = "given")]
    #[schemars(length(min = 1, max = 1000))]
    pub permissions: Option<Text<'a>>,
    #[serde(default, deserialize_with = "given")]
    pub credits: Option<Object<CreditsRequest>>,
    /// Limits to check beside those that apply by themselves.
    #[serde(borrow, default)]
    #[schemars(length(max = 50))]
    pub ratelimits: Vec<Object<LimitRequest<'a>>>,
    /// Marks of this use for analytics.
    #[serde(borrow, default)]
    #[schemars(length(max = 20), inner(length(min = 1, max = 512)))]
    pub tags: Vec<Text<'a>>,
    /// In which format the key was hashed elsewhere, for keys that were imported.
    #[serde(borrow, default, deserialize_with = "given")]
    #[schemars(length(max = 256))]
    pub migration_id: Option<Text<'a>>,
    /// The address to compare with the API's allow-list, for servers that check on behalf of
    /// their users; the address of the request if left out.
    #[serde(default, deserialize_with = "given")]
    pub client_ip: Option<IpField>,
    /// Only keys of these APIs; a key of another is not found.
    #[serde(borrow, default, deserialize_with = "given")]
    #[schemars(length(max = 100))]
    pub keyspaces: Option<Vec<Text<'a>>>,
}

/// How many credits this use costs.
#[derive(Deserialize, JsonSchema)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct CreditsRequest {
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    pub cost: i64,
}

/// A limit by name, or one that is given on the spot by `limit` and `duration`.
#[derive(Deserialize, JsonSchema)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct LimitRequest<'a> {
    #[serde(borrow)]
    #[schemars(length(min = 3, max = 255))]
    pub name: Text<'a>,
    #[schemars(range(min = 0))]
    #[serde(default = "one")]
    pub cost: i64,
    /// Units per window.
    #[serde(default, deserialize_with = "given")]
    #[schemars(range(min = 1))]
    pub limit: Option<i64>,
    /// The length of a window in milliseconds.
    #[serde(default, deserialize_with = "given")]
    #[schemars(range(min = 1000))]
    pub duration: Option<i64>,
}

fn one() -> i64 {
    1
}

/// What is asked about a key.
pub type Request<'a> = Object<Members<'a>>;

impl<'a> Direct<'a> for Request<'a> {
    fn keeps_bounds(&self) -> bool {
        let Members { key, permissions, credits, ratelimits, tags, migration_id, .. } = &self.0;
        has_length(key, KeyText::BOUNDS)
            && permissions.as_ref().is_none_or(|query| has_length(query, (1, 1000)))
            && credits.as_ref().is_none_or(|asked| (0..=1_000_000_000_000).contains(&asked.cost))
            && ratelimits.len() <= 50
            && ratelimits.iter().all(|limit| limit.keeps_bounds())
            && tags.len() <= 20
            && tags.iter().all(|tag| has_length(tag, (1, 512)))
            && migration_id.as_ref().is_none_or(|id| has_length(id, (0, 256)))
            && self.keyspaces.as_ref().is_none_or(|ids| ids.len() <= 100)
    }
}

impl LimitRequest<'_> {
    fn keeps_bounds(&self) -> bool {
        has_length(&self.name, (3, 255))
            && 0 <= self.cost
            && self.limit.is_none_or(|limit| 1 <= limit)
            && self.duration.is_none_or(|duration| 1000 <= duration)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::schema::Reader;
    use crate::schema::agreement::{is_direct, list, members, mostly, number, text};

    fn bodies() -> BoxedStrategy<String> {
        let limit = members(vec![
            ("name", text((3, 255))),
            ("cost", number(0, i64::MAX)),
            ("limit", number(1, i64::MAX)),
            ("duration", number(1000, i64::MAX)),
        ]);
        let ips = ["127.0.0.1", "::1", "::ffff:1.2.3.4", "2001:db8::1", "01.2.3.4", "1.2.3", "x"];
        let ip = select(ips.to_vec()).prop_map(|ip| format!("\"{ip}\""));
        members(vec![
            ("key", text((1, 512))),
            ("permissions", text((1, 1000))),
            ("credits", members(vec![("cost", number(0, 1_000_000_000_000))])),
            ("ratelimits", list(mostly(limit), 50)),
            ("tags", list(mostly(text((1, 512))), 20)),
            ("migrationId", text((0, 256))),
            ("clientIp", ip.boxed()),
            ("keyspaces", list(mostly(text((0, 1000))), 100)),
        ])
    }

    #[test]
    fn what_is_read_directly_the_schema_allows_with_the_same_meaning() {
        let reader = Reader::of::<Request<'_>>();
        let direct = AtomicUsize::new(0);
        proptest!(ProptestConfig::with_cases(4000), |(body in bodies())| {
            if is_direct::<Request<'_>>(&reader, body.as_bytes(), &mut None) {
                direct.fetch_add(1, Ordering::Relaxed);
            }
        });
        assert!(400 < direct.into_inner(), "too few of the bodies were right to show anything");
    }

    #[test]
    fn usual_requests_are_read_directly() {
        let reader = Reader::of::<Request<'_>>();
        for body in [
            r#"{"key":"app_7fFQ"}"#,
            r#"{"key":"app_7fFQ","permissions":"documents.read AND documents.write"}"#,
            r#" { "key": "sch\u00fcssel", "tags": ["path=/v1/\u00fc"], "credits": {"cost": 0} } "#,
            r#"{"key":"app_7fFQ","ratelimits":[{"name":"requests","cost":2},
                {"name":"tokens","limit":10,"duration":60000}],"clientIp":"2001:db8::1"}"#,
            r#"{"key":"app_7fFQ","keyspaces":["api_1","api_2"],"migrationId":"mig_1"}"#,
        ] {
            assert!(is_direct::<Request<'_>>(&reader, body.as_bytes(), &mut None), "{body}");
        }
    }

    #[test]
    fn requests_that_only_the_schema_allows_are_understood_too() {
        let reader = Reader::of::<Request<'_>>();
        for body in [
            r#"{"key":"app_7fFQ","credits":{"cost":3.0}}"#,
            r#"{"key":"other","key":"app_7fFQ","credits":{"cost":3}}"#,
        ] {
            assert!(!is_direct::<Request<'_>>(&reader, body.as_bytes(), &mut None), "{body}");
            let mut kept = None;
            let read: Request<'_> = reader.read_direct(body.as_bytes(), &mut kept).unwrap();
            assert_eq!((&*read.key, read.credits.as_ref().unwrap().cost), ("app_7fFQ", 3));
        }
    }
}
