//! `ratelimit.listOverrides`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OverrideView, find_namespace};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Cursor, Limit, NamespaceName, page};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its name or id.
    namespace: NamespaceName,
    limit: Option<Limit>,
    cursor: Option<Cursor>,
}

/// Lists the overrides of a namespace by id; 50 unless the request says otherwise.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<OverrideView>> {
    let namespace = find_namespace(&app, &caller, &request.namespace).await?;
    caller.require(Action::ReadOverride.on(namespace.id.as_str()))?;
    let limit = request.limit.unwrap_or(Limit(50));
    let page = page(Some(&limit), request.cursor.as_ref());
    let found = app.store.list_overrides(&namespace.id, &page).await?;
    Reply::page(found.map(OverrideView::from))
}
