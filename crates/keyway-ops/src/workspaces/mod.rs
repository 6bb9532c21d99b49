//! Workspaces: the tenants of an instance.

use keyway_core::id::WorkspaceId;
use keyway_core::permission::Action;
use keyway_core::workspace::{Workspace, WorkspaceCounts};

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};

pub(crate) mod create_workspace;
pub(crate) mod delete_workspace;
pub(crate) mod get_workspace;
pub(crate) mod list_workspaces;
pub(crate) mod update_workspace;

/// The workspace with that id: the caller's own, or any for whoever manages the instance.
async fn open_workspace(
    app: &App,
    caller: &Caller,
    id: &WorkspaceId,
) -> Result<(Workspace, WorkspaceCounts), Problem> {
    let sealed = app.store.find_workspace(id).await?;
    if caller.may(Action::ManageWorkspaces.everywhere()) {
        let sealed = sealed.ok_or_else(|| Problem::absent(Code::WorkspaceNotFound))?;
        let (_, opened) = sealed.open_for_instance();
        return Ok(opened);
    }
    caller.open(sealed, Code::WorkspaceNotFound)
}
