//! `workspaces.deleteWorkspace`

use keyway_core::id::WorkspaceId;
use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use keyway_core::workspace::PURGE_DELAY;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open_workspace;
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{WorkspaceIdField, WorkspaceName};
use crate::problem::{Code, Problem};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    workspace_id: WorkspaceIdField,
    /// The name of the workspace, as a proof that it is the right one.
    confirm_name: WorkspaceName,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// When it is erased for good.
    purge_at: Timestamp,
}

/// Deletes a workspace with everything in it. Only the caller's own can't be deleted.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::ManageWorkspaces.everywhere())?;
    let id = WorkspaceId::from(request.workspace_id.0);
    let (workspace, _) = open_workspace(&app, &caller, &id).await?;
    if workspace.name != *request.confirm_name {
        return Err(Problem::invalid_field(
            "body.confirmName",
            "is not the name of this workspace",
            "Send the name exactly as workspaces.getWorkspace shows it.",
        ));
    }
    if workspace.id == *caller.workspace() {
        let detail = "A root key can't delete its own workspace. Use one of another workspace.";
        return Err(Problem::new(Code::PreconditionFailed, detail));
    }

    let purge_at = caller.now.plus(PURGE_DELAY);
    app.store.delete_workspace(&workspace.id, purge_at, &caller.trail(&app)).await?;

    Reply::new(Response { purge_at })
}
