//! `ratelimit.deleteOverride`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_namespace;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Identifier, NamespaceName};
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its name or id.
    namespace: NamespaceName,
    /// Exactly the text that the override was set for.
    identifier: Identifier,
}

/// Deletes an override. The next pattern, or the limit of the request, applies at once.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    let namespace = find_namespace(&app, &caller, &request.namespace).await?;
    caller.require(Action::DeleteOverride.on(namespace.id.as_str()))?;
    let trail = caller.trail(&app);
    app.store.delete_override(&namespace.id, &request.identifier, &trail).await?;
    Reply::empty()
}
