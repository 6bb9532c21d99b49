//! Audit.

import { Page } from "@/ui/page";

/** Audit. */
export function Audit() {
  return <Page title="Audit">{null}</Page>;
}
