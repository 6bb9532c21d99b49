// What pages say when something is missing: analytics, or the workspace itself.
import { accessible, assert, callFromPage, flow, signIn, visit } from "./flow.js";

/** Fails if something turns, or is said to be on its way, and never comes. */
async function comesToRest(page) {
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .animate-spin"));
}

flow("32: without analytics charts say so, and everything else works", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  const { key, keyId } = await server.call("keys.createKey", { apiId, name: "shop" });
  await server.call("keys.verifyKey", { key });
  await signIn(server, page);
  await visit(server, page, "apis");
  await page.getByTestId(`row-${apiId}`).getByRole("link", { name: "payments" }).click();
  await page.getByRole("link", { name: "Usage" }).click();
  await page.waitForURL(new RegExp(`/apis/${apiId}$`));
  const charts = page.locator("[data-testid^=chart-]");
  await charts.first().waitFor();
  await accessible(page);
  assert.ok((await charts.count()) >= 1, "the charts of the page have their places");
  for (const text of await charts.allInnerTexts()) {
    assert.match(text, /^No analytics yet/);
    assert.doesNotMatch(text, /\d/, "a chart without data tells a number");
  }
  await comesToRest(page);

  await page.getByRole("main").getByRole("link", { name: "Keys", exact: true }).click();
  await page.getByTestId(`row-${keyId}`).getByText("shop").waitFor();
  await comesToRest(page);
  await accessible(page);
  for (const path of ["", `keys/${keyId}`]) {
    await visit(server, page, path);
    await accessible(page);
    await comesToRest(page);
  }
});

flow("34: a workspace that the owner has disabled can be looked at and enabled again", {}, async ({ server, page }) => {
  const { workspaceId, rootKey } = await server.call("workspaces.createWorkspace", { name: "Labs", slug: "labs" });
  const { apiId } = await server.call("apis.createApi", { name: "prototype" }, rootKey);
  const { key } = await server.call("keys.createKey", { apiId, name: "first" }, rootKey);
  await signIn(server, page);
  await visit(server, page, "settings/workspace", "labs");
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: "Disable" }).click();
  const banner = page.getByRole("status").filter({ hasText: "This workspace is disabled" });
  await banner.waitFor();

  for (const path of ["settings/workspace", "apis", `apis/${apiId}/keys`, "access/roles", "root-keys", "ratelimits", "identities"]) {
    await visit(server, page, path, "labs");
    await banner.waitFor();
    await accessible(page);
  }
  for (const [path, name] of [
    ["apis", "Create API"],
    ["keys", "Create key"],
    ["access/roles", "Create role"],
    ["access/permissions", "Create permission"],
    ["identities", "Create identity"],
    ["root-keys", "Create root key"],
  ]) {
    await visit(server, page, path, "labs");
    const button = page.getByRole("main").getByRole("button", { name, exact: true }).first();
    await button.waitFor();
    assert.equal(await button.getAttribute("aria-disabled"), "true", name);
    const address = page.url();
    await button.click({ force: true });
    assert.equal(page.url(), address, `${name} does something`);
    assert.equal(await page.getByRole("dialog").count(), 0, `${name} opens something`);
  }
  const forced = await callFromPage(page, "apis.createApi", { name: "forced" }, "labs");
  assert.equal(forced.status, 403);
  assert.match(forced.body.error.type, /workspace_disabled$/);

  for (const [operation, body] of [
    ["apis.listApis", {}],
    ["keys.verifyKey", { key }],
    ["apis.createApi", { name: "more" }],
  ]) {
    const refused = await server.request(operation, body, rootKey);
    assert.equal(refused.status, 403, operation);
    assert.match(refused.body.error.type, /unkey\/authorization\/workspace_disabled$/);
  }
  await server.call("apis.listApis");

  await visit(server, page, "apis", "labs");
  await banner.getByRole("link", { name: "Workspace settings" }).click();
  await page.getByRole("button", { name: "Enable", exact: true }).click();
  await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: "Enable" }).click();
  await page.getByText("This workspace is disabled").waitFor({ state: "detached" });
  assert.equal((await server.call("keys.verifyKey", { key }, rootKey)).code, "VALID");
  const log = await server.call("auditLogs.listAuditLogs", { targetIds: [workspaceId] }, rootKey);
  assert.deepEqual(log.slice(0, 2).map((one) => [one.event, one.actor.type]), [
    ["workspace.update", "user"],
    ["workspace.update", "user"],
  ]);
});
