//! P31: how the instance is doing, and its workspaces.

import { Link } from "@tanstack/react-router";
import { CircleAlert, Plus, TriangleAlert } from "lucide-react";
import { useId, useRef, useState, type FormEvent } from "react";
import type { Input as Body, Item, Output } from "@/api/operations";
import { useChange, useList, useOp } from "@/api/query";
import { useBlocked, useSession, useSessionState } from "@/app/session";
import { useSearchParam, useUrlState } from "@/app/url-state";
import { Button } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { Dialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, SearchInput } from "@/ui/field";
import { count, duration } from "@/ui/format";
import { Mark } from "@/ui/mark";
import { Facts, Page, Panel, Toolbar } from "@/ui/page";
import { Prose } from "@/ui/prose";
import { SecretDialog } from "@/ui/secret";
import { EmptyState, ErrorCard, InlineError, NoMatches, Skeleton } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { ExactTime, Time } from "@/ui/time";
import { toast } from "@/ui/toast";
import { WorkspaceMenu } from "./workspace-menu";

type Info = Output<"instance.getInfo">;
type Row = Item<"workspaces.listWorkspaces">;

/** Shows the health of the instance and lets owners run its workspaces. */
export function Instance() {
  const info = useOp("instance.getInfo", {}, { refetchInterval: 15_000 });
  return (
    <Page title="Instance" description="This server as a whole. Only owners see it.">
      {info.data ? (
        <div className="flex flex-col gap-6">
          <Findings findings={info.data.findings} />
          <State info={info.data} />
          <Workspaces />
        </div>
      ) : info.error ? (
        <ErrorCard error={info.error} onRetry={() => void info.refetch()} />
      ) : (
        <Skeleton className="h-56" />
      )}
    </Page>
  );
}

