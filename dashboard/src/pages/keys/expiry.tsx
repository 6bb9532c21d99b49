//! When a key ends: presets, or a moment of one's own in local time with the UTC time beside it.

import { Field, Input, Select } from "@/ui/field";

/** A chosen expiry. */
export interface Expiry {
  preset: string;
  /** Local date and time, as `datetime-local` writes it. */
  custom: string;
}

/** No expiry. */
export const noExpiry: Expiry = { preset: "never", custom: "" };

const hour = 3_600_000;
const presets = [
  ["never", "Never"],
  [String(hour), "In 1 hour"],
  [String(24 * hour), "In 1 day"],
  [String(7 * 24 * hour), "In 7 days"],
  [String(30 * 24 * hour), "In 30 days"],
  [String(90 * 24 * hour), "In 90 days"],
  [String(365 * 24 * hour), "In 1 year"],
  ["custom", "At a moment of your choice"],
] as const;

/** The moment of an expiry in milliseconds; undefined for never. */
export function expiryAt(expiry: Expiry, now: number): number | undefined {
  if (expiry.preset === "never") return undefined;
  if (expiry.preset !== "custom") return now + Number(expiry.preset);
  const at = new Date(expiry.custom).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** What is wrong with an expiry, if something is. */
export function expiryFault(expiry: Expiry, now: number): string | undefined {
  if (expiry.preset !== "custom") return undefined;
  const at = new Date(expiry.custom).getTime();
  if (Number.isNaN(at)) return "Choose a date and a time.";
  if (at < now + 120_000) return "Choose a moment at least two minutes from now.";
  return undefined;
}

/** A moment as `datetime-local` wants it. */
export function localMoment(at: number): string {
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}

/** Chooses an expiry. */
export function ExpiryField({
  value,
  onChange,
  error,
}: {
  value: Expiry;
  onChange: (value: Expiry) => void;
  error?: string | undefined;
}) {
  const at = value.preset === "custom" ? new Date(value.custom).getTime() : NaN;
  return (
    <div className="grid gap-3 md:grid-cols-2">
      <Field label="Expires" error={value.preset === "custom" ? undefined : error}>
        <Select
          value={value.preset}
          onChange={(event) => {
            const preset = event.target.value;
            onChange({
              preset,
              custom: preset === "custom" && value.custom === "" ? localMoment(Date.now() + 24 * hour) : value.custom,
            });
          }}
        >
          {presets.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
      {value.preset === "custom" ? (
        <Field
          label="Date and time"
          error={error}
          hint={Number.isNaN(at) ? undefined : `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`}
        >
          <Input
            type="datetime-local"
            value={value.custom}
            onChange={(event) => onChange({ ...value, custom: event.target.value })}
          />
        </Field>
      ) : null}
    </div>
  );
}
