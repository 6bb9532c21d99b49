//! `keys.deleteKey`

use keyway_core::id::KeyId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    /// Whether to erase the key instead of hiding it.
    #[serde(default)]
    permanent: bool,
}

/// Deletes a key. It stops verifying at once.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    let id = KeyId::from(request.key_id.0);
    let key = caller.open_key(&app, &id, &[Action::DeleteKey]).await?;
    app.store.delete_key(&key.id, request.permanent, &caller.trail(&app)).await?;
    Reply::empty()
}
