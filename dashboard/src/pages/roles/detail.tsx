//! P14: the permissions of a role, and which keys a change reaches.

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { Output } from "@/api/operations";
import { useChange, useList, useOp } from "@/api/query";
import { call, RpcError } from "@/api/rpc";
import { NotFound } from "@/app/not-found";
import { useBlocked, useSession } from "@/app/session";
import { listParam, useSearchParam, useUrlState } from "@/app/url-state";
import { Button } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/dialog";
import { diffOf, DiffView } from "@/ui/diff";
import { Checkbox, SearchInput, Select } from "@/ui/field";
import { plural } from "@/ui/format";
import { Badge, Mark } from "@/ui/mark";
import { Notice, Page, Panel, Toolbar } from "@/ui/page";
import { ErrorCard, InlineError, PageSkeleton, Skeleton } from "@/ui/states";
import { toast } from "@/ui/toast";
import { useNow } from "@/ui/time";
import { statusMarks, statusOf } from "../keys/status";
import { DeleteRole, EditRole, slugPattern } from "../access/dialogs";
import { bySegment, rebase, type Named } from "./groups";

type Role = Output<"permissions.getRole">;

/** Shows a role and lets people change what it holds; `add` and `remove` in the address pre-fill a change. */
export function RoleEditor() {
  const { role: roleId = "" } = useParams({ strict: false });
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [search] = useUrlState();
  const query = useOp("permissions.getRole", { role: roleId }, { keep: false });
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const [version, setVersion] = useState(0);
  const rename = useBlocked("permissions.updateRole");
  const remove = useBlocked("permissions.deleteRole");
  const role = query.data;
  if (query.error instanceof RpcError && query.error.status === 404) return <NotFound />;
  return (
    <Page
      title={role?.name ?? "Role"}
      heading={role ? role.name : query.error ? "Role" : <Skeleton className="h-6 w-48" />}
      description={
        role ? (
          <span className="flex flex-wrap items-center gap-x-3">
            <CopyText value={role.id} />
            {role.description ? <span>{role.description}</span> : null}
          </span>
        ) : undefined
      }
      crumbs={[
        { label: "Roles", link: { to: "/$ws/access/roles", params: { ws } } },
        { label: role?.name ?? "Role" },
      ]}
      actions={
        role ? (
          <>
            <Button icon={Pencil} blocked={rename} onClick={() => setOpen("edit")}>
              Rename
            </Button>
            <Button icon={Trash2} variant="danger-quiet" blocked={remove} onClick={() => setOpen("delete")}>
              Delete
            </Button>
          </>
        ) : undefined
      }
    >
      {query.error && !role ? (
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      ) : role ? (
        <Editor
          key={`${role.id} ${version} ${search["add"] ?? ""} ${search["remove"] ?? ""}`}
          start={role}
          add={listParam(search["add"])}
          remove={listParam(search["remove"])}
          onSaved={() => void query.refetch().then(() => setVersion((one) => one + 1))}
        />
      ) : (
        <PageSkeleton />
      )}
      {role && open === "edit" ? <EditRole role={role} onClose={() => setOpen(null)} /> : null}
      {role && open === "delete" ? (
        <DeleteRole
          role={role}
          onClose={() => setOpen(null)}
          onDone={() => void navigate({ to: "/$ws/access/roles", params: { ws } })}
        />
      ) : null}
    </Page>
  );
}

function slugsOf(role: Role): string[] {
  return role.permissions.map((one) => one.slug).sort();
}

