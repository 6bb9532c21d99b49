//! P18: limits of single identifiers and of patterns, and which of them wins.

import { Copy, MoreHorizontal, Pencil, Plus, SlidersHorizontal, Trash2 } from "lucide-react";
import { useId, useMemo, useRef, useState, type FormEvent } from "react";
import type { Item } from "@/api/operations";
import { change, useChange, useList, useOp } from "@/api/query";
import { RpcError } from "@/api/rpc";
import { useBlocked } from "@/app/session";
import { useSearchParam, useUrlState } from "@/app/url-state";
import { Button, IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, NumberInput, Select } from "@/ui/field";
import { count, duration } from "@/ui/format";
import { Badge } from "@/ui/mark";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { Panel, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, InlineError, Skeleton } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { toast } from "@/ui/toast";
import { NamespaceFrame, type Namespace } from "./frame";
import { matches, splitWindow, units } from "./overrides-logic";

type Override = Item<"ratelimit.listOverrides">;

/** Lists the overrides of a namespace, changes them and tells which one applies. */
export function Overrides() {
  const [, changeUrl] = useUrlState();
  return (
    <NamespaceFrame
      title="Overrides"
      actions={(namespace) => <CreateButton namespace={namespace} onCreate={() => changeUrl({ new: "1" })} />}
    >
      {(namespace) => <List namespace={namespace} />}
    </NamespaceFrame>
  );
}

function CreateButton({ namespace, onCreate }: { namespace: Namespace; onCreate: () => void }) {
  const blocked = useBlocked("ratelimit.setOverride", { namespaceId: namespace.id });
  return (
    <Button variant="primary" icon={Plus} blocked={blocked} onClick={onCreate}>
      Create override
    </Button>
  );
}

function List({ namespace }: { namespace: Namespace }) {
  const [search, changeUrl] = useUrlState();
  const body = { namespace: namespace.id };
  const list = useList("ratelimit.listOverrides", body, { by: (one) => one.identifier });
  const columns = useMemo(() => overrideColumns(namespace), [namespace]);
  const edited = search["edit"] ? list.rows.find((one) => one.overrideId === search["edit"]) : undefined;
  if (list.error && list.rows.length === 0) {
    return <ErrorCard error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1fr)_320px]">
      <div className="order-2 min-w-0 lg:order-1">
        <Toolbar end={<CopyAs operation="ratelimit.listOverrides" body={body} />}>
          <p className="text-xs text-text-3">An override replaces the limit that the request names.</p>
        </Toolbar>
        <DataTable
          label="Overrides"
          rows={list.rows}
          columns={columns}
          rowId={(one) => one.overrideId}
          loading={list.isPending}
          busy={list.isPlaceholderData}
          hasMore={list.hasNextPage}
          onMore={() => void list.fetchNextPage()}
          loadingMore={list.isFetchingNextPage}
          empty={
            <EmptyState
              icon={<SlidersHorizontal />}
              title="No overrides yet"
              action={<CreateButton namespace={namespace} onCreate={() => changeUrl({ new: "1" })} />}
              command={`keyway call ratelimit.setOverride -d '{"namespace":"${namespace.name.replace(/[^\w.-]/g, "_")}","identifier":"*@acme.com","limit":100,"duration":60000}'`}
            >
              Give an identifier, or all that match a pattern such as *@acme.com, a limit of their own.
            </EmptyState>
          }
        />
      </div>
      <Tester namespace={namespace} rows={list.rows} />
      {search["new"] === "1" ? (
        <OverrideDialog
          namespace={namespace}
          rows={list.rows}
          identifier={search["identifier"] ?? ""}
          onClose={() => changeUrl({ new: "", identifier: "" })}
        />
      ) : null}
      {edited ? (
        <OverrideDialog namespace={namespace} rows={list.rows} item={edited} onClose={() => changeUrl({ edit: "" })} />
      ) : null}
    </div>
  );
}

function limitWords(one: Pick<Override, "limit" | "duration">): string {
  return one.limit === 0 ? "blocked" : `${count(one.limit)} in ${duration(one.duration)}`;
}

function Kind({ identifier }: { identifier: string }) {
  return <Badge>{identifier.includes("*") ? "pattern" : "exact"}</Badge>;
}

