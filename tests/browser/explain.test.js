// Explain: why something was denied, and the smallest change that helps.
import { spawnSync } from "node:child_process";
import { accessible, assert, flow, signIn, signInWithRootKey, visit } from "./flow.js";
import { BINARY } from "./server.js";

/** What `keyway explain` says, and how it exits. */
function cli(server, ...words) {
  const env = { PATH: process.env.PATH, HOME: server.directory, KEYWAY_URL: server.url, KEYWAY_ROOT_KEY: server.rootKey };
  const { status, stdout, stderr } = spawnSync(BINARY, ["explain", ...words, "--no-input", "--json"], { env, encoding: "utf8" });
  assert.ok(stdout, stderr);
  return { status, answer: JSON.parse(stdout).data };
}

flow("28: a denied verification is explained by its request id, and the remedy works", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "documents" });
  const { roleId } = await server.call("permissions.createRole", { name: "reader", permissions: ["documents.read"] });
  await server.call("permissions.createRole", { name: "everything", permissions: ["documents.read", "documents.write", "billing.read"] });
  const { key, keyId } = await server.call("keys.createKey", { apiId, name: "report" });
  const verify = async () => (await server.request("keys.verifyKey", { key, permissions: "documents.read" })).body;
  const denied = await verify();
  assert.equal(denied.data.code, "INSUFFICIENT_PERMISSIONS");

  await signIn(server, page);
  await page.getByRole("link", { name: "Explain", exact: true }).click();
  await page.getByRole("textbox", { name: "Request id" }).fill(denied.meta.requestId);
  await page.getByRole("button", { name: "Explain" }).click();
  const verdict = page.getByTestId("verdict");
  await verdict.waitFor();
  assert.match(await verdict.innerText(), /^Denied/);
  await page.getByText("Missing", { exact: true }).waitFor();
  const missing = page.locator("section", { has: verdict });
  assert.match(await missing.innerText(), /Missing\s+documents\.read/);
  const remedy = page.getByTestId("remedy-1");
  assert.match(await remedy.innerText(), /reader/);
  assert.doesNotMatch(await remedy.innerText(), /everything/);
  await page.waitForURL((url) => url.searchParams.get("request") === denied.meta.requestId);
  await accessible(page);
  const told = cli(server, denied.meta.requestId);
  assert.equal(told.status, 10);
  assert.deepEqual([told.answer.decision, told.answer.missing], ["denied", ["documents.read"]]);
  assert.deepEqual(told.answer.remedies, (await server.call("access.explain", { requestId: denied.meta.requestId })).remedies);

  await remedy.getByRole("link", { name: "Add the role" }).click();
  await page.getByRole("heading", { level: 1, name: "report" }).waitFor();
  await page.getByRole("button", { name: "Review changes" }).click();
  await page.getByRole("dialog").getByTestId("diff-added").getByText("documents.read").waitFor();
  assert.equal((await verify()).data.code, "INSUFFICIENT_PERMISSIONS", "nothing changes before it is saved");
  await accessible(page);
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Effective permissions").waitFor();
  assert.equal((await verify()).data.code, "VALID");
  assert.deepEqual((await server.call("keys.getKey", { keyId })).roles, ["reader"]);
  const usage = await server.call("permissions.getUsage", { roles: [roleId] });
  assert.equal(usage.roles[0].keyCount, 1);
});

flow("29: what a root key lacks is explained from the card, the narrow grant first", {}, async ({ server, page, context }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  const { key, keyId } = await server.call("rootKeys.createKey", { name: "reader", roles: ["read_only"] });
  await signInWithRootKey(server, page, key);
  await visit(server, page, `keys/new?api=${apiId}`);
  const card = page.getByTestId("no-permission");
  await card.waitFor();
  assert.match(await card.innerText(), /keys\.createKey/);
  assert.match(await card.innerText(), /\.create_key/);
  await accessible(page);
  await card.getByRole("link", { name: "Why was this denied?" }).click();
  await page.getByTestId("verdict").waitFor();
  assert.match(await page.getByTestId("verdict").innerText(), /^Denied/);
  const asked = new URL(page.url()).searchParams;
  assert.deepEqual([asked.get("operation"), asked.get("resource"), asked.get("rootKey")], ["keys.createKey", apiId, keyId]);
  assert.equal(await page.getByRole("combobox", { name: "Operation" }).inputValue(), "keys.createKey");
  assert.match(await page.getByTestId("remedy-1").innerText(), new RegExp(`api\\.${apiId}\\.create_key`));
  assert.match(await page.getByTestId("remedy-2").innerText(), /api\.\*\.create_key/);
  await accessible(page);

  // Whoever may, follows the remedy to the editor, where the change is filled in.
  const address = page.url();
  await context.clearCookies();
  await signIn(server, page);
  await page.goto(address);
  await page.getByTestId("remedy-1").getByRole("link", { name: "Edit the root key" }).click();
  await page.getByText("A change is filled in below. Nothing changes before you save it.").waitFor();
  await page.getByRole("button", { name: "Review changes" }).click();
  const dialog = page.getByRole("dialog");
  assert.deepEqual(await dialog.getByTestId("diff-added").allInnerTexts(), [`added\napi.${apiId}.create_key`]);
  assert.equal(await dialog.getByTestId("diff-removed").count(), 0);
  assert.equal((await server.request("keys.createKey", { apiId }, key)).status, 403, "nothing changes before it is saved");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal((await server.request("keys.createKey", { apiId }, key)).status, 200);
});
