//! The form with its three questions.

import { useEffect, useId, useRef, useState, type FormEvent } from "react";
import { Tabs } from "radix-ui";
import { useList } from "@/api/query";
import { requirements } from "@/api/requirements";
import { maySome, useSession } from "@/app/session";
import { Button } from "@/ui/button";
import { Combobox } from "@/ui/combobox";
import { CopyAs } from "@/ui/copy-as-menu";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, NumberInput } from "@/ui/field";
import { looksLikeSecret } from "../keys/secrets";
import { bodyOf, holdsSecret, type Fields, type Form } from "./forms";

const forms: readonly (readonly [Form, string])[] = [
  ["request", "A request"],
  ["key", "A key"],
  ["operation", "A root key"],
];

const tab =
  "-mb-px h-9 border-b-2 border-transparent text-sm font-medium whitespace-nowrap text-text-3 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text focus-visible:-outline-offset-2";

/** A panel of fields. Named by its tab it would be found in place of the field of the same name. */
const panel = { className: "flex flex-col gap-4 p-4", "aria-labelledby": undefined, "aria-label": "What is asked" };

/** Asks one of the three questions; `start` is what the address says. */
export function Question({
  start,
  busy,
  error,
  onAsk,
}: {
  start: Fields;
  busy: boolean;
  error: unknown;
  onAsk: (fields: Fields) => void;
}) {
  const [fields, setFields] = useState(start);
  const [empty, setEmpty] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(error);
  const secret = holdsSecret(fields);
  useEffect(() => {
    if (error) focusFirstFault(element.current);
  }, [error]);
  const set = (name: Exclude<keyof Fields, "form">) => (value: string) => {
    setEmpty(false);
    setFields((before) => ({ ...before, [name]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (!bodyOf(fields)) {
      setEmpty(true);
      focusFirstFault(element.current);
      return;
    }
    onAsk(fields);
  };
  return (
    <form ref={element} noValidate onSubmit={submit} className="rounded-lg border border-line bg-surface">
      <Tabs.Root
        value={fields.form}
        onValueChange={(form) => {
          setEmpty(false);
          setFields((before) => ({ ...before, form: form as Form }));
        }}
      >
        <Tabs.List aria-label="What to explain" className="flex gap-5 border-b border-line px-4">
          {forms.map(([form, words]) => (
            <Tabs.Trigger key={form} value={form} className={tab}>
              {words}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="request" tabIndex={-1} {...panel}>
          <Field
            label="Request id"
            hint="It stands in the answer of each call, below meta. Recent refusals are remembered until the server restarts."
            error={(empty && "Paste a request id.") || faults.of("requestId")}
          >
            <Input mono value={fields.request} placeholder="req_…" onChange={(event) => set("request")(event.target.value)} />
          </Field>
        </Tabs.Content>
        <Tabs.Content value="key" tabIndex={-1} {...panel}>
          <Field
            label="Key"
            hint={
              secret
                ? "This is a whole key: it is sent once, and it gets into no address, log or history."
                : "The id of a key, or the whole key."
            }
            error={(empty && "Paste the id of a key, or a whole key.") || faults.of("keyId") || faults.of("key")}
          >
            <Input mono value={fields.key} placeholder="key_…" onChange={(event) => set("key")(event.target.value)} />
          </Field>
          <Field
            label="Permissions"
            optional
            hint="Names joined by AND and OR, such as documents.read AND (billing.read OR admin)."
            error={faults.of("permissions")}
          >
            <Input mono value={fields.permissions} onChange={(event) => set("permissions")(event.target.value)} />
          </Field>
          <div className="grid grid-cols-2 gap-4">
            <Field label="Credits it costs" optional error={faults.of("cost")}>
              <NumberInput value={fields.cost} placeholder="1" onChange={set("cost")} />
            </Field>
            <Field label="Caller’s address" optional error={faults.of("ip")}>
              <Input mono value={fields.ip} placeholder="203.0.113.7" onChange={(event) => set("ip")(event.target.value)} />
            </Field>
          </div>
          <Field
            label="Limits"
            optional
            hint="Names of rate limits to look at, beside those that apply by themselves."
            error={faults.of("ratelimits")}
          >
            <Input mono value={fields.limits} onChange={(event) => set("limits")(event.target.value)} />
          </Field>
        </Tabs.Content>
        <Tabs.Content value="operation" tabIndex={-1} {...panel}>
          <RootKeyField value={fields.rootKey} onChange={set("rootKey")} error={faults.of("rootKeyId") ?? faults.of("rootKey")} secret={secret} />
          <OperationField
            value={fields.operation}
            onChange={set("operation")}
            error={(empty && "Name an operation.") || faults.of("operation")}
          />
          <Field
            label="Resource"
            optional
            hint="The id of the API, key, namespace or identity that it is called on."
            error={faults.of("resource")}
          >
            <Input mono value={fields.resource} placeholder="api_…" onChange={(event) => set("resource")(event.target.value)} />
          </Field>
        </Tabs.Content>
      </Tabs.Root>
      <div className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
        <Button type="submit" variant="primary" busy={busy}>
          Explain
        </Button>
        <CopyAs size="sm" operation="access.explain" body={() => bodyOf(fields) ?? {}} />
      </div>
    </form>
  );
}

const operations = Object.keys(requirements);

function OperationField({ value, onChange, error }: { value: string; onChange: (value: string) => void; error: string | undefined }) {
  const wanted = value.trim().toLowerCase();
  const found = operations.filter((name) => name.toLowerCase().includes(wanted));
  return (
    <Field label="Operation" error={error}>
      <Combobox
        mono
        value={value}
        onChange={onChange}
        placeholder="keys.createKey"
        options={found.length === 1 && found[0] === value ? [] : found.map((name) => ({ value: name }))}
      />
    </Field>
  );
}

function RootKeyField({
  value,
  onChange,
  error,
  secret,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  secret: boolean;
}) {
  const session = useSession();
  const id = useId();
  const search = value.trim();
  const list = useList("rootKeys.listKeys", search && !looksLikeSecret(search) ? { search } : {}, {
    enabled: maySome(session, "rootKeys.listKeys") && !looksLikeSecret(search),
    limit: 20,
  });
  return (
    <Field
      label="Root key"
      optional
      hint={
        secret
          ? "This is a whole root key: it is sent once, and it gets into no address, log or history."
          : `An id, or the whole root key. Empty means yourself, ${session.name}.`
      }
      error={error}
    >
      <Combobox
        key={id}
        mono
        value={value}
        onChange={onChange}
        placeholder="rk_…"
        options={secret ? [] : list.rows.map((one) => ({ value: one.keyId, detail: one.name ?? `${one.start}…` }))}
      />
    </Field>
  );
}
