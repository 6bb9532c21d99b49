// permissions.*
import assert from "node:assert/strict";
import { client, refused } from "../refusals.js";

/** @param {import("../harness.js").Results} record @param {import("../harness.js").World} world */
export async function permissions(record, world) {
  const unkey = client(world.rootKey);

  await record.check("permissions.createPermission", "creates what getPermission reads", async () => {
    const permission = { name: "Delete documents", slug: "docs:delete.*", description: "For ever" };
    const { data } = await unkey.permissions.createPermission(permission);
    assert.match(data.permissionId, /^perm_\w+$/);
    for (const named of [data.permissionId, permission.slug]) {
      const read = await unkey.permissions.getPermission({ permission: named });
      assert.deepEqual({ ...read.data }, { id: data.permissionId, ...permission });
    }
  });
  await record.check("permissions.getPermission", "has no description if none was given", async () => {
    await unkey.permissions.createPermission({ name: "Bare", slug: "bare" });
    const { data } = await unkey.permissions.getPermission({ permission: "bare" });
    assert.equal(data.description, undefined);
  });
  await record.check("permissions.listPermissions", "the iterator sees every permission once", async () => {
    for (const slug of ["paged.a", "paged.b", "paged.c"]) {
      await unkey.permissions.createPermission({ name: `Paged ${slug}`, slug });
    }
    const seen = [];
    let pages = 0;
    for await (const { result } of await unkey.permissions.listPermissions({ limit: 2, search: "PAGED." })) {
      pages += 1;
      seen.push(...result.data.map(({ slug }) => slug));
      assert.equal(result.pagination.cursor !== undefined, result.pagination.hasMore);
    }
    assert.deepEqual([pages, seen.toSorted()], [2, ["paged.a", "paged.b", "paged.c"]]);
  });
  await record.check("permissions.deletePermission", "takes it from the keys that had it", async () => {
    const { apiId } = (await unkey.apis.createApi({ name: "permissions" })).data;
    const { key } = (await unkey.keys.createKey({ apiId, permissions: ["doomed"] })).data;
    const question = { key, permissions: "doomed" };
    assert.equal((await unkey.keys.verifyKey(question)).data.code, "VALID");
    assert.deepEqual((await unkey.permissions.deletePermission({ permission: "doomed" })).data, {});
    assert.equal((await unkey.keys.verifyKey(question)).data.code, "INSUFFICIENT_PERMISSIONS");
    const again = () => unkey.permissions.deletePermission({ permission: "doomed" });
    await refused(again, 404, "unkey/data/permission_not_found");
  });

  await record.check("permissions.createRole", "creates what getRole reads, with new permissions", async () => {
    const { data } = await unkey.permissions.createRole({
      name: "editor of docs",
      description: "Reads and writes",
      permissions: ["docs.write", "docs.read"],
    });
    assert.match(data.roleId, /^role_\w+$/);
    for (const role of [data.roleId, "Editor of docs"]) {
      const read = (await unkey.permissions.getRole({ role })).data;
      assert.deepEqual([read.id, read.name, read.description], [data.roleId, "editor of docs", "Reads and writes"]);
      assert.deepEqual(read.permissions?.map(({ slug }) => slug).toSorted(), ["docs.read", "docs.write"]);
    }
  });
  await record.check("permissions.getRole", "a role without permissions has an empty list", async () => {
    await unkey.permissions.createRole({ name: "empty role" });
    const { data } = await unkey.permissions.getRole({ role: "empty role" });
    assert.deepEqual([data.permissions, data.description], [[], undefined]);
  }, "role-permissions");
  await record.check("permissions.listRoles", "the iterator sees every role once", async () => {
    for (const name of ["paged role a", "paged role b", "paged role c"]) {
      await unkey.permissions.createRole({ name, permissions: ["paged.a"] });
    }
    const seen = [];
    let pages = 0;
    for await (const { result } of await unkey.permissions.listRoles({ limit: 2, search: "paged role" })) {
      pages += 1;
      seen.push(...result.data.map(({ name }) => name));
      for (const role of result.data) assert.deepEqual(role.permissions?.map(({ slug }) => slug), ["paged.a"]);
    }
    assert.deepEqual([pages, seen.toSorted()], [2, ["paged role a", "paged role b", "paged role c"]]);
  });
  await record.check("permissions.setRolePermissions", "replaces them all, for the keys at once", async () => {
    const { roleId } = (await unkey.permissions.createRole({ name: "changing", permissions: ["old.one"] })).data;
    const { apiId } = (await unkey.apis.createApi({ name: "roles" })).data;
    const { key } = (await unkey.keys.createKey({ apiId, roles: ["changing"] })).data;
    const codes = async () => [
      (await unkey.keys.verifyKey({ key, permissions: "old.one" })).data.code,
      (await unkey.keys.verifyKey({ key, permissions: "new.one" })).data.code,
    ];
    assert.deepEqual(await codes(), ["VALID", "INSUFFICIENT_PERMISSIONS"]);
    const { data } = await unkey.permissions.setRolePermissions({ roleId, permissions: ["new.one"] });
    assert.deepEqual(data.map(({ slug }) => slug), ["new.one"]);
    assert.deepEqual(await codes(), ["INSUFFICIENT_PERMISSIONS", "VALID"]);
    assert.deepEqual((await unkey.permissions.setRolePermissions({ roleId, permissions: [] })).data, []);
  });
  await record.check("permissions.deleteRole", "the role is gone, its permissions stay", async () => {
    await unkey.permissions.createRole({ name: "doomed role", permissions: ["survivor"] });
    assert.deepEqual((await unkey.permissions.deleteRole({ role: "doomed role" })).data, {});
    const get = () => unkey.permissions.getRole({ role: "doomed role" });
    await refused(get, 404, "unkey/data/role_not_found");
    await unkey.permissions.getPermission({ permission: "survivor" });
  });
}
