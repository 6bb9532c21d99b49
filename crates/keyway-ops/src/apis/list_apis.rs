//! `apis.listApis`

use keyway_core::api::ApiSummary;
use keyway_core::environment::Environment;
use keyway_core::id::ApiId;
use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{ApiIdField, Cursor, Limit, Search, page};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    limit: Option<Limit>,
    cursor: Option<Cursor>,
    /// Part of the name or id.
    search: Option<Search>,
    /// Only these APIs.
    #[schemars(length(max = 100))]
    api_ids: Option<Vec<ApiIdField>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    id: ApiId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Environment>,
    key_count: i64,
    delete_protection: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_byte_length: Option<i64>,
    store_encrypted_keys: bool,
    checksum: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ip_allowlist: Vec<String>,
    created_at: Timestamp,
}

impl From<ApiSummary> for Item {
    fn from(ApiSummary { api, key_count }: ApiSummary) -> Self {
        Self {
            id: api.id,
            name: api.name,
            environment: api.environment,
            key_count,
            delete_protection: api.delete_protection,
            default_prefix: api.default_prefix,
            default_byte_length: api.default_byte_length,
            store_encrypted_keys: api.store_encrypted_keys,
            checksum: api.checksum,
            ip_allowlist: api.ip_allowlist.iter().map(ToString::to_string).collect(),
            created_at: api.created_at,
        }
    }
}

/// Lists the APIs that the caller may read, and no others.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<Item>> {
    caller.require_somewhere(Action::ReadApi)?;

    let readable: Option<Vec<ApiId>> = caller
        .principal
        .permissions
        .scope(Action::ReadApi)
        .map(|ids| ids.into_iter().map(ApiId::from).collect());
    let asked: Option<Vec<ApiId>> =
        request.api_ids.map(|ids| ids.into_iter().map(|id| ApiId::from(id.0)).collect());
    let ids = match (readable, asked) {
        (Some(readable), Some(asked)) => {
            Some(asked.into_iter().filter(|id| readable.contains(id)).collect())
        }
        (readable, asked) => readable.or(asked),
    };
    let environments: Option<Vec<String>> = caller
        .principal
        .root_key
        .grant
        .environments
        .as_ref()
        .map(|all| all.iter().map(|environment| environment.0.clone()).collect());

    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let search = request.search.as_ref().and_then(Search::wanted);
    let found = app
        .store
        .list_apis(caller.workspace(), ids.as_deref(), environments.as_deref(), search, &page)
        .await?;

    Reply::page(found.map(Item::from))
}
