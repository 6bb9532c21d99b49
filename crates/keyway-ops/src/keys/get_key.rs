//! `keys.getKey`

use keyway_core::id::KeyId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{require_vault, reveal};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::problem::{Code, Problem};
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
    if !request.decrypt {
        return Reply::new(key.into());
    }
    let vault = require_vault(&app, &caller, Action::DecryptKey, &key.api.id).await?;
    let mut shown = reveal(&app, &caller, vault, vec![key]).await?;
    shown.pop().map_or_else(|| Err(Problem::absent(Code::KeyNotFound)), Reply::new)
}
