//! P26: one root key, with its permissions as an editor.

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Ban, CircleCheck, RefreshCw, ShieldQuestion, Trash2 } from "lucide-react";
import { useMemo, useRef, useState, type FormEvent } from "react";
import type { Input as Body } from "@/api/operations";
import { useChange, useOp } from "@/api/query";
import { call, RpcError } from "@/api/rpc";
import { NotFound } from "@/app/not-found";
import { useBlocked, useSession } from "@/app/session";
import { listParam, useUrlState } from "@/app/url-state";
import { ChangeList } from "@/ui/changes";
import { Button, ButtonLink } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { Dialog } from "@/ui/dialog";
import { diffOf, DiffView } from "@/ui/diff";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input } from "@/ui/field";
import { absoluteTime, plural } from "@/ui/format";
import { Mark } from "@/ui/mark";
import { Facts, LinkTabs, Notice, Page } from "@/ui/page";
import { ErrorCard, InlineError, PageSkeleton, Skeleton } from "@/ui/states";
import { Time, useNow } from "@/ui/time";
import { toast } from "@/ui/toast";
import { expiryFault, type Expiry } from "../keys/expiry";
import { DeleteRootKey, RerollRootKey, ToggleRootKey } from "./dialogs";
import { expiryValue, keepExpiry, RootExpiryField } from "./expiry-field";
import { grantChange, readStrings, stringsOf, type Catalog, type Scope, type Selection } from "./picker";
import { PickerForm, pickerFaults, type PickerFaults } from "./picker-form";
import { Review } from "./review";
import { rootName, rootStatus, type RootKeyItem } from "./status";

/** Shows a root key and lets people change it; `add` and `remove` in the address pre-fill a change. */
export function RootKeyDetail() {
  const { key: keyId = "" } = useParams({ strict: false });
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const now = useNow();
  const [search] = useUrlState();
  const query = useOp("rootKeys.getKey", { keyId }, { keep: false });
  const catalog = useOp("rootKeys.listPermissionCatalog", {}, { staleTime: 600_000 });
  const [open, setOpen] = useState<"reroll" | "toggle" | "delete" | null>(null);
  const [version, setVersion] = useState(0);
  const update = useBlocked("rootKeys.updateKey");
  const create = useBlocked("rootKeys.rerollKey");
  const remove = useBlocked("rootKeys.deleteKey");
  const key = query.data;
  if (query.error instanceof RpcError && query.error.status === 404) return <NotFound />;
  const status = key ? rootStatus(key, now) : undefined;
  const name = key ? rootName(key) : "Root key";
  const error = (key ? undefined : query.error) ?? catalog.error;
  const tab = search["tab"] ?? "";
  const link = { to: "/$ws/root-keys/$key" as const, params: { ws, key: keyId } };
  return (
    <Page
      title={name}
      heading={
        key && status ? (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {name}
            <span className="text-sm font-medium tracking-normal">
              <Mark sign={status.sign} tone={status.tone}>
                {status.words}
              </Mark>
            </span>
          </span>
        ) : query.error ? (
          "Root key"
        ) : (
          <Skeleton className="h-6 w-48" />
        )
      }
      description={<CopyText value={keyId} />}
      crumbs={[{ label: "Root keys", link: { to: "/$ws/root-keys", params: { ws } } }, { label: name }]}
      actions={
        key ? (
          <>
            <ButtonLink icon={ShieldQuestion} to="/$ws/explain" params={{ ws }} search={{ rootKey: keyId }}>
              Explain
            </ButtonLink>
            <Button icon={RefreshCw} blocked={create} onClick={() => setOpen("reroll")}>
              Reroll key
            </Button>
            <Button icon={key.enabled ? Ban : CircleCheck} blocked={update} onClick={() => setOpen("toggle")}>
              {key.enabled ? "Disable" : "Enable"}
            </Button>
            <Button icon={Trash2} variant="danger-quiet" blocked={remove} onClick={() => setOpen("delete")}>
              Delete
            </Button>
          </>
        ) : undefined
      }
      tabs={
        <LinkTabs
          label="Root key"
          tabs={[
            {
              label: "Permissions",
              exact: true,
              search: true,
              link: {
                ...link,
                search: {
                  ...(search["add"] ? { add: search["add"] } : {}),
                  ...(search["remove"] ? { remove: search["remove"] } : {}),
                },
              },
            },
            { label: "Changes", exact: true, search: true, link: { ...link, search: { tab: "changes" } } },
          ]}
        />
      }
    >
      {error ? (
        <ErrorCard error={error} onRetry={() => void Promise.all([query.refetch(), catalog.refetch()])} />
      ) : tab === "changes" ? (
        <ChangeList targetId={keyId} />
      ) : key && catalog.data ? (
        <EditForm
          key={`${key.keyId} ${version} ${search["add"] ?? ""} ${search["remove"] ?? ""}`}
          start={key}
          onReload={() => void query.refetch().then(() => setVersion((one) => one + 1))}
          catalog={catalog.data}
          add={listParam(search["add"])}
          remove={listParam(search["remove"])}
        />
      ) : (
        <PageSkeleton />
      )}
      {key && open === "reroll" ? (
        <RerollRootKey
          item={key}
          onClose={(newId) => {
            setOpen(null);
            if (newId) void navigate({ to: "/$ws/root-keys/$key", params: { ws, key: newId } });
          }}
        />
      ) : null}
      {key && open === "toggle" ? <ToggleRootKey item={key} onClose={() => setOpen(null)} /> : null}
      {key && open === "delete" ? (
        <DeleteRootKey
          item={key}
          onClose={() => setOpen(null)}
          onDone={() => void navigate({ to: "/$ws/root-keys", params: { ws } })}
        />
      ) : null}
    </Page>
  );
}

