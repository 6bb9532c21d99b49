//! `identities.deleteIdentity`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_identity;
use crate::app::App;
use crate::caller::Caller;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or external id; the id comes first.
    #[schemars(length(min = 1))]
    identity: String,
}

/// Deletes an identity. Its keys stay valid and belong to nobody from then on.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require_somewhere(Action::DeleteIdentity)?;
    let identity = find_identity(&app, &caller, &request.identity).await?;
    caller.require(Action::DeleteIdentity.on(identity.id.as_str()))?;
    app.store.delete_identity(&identity.id, &caller.trail(&app)).await?;
    Reply::empty()
}
