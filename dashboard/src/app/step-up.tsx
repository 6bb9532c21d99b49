//! Asks for the password or the root key again before a sensitive action, and then goes on with it.

import { useEffect, useId, useRef, useState, type FormEvent } from "react";
import { callSignedOut } from "@/api/rpc";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { onStepUp, type Session } from "./session";

/** Stands once in the shell and waits. */
export function StepUpDialog({ session }: { session: Session }) {
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const waiting = useRef<((done: boolean) => void)[]>([]);
  const form = useId();

  const finish = (done: boolean) => {
    setOpen(false);
    setSecret("");
    setError(null);
    for (const one of waiting.current.splice(0)) one(done);
  };

  useEffect(() => {
    onStepUp(
      () =>
        new Promise<boolean>((resolve) => {
          waiting.current.push(resolve);
          setOpen(true);
        }),
    );
    return () => onStepUp(undefined);
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    setError(null);
    try {
      await callSignedOut("session.stepUp", { secret });
      finish(true);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };

  const what = session.kind === "account" ? "Password" : "Root key";
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) finish(false);
      }}
      width="sm"
      title="Confirm that it is you"
      description="This action needs your secret again. It then holds for ten minutes."
      footer={
        <>
          <Button onClick={() => finish(false)}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={busy}>
            Confirm
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <Field label={what}>
          <Input
            type="password"
            autoComplete={session.kind === "account" ? "current-password" : "off"}
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
            required
            autoFocus
          />
        </Field>
        {error ? <InlineError error={error} /> : null}
      </form>
    </Dialog>
  );
}
