//! Says what a root key will be able to do.

import { useMemo } from "react";
import { plural } from "@/ui/format";
import { operationsOf, sentenceOf, stringsOf, type Catalog, type Selection } from "./picker";

/** A sentence, the permission strings, and the operations that they suffice for. */
export function Review({ catalog, value }: { catalog: Catalog; value: Selection }) {
  const strings = useMemo(() => stringsOf(value, catalog), [value, catalog]);
  const { callable, refused } = useMemo(() => operationsOf(strings), [strings]);
  return (
    <div className="flex flex-col gap-3">
      <p className="wrap-anywhere">{sentenceOf(value, catalog)}</p>
      <details className="group" open={strings.length <= 12}>
        <summary className="min-h-6 cursor-default text-xs font-medium text-text-2">
          {plural(strings.length, "permission string")}
        </summary>
        <ul aria-label="Permission strings" className="mt-1 max-h-72 overflow-y-auto" tabIndex={strings.length > 12 ? 0 : -1}>
          {strings.map((one) => (
            <li key={one} data-testid={`review-${one}`} className="py-px font-mono text-2xs wrap-anywhere text-text-2">
              {one}
            </li>
          ))}
        </ul>
      </details>
      {strings.length > 0 ? (
        <>
          <Operations label={`Can call ${plural(callable.length, "operation")}`} names={callable} />
          {refused.length > 0 ? (
            <Operations label={`Can’t call ${plural(refused.length, "operation")} of the same kinds`} names={refused} />
          ) : null}
        </>
      ) : null}
    </div>
  );
}

function Operations({ label, names }: { label: string; names: readonly string[] }) {
  return (
    <details>
      <summary className="min-h-6 cursor-default text-xs font-medium text-text-2">{label}</summary>
      <ul aria-label={label} className="mt-1 max-h-60 overflow-y-auto" tabIndex={names.length > 12 ? 0 : -1}>
        {names.map((name) => (
          <li key={name} className="py-px font-mono text-2xs wrap-anywhere text-text-2">
            {name}
          </li>
        ))}
      </ul>
    </details>
  );
}
