//! `keys.updateCredits`

use keyway_core::credits::CreditsChange;
use keyway_core::id::KeyId;
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::problem::Problem;
use crate::reply::{Outcome, Reply};
use crate::views::CreditsView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    operation: Operation,
    /// How many credits. `null`, or nothing, makes the key unlimited when setting.
    #[serde(default)]
    #[schemars(range(min = 0))]
    value: Patch<i64>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Operation {
    Set,
    Increment,
    Decrement,
}

/// Sets or changes what is left of a key's credits. Changes are relative to what is really left.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<CreditsView> {
    let id = KeyId::from(request.key_id.0);
    let key = caller.open_key(&app, &id, &[Action::UpdateKey]).await?;

    let change = match (request.operation, request.value) {
        (Operation::Set, Patch::Set(remaining)) => {
            CreditsChange::Limited { remaining: Some(remaining), refill: Patch::Keep }
        }
        (Operation::Set, Patch::Clear | Patch::Keep) => CreditsChange::Unlimited,
        (Operation::Increment, Patch::Set(value)) => CreditsChange::Add(value),
        (Operation::Decrement, Patch::Set(value)) => CreditsChange::Add(-value),
        (Operation::Increment | Operation::Decrement, Patch::Clear | Patch::Keep) => {
            return Err(Problem::invalid_field(
                "body.value",
                "is required to increase or decrease credits",
                "Add the number of credits.",
            ));
        }
    };
    let credits = app.store.update_credits(&key.id, &change, &caller.trail(&app)).await?;

    Reply::new(credits.map_or(CreditsView { remaining: None, refill: None }, CreditsView::from))
}
