//! Saves a key only if nobody else has changed it meanwhile.

import { useState, type ComponentType, type ReactNode } from "react";
import type { Input, KeyDetail } from "@/api/operations";
import { renewAfter } from "@/api/query";
import { call, RpcError } from "@/api/rpc";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/states";

type Change = Omit<Input<"keys.updateKey">, "keyId">;

/** A conflict: what the form would write, and the key as it is now. */
interface Conflict {
  change: Change;
  theirs: KeyDetail;
  done: () => void;
}

/** Saves a change of the key that the form was filled from. `dialog` shows a conflict. */
export function useKeySave(
  key: KeyDetail,
  onDirty: (dirty: boolean) => void,
): {
  save: (change: Change) => Promise<"saved" | "conflict">;
  dialog: ReactNode;
} {
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const save = async (change: Change): Promise<"saved" | "conflict"> => {
    try {
      await call(
        "keys.updateKey",
        { keyId: key.keyId, ...change },
        undefined,
        __KEYWAY_DIRECT__ ? {} : { "keyway-if-updated-at": key.updatedAt === undefined ? "none" : String(key.updatedAt) },
      );
    } catch (error) {
      if (error instanceof RpcError && error.status === 412 && error.code === "stale_write") {
        const theirs = await call("keys.getKey", { keyId: key.keyId });
        setConflict({ change, theirs, done: () => setConflict(null) });
        return "conflict";
      }
      throw error;
    }
    await renewAfter("keys.updateKey");
    onDirty(false);
    return "saved";
  };
  return { save, dialog: conflict ? <StaleDialog conflict={conflict} mine={key} onTaken={() => onDirty(false)} /> : null };
}

/** What a form of a key gets: the key as the form was filled from it, and a way to say that it holds input. */
export interface FormProps {
  item: KeyDetail;
  onDirty: (dirty: boolean) => void;
}

/**
 * Keeps a form as it was filled while it holds input, even if the key is read anew meanwhile; else what somebody
 * typed would vanish, and nobody would notice that two people change the same key.
 */
export function Frozen({ item, form: Form }: { item: KeyDetail; form: ComponentType<FormProps> }) {
  const [dirty, setDirty] = useState(false);
  const [base, setBase] = useState({ item, version: 0 });
  if (!dirty && base.item !== item && JSON.stringify(base.item) !== JSON.stringify(item)) {
    setBase({ item, version: base.version + 1 });
  }
  return <Form key={base.version} item={base.item} onDirty={setDirty} />;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

function fieldOf(key: KeyDetail, name: string): unknown {
  if (name === "externalId") return key.identity?.externalId;
  return (key as Record<string, unknown>)[name];
}

/** Shows mine and theirs, field by field, and lets a person choose. */
function StaleDialog({
  conflict,
  mine,
  onTaken,
}: {
  conflict: Conflict;
  mine: KeyDetail;
  /** The form's input no longer counts. */
  onTaken: () => void;
}) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const rows = Object.entries(conflict.change).map(([name, value]) => ({
    name,
    mine: value,
    before: fieldOf(mine, name),
    theirs: fieldOf(conflict.theirs, name),
  }));
  const others = ["name", "enabled", "expires", "credits", "ratelimits", "meta", "roles", "permissions"].filter(
    (name) =>
      !(name in conflict.change) && shown(fieldOf(mine, name)) !== shown(fieldOf(conflict.theirs, name)),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && conflict.done()}
      width="lg"
      title="Somebody else changed this key"
      description="The key was changed after you opened the form. Nothing of yours is saved yet."
      footer={
        <>
          <Button
            onClick={() => {
              void renewAfter("keys.updateKey").then(onTaken);
              conflict.done();
            }}
          >
            Take theirs
          </Button>
          <Button
            variant="primary"
            busy={busy}
            onClick={() => {
              setBusy(true);
              setError(null);
              call("keys.updateKey", { keyId: mine.keyId, ...conflict.change })
                .then(() => renewAfter("keys.updateKey"))
                .then(
                  () => {
                    onTaken();
                    conflict.done();
                  },
                  (caught: unknown) => {
                    setBusy(false);
                    setError(caught);
                  },
                );
            }}
          >
            Save mine over theirs
          </Button>
        </>
      }
    >
      <table className="w-full text-left text-xs">
        <thead className="text-text-3">
          <tr>
            <th scope="col" className="py-1 pr-3 font-medium">
              Field
            </th>
            <th scope="col" className="py-1 pr-3 font-medium">
              Mine
            </th>
            <th scope="col" className="py-1 font-medium">
              Theirs
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className="align-top">
              <th scope="row" className="border-t border-line py-1.5 pr-3 font-medium">
                {row.name}
              </th>
              <td className="border-t border-line py-1.5 pr-3 font-mono whitespace-pre-wrap text-good wrap-anywhere">
                {shown(row.mine)}
              </td>
              <td className="border-t border-line py-1.5 font-mono whitespace-pre-wrap text-warn wrap-anywhere">
                {shown(row.theirs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.length > 0 ? (
        <p className="mt-3 text-text-2">They also changed {others.join(", ")}, which your save leaves as it is.</p>
      ) : null}
      {error ? <InlineError error={error} /> : null}
    </Dialog>
  );
}
