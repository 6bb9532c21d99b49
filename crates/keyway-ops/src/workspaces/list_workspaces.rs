//! `workspaces.listWorkspaces`

use keyway_core::id::WorkspaceId;
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
    /// Part of the name, the slug or the id.
    search: Option<Search>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    id: WorkspaceId,
    name: String,
    slug: String,
    enabled: bool,
    created_at: Timestamp,
    key_count: i64,
}

/// Lists the workspaces of the instance.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<Item>> {
    caller.require(Action::ManageWorkspaces.everywhere())?;

    let search = request.search.as_ref().and_then(Search::wanted);
    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let found = app.store.list_workspaces(search, &page).await?;

    Reply::page(found.map(|(workspace, key_count)| Item {
        id: workspace.id,
        name: workspace.name,
        slug: workspace.slug,
        enabled: workspace.enabled,
        created_at: workspace.created_at,
        key_count,
    }))
}
