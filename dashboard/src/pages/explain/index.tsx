//! Explain.

import { Page } from "@/ui/page";

/** Explain. */
export function Explain() {
  return <Page title="Explain">{null}</Page>;
}
