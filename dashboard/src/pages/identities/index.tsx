//! Identities.

import { Page } from "@/ui/page";

/** Identities. */
export function Identities() {
  return <Page title="Identities">{null}</Page>;
}
