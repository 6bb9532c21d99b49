// keys.migrateKeys, and keys.verifyKey of what was imported
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { plain, sha256 } from "../harness.js";
import { client } from "../refusals.js";

/** @param {import("../harness.js").Results} record @param {import("../harness.js").World} world */
export async function migrations(record, world) {
  const unkey = client(world.rootKey);
  const { apiId } = (await unkey.apis.createApi({ name: "imported" })).data;
  const secret = () => randomBytes(16).toString("hex");

  await record.check("keys.migrateKeys", "imports hashes and names those it has already", async () => {
    const { migrationId } = await plain(world.rootKey, "migrations.createMigration", {
      name: "from the old database",
      hash: { algorithm: "sha256", encoding: "base64" },
    });
    const [one, two] = [secret(), secret()];
    const imported = { hash: sha256(one), name: "imported", externalId: "user_imported", meta: { old: true }, permissions: ["imported.read"], roles: ["imported role"], credits: { remaining: 2 } };
    const first = await unkey.keys.migrateKeys({ migrationId, apiId, keys: [imported] });
    assert.deepEqual(first.data.failed, []);
    assert.deepEqual(first.data.migrated.map(({ hash }) => hash), [imported.hash]);
    const again = await unkey.keys.migrateKeys({ migrationId, apiId, keys: [imported, { hash: sha256(two) }] });
    assert.deepEqual(again.data.failed, [imported.hash]);
    assert.deepEqual(again.data.migrated.map(({ hash }) => hash), [sha256(two)]);

    const { data } = await unkey.keys.verifyKey({ key: one, permissions: "imported.read" });
    assert.deepEqual([data.code, data.keyId, data.credits], ["VALID", first.data.migrated[0]?.keyId, 1]);
    assert.deepEqual([data.name, data.meta, data.roles], ["imported", { old: true }, ["imported role"]]);
    assert.equal(data.identity?.externalId, "user_imported");
  });
  await record.check("keys.verifyKey", "a key imported by its long token is converted at first use", async () => {
    const { migrationId } = await plain(world.rootKey, "migrations.createMigration", {
      name: "from prefixed keys",
      hash: { algorithm: "prefixed-api-key" },
    });
    const long = secret();
    const key = `old_company_BRTRKFsL_${long}`;
    const hash = createHash("sha256").update(long).digest("hex");
    const { data } = await unkey.keys.migrateKeys({ migrationId, apiId, keys: [{ hash }] });
    assert.equal((await unkey.keys.verifyKey({ key })).data.code, "NOT_FOUND");
    const converted = await unkey.keys.verifyKey({ key, migrationId });
    assert.deepEqual([converted.data.code, converted.data.keyId], ["VALID", data.migrated[0]?.keyId]);
    assert.equal((await unkey.keys.verifyKey({ key })).data.code, "VALID");
  });
}
