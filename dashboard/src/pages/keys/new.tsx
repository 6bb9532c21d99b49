//! P09: create a key.

import { useNavigate } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { useRef, useState, type FormEvent, type ReactNode } from "react";
import type { ApiItem } from "@/api/operations";
import { opKey, queries, useChange, useList, useOp } from "@/api/query";
import { missingFor } from "@/api/permissions";
import { requirements } from "@/api/requirements";
import { serverUrl } from "@/app/base";
import { useBlocked, useSession } from "@/app/session";
import { useUrlState } from "@/app/url-state";
import { Button, ButtonLink } from "@/ui/button";
import { Combobox } from "@/ui/combobox";
import { copyAs } from "@/ui/copy-as";
import { CopyAs } from "@/ui/copy-as-menu";
import { cx } from "@/ui/cx";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Checkbox, Field, Input, NumberInput, Switch } from "@/ui/field";
import { count, duration, plural } from "@/ui/format";
import { JsonEditor } from "@/ui/json";
import { Facts, Page } from "@/ui/page";
import { SecretDialog } from "@/ui/secret";
import { Snippets } from "@/ui/snippets";
import { InlineError, NoPermission } from "@/ui/states";
import { AccessField } from "./access-field";
import { CreditsField } from "./credits-field";
import { draftBody, draftFaults, emptyDraft, type KeyDraft } from "./draft";
import { ExpiryField, expiryAt } from "./expiry";
import { LimitsField } from "./limits-field";
import { absoluteTime } from "@/ui/format";

type SectionName = "basics" | "owner" | "limits" | "access" | "life";

const sectionOf: readonly (readonly [RegExp, SectionName])[] = [
  [/^externalId/, "owner"],
  [/^(credits|ratelimits)/, "limits"],
  [/^(roles|permissions)/, "access"],
  [/^(expires|meta)/, "life"],
];

