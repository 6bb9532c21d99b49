//! `ratelimit.deleteNamespace`

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
}

/// Deletes a namespace. Checks in it are refused from then on, and its name stays taken.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    let namespace = find_namespace(&app, &caller, &request.namespace).await?;
    caller.require(Action::DeleteNamespace.on(namespace.id.as_str()))?;
    app.store.delete_namespace(&namespace.id, &caller.trail(&app)).await?;
    Reply::empty()
}
