//! `permissions.createRole`

use keyway_core::id::RoleId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Description, RoleName, Slug};
use crate::reply::{Outcome, Reply};
use crate::views::wanted_permissions;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    name: RoleName,
    description: Option<Description>,
    /// Slugs or ids. Unknown slugs are created if the caller may create permissions.
    #[schemars(length(max = 1000))]
    #[serde(default)]
    permissions: Vec<Slug>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    role_id: RoleId,
}

/// Creates a role.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::CreateRole.everywhere())?;
    if !request.permissions.is_empty() {
        caller.require(Action::AddPermissionToRole.everywhere())?;
    }

    let id = RoleId::generate(&app.entropy);
    let description = request.description.as_deref().filter(|text| !text.is_empty());
    let wanted = wanted_permissions(&app, request.permissions);
    let may_create = caller.may(Action::CreatePermission.everywhere());
    let trail = caller.trail(&app);
    app.store.insert_role(&id, &request.name, description, &wanted, may_create, &trail).await?;

    Reply::new(Response { role_id: id })
}
