//! The status of a key as lists show it.

import type { KeyItem } from "@/api/operations";
import type { Tone } from "@/ui/mark";

/** A status that the server tells, or one that is derived from it. */
export type Status = KeyItem["status"] | "low_credits";

/** How each status is shown. */
export const statusMarks: Record<Status, { sign: string; words: string; tone: Tone }> = {
  disabled: { sign: "◌", words: "Disabled", tone: "plain" },
  expired: { sign: "⌛︎", words: "Expired", tone: "bad" },
  out_of_credits: { sign: "▽", words: "Out of credits", tone: "bad" },
  low_credits: { sign: "▽", words: "Low credits", tone: "warn" },
  expires_soon: { sign: "◷", words: "Expires soon", tone: "warn" },
  unused: { sign: "–", words: "Unused", tone: "plain" },
  active: { sign: "●", words: "Active", tone: "good" },
};

/** The parts of a key that its status depends on. */
export type StatusParts = Pick<KeyItem, "enabled" | "expires" | "credits" | "lastUsedAt" | "createdAt">;

const day = 86_400_000;

/** The status of a key that was read alone; the first rule that holds decides. */
export function statusOf(key: StatusParts, now: number): Status {
  if (!key.enabled) return "disabled";
  if (key.expires !== undefined && key.expires <= now) return "expired";
  const remaining = key.credits?.remaining;
  if (remaining === 0) return "out_of_credits";
  const refill = key.credits?.refill?.amount;
  if (refill !== undefined && remaining !== null && remaining !== undefined && remaining < refill * 0.1) {
    return "low_credits";
  }
  if (key.expires !== undefined && key.expires - now <= 7 * day) return "expires_soon";
  if (!key.lastUsedAt || now - key.lastUsedAt > 90 * day) return "unused";
  return "active";
}
