//! Overrides.

import { Page } from "@/ui/page";

/** Overrides. */
export function Overrides() {
  return <Page title="Overrides">{null}</Page>;
}