/** Asks the server which override applies to an identifier. */
function Tester({ namespace, rows }: { namespace: Namespace; rows: readonly Override[] }) {
  const [text, setText, identifier] = useSearchParam("test");
  const blocked = useBlocked("ratelimit.getOverride", { namespaceId: namespace.id });
  const query = useOp(
    "ratelimit.getOverride",
    { namespace: namespace.id, identifier },
    { enabled: identifier !== "" && blocked === undefined, keep: false, staleTime: 0 },
  );
  const none = query.error instanceof RpcError && query.error.code === "ratelimit_override_not_found";
  const winner = query.error ? undefined : query.data;
  const losers = winner
    ? rows.filter((one) => one.overrideId !== winner.overrideId && matches(one.identifier, identifier))
    : [];
  return (
    <Panel
      title="Which override wins?"
      description="The exact one, else the pattern with the most literal characters."
      className="order-1 lg:order-2"
    >
      <Field label="Identifier" error={blocked}>
        <Input mono value={text} placeholder="ceo@acme.com" onChange={(event) => setText(event.target.value)} />
      </Field>
      <div role="status" data-testid="override-winner" className="mt-3 min-h-10">
        {identifier === "" || blocked ? (
          <p className="text-xs text-text-3">Type an identifier as your service would send it.</p>
        ) : winner ? (
          <>
            <div className="rounded-md border border-good-line bg-good-soft px-3 py-2">
              <p className="flex flex-wrap items-center gap-2">
                <code className="text-xs font-medium wrap-anywhere">{winner.identifier}</code>
                <Kind identifier={winner.identifier} />
              </p>
              <p className="mt-0.5 text-text-2">
                {winner.limit === 0 ? "Every request is blocked." : `Allows ${limitWords(winner)}.`}
              </p>
            </div>
            {losers.length > 0 ? (
              <>
                <p className="mt-3 text-xs text-text-3">Also match, but don’t count</p>
                <ul className="mt-1 flex flex-col gap-1">
                  {losers.slice(0, 5).map((one) => (
                    <li key={one.overrideId} className="flex flex-wrap items-baseline justify-between gap-x-3 text-xs text-text-2">
                      <code className="wrap-anywhere">{one.identifier}</code>
                      <span className="text-text-3">{limitWords(one)}</span>
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
          </>
        ) : none ? (
          <p className="text-text-2">No override matches. The limit of the request itself applies.</p>
        ) : query.error ? (
          <InlineError error={query.error} />
        ) : (
          <Skeleton className="h-10" />
        )}
      </div>
      <div className="mt-3 -ml-2">
        <CopyAs size="sm" operation="ratelimit.getOverride" body={() => ({ namespace: namespace.id, identifier: text.trim() })} />
      </div>
    </Panel>
  );
}

function overrideColumns(namespace: Namespace) {
  const column = createColumnHelper<Override>();
  return [
    column.accessor("identifier", {
      header: "Identifier",
      meta: { role: "first" },
      cell: ({ getValue }) => (
        <code className="block min-w-0 text-xs font-medium wrap-anywhere md:max-w-96">{getValue()}</code>
      ),
    }),
    column.display({
      id: "kind",
      header: "Kind",
      meta: { label: "Kind" },
      cell: ({ row }) => <Kind identifier={row.original.identifier} />,
    }),
    column.accessor("limit", {
      header: "Limit",
      meta: { label: "Limit", align: "end" },
      cell: ({ getValue }) => (getValue() === 0 ? <Badge tone="bad">blocked</Badge> : count(getValue())),
    }),
    column.accessor("duration", {
      header: "Window",
      meta: { label: "Window", align: "end" },
      cell: ({ getValue }) => duration(getValue()),
    }),
    column.display({
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { role: "actions" },
      cell: ({ row }) => <OverrideMenu namespace={namespace} item={row.original} />,
    }),
  ];
}

function OverrideMenu({ namespace, item }: { namespace: Namespace; item: Override }) {
  const [, changeUrl] = useUrlState();
  const [deleting, setDeleting] = useState(false);
  const set = useBlocked("ratelimit.setOverride", { namespaceId: namespace.id });
  const remove = useBlocked("ratelimit.deleteOverride", { namespaceId: namespace.id });
  return (
    <>
      <Menu trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${item.identifier}`} tip={false} />}>
        <MenuItem icon={Pencil} blocked={set} onSelect={() => changeUrl({ edit: item.overrideId })}>
          Edit
        </MenuItem>
        <MenuItem
          icon={Copy}
          onSelect={() =>
            void copyText(item.overrideId).then((done) => toast(done ? "Copied" : "The browser refused to copy."))
          }
        >
          Copy id
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger blocked={remove} onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete this override?"
        action="Delete"
        run={async () => {
          await change("ratelimit.deleteOverride", { namespace: namespace.id, identifier: item.identifier });
          toast("Override deleted");
        }}
      >
        <p>
          <code className="text-text wrap-anywhere">{item.identifier}</code> gets the next override that matches, or the limit of
          the request itself.
        </p>
      </ConfirmDialog>
    </>
  );
}

function OverrideDialog({
  namespace,
  rows,
  item,
  identifier: start = "",
  onClose,
}: {
  namespace: Namespace;
  rows: readonly Override[];
  item?: Override;
  identifier?: string;
  onClose: () => void;
}) {
  const first = splitWindow(item?.duration ?? 60_000);
  const [identifier, setIdentifier] = useState(item?.identifier ?? start);
  const [limit, setLimit] = useState(item ? String(item.limit) : "");
  const [value, setValue] = useState(first.value);
  const [unit, setUnit] = useState(first.unit);
  const [blank, setBlank] = useState(false);
  const set = useChange("ratelimit.setOverride");
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(set.error);
  const text = identifier.trim();
  const known = item ? undefined : rows.find((one) => one.identifier === text);
  const covered = text.includes("*") ? rows.filter((one) => one.identifier !== text && matches(text, one.identifier)) : [];
  const body = () => ({
    namespace: namespace.id,
    identifier: item ? item.identifier : text,
    limit: Number(limit),
    duration: Number(value) * Number(unit),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (limit === "" || value === "") {
      setBlank(true);
      focusFirstFault(element.current);
      return;
    }
    set.mutate(body(), {
      onSuccess: () => {
        toast(item ? "Override saved" : "Override created");
        onClose();
      },
      onError: () => focusFirstFault(element.current),
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={item ? "Edit the override" : "Create an override"}
      description="It applies from the next request."
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="ratelimit.setOverride" body={body} />
          </div>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={set.isPending}>
            {item ? "Save changes" : "Create override"}
          </Button>
        </>
      }
    >
      <form ref={element} id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Identifier"
          hint={
            known
              ? `There is one for it already (${limitWords(known)}). This replaces it.`
              : covered.length > 0
                ? `A pattern. ${covered.length === 1 ? "One more specific override" : `${covered.length} more specific overrides`} would still win.`
                : "As the service sends it. Each * stands for any characters, such as *@acme.com."
          }
          error={faults.of("identifier")}
        >
          <Input
            mono
            readOnly={item !== undefined}
            value={identifier}
            maxLength={255}
            onChange={(event) => setIdentifier(event.target.value)}
          />
        </Field>
        <div className="grid gap-4 md:grid-cols-2">
          <Field
            label="Limit"
            hint="Units in each window; 0 blocks."
            error={(blank && limit === "" && "Say how many.") || faults.of("limit")}
          >
            <NumberInput value={limit} placeholder="100" onChange={setLimit} />
          </Field>
          <Field label="Window" error={(blank && value === "" && "Say how long.") || faults.of("duration")}>
            <div className="flex gap-2">
              <div className="w-20 shrink-0">
                <NumberInput value={value} onChange={setValue} />
              </div>
              <Select
                id={`${form}-unit`}
                aria-label="Unit of the window"
                aria-describedby={undefined}
                className="min-w-0 flex-1"
                value={unit}
                onChange={(event) => setUnit(event.target.value)}
              >
                {units.map(([size, name]) => (
                  <option key={size} value={size}>
                    {name}
                  </option>
                ))}
              </Select>
            </div>
          </Field>
        </div>
        {set.error && !faults.any ? <InlineError error={set.error} /> : null}
      </form>
    </Dialog>
  );
}
