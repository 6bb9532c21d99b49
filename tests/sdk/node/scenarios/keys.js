// keys.createKey, getKey, whoami, updateKey, updateCredits, deleteKey, rerollKey
import assert from "node:assert/strict";
import { plain } from "../harness.js";
import { client, refused } from "../refusals.js";

const HOUR = 3_600_000;

/** @param {import("../harness.js").Results} record @param {import("../harness.js").World} world */
export async function keys(record, world) {
  const unkey = client(world.rootKey);
  const { apiId } = (await unkey.apis.createApi({ name: "keys" })).data;
  const { role, slug } = world.values;
  const create = async (/** @type {object} */ change = {}) =>
    (await unkey.keys.createKey({ apiId, ...change })).data;
  const read = async (/** @type {string} */ keyId) => (await unkey.keys.getKey({ keyId })).data;
  const verify = async (/** @type {string} */ key) => (await unkey.keys.verifyKey({ key })).data;

  const expires = Date.now() + HOUR;
  const full = {
    prefix: "test_live",
    name: "All of it",
    externalId: "user_full",
    meta: { plan: "pro", nested: { list: [1, "two", null, true] } },
    roles: [role],
    permissions: [slug, "created.on.the.fly"],
    expires,
    credits: { remaining: 10, refill: { interval: /** @type {const} */ ("monthly"), amount: 50, refillDay: 31 } },
    ratelimits: [{ name: "requests", limit: 100, duration: 60_000, autoApply: true }],
  };
  await record.check("keys.createKey", "every option is stored", async () => {
    const { keyId, key } = await create(full);
    assert.match(keyId, /^key_\w+$/);
    assert.match(key, /^test_live_[1-9A-HJ-NP-Za-km-z]+$/);
    const { createdAt, ratelimits, identity, ...rest } = await read(keyId);
    assert.ok(Math.abs(createdAt - Date.now()) < HOUR);
    assert.match(ratelimits?.[0]?.id ?? "", /^rl_/);
    assert.deepEqual(ratelimits?.map(({ id: _, ...limit }) => limit), full.ratelimits);
    assert.match(identity?.id ?? "", /^id_/);
    assert.equal(identity?.externalId, "user_full");
    assert.deepEqual(rest, {
      keyId,
      start: key.slice(0, "test_live_".length + 4),
      enabled: true,
      name: full.name,
      meta: full.meta,
      expires,
      permissions: full.permissions.toSorted(),
      roles: [role],
      credits: full.credits,
    });
  });
  await record.check("keys.createKey", "a key without options has only what every key has", async () => {
    const { keyId, key } = await create();
    assert.match(key, /^[1-9A-HJ-NP-Za-km-z]+$/);
    const stored = await read(keyId);
    const always = { keyId: stored.keyId, start: stored.start, enabled: stored.enabled };
    assert.deepEqual(always, { keyId, start: key.slice(0, 4), enabled: true });
    for (const absent of [stored.name, stored.expires, stored.credits, stored.identity, stored.plaintext]) {
      assert.equal(absent, undefined);
    }
  });
  await record.check("keys.createKey", "it ends in a checksum", async () => {
    const { key } = await create();
    assert.ok(key.length > 22 && key.length <= 28, `${key.length} characters`);
  }, "checksum");
  await record.check("keys.createKey", "without checksums it has exactly the bytes that were asked for", async () => {
    const bare = (await unkey.apis.createApi({ name: "no checksums" })).data.apiId;
    await plain(world.rootKey, "apis.updateApi", { apiId: bare, checksum: false });
    for (const byteLength of [16, 32, 255]) {
      const { key } = await create({ apiId: bare, byteLength });
      assert.equal(bytesOfBase58(key), byteLength);
    }
  });
  await record.check("keys.createKey", "a disabled key does not verify", async () => {
    const { key } = await create({ enabled: false });
    assert.equal((await verify(key)).code, "DISABLED");
  });
  await record.check("keys.createKey", "400 refill of unlimited credits", () => {
    const credits = { remaining: null, refill: { interval: "daily", amount: 1 } };
    return refused(() => create({ credits }), 400, "unkey/application/invalid_input");
  });
  await record.check("keys.createKey", "412 recoverable where no secrets are stored", () =>
    refused(() => create({ recoverable: true }), 412, "unkey/application/precondition_failed", { untyped: true }));

  await record.check("keys.getKey", "shows the secret of a recoverable key on request", async () => {
    const stored = (await unkey.apis.createApi({ name: "stored secrets" })).data.apiId;
    await plain(world.rootKey, "apis.updateApi", { apiId: stored, storeEncryptedKeys: true });
    const { keyId, key } = await create({ apiId: stored, recoverable: true });
    assert.equal((await read(keyId)).plaintext, undefined);
    assert.equal((await unkey.keys.getKey({ keyId, decrypt: true })).data.plaintext, key);
  });
  await record.check("keys.getKey", "412 decrypt where no secrets are stored", async () => {
    const { keyId } = await create();
    const call = () => unkey.keys.getKey({ keyId, decrypt: true });
    await refused(call, 412, "unkey/application/precondition_failed", { untyped: true });
  });
  await record.check("keys.getKey", "404 id of a root key", () =>
    refused(() => read(world.values.rootKeyId ?? ""), 404, "unkey/data/key_not_found"));

  await record.check("keys.whoami", "answers as getKey, and spends nothing", async () => {
    const { keyId, key } = await create({ ...full, externalId: "user_whoami" });
    const { data } = await unkey.keys.whoami({ key });
    assert.deepEqual(data, await read(keyId));
    assert.equal(data.credits?.remaining, 10);
  });

  await record.check("keys.updateKey", "changes what is named, keeps what is not", async () => {
    const { keyId } = await create(full);
    const limit = { name: "requests", limit: 5, duration: 60_000, autoApply: false };
    const before = await read(keyId);
    const { data } = await unkey.keys.updateKey({
      keyId,
      name: "Renamed",
      meta: { plan: "free" },
      enabled: false,
      permissions: ["only.this"],
      roles: [],
      ratelimits: [limit],
      credits: { remaining: 3 },
    });
    assert.deepEqual(data, {});
    const after = await read(keyId);
    assert.deepEqual([after.name, after.meta, after.enabled], ["Renamed", { plan: "free" }, false]);
    assert.deepEqual([after.permissions, after.roles ?? []], [["only.this"], []]);
    assert.deepEqual(after.ratelimits, [{ id: before.ratelimits?.[0]?.id, ...limit }]);
    assert.deepEqual(after.credits, { ...full.credits, remaining: 3 });
    assert.deepEqual([after.expires, after.identity?.externalId], [expires, "user_full"]);
    assert.ok((after.updatedAt ?? 0) >= after.createdAt);
  });
  await record.check("keys.updateKey", "null takes away", async () => {
    const { keyId } = await create(full);
    await unkey.keys.updateKey({ keyId, name: null, externalId: null, meta: null, expires: null, credits: null });
    const after = await read(keyId);
    for (const gone of [after.name, after.identity, after.expires, after.credits]) {
      assert.equal(gone, undefined);
    }
    assert.deepEqual(after.meta ?? {}, {});
    await unkey.identities.getIdentity({ identity: "user_full" });
  });
  await record.check("keys.updateKey", "an expiry in the past ends the key at once", async () => {
    const { keyId, key } = await create();
    assert.equal((await verify(key)).code, "VALID");
    await unkey.keys.updateKey({ keyId, expires: Date.now() - 1000 });
    assert.equal((await verify(key)).code, "EXPIRED");
  });
  await record.check("keys.updateKey", "a refill can be taken away alone", async () => {
    const { keyId } = await create(full);
    await unkey.keys.updateKey({ keyId, credits: { refill: null } });
    assert.deepEqual({ ...(await read(keyId)).credits }, { remaining: 10 });
  });

  await record.check("keys.updateCredits", "sets, adds, takes, and stops at zero", async () => {
    const { keyId } = await create({ credits: { remaining: 5 } });
    const steps = /** @type {const} */ ([["increment", 7, 12], ["decrement", 2, 10], ["decrement", 100, 0], ["set", 8, 8]]);
    for (const [operation, value, remaining] of steps) {
      const { data } = await unkey.keys.updateCredits({ keyId, operation, value });
      assert.equal(data.remaining, remaining);
    }
    assert.equal((await read(keyId)).credits?.remaining, 8);
  });
  await record.check("keys.updateCredits", "null makes the key unlimited and ends its refill", async () => {
    const { keyId } = await create(full);
    const { data } = await unkey.keys.updateCredits({ keyId, operation: "set", value: null });
    assert.equal(data.remaining, null);
    assert.equal(data.refill, undefined);
    assert.equal((await read(keyId)).credits, undefined);
  });
  await record.check("keys.updateCredits", "400 arithmetic on an unlimited key", async () => {
    const { keyId } = await create();
    const call = () => unkey.keys.updateCredits({ keyId, operation: "increment", value: 1 });
    await refused(call, 400, "unkey/application/invalid_input");
  });

  await record.check("keys.deleteKey", "a deleted key is gone at once", async () => {
    for (const permanent of [false, true]) {
      const { keyId, key } = await create();
      assert.equal((await verify(key)).code, "VALID");
      const { data } = await unkey.keys.deleteKey({ keyId, permanent });
      assert.deepEqual(data, {});
      assert.equal((await verify(key)).code, "NOT_FOUND");
      await refused(() => read(keyId), 404, "unkey/data/key_not_found");
      await refused(() => unkey.keys.deleteKey({ keyId }), 404, "unkey/data/key_not_found");
    }
  });

  await record.check("keys.rerollKey", "the old key ends and the new one has all it had", async () => {
    const old = await create(full);
    const { data } = await unkey.keys.rerollKey({ keyId: old.keyId, expiration: 0 });
    assert.notEqual(data.keyId, old.keyId);
    assert.notEqual(data.key, old.key);
    assert.equal((await verify(old.key)).code, "EXPIRED");
    assert.equal((await verify(data.key)).code, "VALID");
    const [before, after] = [await read(old.keyId), await read(data.keyId)];
    assert.deepEqual([after.name, after.meta, after.expires], [full.name, full.meta, expires]);
    assert.deepEqual([after.permissions, after.roles], [before.permissions, before.roles]);
    assert.equal(after.identity?.id, before.identity?.id);
    assert.deepEqual(after.credits, { ...full.credits, remaining: 9 });
    assert.deepEqual(after.ratelimits?.map(({ id: _, ...limit }) => limit), full.ratelimits);
  });
  await record.check("keys.rerollKey", "within the grace both keys verify", async () => {
    const old = await create();
    const { data } = await unkey.keys.rerollKey({ keyId: old.keyId, expiration: HOUR });
    assert.equal((await verify(old.key)).code, "VALID");
    assert.equal((await verify(data.key)).code, "VALID");
    const ends = (await read(old.keyId)).expires ?? 0;
    assert.ok(ends > Date.now() && ends <= Date.now() + HOUR + 60_000);
  });
  await record.check("keys.rerollKey", "the grace never prolongs the old key", async () => {
    const old = await create({ expires });
    await unkey.keys.rerollKey({ keyId: old.keyId, expiration: 48 * HOUR });
    assert.equal((await read(old.keyId)).expires, expires);
  }, "reroll-expiry");
  await record.check("keys.rerollKey", "prefix and length stay", async () => {
    const old = await create({ prefix: "my_app", byteLength: 64 });
    const { data } = await unkey.keys.rerollKey({ keyId: old.keyId, expiration: 0 });
    assert.match(data.key, /^my_app_/);
    assert.ok(Math.abs(data.key.length - old.key.length) <= 2);
  }, "reroll-shape");
}

/** How many bytes a text stands for. @param {string} text */
function bytesOfBase58(text) {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let value = 0n;
  for (const character of text) value = value * 58n + BigInt(alphabet.indexOf(character));
  const zeros = text.length - text.replace(/^1+/, "").length;
  return zeros + (value === 0n ? 0 : Math.ceil(value.toString(16).length / 2));
}
