//! When a root key ends.

import { Field, Input, Select } from "@/ui/field";
import { absoluteTime } from "@/ui/format";
import { expiryAt, localMoment, type Expiry } from "../keys/expiry";

const day = 86_400_000;

/** Names of expiries in addresses. */
export const expiryNames: Record<string, string> = {
  "30d": String(30 * day),
  "90d": String(90 * day),
  "1y": String(365 * day),
  never: "never",
};

/** The expiry that new root keys begin with. */
export const usualExpiry: Expiry = { preset: String(90 * day), custom: "" };

/** Stands for the present end of a root key. */
export const keepExpiry: Expiry = { preset: "keep", custom: "" };

/** The request's form of an expiry; undefined keeps it. */
export function expiryValue(expiry: Expiry, now: number): number | null | undefined {
  if (expiry.preset === "keep") return undefined;
  return expiryAt(expiry, now) ?? null;
}

/** Chooses when a root key ends; `present` is its end so far. */
export function RootExpiryField({
  value,
  onChange,
  error,
  present,
}: {
  value: Expiry;
  onChange: (value: Expiry) => void;
  error?: string | undefined;
  /** Given for a root key that exists; null is never. */
  present?: number | null;
}) {
  const at = new Date(value.custom).getTime();
  const never = value.preset === "never" || (value.preset === "keep" && present === null);
  return (
    <div className="flex min-w-0 flex-col gap-4">
        <Field
          label="Expires"
          error={value.preset === "custom" ? undefined : error}
          hint={never ? <span className="text-warn">A key that never ends works for whoever finds it years later.</span> : undefined}
        >
          <Select
            value={value.preset}
            onChange={(event) => {
              const preset = event.target.value;
              onChange({
                preset,
                custom: preset === "custom" && !value.custom ? localMoment(Date.now() + 30 * day) : value.custom,
              });
            }}
          >
            {present === undefined ? null : (
              <option value="keep">{present === null ? "Never, as now" : `${absoluteTime(present)}, as now`}</option>
            )}
            <option value={30 * day}>In 30 days</option>
            <option value={90 * day}>In 90 days</option>
            <option value={365 * day}>In 1 year</option>
            <option value="custom">At a moment of your choice</option>
            {present === null ? null : <option value="never">Never</option>}
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
