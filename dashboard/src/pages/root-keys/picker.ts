//! The arithmetic of the permission picker: choices become permission strings, and strings become choices.

import { covers, missingForAny, type Requirement } from "@/api/permissions";
import { requirements } from "@/api/requirements";
import type { Output } from "@/api/operations";
import { plural } from "@/ui/format";

/** What the server knows of permissions and built-in sets of them. */
export type Catalog = Output<"rootKeys.listPermissionCatalog">;
/** One permission of the catalogue. */
export type Entry = Catalog["permissions"][number];

/** Which resources a kind of permission is for; null means all, now and later. */
export type Scope = readonly string[] | null;

/** What is chosen in the picker. */
export interface Selection {
  apis: Scope;
  namespaces: Scope;
  /** Catalogue strings such as `api.*.verify_key`; the scope narrows them. */
  chosen: ReadonlySet<string>;
  /** Strings beside the scope, kept as they are. */
  single: readonly string[];
}

/** Nothing is chosen. */
export const nothing: Selection = { apis: null, namespaces: null, chosen: new Set(), single: [] };

type ScopeName = "apis" | "namespaces";

const scopeOfResource: Record<string, ScopeName> = { api: "apis", ratelimit: "namespaces" };

/** The scope that narrows an entry, if one can. */
export function scopeName(entry: Entry): ScopeName | undefined {
  return entry.scopes.includes("id") ? scopeOfResource[entry.resource] : undefined;
}

/** Whether an entry is for the whole workspace although the scope of its resource is narrow. */
export function outOfScope(entry: Entry, selection: Selection): boolean {
  const name = scopeOfResource[entry.resource];
  return name !== undefined && scopeName(entry) === undefined && selection[name] !== null;
}

/** The strings that an entry stands for. */
export function stringsOfEntry(entry: Entry, selection: Selection): string[] {
  const name = scopeName(entry);
  const ids = name ? selection[name] : null;
  return ids === null ? [entry.permission] : ids.map((id) => `${entry.resource}.${id}.${entry.action}`);
}

/** The permission strings of a selection, each once, in the order of the catalogue. */
export function stringsOf(selection: Selection, catalog: Catalog): string[] {
  const strings = catalog.permissions
    .filter((entry) => selection.chosen.has(entry.permission))
    .flatMap((entry) => stringsOfEntry(entry, selection));
  return [...new Set([...strings, ...selection.single])];
}

interface Parts {
  entry: Entry;
  id: string;
}

function partsOf(text: string, byName: ReadonlyMap<string, Entry>): Parts | undefined {
  const [resource, id, action, rest] = text.split(".");
  if (!resource || !id || !action || rest !== undefined) return undefined;
  const entry = byName.get(`${resource}.*.${action}`);
  return entry ? { entry, id } : undefined;
}

/** Finds the selection that stands for `strings`. What fits no common scope is kept string by string. */
export function readStrings(strings: readonly string[], catalog: Catalog): Selection {
  const byName = new Map(catalog.permissions.map((entry) => [entry.permission, entry]));
  const chosen = new Set<string>();
  const single: string[] = [];
  const ids: Record<ScopeName, Map<string, string[]>> = { apis: new Map(), namespaces: new Map() };
  for (const text of new Set(strings)) {
    const parts = partsOf(text, byName);
    const name = parts ? scopeName(parts.entry) : undefined;
    if (parts && name) {
      const of = ids[name].get(parts.entry.permission) ?? [];
      of.push(parts.id);
      ids[name].set(parts.entry.permission, of);
    } else if (parts && parts.id === "*") chosen.add(parts.entry.permission);
    else single.push(text);
  }
  const scopes: Record<ScopeName, Scope> = { apis: null, namespaces: null };
  for (const name of ["apis", "namespaces"] as const) {
    const lists = [...ids[name].values()];
    const wide = lists.some((list) => list.includes("*"));
    scopes[name] = wide || lists.length === 0 ? null : commonest(lists);
    for (const [permission, list] of ids[name]) {
      const wanted = scopes[name] ?? ["*"];
      const fits = wanted.every((id) => list.includes(id)) && (scopes[name] === null || wanted.length === list.length);
      if (fits) chosen.add(permission);
      const [resource, , action] = permission.split(".");
      single.push(...list.filter((id) => !(fits && wanted.includes(id))).map((id) => `${resource}.${id}.${action}`));
    }
  }
  return { apis: scopes.apis, namespaces: scopes.namespaces, chosen, single };
}

