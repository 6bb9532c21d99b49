//! `apis.deleteApi`

use keyway_core::backend::store::StoreError;
use keyway_core::id::ApiId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::ApiIdField;
use crate::problem::{Code, Problem};
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    api_id: ApiIdField,
}

/// Deletes an API. Its keys stop verifying at once.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require(Action::DeleteApi.on(&request.api_id))?;
    let api = caller.open_api(&app, &ApiId::from(request.api_id.0)).await?;

    match app.store.delete_api(&api.id, &caller.trail(&app)).await {
        Err(StoreError::Unfit(detail)) => Err(Problem::new(Code::ProtectedResource, detail)),
        Err(error) => Err(error.into()),
        Ok(()) => Reply::empty(),
    }
}
