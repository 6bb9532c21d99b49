//! `keys.listKeys`

use keyway_core::id::ApiId;
use keyway_core::key::{KeySearch, KeySort, KeyStatus};
use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{ApiIdField, Cursor, Limit, Search, page};
use crate::problem::Problem;
use crate::reply::{Outcome, Reply};
use crate::views::KeyView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    limit: Option<Limit>,
    cursor: Option<Cursor>,
    /// Only keys of this API.
    api_id: Option<ApiIdField>,
    /// A whole id, or the beginning of a start, name or external id.
    search: Option<Search>,
    #[schemars(length(max = 6))]
    #[serde(default)]
    status: Vec<KeyStatus>,
    /// Exactly this external id.
    #[schemars(length(min = 1, max = 255))]
    external_id: Option<String>,
    /// A top-level free member with exactly this value.
    meta: Option<MetaRequest>,
    /// A role by name or id.
    #[schemars(length(min = 1, max = 255))]
    role: Option<String>,
    /// A permission by slug or id, held directly or through a role.
    #[schemars(length(min = 1, max = 255))]
    permission: Option<String>,
    expires_after: Option<Timestamp>,
    expires_before: Option<Timestamp>,
    last_used_after: Option<Timestamp>,
    /// Keys that were never used count as used before everything.
    last_used_before: Option<Timestamp>,
    created_after: Option<Timestamp>,
    created_before: Option<Timestamp>,
    #[serde(default)]
    sort: KeySort,
    #[serde(default)]
    order: Order,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct MetaRequest {
    #[schemars(length(min = 1, max = 255))]
    member: String,
    /// A text, number or truth value.
    value: Value,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Order {
    #[default]
    Asc,
    Desc,
}

#[derive(Serialize, JsonSchema)]
pub struct Item {
    #[serde(flatten)]
    key: KeyView,
    status: KeyStatus,
}

/// Finds keys of the workspace, of those APIs whose keys the caller may read.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<Item>> {
    caller.require_somewhere(Action::ReadKey)?;
    caller.require_somewhere(Action::ReadApi)?;
    if let Some(id) = &request.api_id {
        caller.open_api(&app, &ApiId::from(id.0.as_str())).await?;
        caller.require(Action::ReadKey.on(id))?;
        caller.require(Action::ReadApi.on(id))?;
    }

    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let search = search(&caller, request)?;
    let found = app.store.search_keys(caller.workspace(), &search, &page).await?;

    Reply::page(found.map(|key| Item { status: KeyStatus::of(&key, caller.now), key: key.into() }))
}

fn search(caller: &Caller, request: Request) -> Result<KeySearch, Problem> {
    let meta = request.meta.map(|meta| (meta.member, meta.value));
    if meta.as_ref().is_some_and(|(_, value)| value.is_object() || value.is_array()) {
        return Err(Problem::invalid_field(
            "body.meta.value",
            "must be a text, a number, true, false or null",
            "Search for one plain member.",
        ));
    }
    let environments = caller.principal.root_key.grant.environments.as_ref();
    Ok(KeySearch {
        api_ids: match request.api_id {
            Some(id) => Some(vec![ApiId::from(id.0)]),
            None => readable_apis(caller),
        },
        environments: environments.map(|all| all.iter().map(|each| each.0.clone()).collect()),
        text: request.search.as_ref().and_then(Search::wanted).map(str::to_owned),
        status: request.status,
        external_id: request.external_id,
        meta,
        role: request.role,
        permission: request.permission,
        expires: (request.expires_after, request.expires_before),
        last_used: (request.last_used_after, request.last_used_before),
        created: (request.created_after, request.created_before),
        now: caller.now,
        sort: request.sort,
        descending: matches!(request.order, Order::Desc),
    })
}

/// The APIs of which the caller may read both the API and its keys; `None` is all.
fn readable_apis(caller: &Caller) -> Option<Vec<ApiId>> {
    let permissions = &caller.principal.permissions;
    match (permissions.scope(Action::ReadKey), permissions.scope(Action::ReadApi)) {
        (None, None) => None,
        (Some(ids), None) | (None, Some(ids)) => Some(ids.into_iter().map(ApiId::from).collect()),
        (Some(keys), Some(apis)) => {
            Some(keys.into_iter().filter(|id| apis.contains(id)).map(ApiId::from).collect())
        }
    }
}
