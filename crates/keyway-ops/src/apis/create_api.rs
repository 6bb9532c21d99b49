//! `apis.createApi`

use keyway_core::api::Api;
use keyway_core::environment::Environment;
use keyway_core::id::ApiId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::ApiName;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    name: ApiName,
    /// Which of your environments it serves; none if left out.
    environment: Option<Environment>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    api_id: ApiId,
}

/// Creates an API. A caller that is limited to environments must name one of them.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::CreateApi.everywhere())?;
    caller.enter(request.environment.as_ref())?;

    let api = Api {
        id: ApiId::generate(&app.entropy),
        workspace_id: caller.workspace().clone(),
        name: request.name.0,
        environment: request.environment,
        default_prefix: None,
        default_byte_length: None,
        ip_allowlist: Vec::new(),
        delete_protection: false,
        store_encrypted_keys: false,
        checksum: true,
        created_at: caller.now,
        updated_at: None,
    };
    app.store.insert_api(&api, &caller.trail(&app)).await?;

    Reply::new(Response { api_id: api.id })
}
