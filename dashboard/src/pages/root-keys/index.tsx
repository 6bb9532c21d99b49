//! P25: every root key of the workspace.

import { Link, useNavigate } from "@tanstack/react-router";
import { Ban, CircleCheck, Copy, ExternalLink, Fingerprint, MoreHorizontal, Plus, RefreshCw, ShieldQuestion, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useList, useOp } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { useSearchParam } from "@/app/url-state";
import { ButtonLink, IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { SearchInput } from "@/ui/field";
import { plural } from "@/ui/format";
import { BadgeList, Mark } from "@/ui/mark";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { Page, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, NoMatches } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { Time, useNow } from "@/ui/time";
import { toast } from "@/ui/toast";
import { DeleteRootKey, RerollRootKey, ToggleRootKey } from "./dialogs";
import { summaryOf } from "./picker";
import { rootName, rootStatus, type RootKeyItem } from "./status";

/** A whole root key must not reach the address. */
function looksLikeRootKey(text: string): boolean {
  return text.length > 20 && !text.startsWith("rk_") && /^[A-Za-z0-9]+_[A-Za-z0-9]+$/.test(text);
}

/** Lists root keys and finds them. */
export function RootKeys() {
  const ws = useSession().workspace.slug;
  const [text, setText, settled] = useSearchParam("q", looksLikeRootKey);
  const body = settled ? { search: settled } : {};
  const list = useList("rootKeys.listKeys", body, { by: rootName });
  const blocked = useBlocked("rootKeys.createKey");
  const columns = useColumns(list.rows);
  const create = (
    <ButtonLink variant="primary" icon={Plus} blocked={blocked} to="/$ws/root-keys/new" params={{ ws }}>
      Create root key
    </ButtonLink>
  );
  return (
    <Page
      title="Root keys"
      description="They call this server: to verify keys, to issue them, or to administer the workspace."
      actions={create}
    >
      {list.error && list.rows.length === 0 ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <>
          <Toolbar end={<CopyAs operation="rootKeys.listKeys" body={body} />}>
            <SearchInput
              label="Search root keys"
              placeholder="Name, start or id"
              value={text}
              onChange={setText}
              busy={list.isPlaceholderData}
            />
          </Toolbar>
          <DataTable
            label="Root keys"
            rows={list.rows}
            columns={columns}
            rowId={(key) => key.keyId}
            loading={list.isPending}
            busy={list.isPlaceholderData}
            hasMore={list.hasNextPage}
            onMore={() => void list.fetchNextPage()}
            loadingMore={list.isFetchingNextPage}
            empty={
              settled ? (
                <NoMatches what="No root key" onClear={() => setText("")} />
              ) : (
                <EmptyState
                  icon={<Fingerprint />}
                  title="No root keys here"
                  action={create}
                  command="keyway root-key create --name ci --preset verify"
                >
                  A root key lets a service call this server, with exactly the permissions that you choose.
                </EmptyState>
              )
            }
          />
        </>
      )}
    </Page>
  );
}

function useColumns(rows: readonly RootKeyItem[]) {
  const ws = useSession().workspace.slug;
  const now = useNow();
  const catalog = useOp("rootKeys.listPermissionCatalog", {}, { staleTime: 600_000 }).data;
  const names = useMemo(() => new Map(rows.map((key) => [key.keyId, rootName(key)])), [rows]);
  return useMemo(() => {
    const column = createColumnHelper<RootKeyItem>();
    return [
      column.accessor("name", {
        header: "Name",
        meta: { role: "first" },
        cell: ({ row }) => (
          <Link
            to="/$ws/root-keys/$key"
            params={{ ws, key: row.original.keyId }}
            data-open=""
            className="block min-w-0 truncate font-medium hover:underline md:max-w-64"
          >
            {rootName(row.original)}
          </Link>
        ),
      }),
      column.accessor("start", {
        header: "Key",
        meta: { label: "Key" },
        cell: ({ row }) => (
          <code className="text-xs whitespace-nowrap text-text-2">
            {row.original.start}…{row.original.end}
          </code>
        ),
      }),
      column.display({
        id: "permissions",
        header: "Permissions",
        meta: { label: "Permissions" },
        cell: ({ row }) => {
          const { permissions } = row.original;
          return (
            <span className="whitespace-nowrap">
              {catalog ? summaryOf(permissions, catalog) : plural(permissions.length, "permission")}
            </span>
          );
        },
      }),
      column.accessor("environments", {
        header: "Environments",
        meta: { label: "Environments", blank: (key) => !key.environments },
        cell: ({ getValue }) => (getValue() ? <BadgeList values={getValue()} /> : <span className="text-text-3">All</span>),
      }),
      column.display({
        id: "status",
        header: "Status",
        meta: { label: "Status" },
        cell: ({ row }) => {
          const status = rootStatus(row.original, now);
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
      column.accessor("createdBy", {
        header: "Created by",
        meta: { label: "Created by", blank: (key) => !key.createdBy, className: "max-xl:md:hidden" },
        cell: ({ getValue }) => {
          const id = getValue();
          return id ? (
            <span className="block max-w-40 truncate" title={id}>
              {names.get(id) ?? <code className="text-xs">{id}</code>}
            </span>
          ) : (
            <span className="text-text-3">This server</span>
          );
        },
      }),
      column.display({
        id: "actions",
        header: () => <span className="sr-only">Actions</span>,
        meta: { role: "actions" },
        cell: ({ row }) => <RootKeyMenu item={row.original} />,
      }),
    ];
  }, [ws, now, catalog, names]);
}

function RootKeyMenu({ item }: { item: RootKeyItem }) {
  const [open, setOpen] = useState<"reroll" | "toggle" | "delete" | null>(null);
  const navigate = useNavigate();
  const ws = useSession().workspace.slug;
  const update = useBlocked("rootKeys.updateKey");
  const create = useBlocked("rootKeys.rerollKey");
  const remove = useBlocked("rootKeys.deleteKey");
  const show = () => void navigate({ to: "/$ws/root-keys/$key", params: { ws, key: item.keyId } });
  return (
    <>
      <Menu trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${rootName(item)}`} tip={false} />} className="w-56">
        <MenuItem
          icon={Copy}
          onSelect={() => void copyText(item.keyId).then((done) => toast(done ? "Copied" : "The browser refused to copy."))}
        >
          Copy id
        </MenuItem>
        <MenuItem icon={ExternalLink} onSelect={show}>
          Open and edit
        </MenuItem>
        <MenuItem
          icon={ShieldQuestion}
          onSelect={() => void navigate({ to: "/$ws/explain", params: { ws }, search: { rootKey: item.keyId } })}
        >
          Explain
        </MenuItem>
        <MenuLine />
        <MenuItem icon={RefreshCw} blocked={create} onSelect={() => setOpen("reroll")}>
          Reroll
        </MenuItem>
        <MenuItem icon={item.enabled ? Ban : CircleCheck} blocked={update} onSelect={() => setOpen("toggle")}>
          {item.enabled ? "Disable" : "Enable"}
        </MenuItem>
        <MenuItem icon={Trash2} danger blocked={remove} onSelect={() => setOpen("delete")}>
          Delete
        </MenuItem>
      </Menu>
      {open === "reroll" ? <RerollRootKey item={item} onClose={() => setOpen(null)} /> : null}
      {open === "toggle" ? <ToggleRootKey item={item} onClose={() => setOpen(null)} /> : null}
      {open === "delete" ? <DeleteRootKey item={item} onClose={() => setOpen(null)} /> : null}
    </>
  );
}
