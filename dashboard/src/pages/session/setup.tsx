//! P01: make the owner of a new instance.

import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import { callSignedOut, RpcError } from "@/api/rpc";
import { loadSession, takeAnswer, useSessionState, type SessionAnswer } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Field, Input } from "@/ui/field";
import { Notice } from "@/ui/page";
import { InlineError, PageSkeleton } from "@/ui/states";
import { SessionFrame } from "./frame";
import { Insecure } from "./insecure";
import { linkFaults, useLinkToken } from "./token";

/** Shows the form to those who came by the setup link, and to others how to get one. */
export function Setup() {
  const navigate = useNavigate();
  const { token, link, error: linkError } = useLinkToken();
  const state = useSessionState();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [workspaceName, setWorkspaceName] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    if (!state.session && !state.out && !state.failed) void loadSession();
  }, [state]);
  useEffect(() => {
    if (token) return;
    if (state.session) void navigate({ to: "/$ws", params: { ws: state.session.workspace.slug }, replace: true });
    else if (state.out && state.out.reason !== "setup") void navigate({ to: "/sign-in", replace: true });
  }, [token, state, navigate]);

  if (state.server?.secure === false) return <Insecure />;
  if (!token) return <Pending />;
  if (linkError) {
    return (
      <SessionFrame title="Set up Keyway">
        <InlineError error={linkError} />
      </SessionFrame>
    );
  }
  if (!link) return <PageSkeleton />;
  if (link.state !== "valid") {
    return (
      <SessionFrame title={linkFaults[link.state].title}>
        <p>{linkFaults[link.state].detail}</p>
        <p className="mt-3 text-text-2">Whoever runs this server can print a new setup link while there is no owner:</p>
        <Commands />
      </SessionFrame>
    );
  }

  const faults = error instanceof RpcError ? error.faults : [];
  const faultOf = (member: string) => faults.find((fault) => fault.location === `body.${member}`)?.message;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const answer = await callSignedOut<SessionAnswer>("session.setup", {
        token,
        email: email.trim(),
        password,
        ...(workspaceName.trim() ? { workspaceName: workspaceName.trim() } : {}),
      });
      const { session } = takeAnswer(answer);
      if (session) void navigate({ to: "/$ws", params: { ws: session.workspace.slug }, replace: true });
      else void navigate({ to: "/sign-in", replace: true });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };

  return (
    <SessionFrame title="Set up Keyway" below="The setup link works once and for 30 minutes.">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <p className="text-text-2">You become the owner: you may do everything on this server.</p>
        <Field label="Email" error={faultOf("email")}>
          <Input
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            autoFocus
          />
        </Field>
        <Field label="Password" hint="At least 12 characters. Any characters will do." error={faultOf("password")}>
          <Input
            type="password"
            autoComplete="new-password"
            required
            minLength={12}
            maxLength={256}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Field label="Workspace name" optional hint="Such as the name of your company." error={faultOf("workspaceName")}>
          <Input maxLength={255} value={workspaceName} onChange={(event) => setWorkspaceName(event.target.value)} />
        </Field>
        {error ? <InlineError error={error} /> : null}
        <Button type="submit" variant="primary" size="lg" busy={busy} className="w-full">
          Create owner
        </Button>
      </form>
    </SessionFrame>
  );
}

const ways = [
  ["On the host", "keyway admin setup-link"],
  ["Docker", "docker exec CONTAINER keyway admin setup-link"],
  ["Compose", "docker compose exec keyway keyway admin setup-link"],
  ["Kubernetes", "kubectl exec deploy/keyway -- keyway admin setup-link"],
] as const;

/** Says that setup waits for somebody with access to the server. */
function Pending() {
  return (
    <SessionFrame title="Setup is pending">
      <p>
        This Keyway has no owner yet. Whoever runs the server has the setup link: it was printed to the{" "}
        <strong className="font-semibold">server log</strong> at the start.
      </p>
      <p className="mt-3 text-text-2">Or print a new link:</p>
      <Commands />
      <div className="mt-4">
        <Notice>The API at /v2 already works with the first root key.</Notice>
      </div>
    </SessionFrame>
  );
}

function Commands() {
  return (
    <dl className="mt-2 flex flex-col gap-2.5">
      {ways.map(([where, command]) => (
        <div key={where}>
          <dt className="text-xs text-text-3">{where}</dt>
          <dd className="mt-0.5 flex items-center gap-1 rounded-md border border-line bg-sunken py-0.5 pr-0.5 pl-2.5">
            <code className="min-w-0 flex-1 text-xs">{command}</code>
            <CopyButton value={command} label={`Copy the command for ${where}`} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
