// What @unkey/ratelimit does with a Keyway server.
import assert from "node:assert/strict";
import { Overrides, Ratelimit } from "@unkey/ratelimit";
import { assertEnvelope, MONTH, operations, plain, serverURL, thrown } from "./harness.js";

const covered = [
  "ratelimit.limit",
  "ratelimit.setOverride",
  "ratelimit.getOverride",
  "ratelimit.listOverrides",
  "ratelimit.deleteOverride",
];

// The older @unkey/api that the package brings has no class for 429.
const UNTYPED = "APIError";

/**
 * The package brings an older @unkey/api of its own, whose classes are told by their names.
 * @param {() => Promise<unknown>} run
 * @param {string} name
 * @param {number} status
 * @param {string} code
 */
async function refused(run, name, status, code) {
  const error = /** @type {any} */ (await thrown(run));
  if (error.name !== name) throw error;
  assert.equal(error.statusCode, status);
  assertEnvelope(name === UNTYPED ? JSON.parse(error.body) : error.data$, status, code);
}

/** @param {import("./harness.js").Results} record @param {import("./harness.js").World} world */
export async function ratelimit(record, world) {
  for (const { operation } of operations) {
    if (!covered.includes(operation)) record.absent(operation);
  }
  await limits(record, world);
  await overrides(record, world);
}

/** @param {import("./harness.js").Results} record @param {import("./harness.js").World} world */
async function limits(record, world) {
  const limiter = (/** @type {Partial<import("@unkey/ratelimit").RatelimitConfig>} */ change = {}) =>
    new Ratelimit({
      rootKey: world.rootKey,
      baseUrl: serverURL,
      namespace: "ratelimit.package",
      limit: 3,
      duration: "30d",
      ...change,
    });

  await record.check("ratelimit.limit", "passes until the limit and then remembers the refusal", async () => {
    const limited = limiter();
    for (const remaining of [2, 1, 0]) {
      const answer = await limited.limit("visitor");
      assert.deepEqual([answer.success, answer.limit, answer.remaining], [true, 3, remaining]);
      assert.equal(answer.overrideId, undefined);
    }
    const refusal = await limited.limit("visitor");
    assert.deepEqual([refusal.success, refusal.remaining], [false, 0]);
    assert.ok(Date.now() < refusal.reset && refusal.reset <= Date.now() + MONTH);
    assert.equal(await limited.limit("visitor"), refusal);
  });
  await record.check("ratelimit.limit", "takes cost and limit of the call", async () => {
    const answer = await limiter().limit("spender", { cost: 4, limit: { limit: 10, duration: "30d" } });
    assert.deepEqual([answer.success, answer.limit, answer.remaining], [true, 10, 6]);
  });
  await record.check("ratelimit.limit", "hands errors to onError", async () => {
    const fallback = { success: true, limit: 0, remaining: 0, reset: 0 };
    /** @type {Error[]} */
    const seen = [];
    const onError = (/** @type {Error} */ error) => {
      seen.push(error);
      return fallback;
    };
    const limited = limiter({ rootKey: world.powerlessRootKey, onError });
    assert.equal(await limited.limit("visitor"), fallback);
    assert.match(seen[0]?.message ?? "", /insufficient_permissions/);
  });
  await record.check("ratelimit.limit", "400 request off its schema", () =>
    refused(() => limiter({ limit: 0 }).limit("visitor"), "BadRequestErrorResponse", 400, "unkey/application/invalid_input"));
  await record.check("ratelimit.limit", "401 unknown root key", () => {
    const limited = limiter({ rootKey: "unkey_this_root_key_was_never_issued_00" });
    return refused(() => limited.limit("visitor"), "UnauthorizedErrorResponse", 401, "unkey/authentication/key_not_found");
  });
  await record.check("ratelimit.limit", "403 root key without permission", () => {
    const limited = limiter({ rootKey: world.powerlessRootKey });
    return refused(() => limited.limit("visitor"), "ForbiddenErrorResponse", 403, "unkey/authorization/insufficient_permissions");
  });
  await record.check("ratelimit.limit", "429 workspace over its limit", () => {
    const limited = limiter({ rootKey: world.throttledRootKey });
    return refused(() => limited.limit("visitor"), UNTYPED, 429, "user/too_many_requests/workspace_rate_limited");
  });
  await record.check("ratelimit.limit", "410 deleted namespace", async () => {
    const namespace = "ratelimit.deleted";
    await plain(world.rootKey, "ratelimit.createNamespace", { name: namespace });
    await plain(world.rootKey, "ratelimit.deleteNamespace", { namespace });
    const limited = limiter({ namespace });
    await refused(() => limited.limit("visitor"), "GoneErrorResponse", 410, "unkey/data/ratelimit_namespace_gone");
  });
}