/** The set of ids that most actions share. */
function commonest(lists: readonly (readonly string[])[]): readonly string[] {
  const counts = new Map<string, { list: readonly string[]; count: number }>();
  for (const list of lists) {
    const key = [...list].sort().join(" ");
    const known = counts.get(key);
    counts.set(key, { list: known?.list ?? list, count: (known?.count ?? 0) + 1 });
  }
  let best: { list: readonly string[]; count: number } = { list: [], count: 0 };
  for (const one of counts.values()) if (one.count > best.count) best = one;
  return best.list;
}

/** Changes a scope. What is for the whole workspace doesn't stay by itself once the scope is narrow. */
export function withScope(selection: Selection, name: ScopeName, scope: Scope, catalog: Catalog): Selection {
  const narrows = selection[name] === null && scope !== null;
  const next = { ...selection, [name]: scope };
  if (!narrows) return next;
  const chosen = new Set(selection.chosen);
  for (const entry of catalog.permissions) {
    if (scopeOfResource[entry.resource] === name && scopeName(entry) === undefined) chosen.delete(entry.permission);
  }
  return { ...next, chosen };
}

/** The string of an entry that `held` lacks, and so can't be granted by its holder. */
export function lacking(entry: Entry, selection: Selection, held: readonly string[]): string | undefined {
  const name = scopeName(entry);
  if (name && selection[name]?.length === 0) {
    const [resource, , action] = entry.permission.split(".");
    const some = held.some((one) => one.startsWith(`${resource}.`) && one.endsWith(`.${action}`));
    return some ? undefined : entry.permission;
  }
  return stringsOfEntry(entry, selection).find((wanted) => !held.some((one) => covers(one, wanted)));
}

// Groups and their levels

/** A row of the matrix. */
export interface Group {
  id: string;
  label: string;
  /** In a sentence after "read". */
  noun: string;
  scope?: ScopeName;
  entries: readonly Entry[];
}

const known: readonly { id: string; label: string; noun: string; scope?: ScopeName; has: (entry: Entry) => boolean }[] = [
  { id: "api", label: "APIs", noun: "APIs", scope: "apis", has: (one) => one.resource === "api" && !one.action.endsWith("_key") },
  { id: "key", label: "Keys", noun: "keys", scope: "apis", has: (one) => one.resource === "api" },
  { id: "identity", label: "Identities", noun: "identities", has: (one) => one.resource === "identity" },
  { id: "rbac", label: "Roles and permissions", noun: "roles and permissions", has: (one) => one.resource === "rbac" },
  { id: "ratelimit", label: "Rate limits", noun: "rate limits", scope: "namespaces", has: (one) => one.resource === "ratelimit" },
  { id: "audit_log", label: "Audit log", noun: "the audit log", has: (one) => one.resource === "audit_log" },
  { id: "migration", label: "Imports", noun: "formats of imports", has: (one) => one.resource === "migration" },
  { id: "root_key", label: "Root keys", noun: "root keys", has: (one) => one.resource === "root_key" },
  { id: "workspace", label: "Workspace", noun: "the workspace", has: (one) => one.resource === "workspace" },
  { id: "instance", label: "Instance", noun: "the instance", has: (one) => one.resource === "instance" },
];

/** The rows of the matrix. A resource that this page doesn't know gets a row of its own name. */
export function groupsOf(catalog: Catalog): Group[] {
  const rest = new Set(catalog.permissions);
  const groups: Group[] = [];
  for (const { has, ...group } of known) {
    const entries = [...rest].filter(has);
    for (const entry of entries) rest.delete(entry);
    if (entries.length > 0) groups.push({ ...group, entries });
  }
  for (const resource of new Set([...rest].map((entry) => entry.resource))) {
    const words = resource.replaceAll("_", " ");
    groups.push({
      id: resource,
      label: words.charAt(0).toUpperCase() + words.slice(1),
      noun: words,
      entries: [...rest].filter((entry) => entry.resource === resource),
    });
  }
  return groups;
}

