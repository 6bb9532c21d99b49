//! Permissions by the first segment of their slug, for the role editor.

/** A permission as far as the editor needs it. */
export interface Named {
  slug: string;
  name: string;
}

/** Permissions that share the first segment of their slug. */
export interface SlugGroup<T extends Named> {
  segment: string;
  items: readonly T[];
}

/** Groups by what stands before the first dot, both levels in alphabetical order. */
export function bySegment<T extends Named>(all: readonly T[]): SlugGroup<T>[] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const segment = one.slug.split(".")[0] ?? one.slug;
    groups.set(segment, [...(groups.get(segment) ?? []), one]);
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...groups]
    .map(([segment, items]) => ({ segment, items: items.sort((a, b) => order(a.slug, b.slug)) }))
    .sort((a, b) => order(a.segment, b.segment));
}

/** Puts what a person chose over a newer set of the server: what they added stays added, what they removed stays removed. */
export function rebase(base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const before = new Set(base);
  const chosen = new Set(mine);
  const kept = theirs.filter((one) => !before.has(one) || chosen.has(one));
  const added = mine.filter((one) => !before.has(one) && !theirs.includes(one));
  return [...kept, ...added];
}
