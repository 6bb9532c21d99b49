//! Numbers, times and durations as text.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" });
const counts = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

/** A moment relative to `now`, such as "3h ago". */
export function relativeTime(at: number, now: number): string {
  const distance = at - now;
  const size = Math.abs(distance);
  if (size < 45_000) return distance <= 0 ? "just now" : "in under a minute";
  if (size < 90 * minute) return relative.format(Math.round(distance / minute), "minute");
  if (size < 36 * hour) return relative.format(Math.round(distance / hour), "hour");
  if (size < 60 * day) return relative.format(Math.round(distance / day), "day");
  if (size < 700 * day) return relative.format(Math.round(distance / (30.4 * day)), "month");
  return relative.format(Math.round(distance / (365.25 * day)), "year");
}

/** A moment as a date and time in a zone; the browser's own if none is given. */
export function absoluteTime(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: "medium",
    timeStyle: "medium",
    ...(timeZone ? { timeZone } : {}),
  }).format(at);
}

/** A whole number with separators. */
export function count(value: number): string {
  return counts.format(value);
}

/** A large number in short, such as "12.3K". */
export function shortCount(value: number): string {
  return value < 10_000 ? counts.format(value) : compact.format(value);
}

/** `1 key`, `2 keys`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${counts.format(value)} ${value === 1 ? one : many}`;
}

const units = [
  [day, "d"],
  [hour, "h"],
  [minute, "min"],
  [1000, "s"],
] as const;

/** Milliseconds in the largest unit that divides them, such as "60 s" or "1 d". */
export function duration(milliseconds: number): string {
  for (const [size, unit] of units) {
    if (milliseconds >= size && milliseconds % size === 0) return `${counts.format(milliseconds / size)} ${unit}`;
  }
  return `${counts.format(milliseconds)} ms`;
}

/** Bytes, such as "1.2 GB". */
export function bytes(value: number): string {
  const names = ["B", "kB", "MB", "GB", "TB"];
  let rest = value;
  let step = 0;
  while (rest >= 1000 && step < names.length - 1) {
    rest /= 1000;
    step += 1;
  }
  return `${rest < 10 && step > 0 ? rest.toFixed(1) : Math.round(rest)} ${names[step] ?? ""}`;
}