/** How much of a group is chosen. */
export type Level = "none" | "read" | "write" | "custom";

/** The permissions that a level of a group stands for. Sensitive ones belong to none. */
export function levelSet(group: Group, level: "read" | "write", selection: Selection): Entry[] {
  return group.entries.filter(
    (entry) => !entry.sensitive && !outOfScope(entry, selection) && (level === "write" || entry.level === "read"),
  );
}

function sameSet(a: ReadonlySet<string>, b: readonly Entry[]): boolean {
  return a.size === b.length && b.every((entry) => a.has(entry.permission));
}

/** The level of a group, and how many sensitive permissions are chosen beside it. */
export function levelOf(group: Group, selection: Selection): { level: Level; sensitive: number } {
  const plain = new Set<string>();
  let sensitive = 0;
  for (const entry of group.entries) {
    if (!selection.chosen.has(entry.permission)) continue;
    if (entry.sensitive) sensitive += 1;
    else plain.add(entry.permission);
  }
  const level = (): Level => {
    if (plain.size === 0) return sensitive > 0 ? "custom" : "none";
    if (sameSet(plain, levelSet(group, "read", selection))) return "read";
    return sameSet(plain, levelSet(group, "write", selection)) ? "write" : "custom";
  };
  return { level: level(), sensitive };
}

/** Sets a group to a level; what can't be granted is left out. */
export function withLevel(
  selection: Selection,
  group: Group,
  level: "none" | "read" | "write",
  held: readonly string[],
): Selection {
  const chosen = new Set(selection.chosen);
  for (const entry of group.entries) if (level === "none" || !entry.sensitive) chosen.delete(entry.permission);
  if (level !== "none") {
    for (const entry of levelSet(group, level, selection)) {
      if (selection.chosen.has(entry.permission) || lacking(entry, selection, held) === undefined) {
        chosen.add(entry.permission);
      }
    }
  }
  return { ...selection, chosen };
}

/** Chooses one permission, or not. */
export function withEntry(selection: Selection, entry: Entry, on: boolean): Selection {
  const chosen = new Set(selection.chosen);
  if (on) chosen.add(entry.permission);
  else chosen.delete(entry.permission);
  return { ...selection, chosen };
}

// Presets

/** A named choice that fills the matrix. */
export interface Preset {
  id: string;
  /** Other names of it in addresses. */
  aliases: readonly string[];
  label: string;
  line: string;
  permissions: readonly string[];
}

const words: readonly [server: string, id: string, label: string, line: string, more?: readonly string[]][] = [
  ["verifier", "verify", "Verify only", "For the service that checks keys."],
  ["verifier", "verify-limit", "Verify + limit", "Checks keys and counts rate limits.", ["ratelimit.*.limit"]],
  ["read_only", "read-only", "Read-only", "Sees everything, changes nothing."],
  ["issuer", "issuer", "Key issuer", "Creates, changes and deletes keys."],
  ["rbac_admin", "rbac", "RBAC manager", "Manages roles and permissions."],
  ["ratelimiter", "ratelimit", "Rate limit", "Counts limits, manages namespaces."],
  ["analyst", "analytics", "Analytics reader", "Reads how keys and limits are used."],
  ["admin", "full", "Full", "Everything in this workspace, as of today."],
];

/** The presets, made of the built-in sets of the server. */
export function presetsOf(catalog: Catalog): Preset[] {
  const all = new Set(catalog.permissions.map((entry) => entry.permission));
  const presets: Preset[] = [];
  for (const [server, id, label, line, more = []] of words) {
    const found = catalog.presets.find((one) => one.id === server);
    if (!found) continue;
    const permissions = [...new Set([...found.permissions, ...more])].filter((one) => all.has(one));
    presets.push({ id, aliases: more.length > 0 ? [] : [server], label, line, permissions });
  }
  return presets;
}

/** The preset of that name. */
export function findPreset(presets: readonly Preset[], name: string | undefined): Preset | undefined {
  return presets.find((one) => one.id === name || (name !== undefined && one.aliases.includes(name)));
}

