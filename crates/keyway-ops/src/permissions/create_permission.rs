//! `permissions.createPermission`

use keyway_core::id::PermissionId;
use keyway_core::permission::Action;
use keyway_core::role::Permission;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Description, Slug};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    #[schemars(length(min = 1, max = 512))]
    name: String,
    /// What queries name.
    slug: Slug,
    description: Option<Description>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    permission_id: PermissionId,
}

/// Creates a permission.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::CreatePermission.everywhere())?;

    let permission = Permission {
        id: PermissionId::generate(&app.entropy),
        slug: request.slug.0,
        name: request.name,
        description: request.description.map(|text| text.0).filter(|text| !text.is_empty()),
    };
    app.store.insert_permission(&permission, &caller.trail(&app)).await?;

    Reply::new(Response { permission_id: permission.id })
}
