// Roles: what a change of one reaches.
import { accessible, assert, flow, signIn, visit } from "./flow.js";

flow("23: a permission taken from a role is refused to the keys that hold it", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "documents" });
  const { roleId } = await server.call("permissions.createRole", {
    name: "editor",
    permissions: ["documents.read", "documents.write", "documents.share"],
  });
  const keys = [];
  for (const name of ["one", "two", "three", "four"]) {
    keys.push(await server.call("keys.createKey", { apiId, name, roles: ["editor"] }));
  }
  const code = async (permissions) => (await server.call("keys.verifyKey", { key: keys[2].key, permissions })).code;
  assert.equal(await code("documents.write"), "VALID");

  await signIn(server, page);
  await visit(server, page, "access/roles");
  await page.getByTestId(`row-${roleId}`).getByRole("link", { name: "editor" }).click();
  await page.getByRole("heading", { level: 1, name: "editor" }).waitFor();
  await page.getByTestId("perm-documents.write").click();
  await page.getByText("Reaches 4 keys").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Review changes" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("4 keys", { exact: true }).waitFor();
  assert.deepEqual(await dialog.getByTestId("diff-removed").allInnerTexts(), ["removed\ndocuments.write"]);
  assert.equal(await dialog.getByTestId("diff-added").count(), 0);
  assert.match(await dialog.innerText(), /\+0 added · −1 removed · 2 kept/);
  await accessible(page);
  assert.equal(await code("documents.write"), "VALID", "nothing changes before it is saved");

  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("None yet. The role holds 2 permissions.").waitFor();
  assert.equal(await code("documents.write"), "INSUFFICIENT_PERMISSIONS");
  assert.equal(await code("documents.read"), "VALID");
  const { permissions } = await server.call("permissions.getRole", { role: roleId });
  assert.deepEqual(permissions.map((one) => one.slug).sort(), ["documents.read", "documents.share"]);
  const [entry] = await server.call("auditLogs.listAuditLogs", { targetIds: [roleId] });
  assert.equal(entry.event, "authorization.disconnect_role_and_permissions");
  assert.equal(entry.actor.type, "user");
});