function Findings({ findings }: { findings: Info["findings"] }) {
  if (findings.length === 0) return null;
  return (
    <ul aria-label="Findings" className="flex flex-col gap-2">
      {findings.map((one) => {
        const bad = one.level === "error";
        const Icon = bad ? CircleAlert : TriangleAlert;
        return (
          <li
            key={one.text}
            className={`flex items-start gap-2.5 rounded-lg border px-3.5 py-2.5 ${bad ? "border-bad-line bg-bad-soft" : "border-warn-line bg-warn-soft"}`}
          >
            <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${bad ? "text-bad" : "text-warn"}`} />
            <p className="min-w-0">
              <span className="sr-only">{bad ? "Error: " : "Warning: "}</span>
              <Prose text={one.text} />
            </p>
          </li>
        );
      })}
    </ul>
  );
}

/** How long something runs, in its two largest units. */
function uptime(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "under a minute";
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

function State({ info }: { info: Info }) {
  const { server } = useSessionState();
  const drift = Math.abs(Date.now() - info.now);
  const kind = (info.storage as { kind?: string }).kind;
  return (
    <Panel title="State" actions={<CopyAs size="sm" operation="instance.getInfo" body={{}} />}>
      <div className="grid grid-cols-1 gap-x-10 gap-y-2.5 lg:grid-cols-2">
        <Facts
          items={[
            ["Version", <CopyText key="version" value={info.version} />],
            ["Running for", uptime(info.uptimeMs)],
            [
              "Storage",
              <span key="storage" className="flex flex-wrap items-center gap-x-3">
                <Mark sign={info.storage.healthy ? "●" : "✕"} tone={info.storage.healthy ? "good" : "bad"}>
                  {info.storage.healthy ? "Healthy" : "Takes no changes"}
                </Mark>
                {kind ? <span className="text-text-3">{kind}</span> : null}
              </span>,
            ],
            [
              "Vault",
              info.vault ? (
                <Mark key="vault" sign="●" tone="good">
                  Master key set
                </Mark>
              ) : (
                <Mark key="vault" sign="–" tone="plain">
                  No master key
                </Mark>
              ),
            ],
          ]}
        />
        <Facts
          items={[
            server ? ["Address", <CopyText key="url" value={server.publicUrl} />] : false,
            server
              ? [
                  "Scheme seen",
                  <Mark key="scheme" sign={server.secure ? "●" : "✕"} tone={server.secure ? "good" : "bad"}>
                    {server.scheme}
                  </Mark>,
                ]
              : false,
            server ? ["Root-key sign-in", server.rootKeySignIn ? "on" : "off"] : false,
            [
              "Clock",
              <span key="clock" className="flex flex-wrap items-center gap-x-3">
                <ExactTime at={info.now} />
                {drift > 60_000 ? <span className="text-warn">{duration(Math.round(drift / 1000) * 1000)} off this browser</span> : null}
              </span>,
            ],
          ]}
        />
      </div>
    </Panel>
  );
}

function Workspaces() {
  const [search, change] = useUrlState();
  const [text, setText, settled] = useSearchParam("q");
  const body = settled ? { search: settled } : {};
  const list = useList("workspaces.listWorkspaces", body, { by: (one) => one.name });
  const blocked = useBlocked("workspaces.createWorkspace");
  const session = useSession();
  const [secret, setSecret] = useState<string | null>(null);
  const create = (
    <Button size="sm" variant="primary" icon={Plus} blocked={blocked} onClick={() => change({ new: "1" })}>
      Create workspace
    </Button>
  );
  return (
    <section>
      <h2 className="mb-3 font-semibold">Workspaces</h2>
      {list.error && list.rows.length === 0 ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} className="m-0" />
      ) : (
        <>
          <Toolbar
            end={
              <>
                <CopyAs operation="workspaces.listWorkspaces" body={body} />
                {create}
              </>
            }
          >
            <SearchInput label="Search workspaces" value={text} onChange={setText} busy={list.isPlaceholderData} />
          </Toolbar>
          <DataTable
            label="Workspaces"
            rows={list.rows}
            columns={workspaceColumns(new Set(session.workspaces.map((one) => one.slug)))}
            rowId={(one) => one.id}
            loading={list.isPending}
            busy={list.isPlaceholderData}
            hasMore={list.hasNextPage}
            onMore={() => void list.fetchNextPage()}
            loadingMore={list.isFetchingNextPage}
            skeletonRows={3}
            empty={
              settled ? (
                <NoMatches what="No workspace" onClear={() => setText("")} />
              ) : (
                <EmptyState title="No workspaces" action={create}>
                  A workspace keeps APIs, keys and people apart from all others.
                </EmptyState>
              )
            }
          />
        </>
      )}
      {search["new"] === "1" ? <CreateWorkspace onClose={() => change({ new: "" })} onSecret={setSecret} /> : null}
      <SecretDialog
        secret={secret}
        title="The first root key of the workspace"
        onClose={() => setSecret(null)}
        {...(secret === null ? {} : { env: [["KEYWAY_ROOT_KEY", secret]] as const })}
      >
        <p className="text-text-2">It may do everything in its workspace and nothing elsewhere.</p>
      </SecretDialog>
    </section>
  );
}

function workspaceColumns(own: ReadonlySet<string>) {
  const column = createColumnHelper<Row>();
  return [
    column.accessor("name", {
      header: "Name",
      meta: { role: "first" },
      cell: ({ row }) =>
        own.has(row.original.slug) ? (
          <Link
            to="/$ws"
            params={{ ws: row.original.slug }}
            data-open=""
            className="block min-w-0 truncate font-medium hover:underline md:max-w-80"
          >
            {row.original.name}
          </Link>
        ) : (
          <span className="block min-w-0 truncate font-medium md:max-w-80">{row.original.name}</span>
        ),
    }),
    column.accessor("slug", {
      header: "Slug",
      meta: { label: "Slug" },
      cell: ({ getValue }) => <CopyText value={getValue()} />,
    }),
    column.display({
      id: "status",
      header: "Status",
      meta: { label: "Status" },
      cell: ({ row }) =>
        row.original.enabled ? (
          <Mark sign="●" tone="good">
            Enabled
          </Mark>
        ) : (
          <Mark sign="◌" tone="plain">
            Disabled
          </Mark>
        ),
    }),
    column.accessor("keyCount", {
      header: "Keys",
      meta: { label: "Keys", align: "end" },
      cell: ({ getValue }) => count(getValue()),
    }),
    column.accessor("createdAt", {
      header: "Created",
      meta: { label: "Created" },
      cell: ({ getValue }) => <Time at={getValue()} />,
    }),
    column.display({
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { role: "actions" },
      cell: ({ row }) => <WorkspaceMenu workspace={row.original} />,
    }),
  ];
}

function CreateWorkspace({ onClose, onSecret }: { onClose: () => void; onSecret: (secret: string) => void }) {
  const [name, setName] = useState("");
  const [slug, setSlug] = useState("");
  const create = useChange("workspaces.createWorkspace");
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(create.error);
  const body = (): Body<"workspaces.createWorkspace"> => ({
    name: name.trim(),
    ...(slug.trim() ? { slug: slug.trim() } : {}),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(body(), {
      onSuccess: ({ rootKey }) => {
        toast("Workspace created");
        onClose();
        onSecret(rootKey);
      },
      onError: () => focusFirstFault(element.current),
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Create a workspace"
      description="It comes with a first root key, which is shown once."
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="workspaces.createWorkspace" body={body} />
          </div>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={create.isPending}>
            Create workspace
          </Button>
        </>
      }
    >
      <form ref={element} id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" error={faults.of("name")}>
          <Input value={name} maxLength={256} onChange={(event) => setName(event.target.value)} autoFocus />
        </Field>
        <Field label="Slug" optional hint="Its name in addresses. Made from the name if empty; it never changes." error={faults.of("slug")}>
          <Input mono value={slug} onChange={(event) => setSlug(event.target.value)} />
        </Field>
        {create.error && !faults.any ? <InlineError error={create.error} /> : null}
      </form>
    </Dialog>
  );
}
