//! `identities.updateIdentity`

use keyway_core::identity::IdentityChange;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::find_identity;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::MetaField;
use crate::reply::{Outcome, Reply};
use crate::views::{IdentityView, RatelimitRequest, new_ratelimits};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its id or external id; the id comes first.
    #[schemars(length(min = 1))]
    identity: String,
    /// The complete new object.
    meta: Option<MetaField>,
    /// The complete new list; limits of the same name keep their id.
    #[schemars(length(max = 50))]
    ratelimits: Option<Vec<RatelimitRequest>>,
}

/// Changes an identity; its keys follow at once.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<IdentityView> {
    caller.require_somewhere(Action::UpdateIdentity)?;
    let change = IdentityChange {
        ratelimits: request.ratelimits.map(|limits| new_ratelimits(&app, limits)).transpose()?,
        meta: request.meta.map(MetaField::checked).transpose()?,
    };
    let identity = find_identity(&app, &caller, &request.identity).await?;
    caller.require(Action::UpdateIdentity.on(identity.id.as_str()))?;

    let identity = app.store.update_identity(&identity.id, &change, &caller.trail(&app)).await?;

    Reply::new(identity.into())
}
