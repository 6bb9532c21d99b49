//! What a key may do, with the source of each permission.

import { useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Output } from "@/api/operations";
import { change, opKey, renewAfter } from "@/api/query";
import { call } from "@/api/rpc";
import { useBlocked } from "@/app/session";
import { listParam, useUrlState } from "@/app/url-state";
import { Button } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { Dialog } from "@/ui/dialog";
import { diffOf, DiffView } from "@/ui/diff";
import { faultsOf } from "@/ui/faults";
import { plural } from "@/ui/format";
import { Panel } from "@/ui/page";
import { ErrorCard, InlineError, Skeleton } from "@/ui/states";
import { toast } from "@/ui/toast";
import { AccessField, EffectiveList } from "./access-field";
import { effectiveSet } from "./draft";
import { useKeySave, type FormProps } from "./stale";

function useRoles(names: readonly string[]) {
  return useQueries({
    queries: names.map((role) => ({
      queryKey: opKey("permissions.getRole", { role }),
      queryFn: () => call("permissions.getRole", { role }),
    })),
  });
}

/** The effective permissions, and the form that changes roles and direct permissions. */
export function AccessTab({ item, onDirty }: FormProps) {
  const heldRoles = item.roles ?? [];
  const before = useRoles(heldRoles);
  const failed = before.find((one) => one.error)?.error;
  if (failed) return <ErrorCard error={failed} />;
  if (before.some((one) => one.isPending)) return <Skeleton className="h-40" />;
  return <Access item={item} onDirty={onDirty} held={before.flatMap((one) => (one.data ? [one.data] : []))} />;
}

type Role = Output<"permissions.getRole">;

function Access({ item, onDirty, held }: FormProps & { held: readonly Role[] }) {
  const heldRoles = item.roles ?? [];
  // The server tells what a key may do in all; what no role gives must be granted directly.
  const byRoles = new Set(held.flatMap((role) => role.permissions.map((one) => one.slug)));
  const direct = (item.permissions ?? []).filter((slug) => !byRoles.has(slug));
  // An address may fill the form with more roles and permissions; only its buttons save them.
  const [search, changeUrl] = useUrlState();
  const moreRoles = (search["addRole"] ? [search["addRole"]] : []).filter((one) => !heldRoles.includes(one));
  const more = listParam(search["add"]).filter((one) => !direct.includes(one));
  const [roles, setRoles] = useState<readonly string[]>([...heldRoles, ...moreRoles]);
  const [permissions, setPermissions] = useState<readonly string[]>([...direct, ...more]);
  const [editing, setEditing] = useState(moreRoles.length + more.length > 0);
  useEffect(() => {
    if (editing) onDirty(true);
    // Only what the address filled in; the buttons tell of everything later.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const close = () => {
    setEditing(false);
    onDirty(false);
    changeUrl({ add: "", addRole: "" });
  };
  const [review, setReview] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { save, dialog } = useKeySave(item, onDirty);
  const blocked = useBlocked("keys.updateKey", { apiId: item.apiId });
  const after = useRoles(roles);
  const effective = effectiveSet(direct, held);
  const next = effectiveSet(
    permissions,
    after.flatMap((one) => (one.data ? [one.data] : [])),
  );
  const { added, removed } = diffOf(direct, permissions);
  const rolesChanged = roles.join("\n") !== heldRoles.join("\n");
  const changed = rolesChanged || added.length + removed.length > 0;
  // Direct grants change by difference: one that a role gives too must not get lost by a replacement.
  const steps = async (): Promise<"saved" | "conflict"> => {
    if (rolesChanged && (await save({ roles: [...roles] })) === "conflict") return "conflict";
    if (added.length > 0) await change("keys.addPermissions", { keyId: item.keyId, permissions: added });
    if (removed.length > 0) await change("keys.removePermissions", { keyId: item.keyId, permissions: removed });
    await renewAfter("keys.updateKey");
    close();
    return "saved";
  };

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      if ((await steps()) === "saved") toast("Access saved");
      setReview(false);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };

  if (editing) {
    return (
      <Panel title="Roles and permissions">
        <AccessField
          roles={roles}
          permissions={permissions}
          onRoles={setRoles}
          onPermissions={setPermissions}
          fault={faultsOf(error).of}
        />
        <div className="mt-5 flex flex-wrap items-center gap-2 border-t border-line pt-4">
          <Button
            variant="primary"
            blocked={changed ? blocked : "Nothing is changed."}
            onClick={() => {
              setError(null);
              setReview(true);
            }}
          >
            Review changes
          </Button>
          <Button
            onClick={() => {
              setRoles(heldRoles);
              setPermissions(direct);
              close();
            }}
          >
            Cancel
          </Button>
        </div>
        <Dialog
          open={review}
          onOpenChange={setReview}
          title="Review changes"
          description="What this key may do afterwards. It binds from the next request."
          footer={
            <>
              <div className="mr-auto">
                {rolesChanged ? (
                  <CopyAs size="sm" operation="keys.setRoles" body={{ keyId: item.keyId, roles: [...roles] }} />
                ) : added.length > 0 ? (
                  <CopyAs size="sm" operation="keys.addPermissions" body={{ keyId: item.keyId, permissions: added }} />
                ) : (
                  <CopyAs size="sm" operation="keys.removePermissions" body={{ keyId: item.keyId, permissions: removed }} />
                )}
              </div>
              <Button onClick={() => setReview(false)}>Back</Button>
              <Button variant="primary" busy={busy} onClick={() => void submit()}>
                Save changes
              </Button>
            </>
          }
        >
          <DiffView before={effective.map((one) => one.slug)} after={next.map((one) => one.slug)} />
          {error ? (
            <div className="mt-3">
              <InlineError error={error} />
            </div>
          ) : null}
        </Dialog>
        {dialog}
      </Panel>
    );
  }
  return (
    <Panel
      title="Effective permissions"
      description={sources(effective.length, heldRoles.length, direct.length)}
      flush
      actions={
        <Button size="sm" blocked={blocked} onClick={() => {
            onDirty(true);
            setEditing(true);
          }}>
          Edit roles and permissions
        </Button>
      }
    >
      {effective.length === 0 ? (
        <p className="p-4 text-text-2">
          None. Verifications that ask for a permission are refused; all others don’t depend on it.
        </p>
      ) : (
        <EffectiveList permissions={effective} flush />
      )}
    </Panel>
  );
}

function sources(permissions: number, roles: number, direct: number): string {
  const from = [roles > 0 ? plural(roles, "role") : "", direct > 0 ? plural(direct, "direct grant") : ""].filter(Boolean);
  return plural(permissions, "permission") + (from.length > 0 ? ` from ${from.join(" and ")}` : "");
}
