//! The decision about a key: may this request pass?
//!
//! [`plan`] is pure. It either refuses or says which limits and credits have to be taken; whoever
//! asked takes them and puts the verdict together.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::permission::query::{self, SyntaxError};
use crate::ratelimit::{Check, CounterKey, CounterOwner};
use crate::record::{Record, RecordLimit};
use crate::time::Timestamp;

/// Why a key is valid or not. The names are those on the wire; none is ever added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
pub enum Outcome {
    /// It may pass.
    Valid,
    /// There is no such key for the caller.
    NotFound,
    /// The address isn't on the API's allow-list.
    Forbidden,
    /// The permission query isn't satisfied.
    InsufficientPermissions,
    /// Its credits don't suffice.
    UsageExceeded,
    /// A rate limit is exhausted.
    RateLimited,
    /// It is switched off.
    Disabled,
    /// Its time is over.
    Expired,
}

impl Outcome {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::NotFound => "NOT_FOUND",
            Self::Forbidden => "FORBIDDEN",
            Self::InsufficientPermissions => "INSUFFICIENT_PERMISSIONS",
            Self::UsageExceeded => "USAGE_EXCEEDED",
            Self::RateLimited => "RATE_LIMITED",
            Self::Disabled => "DISABLED",
            Self::Expired => "EXPIRED",
        }
    }
}

/// What is asked about a key.
#[derive(Debug, Default)]
pub struct Ask<'a> {
    /// The permission query.
    pub permissions: Option<&'a str>,
    /// Limits that are checked beside the automatic ones.
    pub ratelimits: Vec<AskedLimit<'a>>,
    /// The address that the key is verified for.
    pub ip: Option<IpAddr>,
}

/// A limit that a request names.
#[derive(Clone, Copy, Debug)]
pub struct AskedLimit<'a> {
    /// Its name.
    pub name: &'a str,
    /// How many units it costs.
    pub cost: i64,
    /// A limit that is given on the spot: units and milliseconds.
    pub ad_hoc: Option<(i64, i64)>,
}

/// A limit that has to be checked for the request to pass.
#[derive(Clone, Copy, Debug)]
pub struct PlannedLimit<'a> {
    /// The limit of the key or of its identity; none if it was given on the spot.
    pub stored: Option<&'a RecordLimit>,
    /// The limit's name.
    pub name: &'a str,
    /// What the counters are asked.
    pub check: Check<'a>,
}

/// What [`plan`] decided.
#[derive(Debug)]
pub enum Plan<'a> {
    /// The key isn't valid, for this reason, and nothing is taken.
    Refuse(Outcome),
    /// The key is valid if all of these limits and then its credits allow it.
    Take(Vec<PlannedLimit<'a>>),
}

/// A question that can't be answered.
#[derive(Debug, PartialEq, Eq)]
pub enum BadAsk {
    /// The permission query can't be read.
    Query(SyntaxError),
    /// Neither the key nor its identity has a limit of this name.
    UnknownLimit(String),
}

/// Decides about an existing key, in the documented order: query syntax, enabled, expiry,
/// address, permissions, named limits.
pub fn plan<'a>(key: &'a Record, ask: &Ask<'a>, now: Timestamp) -> Result<Plan<'a>, BadAsk> {
    let holds = |query| query::evaluate(query, |name| key.grants().hold(name));
    let is_permitted = ask.permissions.map_or(Ok(true), holds).map_err(BadAsk::Query)?;
    if !key.is_enabled() {
        return Ok(Plan::Refuse(Outcome::Disabled));
    }
    if key.expires().is_some_and(|expires| expires < now) {
        return Ok(Plan::Refuse(Outcome::Expired));
    }
    if !is_listed(&key.api().ip_allowlist, ask.ip) {
        return Ok(Plan::Refuse(Outcome::Forbidden));
    }
    if !is_permitted {
        return Ok(Plan::Refuse(Outcome::InsufficientPermissions));
    }
    limits(key, &ask.ratelimits).map(Plan::Take)
}

/// Whether an allow-list admits the address. An empty list admits all, and an address that isn't
/// known is on no list. IPv4 addresses in IPv6 form count as IPv4.
fn is_listed(list: &[IpNet], ip: Option<IpAddr>) -> bool {
    list.is_empty()
        || ip.is_some_and(|ip| {
            let ip = ip.to_canonical();
            list.iter().any(|net| net.contains(&ip))
        })
}

