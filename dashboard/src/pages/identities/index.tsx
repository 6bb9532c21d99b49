//! P11: every identity of the workspace.

import { Link, useNavigate } from "@tanstack/react-router";
import { Copy, ExternalLink, KeyRound, MoreHorizontal, Plus, Trash2, Users } from "lucide-react";
import { useMemo, useState } from "react";
import { useList } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { useSearchParam, useUrlState } from "@/app/url-state";
import { Button, IconButton } from "@/ui/button";
import { CopyText, copyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { SearchInput } from "@/ui/field";
import { count, duration } from "@/ui/format";
import { membersOf } from "@/ui/json";
import { BadgeList } from "@/ui/mark";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { Page, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, NoMatches } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { toast } from "@/ui/toast";
import { CreateIdentity, DeleteIdentity, type IdentityItem } from "./dialogs";

/** Lists identities, finds them and creates new ones. */
export function Identities() {
  const [search, change] = useUrlState();
  const [text, setText, settled] = useSearchParam("q");
  const body = settled ? { search: settled } : {};
  const list = useList("identities.listIdentities", body, { by: (one) => one.externalId });
  const blocked = useBlocked("identities.createIdentity");
  const columns = useColumns();
  const create = (
    <Button variant="primary" icon={Plus} blocked={blocked} onClick={() => change({ new: "1" })}>
      Create identity
    </Button>
  );
  return (
    <Page
      title="Identities"
      description="Your users and systems. The keys of one identity share its limits and metadata."
      actions={create}
    >
      {list.error && list.rows.length === 0 ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <>
          <Toolbar end={<CopyAs operation="identities.listIdentities" body={body} />}>
            <SearchInput
              label="Search identities"
              placeholder="External id or id"
              value={text}
              onChange={setText}
              busy={list.isPlaceholderData}
            />
          </Toolbar>
          <DataTable
            label="Identities"
            rows={list.rows}
            columns={columns}
            rowId={(identity) => identity.id}
            loading={list.isPending}
            busy={list.isPlaceholderData}
            hasMore={list.hasNextPage}
            onMore={() => void list.fetchNextPage()}
            loadingMore={list.isFetchingNextPage}
            empty={
              settled ? (
                <NoMatches what="No identity" onClear={() => setText("")} />
              ) : (
                <EmptyState
                  icon={<Users />}
                  title="No identities yet"
                  action={create}
                  command="keyway identity create --external-id user_42"
                >
                  An identity stands for one of your users, however many keys they hold. Creating a key with an external id
                  makes one too.
                </EmptyState>
              )
            }
          />
        </>
      )}
      {search["new"] === "1" ? <CreateIdentity onClose={() => change({ new: "" })} /> : null}
    </Page>
  );
}

function useColumns() {
  const ws = useSession().workspace.slug;
  return useMemo(() => {
    const column = createColumnHelper<IdentityItem>();
    return [
      column.accessor("externalId", {
        header: "External id",
        meta: { role: "first" },
        cell: ({ row }) => (
          <Link
            to="/$ws/identities/$identity"
            params={{ ws, identity: row.original.id }}
            data-open=""
            className="block min-w-0 truncate font-medium hover:underline md:max-w-72"
          >
            {row.original.externalId}
          </Link>
        ),
      }),
      column.accessor("id", {
        header: "ID",
        meta: { label: "ID" },
        cell: ({ getValue }) => <CopyText value={getValue()} />,
      }),
      column.accessor("ratelimits", {
        header: "Shared limits",
        meta: { label: "Shared limits", blank: (identity) => !identity.ratelimits?.length },
        cell: ({ getValue }) => (
          <BadgeList values={getValue()?.map((one) => `${one.name} ${count(one.limit)}/${duration(one.duration)}`)} max={1} />
        ),
      }),
      column.accessor("meta", {
        header: "Metadata",
        meta: { label: "Metadata", blank: (identity) => !hasMembers(identity.meta) },
        cell: ({ getValue }) =>
          hasMembers(getValue()) ? (
            <span className="block max-w-full truncate text-text-2 md:max-w-80">{membersOf(getValue())}</span>
          ) : null,
      }),
      column.display({
        id: "actions",
        header: () => <span className="sr-only">Actions</span>,
        meta: { role: "actions" },
        cell: ({ row }) => <IdentityMenu item={row.original} />,
      }),
    ];
  }, [ws]);
}

function hasMembers(meta: unknown): boolean {
  return typeof meta === "object" && meta !== null && Object.keys(meta).length > 0;
}

function IdentityMenu({ item }: { item: IdentityItem }) {
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const remove = useBlocked("identities.deleteIdentity", { identityId: item.id });
  const copy = (value: string) =>
    void copyText(value).then((done) => toast(done ? "Copied" : "The browser refused to copy."));
  return (
    <>
      <Menu trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${item.externalId}`} tip={false} />}>
        <MenuItem icon={Copy} onSelect={() => copy(item.externalId)}>
          Copy external id
        </MenuItem>
        <MenuItem icon={Copy} onSelect={() => copy(item.id)}>
          Copy id
        </MenuItem>
        <MenuItem
          icon={ExternalLink}
          onSelect={() => void navigate({ to: "/$ws/identities/$identity", params: { ws, identity: item.id } })}
        >
          Open
        </MenuItem>
        <MenuItem
          icon={KeyRound}
          onSelect={() => void navigate({ to: "/$ws/keys/new", params: { ws }, search: { identity: item.externalId } })}
        >
          Create a key for it
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger blocked={remove} onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      {deleting ? <DeleteIdentity item={item} onClose={() => setDeleting(false)} /> : null}
    </>
  );
}
