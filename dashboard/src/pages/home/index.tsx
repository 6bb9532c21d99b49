//! Home.

import { Page } from "@/ui/page";

/** Home. */
export function Home() {
  return <Page title="Home">{null}</Page>;
}
