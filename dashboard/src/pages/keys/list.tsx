//! The list of keys, of one API or of the workspace.

import { Link, useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { Download, Filter, KeyRound, Plus } from "lucide-react";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import type { ApiItem, Input, KeyItem } from "@/api/operations";
import { useList } from "@/api/query";
import { call, RpcError } from "@/api/rpc";
import { useBlocked, useSession } from "@/app/session";
import { listParam, useSearchParam, useUrlState } from "@/app/url-state";
import { Button, ButtonLink } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { SearchInput, Select } from "@/ui/field";
import { count, plural } from "@/ui/format";
import { BadgeList, Mark } from "@/ui/mark";
import { Menu, MenuChoice, MenuItem, MenuLine } from "@/ui/menu";
import { Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, NoMatches } from "@/ui/states";
import { createColumnHelper, DataTable, type Sort } from "@/ui/table";
import { Time } from "@/ui/time";
import { download } from "@/ui/secret";
import { BulkBar } from "./bulk";
import { KeyActionDialog, KeyMenu, type KeyAction } from "./key-menu";
import { looksLikeSecret } from "./secrets";
import { statusMarks, statusOf, type Status } from "./status";
import { toCsv } from "./csv";

type ListInput = Input<"keys.listKeys">;
const statuses = ["active", "unused", "expires_soon", "out_of_credits", "expired", "disabled"] as const;

/** The list with its search, filters, bulk actions and row menus. */
export function KeyList({ apiId, apis }: { apiId?: string; apis?: ReadonlyMap<string, ApiItem> }) {
  const [search, change] = useUrlState();
  const [text, setText, settled] = useSearchParam("q", looksLikeSecret);
  const secret = looksLikeSecret(text) ? text.trim() : undefined;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const status = listParam(search["status"]) as (typeof statuses)[number][];
  const api = apiId ?? search["api"];
  const sort = useMemo<Sort | undefined>(
    () =>
      search["sort"]
        ? { by: search["sort"], order: search["order"] === "asc" ? "asc" : "desc" }
        : undefined,
    [search],
  );
  const body: Omit<ListInput, "cursor" | "limit"> = {
    ...(api ? { apiId: api } : {}),
    ...(settled && !secret ? { search: settled } : {}),
    ...(status.length > 0 ? { status: [...status] } : ({} as object)),
    ...(search["role"] ? { role: search["role"] } : {}),
    ...(search["permission"] ? { permission: search["permission"] } : {}),
    ...(search["identity"] ? { externalId: search["identity"] } : {}),
    ...(sort
      ? { sort: sort.by as NonNullable<ListInput["sort"]>, order: sort.order }
      : settled
        ? {}
        : { sort: "createdAt", order: "desc" }),
  } as Omit<ListInput, "cursor" | "limit">;

  const list = useList("keys.listKeys", body, { enabled: secret === undefined });
  const resolved = useResolved(secret);
  const rows = secret === undefined ? list.rows : (resolved.data ?? []);
  const loading = secret === undefined ? list.isPending : resolved.isPending;
  const error = secret === undefined ? (rows.length === 0 ? list.error : null) : resolved.error;
  const filtered = Boolean(
    settled || secret || status.length > 0 || search["role"] || search["permission"] || search["identity"] || (!apiId && api),
  );
  const clear = () => {
    setText("");
    change({ q: "", status: "", role: "", permission: "", identity: "", ...(apiId ? {} : { api: "" }) });
  };
  const [acting, setActing] = useState<{ item: KeyItem; action: KeyAction } | null>(null);
  const columns = useColumns(apiId === undefined ? apis : undefined, setActing);
  const onSort = useCallback((next: Sort) => change({ sort: next.by, order: next.order }), [change]);
  const chosen = useMemo(() => rows.filter((row) => selected.has(row.keyId)), [rows, selected]);

  return (
    <>
      <Toolbar
        end={
          <>
            <Button
              variant="ghost"
              icon={Download}
              onClick={() => download("keys.csv", toCsv(selected.size > 0 ? chosen : rows), "text/csv")}
              blocked={rows.length === 0 ? "There is nothing to export." : undefined}
            >
              CSV
            </Button>
            <CopyAs operation="keys.listKeys" body={body} />
          </>
        }
      >
        <SearchInput
          label="Search keys"
          placeholder="Id, start, name, externalId or a whole key"
          className="w-full md:w-80"
          value={text}
          onChange={setText}
          busy={list.isPlaceholderData || resolved.isFetching}
        />
        <StatusFilter value={status} onChange={(next) => change({ status: next.join(",") })} />
        {apiId === undefined && apis && apis.size > 0 ? (
          <Select
            aria-label="API"
            className="w-40"
            value={api ?? ""}
            onChange={(event) => change({ api: event.target.value })}
          >
            <option value="">All APIs</option>
            {api && !apis.has(api) ? <option value={api}>{api}</option> : null}
            {[...apis.values()].map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        ) : null}
        {(["role", "permission", "identity"] as const).map((name) =>
          search[name] ? (
            <Button key={name} size="md" onClick={() => change({ [name]: "" })} aria-label={`Remove the filter ${name} ${search[name]}`}>
              <span className="text-text-3">{name}</span> {search[name]} ×
            </Button>
          ) : null,
        )}
      </Toolbar>
      {secret === undefined ? null : (
        <p role="status" className="mb-2 text-xs text-text-3">
          This looks like a whole key. It is looked up by its hash and kept nowhere.
        </p>
      )}
      {error ? (
        <ErrorCard error={error} onRetry={() => void (secret === undefined ? list.refetch() : resolved.refetch())} />
      ) : (
        <DataTable
          label="Keys"
          rows={rows}
          columns={columns}
          rowId={(key) => key.keyId}
          loading={loading}
          busy={secret === undefined && list.isPlaceholderData}
          sort={sort}
          onSort={onSort}
          selected={selected}
          onSelect={setSelected}
          hasMore={secret === undefined && list.hasNextPage}
          onMore={() => void list.fetchNextPage()}
          loadingMore={list.isFetchingNextPage}
          skeletonRows={12}
          empty={filtered ? <NoMatches what="No key" onClear={clear} /> : <NoKeys apiId={apiId} />}
        />
      )}
      {rows.length > 0 && !error ? (
        <p className="mt-2 text-xs text-text-3 tabular-nums">
          {list.hasNextPage && secret === undefined ? `${count(rows.length)} keys read, more follow` : plural(rows.length, "key")}
        </p>
      ) : null}
      {acting ? (
        <KeyActionDialog item={acting.item} action={acting.action} onClose={() => setActing(null)} />
      ) : null}
      <BulkBar selected={chosen} onClear={() => setSelected(new Set())} onSelect={setSelected} />
    </>
  );
}

function NoKeys({ apiId }: { apiId: string | undefined }) {
  const blocked = useBlocked("keys.createKey", { apiId });
  const ws = useSession().workspace.slug;
  return (
    <EmptyState
      icon={<KeyRound />}
      title="No keys yet"
      action={
        <ButtonLink
          variant="primary"
          icon={Plus}
          to="/$ws/keys/new"
          params={{ ws }}
          {...(apiId ? { search: { api: apiId } } : {})}
          blocked={blocked}
        >
          Create key
        </ButtonLink>
      }
      command={`keyway key create --api ${apiId ?? "$API"} --name "first key"`}
    >
      A key is what a caller of your API holds. Keyway keeps only its hash.
    </EmptyState>
  );
}

/** Finds a key by its secret, which is in the body of one request and nowhere else. */
function useResolved(secret: string | undefined) {
  return useQuery<KeyItem[]>({
    // The cache must not hold the secret, so the key of the read is only a number.
    queryKey: ["whoami", useSecretNumber(secret)],
    enabled: secret !== undefined,
    gcTime: 0,
    staleTime: 0,
    retry: false,
    queryFn: async ({ signal }) => {
      try {
        const found = await call("keys.whoami", { key: secret ?? "" }, signal);
        return [{ ...found, status: serverStatus(statusOf(found, Date.now())) } as KeyItem];
      } catch (error) {
        if (error instanceof RpcError && error.status === 404) return [];
        throw error;
      }
    },
  });
}

function serverStatus(status: Status): KeyItem["status"] {
  return status === "low_credits" ? "active" : status;
}

function useSecretNumber(secret: string | undefined): number {
  const [state, setState] = useState({ secret, number: 0 });
  if (state.secret !== secret) setState({ secret, number: state.number + 1 });
  return state.number;
}

function StatusFilter({
  value,
  onChange,
}: {
  value: readonly (typeof statuses)[number][];
  onChange: (value: readonly string[]) => void;
}) {
  const current = value.length === 1 ? (value[0] ?? "all") : "all";
  const words = value.length === 0 ? "Status" : value.map((one) => statusMarks[one]?.words ?? one).join(", ");
  return (
    <Menu
      align="start"
      trigger={
        <Button icon={Filter} className="border-edge shadow-none" aria-label={value.length === 0 ? "Filter by status" : `Status: ${words}`}>
          {words}
        </Button>
      }
    >
      <MenuChoice
        value={current}
        onChange={(next) => onChange(next === "all" ? [] : [next])}
        choices={[["all", "Any status"], ...statuses.map((one) => [one, statusMarks[one].words] as const)]}
      />
      {value.length > 0 ? (
        <>
          <MenuLine />
          <MenuItem onSelect={() => onChange([])}>Clear filter</MenuItem>
        </>
      ) : null}
    </Menu>
  );
}

/** The status of a row with what the server doesn't tell apart. */
export function KeyStatus({ item }: { item: KeyItem }) {
  const derived = statusOf(item, Date.now());
  const status: Status = item.status === "active" && derived === "low_credits" ? derived : item.status;
  const mark = statusMarks[status];
  return (
    <Mark sign={mark.sign} tone={mark.tone}>
      {mark.words}
    </Mark>
  );
}

function useColumns(
  apis: ReadonlyMap<string, ApiItem> | undefined,
  onAction: (acting: { item: KeyItem; action: KeyAction }) => void,
) {
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  return useMemo(() => {
    const column = createColumnHelper<KeyItem>();
    const cellOfApi = (id: string): ReactNode => (
      <Link to="/$ws/apis/$api/keys" params={{ ws, api: id }} className="block truncate hover:underline">
        {apis?.get(id)?.name ?? id}
      </Link>
    );
    return [
      column.accessor("keyId", {
        header: "Key",
        meta: { role: "first", className: "md:max-w-48", sort: "name" },
        cell: ({ row: { original: key } }) => (
          <span className="flex min-w-0 flex-col">
            <Link
              to="/$ws/keys/$key"
              params={{ ws, key: key.keyId }}
              data-open=""
              className="truncate font-medium hover:underline"
            >
              {key.name ?? <span className="text-text-2">Unnamed</span>}
            </Link>
            <code className="truncate text-2xs text-text-3">{key.start}…</code>
          </span>
        ),
      }),
      ...(apis
        ? [
            column.accessor("apiId", {
              header: "API",
              meta: { label: "API", className: "md:max-w-36" },
              cell: ({ getValue }) => cellOfApi(getValue()),
            }),
          ]
        : []),
      column.accessor("status", {
        header: "Status",
        meta: { label: "Status" },
        cell: ({ row }) => <KeyStatus item={row.original} />,
      }),
      column.accessor((key) => key.identity?.externalId, {
        id: "identity",
        header: "Identity",
        meta: { label: "Identity", className: "md:max-w-32", blank: (key) => !key.identity },
        cell: ({ row: { original: key } }) =>
          key.identity ? (
            <Link
              to="/$ws/identities/$identity"
              params={{ ws, identity: key.identity.id }}
              className="block truncate hover:underline"
            >
              {key.identity.externalId}
            </Link>
          ) : null,
      }),
      column.accessor("roles", {
        header: "Roles",
        meta: { label: "Roles", blank: (key) => !key.roles?.length, className: "md:max-w-36" },
        cell: ({ getValue }) => <BadgeList values={getValue()} max={1} />,
      }),
      column.accessor((key) => key.credits?.remaining, {
        id: "credits",
        header: "Credits",
        meta: { label: "Credits", align: "end", blank: (key) => !key.credits },
        cell: ({ getValue }) => {
          const value = getValue();
          return value === null || value === undefined ? null : count(value);
        },
      }),
      column.accessor("lastUsedAt", {
        header: "Last used",
        meta: { label: "Last used", sort: "lastUsedAt" },
        cell: ({ getValue }) => <Time at={getValue()} />,
      }),
      column.accessor("expires", {
        header: "Expires",
        meta: { label: "Expires", sort: "expires" },
        cell: ({ getValue }) => <Time at={getValue()} />,
      }),
      column.accessor("createdAt", {
        header: "Created",
        meta: { label: "Created", sort: "createdAt", className: "max-[1400px]:hidden" },
        cell: ({ getValue }) => <Time at={getValue()} />,
      }),
      column.display({
        id: "actions",
        header: () => <span className="sr-only">Actions</span>,
        meta: { role: "actions" },
        cell: ({ row }) => (
          <KeyMenu
            item={row.original}
            onAction={(action) => onAction({ item: row.original, action })}
            onOpen={(tab) =>
              void navigate({
                to: "/$ws/keys/$key",
                params: { ws, key: row.original.keyId },
                search: tab ? { tab } : {},
              })
            }
          />
        ),
      }),
    ];
  }, [ws, apis, navigate, onAction]);
}

