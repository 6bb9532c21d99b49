//! Role.

import { Page } from "@/ui/page";

/** Role. */
export function RoleEditor() {
  return <Page title="Role">{null}</Page>;
}
