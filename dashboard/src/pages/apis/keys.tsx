//! Keys.

import { Page } from "@/ui/page";

/** Keys. */
export function ApiKeys() {
  return <Page title="Keys">{null}</Page>;
}
