// An API that is protected from deletion.
import { accessible, assert, flow, signIn, visit } from "./flow.js";
import { OWNER } from "./server.js";

flow("35: a protected API is deleted only after its protection is off and its name typed", { clock: true }, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  await server.call("apis.updateApi", { apiId, deleteProtection: true });
  const { key } = await server.call("keys.createKey", { apiId, name: "held" });
  assert.equal((await server.request("apis.deleteApi", { apiId })).status, 412);
  await signIn(server, page);
  await visit(server, page, "apis");
  await page.getByTestId(`row-${apiId}`).getByLabel("Protected from deletion").waitFor();
  await page.getByTestId(`row-${apiId}`).getByRole("link", { name: "payments" }).click();
  await page.getByRole("main").getByRole("link", { name: "Settings" }).click();
  const remove = page.getByRole("button", { name: "Delete", exact: true });
  await remove.waitFor();
  assert.equal(await remove.getAttribute("aria-disabled"), "true");
  await remove.focus();
  await page.getByRole("tooltip").filter({ hasText: "Turn off the delete protection first." }).waitFor();
  await accessible(page);
  await page.keyboard.press("Enter");
  assert.equal(await page.getByRole("dialog").count(), 0);

  server.advance(11 * 60);
  await page.getByRole("button", { name: "Turn off protection" }).click();
  await accessible(page);
  await page.getByRole("dialog", { name: "Turn off delete protection?" }).getByRole("button", { name: "Turn off" }).click();
  const again = page.getByRole("dialog", { name: "Confirm that it is you" });
  await again.waitFor();
  await accessible(page);
  assert.equal((await server.request("apis.deleteApi", { apiId })).status, 412);
  await again.getByLabel("Password").fill(OWNER.password);
  await again.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Delete protection is off", { exact: true }).first().waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.locator("button[aria-disabled]", { hasText: "Delete" }).waitFor({ state: "detached" });
  await remove.click();
  const dialog = page.getByRole("dialog", { name: "Delete payments?" });
  await dialog.getByText(/All of its keys \(1\)/).waitFor();
  await accessible(page);
  await dialog.getByLabel(/^Type payments/).fill("payment");
  await page.keyboard.press("Enter");
  assert.equal(await dialog.getByRole("button", { name: "Delete" }).getAttribute("aria-disabled"), "true");
  assert.equal((await server.call("keys.verifyKey", { key })).code, "VALID");
  await dialog.getByLabel(/^Type payments/).fill("payments");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "No APIs yet" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/ui/default/apis");
  await accessible(page);
  assert.equal((await server.request("apis.getApi", { apiId })).status, 404);
  assert.equal((await server.call("keys.verifyKey", { key })).code, "NOT_FOUND");
  const told = await server.call("auditLogs.listAuditLogs", { targetIds: [apiId] });
  assert.deepEqual(told.map((one) => one.event).reverse(), ["api.create", "api.update", "key.create", "api.update", "api.delete"]);
  await page.goto(`${server.url}/ui/default/apis/${apiId}/settings`);
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await accessible(page);
});