/** @param {import("./harness.js").Results} record @param {import("./harness.js").World} world */
async function overrides(record, world) {
  const client = (/** @type {string} */ rootKey) => new Overrides({ rootKey, baseUrl: serverURL });
  const own = client(world.rootKey);
  const namespace = "ratelimit.overrides";
  const rule = { namespace, identifier: "*@example.com", limit: 7, duration: MONTH };

  await record.check("ratelimit.setOverride", "sets, and keeps the id when set again", async () => {
    await plain(world.rootKey, "ratelimit.createNamespace", { name: namespace });
    const first = await own.setOverride(rule);
    assert.match(first.data.overrideId, /^rlor_/);
    const again = await own.setOverride({ ...rule, limit: 5 });
    assert.equal(again.data.overrideId, first.data.overrideId);
  });
  await record.check("ratelimit.getOverride", "reads what was set", async () => {
    const { data } = await own.getOverride({ namespace, identifier: rule.identifier });
    assert.deepEqual([data.identifier, data.limit, data.duration], [rule.identifier, 5, MONTH]);
  });
  await record.check("ratelimit.limit", "an override replaces the limit and names itself", async () => {
    const limited = new Ratelimit({ rootKey: world.rootKey, baseUrl: serverURL, namespace, limit: 100, duration: "30d" });
    const answer = await limited.limit("someone@example.com");
    const { data } = await own.getOverride({ namespace, identifier: rule.identifier });
    assert.deepEqual([answer.limit, answer.remaining, answer.overrideId], [5, 4, data.overrideId]);
  });
  await record.check("ratelimit.listOverrides", "lists what was set", async () => {
    const { data, pagination } = await own.listOverrides({ namespace });
    assert.deepEqual(data.map((override) => override.identifier), [rule.identifier]);
    assert.equal(pagination?.hasMore, false);
    assert.equal(pagination?.cursor, undefined);
  });
  await record.check("ratelimit.deleteOverride", "deletes, and then there is none", async () => {
    const { namespace, identifier } = rule;
    await own.deleteOverride({ namespace, identifier });
    await refused(() => own.deleteOverride({ namespace, identifier }), "NotFoundErrorResponse", 404, "unkey/data/ratelimit_override_not_found");
  });

  const valid = { namespace: world.values.namespaceId, identifier: "visitor", limit: 1, duration: MONTH };
  const { limit: _, duration: __, ...named } = valid;
  /** @type {[string, (overrides: Overrides, namespace?: string) => Promise<unknown>][]} */
  const calls = [
    ["ratelimit.setOverride", (it, namespace = valid.namespace) => it.setOverride({ ...valid, namespace })],
    ["ratelimit.getOverride", (it, namespace = valid.namespace) => it.getOverride({ ...named, namespace })],
    ["ratelimit.listOverrides", (it, namespace = valid.namespace) => it.listOverrides({ namespace })],
    ["ratelimit.deleteOverride", (it, namespace = valid.namespace) => it.deleteOverride({ ...named, namespace })],
  ];
  for (const [operation, call] of calls) {
    await record.check(operation, "400 request off its schema", () =>
      refused(() => call(own, ""), "BadRequestErrorResponse", 400, "unkey/application/invalid_input"));
    await record.check(operation, "401 unknown root key", () => {
      const it = client("unkey_this_root_key_was_never_issued_00");
      return refused(() => call(it), "UnauthorizedErrorResponse", 401, "unkey/authentication/key_not_found");
    });
    const differs = operations.find((row) => row.operation === operation)?.differs;
    await record.check(operation, "403 root key without permission", () =>
      refused(() => call(client(world.powerlessRootKey)), "ForbiddenErrorResponse", 403, "unkey/authorization/insufficient_permissions"),
      ...(differs ? [differs] : []));
    await record.check(operation, "404 unknown namespace", () =>
      refused(() => call(own, "no-such-namespace"), "NotFoundErrorResponse", 404, "unkey/data/ratelimit_namespace_not_found"));
    await record.check(operation, "429 workspace over its limit", () =>
      refused(() => call(client(world.throttledRootKey)), UNTYPED, 429, "user/too_many_requests/workspace_rate_limited"));
  }
}