function Editor({
  start,
  add,
  remove,
  onSaved,
}: {
  start: Role;
  add: readonly string[];
  remove: readonly string[];
  onSaved: () => void;
}) {
  const ws = useSession().workspace.slug;
  const [search, changeUrl] = useUrlState();
  const [text, setText, settled] = useSearchParam("q");
  const view = search["view"] ?? "";
  const [role, setRole] = useState(start);
  const before = useMemo(() => slugsOf(role), [role]);
  const [chosen, setChosen] = useState<readonly string[]>(() => [
    ...new Set([...before.filter((one) => !remove.includes(one)), ...add]),
  ]);
  const [reviewing, setReviewing] = useState(false);
  const [moved, setMoved] = useState(false);
  const [checking, setChecking] = useState(false);
  const list = useList("permissions.listPermissions", settled ? { search: settled } : {});
  const keyCount = useOp("permissions.getUsage", { roles: [role.id] }).data?.roles[0]?.keyCount;
  const blocked = useBlocked("permissions.setRolePermissions");
  const createBlocked = useBlocked("permissions.createPermission");
  const save = useChange("permissions.setRolePermissions");
  const { added, removed } = diffOf(before, chosen);
  const changes = added.length + removed.length;

  const held = useMemo(() => new Set(chosen), [chosen]);
  const original = useMemo(() => new Set(before), [before]);
  const wanted = settled.toLowerCase();
  const groups = useMemo(() => {
    const all = new Map<string, Named>();
    for (const one of role.permissions) all.set(one.slug, one);
    for (const slug of chosen) if (!all.has(slug)) all.set(slug, { slug, name: slug });
    const own = [...all.values()].filter(
      (one) => one.slug.toLowerCase().includes(wanted) || one.name.toLowerCase().includes(wanted),
    );
    const shown = new Map(own.map((one) => [one.slug, one]));
    if (view === "") for (const one of list.rows) shown.set(one.slug, one);
    return bySegment(
      [...shown.values()].filter((one) =>
        view === "held" ? held.has(one.slug) : view === "changed" ? held.has(one.slug) !== original.has(one.slug) : true,
      ),
    );
  }, [role, chosen, list.rows, view, wanted, held, original]);
  const typed = text.trim();
  const fresh =
    slugPattern.test(typed) && settled === typed && !list.isFetching && !groups.some((group) => group.items.some((one) => one.slug === typed));

  const toggle = (slug: string, on: boolean) =>
    setChosen((now) => (on ? [...now, slug] : now.filter((one) => one !== slug)));
  const body = () => ({ role: role.id, permissions: [...chosen] });

  const send = async () => {
    setChecking(true);
    const newer = await call("permissions.getRole", { role: role.id }).catch(() => undefined);
    setChecking(false);
    if (newer && slugsOf(newer).join() !== before.join()) {
      setChosen(rebase(before, chosen, slugsOf(newer)));
      setRole(newer);
      setMoved(true);
      return;
    }
    save.mutate(body(), {
      onSuccess: () => {
        setReviewing(false);
        setMoved(false);
        toast("Role saved");
        changeUrl({ add: "", remove: "", view: "" });
        onSaved();
      },
    });
  };

  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_300px]">
      <section aria-label="Permissions" className="min-w-0">
        {add.length + remove.length > 0 && changes > 0 ? (
          <div className="mb-3">
            <Notice tone="accent">A change is filled in below. Nothing changes before you save it.</Notice>
          </div>
        ) : null}
        <Toolbar end={<CopyAs operation="permissions.setRolePermissions" body={body} />}>
          <SearchInput
            label="Search permissions"
            placeholder="Slug or name"
            value={text}
            onChange={setText}
            busy={list.isPlaceholderData}
          />
          <Select
            aria-label="Which permissions"
            className="w-40"
            value={view}
            onChange={(event) => changeUrl({ view: event.target.value })}
          >
            <option value="">All permissions</option>
            <option value="held">In this role</option>
            <option value="changed">Changed here</option>
          </Select>
        </Toolbar>
        {list.error && list.rows.length === 0 && view === "" ? (
          <ErrorCard error={list.error} onRetry={() => void list.refetch()} className="mx-0" />
        ) : null}
        <div className="flex flex-col gap-3">
          {fresh ? (
            <Notice
              action={
                <Button
                  size="sm"
                  blocked={blocked ?? createBlocked}
                  onClick={() => {
                    toggle(typed, true);
                    setText("");
                  }}
                >
                  Create and add
                </Button>
              }
            >
              No permission has the slug <code className="wrap-anywhere">{typed}</code>. It can be created with the role’s change.
            </Notice>
          ) : null}
          {groups.map((group) => (
            <Group
              key={group.segment}
              segment={group.segment}
              items={group.items}
              held={held}
              original={original}
              disabled={blocked !== undefined}
              onToggle={toggle}
            />
          ))}
          {groups.length === 0 && list.isPending && view === "" ? <PageSkeleton /> : null}
          {groups.length === 0 && !list.isPending && !fresh ? (
            <p className="rounded-lg border border-line bg-surface px-4 py-10 text-center text-text-2">
              {view === "changed"
                ? "Nothing is changed."
                : settled
                  ? "No permission matches."
                  : view === "held"
                    ? "This role holds no permission."
                    : "There are no permissions yet. Type a slug above to create the first."}
            </p>
          ) : null}
          {view === "" && list.hasNextPage ? (
            <div className="flex justify-center">
              <Button size="sm" variant="ghost" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Load more
              </Button>
            </div>
          ) : null}
        </div>
      </section>
      <aside aria-label="Reach and changes" className="flex flex-col gap-4 max-lg:order-first lg:sticky lg:top-6 lg:self-start">
        <div className="rounded-lg border border-line bg-sunken p-4">
          <h2 className="mb-2 font-semibold">Changes</h2>
          {changes === 0 ? (
            <p className="text-text-3">None yet. The role holds {plural(before.length, "permission")}.</p>
          ) : (
            <>
              <DiffSummary added={added.length} removed={removed.length} kept={chosen.length - added.length} />
              <ul className="mt-1.5 max-h-60 overflow-y-auto font-mono text-2xs" tabIndex={changes > 10 ? 0 : -1}>
                {added.map((one) => (
                  <li key={one} className="wrap-anywhere text-good">
                    + {one}
                  </li>
                ))}
                {removed.map((one) => (
                  <li key={one} className="wrap-anywhere text-bad">
                    − {one}
                  </li>
                ))}
              </ul>
            </>
          )}
          {keyCount === undefined ? null : (
            <p className="mt-2 text-xs text-text-3">
              Reaches{" "}
              <Link
                to="/$ws/keys"
                params={{ ws }}
                search={{ role: role.name }}
                className="text-accent underline underline-offset-2"
              >
                {plural(keyCount, "key")}
              </Link>
              .
            </p>
          )}
          <Button
            variant="primary"
            className="mt-4 w-full"
            blocked={blocked ?? (changes === 0 ? "Nothing is changed." : undefined)}
            onClick={() => setReviewing(true)}
          >
            Review changes
          </Button>
          {changes > 0 ? (
            <Button variant="ghost" className="mt-1 w-full" onClick={() => setChosen(before)}>
              Discard
            </Button>
          ) : null}
        </div>
        <div className="max-lg:hidden">
          <Holders role={role} count={keyCount} />
        </div>
      </aside>
      <Dialog
        open={reviewing}
        onOpenChange={setReviewing}
        title={`Change ${role.name}?`}
        width="lg"
        footer={
          <>
            <Button onClick={() => setReviewing(false)}>Cancel</Button>
            <Button
              variant="primary"
              busy={save.isPending || checking}
              blocked={changes === 0 ? "Nothing is changed." : undefined}
              onClick={() => void send()}
            >
              Save changes
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-3">
          {moved ? (
            <Notice tone="warn">
              Somebody has changed this role meanwhile. This is your change over theirs; save again to make it.
            </Notice>
          ) : null}
          <DiffView before={before} after={chosen} />
          {keyCount === undefined ? null : (
            <p>
              <strong className="font-medium">{plural(keyCount, "key")}</strong>{" "}
              {keyCount === 1 ? "holds this role and follows" : "hold this role and follow"} with the next verification.
            </p>
          )}
          {save.error ? <InlineError error={save.error} /> : null}
        </div>
      </Dialog>
    </div>
  );
}

