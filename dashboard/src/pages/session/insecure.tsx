//! Plain http from another machine: no password field, but the cause and what to do.

import { Button } from "@/ui/button";
import { SessionFrame } from "./frame";

/** Says why a password can't be sent here, and what to do. */
export function Insecure() {
  return (
    <SessionFrame title="This address is not encrypted">
      <p>
        You opened Keyway over plain http from another machine. A password or root key typed here could be read on the
        way, so signing in is off.
      </p>
      <h2 className="mt-4 font-semibold">Two ways to go on</h2>
      <ol className="mt-2 flex list-decimal flex-col gap-2 pl-5 text-text-2">
        <li>
          Put a TLS proxy before Keyway which sends <code>X-Forwarded-Proto: https</code>, and name the proxy in{" "}
          <code>server.trusted_proxies</code>.
        </li>
        <li>
          On a network that you trust, set <code>dashboard.allow_insecure_http=true</code> and restart.
        </li>
      </ol>
      <Button className="mt-5 w-full" onClick={() => location.reload()}>
        Try again
      </Button>
    </SessionFrame>
  );
}
