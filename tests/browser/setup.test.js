// The first owner: how an instance gets one, and only one.
import { accessible, assert, flow } from "./flow.js";
import { OWNER } from "./server.js";

flow("1: an instance without an owner says how to get the link, and has no form", { owner: false, phone: true }, async ({ server, page }) => {
  await page.goto(server.url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/ui/setup");
  assert.match(await page.locator("main").innerText(), /keyway admin setup-link/);
  assert.equal(await page.locator("input, textarea, select").count(), 0);
  await accessible(page);
});

flow("2: the setup link makes the owner once, and lasts half an hour", { owner: false, clock: true }, async ({ server, page }) => {
  const first = server.setupLink;
  await page.goto(first);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await accessible(page);
  assert.equal(new URL(page.url()).hash, "", "the token stays in the address");
  await page.getByRole("button", { name: "Create owner" }).click();
  await page.waitForURL(/\/ui\/[a-z0-9-]+\/?$/);
  await accessible(page);

  await page.context().clearCookies();
  await page.goto("about:blank");
  await page.goto(first);
  await page.getByRole("heading", { name: /already used|has been used/i }).waitFor();
});
