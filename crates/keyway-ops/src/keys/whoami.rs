//! `keys.whoami`

use keyway_core::permission::Action;
use keyway_core::secret::KeyHash;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyText;
use crate::problem::{Code, Problem};
use crate::reply::{Outcome, Reply};
use crate::views::KeyView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// The whole key.
    key: KeyText,
}

/// Reads the key that has the given secret. It doesn't count as a use.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<KeyView> {
    let found = app.store.find_key_by_hash(&KeyHash::of(&request.key)).await?;
    let key = caller.open(found, Code::KeyNotFound)?;
    if key.pending_migration.is_some() {
        // What was hashed is a part of the key, and a part is no key.
        return Err(Problem::absent(Code::KeyNotFound));
    }
    caller.require(Action::ReadKey.on(key.api.id.as_str()))?;
    caller.enter(key.api.environment.as_ref())?;
    Reply::new(key.into())
}
