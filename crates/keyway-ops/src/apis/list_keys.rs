//! `apis.listKeys`

use keyway_core::id::ApiId;
use keyway_core::key::KeyFilter;
use keyway_core::page::PageOf;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Cursor, Limit, page};
use crate::keys::{require_vault, reveal};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::views::KeyView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    #[schemars(length(min = 1, max = 255))]
    api_id: String,
    limit: Option<Limit>,
    cursor: Option<Cursor>,
    /// Only keys of the identity with exactly this external id.
    #[schemars(length(min = 1, max = 255))]
    external_id: Option<String>,
    /// Whether to show recoverable keys themselves.
    #[serde(default)]
    decrypt: bool,
    /// Has no effect: answers are always current.
    #[serde(default)]
    #[expect(dead_code, reason = "SDKs send it")]
    revalidate_keys_cache: bool,
}

/// Lists the keys of an API.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<KeyView>> {
    let api =
        caller.open(app.store.find_api(&ApiId::from(request.api_id)).await?, Code::ApiNotFound)?;
    caller.require(Action::ReadKey.on(api.id.as_str()))?;
    caller.require(Action::ReadApi.on(api.id.as_str()))?;
    caller.enter(api.environment.as_ref())?;
    let vault = if request.decrypt {
        Some(require_vault(&app, &caller, Action::DecryptKey, &api.id).await?)
    } else {
        None
    };

    let filter = KeyFilter { api_id: api.id, external_id: request.external_id };
    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let found = app.store.list_keys(caller.workspace(), &filter, &page).await?;

    let Some(vault) = vault else {
        return Reply::page(found.map(KeyView::from));
    };
    let items = reveal(&app, &caller, vault, found.items).await?;
    Reply::page(PageOf { items, next: found.next })
}
