//! Replaces a key by a new one like it.

import { useId, useState } from "react";
import { useChange } from "@/api/query";
import { Button } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { SecretDialog } from "@/ui/secret";
import { InlineError } from "@/ui/states";
import type { MenuKey } from "./key-menu";

const overlaps = [
  ["0", "It ends at once"],
  ["900000", "15 minutes"],
  ["3600000", "1 hour"],
  ["86400000", "24 hours"],
  ["604800000", "7 days"],
  ["custom", "Custom"],
] as const;

/** Asks how long the old key stays valid, and then shows the new secret once. */
export function RerollKey({ item, onClose }: { item: MenuKey; onClose: () => void }) {
  const [overlap, setOverlap] = useState<string>("3600000");
  const [minutes, setMinutes] = useState("120");
  const [secret, setSecret] = useState<string | null>(null);
  const reroll = useChange("keys.rerollKey");
  const form = useId();
  const expiration = overlap === "custom" ? Math.max(0, Math.round(Number(minutes) * 60_000)) : Number(overlap);
  const body = { keyId: item.keyId, expiration };
  if (secret !== null) {
    return (
      <SecretDialog
        secret={secret}
        title="The new key"
        onClose={() => {
          setSecret(null);
          onClose();
        }}
        env={[["API_KEY", secret]]}
      >
        <p className="text-text-2">
          It has the settings of {item.name ?? item.start}.{" "}
          {expiration === 0 ? "The old key is refused from now on." : "The old key stays valid for the time that you chose."}
        </p>
      </SecretDialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Reroll key"
      description="Makes a new secret with the same settings. Both work until the old one ends."
      width="sm"
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="keys.rerollKey" body={body} />
          </div>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={reroll.isPending}>
            Reroll key
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          reroll.mutate(body, { onSuccess: ({ key }) => setSecret(key) });
        }}
      >
        <Field label="The old key stays valid for">
          <Select value={overlap} onChange={(event) => setOverlap(event.target.value)}>
            {overlaps.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        </Field>
        {overlap === "custom" ? (
          <Field label="Minutes">
            <Input inputMode="numeric" value={minutes} onChange={(event) => setMinutes(event.target.value.replace(/\D/g, ""))} />
          </Field>
        ) : null}
        {reroll.error ? <InlineError error={reroll.error} /> : null}
      </form>
    </Dialog>
  );
}
