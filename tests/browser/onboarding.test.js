// From nothing to a key that verifies, in the browser alone.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { accessible, assert, flow, go, signIn } from "./flow.js";

const run = promisify(execFile);

flow("13: from no API to a verified key by the first steps", { phone: true }, async ({ server, page, size }) => {
  await signIn(server, page);
  const step = (id) => page.getByTestId(`checklist-${id}`);
  const done = (id) => page.locator(`[data-testid=checklist-${id}][data-done=true]`).waitFor();
  await step("api").waitFor();
  assert.equal(await step("api").getAttribute("data-done"), "false");
  await accessible(page);

  await step("api").getByRole("link", { name: "Create API" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("payments");
  await accessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Create API" }).click();
  await page.waitForURL(/\/apis\/api_[^/]+\/keys$/);
  await page.getByRole("heading", { name: "No keys yet" }).waitFor();
  await accessible(page);

  await go(page, size, "Home");
  await done("api");
  assert.equal(await step("key").getAttribute("data-done"), "false");
  await step("key").getByRole("link", { name: "Create key" }).click();
  await page.getByLabel("API", { exact: true }).fill("pay");
  await page.getByRole("option", { name: /^payments/ }).click();
  await page.getByLabel("Name").fill("first key");
  await accessible(page);
  await page.getByRole("button", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog", { name: "The key is created" });
  const secret = await dialog.getByTestId("secret").innerText();
  await accessible(page);
  await dialog.getByRole("button", { name: "Copy secret" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  await dialog.getByLabel("I stored it").click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("heading", { level: 1, name: /first key/ }).waitFor();

  await go(page, size, "Home");
  await done("key");
  await page.evaluate(() => {
    window.notReloaded = true;
  });
  assert.equal(await step("verify").getAttribute("data-done"), "false");
  await accessible(page);
  const call = await step("verify").locator("pre").first().innerText();
  assert.ok(call.startsWith(`curl ${server.url}/v2/keys.verifyKey`), call);
  const { stdout } = await run("bash", ["-c", call], {
    env: { PATH: process.env.PATH, KEYWAY_ROOT_KEY: server.rootKey, KEYWAY_KEY: secret },
  });
  assert.equal(JSON.parse(stdout).data.code, "VALID", stdout);
  await done("verify");
  assert.equal(await page.evaluate(() => window.notReloaded), true, "the page was loaded again");
  await accessible(page);

  await step("root-key").getByRole("link", { name: "Create root key" }).click();
  await page.getByRole("heading", { level: 1, name: "Create root key" }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("preset"), "verify");
  await go(page, size, "Home");
  await server.call("rootKeys.createKey", { name: "service", permissions: ["api.*.verify_key"] });
  await page.reload();
  await done("root-key");
  await step("sdk").getByRole("button", { name: "Mark as done" }).click();
  await step("api").waitFor({ state: "detached" });
  await accessible(page);
});
