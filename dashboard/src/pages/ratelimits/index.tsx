//! Rate limits.

import { Page } from "@/ui/page";

/** Rate limits. */
export function Ratelimits() {
  return <Page title="Rate limits">{null}</Page>;
}
