//! `ratelimit.getOverride`

use keyway_core::namespace::applying;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OverrideView, find_namespace};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Identifier, NamespaceName};
use crate::problem::{Code, Problem};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its name or id.
    namespace: NamespaceName,
    /// What is limited.
    identifier: Identifier,
}

/// Reads the override that applies to an identifier: its own, or the most specific pattern.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<OverrideView> {
    let namespace = find_namespace(&app, &caller, &request.namespace).await?;
    caller.require(Action::ReadOverride.on(namespace.id.as_str()))?;
    let overrides = app.store.overrides_for(&namespace.id, &request.identifier).await?;
    let found = applying(&overrides, &request.identifier).cloned();
    found.map_or_else(
        || Err(Problem::absent(Code::OverrideNotFound)),
        |each| Reply::new(each.into()),
    )
}
