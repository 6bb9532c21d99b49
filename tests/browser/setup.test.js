// The first owner: how an instance gets one, and only one.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, assert, flow, profile, settled, signInWithRootKey, visit } from "./flow.js";
import { BINARY, OWNER } from "./server.js";

const HALF_AN_HOUR = 30 * 60;

flow("1: an instance without an owner says how to get the link, and has no form", { owner: false, phone: true }, async ({ server, page }) => {
  await page.goto(server.url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/ui/setup");
  const text = await page.locator("main").innerText();
  assert.match(text, /keyway admin setup-link/);
  assert.match(text, /server log/i);
  assert.equal(await page.locator("input, textarea, select").count(), 0);
  await accessible(page);

  for (const path of ["ui/sign-in", "ui/default/keys", "ui/"]) {
    await page.goto(`${server.url}/${path}`);
    await page.waitForURL("**/ui/setup");
    await page.getByRole("heading", { name: "Setup is pending" }).waitFor();
  }
});

flow("2: the setup link makes the owner once", { owner: false }, async ({ server, page, context }) => {
  const first = server.setupLink;
  const token = new URL(first).hash.slice(1);
  await page.goto(first);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill("password1234");
  await page.getByLabel("Workspace name").fill("Acme");
  await accessible(page);
  assert.equal(new URL(page.url()).hash, "", "the token stays in the address");
  await page.getByRole("button", { name: "Create owner" }).click();
  await page.getByRole("alert").first().waitFor();
  assert.equal(await page.getByLabel("Password", { exact: true }).getAttribute("aria-invalid"), "true");
  assert.equal(await page.getByLabel("Email").inputValue(), OWNER.email);
  await accessible(page);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner" }).click();
  await page.waitForURL(/\/ui\/default\/?$/);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await accessible(page);
  assert.equal((await server.call("workspaces.getWorkspace")).name, "Acme");

  // Once more by whoever is signed in, and by somebody else.
  const other = await (await profile(server)).newPage();
  for (const tab of [await context.newPage(), other]) {
    await tab.goto(first);
    await tab.getByRole("heading", { name: "This link was already used" }).waitFor();
    assert.equal(await tab.locator("input").count(), 0);
    await accessible(tab);
  }
  await other.context().close();
  const again = await server.rpc("session.setup", { token, email: "second@example.com", password: OWNER.password });
  assert.equal(again.status, 410);
  const told = server.output.split("\n").filter((line) => line.includes(token));
  assert.equal(told.length, 1, "the token is told once, where the link is shown");
});

flow("2: the setup link lasts half an hour, and the command line makes another", { owner: false, clock: true }, async ({ server, page }) => {
  const first = server.setupLink;
  await page.goto(first);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  server.advance(HALF_AN_HOUR + 1);
  await page.getByRole("button", { name: "Create owner" }).click();
  await page.getByRole("alert").filter({ hasText: /expired/ }).waitFor();
  await accessible(page);

  await page.goto("about:blank");
  await page.goto(first);
  await page.getByRole("heading", { name: "This link has expired" }).waitFor();
  assert.equal(await page.locator("input").count(), 0);
  assert.match(await page.locator("main").innerText(), /keyway admin setup-link/);
  await accessible(page);

  const printed = execFileSync(BINARY, ["admin", "setup-link", "--data-dir", join(server.directory, "data")], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const second = printed.trim();
  assert.notEqual(second, first);
  await page.goto("about:blank");
  await page.goto(second.replace(/^https?:\/\/[^/]+/, server.url));
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner" }).click();
  await page.waitForURL(/\/ui\/default\/?$/);
  const events = (await server.call("auditLogs.listAuditLogs", { limit: 100 })).map((one) => one.event);
  assert.equal(events.filter((one) => one === "user.create").length, 1, `${events}`);
});

flow("2: a link that is cut off is told from one that is used", { owner: false }, async ({ server, page }) => {
  await page.goto(server.setupLink.slice(0, -3));
  await page.getByRole("heading", { name: "This link is not valid" }).waitFor();
  await page.goto("about:blank");
  await page.goto(`${server.url}/ui/setup#%E0%A4%A`);
  await page.getByRole("heading", { name: "This link is not valid" }).waitFor();
  await page.goto(`${server.url}/ui/%E0%A4%A/keys/%FF`);
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
});

flow("3: the bootstrap root key of the environment is told nowhere", { env: { KEYWAY_LOG_LEVEL: "trace" } }, async ({ server, page }) => {
  await signInWithRootKey(server, page);
  for (const path of ["", "root-keys", "audit", "settings/sessions", "settings/workspace"]) {
    await visit(server, page, path);
    await settled(page);
    const seen = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href);
    assert.ok(!seen.includes(server.rootKey), `the root key is on ${page.url()}`);
  }
  await server.call("rootKeys.listKeys");
  await server.end();
  assert.ok(server.output.length > 0);
  assert.ok(!server.output.includes(server.rootKey), "the root key is in the output");
  for (const file of readdirSync(server.directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const content = readFileSync(join(file.parentPath ?? file.path, file.name));
    assert.ok(!content.includes(server.rootKey), `the root key is in ${file.name}`);
  }
});
