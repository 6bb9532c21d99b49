//! What an operation requires and whether a set of permission strings suffices.

/** A tree of permission strings; names in braces stand for members of the request. */
export type Requirement =
  | string
  | { readonly anyOf: readonly Requirement[] }
  | { readonly allOf: readonly Requirement[] };

/** Puts the members of a request into a permission string. Unknown names become `*`. */
export function fillIn(permission: string, values: Record<string, string | undefined>): string {
  return permission.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "*");
}

/** Tells whether a permission string is about a resource that `values` name. */
function names(permission: string, values: Record<string, string | undefined>): boolean {
  const members = [...permission.matchAll(/\{(\w+)\}/g)];
  return members.length > 0 && members.every(([, name]) => values[name ?? ""] !== undefined);
}

/** Tells whether `held` covers `wanted`; a `*` in the resource of a held string covers every id. */
export function covers(held: string, wanted: string): boolean {
  if (held === wanted) return true;
  const [heldKind, heldId, heldAction] = held.split(".");
  const [kind, , action] = wanted.split(".");
  return heldKind === kind && heldAction === action && heldId === "*";
}

/**
 * The permission strings that are missing for `requirement`; of alternatives the one for the resources that `values`
 * name, else the first; empty if `held` suffices.
 */
export function missingFor(
  requirement: Requirement | null | undefined,
  held: readonly string[],
  values: Record<string, string | undefined> = {},
): string[] {
  if (requirement === null || requirement === undefined) return [];
  if (typeof requirement === "string") {
    const wanted = fillIn(requirement, values);
    return held.some((one) => covers(one, wanted)) ? [] : [wanted];
  }
  if ("allOf" in requirement) {
    return [...new Set(requirement.allOf.flatMap((part) => missingFor(part, held, values)))];
  }
  const attempts = requirement.anyOf.map((part) => missingFor(part, held, values));
  if (attempts.some((missing) => missing.length === 0)) return [];
  const exact = requirement.anyOf.findIndex((part) => typeof part === "string" && names(part, values));
  return attempts[Math.max(0, exact)] ?? [];
}

/**
 * Like `missingFor`, but for pages that show whatever the caller may see: holding a permission for any
 * single resource counts too.
 */
export function missingForAny(
  requirement: Requirement | null | undefined,
  held: readonly string[],
): string[] {
  const broadened = held.map((one) => {
    const [kind, , action] = one.split(".");
    return `${kind}.*.${action}`;
  });
  return missingFor(requirement, broadened);
}
