//! P13: every role of the workspace.

import { Link, useNavigate } from "@tanstack/react-router";
import { Copy, KeyRound, MoreHorizontal, Pencil, Plus, ShieldCheck, SquarePen, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useList } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { listParam, useSearchParam, useUrlState } from "@/app/url-state";
import { Button, IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { SearchInput } from "@/ui/field";
import { count } from "@/ui/format";
import { BadgeList } from "@/ui/mark";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { Page, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, NoMatches } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";
import { CreateRole, DeleteRole, EditRole, type RoleItem } from "../access/dialogs";
import { AccessTabs } from "../access/tabs";
import { useUsage } from "../access/usage";

/** Lists roles, finds them and creates new ones. */
export function Roles() {
  const [search, change] = useUrlState();
  const [text, setText, settled] = useSearchParam("q");
  const body = settled ? { search: settled } : {};
  const list = useList("permissions.listRoles", body, { by: (one) => one.name });
  const blocked = useBlocked("permissions.createRole");
  const columns = useColumns(list.rows);
  const create = (
    <Button variant="primary" icon={Plus} blocked={blocked} onClick={() => change({ new: "1" })}>
      Create role
    </Button>
  );
  return (
    <Page
      title="Roles"
      description="A role is a set of permissions that keys share. Whoever holds it follows its changes at once."
      actions={create}
      tabs={<AccessTabs />}
    >
      {list.error && list.rows.length === 0 ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <>
          <Toolbar end={<CopyAs operation="permissions.listRoles" body={body} />}>
            <SearchInput label="Search roles" value={text} onChange={setText} busy={list.isPlaceholderData} />
          </Toolbar>
          <DataTable
            label="Roles"
            rows={list.rows}
            columns={columns}
            rowId={(role) => role.id}
            loading={list.isPending}
            busy={list.isPlaceholderData}
            hasMore={list.hasNextPage}
            onMore={() => void list.fetchNextPage()}
            loadingMore={list.isFetchingNextPage}
            empty={
              settled ? (
                <NoMatches what="No role" onClear={() => setText("")} />
              ) : (
                <EmptyState
                  icon={<ShieldCheck />}
                  title="No roles yet"
                  action={create}
                  command="keyway role create --name editor"
                >
                  Put permissions that belong together into a role, and give keys the role.
                </EmptyState>
              )
            }
          />
        </>
      )}
      {search["new"] === "1" ? (
        <CreateRole start={listParam(search["permissions"])} onClose={() => change({ new: "", permissions: "" })} />
      ) : null}
    </Page>
  );
}

function useColumns(rows: readonly RoleItem[]) {
  const ws = useSession().workspace.slug;
  const ids = useMemo(() => rows.map((role) => role.id), [rows]);
  const usage = useUsage("roles", ids);
  return useMemo(() => {
    const column = createColumnHelper<RoleItem>();
    return [
      column.accessor("name", {
        header: "Name",
        meta: { role: "first" },
        cell: ({ row }) => (
          <Link
            to="/$ws/access/roles/$role"
            params={{ ws, role: row.original.id }}
            data-open=""
            className="block min-w-0 truncate font-medium hover:underline md:max-w-64"
          >
            {row.original.name}
          </Link>
        ),
      }),
      column.accessor("description", {
        header: "Description",
        meta: { label: "Description", blank: (role) => !role.description },
        cell: ({ getValue }) => <span className="line-clamp-1 text-text-2 md:max-w-80">{getValue()}</span>,
      }),
      column.accessor("permissions", {
        header: "Permissions",
        meta: { label: "Permissions" },
        cell: ({ getValue }) => (
          <span className="flex items-center gap-2">
            <span className="tabular-nums">{count(getValue().length)}</span>
            <BadgeList mono values={getValue().map((one) => one.slug)} />
          </span>
        ),
      }),
      column.display({
        id: "keys",
        header: "Keys",
        meta: { label: "Keys", align: "end" },
        cell: ({ row }) => {
          const keys = usage.get(row.original.id)?.keyCount;
          return keys === undefined ? null : keys === 0 ? (
            "0"
          ) : (
            <Link
              to="/$ws/keys"
              params={{ ws }}
              search={{ role: row.original.name }}
              className="inline-flex min-h-6 items-center hover:underline"
            >
              {count(keys)}
            </Link>
          );
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
        cell: ({ row }) => <RoleMenu role={row.original} />,
      }),
    ];
  }, [ws, usage]);
}

function RoleMenu({ role }: { role: RoleItem }) {
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const update = useBlocked("permissions.updateRole");
  const remove = useBlocked("permissions.deleteRole");
  return (
    <>
      <Menu trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${role.name}`} tip={false} />}>
        <MenuItem
          icon={Copy}
          onSelect={() => void copyText(role.id).then((done) => toast(done ? "Copied" : "The browser refused to copy."))}
        >
          Copy id
        </MenuItem>
        <MenuItem
          icon={SquarePen}
          onSelect={() => void navigate({ to: "/$ws/access/roles/$role", params: { ws, role: role.id } })}
        >
          Edit permissions
        </MenuItem>
        <MenuItem icon={Pencil} blocked={update} onSelect={() => setOpen("edit")}>
          Rename
        </MenuItem>
        <MenuItem
          icon={KeyRound}
          onSelect={() => void navigate({ to: "/$ws/keys", params: { ws }, search: { role: role.name } })}
        >
          Show its keys
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger blocked={remove} onSelect={() => setOpen("delete")}>
          Delete
        </MenuItem>
      </Menu>
      {open === "edit" ? <EditRole role={role} onClose={() => setOpen(null)} /> : null}
      {open === "delete" ? <DeleteRole role={role} onClose={() => setOpen(null)} /> : null}
    </>
  );
}
