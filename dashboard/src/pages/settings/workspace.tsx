//! Workspace.

import { Page } from "@/ui/page";

/** Workspace. */
export function WorkspaceSettings() {
  return <Page title="Workspace">{null}</Page>;
}
