import { describe, expect, it } from "vitest";
import {
  findPreset,
  grantChange,
  groupsOf,
  lacking,
  levelOf,
  matchPreset,
  nothing,
  operationsOf,
  presetsOf,
  readStrings,
  sentenceOf,
  stringsOf,
  summaryOf,
  withLevel,
  withPreset,
  withScope,
  type Catalog,
  type Selection,
} from "./picker";

function entry(permission: string, level: "read" | "write", more: { sensitive?: boolean; scoped?: boolean } = {}) {
  const [resource = "", , action = ""] = permission.split(".");
  return {
    permission,
    resource,
    action,
    level,
    sensitive: more.sensitive ?? false,
    scopes: more.scoped ? ["*", "id"] : ["*"],
    description: `${action.charAt(0).toUpperCase()}${action.slice(1).replaceAll("_", " ")}s.`,
    operations: [],
  };
}

const scoped = { scoped: true };
const catalog: Catalog = {
  permissions: [
    entry("api.*.create_api", "write"),
    entry("api.*.read_api", "read", scoped),
    entry("api.*.create_key", "write", scoped),
    entry("api.*.read_key", "read", scoped),
    entry("api.*.delete_key", "write", scoped),
    entry("api.*.verify_key", "read", scoped),
    entry("api.*.decrypt_key", "read", { scoped: true, sensitive: true }),
    entry("ratelimit.*.limit", "write", scoped),
    entry("ratelimit.*.create_namespace", "write"),
    entry("identity.*.read_identity", "read", scoped),
    entry("root_key.*.read_root_key", "read"),
    entry("root_key.*.create_root_key", "write", { sensitive: true }),
    entry("instance.*.manage_workspaces", "write", { sensitive: true }),
    entry("novelty.*.read_novelty", "read"),
  ],
  presets: [
    { id: "verifier", name: "Verifier", permissions: ["api.*.verify_key"] },
    { id: "read_only", name: "Read only", permissions: ["api.*.read_api", "api.*.read_key", "root_key.*.read_root_key"] },
    {
      id: "admin",
      name: "Administrator",
      permissions: [
        "api.*.create_api",
        "api.*.read_api",
        "api.*.create_key",
        "api.*.read_key",
        "api.*.delete_key",
        "api.*.verify_key",
        "api.*.decrypt_key",
        "ratelimit.*.limit",
        "ratelimit.*.create_namespace",
        "identity.*.read_identity",
        "root_key.*.read_root_key",
        "root_key.*.create_root_key",
        "novelty.*.read_novelty",
      ],
    },
  ],
} as Catalog;

const all = catalog.permissions.map((one) => one.permission);
const presets = presetsOf(catalog);
const group = (id: string) => groupsOf(catalog).find((one) => one.id === id) ?? groupsOf(catalog)[0]!;
const preset = (id: string) => findPreset(presets, id) ?? presets[0]!;
const full = (selection: Selection = nothing) => withPreset(selection, preset("full"), catalog, all).selection;

describe("strings of a selection", () => {
  it("verify only in two APIs is exactly two strings", () => {
    const scope = withScope(withPreset(nothing, preset("verify"), catalog, all).selection, "apis", ["api_a", "api_b"], catalog);
    expect(stringsOf(scope, catalog)).toEqual(["api.api_a.verify_key", "api.api_b.verify_key"]);
    expect(sentenceOf(scope, catalog)).toBe("Can verify keys in 2 APIs, and nothing else.");
  });

  it("a narrow scope leaves out what is for the whole workspace", () => {
    const narrow = withScope(full(), "apis", ["api_a"], catalog);
    expect(stringsOf(narrow, catalog)).not.toContain("api.*.create_api");
    expect(stringsOf(narrow, catalog)).toContain("ratelimit.*.create_namespace");
  });

  it("an empty scope stands for no string", () => {
    expect(stringsOf({ ...nothing, apis: [], chosen: new Set(["api.*.verify_key"]) }, catalog)).toEqual([]);
  });

  it("strings survive the way into the picker and back", () => {
    const cases = [
      [],
      ["api.*.verify_key"],
      ["api.api_a.verify_key", "api.api_b.verify_key"],
      ["api.*.create_api", "api.api_a.verify_key"],
      ["api.*.verify_key", "api.api_a.verify_key", "api.api_a.create_key"],
      ["api.api_a.verify_key", "api.api_b.verify_key", "api.api_a.read_key", "api.api_b.create_key"],
      ["ratelimit.rlns_1.limit", "ratelimit.*.create_namespace"],
      ["identity.id_1.read_identity", "identity.*.read_identity"],
      ["something.of.the.past", "api.*.retired_action", "api.*.read_api"],
      all,
    ];
    for (const strings of cases) {
      expect([...stringsOf(readStrings(strings, catalog), catalog)].sort()).toEqual([...strings].sort());
    }
  });

  it("the commonest ids become the scope", () => {
    const read = readStrings(["api.api_a.verify_key", "api.api_a.read_key", "api.api_b.create_key"], catalog);
    expect(read.apis).toEqual(["api_a"]);
    expect(read.single).toEqual(["api.api_b.create_key"]);
  });
});

