//! Create key.

import { Page } from "@/ui/page";

/** Create key. */
export function KeyNew() {
  return <Page title="Create key">{null}</Page>;
}
