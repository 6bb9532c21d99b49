//! `workspaces.updateWorkspace`

use keyway_core::id::WorkspaceId;
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use keyway_core::workspace::WorkspaceChange;
use schemars::JsonSchema;
use serde::Deserialize;

use super::open_workspace;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{WorkspaceIdField, WorkspaceName};
use crate::problem::{Code, Problem};
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    workspace_id: WorkspaceIdField,
    name: Option<WorkspaceName>,
    /// A disabled workspace answers no request.
    enabled: Option<bool>,
    /// How many requests its root keys may send per minute; `null` is unlimited.
    #[serde(default)]
    #[schemars(range(min = 0))]
    requests_per_minute: Patch<i64>,
}

/// Changes a workspace: the caller's own, or any for whoever manages the instance. The caller
/// can't shut out itself, because nobody might be left to undo it.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    let id = WorkspaceId::from(request.workspace_id.0);
    let is_own = id == *caller.workspace();
    if is_own {
        require_update(&caller)?;
    }
    let (workspace, _) = open_workspace(&app, &caller, &id).await?;
    let shuts_out = request.enabled == Some(false) || request.requests_per_minute == Patch::Set(0);
    if is_own && shuts_out {
        let detail = "A root key can't shut out its own workspace. Use a root key of another \
                      workspace that manages the instance.";
        return Err(Problem::new(Code::PreconditionFailed, detail));
    }

    let change = WorkspaceChange {
        name: request.name.map(|name| name.0),
        enabled: request.enabled,
        requests_per_minute: request.requests_per_minute,
    };
    app.store.update_workspace(&workspace.id, &change, &caller.trail(&app)).await?;

    Reply::empty()
}

/// Refuses unless the caller may change its own workspace, as such or as one of the instance's.
fn require_update(caller: &Caller) -> Result<(), Problem> {
    let sufficient = [Action::UpdateWorkspace, Action::ManageWorkspaces].map(Action::everywhere);
    if sufficient.into_iter().any(|permission| caller.may(permission)) {
        return Ok(());
    }
    let missing = sufficient.map(|permission| permission.to_string()).to_vec();
    Err(Problem { missing, ..Problem::foreign() })
}
