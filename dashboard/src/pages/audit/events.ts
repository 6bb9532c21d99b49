//! The events of the audit log and the filters of the page.

import type { Input, Item } from "@/api/operations";

/** An entry of the audit log. */
export type AuditEvent = Item<"auditLogs.listAuditLogs">;

/** Names of events, by what they are about. */
export const eventGroups: readonly (readonly [group: string, events: readonly string[]])[] = [
  ["Keys", ["key.create", "key.update", "key.reroll", "key.reveal", "key.delete"]],
  ["APIs", ["api.create", "api.update", "api.delete"]],
  ["Root keys", ["rootKey.create", "rootKey.update", "rootKey.reroll", "rootKey.delete"]],
  [
    "Roles and permissions",
    [
      "role.create",
      "role.update",
      "role.delete",
      "permission.create",
      "permission.update",
      "permission.delete",
      "authorization.connect_role_and_permission",
      "authorization.disconnect_role_and_permissions",
      "authorization.connect_role_and_key",
      "authorization.disconnect_role_and_key",
      "authorization.connect_permission_and_key",
      "authorization.disconnect_permission_and_key",
    ],
  ],
  ["Identities", ["identity.create", "identity.update", "identity.delete"]],
  [
    "Rate limits",
    [
      "ratelimitNamespace.create",
      "ratelimitNamespace.update",
      "ratelimitNamespace.delete",
      "ratelimit.set_override",
      "ratelimit.delete_override",
      "ratelimit.create",
      "ratelimit.update",
      "ratelimit.delete",
    ],
  ],
  [
    "Sign-in",
    ["session.sign_in", "session.sign_in_failed", "session.sign_out", "session.revoke", "session.step_up", "session.csrf", "session.create_setup_link"],
  ],
  ["People", ["user.create", "user.update", "user.delete", "user.change_password", "user.create_link"]],
  ["Workspace", ["workspace.create", "workspace.update", "workspace.delete", "migration.create", "migration.delete", "vault.rotate", "auditLog.export"]],
];

/** How far back the page looks. */
export const ranges = [
  ["", "All time"],
  ["1h", "Last hour"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
  ["custom", "Between two moments"],
] as const;

const hour = 3_600_000;
const spans: Record<string, number> = { "1h": hour, "24h": 24 * hour, "7d": 168 * hour, "30d": 720 * hour };

/** Which entries are listed or exported. */
export type Filter = Omit<Input<"auditLogs.exportAuditLogs">, "format">;

function list(value: string | undefined): string[] {
  return value ? value.split(",").filter(Boolean) : [];
}

function moment(value: string | undefined): number | undefined {
  const at = value ? new Date(value).getTime() : NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** What an address asks of the server. `group:Keys` as an event means every event of the group. */
export function filterOf(search: Record<string, string | undefined>, now: number): Filter {
  const events = list(search["event"]).flatMap((name) =>
    name.startsWith("group:") ? (eventGroups.find(([group]) => group === name.slice(6))?.[1] ?? []) : [name],
  );
  const span = spans[search["range"] ?? ""];
  const custom = search["range"] === "custom";
  const from = span === undefined ? (custom ? moment(search["from"]) : undefined) : now - span;
  const to = custom ? moment(search["to"]) : undefined;
  const actors = list(search["actor"]);
  const targets = list(search["target"]);
  return {
    ...(search["q"] ? { search: search["q"] } : {}),
    ...(events.length > 0 ? { events } : {}),
    ...(actors.length > 0 ? { actorIds: actors } : {}),
    ...(targets.length > 0 ? { targetIds: targets } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** What an entry about a role or permission that was given or taken adds and removes; undefined for other entries. */
export function granted(event: AuditEvent): { before: string[]; after: string[] } | undefined {
  const match = /^authorization\.(connect|disconnect)_(role|permission)_and_(role|permissions?|key)$/.exec(event.event);
  if (!match) return undefined;
  // The holder is a key, or else a role; the rest is what it holds.
  const holder = match[3] === "key" ? "key" : "role";
  const things = event.resources.filter((one) => one.type !== holder).map((one) => one.name ?? one.id);
  if (things.length === 0) return undefined;
  return match[1] === "connect" ? { before: [], after: things } : { before: things, after: [] };
}
