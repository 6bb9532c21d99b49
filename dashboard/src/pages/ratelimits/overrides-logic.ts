//! How identifiers match overrides, and how windows are written.

/** Tells whether a pattern matches all of a text; each `*` stands for any characters, also none. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Units of a window, in milliseconds. */
export const units = [
  ["86400000", "days"],
  ["3600000", "hours"],
  ["60000", "minutes"],
  ["1000", "seconds"],
  ["1", "milliseconds"],
] as const;

/** A window as a number and the largest unit that divides it. */
export function splitWindow(milliseconds: number): { value: string; unit: string } {
  const found = units.find(([size]) => milliseconds >= Number(size) && milliseconds % Number(size) === 0);
  const unit = found?.[0] ?? "1";
  return { value: String(milliseconds / Number(unit)), unit };
}
