//! `keys.updateKey`

use keyway_core::credits::CreditsChange;
use keyway_core::id::{IdentityId, KeyId};
use keyway_core::key::{KeyChange, Owner};
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Expiry, ExternalId, KeyIdField, KeyName, MetaField, RoleName, Slug};
use crate::problem::Problem;
use crate::reply::{Empty, Outcome, Reply};
use crate::views::{RatelimitRequest, RefillRequest, new_ratelimits, wanted_permissions};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    #[serde(default)]
    name: Patch<KeyName>,
    /// Your own name for the owner; `null` unlinks the owner, who stays.
    #[serde(default)]
    external_id: Patch<ExternalId>,
    #[serde(default)]
    meta: Patch<MetaField>,
    /// The last moment at which the key is valid; `null` for ever.
    #[serde(default)]
    expires: Patch<Expiry>,
    enabled: Option<bool>,
    /// `null` makes the key unlimited.
    #[serde(default)]
    credits: Patch<CreditsRequest>,
    /// The complete new list.
    #[schemars(length(max = 50))]
    ratelimits: Option<Vec<RatelimitRequest>>,
    /// The complete new list of permissions held directly.
    #[schemars(length(max = 1000))]
    permissions: Option<Vec<Slug>>,
    /// The complete new list of roles, which must exist.
    #[schemars(length(max = 100))]
    roles: Option<Vec<RoleName>>,
}

/// How often the key may be used.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct CreditsRequest {
    /// The new balance; `null` makes the key unlimited.
    #[serde(default)]
    #[schemars(range(min = 0))]
    remaining: Patch<i64>,
    /// The new refill; `null` drops it.
    #[serde(default)]
    refill: Patch<RefillRequest>,
}

/// Changes a key.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    let id = KeyId::from(request.key_id.0);
    let key = caller.open_key(&app, &id, &[Action::UpdateKey]).await?;

    let change = KeyChange {
        name: request.name.map(|name| name.0),
        owner: request.external_id.map(|external_id| Owner {
            new_id: IdentityId::generate(&app.entropy),
            external_id: external_id.0,
        }),
        meta: match request.meta {
            Patch::Set(meta) => Patch::Set(meta.checked()?),
            Patch::Clear => Patch::Clear,
            Patch::Keep => Patch::Keep,
        },
        expires: request.expires.map(Into::into),
        enabled: request.enabled,
        credits: credits(request.credits)?,
        ratelimits: request.ratelimits.map(|limits| new_ratelimits(&app, limits)).transpose()?,
        permissions: request.permissions.map(|names| wanted_permissions(&app, names)),
        roles: request.roles.map(|roles| roles.into_iter().map(|role| role.0).collect()),
        ..KeyChange::default()
    };
    app.store.update_key(&key.id, &change, &caller.trail(&app)).await?;

    Reply::empty()
}

fn credits(request: Patch<CreditsRequest>) -> Result<Option<CreditsChange>, Problem> {
    let request = match request {
        Patch::Keep => return Ok(None),
        Patch::Clear => return Ok(Some(CreditsChange::Unlimited)),
        Patch::Set(request) => request,
    };
    let refill = match request.refill {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(refill) => Patch::Set(refill.checked()?),
    };
    match (request.remaining, refill) {
        (Patch::Keep, Patch::Keep) => Ok(None),
        (Patch::Clear, Patch::Set(_)) => Err(Problem::invalid_field(
            "body.credits.refill",
            "has no meaning for a key without a limit of uses",
            "Set `remaining` to a number, or leave out the refill.",
        )),
        (Patch::Clear, _) => Ok(Some(CreditsChange::Unlimited)),
        (Patch::Keep, refill) => Ok(Some(CreditsChange::Limited { remaining: None, refill })),
        (Patch::Set(remaining), refill) => {
            Ok(Some(CreditsChange::Limited { remaining: Some(remaining), refill }))
        }
    }
}
