//! P28: the workspace itself.

import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type FormEvent } from "react";
import type { Input as Body, Output } from "@/api/operations";
import { renewAfter, useChange, useOp } from "@/api/query";
import { call } from "@/api/rpc";
import { enterWorkspace, useBlocked, useSession, type Session } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { ConfirmDialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, NumberInput } from "@/ui/field";
import { count, plural } from "@/ui/format";
import { Mark } from "@/ui/mark";
import { Facts, Page, SettingsSection } from "@/ui/page";
import { ErrorCard, InlineError, Skeleton } from "@/ui/states";
import { ExactTime } from "@/ui/time";
import { toast } from "@/ui/toast";
import { SettingsTabs } from "./tabs";

type Workspace = Output<"workspaces.getWorkspace">;

/** Shows the workspace and lets people rename, disable and delete it. */
export function WorkspaceSettings() {
  const query = useOp("workspaces.getWorkspace", {});
  const workspace = query.data;
  return (
    <Page title="Workspace settings" heading="Settings" tabs={<SettingsTabs />}>
      {workspace ? (
        <>
          <General key={`${workspace.name} ${workspace.limits.requestsPerMinute ?? ""}`} workspace={workspace} />
          <Danger workspace={workspace} />
        </>
      ) : query.error ? (
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton className="h-56" />
      )}
    </Page>
  );
}

function General({ workspace }: { workspace: Workspace }) {
  const { limits, counts } = workspace;
  const [name, setName] = useState(workspace.name);
  const [rate, setRate] = useState(limits.requestsPerMinute === null ? "" : String(limits.requestsPerMinute));
  const update = useChange("workspaces.updateWorkspace");
  const blocked = useBlocked("workspaces.updateWorkspace");
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(update.error);
  const wanted = rate === "" ? null : Number(rate);
  const body = (): Body<"workspaces.updateWorkspace"> => ({
    workspaceId: workspace.id,
    ...(name.trim() === workspace.name ? {} : { name: name.trim() }),
    ...(wanted === limits.requestsPerMinute ? {} : { requestsPerMinute: wanted }),
  });
  const same = Object.keys(body()).length === 1;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate(body(), {
      onSuccess: () => toast("Workspace saved"),
      onError: () => focusFirstFault(form.current),
    });
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="border-b border-line">
      <SettingsSection title="General">
        <Facts
          items={[
            ["Workspace id", <CopyText key="id" value={workspace.id} />],
            ["Slug", <CopyText key="slug" value={workspace.slug} />],
            [
              "Status",
              workspace.enabled ? (
                <Mark key="status" sign="●" tone="good">
                  Enabled
                </Mark>
              ) : (
                <Mark key="status" sign="◌" tone="bad">
                  Disabled
                </Mark>
              ),
            ],
            ["Created", <ExactTime key="created" at={workspace.createdAt} />],
          ]}
        />
        <Field label="Name" error={faults.of("name")}>
          <Input value={name} maxLength={256} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label="Requests per minute"
          optional
          hint="How many calls all root keys of the workspace may make together. Empty is unlimited."
          error={faults.of("requestsPerMinute")}
        >
          <NumberInput value={rate} placeholder="unlimited" onChange={setRate} />
        </Field>
        {update.error && !faults.any ? <InlineError error={update.error} /> : null}
        <div className="flex items-center gap-2">
          <Button type="submit" variant="primary" busy={update.isPending} blocked={same ? "Nothing is changed." : blocked}>
            Save changes
          </Button>
          <CopyAs size="sm" operation="workspaces.updateWorkspace" body={body} />
        </div>
      </SettingsSection>
      <SettingsSection title="What it holds">
        <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-4">
          {(
            [
              ["APIs", counts.apis],
              ["Keys", counts.keys],
              ["Identities", counts.identities],
              ["Roles", counts.roles],
              ["Permissions", counts.permissions],
              ["Namespaces", counts.namespaces],
              ["Root keys", counts.rootKeys],
            ] as const
          ).map(([label, value]) => (
            <div key={label} className="flex flex-col-reverse bg-surface px-3 py-2">
              <dt className="text-xs text-text-3">{label}</dt>
              <dd className="text-base font-semibold tabular-nums">{count(value)}</dd>
            </div>
          ))}
          <div aria-hidden className="bg-surface" />
        </dl>
      </SettingsSection>
    </form>
  );
}

