//! `keys.deleteKey`

use keyway_core::id::KeyId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::problem::Code;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    /// Whether to erase the key instead of hiding it.
    #[serde(default)]
    permanent: bool,
}

/// Deletes a key. It stops verifying at once. One that is only hidden can still be erased.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    let id = KeyId::from(request.key_id.0);
    let hidden = if request.permanent { app.store.find_deleted_key(&id).await? } else { None };
    if let Some(api) = hidden {
        let api = caller.open(Some(api), Code::KeyNotFound)?;
        caller.require(Action::DeleteKey.on(api.id.as_str()))?;
        caller.enter(api.environment.as_ref())?;
    } else {
        caller.open_key(&app, &id, &[Action::DeleteKey]).await?;
    }
    app.store.delete_key(&id, request.permanent, &caller.trail(&app)).await?;
    Reply::empty()
}
