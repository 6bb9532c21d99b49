//! Root key.

import { Page } from "@/ui/page";

/** Root key. */
export function RootKeyDetail() {
  return <Page title="Root key">{null}</Page>;
}
