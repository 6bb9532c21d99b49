//! Narrows a root key to some APIs, namespaces or environments. Only the chosen ones are rendered.

import { useId, useMemo, useState, type ReactNode } from "react";
import { useList, useOp } from "@/api/query";
import { MultiCombobox } from "@/ui/combobox";
import { Field } from "@/ui/field";
import type { Scope } from "./picker";

/** For all APIs or only for some. */
export function ApiScope({ value, onChange, error }: { value: Scope; onChange: (value: Scope) => void; error?: string | undefined }) {
  const [text, setText] = useState("");
  const found = useList("apis.listApis", text ? { search: text } : {}, { limit: 20, enabled: value !== null });
  const ids = useMemo(() => (value ?? []).slice(0, 100), [value]);
  const named = useOp("apis.listApis", { apiIds: [...ids] }, { enabled: ids.length > 0 });
  const options = useMemo(
    () =>
      [...new Map([...(named.data ?? []), ...found.rows].map((api) => [api.id, api])).values()].map((api) => ({
        value: api.id,
        label: api.name,
        detail: api.id,
      })),
    [named.data, found.rows],
  );
  return (
    <TwoWays
      legend="APIs"
      all="All APIs, now and later"
      some="Only these APIs"
      value={value}
      onChange={onChange}
    >
      <Field label="Chosen APIs" error={error}>
        <MultiCombobox
          values={value ?? []}
          onChange={onChange}
          onSearch={setText}
          options={options}
          loading={found.isFetching}
          placeholder="Find an API by name or id"
        />
      </Field>
    </TwoWays>
  );
}

/** For all rate-limit namespaces or only for some. */
export function NamespaceScope({ value, onChange, error }: { value: Scope; onChange: (value: Scope) => void; error?: string | undefined }) {
  const [text, setText] = useState("");
  const found = useList("ratelimit.listNamespaces", text ? { search: text } : {}, { limit: 50, enabled: value !== null });
  return (
    <TwoWays
      legend="Rate-limit namespaces"
      all="All namespaces, now and later"
      some="Only these namespaces"
      value={value}
      onChange={onChange}
    >
      <Field label="Chosen namespaces" error={error}>
        <MultiCombobox
          values={value ?? []}
          onChange={onChange}
          onSearch={setText}
          options={found.rows.map((one) => ({ value: one.id, label: one.name, detail: one.id }))}
          loading={found.isFetching}
          placeholder="Find a namespace by name or id"
        />
      </Field>
    </TwoWays>
  );
}

/** For all environments or only for some. */
export function EnvironmentScope({ value, onChange, error }: { value: Scope; onChange: (value: Scope) => void; error?: string | undefined }) {
  const [text, setText] = useState("");
  const apis = useList("apis.listApis", {}, { enabled: value !== null });
  const names = useMemo(
    () => [...new Set(apis.rows.flatMap((api) => (api.environment ? [api.environment] : [])))].sort(),
    [apis.rows],
  );
  return (
    <TwoWays
      legend="Environments"
      all="All environments"
      some="Only these environments"
      value={value}
      onChange={onChange}
    >
      <Field
        label="Chosen environments"
        error={error}
        hint="Everything that it may do is limited to APIs of these environments. APIs without one are out of its reach."
      >
        <MultiCombobox
          values={value ?? []}
          onChange={onChange}
          onSearch={setText}
          options={names.filter((one) => one.includes(text.trim())).map((one) => ({ value: one }))}
          create={(typed) => (/^[a-z][a-z0-9-]{0,31}$/.test(typed) ? `Use “${typed}”` : undefined)}
          loading={apis.isFetching}
          placeholder="production"
        />
      </Field>
    </TwoWays>
  );
}

function TwoWays({
  legend,
  all,
  some,
  value,
  onChange,
  children,
}: {
  legend: string;
  all: string;
  some: string;
  value: Scope;
  onChange: (value: Scope) => void;
  children: ReactNode;
}) {
  const name = useId();
  const radio = (label: string, checked: boolean, onCheck: () => void) => (
    <label className="flex min-h-6 items-center gap-2">
      <input type="radio" name={name} checked={checked} onChange={onCheck} className="size-3.5 accent-accent-solid" />
      {label}
    </label>
  );
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-6 gap-y-1">
        {radio(all, value === null, () => onChange(null))}
        {radio(some, value !== null, () => onChange(value ?? []))}
      </div>
      {value === null ? null : <div className="mt-2.5">{children}</div>}
    </fieldset>
  );
}
