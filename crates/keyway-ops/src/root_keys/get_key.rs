//! `rootKeys.getKey`

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RootKeyView, open_root_key};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
}

/// Reads a root key with all that it may do.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<RootKeyView> {
    caller.require(Action::ReadRootKey.everywhere())?;
    let root_key = open_root_key(&app, &caller, request.key_id.0).await?;

    Reply::new(RootKeyView::from(root_key))
}
