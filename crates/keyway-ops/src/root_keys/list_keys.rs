//! `rootKeys.listKeys`

use keyway_core::permission::Action;
use keyway_core::root_key::RootKeyFilter;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RootKeyView, rules};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Cursor, Limit, Search, page};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    limit: Option<Limit>,
    cursor: Option<Cursor>,
    /// Part of the name, the start or the id.
    search: Option<Search>,
}

/// Lists the root keys of the workspace. A caller that is limited to environments may find a
/// page shorter than its limit although more follow.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<RootKeyView>> {
    caller.require(Action::ReadRootKey.everywhere())?;

    let search = request.search.as_ref().and_then(Search::wanted).map(str::to_owned);
    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let filter = RootKeyFilter { search };
    let mut found = app.store.list_root_keys(caller.workspace(), &filter, &page).await?;
    found.items.retain(|root_key| {
        rules::check_environments(&caller, root_key.grant.environments.as_deref()).is_ok()
    });

    Reply::page(found.map(RootKeyView::from))
}
