// identities.*
import assert from "node:assert/strict";
import { client, refused } from "../refusals.js";

/** @param {import("../harness.js").Results} record @param {import("../harness.js").World} world */
export async function identities(record, world) {
  const unkey = client(world.rootKey);
  const limit = { name: "requests", limit: 10, duration: 60_000, autoApply: true };
  const read = async (/** @type {string} */ identity) => (await unkey.identities.getIdentity({ identity })).data;

  await record.check("identities.createIdentity", "creates what getIdentity reads", async () => {
    const meta = { plan: "pro", nested: { seats: 5 } };
    const { data } = await unkey.identities.createIdentity({ externalId: "acme", meta, ratelimits: [limit] });
    assert.match(data.identityId, /^id_\w+$/);
    for (const named of [data.identityId, "acme"]) {
      const identity = await read(named);
      assert.deepEqual([identity.id, identity.externalId, identity.meta], [data.identityId, "acme", meta]);
      assert.match(identity.ratelimits?.[0]?.id ?? "", /^rl_/);
      assert.deepEqual(identity.ratelimits?.map(({ id: _, ...rest }) => rest), [limit]);
    }
  });
  await record.check("identities.createIdentity", "400 two limits of one name", () => {
    const body = { externalId: "twice", ratelimits: [limit, { ...limit, limit: 5 }] };
    return refused(() => unkey.identities.createIdentity(body), 400, "unkey/application/invalid_input");
  }, "identity-limits");
  await record.check("identities.getIdentity", "leaves out what is empty", async () => {
    await unkey.identities.createIdentity({ externalId: "bare" });
    const identity = await read("bare");
    assert.deepEqual([identity.meta, identity.ratelimits], [undefined, undefined]);
  });
  await record.check("identities.listIdentities", "the iterator sees every identity once", async () => {
    for (const externalId of ["paged_a", "paged_b", "paged_c"]) {
      await unkey.identities.createIdentity({ externalId });
    }
    const seen = [];
    let pages = 0;
    for await (const { result } of await unkey.identities.listIdentities({ limit: 2, search: "Paged_" })) {
      pages += 1;
      seen.push(...result.data.map(({ externalId }) => externalId));
      assert.equal(result.pagination.cursor !== undefined, result.pagination.hasMore);
    }
    assert.deepEqual([pages, seen.toSorted()], [2, ["paged_a", "paged_b", "paged_c"]]);
  });
  await record.check("identities.updateIdentity", "replaces what is named, and limits keep their ids", async () => {
    const meta = { plan: "free" };
    const { data } = await unkey.identities.createIdentity({ externalId: "changing", meta, ratelimits: [limit] });
    const before = await read("changing");
    const added = { name: "tokens", limit: 1000, duration: 60_000, autoApply: false };
    const updated = await unkey.identities.updateIdentity({
      identity: data.identityId,
      meta: { plan: "pro" },
      ratelimits: [{ ...limit, limit: 20 }, added],
    });
    assert.deepEqual(updated.data.meta, { plan: "pro" });
    const [kept, fresh] = updated.data.ratelimits ?? assert.fail("No limit was reported.");
    assert.deepEqual(kept, { ...limit, limit: 20, id: before.ratelimits?.[0]?.id });
    assert.deepEqual(fresh, { ...added, id: fresh?.id });
    const none = await unkey.identities.updateIdentity({ identity: "changing", meta: {}, ratelimits: [] });
    assert.deepEqual([none.data.meta, none.data.ratelimits], [undefined, undefined]);
  });
  await record.check("identities.updateIdentity", "answers with the meta that it kept", async () => {
    await unkey.identities.createIdentity({ externalId: "keeping", meta: { plan: "free" } });
    const { data } = await unkey.identities.updateIdentity({ identity: "keeping", ratelimits: [limit] });
    assert.deepEqual(data.meta, { plan: "free" });
  }, "identity-meta");
  await record.check("identities.deleteIdentity", "its keys stay, without it", async () => {
    const { apiId } = (await unkey.apis.createApi({ name: "identities" })).data;
    const ratelimits = [{ ...limit, limit: 1 }];
    const first = (await unkey.identities.createIdentity({ externalId: "leaving", ratelimits })).data.identityId;
    const { key } = (await unkey.keys.createKey({ apiId, externalId: "leaving" })).data;
    const answer = await unkey.identities.deleteIdentity({ identity: "leaving" });
    assert.match(answer.meta.requestId, /^req_/);
    await refused(() => read("leaving"), 404, "unkey/data/identity_not_found");
    for (let count = 0; count < 2; count += 1) {
      const { data } = await unkey.keys.verifyKey({ key });
      assert.deepEqual([data.code, data.identity], ["VALID", undefined]);
    }
    const again = (await unkey.identities.createIdentity({ externalId: "leaving" })).data.identityId;
    assert.notEqual(again, first);
  });
}
