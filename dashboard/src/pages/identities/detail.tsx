//! P12: one identity with its keys, its shared limits and its metadata.

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useMemo, useRef, useState, type FormEvent } from "react";
import type { Input as Body, KeyItem, Output } from "@/api/operations";
import { useChange, useList, useOp } from "@/api/query";
import { call, RpcError } from "@/api/rpc";
import { NotFound } from "@/app/not-found";
import { useBlocked, useSession } from "@/app/session";
import { useUrlState } from "@/app/url-state";
import { Button, ButtonLink } from "@/ui/button";
import { ChangeList } from "@/ui/changes";
import { CopyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field } from "@/ui/field";
import { JsonEditor, readObject } from "@/ui/json";
import { Mark } from "@/ui/mark";
import { LinkTabs, Notice, Page, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, InlineError, NoAnalytics, PageSkeleton, Skeleton } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { Time, useNow } from "@/ui/time";
import { toast } from "@/ui/toast";
import { limitBody, windowParts, type LimitDraft } from "../keys/draft";
import { LimitsField, newLimit } from "../keys/limits-field";
import { statusMarks, statusOf } from "../keys/status";
import { DeleteIdentity } from "./dialogs";

type Identity = Output<"identities.getIdentity">;

const tabs = [
  ["", "Keys"],
  ["limits", "Limits"],
  ["metadata", "Metadata"],
  ["usage", "Usage"],
  ["changes", "Changes"],
] as const;

/** Shows one identity and lets people change it. */
export function IdentityDetail() {
  const { identity: identityId = "" } = useParams({ strict: false });
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [search] = useUrlState();
  const query = useOp("identities.getIdentity", { identity: identityId }, { keep: false });
  const identity = query.data;
  const [deleting, setDeleting] = useState(false);
  const [version, setVersion] = useState(0);
  const remove = useBlocked("identities.deleteIdentity", { identityId });
  const create = useBlocked("keys.createKey");
  if (query.error instanceof RpcError && query.error.status === 404) return <NotFound />;
  const tab = search["tab"] ?? "";
  const reload = () => void query.refetch().then(() => setVersion((one) => one + 1));
  return (
    <Page
      title={identity?.externalId ?? "Identity"}
      heading={identity ? identity.externalId : query.error ? "Identity" : <Skeleton className="h-6 w-48" />}
      description={identity ? <CopyText value={identity.id} /> : undefined}
      crumbs={[
        { label: "Identities", link: { to: "/$ws/identities", params: { ws } } },
        { label: identity?.externalId ?? "Identity" },
      ]}
      actions={
        identity ? (
          <>
            <ButtonLink
              icon={Plus}
              blocked={create}
              to="/$ws/keys/new"
              params={{ ws }}
              search={{ identity: identity.externalId }}
            >
              Create key
            </ButtonLink>
            <Button icon={Trash2} variant="danger-quiet" blocked={remove} onClick={() => setDeleting(true)}>
              Delete
            </Button>
          </>
        ) : undefined
      }
      tabs={
        <LinkTabs
          label="Identity"
          tabs={tabs.map(([id, label]) => ({
            label,
            exact: true,
            search: true,
            link: { to: "/$ws/identities/$identity", params: { ws, identity: identityId }, search: id ? { tab: id } : {} },
          }))}
        />
      }
    >
      {query.error && !identity ? (
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      ) : !identity ? (
        <PageSkeleton />
      ) : tab === "limits" ? (
        <LimitsForm key={version} start={identity} onReload={reload} />
      ) : tab === "metadata" ? (
        <MetaForm key={version} start={identity} onReload={reload} />
      ) : tab === "usage" ? (
        <NoAnalytics what="What the keys of this identity do" />
      ) : tab === "changes" ? (
        <ChangeList targetId={identity.id} />
      ) : (
        <Keys identity={identity} />
      )}
      {identity && deleting ? (
        <DeleteIdentity
          item={identity}
          onClose={() => setDeleting(false)}
          onDone={() => void navigate({ to: "/$ws/identities", params: { ws } })}
        />
      ) : null}
    </Page>
  );
}

