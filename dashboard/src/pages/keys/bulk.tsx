//! Changes many keys: in batches of a hundred, with progress and the outcome of each.

import { useId, useState, type FormEvent } from "react";
import type { Input, KeyItem } from "@/api/operations";
import { renewAfter, useList } from "@/api/query";
import { callFull, RpcError } from "@/api/rpc";
import { useBlocked } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { Combobox } from "@/ui/combobox";
import { Field } from "@/ui/field";
import { plural } from "@/ui/format";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { ChevronDown, X } from "lucide-react";
import { ExpiryField, expiryAt, noExpiry, type Expiry } from "./expiry";

type Set_ = Input<"keys.bulkUpdateKeys">["set"];
type Action = "enable" | "disable" | "expiry" | "identity" | "addRole" | "removeRole" | "delete";

interface Failure {
  keyId: string;
  detail: string;
  requestId: string;
}

interface Progress {
  done: number;
  total: number;
  updated: number;
  failed: Failure[];
  finished: boolean;
}

const batch = 100;
const most = 1000;

/** The bar that appears while keys are selected. */
export function BulkBar({
  selected,
  onClear,
  onSelect,
}: {
  selected: readonly KeyItem[];
  onClear: () => void;
  onSelect: (selected: ReadonlySet<string>) => void;
}) {
  const [action, setAction] = useState<Action | null>(null);
  const update = useBlocked("keys.bulkUpdateKeys");
  const remove = useBlocked("keys.deleteKey");
  if (selected.length === 0) return null;
  const tooMany = selected.length > most ? `At most ${most} keys at once.` : undefined;
  return (
    <>
      <div className="sticky bottom-4 z-20 mt-3 flex justify-center max-md:-mx-2">
        <div
          role="toolbar"
          aria-label="Selected keys"
          className="flex max-w-full flex-wrap items-center gap-1 rounded-lg bg-raised py-1.5 pr-1.5 pl-3 md:gap-2 shadow-3 animate-rise"
        >
          <span className="mr-1 font-medium tabular-nums md:mr-2">{selected.length} selected</span>
          <Button size="sm" blocked={tooMany ?? update} onClick={() => setAction("disable")}>
            Disable
          </Button>
          <Button size="sm" blocked={tooMany ?? update} onClick={() => setAction("enable")}>
            Enable
          </Button>
          <Menu
            trigger={
              <Button size="sm">
                More
                <ChevronDown aria-hidden className="size-3" />
              </Button>
            }
          >
            <MenuItem blocked={tooMany ?? update} onSelect={() => setAction("expiry")}>
              Set expiry
            </MenuItem>
            <MenuItem blocked={tooMany ?? update} onSelect={() => setAction("identity")}>
              Set identity
            </MenuItem>
            <MenuItem blocked={tooMany ?? update} onSelect={() => setAction("addRole")}>
              Add role
            </MenuItem>
            <MenuItem blocked={tooMany ?? update} onSelect={() => setAction("removeRole")}>
              Remove role
            </MenuItem>
            <MenuLine />
            <MenuItem danger blocked={tooMany ?? remove} onSelect={() => setAction("delete")}>
              Delete
            </MenuItem>
          </Menu>
          <Button size="sm" variant="ghost" icon={X} onClick={onClear}>
            <span className="max-md:sr-only">Clear</span>
          </Button>
        </div>
      </div>
      {action ? (
        <BulkDialog
          action={action}
          ids={selected.map((key) => key.keyId)}
          onClose={(failed) => {
            setAction(null);
            if (failed) onSelect(new Set(failed));
          }}
        />
      ) : null}
    </>
  );
}

const words: Record<Action, { title: string; button: string; danger?: boolean }> = {
  enable: { title: "Enable", button: "Enable" },
  disable: { title: "Disable", button: "Disable", danger: true },
  expiry: { title: "Set the expiry of", button: "Set expiry" },
  identity: { title: "Set the identity of", button: "Set identity" },
  addRole: { title: "Add a role to", button: "Add role" },
  removeRole: { title: "Remove a role from", button: "Remove role" },
  delete: { title: "Delete", button: "Delete", danger: true },
};

