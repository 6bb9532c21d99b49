//! Edits the credits of a key and their refill.

import { Field, NumberInput, Select } from "@/ui/field";
import type { KeyDraft } from "./draft";

/** The part of a draft that is about credits. */
export type CreditsDraft = Pick<KeyDraft, "credits" | "refill" | "refillAmount" | "refillDay">;

/** Credits, refill interval, amount and day. */
export function CreditsField({
  value,
  onChange,
  fault,
}: {
  value: CreditsDraft;
  onChange: (part: Partial<CreditsDraft>) => void;
  fault: (member: string) => string | undefined;
}) {
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Field
        label="Credits"
        optional
        hint="Each verification takes one, unless it says otherwise. Empty means unlimited."
        error={fault("credits.remaining")}
      >
        <NumberInput value={value.credits} placeholder="Unlimited" onChange={(credits) => onChange({ credits })} />
      </Field>
      <Field label="Refill" error={fault("credits.refill.interval")}>
        <Select
          value={value.refill}
          onChange={(event) => onChange({ refill: event.target.value as CreditsDraft["refill"] })}
        >
          <option value="">None</option>
          <option value="daily">Daily</option>
          <option value="monthly">Monthly</option>
        </Select>
      </Field>
      {value.refill ? (
        <Field label="Credits after each refill" error={fault("credits.refill.amount")}>
          <NumberInput value={value.refillAmount} onChange={(refillAmount) => onChange({ refillAmount })} />
        </Field>
      ) : null}
      {value.refill === "monthly" ? (
        <Field
          label="Day of the month"
          hint={Number(value.refillDay) > 28 ? "In shorter months: on their last day." : undefined}
          error={fault("credits.refill.refillDay")}
        >
          <NumberInput value={value.refillDay} onChange={(refillDay) => onChange({ refillDay })} />
        </Field>
      ) : null}
    </div>
  );
}
