//! Help.

import { Page } from "@/ui/page";

/** Help. */
export function Help() {
  return <Page title="Help">{null}</Page>;
}
