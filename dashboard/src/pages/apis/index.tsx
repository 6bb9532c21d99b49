//! P04: every API of the workspace.

import { Link, useNavigate } from "@tanstack/react-router";
import { Box, Lock, Plus } from "lucide-react";
import { useId, useMemo, useRef, useState, type FormEvent } from "react";
import type { ApiItem } from "@/api/operations";
import { useChange, useList } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { useSearchParam, useUrlState } from "@/app/url-state";
import { Button } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { CopyText } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, SearchInput } from "@/ui/field";
import { count } from "@/ui/format";
import { Badge } from "@/ui/mark";
import { Page, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, InlineError, NoMatches } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

/** Lists APIs, finds them and creates new ones. */
export function Apis() {
  const [search, change] = useUrlState();
  const [text, setText, settled] = useSearchParam("q");
  const body = settled ? { search: settled } : {};
  const list = useList("apis.listApis", body, { by: (one) => one.name });
  const blocked = useBlocked("apis.createApi");
  const columns = useColumns();
  const create = (
    <Button variant="primary" icon={Plus} blocked={blocked} onClick={() => change({ new: "1" })}>
      Create API
    </Button>
  );
  return (
    <Page
      title="APIs"
      description="Each API is a set of keys that are verified together."
      actions={create}
    >
      {list.error && list.rows.length === 0 ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <>
          <Toolbar end={<CopyAs operation="apis.listApis" body={body} />}>
            <SearchInput label="Search APIs" value={text} onChange={setText} busy={list.isPlaceholderData} />
          </Toolbar>
          <DataTable
            label="APIs"
            rows={list.rows}
            columns={columns}
            rowId={(api) => api.id}
            loading={list.isPending}
            busy={list.isPlaceholderData}
            hasMore={list.hasNextPage}
            onMore={() => void list.fetchNextPage()}
            loadingMore={list.isFetchingNextPage}
            empty={
              settled ? (
                <NoMatches what="No API" onClear={() => setText("")} />
              ) : (
                <EmptyState
                  icon={<Box />}
                  title="No APIs yet"
                  action={create}
                  command="keyway api create --name payments"
                >
                  An API groups the keys that your service hands out. Create one for each service that checks keys.
                </EmptyState>
              )
            }
          />
        </>
      )}
      <CreateApi open={search["new"] === "1"} onOpenChange={(open) => change({ new: open ? "1" : undefined })} />
    </Page>
  );
}

function useColumns() {
  const ws = useSession().workspace.slug;
  return useMemo(() => {
    const column = createColumnHelper<ApiItem>();
    return [
      column.accessor("name", {
        header: "Name",
        meta: { role: "first" },
        cell: ({ row }) => (
          <span className="flex min-w-0 items-center gap-2">
            <Link
              to="/$ws/apis/$api/keys"
              params={{ ws, api: row.original.id }}
              data-open=""
              className="min-w-0 truncate font-medium hover:underline"
            >
              {row.original.name}
            </Link>
            {row.original.deleteProtection ? (
              <Lock aria-label="Protected from deletion" className="size-3 shrink-0 text-text-3" />
            ) : null}
          </span>
        ),
      }),
      column.accessor("id", {
        header: "ID",
        meta: { label: "ID" },
        cell: ({ getValue }) => <CopyText value={getValue()} />,
      }),
      column.accessor("keyCount", {
        header: "Keys",
        meta: { label: "Keys", align: "end" },
        cell: ({ getValue }) => count(getValue()),
      }),
      column.accessor("environment", {
        header: "Environment",
        meta: { label: "Environment", blank: (api) => !api.environment },
        cell: ({ getValue }) => (getValue() ? <Badge>{getValue()}</Badge> : null),
      }),
      column.accessor("defaultPrefix", {
        header: "Prefix",
        meta: { label: "Prefix", blank: (api) => !api.defaultPrefix },
        cell: ({ getValue }) => (getValue() ? <code className="text-xs">{getValue()}_</code> : null),
      }),
      column.accessor("createdAt", {
        header: "Created",
        meta: { label: "Created" },
        cell: ({ getValue }) => <Time at={getValue()} />,
      }),
    ];
  }, [ws]);
}

function CreateApi({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const create = useChange("apis.createApi");
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(create.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { name: name.trim() },
      {
        onSuccess: ({ apiId }) => {
          toast("API created");
          setName("");
          void navigate({ to: "/$ws/apis/$api/keys", params: { ws, api: apiId } });
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
      title="Create an API"
      description="You can change everything about it later."
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="apis.createApi" body={() => ({ name: name.trim() })} />
          </div>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={create.isPending}>
            Create API
          </Button>
        </>
      }
    >
      <form ref={element} id={form} onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" hint="Such as the service that checks the keys." error={faults.of("name")}>
          <Input value={name} onChange={(event) => setName(event.target.value)} maxLength={256} autoFocus />
        </Field>
        {create.error && !faults.any ? <InlineError error={create.error} /> : null}
      </form>
    </Dialog>
  );
}
