//! Invitations and password resets: choose a password.

import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { callSignedOut } from "@/api/rpc";
import { takeAnswer, useSessionState, type SessionAnswer } from "@/app/session";
import { Button, ButtonLink } from "@/ui/button";
import { faultsOf } from "@/ui/faults";
import { Field, Input } from "@/ui/field";
import { InlineError, PageSkeleton } from "@/ui/states";
import { SessionFrame } from "./frame";
import { Insecure } from "./insecure";
import { linkFaults, useLinkToken } from "./token";

/** Takes the link and a new password, and signs in. */
export function AcceptLink() {
  const navigate = useNavigate();
  const { token, link, error: linkError } = useLinkToken();
  const state = useSessionState();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (state.server?.secure === false) return <Insecure />;
  if (linkError) {
    return (
      <SessionFrame title="Keyway">
        <InlineError error={linkError} />
      </SessionFrame>
    );
  }
  if (token && !link) return <PageSkeleton />;
  if (!link || link.state !== "valid") {
    const fault = linkFaults[link && link.state !== "valid" ? link.state : "unknown"];
    return (
      <SessionFrame title={fault.title}>
        <p>{fault.detail}</p>
        <ButtonLink to="/sign-in" className="mt-5 w-full">
          Go to sign-in
        </ButtonLink>
      </SessionFrame>
    );
  }
  const faults = faultsOf(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const { session } = takeAnswer(await callSignedOut<SessionAnswer>("session.acceptLink", { token, password }));
      if (session) void navigate({ to: "/$ws", params: { ws: session.workspace.slug }, replace: true });
      else void navigate({ to: "/sign-in", replace: true });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <SessionFrame title={link.kind === "reset" ? "Choose a new password" : "Join Keyway"}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label="Email">
          <Input type="email" autoComplete="username" readOnly value={link.email ?? ""} />
        </Field>
        <Field label="Password" hint="At least 12 characters. Any characters will do." error={faults.of("password")}>
          <Input
            type="password"
            autoComplete="new-password"
            required
            minLength={12}
            maxLength={256}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoFocus
          />
        </Field>
        {error && !faults.any ? <InlineError error={error} /> : null}
        <Button type="submit" variant="primary" size="lg" busy={busy} className="w-full">
          {link.kind === "reset" ? "Set password" : "Join"}
        </Button>
      </form>
    </SessionFrame>
  );
}
