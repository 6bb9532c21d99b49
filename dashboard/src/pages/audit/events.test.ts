import { expect, test } from "vitest";
import { filterOf, granted, type AuditEvent } from "./events";

const event: AuditEvent = {
  id: "log_1",
  time: 0,
  event: "role.update",
  description: "A role was changed.",
  actor: { type: "rootkey", id: "rk_1", name: "+ops" },
  resources: [
    { type: "role", id: "role_1", name: "=cmd|' /C calc'!A0" },
    { type: "key", id: "key_1" },
  ],
  changes: [{ field: "name", before: "a", after: 'b, "c"' }],
};

test("an address becomes a filter", () => {
  expect(filterOf({ range: "1h", event: "group:APIs,key.create", actor: "rk_1", target: "a,b", q: "x" }, 3_600_001)).toEqual({
    search: "x",
    events: ["api.create", "api.update", "api.delete", "key.create"],
    actorIds: ["rk_1"],
    targetIds: ["a", "b"],
    from: 1,
  });
  expect(filterOf({ range: "custom", from: "nonsense", to: "2026-01-01T00:00:00Z" }, 0)).toEqual({ to: 1_767_225_600_000 });
  expect(filterOf({ from: "2026-01-01" }, 0)).toEqual({});
});

test("what a role or key was given or lost is read from the entry's targets", () => {
  const of = (name: string, ...types: AuditEvent["resources"]) => granted({ ...event, event: name, resources: types });
  const role = { type: "role" as const, id: "role_1", name: "editor" };
  const permission = { type: "permission" as const, id: "perm_1", name: "documents.read" };
  expect(of("authorization.disconnect_role_and_permissions", role, permission)).toEqual({ before: ["documents.read"], after: [] });
  expect(of("authorization.connect_role_and_key", { type: "key", id: "key_1" }, role)).toEqual({ before: [], after: ["editor"] });
  expect(of("role.update", role)).toBeUndefined();
});
