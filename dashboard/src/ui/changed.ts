//! What a recorded change is in detail: strings that came and went, or single values of an object.

/** A field with its value before and after. */
export interface Changed {
  field: string;
  before: unknown;
  after: unknown;
}

const kinds: Record<string, string> = {
  rootkey: "root key",
  rootKey: "root key",
  ratelimit: "rate limit",
  ratelimitNamespace: "namespace",
  ratelimitOverride: "override",
  user: "account",
};

/** What people call a kind of thing that the audit log names. */
export function kindWords(type: string): string {
  return kinds[type] ?? type;
}

/** Names a thing that an event is about; sessions and hidden addresses say nothing by their ids. */
export function thingWords({ type, id, name }: { type: string; id: string; name?: string }): string {
  if (name) return name;
  return type === "session" || id.startsWith("sha256:") ? `${kindWords(type)} ${id.slice(0, 11)}…` : id;
}

/** Whether a change tells only that something changed, because its values may be private. */
export function isHidden({ before, after }: { before: unknown; after: unknown }): boolean {
  const told = members(after);
  return (before === null || before === undefined) && told !== undefined && Object.keys(told).join() === "changed" && told["changed"] === true;
}

/** Strings of a change that is a list before and after, such as permissions; undefined for other changes. */
export function lists(change: { before: unknown; after: unknown }): { before: string[]; after: string[] } | undefined {
  const strings = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((one) => typeof one === "string");
  const { before, after } = change;
  if (strings(before) && strings(after)) return { before, after };
  if (strings(before) && (after === null || after === undefined)) return { before, after: [] };
  if (strings(after) && (before === null || before === undefined)) return { before: [], after };
  return undefined;
}

function members(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** Takes the change of an object apart into those values of it that differ: `credits.remaining`. */
export function leaves({ field, before, after }: Changed): Changed[] {
  const old = members(before);
  const now = members(after);
  if (!old || !now) return [{ field, before, after }];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const parts = names
    .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
    .flatMap((name) => leaves({ field: `${field}.${name}`, before: old[name], after: now[name] }));
  return parts.length > 0 ? parts : [{ field, before, after }];
}
