//! Key.

import { Page } from "@/ui/page";

/** Key. */
export function KeyDetail() {
  return <Page title="Key">{null}</Page>;
}
