//! The dialogs that reroll, disable and delete a root key.

import { useId, useState } from "react";
import { change, useChange } from "@/api/query";
import { useSession } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { Field, NumberInput, Select } from "@/ui/field";
import { Notice } from "@/ui/page";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";
import { RootSecret } from "./new";
import { rootName, type RootKeyItem } from "./status";

const overlaps = [
  ["0", "It ends at once"],
  ["900000", "15 minutes"],
  ["3600000", "1 hour"],
  ["86400000", "24 hours"],
  ["604800000", "7 days"],
  ["custom", "Custom"],
] as const;

function Own({ item }: { item: RootKeyItem }) {
  const session = useSession();
  if (session.kind !== "rootKey" || session.id !== item.keyId) return null;
  return <Notice tone="warn">You are signed in with this root key. This ends your own session.</Notice>;
}

/** Asks how long the old root key stays valid, and then shows the new secret once. */
export function RerollRootKey({ item, onClose }: { item: RootKeyItem; onClose: (newId?: string) => void }) {
  const [overlap, setOverlap] = useState<string>("3600000");
  const [minutes, setMinutes] = useState("120");
  const [created, setCreated] = useState<{ keyId: string; key: string } | null>(null);
  const reroll = useChange("rootKeys.rerollKey");
  const form = useId();
  const expiration = overlap === "custom" ? Math.max(0, Math.round(Number(minutes) * 60_000)) : Number(overlap);
  const body = { keyId: item.keyId, expiration };
  if (created) {
    return (
      <RootSecret
        secret={created.key}
        title="The new root key"
        verifies={item.permissions.some((one) => one.endsWith(".verify_key"))}
        onClose={() => {
          setCreated(null);
          onClose(created.keyId);
        }}
      />
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Reroll key"
      description="Makes a new root key that may do the same. Both work until the old one ends."
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="rootKeys.rerollKey" body={body} />
          </div>
          <Button onClick={() => onClose()}>Cancel</Button>
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
          reroll.mutate(body, { onSuccess: setCreated });
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
          <Field label="Minutes" hint="At most 30 days.">
            <NumberInput value={minutes} onChange={setMinutes} />
          </Field>
        ) : null}
        <Own item={item} />
        {reroll.error ? <InlineError error={reroll.error} /> : null}
      </form>
    </Dialog>
  );
}

/** Asks before a root key is disabled or enabled. */
export function ToggleRootKey({ item, onClose }: { item: RootKeyItem; onClose: () => void }) {
  const to = !item.enabled;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={to ? "Enable this root key?" : "Disable this root key?"}
      action={to ? "Enable" : "Disable"}
      danger={!to}
      run={async () => {
        await change("rootKeys.updateKey", { keyId: item.keyId, enabled: to });
        toast(to ? "Root key enabled" : "Root key disabled");
      }}
    >
      <p>
        <strong className="text-text">{rootName(item)}</strong>{" "}
        {to ? "works again from the next request." : "is refused from the next request, and sessions that used it end. You can enable it again."}
      </p>
      {to ? null : (
        <div className="mt-3">
          <Own item={item} />
        </div>
      )}
    </ConfirmDialog>
  );
}

/** Asks before a root key is deleted. */
export function DeleteRootKey({ item, onClose, onDone }: { item: RootKeyItem; onClose: () => void; onDone?: () => void }) {
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this root key?"
      action="Delete"
      typed={item.name ?? item.keyId}
      run={async () => {
        await change("rootKeys.deleteKey", { keyId: item.keyId });
        toast("Root key deleted");
        onDone?.();
      }}
    >
      <p>Whatever uses it is refused from the next request. This can’t be taken back; the audit log keeps its history.</p>
      <div className="mt-3">
        <Own item={item} />
      </div>
    </ConfirmDialog>
  );
}
