//! `rootKeys.deleteKey`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{managers, open_root_key};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
}

/// Deletes a root key, which may be the caller itself.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require(Action::DeleteRootKey.everywhere())?;
    let target = open_root_key(&app, &caller, request.key_id.0).await?;

    managers::check_left(&app, &caller, &target, None).await?;

    app.store.delete_root_key(&target.id, &caller.trail(&app)).await?;

    Reply::empty()
}
