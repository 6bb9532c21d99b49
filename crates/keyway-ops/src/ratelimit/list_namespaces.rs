//! `ratelimit.listNamespaces`

use keyway_core::id::NamespaceId;
use keyway_core::namespace::NamespaceSummary;
use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Cursor, Limit, Search, page};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    limit: Option<Limit>,
    cursor: Option<Cursor>,
    /// Part of the name or id.
    search: Option<Search>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    id: NamespaceId,
    name: String,
    override_count: i64,
    created_at: Timestamp,
}

impl From<NamespaceSummary> for Item {
    fn from(summary: NamespaceSummary) -> Self {
        Self {
            id: summary.namespace.id,
            name: summary.namespace.name,
            override_count: summary.override_count,
            created_at: summary.created_at,
        }
    }
}

/// Lists the namespaces that the caller may read, and no others.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<Item>> {
    caller.require_somewhere(Action::ReadNamespace)?;

    let readable: Option<Vec<NamespaceId>> = caller
        .principal
        .permissions
        .scope(Action::ReadNamespace)
        .map(|ids| ids.into_iter().map(NamespaceId::from).collect());
    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let search = request.search.as_ref().and_then(Search::wanted);
    let found =
        app.store.list_namespaces(caller.workspace(), readable.as_deref(), search, &page).await?;

    Reply::page(found.map(Item::from))
}
