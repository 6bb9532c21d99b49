//! Times for people: relative, with the exact moment one hover away.

import { useSyncExternalStore } from "react";
import { preferences } from "@/app/preferences";
import { absoluteTime, relativeTime } from "./format";

let now = Date.now();
const listeners = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, 15_000);

/** The present moment, renewed four times a minute. */
export function useNow(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => now,
  );
}

function utc(at: number): string {
  return `${new Date(at).toISOString().replace("T", " ").slice(0, 19)} UTC`;
}

/** A moment as "3 h ago"; its title has the local and the UTC time. */
export function Time({ at, never = "Never" }: { at: number | null | undefined; never?: string }) {
  const present = useNow();
  if (at === null || at === undefined || at === 0) return <span className="text-text-3">{never}</span>;
  const zone = preferences().timeZone;
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={`${absoluteTime(at, zone)} · ${utc(at)}`}
      className="whitespace-nowrap tabular-nums"
    >
      {relativeTime(at, at > present ? Math.max(present, Date.now()) : present)}
    </time>
  );
}

/** A moment as a date and time in the chosen zone. */
export function ExactTime({ at }: { at: number }) {
  const zone = preferences().timeZone;
  return (
    <time dateTime={new Date(at).toISOString()} title={utc(at)} className="tabular-nums md:whitespace-nowrap">
      {absoluteTime(at, zone)}
    </time>
  );
}
