//! P17: how much of one namespace passes.

import { NoAnalytics } from "@/ui/states";
import { NamespaceFrame } from "./frame";

/** Shows the decisions of a namespace over time, once the server keeps them. */
export function NamespaceUsage() {
  return (
    <NamespaceFrame title="Usage">
      {() => (
        <div className="grid gap-4 lg:grid-cols-2">
          <NoAnalytics chart="C6" what="Passed and blocked requests" />
          <NoAnalytics chart="C7" what="The busiest identifiers" />
        </div>
      )}
    </NamespaceFrame>
  );
}