/** What a preset chooses within the scope of a selection, and what had to be left out of it. */
export function withPreset(
  selection: Selection,
  preset: Preset,
  catalog: Catalog,
  held: readonly string[],
): { selection: Selection; left: readonly string[] } {
  const chosen = new Set<string>();
  const left: string[] = [];
  for (const entry of catalog.permissions) {
    if (!preset.permissions.includes(entry.permission) || outOfScope(entry, selection)) continue;
    const missing = lacking(entry, selection, held);
    if (missing === undefined) chosen.add(entry.permission);
    else left.push(missing);
  }
  return { selection: { ...selection, chosen, single: [] }, left };
}

/** The preset that a selection equals within its scope. */
export function matchPreset(selection: Selection, presets: readonly Preset[], catalog: Catalog): Preset | undefined {
  if (selection.single.length > 0 || selection.chosen.size === 0) return undefined;
  const everything = catalog.permissions.map((entry) => entry.permission);
  return presets.find((preset) => {
    const wanted = withPreset(selection, preset, catalog, everything).selection.chosen;
    return wanted.size === selection.chosen.size && [...wanted].every((one) => selection.chosen.has(one));
  });
}

// Words

function scopeWords(scope: Scope, one: string, all: string): string {
  return scope === null ? ` in all ${all}` : ` in ${plural(scope.length, one, all)}`;
}

function lower(text: string): string {
  const trimmed = text.replace(/\.$/, "");
  return /^[A-Z]{2}/.test(trimmed) ? trimmed : trimmed.charAt(0).toLowerCase() + trimmed.slice(1);
}

/** Words for the objects of actions that differ from those of their group. */
const objectNouns: Record<string, string> = {
  _role: "roles",
  _permission: "permissions",
  _analytics: "analytics",
  _namespace: "namespaces",
  _override: "overrides",
};

function phraseOf(group: Group, selection: Selection): string | undefined {
  const chosen = group.entries.filter((entry) => selection.chosen.has(entry.permission));
  if (chosen.length === 0) return undefined;
  const { level, sensitive } = levelOf(group, selection);
  const plain = chosen.filter((entry) => !entry.sensitive);
  const parts: string[] = [];
  const objects = new Set(plain.map((entry) => entry.action.slice(entry.action.indexOf("_"))));
  const verbs = plain.map((entry) => entry.action.split("_")[0] ?? "");
  if (plain.length <= 3 && objects.size === 1 && plain.every((entry) => entry.action.includes("_"))) {
    parts.push(`${verbs.length > 1 ? `${verbs.slice(0, -1).join(", ")} and ` : ""}${verbs.at(-1)} ${objectNouns[[...objects][0] ?? ""] ?? group.noun}`);
  } else if (level === "write") parts.push(`read and change ${group.noun}`);
  else if (level === "read" && plain.length > 1) parts.push(`read ${group.noun}`);
  else if (plain.length > 0 && plain.length <= 2) parts.push(plain.map((entry) => lower(entry.description)).join(" and "));
  else if (plain.length > 0) parts.push(`use ${plural(plain.length, "permission")} on ${group.noun}`);
  if (sensitive > 0) {
    const risky = chosen.filter((entry) => entry.sensitive);
    parts.push(
      risky.length <= 2
        ? risky.map((entry) => lower(entry.description)).join(" and ")
        : `use ${plural(risky.length, "sensitive permission")} on ${group.noun}`,
    );
  }
  const scoped = group.scope && chosen.some((entry) => scopeName(entry) !== undefined);
  const where =
    scoped && group.scope === "apis"
      ? scopeWords(selection.apis, "API", "APIs")
      : scoped && selection.namespaces !== null
        ? scopeWords(selection.namespaces, "namespace", "namespaces")
        : "";
  const words = parts.join(", ");
  if (group.id !== "api" || !words.endsWith("APIs")) return words + where;
  return selection.apis === null || !scoped ? words : words.replace(/APIs$/, plural(selection.apis.length, "API", "APIs"));
}

