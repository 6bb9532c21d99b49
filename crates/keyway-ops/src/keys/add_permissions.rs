//! `keys.addPermissions`

use keyway_core::id::KeyId;
use keyway_core::key::SetChange;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{KeyIdField, Slug};
use crate::reply::{Outcome, Reply};
use crate::views::{PermissionView, wanted_permissions};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    /// Slugs or ids. Unknown slugs are created if the caller may create permissions.
    #[schemars(length(min = 1, max = 1000))]
    permissions: Vec<Slug>,
}

/// Gives permissions to a key; answers all that it holds directly.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<PermissionView>> {
    let id = KeyId::from(request.key_id.0);
    let key = caller.open_key(&app, &id, &[Action::UpdateKey]).await?;
    caller.require(Action::AddPermissionToKey.everywhere())?;

    let wanted = wanted_permissions(&app, request.permissions);
    let may_create = caller.may(Action::CreatePermission.everywhere());
    let trail = caller.trail(&app);
    let now_held = app
        .store
        .change_key_permissions(&key.id, SetChange::Add, &wanted, may_create, &trail)
        .await?;

    Reply::new(now_held.into_iter().map(PermissionView::from).collect())
}
