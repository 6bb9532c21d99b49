//! People.

import { Page } from "@/ui/page";

/** People. */
export function People() {
  return <Page title="People">{null}</Page>;
}