function Keys({ identity }: { identity: Identity }) {
  const ws = useSession().workspace.slug;
  const now = useNow();
  const body = { externalId: identity.externalId };
  const list = useList("keys.listKeys", body);
  const apis = useList("apis.listApis", {});
  const names = useMemo(() => new Map(apis.rows.map((api) => [api.id, api.name])), [apis.rows]);
  const columns = useMemo(() => {
    const column = createColumnHelper<KeyItem>();
    return [
      column.accessor("name", {
        header: "Key",
        meta: { role: "first" },
        cell: ({ row }) => (
          <Link
            to="/$ws/keys/$key"
            params={{ ws, key: row.original.keyId }}
            data-open=""
            className="flex min-w-0 items-baseline gap-2 hover:underline"
          >
            <span className="truncate font-medium">{row.original.name ?? "Unnamed"}</span>
            <code className="text-2xs text-text-3">{row.original.start}…</code>
          </Link>
        ),
      }),
      column.accessor("apiId", {
        header: "API",
        meta: { label: "API" },
        cell: ({ getValue }) => names.get(getValue()) ?? <code className="text-xs">{getValue()}</code>,
      }),
      column.display({
        id: "status",
        header: "Status",
        meta: { label: "Status" },
        cell: ({ row }) => {
          const status = statusMarks[statusOf(row.original, now)];
          return (
            <Mark sign={status.sign} tone={status.tone}>
              {status.words}
            </Mark>
          );
        },
      }),
      column.accessor("lastUsedAt", {
        header: "Last used",
        meta: { label: "Last used" },
        cell: ({ getValue }) => <Time at={getValue()} />,
      }),
      column.accessor("expires", {
        header: "Expires",
        meta: { label: "Expires" },
        cell: ({ getValue }) => <Time at={getValue()} />,
      }),
      column.accessor("createdAt", {
        header: "Created",
        meta: { label: "Created" },
        cell: ({ getValue }) => <Time at={getValue()} />,
      }),
    ];
  }, [ws, names, now]);
  if (list.error && list.rows.length === 0) {
    return <ErrorCard error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <>
      <Toolbar end={<CopyAs operation="keys.listKeys" body={body} />}>
        <p className="text-text-3">The keys that belong to this identity.</p>
      </Toolbar>
      <DataTable
        label={`Keys of ${identity.externalId}`}
        rows={list.rows}
        columns={columns}
        rowId={(key) => key.keyId}
        loading={list.isPending}
        busy={list.isPlaceholderData}
        hasMore={list.hasNextPage}
        onMore={() => void list.fetchNextPage()}
        loadingMore={list.isFetchingNextPage}
        skeletonRows={4}
        empty={
          <EmptyState icon={<KeyRound />} title="No keys">
            No key belongs to this identity.
          </EmptyState>
        }
      />
    </>
  );
}

/** Saves a part of an identity, unless somebody else changed that part since the form was filled. */
function useSave(start: Identity, part: "meta" | "ratelimits", onReload: () => void) {
  const save = useChange("identities.updateIdentity");
  const [busy, setBusy] = useState(false);
  const [moved, setMoved] = useState(false);
  const run = async (body: Body<"identities.updateIdentity">, failed: () => void) => {
    setBusy(true);
    const newer = await call("identities.getIdentity", { identity: start.id }).catch(() => undefined);
    setBusy(false);
    if (newer && JSON.stringify(newer[part]) !== JSON.stringify(start[part]) && !moved) {
      setMoved(true);
      return;
    }
    save.mutate(body, {
      onSuccess: () => {
        toast("Identity saved");
        onReload();
      },
      onError: failed,
    });
  };
  const notice = moved ? (
    <Notice
      tone="warn"
      action={
        <Button size="sm" onClick={onReload}>
          Load theirs
        </Button>
      }
    >
      Somebody has changed this meanwhile. Load their version, or save again to replace it by yours.
    </Notice>
  ) : null;
  return { run, busy: busy || save.isPending, error: save.error, notice };
}

function LimitsForm({ start, onReload }: { start: Identity; onReload: () => void }) {
  const [identity] = useState(start);
  const [limits, setLimits] = useState<readonly LimitDraft[]>(() =>
    (identity.ratelimits ?? []).map((one) =>
      newLimit({ name: one.name, limit: String(one.limit), ...windowParts(one.duration), autoApply: one.autoApply }),
    ),
  );
  const [first] = useState(() => JSON.stringify(limits.map(limitBody)));
  const { run, busy, error, notice } = useSave(identity, "ratelimits", onReload);
  const blocked = useBlocked("identities.updateIdentity", { identityId: identity.id });
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(error);
  const body = () => ({ identity: identity.id, ratelimits: limits.map(limitBody) });
  const same = JSON.stringify(limits.map(limitBody)) === first;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(body(), () => focusFirstFault(form.current));
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex max-w-3xl flex-col gap-4">
      <p className="text-text-2">All keys of this identity count against these limits together.</p>
      <LimitsField limits={limits} onChange={setLimits} fault={(member) => faults.of(`ratelimits${member}`)} />
      {notice}
      {error && !faults.any ? <InlineError error={error} /> : null}
      <div className="flex items-center gap-2">
        <Button type="submit" variant="primary" busy={busy} blocked={same ? "Nothing is changed." : blocked}>
          Save changes
        </Button>
        <CopyAs size="sm" operation="identities.updateIdentity" body={body} />
      </div>
    </form>
  );
}

function MetaForm({ start, onReload }: { start: Identity; onReload: () => void }) {
  const [identity] = useState(start);
  const [first] = useState(() =>
    identity.meta && Object.keys(identity.meta).length > 0 ? JSON.stringify(identity.meta, null, 2) : "",
  );
  const [meta, setMeta] = useState(first);
  const [tried, setTried] = useState(false);
  const { run, busy, error, notice } = useSave(identity, "meta", onReload);
  const blocked = useBlocked("identities.updateIdentity", { identityId: identity.id });
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(error);
  const read = readObject(meta);
  const body = () => ({ identity: identity.id, meta: read.value ?? {} });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.fault) focusFirstFault(form.current);
    else void run(body(), () => focusFirstFault(form.current));
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex max-w-3xl flex-col gap-4">
      <Field
        label="Metadata"
        hint="A JSON object that verifications of its keys return."
        error={(tried ? read.fault : undefined) ?? faults.of("meta")}
      >
        <JsonEditor value={meta} onChange={setMeta} rows={14} />
      </Field>
      {notice}
      {error && !faults.any ? <InlineError error={error} /> : null}
      <div className="flex items-center gap-2">
        <Button type="submit" variant="primary" busy={busy} blocked={meta === first ? "Nothing is changed." : blocked}>
          Save changes
        </Button>
        <CopyAs size="sm" operation="identities.updateIdentity" body={body} />
      </div>
    </form>
  );
}
