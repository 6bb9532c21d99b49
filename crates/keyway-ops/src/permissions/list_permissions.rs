//! `permissions.listPermissions`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Cursor, Limit, Search, page};
use crate::reply::{Outcome, Reply};
use crate::views::PermissionView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    limit: Option<Limit>,
    cursor: Option<Cursor>,
    /// Part of the id, slug, name or description.
    search: Option<Search>,
}

/// Lists the permissions of the workspace by id.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<PermissionView>> {
    caller.require(Action::ReadPermission.everywhere())?;
    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let search = request.search.as_ref().and_then(Search::wanted);
    let found = app.store.list_permissions(caller.workspace(), search, &page).await?;
    Reply::page(found.map(PermissionView::from))
}
