//! The status of a root key.

import type { Item } from "@/api/operations";
import type { Tone } from "@/ui/mark";

/** A root key as lists show it. */
export type RootKeyItem = Item<"rootKeys.listKeys">;

const day = 86_400_000;

/** The status of a root key with its mark; the first rule that holds decides. */
export function rootStatus(
  key: Pick<RootKeyItem, "enabled" | "expires" | "lastUsedAt" | "createdAt">,
  now: number,
): { sign: string; words: string; tone: Tone } {
  if (!key.enabled) return { sign: "◌", words: "Disabled", tone: "plain" };
  if (key.expires !== null && key.expires <= now) return { sign: "⌛︎", words: "Expired", tone: "bad" };
  if (key.expires !== null && key.expires - now <= 14 * day) return { sign: "◷", words: "Expires soon", tone: "warn" };
  if (now - (key.lastUsedAt || key.createdAt) > 90 * day) return { sign: "–", words: "Unused", tone: "warn" };
  if (!key.lastUsedAt) return { sign: "–", words: "Not used yet", tone: "plain" };
  return { sign: "●", words: "Active", tone: "good" };
}

/** What people call a root key. */
export function rootName(key: Pick<RootKeyItem, "name" | "start">): string {
  return key.name ?? `${key.start}…`;
}
