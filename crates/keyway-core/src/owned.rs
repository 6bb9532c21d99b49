//! Rows that belong to a workspace.

use crate::id::WorkspaceId;

/// A row read by id, sealed until somebody of its workspace asks for it. There is no other way
/// to the row, so an operation can't forget whose it is.
#[derive(Clone, Debug)]
pub struct Owned<T> {
    workspace: WorkspaceId,
    row: T,
}

/// The row exists, but in another workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign;

impl<T> Owned<T> {
    /// Seals a row that storage has read.
    pub fn seal(workspace: WorkspaceId, row: T) -> Self {
        Self { workspace, row }
    }

    /// The row, if it belongs to `workspace`.
    pub fn open(self, workspace: &WorkspaceId) -> Result<T, Foreign> {
        if self.workspace == *workspace { Ok(self.row) } else { Err(Foreign) }
    }

    /// The row for whoever administers the whole instance, with the workspace it belongs to.
    pub fn open_for_instance(self) -> (WorkspaceId, T) {
        (self.workspace, self.row)
    }
}
