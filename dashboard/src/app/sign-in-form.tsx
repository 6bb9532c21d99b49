//! The form to sign in with an account or a root key.

import { Tabs } from "radix-ui";
import { useEffect, useState, type FormEvent } from "react";
import { callSignedOut, RpcError } from "@/api/rpc";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { InlineError } from "@/ui/states";
import type { SessionAnswer } from "./session";

/** Which ways in there are. */
export type Way = "account" | "rootKey";

function useCountdown(until: number): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const tick = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    tick();
    if (until <= Date.now()) return;
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

/** Both ways in, as tabs. `only` leaves one of them. */
export function SignInForm({
  onDone,
  only,
  email: fixedEmail,
}: {
  onDone: (answer: SessionAnswer) => void | Promise<void>;
  only?: Way | undefined;
  email?: string | undefined;
}) {
  const [way, setWay] = useState<Way>(only ?? "account");
  const [email, setEmail] = useState(fixedEmail ?? "");
  const [password, setPassword] = useState("");
  const [rootKey, setRootKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [blockedUntil, setBlockedUntil] = useState(0);
  const wait = useCountdown(blockedUntil);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || wait > 0) return;
    setBusy(true);
    setError(null);
    try {
      const answer = await callSignedOut<SessionAnswer>(
        "session.signIn",
        way === "account" ? { email: email.trim(), password } : { rootKey: rootKey.trim() },
      );
      setPassword("");
      setRootKey("");
      await onDone(answer);
    } catch (caught) {
      setError(caught);
      if (caught instanceof RpcError && caught.retryAfter) setBlockedUntil(Date.now() + caught.retryAfter);
    } finally {
      setBusy(false);
    }
  };

  const buttons = (
    <>
      {error ? <InlineError error={error} /> : null}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        busy={busy}
        blocked={wait > 0 ? `Too many tries. Wait ${wait} s.` : undefined}
        className="w-full"
      >
        Sign in
      </Button>
      {wait > 0 ? (
        <p role="status" className="text-center text-xs text-text-3">
          Too many tries. You can try again in {wait} s.
        </p>
      ) : null}
    </>
  );

  const accountFields = (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field label="Email">
        <Input
          type="email"
          name="email"
          autoComplete="username"
          required
          readOnly={fixedEmail !== undefined}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <Field label="Password">
        <Input
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      {buttons}
    </form>
  );
  const rootKeyFields = (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field label="Root key" hint="You can do exactly what this root key can, in its workspace.">
        <Input
          type="password"
          mono
          name="root-key"
          autoComplete="off"
          required
          value={rootKey}
          onChange={(event) => setRootKey(event.target.value)}
        />
      </Field>
      {buttons}
    </form>
  );
  if (only) return only === "account" ? accountFields : rootKeyFields;
  const tab =
    "flex-1 h-8 rounded-md text-sm font-medium text-text-3 hover:text-text data-[state=active]:bg-raised data-[state=active]:text-text data-[state=active]:shadow-1";
  return (
    <Tabs.Root
      value={way}
      onValueChange={(next) => {
        setWay(next as Way);
        setError(null);
      }}
    >
      <Tabs.List aria-label="Ways to sign in" className="mb-5 flex gap-1 rounded-lg bg-active p-1">
        <Tabs.Trigger value="account" className={tab}>
          Account
        </Tabs.Trigger>
        <Tabs.Trigger value="rootKey" className={tab}>
          Root key
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="account" tabIndex={-1}>
        {accountFields}
      </Tabs.Content>
      <Tabs.Content value="rootKey" tabIndex={-1}>
        {rootKeyFields}
      </Tabs.Content>
    </Tabs.Root>
  );
}
