//! Namespace settings.

import { Page } from "@/ui/page";

/** Namespace settings. */
export function NamespaceSettings() {
  return <Page title="Namespace settings">{null}</Page>;
}
