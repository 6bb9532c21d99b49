// ratelimit.*
import assert from "node:assert/strict";
import { MONTH, plain } from "../harness.js";
import { client, refused } from "../refusals.js";

/** @param {import("../harness.js").Results} record @param {import("../harness.js").World} world */
export async function ratelimits(record, world) {
  const unkey = client(world.rootKey);
  const limit = async (/** @type {string} */ namespace, /** @type {string} */ identifier, change = {}) =>
    (await unkey.ratelimit.limit({ namespace, identifier, limit: 3, duration: MONTH, ...change })).data;

  await record.check("ratelimit.limit", "counts down, refuses, and creates its namespace", async () => {
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push(await limit("api.limit", "visitor"));
    assert.deepEqual(answers.map(({ success, remaining }) => [success, remaining]), [[true, 2], [true, 1], [true, 0], [false, 0]]);
    for (const answer of answers) {
      assert.deepEqual([answer.limit, answer.overrideId], [3, undefined]);
      assert.ok(answer.reset > Date.now() && answer.reset <= Date.now() + MONTH);
    }
  });
  await record.check("ratelimit.limit", "takes the cost, and zero only looks", async () => {
    assert.equal((await limit("api.limit", "spender", { cost: 2 })).remaining, 1);
    assert.equal((await limit("api.limit", "spender", { cost: 2 })).success, false);
    assert.deepEqual((await limit("api.limit", "spender", { cost: 0 })).remaining, 1);
  });
  await record.check("ratelimit.limit", "ten of thirty at once pass a limit of ten", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => limit("api.burst", "visitor", { limit: 10 })));
    const left = answers.filter(({ success }) => success).map(({ remaining }) => remaining);
    assert.deepEqual(left.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
  await record.check("ratelimit.limit", "410 deleted namespace", async () => {
    await limit("api.deleted", "visitor");
    await plain(world.rootKey, "ratelimit.deleteNamespace", { namespace: "api.deleted" });
    await refused(() => limit("api.deleted", "visitor"), 410, "unkey/data/ratelimit_namespace_gone");
  });

  const entry = (/** @type {string} */ identifier, /** @type {number} */ most) =>
    ({ namespace: "api.multi", identifier, limit: most, duration: MONTH });
  await record.check("ratelimit.multiLimit", "all pass or none is counted", async () => {
    const passed = await unkey.ratelimit.multiLimit([entry("user", 1), entry("team", 5)]);
    assert.equal(passed.data.passed, true);
    assert.deepEqual(
      passed.data.limits.map(({ reset: _, ...rest }) => rest),
      [["user", 1, 0], ["team", 5, 4]].map(([identifier, limit, remaining]) =>
        ({ namespace: "api.multi", identifier, passed: true, limit, remaining })),
    );
    const failed = await unkey.ratelimit.multiLimit([entry("user", 1), entry("team", 5)]);
    assert.equal(failed.data.passed, false);
    assert.deepEqual(failed.data.limits.map(({ passed, remaining }) => [passed, remaining]), [[false, 0], [true, 4]]);
  });
  await record.check("ratelimit.multiLimit", "410 deleted namespace, and nothing is counted", async () => {
    await limit("api.deleted.too", "visitor");
    await plain(world.rootKey, "ratelimit.deleteNamespace", { namespace: "api.deleted.too" });
    const gone = { ...entry("visitor", 3), namespace: "api.deleted.too" };
    await refused(() => unkey.ratelimit.multiLimit([entry("beside", 3), gone]), 410, "unkey/data/ratelimit_namespace_gone");
    assert.equal((await limit("api.multi", "beside")).remaining, 2);
  });

  const namespace = "api.overrides";
  const set = async (/** @type {string} */ identifier, /** @type {number} */ most) =>
    (await unkey.ratelimit.setOverride({ namespace, identifier, limit: most, duration: MONTH })).data.overrideId;
  await record.check("ratelimit.setOverride", "wins over the request, the exact one over the pattern", async () => {
    await limit(namespace, "first");
    const [pattern, exact] = [await set("*@example.com", 50), await set("ceo@example.com", 500)];
    assert.match(pattern, /^rlor_/);
    const anyone = await limit(namespace, "anyone@example.com");
    assert.deepEqual([anyone.limit, anyone.remaining, anyone.overrideId], [50, 49, pattern]);
    const boss = await limit(namespace, "ceo@example.com");
    assert.deepEqual([boss.limit, boss.overrideId], [500, exact]);
    assert.equal(await set("*@example.com", 60), pattern);
    const [many] = (await unkey.ratelimit.multiLimit([{ namespace, identifier: "anyone@example.com", limit: 1, duration: 1000 }])).data.limits;
    assert.deepEqual([many?.limit, many?.remaining, many?.overrideId], [60, 58, pattern]);
  });
  await record.check("ratelimit.setOverride", "a limit of zero blocks", async () => {
    await set("blocked", 0);
    const answer = await limit(namespace, "blocked");
    assert.deepEqual([answer.success, answer.limit, answer.remaining], [false, 0, 0]);
  }, "override-zero");
  await record.check("ratelimit.setOverride", "counts again after it was deleted", async () => {
    await set("again", 9);
    await unkey.ratelimit.deleteOverride({ namespace, identifier: "again" });
    await set("again", 8);
    assert.equal((await limit(namespace, "again")).limit, 8);
  }, "override-again");
  await record.check("ratelimit.getOverride", "reads what was set", async () => {
    const overrideId = await set("read", 7);
    const { data } = await unkey.ratelimit.getOverride({ namespace, identifier: "read" });
    assert.deepEqual({ ...data }, { overrideId, identifier: "read", limit: 7, duration: MONTH });
  });
  await record.check("ratelimit.listOverrides", "the iterator sees every override once", async () => {
    const namespace = "api.listed";
    await limit(namespace, "first");
    const identifiers = ["a", "b", "c", "d", "e"];
    for (const identifier of identifiers) {
      await unkey.ratelimit.setOverride({ namespace, identifier, limit: 1, duration: MONTH });
    }
    const sizes = [];
    const seen = [];
    for await (const { result } of await unkey.ratelimit.listOverrides({ namespace, limit: 2 })) {
      sizes.push(result.data.length);
      seen.push(...result.data.map(({ identifier }) => identifier));
    }
    assert.deepEqual([sizes, seen.toSorted()], [[2, 2, 1], identifiers]);
  });
  await record.check("ratelimit.deleteOverride", "the limit of the request holds again", async () => {
    await set("freed", 1);
    await unkey.ratelimit.deleteOverride({ namespace, identifier: "freed" });
    const answer = await limit(namespace, "freed");
    assert.deepEqual([answer.limit, answer.overrideId], [3, undefined]);
    const get = () => unkey.ratelimit.getOverride({ namespace, identifier: "freed" });
    await refused(get, 404, "unkey/data/ratelimit_override_not_found");
  });
}
