//! Create root key.

import { Page } from "@/ui/page";

/** Create root key. */
export function RootKeyNew() {
  return <Page title="Create root key">{null}</Page>;
}
