//! P15: every permission of the workspace.

import { Link, useNavigate } from "@tanstack/react-router";
import { Copy, KeyRound, MoreHorizontal, Pencil, Plus, ShieldCheck, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useList, useOp } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { useSearchParam, useUrlState } from "@/app/url-state";
import { Button, IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { SearchInput } from "@/ui/field";
import { count } from "@/ui/format";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { Page, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, NoMatches } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";
import { DeletePermission, PermissionDialog, type PermissionItem } from "../access/dialogs";
import { AccessTabs } from "../access/tabs";
import { useUsage } from "../access/usage";

/** Lists permissions, finds them, creates and changes them. */
export function Permissions() {
  const [search, change] = useUrlState();
  const [text, setText, settled] = useSearchParam("q");
  const body = settled ? { search: settled } : {};
  const list = useList("permissions.listPermissions", body, { by: (one) => one.slug });
  const blocked = useBlocked("permissions.createPermission");
  const update = useBlocked("permissions.updatePermission");
  const columns = useColumns(list.rows, update === undefined);
  const opened = search["open"] ?? "";
  const listed = list.rows.find((one) => one.id === opened);
  const read = useOp("permissions.getPermission", { permission: opened }, { enabled: opened !== "" && !listed && list.isSuccess });
  const item = listed ?? (opened ? read.data : undefined);
  const create = (
    <Button variant="primary" icon={Plus} blocked={blocked} onClick={() => change({ new: "1" })}>
      Create permission
    </Button>
  );
  return (
    <Page
      title="Permissions"
      description="What your services ask for when they verify a key. Roles bundle them; keys can also hold them directly."
      actions={create}
      tabs={<AccessTabs />}
    >
      {list.error && list.rows.length === 0 ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <>
          <Toolbar end={<CopyAs operation="permissions.listPermissions" body={body} />}>
            <SearchInput
              label="Search permissions"
              placeholder="Slug or name"
              value={text}
              onChange={setText}
              busy={list.isPlaceholderData}
            />
          </Toolbar>
          <DataTable
            label="Permissions"
            rows={list.rows}
            columns={columns}
            rowId={(permission) => permission.id}
            loading={list.isPending}
            busy={list.isPlaceholderData}
            hasMore={list.hasNextPage}
            onMore={() => void list.fetchNextPage()}
            loadingMore={list.isFetchingNextPage}
            empty={
              settled ? (
                <NoMatches what="No permission" onClear={() => setText("")} />
              ) : (
                <EmptyState
                  icon={<ShieldCheck />}
                  title="No permissions yet"
                  action={create}
                  command="keyway permission create --slug documents.read"
                >
                  A permission is a word, such as documents.read, that your service asks for when it verifies a key.
                </EmptyState>
              )
            }
          />
        </>
      )}
      {search["new"] === "1" ? <PermissionDialog onClose={() => change({ new: "" })} /> : null}
      {item && update === undefined ? (
        <PermissionDialog key={item.id} item={item} onClose={() => change({ open: "" })} />
      ) : null}
    </Page>
  );
}

function useColumns(rows: readonly PermissionItem[], editable: boolean) {
  const ws = useSession().workspace.slug;
  const ids = useMemo(() => rows.map((one) => one.id), [rows]);
  const usage = useUsage("permissions", ids);
  return useMemo(() => {
    const column = createColumnHelper<PermissionItem>();
    return [
      column.accessor("slug", {
        header: "Slug",
        meta: { role: "first" },
        cell: ({ row }) =>
          editable ? (
            <Link
              to="/$ws/access/permissions"
              params={{ ws }}
              search={((previous: Record<string, string>) => ({ ...previous, open: row.original.id })) as never}
              data-open=""
              className="block min-w-0 truncate font-mono text-xs font-medium hover:underline"
            >
              {row.original.slug}
            </Link>
          ) : (
            <code className="text-xs font-medium">{row.original.slug}</code>
          ),
      }),
      column.accessor("name", {
        header: "Name",
        meta: { label: "Name", blank: (one) => one.name === one.slug },
        cell: ({ row }) => (row.original.name === row.original.slug ? null : row.original.name),
      }),
      column.accessor("description", {
        header: "Description",
        meta: { label: "Description", blank: (one) => !one.description },
        cell: ({ getValue }) => <span className="line-clamp-1 text-text-2 md:max-w-80">{getValue()}</span>,
      }),
      column.display({
        id: "roles",
        header: "Roles",
        meta: { label: "Roles", align: "end" },
        cell: ({ row }) => {
          const roles = usage.get(row.original.id)?.roleCount;
          return roles === undefined ? null : count(roles);
        },
      }),
      column.display({
        id: "keys",
        header: "Direct keys",
        meta: { label: "Direct keys", align: "end" },
        cell: ({ row }) => {
          const keys = usage.get(row.original.id)?.keyCount;
          return keys === undefined ? null : count(keys);
        },
      }),
      column.display({
        id: "updated",
        header: "Updated",
        meta: { label: "Updated" },
        cell: ({ row }) => <Time at={usage.get(row.original.id)?.updatedAt} never="" />,
      }),
      column.display({
        id: "actions",
        header: () => <span className="sr-only">Actions</span>,
        meta: { role: "actions" },
        cell: ({ row }) => <PermissionMenu item={row.original} />,
      }),
    ];
  }, [ws, usage, editable]);
}

function PermissionMenu({ item }: { item: PermissionItem }) {
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [, change] = useUrlState();
  const [deleting, setDeleting] = useState(false);
  const update = useBlocked("permissions.updatePermission");
  const remove = useBlocked("permissions.deletePermission");
  return (
    <>
      <Menu trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${item.slug}`} tip={false} />}>
        <MenuItem
          icon={Copy}
          onSelect={() => void copyText(item.slug).then((done) => toast(done ? "Copied" : "The browser refused to copy."))}
        >
          Copy slug
        </MenuItem>
        <MenuItem icon={Pencil} blocked={update} onSelect={() => change({ open: item.id })}>
          Edit
        </MenuItem>
        <MenuItem
          icon={KeyRound}
          onSelect={() => void navigate({ to: "/$ws/keys", params: { ws }, search: { permission: item.slug } })}
        >
          Show its keys
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger blocked={remove} onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      {deleting ? <DeletePermission item={item} onClose={() => setDeleting(false)} /> : null}
    </>
  );
}
