//! `ratelimit.updateNamespace`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_namespace;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::NamespaceName;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its name or id.
    namespace: NamespaceName,
    /// The new name.
    name: NamespaceName,
}

/// Renames a namespace. Its counters and overrides stay.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    let namespace = find_namespace(&app, &caller, &request.namespace).await?;
    caller.require(Action::UpdateNamespace.on(namespace.id.as_str()))?;
    app.store.rename_namespace(&namespace.id, &request.name, &caller.trail(&app)).await?;
    Reply::empty()
}
