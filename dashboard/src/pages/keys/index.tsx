//! Keys.

import { Page } from "@/ui/page";

/** Keys. */
export function Keys() {
  return <Page title="Keys">{null}</Page>;
}