function DiffSummary({ added, removed, kept }: { added: number; removed: number; kept: number }) {
  return (
    <p className="text-xs text-text-3" role="status">
      <span className="text-good">+{added}</span> · <span className="text-bad">−{removed}</span> · {kept} kept
    </p>
  );
}

function Group({
  segment,
  items,
  held,
  original,
  disabled,
  onToggle,
}: {
  segment: string;
  items: readonly Named[];
  held: ReadonlySet<string>;
  original: ReadonlySet<string>;
  disabled: boolean;
  onToggle: (slug: string, on: boolean) => void;
}) {
  const heading = useId();
  const on = items.filter((one) => held.has(one.slug)).length;
  return (
    <section aria-labelledby={heading} className="overflow-hidden rounded-lg border border-line bg-surface">
      <header className="flex items-center justify-between gap-2 border-b border-line px-3 py-2">
        <h2 id={heading} className="min-w-0 truncate font-mono text-xs font-medium">
          {segment}
        </h2>
        <span className="text-xs text-text-3 tabular-nums">
          {on} of {items.length}
        </span>
      </header>
      <ul className="divide-y divide-line">
        {items.map((one) => {
          const now = held.has(one.slug);
          const was = original.has(one.slug);
          return (
            <li
              key={one.slug}
              className={cx("flex items-center gap-2 px-3 py-1.5", now !== was && (now ? "bg-good-soft" : "bg-bad-soft"))}
            >
              <Checkbox
                data-testid={`perm-${one.slug}`}
                className="min-w-0 flex-1"
                checked={now}
                disabled={disabled}
                onCheckedChange={(next) => onToggle(one.slug, next)}
                label={
                  <span className="flex flex-wrap items-baseline gap-x-2">
                    <code className="text-xs wrap-anywhere">{one.slug}</code>
                    {one.name === one.slug ? null : <span className="text-xs text-text-3">{one.name}</span>}
                  </span>
                }
              />
              {now === was ? null : <Badge tone={now ? "good" : "bad"}>{now ? "added" : "removed"}</Badge>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Holders({ role, count }: { role: Role; count: number | undefined }) {
  const ws = useSession().workspace.slug;
  const now = useNow();
  const keys = useList("keys.listKeys", { role: role.name }, { limit: 8 });
  if (keys.error) {
    return (
      <Panel title="Keys">
        <p className="text-xs text-text-3">The keys can’t be shown: {keys.error.message}</p>
      </Panel>
    );
  }
  return (
    <Panel
      title={count === undefined ? "Keys" : plural(count, "key")}
      flush
      actions={
        <Link
          to="/$ws/keys"
          params={{ ws }}
          search={{ role: role.name }}
          className="inline-flex min-h-6 items-center text-xs font-medium text-accent underline-offset-2 hover:underline"
        >
          Show all
        </Link>
      }
    >
      {keys.isPending ? (
        <Skeleton className="m-4 h-20 w-auto" />
      ) : keys.rows.length === 0 ? (
        <p className="px-4 py-3 text-text-3">No key holds this role.</p>
      ) : (
        <ul className="divide-y divide-line">
          {keys.rows.map((key) => {
            const status = statusMarks[statusOf(key, now)];
            return (
              <li key={key.keyId} className="flex items-center justify-between gap-3 px-4 py-1.5">
                <Link
                  to="/$ws/keys/$key"
                  params={{ ws, key: key.keyId }}
                  className="inline-flex min-h-6 min-w-0 items-center hover:underline"
                >
                  <span className="truncate">{key.name ?? `${key.start}…`}</span>
                </Link>
                <span className="text-xs">
                  <Mark sign={status.sign} tone={status.tone}>
                    {status.words}
                  </Mark>
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
