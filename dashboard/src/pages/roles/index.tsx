//! Roles.

import { Page } from "@/ui/page";

/** Roles. */
export function Roles() {
  return <Page title="Roles">{null}</Page>;
}
