//! `apis.getApi`

use keyway_core::environment::Environment;
use keyway_core::id::ApiId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::ApiIdField;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    api_id: ApiIdField,
}

#[derive(Serialize, JsonSchema)]
pub struct Response {
    id: ApiId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Environment>,
}

/// Reads an API.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::ReadApi.on(&request.api_id))?;
    let api = caller.open_api(&app, &ApiId::from(request.api_id.0)).await?;
    Reply::new(Response { id: api.id, name: api.name, environment: api.environment })
}