/// The automatic limits of the key, then those of its identity, then the asked ones in order;
/// one that is asked and automatic is checked once, at the asked cost. The last of several
/// asked limits of one name wins. A limit of the key hides the identity's of the same name.
fn limits<'a>(key: &'a Record, asked: &[AskedLimit<'a>]) -> Result<Vec<PlannedLimit<'a>>, BadAsk> {
    let automatic = key.limits().iter().filter(|limit| limit.auto_apply);
    let mut planned: Vec<PlannedLimit<'a>> =
        automatic.map(|limit| stored_limit(key, limit, 1)).collect();
    for ask in asked {
        let next = if let Some((limit, duration)) = ask.ad_hoc {
            let owner = CounterOwner::Key(key.id(), ask.name);
            let check = check(key, owner, limit, duration, ask.cost);
            PlannedLimit { stored: None, name: ask.name, check }
        } else {
            let limit = key
                .limits()
                .iter()
                .find(|limit| key.limit_name(limit) == ask.name)
                .ok_or_else(|| BadAsk::UnknownLimit(ask.name.to_owned()))?;
            stored_limit(key, limit, ask.cost)
        };
        match planned.iter_mut().find(|limit| limit.name == ask.name) {
            Some(before) => *before = next,
            None => planned.push(next),
        }
    }
    Ok(planned)
}

fn stored_limit<'a>(key: &'a Record, limit: &'a RecordLimit, cost: i64) -> PlannedLimit<'a> {
    let name = key.limit_name(limit);
    let owner = match key.identity() {
        Some(identity) if !limit.own => CounterOwner::Identity(identity, name),
        Some(_) | None => CounterOwner::Key(key.id(), name),
    };
    let check = check(key, owner, limit.limit, limit.duration, cost);
    PlannedLimit { stored: Some(limit), name, check }
}

fn check<'a>(
    key: &'a Record,
    owner: CounterOwner<'a>,
    limit: i64,
    duration: i64,
    cost: i64,
) -> Check<'a> {
    let counter = CounterKey { workspace: key.workspace(), owner, duration };
    Check { counter, held: None, limit, cost }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{IdentityId, RatelimitId};
    use crate::identity::{Identity, Meta};
    use crate::key::Key;
    use crate::ratelimit::Ratelimit;
    use crate::secret::KeyHash;
    use crate::time::MINUTE;

    fn limit(id: &str, name: &str, units: i64, auto_apply: bool) -> Ratelimit {
        let (id, name) = (RatelimitId::from(id), name.to_owned());
        Ratelimit { id, name, limit: units, duration: MINUTE, auto_apply }
    }

    fn key(id: &str, own: Vec<Ratelimit>, shared: Vec<Ratelimit>) -> Record {
        let identity = Identity {
            id: IdentityId::from("id_1"),
            external_id: "user_1".to_owned(),
            meta: Meta::new(),
            ratelimits: shared,
        };
        let key = Key { identity: Some(identity), ratelimits: own, ..Key::bare(id) };
        Record::alone(KeyHash([0; 32]), &key)
    }

    fn planned<'a>(key: &'a Record, asked: Vec<AskedLimit<'a>>) -> Vec<PlannedLimit<'a>> {
        let ask = Ask { ratelimits: asked, ..Ask::default() };
        match plan(key, &ask, Timestamp(0)).unwrap() {
            Plan::Take(limits) => limits,
            Plan::Refuse(outcome) => panic!("{outcome:?}"),
        }
    }

    fn by_name(name: &str) -> AskedLimit<'_> {
        AskedLimit { name, cost: 1, ad_hoc: None }
    }

    #[test]
    fn keys_of_one_identity_share_its_counters() {
        let shared =
            || vec![limit("rl_1", "requests", 10, true), limit("rl_2", "tokens", 5, false)];
        let (one, other) = (key("key_1", Vec::new(), shared()), key("key_2", Vec::new(), shared()));
        let one = planned(&one, vec![by_name("tokens")]);
        let other = planned(&other, vec![by_name("tokens")]);

        assert_eq!(one.len(), 2);
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(one.check.counter, other.check.counter);
            assert!(matches!(&one.check.counter.owner, CounterOwner::Identity(..)));
        }
    }

    #[test]
    fn a_limit_of_the_key_hides_that_of_its_identity() {
        let shared = vec![limit("rl_1", "requests", 10, true), limit("rl_2", "tokens", 10, true)];
        let own = vec![limit("rl_3", "requests", 3, false)];
        let key = key("key_1", own, shared);

        let automatic = planned(&key, Vec::new());
        let names: Vec<_> = automatic.iter().map(|limit| limit.name).collect();
        assert_eq!(names, ["tokens"]);

        let asked = planned(&key, vec![by_name("requests")]);
        let requests = asked.iter().find(|limit| limit.name == "requests").unwrap();
        assert_eq!(key.json_limit(requests.stored.unwrap()), ("rl_3", "\"requests\""));
        assert_eq!(requests.check.limit, 3);
        assert!(matches!(&requests.check.counter.owner, CounterOwner::Key(..)));
    }

    #[test]
    fn a_limit_on_the_spot_counts_for_the_key_even_if_its_identity_has_one_of_that_name() {
        let key = key("key_1", Vec::new(), vec![limit("rl_1", "requests", 10, true)]);
        let spot = AskedLimit { name: "requests", cost: 2, ad_hoc: Some((7, MINUTE)) };

        let limits = planned(&key, vec![spot]);

        assert_eq!(limits.len(), 1);
        assert_eq!((limits[0].check.limit, limits[0].check.cost), (7, 2));
        assert!(limits[0].stored.is_none());
        assert!(matches!(&limits[0].check.counter.owner, CounterOwner::Key(..)));
    }

    #[test]
    fn limits_of_the_key_come_before_those_of_its_identity_and_of_the_request() {
        let shared = vec![limit("rl_1", "aaa", 1, true), limit("rl_2", "bbb", 1, false)];
        let own = vec![limit("rl_3", "zzz", 1, true), limit("rl_4", "yyy", 1, false)];
        let key = key("key_1", own, shared);
        let limits = planned(&key, vec![by_name("bbb"), by_name("yyy")]);
        let names: Vec<_> = limits.iter().map(|limit| limit.name).collect();
        assert_eq!(names, ["zzz", "aaa", "bbb", "yyy"]);
    }
}
