//! Settings.

import { Page } from "@/ui/page";

/** Settings. */
export function ApiSettings() {
  return <Page title="Settings">{null}</Page>;
}
