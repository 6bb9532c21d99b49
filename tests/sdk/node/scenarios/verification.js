// keys.verifyKey
import assert from "node:assert/strict";
import { MONTH, plain, throttledRootKey } from "../harness.js";
import { client, refused } from "../refusals.js";

/** @typedef {Omit<import("@unkey/api/models/components").V2KeysVerifyKeyRequestBody, "key">} Question */

/** @param {import("../harness.js").Results} record @param {import("../harness.js").World} world */
export async function verification(record, world) {
  const unkey = client(world.rootKey);
  const { apiId } = (await unkey.apis.createApi({ name: "verification" })).data;
  const create = async (/** @type {object} */ change = {}) =>
    (await unkey.keys.createKey({ apiId, ...change })).data;
  const verify = async (/** @type {string} */ key, /** @type {Question} */ question = {}) =>
    (await unkey.keys.verifyKey({ key, ...question })).data;
  const check = (/** @type {string} */ name, /** @type {() => Promise<unknown>} */ run) =>
    record.check("keys.verifyKey", name, run);

  await check("VALID carries all that the key has", async () => {
    const expires = Date.now() + 3_600_000;
    const { keyId, key } = await create({
      name: "verified",
      externalId: "user_verified",
      meta: { plan: "pro" },
      expires,
      permissions: ["documents.read"],
      roles: [world.values.role],
      credits: { remaining: 3 },
      ratelimits: [{ name: "requests", limit: 10, duration: MONTH, autoApply: true }],
    });
    const data = await verify(key, { tags: ["path=/v1/löschen", "a b"] });
    assert.deepEqual([data.valid, data.code, data.keyId, data.enabled], [true, "VALID", keyId, true]);
    assert.deepEqual([data.name, data.meta, data.expires], ["verified", { plan: "pro" }, expires]);
    assert.deepEqual([data.permissions, data.roles], [["documents.read"], [world.values.role]]);
    assert.equal(data.identity?.externalId, "user_verified");
    assert.equal(data.credits, 2);
    const [{ id, reset, ...limit }] = data.ratelimits ?? assert.fail("No limit was reported.");
    assert.match(id, /^rl_/);
    assert.ok(reset > Date.now() && reset <= Date.now() + MONTH);
    assert.deepEqual(limit, { name: "requests", limit: 10, duration: MONTH, remaining: 9, exceeded: false, autoApply: true });
  });
  const foreignKey = async () => {
    const other = client(world.otherRootKey);
    const { apiId } = (await other.apis.createApi({ name: "elsewhere" })).data;
    return (await other.keys.createKey({ apiId })).data;
  };
  await check("NOT_FOUND says nothing else", async () => {
    for (const key of ["nobody_has_this_key", world.rootKey, (await foreignKey()).key]) {
      assert.deepEqual({ ...(await verify(key)) }, { valid: false, code: "NOT_FOUND" });
    }
  });
  await check("DISABLED and EXPIRED", async () => {
    assert.equal((await verify((await create({ enabled: false })).key)).code, "DISABLED");
    const data = await verify((await create({ expires: Date.now() - 1000 })).key);
    assert.deepEqual([data.valid, data.code], [false, "EXPIRED"]);
  });
  await check("FORBIDDEN outside the API's addresses", async () => {
    const closed = (await unkey.apis.createApi({ name: "closed" })).data.apiId;
    const { key } = await create({ apiId: closed });
    await plain(world.rootKey, "apis.updateApi", { apiId: closed, ipAllowlist: ["203.0.113.0/24"] });
    assert.equal((await verify(key)).code, "FORBIDDEN");
    await plain(world.rootKey, "apis.updateApi", { apiId: closed, ipAllowlist: ["127.0.0.0/8"] });
    assert.equal((await verify(key)).code, "VALID");
  });
  await check("INSUFFICIENT_PERMISSIONS by a query", async () => {
    const { key } = await create({ permissions: ["documents.read", "documents.write"] });
    const answers = /** @type {const} */ ([
      ["documents.read AND documents.write", "VALID"],
      ["documents.delete OR (documents.read AND documents.write)", "VALID"],
      ["documents.read AND documents.delete", "INSUFFICIENT_PERMISSIONS"],
      ["documents.*", "INSUFFICIENT_PERMISSIONS"],
    ]);
    for (const [permissions, code] of answers) {
      assert.equal((await verify(key, { permissions })).code, code, permissions);
    }
  });
  await check("400 query off its grammar", async () => {
    const { key } = await create();
    const call = () => verify(key, { permissions: "documents.read AND" });
    await refused(call, 400, "user/bad_request/permissions_query_syntax_error");
  });
  await check("USAGE_EXCEEDED when the credits are spent", async () => {
    const { key } = await create({ credits: { remaining: 5 } });
    const steps = /** @type {const} */ ([[undefined, "VALID", 4], [3, "VALID", 1], [2, "USAGE_EXCEEDED", 1], [1, "VALID", 0], [0, "VALID", 0], [undefined, "USAGE_EXCEEDED", 0]]);
    for (const [cost, code, credits] of steps) {
      const data = await verify(key, cost === undefined ? {} : { credits: { cost } });
      assert.deepEqual([data.code, data.credits], [code, credits]);
    }
  });
  await check("ten credits give exactly ten of thirty at once", async () => {
    const { key } = await create({ credits: { remaining: 10 } });
    const answers = await Promise.all(Array.from({ length: 30 }, () => verify(key)));
    const left = answers.filter((data) => data.valid).map((data) => data.credits);
    assert.deepEqual(left.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
  await check("RATE_LIMITED by a limit that applies itself", async () => {
    const { key } = await create({ ratelimits: [{ name: "requests", limit: 2, duration: MONTH, autoApply: true }] });
    const codes = [];
    for (let count = 0; count < 3; count += 1) codes.push((await verify(key)).code);
    assert.deepEqual(codes, ["VALID", "VALID", "RATE_LIMITED"]);
    const { ratelimits } = await verify(key);
    assert.deepEqual([ratelimits?.[0]?.exceeded, ratelimits?.[0]?.remaining], [true, 0]);
  });
  await check("RATE_LIMITED by a named and by an ad hoc limit", async () => {
    const { key } = await create({ ratelimits: [{ name: "tokens", limit: 10, duration: MONTH }] });
    const named = await verify(key, { ratelimits: [{ name: "tokens", cost: 8 }] });
    assert.deepEqual([named.code, named.ratelimits?.[0]?.remaining], ["VALID", 2]);
    assert.equal((await verify(key, { ratelimits: [{ name: "tokens", cost: 8 }] })).code, "RATE_LIMITED");
    assert.equal((await verify(key)).ratelimits?.length ?? 0, 0);
    const once = { ratelimits: [{ name: "ad hoc", limit: 1, duration: MONTH }] };
    assert.equal((await verify(key, once)).code, "VALID");
    assert.equal((await verify(key, once)).code, "RATE_LIMITED");
  });
  await check("keys of one identity share its limits", async () => {
    const ratelimits = [{ name: "shared", limit: 2, duration: MONTH, autoApply: true }];
    await unkey.identities.createIdentity({ externalId: "user_sharing", ratelimits });
    const [one, two] = [await create({ externalId: "user_sharing" }), await create({ externalId: "user_sharing" })];
    const codes = [];
    for (const { key } of [one, two, one]) codes.push((await verify(key)).code);
    assert.deepEqual(codes, ["VALID", "VALID", "RATE_LIMITED"]);
  });
  await check("412 limit that the key does not have", async () => {
    const { key } = await create();
    const call = () => verify(key, { ratelimits: [{ name: "unheard of" }] });
    await refused(call, 412, "unkey/application/precondition_failed", { untyped: true });
  });
  await check("429 says when to come back", async () => {
    const limited = client(await throttledRootKey(2));
    const error = await refused(async () => {
      for (let count = 0; count < 6; count += 1) await limited.keys.verifyKey({ key: "nobody_has_this_key" });
    }, 429, "user/too_many_requests/workspace_rate_limited");
    assert.ok(Number(error.headers.get("retry-after")) >= 1);
    assert.equal(error.headers.get("ratelimit-limit"), "2");
    assert.equal(error.headers.get("ratelimit-remaining"), "0");
  });
}