/** A form of five parts with a summary beside it; only the API is required. */
export function KeyNew() {
  const session = useSession();
  const ws = session.workspace.slug;
  const navigate = useNavigate();
  const [search] = useUrlState();
  const [draft, setDraft] = useState<KeyDraft>(() => ({
    ...emptyDraft,
    apiId: search["api"] ?? "",
    name: search["name"] ?? "",
    externalId: search["identity"] ?? "",
  }));
  const [open, setOpen] = useState<ReadonlySet<SectionName>>(new Set(["basics", "owner"]));
  const [local, setLocal] = useState<Record<string, string>>({});
  const [created, setCreated] = useState<{ keyId: string; key: string } | null>(null);
  const create = useChange("keys.createKey");
  const form = useRef<HTMLFormElement>(null);
  const set = (part: Partial<KeyDraft>) => setDraft((now) => ({ ...now, ...part }));
  const blocked = useBlocked("keys.createKey", { apiId: draft.apiId || undefined });
  const missing = missingFor(requirements["keys.createKey"], session.permissions, { apiId: draft.apiId || undefined });
  const anyApi = session.permissions.some((one) => /^api\..+\.create_key$/.test(one));

  const faults = faultsOf(create.error);
  const fault = (member: string) => local[member] ?? faults.of(member);
  const selectedApi = useOp("apis.listApis", { apiIds: [draft.apiId] }, { enabled: draft.apiId !== "" }).data?.find(
    (one) => one.id === draft.apiId,
  );

  const showFaults = (members: readonly string[]) => {
    setOpen((now) => {
      const next = new Set(now);
      for (const member of members) {
        next.add(sectionOf.find(([form_]) => form_.test(member))?.[1] ?? "basics");
      }
      return next;
    });
    focusFirstFault(form.current);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const now = Date.now();
    const found = draftFaults(draft, now);
    setLocal(found);
    if (Object.keys(found).length > 0) {
      create.reset();
      showFaults(Object.keys(found));
      return;
    }
    create.mutate(draftBody(draft, now), {
      onSuccess: setCreated,
      onError: (error) =>
        showFaults(
          "faults" in error
            ? (error.faults as readonly { location: string }[]).map((one) => one.location.replace(/^body\./, ""))
            : [],
        ),
    });
  };

  const toggle = (name: SectionName) =>
    setOpen((now) => {
      const next = new Set(now);
      if (next.has(name)) next.delete(name);
      else next.add(name);
      return next;
    });

  if (!anyApi) {
    return (
      <Page title="Create key">
        <NoPermission operation="keys.createKey" missing={missing} resource={draft.apiId} />
      </Page>
    );
  }

  const section = (name: SectionName, title: string, summary: ReactNode, children: ReactNode) => (
    <Section title={title} summary={summary} open={open.has(name)} onToggle={() => toggle(name)}>
      {children}
    </Section>
  );

  return (
    <Page
      title="Create key"
      crumbs={[{ label: "Keys", link: { to: "/$ws/keys", params: { ws } } }, { label: "Create key" }]}
    >
      <form ref={form} onSubmit={submit} noValidate className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_280px]">
        <div className="flex min-w-0 flex-col gap-3">
          {section(
            "basics",
            "Basics",
            selectedApi?.name ?? (draft.apiId || "Choose an API"),
            <Basics draft={draft} set={set} api={selectedApi} fault={fault} />,
          )}
          {section(
            "owner",
            "Owner",
            draft.externalId || "None",
            <Owner value={draft.externalId} onChange={(externalId) => set({ externalId })} error={fault("externalId")} />,
          )}
          {section(
            "limits",
            "Limits",
            [
              draft.credits ? plural(Number(draft.credits), "credit") : "",
              draft.limits.length > 0 ? plural(draft.limits.length, "rate limit") : "",
            ]
              .filter(Boolean)
              .join(", ") || "None",
            <div className="flex flex-col gap-5">
              <CreditsField value={draft} onChange={set} fault={fault} />
              <LimitsField
                limits={draft.limits}
                onChange={(limits) => set({ limits })}
                fault={(member) => fault(`ratelimits${member}`)}
              />
            </div>,
          )}
          {section(
            "access",
            "Access",
            [
              draft.roles.length > 0 ? plural(draft.roles.length, "role") : "",
              draft.permissions.length > 0 ? plural(draft.permissions.length, "permission") : "",
            ]
              .filter(Boolean)
              .join(", ") || "None",
            <AccessField
              roles={draft.roles}
              permissions={draft.permissions}
              onRoles={(roles) => set({ roles })}
              onPermissions={(permissions) => set({ permissions })}
              fault={fault}
            />,
          )}
          {section(
            "life",
            "Life",
            draft.expiry.preset === "never" ? "Never expires" : "Expires",
            <div className="flex flex-col gap-4">
              <ExpiryField value={draft.expiry} onChange={(expiry) => set({ expiry })} error={fault("expires")} />
              <Field label="Metadata" optional hint="A JSON object that verifications return." error={fault("meta")}>
                <JsonEditor value={draft.meta} onChange={(meta) => set({ meta })} />
              </Field>
            </div>,
          )}
        </div>
        <aside className="lg:sticky lg:top-6 lg:self-start" aria-label="Summary">
          <div className="rounded-lg border border-line bg-sunken p-4">
            <h2 className="mb-3 font-semibold">Summary</h2>
            <Summary draft={draft} api={selectedApi} />
            {create.error && !faults.any ? (
              <div className="mt-4">
                <InlineError error={create.error} />
              </div>
            ) : null}
            {faults.any ? (
              <p role="alert" className="mt-4 text-xs text-bad">
                The server found faults; they stand under their fields.
              </p>
            ) : null}
            <Button type="submit" variant="primary" className="mt-4 w-full" busy={create.isPending} blocked={draft.apiId ? blocked : undefined}>
              Create key
            </Button>
            <div className="mt-2 flex justify-center">
              <CopyAs size="sm" operation="keys.createKey" body={() => draftBody(draft, Date.now())} />
            </div>
          </div>
        </aside>
      </form>
      <SecretDialog
        secret={created?.key ?? null}
        title="The key is created"
        env={[["API_KEY", created?.key ?? ""]]}
        onClose={() => {
          const keyId = created?.keyId ?? "";
          setCreated(null);
          create.reset();
          void navigate({ to: "/$ws/keys/$key", params: { ws, key: keyId } });
        }}
      >
        <Snippets
          label="Verify it"
          snippets={(["curl", "TypeScript", "Python"] as const).map((language) => [
            language,
            copyAs(language, serverUrl(), "keys.verifyKey", { key: "" }),
          ])}
        />
      </SecretDialog>
    </Page>
  );
}

function Section({
  title,
  summary,
  open,
  onToggle,
  children,
}: {
  title: string;
  summary: ReactNode;
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <section className="rounded-lg border border-line bg-surface">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="flex h-11 w-full items-center gap-3 rounded-lg px-4 text-left focus-visible:-outline-offset-2"
        >
          <span className="font-semibold">{title}</span>
          <span className="min-w-0 flex-1 truncate text-right text-xs text-text-3">{open ? null : summary}</span>
          <ChevronDown aria-hidden className={cx("size-4 shrink-0 text-text-3 transition-transform", open && "rotate-180")} />
        </button>
      </h2>
      <div hidden={!open} className="border-t border-line p-4">
        {children}
      </div>
    </section>
  );
}

