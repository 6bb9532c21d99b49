//! API.

import { Page } from "@/ui/page";

/** API. */
export function ApiUsage() {
  return <Page title="API">{null}</Page>;
}
