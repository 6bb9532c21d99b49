//! The token of a link. It stands in the fragment, which no server or log sees.

import { useEffect, useState } from "react";
import { callSignedOut } from "@/api/rpc";

/** What the server says about a link. */
export interface LinkState {
  kind?: "setup" | "invite" | "reset";
  state: "valid" | "used" | "expired" | "unknown";
  email?: string;
  expiresAt?: number;
}

function take(): string {
  const token = location.hash.slice(1);
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}

let kept = "";

/** Takes the token out of the address and asks the server about it. */
export function useLinkToken(): { token: string; link: LinkState | undefined; error: unknown } {
  const [token, setToken] = useState(() => (kept = take() || kept));
  const [link, setLink] = useState<LinkState>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const changed = () => {
      const next = take();
      if (next) {
        kept = next;
        setToken(next);
      }
    };
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  useEffect(() => {
    if (!token) return;
    let current = true;
    setLink(undefined);
    setError(undefined);
    callSignedOut<LinkState>("session.checkLink", { token }).then(
      (answer) => current && setLink(answer),
      (caught: unknown) => current && setError(caught),
    );
    return () => {
      current = false;
    };
  }, [token]);
  return { token, link, error };
}

/** What to tell people about a link that doesn't work. */
export const linkFaults: Record<Exclude<LinkState["state"], "valid">, { title: string; detail: string }> = {
  used: { title: "This link was already used", detail: "It works once. If it wasn’t you, tell whoever runs this server." },
  expired: { title: "This link has expired", detail: "Ask for a new one." },
  unknown: { title: "This link is not valid", detail: "It may be cut off: copy the whole address, with everything after the #." },
};
