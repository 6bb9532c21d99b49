// keys.addPermissions, removePermissions, setPermissions, addRoles, removeRoles, setRoles
import assert from "node:assert/strict";
import { client } from "../refusals.js";

/** @param {import("../harness.js").Results} record @param {import("../harness.js").World} world */
export async function keyAccess(record, world) {
  const unkey = client(world.rootKey);
  const { apiId } = (await unkey.apis.createApi({ name: "key access" })).data;
  const create = async (/** @type {object} */ change = {}) =>
    (await unkey.keys.createKey({ apiId, ...change })).data;
  const { role, roleId, slug, permissionId, takenRole } = world.values;
  const names = (/** @type {{ name: string }[]} */ roles) => roles.map(({ name }) => name);
  const slugs = (/** @type {{ slug: string }[]} */ permissions) => permissions.map(({ slug }) => slug);

  await record.check("keys.addPermissions", "adds to what is there, and creates what is not", async () => {
    const { keyId, key } = await create({ permissions: [slug] });
    const { data } = await unkey.keys.addPermissions({ keyId, permissions: ["added.here", slug] });
    assert.deepEqual(slugs(data), ["added.here", slug]);
    assert.equal(data[1]?.id, permissionId);
    const verified = await unkey.keys.verifyKey({ key, permissions: "added.here" });
    assert.equal(verified.data.code, "VALID");
  });
  await record.check("keys.addPermissions", "takes an id", async () => {
    const { keyId } = await create();
    const { data } = await unkey.keys.addPermissions({ keyId, permissions: [permissionId ?? ""] });
    assert.deepEqual(slugs(data), [slug]);
  }, "rbac-ids");
  await record.check("keys.removePermissions", "leaves the others", async () => {
    const { keyId, key } = await create({ permissions: [slug, "left.alone"] });
    const { data } = await unkey.keys.removePermissions({ keyId, permissions: [slug] });
    assert.deepEqual(slugs(data), ["left.alone"]);
    const verified = await unkey.keys.verifyKey({ key, permissions: slug });
    assert.equal(verified.data.code, "INSUFFICIENT_PERMISSIONS");
  });
  await record.check("keys.removePermissions", "takes an id", async () => {
    const { keyId } = await create({ permissions: [slug] });
    const { data } = await unkey.keys.removePermissions({ keyId, permissions: [permissionId ?? ""] });
    assert.deepEqual(data, []);
  }, "rbac-ids");
  await record.check("keys.setPermissions", "replaces them all, and may leave none", async () => {
    const { keyId } = await create({ permissions: [slug] });
    const set = await unkey.keys.setPermissions({ keyId, permissions: ["set.b", "set.a"] });
    assert.deepEqual(slugs(set.data), ["set.a", "set.b"]);
    const none = await unkey.keys.setPermissions({ keyId, permissions: [] });
    assert.deepEqual(none.data, []);
  });
  await record.check("keys.setPermissions", "takes an id", async () => {
    const { keyId } = await create();
    const { data } = await unkey.keys.setPermissions({ keyId, permissions: [permissionId ?? ""] });
    assert.deepEqual(slugs(data), [slug]);
  }, "rbac-ids");

  await record.check("keys.addRoles", "adds, with what the role allows", async () => {
    const granted = "granted.by.role";
    await unkey.permissions.createRole({ name: "granting role", permissions: [granted] });
    const { keyId, key } = await create({ roles: [role] });
    const { data } = await unkey.keys.addRoles({ keyId, roles: ["granting role"] });
    assert.deepEqual(names(data), [role, "granting role"]);
    assert.deepEqual(slugs(data[1]?.permissions ?? []), [granted]);
    const verified = await unkey.keys.verifyKey({ key, permissions: granted });
    assert.equal(verified.data.code, "VALID");
  });
  await record.check("keys.addRoles", "takes an id", async () => {
    const { keyId } = await create();
    const { data } = await unkey.keys.addRoles({ keyId, roles: [roleId ?? ""] });
    assert.deepEqual(names(data), [role]);
  }, "rbac-ids");
  await record.check("keys.removeRoles", "leaves the others", async () => {
    const { keyId } = await create({ roles: [role, takenRole] });
    const { data } = await unkey.keys.removeRoles({ keyId, roles: [role ?? ""] });
    assert.deepEqual(names(data), [takenRole]);
  });
  await record.check("keys.removeRoles", "takes an id", async () => {
    const { keyId } = await create({ roles: [role] });
    const { data } = await unkey.keys.removeRoles({ keyId, roles: [roleId ?? ""] });
    assert.deepEqual(data, []);
  }, "rbac-ids");
  await record.check("keys.setRoles", "replaces them all, and may leave none", async () => {
    const { keyId } = await create({ roles: [role] });
    const set = await unkey.keys.setRoles({ keyId, roles: [takenRole ?? ""] });
    assert.deepEqual(names(set.data), [takenRole]);
    const none = await unkey.keys.setRoles({ keyId, roles: [] });
    assert.deepEqual(none.data, []);
  });
  await record.check("keys.setRoles", "takes an id", async () => {
    const { keyId } = await create();
    const { data } = await unkey.keys.setRoles({ keyId, roles: [roleId ?? ""] });
    assert.deepEqual(names(data), [role]);
  }, "rbac-ids");
}
