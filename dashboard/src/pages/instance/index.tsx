//! Instance.

import { Page } from "@/ui/page";

/** Instance. */
export function Instance() {
  return <Page title="Instance">{null}</Page>;
}
