//! Permissions.

import { Page } from "@/ui/page";

/** Permissions. */
export function Permissions() {
  return <Page title="Permissions">{null}</Page>;
}
