//! `identities.createIdentity`

use keyway_core::id::IdentityId;
use keyway_core::identity::Identity;
use keyway_core::permission::Action;
use keyway_core::ratelimit::Ratelimit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{ExternalId, MetaField};
use crate::reply::{Outcome, Reply};
use crate::views::{RatelimitRequest, new_ratelimits};

/// Unknown members are ignored, as SDKs send some.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Your own name for the owner.
    external_id: ExternalId,
    meta: Option<MetaField>,
    /// Limits that all keys of the identity share.
    #[schemars(length(max = 50))]
    #[serde(default)]
    ratelimits: Vec<RatelimitRequest>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    identity_id: IdentityId,
}

/// Creates an identity.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::CreateIdentity.everywhere())?;

    let limits = new_ratelimits(&app, request.ratelimits)?;
    let identity = Identity {
        id: IdentityId::generate(&app.entropy),
        external_id: request.external_id.0,
        meta: request.meta.map(MetaField::checked).transpose()?.unwrap_or_default(),
        ratelimits: limits
            .into_iter()
            .map(|limit| Ratelimit {
                id: limit.new_id,
                name: limit.name,
                limit: limit.limit,
                duration: limit.duration,
                auto_apply: limit.auto_apply,
            })
            .collect(),
    };
    app.store.insert_identity(&identity, &caller.trail(&app)).await?;

    Reply::new(Response { identity_id: identity.id })
}