/** What a root key can do, as a sentence. */
export function sentenceOf(selection: Selection, catalog: Catalog): string {
  const presets = presetsOf(catalog);
  const instance = catalog.permissions.filter((entry) => entry.resource === "instance" && selection.chosen.has(entry.permission));
  const rest = new Set(selection.chosen);
  for (const entry of instance) rest.delete(entry.permission);
  const full = matchPreset({ ...selection, chosen: rest }, presets, catalog)?.id === "full" && selection.apis === null && selection.namespaces === null;
  if (full) {
    return instance.length > 0
      ? "Can do everything in this workspace and manage the instance."
      : "Can do everything in this workspace.";
  }
  const phrases = groupsOf(catalog)
    .map((group) => phraseOf(group, selection))
    .filter((one): one is string => one !== undefined);
  if (selection.single.length > 0) phrases.push(`use ${plural(selection.single.length, "permission")} of single resources`);
  if (phrases.length === 0) return "Can do nothing yet.";
  const separator = phrases.some((one) => one.includes(",")) ? "; " : ", ";
  const list = phrases.length === 1 ? phrases[0] : `${phrases.slice(0, -1).join(separator)}${separator === "; " ? "; and " : " and "}${phrases.at(-1)}`;
  return `Can ${list}, and nothing else.`;
}

/** A short summary for lists: the name of a preset or the number of permissions, and the scope. */
export function summaryOf(strings: readonly string[], catalog: Catalog): string {
  const selection = readStrings(strings, catalog);
  const instance = catalog.permissions.filter((entry) => entry.resource === "instance").map((entry) => entry.permission);
  const workspace = new Set([...selection.chosen].filter((one) => !instance.includes(one)));
  const preset = matchPreset({ ...selection, chosen: workspace }, presetsOf(catalog), catalog);
  const parts = [preset?.label ?? plural(strings.length, "permission")];
  if (preset && workspace.size < selection.chosen.size) parts.push("instance");
  if (selection.apis) parts.push(plural(selection.apis.length, "API"));
  if (selection.namespaces) parts.push(plural(selection.namespaces.length, "namespace"));
  return parts.join(", ");
}

/** Which operations a set of strings suffices for, and which of the same groups it doesn't. */
export function operationsOf(strings: readonly string[]): { callable: string[]; refused: string[] } {
  const callable: string[] = [];
  const refused: string[] = [];
  for (const [name, requirement] of Object.entries(requirements) as [string, Requirement | null][]) {
    if (requirement === null) continue;
    (missingForAny(requirement, strings).length === 0 ? callable : refused).push(name);
  }
  const groups = new Set(callable.map((name) => name.split(".")[0]));
  return { callable, refused: refused.filter((name) => groups.has(name.split(".")[0])) };
}

// Changes of a root key

/** What the picker needs to know of a root key. */
export interface Granted {
  permissions: readonly string[];
  directPermissions: readonly string[];
  roles: readonly string[];
  apiIds: readonly string[];
}

/** The strings that a built-in set stands for on a root key. */
export function stringsOfRole(role: string, apiIds: readonly string[], catalog: Catalog): string[] {
  const preset = catalog.presets.find((one) => one.id === role);
  const scope = apiIds.length > 0 ? apiIds : null;
  const selection: Selection = { ...nothing, apis: scope };
  return catalog.permissions
    .filter((entry) => preset?.permissions.includes(entry.permission) && !outOfScope(entry, selection))
    .flatMap((entry) => stringsOfEntry(entry, selection));
}

/** The part of a request that makes a root key hold `after`; roles stay while all of them is wanted. */
export function grantChange(
  before: Granted,
  after: readonly string[],
  catalog: Catalog,
): { permissions?: string[]; roles?: string[]; apiIds?: null } {
  const wanted = new Set(after);
  if (wanted.size === before.permissions.length && before.permissions.every((one) => wanted.has(one))) return {};
  const kept = before.roles.filter((role) => stringsOfRole(role, before.apiIds, catalog).every((one) => wanted.has(one)));
  const direct = new Set(before.directPermissions);
  const through = new Set(kept.flatMap((role) => stringsOfRole(role, before.apiIds, catalog)));
  const permissions = [...wanted].filter((one) => direct.has(one) || !through.has(one));
  if (kept.length === before.roles.length) return { permissions };
  return { permissions, roles: kept, ...(kept.length === 0 && before.apiIds.length > 0 ? { apiIds: null } : {}) };
}