describe("levels", () => {
  it("sensitive permissions are in no level", () => {
    const written = withLevel(nothing, group("key"), "write", all);
    expect(levelOf(group("key"), written)).toEqual({ level: "write", sensitive: 0 });
    expect(written.chosen.has("api.*.decrypt_key")).toBe(false);
  });

  it("a part of a level is custom", () => {
    expect(levelOf(group("key"), { ...nothing, chosen: new Set(["api.*.verify_key"]) }).level).toBe("custom");
    expect(levelOf(group("root_key"), { ...nothing, chosen: new Set(["root_key.*.create_root_key"]) }).level).toBe("custom");
  });

  it("none takes the sensitive ones too", () => {
    expect(withLevel(full(), group("key"), "none", all).chosen.has("api.*.decrypt_key")).toBe(false);
  });

  it("a level grants only what the editor holds", () => {
    const chosen = withLevel(nothing, group("key"), "write", ["api.*.read_key", "api.*.create_key"]).chosen;
    expect([...chosen].sort()).toEqual(["api.*.create_key", "api.*.read_key"]);
  });

  it("a resource that is new on the server has a row", () => {
    expect(group("novelty").label).toBe("Novelty");
  });
});

describe("guards", () => {
  it("what the editor holds for one API can be granted there only", () => {
    const verify = catalog.permissions.find((one) => one.action === "verify_key")!;
    const held = ["api.api_a.verify_key"];
    expect(lacking(verify, nothing, held)).toBe("api.*.verify_key");
    expect(lacking(verify, { ...nothing, apis: ["api_a"] }, held)).toBeUndefined();
    expect(lacking(verify, { ...nothing, apis: ["api_a", "api_b"] }, held)).toBe("api.api_b.verify_key");
    expect(lacking(verify, { ...nothing, apis: [] }, held)).toBeUndefined();
  });

  it("a preset says what it had to leave out", () => {
    const { selection, left } = withPreset(nothing, preset("read-only"), catalog, ["api.*.read_key"]);
    expect([...selection.chosen]).toEqual(["api.*.read_key"]);
    expect(left).toEqual(["api.*.read_api", "root_key.*.read_root_key"]);
  });
});

describe("presets", () => {
  it("are recognised within a scope", () => {
    expect(matchPreset(readStrings(["api.api_a.verify_key"], catalog), presets, catalog)?.id).toBe("verify");
    expect(matchPreset(withScope(full(), "apis", ["api_a"], catalog), presets, catalog)?.id).toBe("full");
    expect(matchPreset(nothing, presets, catalog)).toBeUndefined();
  });

  it("answer to the names of the server too", () => {
    expect(preset("read_only").id).toBe("read-only");
    expect(preset("verifier").id).toBe("verify");
  });

  it("are named in summaries", () => {
    expect(summaryOf(["api.api_a.verify_key", "api.api_b.verify_key"], catalog)).toBe("Verify only, 2 APIs");
    expect(summaryOf([...stringsOf(full(), catalog), "instance.*.manage_workspaces"], catalog)).toBe("Full, instance");
    expect(summaryOf(["api.api_a.create_key", "api.api_a.read_key"], catalog)).toBe("2 permissions, 1 API");
  });

  it("name the resources once", () => {
    const read = { ...nothing, chosen: new Set(["api.*.read_api"]) };
    expect(sentenceOf(read, catalog)).toBe("Can read APIs, and nothing else.");
    expect(sentenceOf({ ...read, apis: ["a", "b"] }, catalog)).toBe("Can read 2 APIs, and nothing else.");
    const many = { ...nothing, chosen: new Set(["api.*.create_key", "api.*.read_key", "root_key.*.read_root_key"]) };
    expect(sentenceOf(many, catalog)).toBe("Can create and read keys in all APIs and read root keys, and nothing else.");
  });

  it("full says so in a sentence", () => {
    expect(sentenceOf(full(), catalog)).toBe("Can do everything in this workspace.");
    expect(sentenceOf(nothing, catalog)).toBe("Can do nothing yet.");
  });
});

describe("operations", () => {
  it("names what can be called and what of the same kind can't", () => {
    const { callable, refused } = operationsOf(["api.api_a.verify_key"]);
    expect(callable).toEqual(["keys.verifyKey"]);
    expect(refused).toContain("keys.createKey");
    expect(refused).not.toContain("apis.createApi");
  });
});

describe("changes", () => {
  const before = {
    permissions: ["api.*.create_api", "api.*.verify_key"],
    directPermissions: ["api.*.create_api"],
    roles: ["verifier"],
    apiIds: [],
  };

  it("the same strings change nothing", () => {
    expect(grantChange(before, ["api.*.verify_key", "api.*.create_api"], catalog)).toEqual({});
  });

  it("a role stays while all of it is wanted", () => {
    expect(grantChange(before, ["api.*.verify_key", "api.*.read_key"], catalog)).toEqual({ permissions: ["api.*.read_key"] });
  });

  it("a role that loses a part is spelled out", () => {
    const role = { permissions: ["api.api_a.read_api", "api.api_a.read_key", "root_key.*.read_root_key"], directPermissions: [], roles: ["read_only"], apiIds: ["api_a"] };
    expect(grantChange(role, ["api.api_a.read_api", "api.api_a.read_key"], catalog)).toEqual({
      permissions: ["api.api_a.read_api", "api.api_a.read_key"],
      roles: [],
      apiIds: null,
    });
  });
});
