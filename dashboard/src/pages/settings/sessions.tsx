//! Sessions.

import { Page } from "@/ui/page";

/** Sessions. */
export function Sessions() {
  return <Page title="Sessions">{null}</Page>;
}
