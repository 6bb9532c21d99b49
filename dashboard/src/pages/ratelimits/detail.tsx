//! Namespace.

import { Page } from "@/ui/page";

/** Namespace. */
export function NamespaceUsage() {
  return <Page title="Namespace">{null}</Page>;
}
