//! P26: create a root key.

import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type FormEvent } from "react";
import type { Input as Body } from "@/api/operations";
import { useChange, useOp } from "@/api/query";
import { serverUrl } from "@/app/base";
import { useBlocked, useMissing, useSession } from "@/app/session";
import { listParam, useUrlState } from "@/app/url-state";
import { Button } from "@/ui/button";
import { copyAs } from "@/ui/copy-as";
import { CopyAs } from "@/ui/copy-as-menu";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input } from "@/ui/field";
import { Page } from "@/ui/page";
import { SecretDialog } from "@/ui/secret";
import { Snippets } from "@/ui/snippets";
import { ErrorCard, InlineError, NoPermission, PageSkeleton } from "@/ui/states";
import { expiryFault, type Expiry } from "../keys/expiry";
import { expiryNames, expiryValue, RootExpiryField, usualExpiry } from "./expiry-field";
import { findPreset, nothing, presetsOf, readStrings, stringsOf, withPreset, type Catalog, type Scope, type Selection } from "./picker";
import { PickerForm, pickerFaults, type PickerFaults } from "./picker-form";
import { Review } from "./review";

/** Asks what the new root key is for; the address may fill the form: preset, api, name, expires, permissions. */
export function RootKeyNew() {
  const ws = useSession().workspace.slug;
  const missing = useMissing("rootKeys.createKey");
  const catalog = useOp("rootKeys.listPermissionCatalog", {}, { staleTime: 600_000 });
  const crumbs = [{ label: "Root keys", link: { to: "/$ws/root-keys" as const, params: { ws } } }, { label: "Create root key" }];
  return (
    <Page
      title="Create root key"
      description="Give it as little as its task needs."
      crumbs={crumbs}
    >
      {missing.length > 0 ? (
        <NoPermission operation="rootKeys.createKey" missing={missing} />
      ) : catalog.error ? (
        <ErrorCard error={catalog.error} onRetry={() => void catalog.refetch()} />
      ) : catalog.data ? (
        <CreateForm catalog={catalog.data} />
      ) : (
        <PageSkeleton />
      )}
    </Page>
  );
}

function startOf(search: Record<string, string | undefined>, catalog: Catalog, held: readonly string[]): Selection {
  const apis = listParam(search["api"]);
  const scope = { ...nothing, apis: apis.length > 0 ? apis : null };
  const strings = listParam(search["permissions"]);
  if (strings.length > 0) return readStrings(strings, catalog);
  const preset = findPreset(presetsOf(catalog), search["preset"]);
  return preset ? withPreset(scope, preset, catalog, held).selection : scope;
}

function CreateForm({ catalog }: { catalog: Catalog }) {
  const session = useSession();
  const ws = session.workspace.slug;
  const navigate = useNavigate();
  const [search] = useUrlState();
  const [name, setName] = useState(search["name"] ?? "");
  const [value, setValue] = useState<Selection>(() => startOf(search, catalog, session.permissions));
  const [environments, setEnvironments] = useState<Scope>(() => {
    const names = listParam(search["env"]);
    return names.length > 0 ? names : null;
  });
  const [expiry, setExpiry] = useState<Expiry>(() => {
    const preset = expiryNames[search["expires"] ?? ""];
    return preset ? { preset, custom: "" } : usualExpiry;
  });
  const [tried, setTried] = useState(false);
  const [created, setCreated] = useState<{ keyId: string; key: string } | null>(null);
  const create = useChange("rootKeys.createKey");
  const blocked = useBlocked("rootKeys.createKey");
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(create.error);

  const body = (): Body<"rootKeys.createKey"> => {
    const expires = expiryValue(expiry, Date.now());
    return {
      name: name.trim(),
      permissions: stringsOf(value, catalog),
      ...(environments ? { environments: [...environments] } : {}),
      ...(typeof expires === "number" ? { expires } : {}),
    };
  };

  const end = expiryFault(expiry, Date.now());
  const found: PickerFaults & { name?: string; expires?: string } = {
    ...pickerFaults(value, environments),
    ...(name.trim() ? {} : { name: "Give it a name, such as the service that uses it." }),
    ...(end ? { expires: end } : {}),
  };
  const local = tried ? found : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(found).length > 0) {
      create.reset();
      focusFirstFault(form.current);
      return;
    }
    create.mutate(body(), { onSuccess: setCreated, onError: () => focusFirstFault(form.current) });
  };

  const verifies = value.chosen.has("api.*.verify_key");
  return (
    <>
      <form ref={form} noValidate onSubmit={submit} className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_300px]">
        <div className="flex min-w-0 flex-col gap-6">
          <section aria-label="Basics" className="grid gap-4 md:grid-cols-2">
            <Field label="Name" hint="Who or what uses it." error={local.name ?? faults.of("name")}>
              <Input value={name} maxLength={255} placeholder="payments service" onChange={(event) => setName(event.target.value)} />
            </Field>
            <RootExpiryField value={expiry} onChange={setExpiry} error={local.expires ?? faults.of("expires")} />
          </section>
          <PickerForm
            catalog={catalog}
            value={value}
            onChange={setValue}
            environments={environments}
            onEnvironments={setEnvironments}
            held={session.permissions}
            faults={{ ...local, permissions: local.permissions ?? faults.of("permissions"), environments: local.environments ?? faults.of("environments") }}
            startedFrom={findPreset(presetsOf(catalog), search["preset"])}
          />
        </div>
        <aside aria-label="Review" className="lg:sticky lg:top-6 lg:self-start">
          <div className="rounded-lg border border-line bg-sunken p-4">
            <h2 className="mb-2 font-semibold">Review</h2>
            <Review catalog={catalog} value={value} />
            {Object.keys(local).length > 0 ? (
              <p role="alert" className="mt-3 text-xs text-bad">
                Something is missing; it stands under its field.
              </p>
            ) : null}
            {create.error && !faults.any ? (
              <div className="mt-3">
                <InlineError error={create.error} />
              </div>
            ) : null}
            <Button type="submit" variant="primary" className="mt-4 w-full" busy={create.isPending} blocked={blocked}>
              Create root key
            </Button>
            <div className="mt-2 flex justify-center">
              <CopyAs size="sm" operation="rootKeys.createKey" body={body} />
            </div>
          </div>
        </aside>
      </form>
      <RootSecret
        secret={created?.key ?? null}
        title="The root key is created"
        verifies={verifies}
        onClose={() => {
          const key = created?.keyId ?? "";
          setCreated(null);
          create.reset();
          void navigate({ to: "/$ws/root-keys/$key", params: { ws, key } });
        }}
      />
    </>
  );
}

/** Shows the secret of a root key once, with a call to try it. */
export function RootSecret({
  secret,
  title,
  verifies,
  onClose,
}: {
  secret: string | null;
  title: string;
  verifies: boolean;
  onClose: () => void;
}) {
  const key = secret ?? "";
  const operation = verifies ? "keys.verifyKey" : "rootKeys.whoami";
  const body = verifies ? { key: "" } : {};
  return (
    <SecretDialog
      secret={secret}
      title={title}
      onClose={onClose}
      env={[
        ["KEYWAY_URL", serverUrl()],
        ["KEYWAY_ROOT_KEY", key],
        ["UNKEY_ROOT_KEY", key],
      ]}
    >
      <Snippets
        label="Try it"
        snippets={(["curl", "TypeScript", "Python"] as const).map((language) => [
          language,
          copyAs(language, serverUrl(), operation, body),
        ])}
      />
    </SecretDialog>
  );
}
