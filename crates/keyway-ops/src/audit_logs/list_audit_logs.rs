//! `auditLogs.listAuditLogs`

use keyway_core::audit::{AuditFilter, Entry};
use keyway_core::backend::store::StoreError;
use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Cursor, Limit, Search, page};
use crate::problem::{FieldError, Problem};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    limit: Option<Limit>,
    cursor: Option<Cursor>,
    /// Only this event, as `key.create`.
    #[schemars(length(min = 1, max = 255))]
    event: Option<String>,
    /// Only these events.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 255)))]
    events: Option<Vec<String>>,
    /// Only what concerns the thing with this id.
    #[schemars(length(min = 1, max = 255))]
    resource_id: Option<String>,
    /// Only what concerns one of the things with these ids.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 255)))]
    resource_ids: Option<Vec<String>>,
    /// The same as `resourceIds`.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 255)))]
    target_ids: Option<Vec<String>>,
    /// Only what this actor did.
    #[schemars(length(min = 1, max = 255))]
    actor_id: Option<String>,
    /// Only what one of these actors did.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 255)))]
    actor_ids: Option<Vec<String>>,
    /// Nothing before this time.
    since: Option<Timestamp>,
    /// The same as `since`.
    from: Option<Timestamp>,
    /// Nothing after this time.
    until: Option<Timestamp>,
    /// The same as `until`.
    to: Option<Timestamp>,
    /// Part of the event, or of the name or id of the actor or of a thing; or a request id.
    search: Option<Search>,
}

/// Lists the entries of the workspace's log, newest first.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<Entry>> {
    caller.require(Action::ReadAuditLog.everywhere())?;

    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let filter = filter(request)?;
    let found = app.store.list_audit_entries(caller.workspace(), &filter, &page).await;
    if page.after.is_some() && matches!(found, Err(StoreError::Unfit(_))) {
        return Err(Problem::invalid_field(
            "body.cursor",
            "is not a cursor of this list",
            "Send the `cursor` of the page before, unchanged, or none for the first page.",
        ));
    }

    Reply::page(found?)
}

fn filter(request: Request) -> Result<AuditFilter, Problem> {
    let list = |one: Option<String>| one.map(|one| vec![one]);
    let mut spellings = Spellings::default();
    let filter = AuditFilter {
        events: spellings
            .one_of([("event", list(request.event)), ("events", request.events)])
            .unwrap_or_default(),
        resource_ids: spellings
            .one_of([
                ("resourceId", list(request.resource_id)),
                ("resourceIds", request.resource_ids),
                ("targetIds", request.target_ids),
            ])
            .unwrap_or_default(),
        actor_ids: spellings
            .one_of([("actorId", list(request.actor_id)), ("actorIds", request.actor_ids)])
            .unwrap_or_default(),
        since: spellings.one_of([("since", request.since), ("from", request.from)]),
        until: spellings.one_of([("until", request.until), ("to", request.to)]),
        search: request.search.as_ref().and_then(Search::wanted).map(str::to_owned),
    };
    if spellings.errors.is_empty() { Ok(filter) } else { Err(Problem::invalid(spellings.errors)) }
}

/// Members that say the same in different ways, of which only one may stand in a request.
#[derive(Default)]
struct Spellings {
    errors: Vec<FieldError>,
}

impl Spellings {
    fn one_of<T, const N: usize>(&mut self, spellings: [(&str, Option<T>); N]) -> Option<T> {
        let mut given = spellings.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let (first, value) = given.next()?;
        self.errors.extend(given.map(|(name, _)| FieldError {
            location: format!("body.{name}"),
            message: format!("says the same as `{first}`, which is there too"),
            fix: Some("Send only one of the two.".to_owned()),
        }));
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn filter_of(request: Value) -> Result<AuditFilter, Problem> {
        filter(serde_json::from_value(request).unwrap())
    }

    #[test]
    fn both_spellings_are_understood() {
        let one = json!({ "event": "key.create", "resourceId": "key_1", "since": 1, "until": 2 });
        let list = json!({ "events": ["key.create"], "targetIds": ["key_1"], "from": 1, "to": 2 });
        for request in [one, list] {
            let filter = filter_of(request).unwrap();
            assert_eq!(filter.events, ["key.create"]);
            assert_eq!(filter.resource_ids, ["key_1"]);
            assert!(filter.actor_ids.is_empty());
            assert_eq!((filter.since, filter.until), (Some(Timestamp(1)), Some(Timestamp(2))));
        }
    }

    #[test]
    fn two_spellings_of_the_same_are_refused() {
        let request = json!({ "event": "a", "events": ["b"], "since": 1, "from": 1 });
        let problem = filter_of(request).unwrap_err();
        let places: Vec<_> = problem.errors.iter().map(|error| &*error.location).collect();
        assert_eq!(places, ["body.events", "body.from"]);
    }
}
