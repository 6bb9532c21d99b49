//! P16: every rate-limit namespace of the workspace.

import { Link, useNavigate } from "@tanstack/react-router";
import { Gauge, Plus } from "lucide-react";
import { useId, useMemo, useRef, useState, type FormEvent } from "react";
import { useChange, useList } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { useSearchParam, useUrlState } from "@/app/url-state";
import { Button } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { Dialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, SearchInput } from "@/ui/field";
import { count } from "@/ui/format";
import { Page, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, InlineError, NoMatches } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";
import type { Namespace } from "./frame";

/** Lists namespaces, finds them and creates new ones. */
export function Ratelimits() {
  const [search, change] = useUrlState();
  const [text, setText, settled] = useSearchParam("q");
  const body = settled ? { search: settled } : {};
  const list = useList("ratelimit.listNamespaces", body, { by: (one) => one.name });
  const blocked = useBlocked("ratelimit.createNamespace");
  const columns = useColumns();
  const create = (
    <Button variant="primary" icon={Plus} blocked={blocked} onClick={() => change({ new: "1" })}>
      Create namespace
    </Button>
  );
  return (
    <Page
      title="Rate limits"
      description="A namespace counts one thing, such as sign-ups. Overrides give some identifiers a limit of their own."
      actions={create}
    >
      {list.error && list.rows.length === 0 ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <>
          <Toolbar end={<CopyAs operation="ratelimit.listNamespaces" body={body} />}>
            <SearchInput
              label="Search namespaces"
              placeholder="Name or id"
              value={text}
              onChange={setText}
              busy={list.isPlaceholderData}
            />
          </Toolbar>
          <DataTable
            label="Rate-limit namespaces"
            rows={list.rows}
            columns={columns}
            rowId={(one) => one.id}
            loading={list.isPending}
            busy={list.isPlaceholderData}
            hasMore={list.hasNextPage}
            onMore={() => void list.fetchNextPage()}
            loadingMore={list.isFetchingNextPage}
            empty={
              settled ? (
                <NoMatches what="No namespace" onClear={() => setText("")} />
              ) : (
                <EmptyState
                  icon={<Gauge />}
                  title="No namespaces yet"
                  action={create}
                  command={`keyway call ratelimit.createNamespace -d '{"name":"signup"}'`}
                >
                  The first call of ratelimit.limit with a new name makes its namespace too, if its root key may.
                </EmptyState>
              )
            }
          />
        </>
      )}
      <CreateNamespace open={search["new"] === "1"} onOpenChange={(open) => change({ new: open ? "1" : undefined })} />
    </Page>
  );
}

function useColumns() {
  const ws = useSession().workspace.slug;
  return useMemo(() => {
    const column = createColumnHelper<Namespace>();
    return [
      column.accessor("name", {
        header: "Name",
        meta: { role: "first" },
        cell: ({ row }) => (
          <Link
            to="/$ws/ratelimits/$ns/overrides"
            params={{ ws, ns: row.original.id }}
            data-open=""
            className="block min-w-0 truncate font-medium hover:underline md:max-w-96"
          >
            {row.original.name}
          </Link>
        ),
      }),
      column.accessor("id", {
        header: "ID",
        meta: { label: "ID" },
        cell: ({ getValue }) => <CopyText value={getValue()} />,
      }),
      column.accessor("overrideCount", {
        header: "Overrides",
        meta: { label: "Overrides", align: "end" },
        cell: ({ getValue }) => count(getValue()),
      }),
      column.accessor("createdAt", {
        header: "Created",
        meta: { label: "Created" },
        cell: ({ getValue }) => <Time at={getValue()} />,
      }),
    ];
  }, [ws]);
}

function CreateNamespace({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const create = useChange("ratelimit.createNamespace");
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(create.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { name: name.trim() },
      {
        onSuccess: ({ namespaceId }) => {
          toast("Namespace created");
          setName("");
          void navigate({ to: "/$ws/ratelimits/$ns/overrides", params: { ws, ns: namespaceId } });
        },
        onError: () => focusFirstFault(element.current),
      },
    );
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        create.reset();
        onOpenChange(next);
      }}
      title="Create a namespace"
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="ratelimit.createNamespace" body={() => ({ name: name.trim() })} />
          </div>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={create.isPending}>
            Create namespace
          </Button>
        </>
      }
    >
      <form ref={element} id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" hint="What is counted, such as email.send. Services name it in each call." error={faults.of("name")}>
          <Input mono value={name} maxLength={512} onChange={(event) => setName(event.target.value)} autoFocus />
        </Field>
        {create.error && !faults.any ? <InlineError error={create.error} /> : null}
      </form>
    </Dialog>
  );
}