function Basics({
  draft,
  set,
  api,
  fault,
}: {
  draft: KeyDraft;
  set: (part: Partial<KeyDraft>) => void;
  api: ApiItem | undefined;
  fault: (member: string) => string | undefined;
}) {
  const [text, setText] = useState<string | null>(null);
  const ws = useSession().workspace.slug;
  const apis = useList("apis.listApis", text ? { search: text } : {}, { limit: 50, by: (one) => one.name });
  const encrypt = useBlocked("keys.createKey", { apiId: draft.apiId });
  const { permissions } = useSession();
  const mayEncrypt = missingFor(
    { anyOf: ["api.*.encrypt_key", "api.{apiId}.encrypt_key"] },
    permissions,
    { apiId: draft.apiId },
  );
  const none = apis.data !== undefined && apis.rows.length === 0 && !text;
  return (
    <div className="flex flex-col gap-4">
      {none ? (
        <div className="flex flex-wrap items-center justify-between gap-2 rounded-md border border-line bg-sunken px-3 py-2">
          <p>There is no API yet. A key belongs to one.</p>
          <ButtonLink size="sm" to="/$ws/apis" params={{ ws }} search={{ new: "1" }}>
            Create API
          </ButtonLink>
        </div>
      ) : null}
      <div className="grid gap-4 md:grid-cols-2">
        <Field label="API" error={fault("apiId")} hint={api ? api.id : undefined}>
          <Combobox
            value={text ?? api?.name ?? draft.apiId}
            placeholder="Find an API"
            loading={apis.isFetching}
            options={apis.rows.map((one) => ({ value: one.id, label: one.name, detail: one.id }))}
            onChange={(next) => {
              const chosen = apis.rows.find((one) => one.id === next || one.name === next);
              if (chosen && (chosen.id === next || apis.rows.filter((one) => one.name === next).length === 1)) {
                // What the list told of it is known already; the field would show the id until it is read again.
                queries.setQueryData(opKey("apis.listApis", { apiIds: [chosen.id] }), [chosen]);
                set({ apiId: chosen.id, ...(chosen.storeEncryptedKeys ? {} : { recoverable: false }) });
                setText(null);
              } else {
                set({ apiId: "" });
                setText(next);
              }
            }}
          />
        </Field>
        <Field label="Name" optional hint="For people." error={fault("name")}>
          <Input value={draft.name} maxLength={255} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <Field
          label="Prefix"
          optional
          error={fault("prefix")}
          hint={fault("prefix") ? undefined : `Looks like ${draft.prefix || api?.defaultPrefix || "prefix"}_4Hc9…`}
        >
          <Input
            mono
            value={draft.prefix}
            placeholder={api?.defaultPrefix ?? "None"}
            onChange={(event) => set({ prefix: event.target.value })}
          />
        </Field>
        <Field label="Random bytes" optional hint="16 to 255." error={fault("byteLength")}>
          <NumberInput
            value={draft.bytes}
            placeholder={String(api?.defaultByteLength ?? 16)}
            onChange={(bytes) => set({ bytes })}
          />
        </Field>
      </div>
      <Switch
        label="Enabled"
        hint="A disabled key is refused until it is enabled."
        checked={draft.enabled}
        onCheckedChange={(enabled) => set({ enabled })}
      />
      {api?.storeEncryptedKeys ? (
        <Checkbox
          checked={draft.recoverable}
          disabled={encrypt !== undefined || mayEncrypt.length > 0}
          onCheckedChange={(recoverable) => set({ recoverable })}
          label="Recoverable"
          hint={
            mayEncrypt.length > 0
              ? `Needs ${mayEncrypt.join(", ")}.`
              : "Keyway also stores it encrypted, so that it can be shown again."
          }
        />
      ) : null}
    </div>
  );
}

function Owner({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const trimmed = value.trim();
  const found = useList("identities.listIdentities", trimmed ? { search: trimmed } : {}, { limit: 20 });
  const known = found.rows.find((one) => one.externalId === trimmed);
  return (
    <div className="flex flex-col gap-3">
      <Field
        label="External id"
        optional
        error={error}
        hint={
          trimmed === ""
            ? "Your id of the user or system that the key belongs to."
            : known
              ? "This identity exists; the key joins it."
              : found.isFetching
                ? "Looking it up."
                : "A new identity is created with the key."
        }
      >
        <Combobox
          value={value}
          onChange={onChange}
          placeholder="user_42"
          loading={found.isFetching}
          options={found.rows.map((one) => ({ value: one.externalId, detail: one.id }))}
        />
      </Field>
      {known?.ratelimits && known.ratelimits.length > 0 ? (
        <div className="text-xs text-text-2">
          <p className="text-text-3">Limits that all keys of this identity share:</p>
          <ul className="mt-1">
            {known.ratelimits.map((limit) => (
              <li key={limit.id}>
                {limit.name}: {count(limit.limit)} in {duration(limit.duration)}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}

function Summary({ draft, api }: { draft: KeyDraft; api: ApiItem | undefined }) {
  const expires = expiryAt(draft.expiry, Date.now());
  return (
    <Facts
      items={[
        ["API", api?.name ?? (draft.apiId || "Not chosen")],
        ["Name", draft.name || "None"],
        ["Identity", draft.externalId || "None"],
        ["Credits", draft.credits ? count(Number(draft.credits)) : "Unlimited"],
        ["Rate limits", draft.limits.length === 0 ? "None" : draft.limits.map((one) => one.name).join(", ")],
        ["Roles", draft.roles.join(", ") || "None"],
        ["Permissions", draft.permissions.length === 0 ? "None" : plural(draft.permissions.length, "direct", "direct")],
        ["Expires", expires === undefined ? "Never" : absoluteTime(expires)],
        draft.enabled ? null : ["State", "Disabled"],
      ]}
    />
  );
}
