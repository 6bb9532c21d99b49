//! `keys.addRoles`

use keyway_core::id::KeyId;
use keyway_core::key::SetChange;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{KeyIdField, RoleName};
use crate::reply::{Outcome, Reply};
use crate::views::RoleView;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    /// Names or ids of roles, which must exist.
    #[schemars(length(min = 1, max = 100))]
    roles: Vec<RoleName>,
}

/// Gives roles to a key; answers all that it has.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<RoleView>> {
    let id = KeyId::from(request.key_id.0);
    let key = caller.open_key(&app, &id, &[Action::UpdateKey]).await?;
    caller.require(Action::AddRoleToKey.everywhere())?;

    let roles: Vec<String> = request.roles.into_iter().map(|role| role.0).collect();
    let trail = caller.trail(&app);
    let now_held = app.store.change_key_roles(&key.id, SetChange::Add, &roles, &trail).await?;

    Reply::new(now_held.into_iter().map(RoleView::from).collect())
}