type Change = Omit<Body<"rootKeys.updateKey">, "keyId">;

/** What a form was filled from; it matters whether somebody else changed one of these. */
function marks(key: RootKeyItem): string {
  return JSON.stringify([key.name, key.expires, key.environments, key.roles, key.apiIds, [...key.permissions].sort()]);
}

function EditForm({
  start,
  onReload,
  catalog,
  add,
  remove,
}: {
  start: RootKeyItem;
  /** Reads the root key again and fills a new form from it. */
  onReload: () => void;
  catalog: Catalog;
  add: readonly string[];
  remove: readonly string[];
}) {
  const session = useSession();
  const [, changeUrl] = useUrlState();
  // Reads in the background must not touch a half-filled form.
  const [item] = useState(start);
  const [name, setName] = useState(item.name ?? "");
  const [expiry, setExpiry] = useState<Expiry>(keepExpiry);
  const [value, setValue] = useState<Selection>(() =>
    readStrings([...item.permissions.filter((one) => !remove.includes(one)), ...add], catalog),
  );
  const [environments, setEnvironments] = useState<Scope>(item.environments ?? null);
  const [tried, setTried] = useState(false);
  const [reviewing, setReviewing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const save = useChange("rootKeys.updateKey");
  const blocked = useBlocked("rootKeys.updateKey");
  const faults = faultsOf(save.error);
  const after = useMemo(() => stringsOf(value, catalog), [value, catalog]);
  const { added, removed } = diffOf(item.permissions, after);

  const sameEnvironments = (item.environments ?? []).join() === (environments ?? []).join() && (item.environments === undefined) === (environments === null);
  const expires = expiryValue(expiry, Date.now());
  const change: Change = {
    ...(name.trim() === (item.name ?? "") ? {} : { name: name.trim() || null }),
    ...(expires === undefined ? {} : { expires }),
    ...(sameEnvironments ? {} : { environments: environments ? [...environments] : null }),
    ...(grantChange(item, after, catalog) as Partial<Change>),
  };
  const changed = Object.keys(change).length > 0;
  const own = session.kind === "rootKey" && session.id === item.keyId;
  const losesRootKeys = removed.filter((one) => /^root_key\.\*\.(create|update)_root_key$/.test(one));

  const end = expiryFault(expiry, Date.now());
  const found: PickerFaults & { expires?: string } = {
    ...pickerFaults(value, environments),
    ...(end ? { expires: end } : {}),
  };
  const local = tried ? found : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    save.reset();
    if (Object.keys(found).length > 0) focusFirstFault(form.current);
    else setReviewing(true);
  };
  const [moved, setMoved] = useState(false);
  const [checking, setChecking] = useState(false);
  const send = async () => {
    // Somebody else may have saved since this form was filled.
    setChecking(true);
    const fresh = await call("rootKeys.getKey", { keyId: item.keyId }).catch(() => undefined);
    setChecking(false);
    if (fresh && marks(fresh) !== marks(item)) {
      setMoved(true);
      return;
    }
    save.mutate(
      { keyId: item.keyId, ...change },
      {
        onSuccess: () => {
          setReviewing(false);
          toast("Root key saved");
          changeUrl({ add: "", remove: "" });
          onReload();
        },
      },
    );
  };

  return (
    <>
      <form ref={form} noValidate onSubmit={submit} className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_300px]">
        <div className="flex min-w-0 flex-col gap-6">
          {item.roles.length > 0 ? (
            <Notice>
              It holds the built-in {item.roles.length === 1 ? "set" : "sets"} {item.roles.join(", ")}, which a newer server may
              widen. A set that loses a permission here is spelled out as single permissions.
            </Notice>
          ) : null}
          {add.length + remove.length > 0 && added.length + removed.length > 0 ? (
            <Notice tone="accent">A change is filled in below. Nothing changes before you save it.</Notice>
          ) : null}
          <section aria-label="Basics" className="grid gap-4 md:grid-cols-2">
            <Field label="Name" error={faults.of("name")}>
              <Input value={name} maxLength={255} onChange={(event) => setName(event.target.value)} />
            </Field>
            <RootExpiryField value={expiry} onChange={setExpiry} error={local.expires ?? faults.of("expires")} present={item.expires} />
          </section>
          <PickerForm
            catalog={catalog}
            value={value}
            onChange={setValue}
            environments={environments}
            onEnvironments={setEnvironments}
            held={session.permissions}
            faults={{ ...local, permissions: local.permissions ?? faults.of("permissions"), environments: local.environments ?? faults.of("environments") }}
          />
        </div>
        <aside aria-label="Review" className="lg:sticky lg:top-6 lg:self-start">
          <div className="rounded-lg border border-line bg-sunken p-4">
            <Facts
              items={[
                ["Key", <code className="text-xs" key="key">{`${item.start}…${item.end}`}</code>],
                ["Created", <Time key="created" at={item.createdAt} />],
                item.createdBy ? ["Created by", <Creator key="by" id={item.createdBy} />] : null,
                ["Last used", <Time key="used" at={item.lastUsedAt} />],
                ["Expires", <Time key="expires" at={item.expires} />],
              ]}
            />
            <h2 className="mt-4 mb-2 border-t border-line pt-4 font-semibold">{changed ? "After the change" : "What it may do"}</h2>
            <Review catalog={catalog} value={value} />
            {added.length + removed.length > 0 ? (
              <p className="mt-3 text-xs" role="status">
                <span className="text-good">+{added.length} added</span> · <span className="text-bad">−{removed.length} removed</span>
              </p>
            ) : null}
            {Object.keys(local).length > 0 ? (
              <p role="alert" className="mt-3 text-xs text-bad">
                Something is missing; it stands under its field.
              </p>
            ) : null}
            <Button
              type="submit"
              variant="primary"
              className="mt-4 w-full"
              blocked={blocked ?? (changed ? undefined : "Nothing is changed.")}
            >
              Review changes
            </Button>
            <div className="mt-2 flex justify-center">
              <CopyAs size="sm" operation="rootKeys.updateKey" body={() => ({ keyId: item.keyId, ...change })} />
            </div>
          </div>
        </aside>
      </form>
      <Dialog
        open={reviewing}
        onOpenChange={setReviewing}
        title={`Change ${rootName(item)}?`}
        description="It takes effect with the next request of whatever uses this root key."
        width="lg"
        footer={
          <>
            <Button onClick={() => setReviewing(false)}>Cancel</Button>
            <Button variant="primary" busy={save.isPending || checking} blocked={moved ? "Load the newer version first." : undefined} onClick={() => void send()}>
              Save changes
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-3">
          <OtherChanges item={item} change={change} />
          {change.permissions ? <DiffView before={item.permissions} after={after} /> : null}
          {removed.length > 0 ? (
            <p className="text-xs text-text-3">
              {item.lastUsedAt ? (
                <>
                  This root key was last used <Time at={item.lastUsedAt} />. This server doesn’t record which of its permissions were
                  used.
                </>
              ) : (
                "This root key has not been used yet."
              )}
            </p>
          ) : null}
          {losesRootKeys.length > 0 ? (
            <Notice tone="warn">
              {own
                ? "You are signed in with this root key: afterwards you can’t manage root keys any more."
                : "Afterwards it can’t manage root keys any more."}
            </Notice>
          ) : null}
          {moved ? (
            <Notice
              tone="warn"
              action={
                <Button size="sm" onClick={onReload}>
                  Load it
                </Button>
              }
            >
              Somebody has changed this root key since you opened it. Loading the newer version drops what you entered here.
            </Notice>
          ) : null}
          {save.error ? <InlineError error={save.error} /> : null}
        </div>
      </Dialog>
    </>
  );
}

