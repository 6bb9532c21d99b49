//! `rootKeys.whoami`

use keyway_core::environment::Environment;
use keyway_core::id::{ApiId, RootKeyId, WorkspaceId};
use keyway_core::root_key::RootRole;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// Always `rootkey`.
    #[serde(rename = "type")]
    kind: &'static str,
    key_id: RootKeyId,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    workspace_id: WorkspaceId,
    /// All that it may do: what was granted by name and what its roles stand for.
    permissions: Vec<String>,
    roles: Vec<RootRole>,
    /// The APIs to which the roles are limited; empty means all.
    api_ids: Vec<ApiId>,
    /// The environments to which everything is limited; absent means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    environments: Option<Vec<Environment>>,
    /// The last moment at which it is accepted; absent if it never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
}

/// Tells which root key is calling and what it may do.
pub async fn run(_: App, caller: Caller, _: Request) -> Outcome<Response> {
    let root_key = caller.principal.root_key.clone();

    Reply::new(Response {
        kind: "rootkey",
        permissions: root_key.grant.effective_permissions(),
        key_id: root_key.id,
        name: root_key.name,
        workspace_id: root_key.workspace_id,
        roles: root_key.grant.roles,
        api_ids: root_key.grant.api_ids,
        environments: root_key.grant.environments,
        expires: root_key.expires,
    })
}
