//! Identity.

import { Page } from "@/ui/page";

/** Identity. */
export function IdentityDetail() {
  return <Page title="Identity">{null}</Page>;
}