/** Who made a root key: another root key by its name, or an account. */
function Creator({ id }: { id: string }) {
  const ws = useSession().workspace.slug;
  const query = useOp("rootKeys.getKey", { keyId: id }, { enabled: id.startsWith("rk_") });
  if (!query.data) return <CopyText value={id} />;
  return (
    <Link
      to="/$ws/root-keys/$key"
      params={{ ws, key: id }}
      className="text-accent underline-offset-2 hover:underline"
    >
      {rootName(query.data)}
    </Link>
  );
}

function OtherChanges({ item, change }: { item: RootKeyItem; change: Change }) {
  const rows: [string, string, string][] = [];
  const end = (at: number | null | undefined) => (at ? absoluteTime(at) : "never");
  const list = (names: readonly string[] | null | undefined) => (names ? names.join(", ") : "all");
  if (change.name !== undefined) rows.push(["Name", item.name ?? "none", change.name ?? "none"]);
  if (change.expires !== undefined) rows.push(["Expires", end(item.expires), end(change.expires)]);
  if (change.environments !== undefined) rows.push(["Environments", list(item.environments), list(change.environments)]);
  if (change.roles !== undefined) rows.push(["Built-in sets", list(item.roles), change.roles.join(", ") || `none, ${plural(change.permissions?.length ?? 0, "permission")} by name`]);
  if (rows.length === 0) return null;
  return (
    <dl className="flex flex-col gap-1.5">
      {rows.map(([label, before, now]) => (
        <div key={label} className="flex flex-wrap gap-x-2">
          <dt className="w-28 text-text-3">{label}</dt>
          <dd className="min-w-0 wrap-anywhere">
            <s className="text-text-3">{before}</s> → <strong className="font-medium">{now}</strong>
          </dd>
        </div>
      ))}
    </dl>
  );
}
