//! `identities.listIdentities`

use keyway_core::id::IdentityId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Cursor, Limit, Search, page};
use crate::reply::{Outcome, Reply};
use crate::views::IdentityView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    limit: Option<Limit>,
    cursor: Option<Cursor>,
    /// Part of the id or external id.
    search: Option<Search>,
}

/// Lists the identities that the caller may read, and no others.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<IdentityView>> {
    caller.require_somewhere(Action::ReadIdentity)?;

    let readable: Option<Vec<IdentityId>> = caller
        .principal
        .permissions
        .scope(Action::ReadIdentity)
        .map(|ids| ids.into_iter().map(IdentityId::from).collect());
    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let search = request.search.as_ref().and_then(Search::wanted);
    let found =
        app.store.list_identities(caller.workspace(), readable.as_deref(), search, &page).await?;

    Reply::page(found.map(IdentityView::from))
}
