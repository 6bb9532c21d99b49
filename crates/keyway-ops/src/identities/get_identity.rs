//! `identities.getIdentity`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_identity;
use crate::app::App;
use crate::caller::Caller;
use crate::reply::{Outcome, Reply};
use crate::views::IdentityView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or external id; the id comes first.
    #[schemars(length(min = 1))]
    identity: String,
}

/// Reads an identity.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<IdentityView> {
    let identity = find_identity(&app, &caller, &request.identity).await?;
    caller.require(Action::ReadIdentity.on(identity.id.as_str()))?;
    Reply::new(identity.into())
}