function BulkDialog({
  action,
  ids,
  onClose,
}: {
  action: Action;
  ids: readonly string[];
  /** Gets the ids that stay selected, or nothing if the dialog was cancelled. */
  onClose: (failed?: readonly string[]) => void;
}) {
  // Rows may leave the list while the change runs; the selection at the start counts.
  const [keys] = useState(ids);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [expiry, setExpiry] = useState<Expiry>(noExpiry);
  const [text, setText] = useState("");
  const form = useId();
  const what = words[action];
  const roles = useList("permissions.listRoles", text ? { search: text } : {}, {
    enabled: action === "addRole" || action === "removeRole",
    limit: 20,
  });
  const identities = useList("identities.listIdentities", text ? { search: text } : {}, {
    enabled: action === "identity",
    limit: 20,
  });

  const setOf = (): Set_ => {
    switch (action) {
      case "enable":
        return { enabled: true };
      case "disable":
        return { enabled: false };
      case "expiry":
        return { expires: expiryAt(expiry, Date.now()) ?? null };
      case "identity":
        return { externalId: text.trim() === "" ? null : text.trim() };
      case "addRole":
        return { addRoles: [text.trim()] };
      case "removeRole":
        return { removeRoles: [text.trim()] };
      case "delete":
        return { delete: true };
    }
  };

  const run = async (event: FormEvent) => {
    event.preventDefault();
    if (progress) return;
    const set = setOf();
    const state: Progress = { done: 0, total: keys.length, updated: 0, failed: [], finished: false };
    setProgress({ ...state });
    for (let from = 0; from < keys.length; from += batch) {
      const part = keys.slice(from, from + batch);
      try {
        const answer = await callFull("keys.bulkUpdateKeys", { keyIds: part, set });
        state.updated += answer.data.updated.length;
        state.failed.push(
          ...answer.data.failed.map((one) => ({ keyId: one.keyId, detail: one.detail, requestId: answer.requestId })),
        );
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        const requestId = error instanceof RpcError ? (error.requestId ?? "") : "";
        state.failed.push(...part.map((keyId) => ({ keyId, detail, requestId })));
      }
      state.done += part.length;
      setProgress({ ...state, failed: [...state.failed] });
    }
    setProgress({ ...state, finished: true });
    void renewAfter("keys.bulkUpdateKeys");
  };

  const needsText = action === "addRole" || action === "removeRole";
  const close = () => onClose(progress?.finished ? progress.failed.map((one) => one.keyId) : undefined);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open && (!progress || progress.finished)) close();
      }}
      title={`${what.title} ${plural(keys.length, "key")}${progress ? "" : "?"}`}
      footer={
        progress?.finished ? (
          <Button variant="primary" onClick={close}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={close} blocked={progress ? "The change runs." : undefined}>
              Cancel
            </Button>
            <Button
              type="submit"
              form={form}
              variant={what.danger ? "danger" : "primary"}
              busy={progress !== null}
              blocked={needsText && text.trim() === "" ? "Name a role first." : undefined}
            >
              {what.button}
            </Button>
          </>
        )
      }
    >
      {progress ? (
        <Outcome progress={progress} />
      ) : (
        <form id={form} onSubmit={(event) => void run(event)} className="flex flex-col gap-3">
          {action === "disable" ? <p className="text-text-2">They are refused from the next request.</p> : null}
          {action === "enable" ? <p className="text-text-2">They verify again from the next request.</p> : null}
          {action === "delete" ? <p className="text-text-2">They are refused from the next request, and leave the list.</p> : null}
          {action === "expiry" ? <ExpiryField value={expiry} onChange={setExpiry} /> : null}
          {action === "identity" ? (
            <Field label="External id" hint="Leave it empty to take the identity away.">
              <Combobox
                value={text}
                onChange={setText}
                loading={identities.isFetching}
                options={identities.rows.map((one) => ({ value: one.externalId, detail: one.id }))}
              />
            </Field>
          ) : null}
          {needsText ? (
            <Field label="Role">
              <Combobox
                value={text}
                onChange={setText}
                loading={roles.isFetching}
                options={roles.rows.map((one) => ({
                  value: one.name,
                  detail: plural(one.permissions.length, "permission"),
                }))}
              />
            </Field>
          ) : null}
        </form>
      )}
    </Dialog>
  );
}

function Outcome({ progress }: { progress: Progress }) {
  return (
    <div className="flex flex-col gap-3" role="status">
      <progress
        aria-label="Progress"
        value={progress.done}
        max={progress.total}
        className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-active [&::-moz-progress-bar]:bg-accent-solid [&::-webkit-progress-bar]:bg-active [&::-webkit-progress-value]:bg-accent-solid"
      />
      <p className="tabular-nums">
        {progress.finished
          ? `${progress.updated} ok, ${progress.failed.length} failed.`
          : `${progress.done} of ${progress.total}`}
      </p>
      {progress.failed.length > 0 ? (
        <ul className="max-h-60 overflow-y-auto rounded-md border border-line">
          {progress.failed.map((one) => (
            <li key={one.keyId} className="border-b border-line px-3 py-2 last:border-b-0">
              <CopyText value={one.keyId} />
              <p className="text-bad">{one.detail}</p>
              {one.requestId ? (
                <p className="flex items-center gap-1 text-xs text-text-3">
                  Request <CopyText value={one.requestId} testId="request-id" />
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
