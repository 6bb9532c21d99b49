//! `ratelimit.setOverride`

use keyway_core::id::OverrideId;
use keyway_core::namespace::Override;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::find_namespace;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Identifier, NamespaceName};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its name or id.
    namespace: NamespaceName,
    /// What is limited; each `*` stands for any characters.
    identifier: Identifier,
    /// Units per window; 0 blocks.
    #[schemars(range(min = 0))]
    limit: i64,
    /// The length of a window in milliseconds.
    #[schemars(range(min = 1000))]
    duration: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    override_id: OverrideId,
}

/// Sets the limit of an identifier, or of all that match a pattern. It applies at once.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    let namespace = find_namespace(&app, &caller, &request.namespace).await?;
    caller.require(Action::SetOverride.on(namespace.id.as_str()))?;

    let wanted = Override {
        id: OverrideId::generate(&app.entropy),
        identifier: request.identifier.0,
        limit: request.limit,
        duration: request.duration,
    };
    let override_id = app.store.set_override(&namespace.id, &wanted, &caller.trail(&app)).await?;

    Reply::new(Response { override_id })
}
