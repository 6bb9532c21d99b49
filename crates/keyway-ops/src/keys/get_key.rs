//! `keys.getKey`

use keyway_core::id::KeyId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::refuse_decryption;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::reply::{Outcome, Reply};
use crate::views::KeyView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    /// Whether to show a recoverable key itself.
    #[serde(default)]
    decrypt: bool,
}

/// Reads a key, whatever its state.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<KeyView> {
    let id = KeyId::from(request.key_id.0);
    let key = caller.open_key(&app, &id, &[Action::ReadKey]).await?;
    if request.decrypt {
        refuse_decryption(&caller, &key.api.id)?;
    }
    Reply::new(key.into())
}
