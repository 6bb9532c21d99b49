//! P05: the usage of one API.

import { NoAnalytics } from "@/ui/states";
import { ApiFrame } from "./frame";

/** Shows how an API is used, once the server keeps analytics. */
export function ApiUsage() {
  return (
    <ApiFrame title="Usage">
      {() => <NoAnalytics chart="C1" what="Verifications by outcome, active keys and the busiest callers" />}
    </ApiFrame>
  );
}
