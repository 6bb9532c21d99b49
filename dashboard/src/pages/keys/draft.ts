//! What the form of a new key holds, and the request that it becomes.

import type { Input } from "@/api/operations";
import { readObject } from "@/ui/json";
import { expiryAt, expiryFault, noExpiry, type Expiry } from "./expiry";

/** A rate limit as the form holds it: numbers are text until they are read. */
export interface LimitDraft {
  /** Only for React. */
  id: number;
  name: string;
  limit: string;
  window: string;
  unit: string;
  autoApply: boolean;
}

/** Everything that the form holds. */
export interface KeyDraft {
  apiId: string;
  name: string;
  prefix: string;
  bytes: string;
  enabled: boolean;
  recoverable: boolean;
  externalId: string;
  credits: string;
  refill: "" | "daily" | "monthly";
  refillAmount: string;
  refillDay: string;
  limits: readonly LimitDraft[];
  roles: readonly string[];
  permissions: readonly string[];
  expiry: Expiry;
  meta: string;
}

/** The form at its start. */
export const emptyDraft: KeyDraft = {
  apiId: "",
  name: "",
  prefix: "",
  bytes: "",
  enabled: true,
  recoverable: false,
  externalId: "",
  credits: "",
  refill: "",
  refillAmount: "",
  refillDay: "1",
  limits: [],
  roles: [],
  permissions: [],
  expiry: noExpiry,
  meta: "",
};

/** Units of windows in milliseconds. */
export const windowUnits = [
  ["1", "ms"],
  ["1000", "seconds"],
  ["60000", "minutes"],
  ["3600000", "hours"],
  ["86400000", "days"],
] as const;

/** A window in the largest unit that divides it. */
export function windowParts(milliseconds: number): { window: string; unit: string } {
  for (const [size] of [...windowUnits].reverse()) {
    if (milliseconds >= Number(size) && milliseconds % Number(size) === 0) {
      return { window: String(milliseconds / Number(size)), unit: size };
    }
  }
  return { window: String(milliseconds), unit: "1" };
}

/** The request's form of a limit. */
export function limitBody(limit: LimitDraft): { name: string; limit: number; duration: number; autoApply: boolean } {
  return {
    name: limit.name.trim(),
    limit: Number(limit.limit),
    duration: Number(limit.window) * Number(limit.unit),
    autoApply: limit.autoApply,
  };
}

/** What the browser already knows to be wrong, by the member of the request. */
export function draftFaults(draft: KeyDraft, now: number): Record<string, string> {
  const faults: Record<string, string> = {};
  if (!draft.apiId) faults["apiId"] = "Choose the API that the key belongs to.";
  const meta = readObject(draft.meta);
  if (meta.fault) faults["meta"] = meta.fault;
  const expiry = expiryFault(draft.expiry, now);
  if (expiry) faults["expires"] = expiry;
  if (draft.refill && !draft.credits) faults["credits.remaining"] = "A refill needs a number of credits to start with.";
  if (draft.refill && !draft.refillAmount) faults["credits.refill.amount"] = "Say how many credits each refill gives.";
  draft.limits.forEach((limit, index) => {
    if (!limit.limit) faults[`ratelimits[${index}].limit`] = "Say how many uses fit into the window.";
    if (!limit.window) faults[`ratelimits[${index}].duration`] = "Say how long the window is.";
  });
  return faults;
}

/** The request that a draft becomes. */
export function draftBody(draft: KeyDraft, now: number): Input<"keys.createKey"> {
  const expires = expiryAt(draft.expiry, now);
  const meta = readObject(draft.meta).value;
  return {
    apiId: draft.apiId,
    ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
    ...(draft.prefix.trim() ? { prefix: draft.prefix.trim() } : {}),
    ...(draft.bytes ? { byteLength: Number(draft.bytes) } : {}),
    ...(draft.enabled ? {} : { enabled: false }),
    ...(draft.recoverable ? { recoverable: true } : {}),
    ...(draft.externalId.trim() ? { externalId: draft.externalId.trim() } : {}),
    ...(draft.credits
      ? {
          credits: {
            remaining: Number(draft.credits),
            ...(draft.refill
              ? {
                  refill: {
                    interval: draft.refill,
                    amount: Number(draft.refillAmount),
                    ...(draft.refill === "monthly" ? { refillDay: Number(draft.refillDay) } : {}),
                  },
                }
              : {}),
          },
        }
      : {}),
    ...(draft.limits.length > 0 ? { ratelimits: draft.limits.map(limitBody) } : {}),
    ...(draft.roles.length > 0 ? { roles: [...draft.roles] } : {}),
    ...(draft.permissions.length > 0 ? { permissions: [...draft.permissions] } : {}),
    ...(expires === undefined ? {} : { expires }),
    ...(meta ? { meta } : {}),
  } as Input<"keys.createKey">;
}

/** A permission that a key would have, with where it comes from. */
export interface Effective {
  slug: string;
  sources: readonly string[];
}

/** Folds direct permissions and those of roles into one list without duplicates. */
export function effectiveSet(
  direct: readonly string[],
  roles: readonly { name: string; permissions: readonly { slug: string }[] }[],
): Effective[] {
  const sources = new Map<string, string[]>();
  const add = (slug: string, source: string) => {
    const list = sources.get(slug) ?? [];
    if (!list.includes(source)) list.push(source);
    sources.set(slug, list);
  };
  for (const slug of direct) add(slug, "direct");
  for (const role of roles) for (const permission of role.permissions) add(permission.slug, role.name);
  return [...sources].map(([slug, list]) => ({ slug, sources: list })).sort((a, b) => (a.slug < b.slug ? -1 : 1));
}
