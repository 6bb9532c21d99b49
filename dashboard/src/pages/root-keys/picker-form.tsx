//! The permission picker: preset, scope and matrix.

import { useMemo, useState } from "react";
import { Notice } from "@/ui/page";
import { Matrix } from "./matrix";
import { matchPreset, presetsOf, withPreset, withScope, type Catalog, type Preset, type Scope, type Selection } from "./picker";
import { PresetField } from "./preset-field";
import { ApiScope, EnvironmentScope, NamespaceScope } from "./scope-field";

/** Chooses what a root key may do. A preset only fills the matrix. */
export function PickerForm({
  catalog,
  value,
  onChange,
  environments,
  onEnvironments,
  held,
  faults,
  startedFrom,
}: {
  catalog: Catalog;
  value: Selection;
  onChange: (value: Selection) => void;
  environments: Scope;
  onEnvironments: (value: Scope) => void;
  /** What the editor holds and so may grant. */
  held: readonly string[];
  faults: PickerFaults;
  startedFrom?: Preset | undefined;
}) {
  const presets = useMemo(() => presetsOf(catalog), [catalog]);
  const current = useMemo(() => matchPreset(value, presets, catalog), [value, presets, catalog]);
  const [from, setFrom] = useState<Preset | undefined>(startedFrom ?? current);
  const [left, setLeft] = useState<readonly string[]>([]);
  const limits = value.namespaces !== null || [...value.chosen].some((one) => one.startsWith("ratelimit."));
  return (
    <div className="flex flex-col gap-6">
      <section aria-label="Preset" className="flex flex-col gap-2">
        <h2 className="font-semibold">Preset</h2>
        <PresetField
          presets={presets}
          current={current}
          from={from}
          onChoose={(preset) => {
            const next = withPreset(value, preset, catalog, held);
            setFrom(preset);
            setLeft(next.left);
            onChange(next.selection);
          }}
          onClear={() => {
            setLeft([]);
            onChange({ ...value, chosen: new Set(), single: [] });
          }}
        />
        {left.length > 0 ? (
          <Notice tone="warn">
            You don’t hold all of this preset, so it was filled without{" "}
            <code className="text-xs wrap-anywhere">{left.slice(0, 6).join(", ")}</code>
            {left.length > 6 ? ` and ${left.length - 6} more` : ""}.
          </Notice>
        ) : null}
      </section>
      <section aria-label="Scope" className="flex flex-col gap-4">
        <h2 className="font-semibold">Scope</h2>
        <ApiScope
          value={value.apis}
          error={faults.apis}
          onChange={(apis) => onChange(withScope(value, "apis", apis, catalog))}
        />
        {limits ? (
          <NamespaceScope
            value={value.namespaces}
            error={faults.namespaces}
            onChange={(namespaces) => onChange(withScope(value, "namespaces", namespaces, catalog))}
          />
        ) : null}
        <EnvironmentScope value={environments} onChange={onEnvironments} error={faults.environments} />
      </section>
      <section aria-label="Permissions" className="flex flex-col gap-2">
        <h2 className="font-semibold">Permissions</h2>
        <Matrix catalog={catalog} value={value} onChange={onChange} held={held} />
        {faults.permissions ? (
          <p role="alert" className="text-xs text-bad">
            {faults.permissions}
          </p>
        ) : null}
      </section>
    </div>
  );
}

/** What is wrong with a choice, by the part of the form. */
export interface PickerFaults {
  apis?: string | undefined;
  namespaces?: string | undefined;
  environments?: string | undefined;
  permissions?: string | undefined;
}

/** Finds what the browser already knows to be wrong with a choice. */
export function pickerFaults(value: Selection, environments: Scope): PickerFaults {
  const uses = (resource: string) => [...value.chosen].some((one) => one.startsWith(`${resource}.`));
  return {
    ...(value.apis?.length === 0 && uses("api") ? { apis: "Choose at least one API." } : {}),
    ...(value.namespaces?.length === 0 && uses("ratelimit") ? { namespaces: "Choose at least one namespace." } : {}),
    ...(environments?.length === 0 ? { environments: "Choose at least one environment." } : {}),
    ...(value.chosen.size === 0 && value.single.length === 0 ? { permissions: "Choose at least one permission." } : {}),
  };
}
