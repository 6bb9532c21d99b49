//! `workspaces.getWorkspace`

use keyway_core::id::WorkspaceId;
use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use keyway_core::workspace::WorkspaceCounts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open_workspace;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::WorkspaceIdField;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// The caller's own if absent.
    workspace_id: Option<WorkspaceIdField>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    id: WorkspaceId,
    name: String,
    slug: String,
    enabled: bool,
    created_at: Timestamp,
    counts: Counts,
    limits: Limits,
}

/// How much it holds.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Counts {
    apis: i64,
    keys: i64,
    identities: i64,
    roles: i64,
    permissions: i64,
    namespaces: i64,
    root_keys: i64,
}

impl From<WorkspaceCounts> for Counts {
    fn from(counts: WorkspaceCounts) -> Self {
        Self {
            apis: counts.apis,
            keys: counts.keys,
            identities: counts.identities,
            roles: counts.roles,
            permissions: counts.permissions,
            namespaces: counts.namespaces,
            root_keys: counts.root_keys,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Limits {
    /// How many requests its root keys may send per minute; `null` is unlimited.
    #[schemars(extend("x-nullable" = true))]
    requests_per_minute: Option<i64>,
}

/// Reads a workspace: the caller's own, or any for whoever manages the instance.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    let own = caller.workspace().clone();
    let id = request.workspace_id.map_or_else(|| own.clone(), |id| WorkspaceId::from(id.0));
    if id == own {
        caller.require(Action::ReadWorkspace.everywhere())?;
    }
    let (workspace, counts) = open_workspace(&app, &caller, &id).await?;

    Reply::new(Response {
        id: workspace.id,
        name: workspace.name,
        slug: workspace.slug,
        enabled: workspace.enabled,
        created_at: workspace.created_at,
        counts: Counts::from(counts),
        limits: Limits { requests_per_minute: workspace.requests_per_minute },
    })
}
