//! Root keys.

import { Page } from "@/ui/page";

/** Root keys. */
export function RootKeys() {
  return <Page title="Root keys">{null}</Page>;
}
