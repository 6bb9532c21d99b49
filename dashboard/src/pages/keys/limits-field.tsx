//! Edits the rate limits of a key or an identity.

import { Plus, Trash2 } from "lucide-react";
import { Button, IconButton } from "@/ui/button";
import { Checkbox, Field, Input, NumberInput, Select } from "@/ui/field";
import { duration } from "@/ui/format";
import { windowUnits, type LimitDraft } from "./draft";

let nextId = 1;

/** A new limit for the form. */
export function newLimit(part: Partial<LimitDraft> = {}): LimitDraft {
  return { id: nextId++, name: "requests", limit: "100", window: "1", unit: "60000", autoApply: true, ...part };
}

/** The server counts in milliseconds, the form in any unit. */
function withUnit(fault: string | undefined): string | undefined {
  return fault?.replace(/\b\d+(?=\.)/, (milliseconds) => duration(Number(milliseconds)));
}

/** A list of limits; `fault` tells what is wrong with a member such as `[0].duration`. */
export function LimitsField({
  limits,
  onChange,
  fault,
}: {
  limits: readonly LimitDraft[];
  onChange: (limits: readonly LimitDraft[]) => void;
  fault: (member: string) => string | undefined;
}) {
  const set = (id: number, part: Partial<LimitDraft>) =>
    onChange(limits.map((limit) => (limit.id === id ? { ...limit, ...part } : limit)));
  return (
    <div className="flex flex-col gap-3">
      {limits.map((limit, index) => (
        <fieldset key={limit.id} className="relative min-w-0 rounded-lg border border-line p-3">
          <legend className="sr-only">Rate limit {index + 1}</legend>
          <div className="grid grid-cols-2 gap-3 md:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1.6fr)_auto]">
            <Field label="Limit name" error={fault(`[${index}].name`)} className="col-span-2 md:col-span-1">
              <Input value={limit.name} maxLength={128} onChange={(event) => set(limit.id, { name: event.target.value })} />
            </Field>
            <Field label="Uses" error={fault(`[${index}].limit`)}>
              <NumberInput value={limit.limit} onChange={(next) => set(limit.id, { limit: next })} />
            </Field>
            <Field label="Window" error={withUnit(fault(`[${index}].duration`))} className="max-md:col-span-2">
              <span className="flex gap-1.5">
                <NumberInput value={limit.window} onChange={(next) => set(limit.id, { window: next })} />
                <Select
                  id={`unit-${limit.id}`}
                  aria-label="Time unit"
                  className="w-28 shrink-0"
                  value={limit.unit}
                  onChange={(event) => set(limit.id, { unit: event.target.value })}
                >
                  {windowUnits.map(([value, words]) => (
                    <option key={value} value={value}>
                      {words}
                    </option>
                  ))}
                </Select>
              </span>
            </Field>
            <IconButton
              icon={Trash2}
              label={`Remove limit ${limit.name}`}
              className="max-md:absolute max-md:top-1.5 max-md:right-2 md:mt-6.5"
              onClick={() => onChange(limits.filter((one) => one.id !== limit.id))}
            />
          </div>
          <Checkbox
            className="mt-3"
            checked={limit.autoApply}
            onCheckedChange={(next) => set(limit.id, { autoApply: next })}
            label="Apply to every verification"
            hint="Otherwise only when a verification names it."
          />
        </fieldset>
      ))}
      <div>
        <Button
          size="sm"
          icon={Plus}
          onClick={() => onChange([...limits, newLimit(limits.length > 0 ? { name: `limit-${limits.length + 1}` } : {})])}
        >
          Add rate limit
        </Button>
      </div>
    </div>
  );
}
