//! `keys.createKey`

use keyway_core::credits::Credits;
use keyway_core::id::{ApiId, IdentityId, KeyId};
use keyway_core::key::{NewKey, Owner};
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Minted, mint, require_vault};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{ApiIdField, Expiry, ExternalId, KeyName, MetaField, Prefix, RoleName, Slug};
use crate::problem::{Code, Problem};
use crate::reply::{Outcome, Reply};
use crate::views::{RatelimitRequest, RefillRequest, new_ratelimits, wanted_permissions};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    api_id: ApiIdField,
    /// Stands before the secret, with an underscore between.
    prefix: Option<Prefix>,
    name: Option<KeyName>,
    /// How many random bytes the secret has.
    #[schemars(range(min = 16, max = 255))]
    byte_length: Option<i64>,
    /// Your own name for the owner; an identity is created if there is none of that name.
    external_id: Option<ExternalId>,
    meta: Option<MetaField>,
    /// Names of roles, which must exist.
    #[schemars(length(max = 100))]
    #[serde(default)]
    roles: Vec<RoleName>,
    /// Slugs of permissions, which are created if they don't exist.
    #[schemars(length(max = 1000))]
    #[serde(default)]
    permissions: Vec<Slug>,
    /// The last moment at which the key is valid.
    expires: Option<Expiry>,
    credits: Option<CreditsRequest>,
    #[schemars(length(max = 50))]
    #[serde(default)]
    ratelimits: Vec<RatelimitRequest>,
    #[serde(default = "enabled")]
    enabled: bool,
    /// Whether the key can be shown again later.
    #[serde(default)]
    recoverable: bool,
}

fn enabled() -> bool {
    true
}

/// How often the key may be used.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct CreditsRequest {
    /// How often it may be used; `null` is without limit.
    #[schemars(required, range(min = 0))]
    remaining: Patch<i64>,
    refill: Option<RefillRequest>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    key_id: KeyId,
    /// The key itself; it is shown only here.
    key: String,
}

/// Creates a key.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    let id = ApiId::from(request.api_id.0);
    let api = caller.open(app.store.find_api(&id).await?, Code::ApiNotFound)?;
    caller.require(Action::CreateKey.on(api.id.as_str()))?;
    if request.recoverable {
        caller.require(Action::EncryptKey.on(api.id.as_str()))?;
    }
    caller.enter(api.environment.as_ref())?;
    let vault = if request.recoverable {
        Some(require_vault(&app, &caller, Action::EncryptKey, &api.id).await?)
    } else {
        None
    };

    let prefix = request.prefix.map(|prefix| prefix.0).or(api.default_prefix.clone());
    let bytes = request.byte_length.or(api.default_byte_length).unwrap_or(16);
    let Minted { secret, prefix, unchecked_length } = mint(&app, &api, prefix, bytes);
    let key_id = KeyId::generate(&app.entropy);
    let sealed = match vault {
        Some(vault) => Some(vault.seal(&app, &caller, &key_id, &secret).await?),
        None => None,
    };
    let key = NewKey {
        id: key_id,
        api_id: api.id,
        hash: secret.hash(),
        start: secret.start(prefix.as_deref()),
        name: request.name.map(|name| name.0),
        meta: request.meta.map(MetaField::checked).transpose()?.unwrap_or_default(),
        enabled: request.enabled,
        expires: request.expires.map(Into::into),
        credits: request.credits.map(credits).transpose()?.flatten(),
        owner: request.external_id.map(|external_id| Owner {
            new_id: IdentityId::generate(&app.entropy),
            external_id: external_id.0,
        }),
        ratelimits: new_ratelimits(&app, request.ratelimits)?,
        permissions: wanted_permissions(&app, request.permissions),
        roles: request.roles.into_iter().map(|role| role.0).collect(),
        byte_length: Some(bytes),
        unchecked_length,
        sealed,
    };
    app.store.insert_key(&key, &caller.trail(&app)).await?;

    Reply::new(Response { key_id: key.id, key: secret.reveal_once() })
}

/// The balance of a new key; none if it is unlimited.
pub(super) fn credits(request: CreditsRequest) -> Result<Option<Credits>, Problem> {
    let refill = request.refill.map(RefillRequest::checked).transpose()?;
    match (request.remaining, refill) {
        (Patch::Set(remaining), refill) => Ok(Some(Credits { remaining, refill })),
        (Patch::Clear | Patch::Keep, None) => Ok(None),
        (Patch::Clear | Patch::Keep, Some(_)) => Err(Problem::invalid_field(
            "body.credits.refill",
            "has no meaning for a key without a limit of uses",
            "Set `remaining` to a number, or leave out the refill.",
        )),
    }
}
