//! `apis.updateApi`

use keyway_core::api::ApiChange;
use keyway_core::environment::Environment;
use keyway_core::id::ApiId;
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ip_allowlist;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{ApiIdField, ApiName, Prefix};
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    api_id: ApiIdField,
    name: Option<ApiName>,
    /// Which of your environments it serves; `null` for none.
    #[serde(default)]
    environment: Patch<Environment>,
    /// The prefix of new keys that name none; `null` for none.
    #[serde(default)]
    default_prefix: Patch<Prefix>,
    /// How many random bytes new keys have that name no number; `null` for 16.
    #[serde(default)]
    #[schemars(range(min = 16, max = 255))]
    default_byte_length: Patch<i64>,
    /// Addresses and networks from which keys may be verified; an empty list allows all.
    #[schemars(length(max = 1000))]
    ip_allowlist: Option<Vec<String>>,
    delete_protection: Option<bool>,
    store_encrypted_keys: Option<bool>,
    /// Whether new keys end in a checksum.
    checksum: Option<bool>,
}

/// Changes the settings of an API.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require(Action::UpdateApi.on(&request.api_id))?;
    let api = caller.open_api(&app, &ApiId::from(request.api_id.0)).await?;
    match &request.environment {
        Patch::Keep => {}
        Patch::Clear => caller.enter(None)?,
        Patch::Set(environment) => caller.enter(Some(environment))?,
    }

    let change = ApiChange {
        name: request.name.map(|name| name.0),
        environment: request.environment,
        default_prefix: request.default_prefix.map(|prefix| prefix.0),
        default_byte_length: request.default_byte_length,
        ip_allowlist: request.ip_allowlist.as_deref().map(ip_allowlist).transpose()?,
        delete_protection: request.delete_protection,
        store_encrypted_keys: request.store_encrypted_keys,
        checksum: request.checksum,
    };
    app.store.update_api(&api.id, &change, &caller.trail(&app)).await?;

    Reply::empty()
}