/** A workspace can't shut out or delete itself; another one of the same account can do so. */
function otherOf(session: Session): string | undefined {
  return session.workspaces.find((one) => one.id !== session.workspace.id && one.enabled)?.slug;
}

function Danger({ workspace }: { workspace: Workspace }) {
  const session = useSession();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"disable" | "enable" | "delete" | null>(null);
  const update = useBlocked("workspaces.updateWorkspace");
  const manage = useBlocked("workspaces.listWorkspaces");
  const other = otherOf(session);
  const needsOther = other === undefined ? "A workspace is disabled and deleted from another one, and you have only this one." : undefined;
  const through: Record<string, string> = other ? { "x-keyway-workspace": other } : {};
  return (
    <div className="pt-6">
      <SettingsSection title="Danger" description="Both bind all APIs, keys and root keys of the workspace from the next request.">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div className="min-w-0">
            <p className="font-medium">{workspace.enabled ? "Disable this workspace" : "Enable this workspace"}</p>
            <p className="text-xs text-text-3">
              {workspace.enabled ? "Its keys stop verifying until it is enabled again." : "Its keys verify again, and things can be changed."}
            </p>
          </div>
          {workspace.enabled ? (
            <Button variant="danger-quiet" blocked={manage ?? needsOther} onClick={() => setAsking("disable")}>
              Disable
            </Button>
          ) : (
            <Button variant="primary" blocked={update} onClick={() => setAsking("enable")}>
              Enable
            </Button>
          )}
        </div>
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
          <div className="min-w-0">
            <p className="font-medium">Delete this workspace</p>
            <p className="text-xs text-text-3">
              It has {plural(workspace.counts.apis, "API")} and {plural(workspace.counts.keys, "key")}.
            </p>
          </div>
          <Button variant="danger-quiet" blocked={manage ?? needsOther} onClick={() => setAsking("delete")}>
            Delete
          </Button>
        </div>
      </SettingsSection>
      <ConfirmDialog
        open={asking === "disable" || asking === "enable"}
        onOpenChange={() => setAsking(null)}
        title={asking === "disable" ? `Disable ${workspace.name}?` : `Enable ${workspace.name}?`}
        action={asking === "disable" ? "Disable" : "Enable"}
        danger={asking === "disable"}
        run={async () => {
          const enabled = asking === "enable";
          await call(
            "workspaces.updateWorkspace",
            { workspaceId: workspace.id, enabled },
            undefined,
            enabled ? {} : through,
          );
          await renewAfter("workspaces.updateWorkspace");
          toast(enabled ? "Workspace enabled" : "Workspace disabled");
        }}
      >
        {asking === "disable"
          ? "All of its keys are refused from the next request, and nothing in it can be changed. You can enable it again."
          : "Its keys and root keys work again from the next request."}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === "delete"}
        onOpenChange={() => setAsking(null)}
        title={`Delete ${workspace.name}?`}
        action="Delete"
        typed={workspace.name}
        run={async () => {
          await call(
            "workspaces.deleteWorkspace",
            { workspaceId: workspace.id, confirmName: workspace.name },
            undefined,
            through,
          );
          toast("Workspace deleted");
          const state = await enterWorkspace(other ?? "");
          if (state.session) await navigate({ to: "/$ws", params: { ws: state.session.workspace.slug } });
        }}
      >
        All of its APIs, keys, roles, limits and root keys go with it. This can’t be taken back.
      </ConfirmDialog>
    </div>
  );
}
