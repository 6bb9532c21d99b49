// apis.*
import assert from "node:assert/strict";
import { plain } from "../harness.js";
import { client, refused } from "../refusals.js";

/** @param {import("../harness.js").Results} record @param {import("../harness.js").World} world */
export async function apis(record, world) {
  const unkey = client(world.rootKey);
  const create = async (/** @type {string} */ name) => (await unkey.apis.createApi({ name })).data.apiId;

  await record.check("apis.createApi", "two APIs may have one name", async () => {
    const { data, meta } = await unkey.apis.createApi({ name: "payments" });
    assert.match(meta.requestId, /^req_/);
    assert.match(data.apiId, /^api_\w+$/);
    assert.notEqual(await create("payments"), data.apiId);
  });
  await record.check("apis.getApi", "answers with name and id", async () => {
    const apiId = await create("named");
    const { data } = await unkey.apis.getApi({ apiId });
    assert.deepEqual({ ...data }, { id: apiId, name: "named" });
  });
  await record.check("apis.deleteApi", "a deleted API is gone, with its keys", async () => {
    const apiId = await create("doomed");
    const { data } = await unkey.keys.createKey({ apiId });
    await unkey.apis.deleteApi({ apiId });
    await refused(() => unkey.apis.getApi({ apiId }), 404, "unkey/data/api_not_found");
    await refused(() => unkey.apis.deleteApi({ apiId }), 404, "unkey/data/api_not_found");
    const verified = await unkey.keys.verifyKey({ key: data.key });
    assert.equal(verified.data.code, "NOT_FOUND");
  });
  await record.check("apis.deleteApi", "412 delete protection", async () => {
    const apiId = await create("protected");
    await plain(world.rootKey, "apis.updateApi", { apiId, deleteProtection: true });
    await refused(() => unkey.apis.deleteApi({ apiId }), 412, "unkey/application/protected_resource");
    await unkey.apis.getApi({ apiId });
  });
  await record.check("apis.listKeys", "the iterator sees every key once", async () => {
    const apiId = await create("listed");
    const created = [];
    for (let count = 0; count < 5; count += 1) {
      created.push((await unkey.keys.createKey({ apiId, name: `key ${count}` })).data.keyId);
    }
    const sizes = [];
    const seen = [];
    const pages = await unkey.apis.listKeys({ apiId, limit: 2 });
    for await (const { result } of pages) {
      sizes.push(result.data.length);
      seen.push(...result.data.map((key) => key.keyId));
      assert.equal(result.pagination.cursor !== undefined, result.pagination.hasMore);
    }
    assert.deepEqual(sizes, [2, 2, 1]);
    assert.deepEqual(seen.toSorted(), created.toSorted());
  });
  await record.check("apis.listKeys", "next() walks by hand and ends in null", async () => {
    const apiId = await create("walked");
    for (let count = 0; count < 3; count += 1) await unkey.keys.createKey({ apiId });
    const first = await unkey.apis.listKeys({ apiId, limit: 2 });
    const second = await first.next();
    assert.equal(second?.result.data.length, 1);
    assert.equal(await second?.next(), null);
  });
  await record.check("apis.listKeys", "finds the keys of one user", async () => {
    const apiId = await create("filtered");
    await unkey.keys.createKey({ apiId });
    const { data } = await unkey.keys.createKey({ apiId, externalId: "user_7" });
    const { result } = await unkey.apis.listKeys({ apiId, externalId: "user_7", revalidateKeysCache: true });
    assert.deepEqual(result.data.map((key) => key.keyId), [data.keyId]);
    assert.equal(result.data[0]?.identity?.externalId, "user_7");
    const nobody = await unkey.apis.listKeys({ apiId, externalId: "nobody" });
    assert.deepEqual(nobody.result.data, []);
  });
  await record.check("apis.listKeys", "shows the secrets of recoverable keys on request", async () => {
    const apiId = await create("recoverable");
    await plain(world.rootKey, "apis.updateApi", { apiId, storeEncryptedKeys: true });
    const { data } = await unkey.keys.createKey({ apiId, recoverable: true });
    const hidden = await unkey.apis.listKeys({ apiId });
    assert.equal(hidden.result.data[0]?.plaintext, undefined);
    const shown = await unkey.apis.listKeys({ apiId, decrypt: true });
    assert.equal(shown.result.data[0]?.plaintext, data.key);
  });
  await record.check("apis.listKeys", "412 decrypt where no secrets are stored", async () => {
    const apiId = await create("unrecoverable");
    const call = () => unkey.apis.listKeys({ apiId, decrypt: true });
    await refused(call, 412, "unkey/application/precondition_failed", { untyped: true });
  });
}
