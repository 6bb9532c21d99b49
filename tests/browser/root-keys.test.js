// Root keys: the permission picker, what it refuses, and who must be left.
import { accessible, assert, callFromPage, flow, signIn, signInWithRootKey, takeSecret, visit } from "./flow.js";
import { OWNER } from "./server.js";

/** How many of the APIs that are called `api-…` stand on the page. */
function shownApis(page) {
  return page.evaluate(() => new Set(document.body.innerText.match(/\bapi-\d{3}\b/g)).size);
}

flow("24: a root key for two of 300 APIs works in these two", { phone: true }, async ({ server, page }) => {
  const names = Array.from({ length: 300 }, (_, number) => `api-${String(number + 1).padStart(3, "0")}`);
  const ids = new Map();
  for (let at = 0; at < names.length; at += 20) {
    const some = names.slice(at, at + 20);
    const made = await Promise.all(some.map((name) => server.call("apis.createApi", { name })));
    some.forEach((name, index) => ids.set(name, made[index].apiId));
  }
  await signIn(server, page);
  await visit(server, page, "root-keys");
  await page.getByRole("link", { name: "Create root key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("edge");
  await page.getByRole("radio", { name: "Verify only", exact: true }).check();
  assert.equal(await page.getByTestId("review-api.*.verify_key").count(), 1);
  await page.getByRole("radio", { name: "Only these APIs" }).check();
  const box = page.getByRole("combobox", { name: "Chosen APIs" });
  let most = 0;
  for (const name of ["api-017", "api-251"]) {
    const offered = page.getByRole("listbox").getByRole("option");
    await box.click();
    await offered.first().waitFor();
    most = Math.max(most, await shownApis(page));
    await box.fill(name);
    await offered.filter({ hasText: name }).click();
    await page.getByRole("button", { name: `Remove ${name}` }).waitFor();
  }
  most = Math.max(most, await shownApis(page));
  assert.ok(most >= 2 && most <= 25, `${most} of the 300 APIs were on the page at once`);
  const wanted = ["api-017", "api-251"].map((name) => `api.${ids.get(name)}.verify_key`);
  assert.deepEqual(await page.locator("[data-testid^=review-]").allInnerTexts(), wanted);
  await page.getByText("Can verify keys in 2 APIs, and nothing else.").waitFor();
  await accessible(page);

  await page.getByRole("button", { name: "Create root key" }).click();
  await page.getByTestId("secret").waitFor();
  await accessible(page);
  const secret = await takeSecret(page);
  await page.getByRole("heading", { level: 1, name: "edge" }).waitFor();

  const verified = async (name) => {
    const { key } = await server.call("keys.createKey", { apiId: ids.get(name) });
    return (await server.call("keys.verifyKey", { key }, secret)).code;
  };
  assert.equal(await verified("api-017"), "VALID");
  assert.equal(await verified("api-251"), "VALID");
  assert.equal(await verified("api-018"), "NOT_FOUND");
  assert.deepEqual((await server.call("rootKeys.whoami", {}, secret)).permissions.sort(), wanted.sort());
});

flow("25: an edit of a root key is reviewed as a difference, and the audit log tells the same", {}, async ({ server, page }) => {
  const before = [
    ...["read_api", "create_api", "read_key", "create_key", "update_key", "delete_key", "verify_key"].map((action) => `api.*.${action}`),
    "identity.*.read_identity",
    "identity.*.create_identity",
    "rbac.*.read_role",
  ];
  const { keyId } = await server.call("rootKeys.createKey", { name: "worker", permissions: before });
  await signIn(server, page);
  await visit(server, page, `root-keys/${keyId}`);
  await page.getByRole("button", { name: /^Keys/ }).click();
  await page.getByTestId("perm-api.*.delete_key").click();
  await page.getByRole("button", { name: /^Identities/ }).click();
  await page.getByTestId("perm-identity.*.create_identity").click();
  await page.getByRole("button", { name: /^Roles and permissions/ }).click();
  await page.getByTestId("perm-rbac.*.read_permission").click();
  await page.getByText("+1 added").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Review changes" }).click();
  const dialog = page.getByRole("dialog");
  const diff = async (kind) => (await dialog.getByTestId(`diff-${kind}`).allInnerTexts()).map((text) => text.split("\n").at(-1)).sort();
  const added = ["rbac.*.read_permission"];
  const removed = ["api.*.delete_key", "identity.*.create_identity"];
  assert.deepEqual(await diff("added"), added);
  assert.deepEqual(await diff("removed"), removed);
  await dialog.getByText("8 kept").waitFor();
  await accessible(page);
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.waitFor({ state: "detached" });

  const after = [...before.filter((one) => !removed.includes(one)), ...added].sort();
  assert.deepEqual((await server.call("rootKeys.getKey", { keyId })).permissions.sort(), after);
  const [entry] = await server.call("auditLogs.listAuditLogs", { targetIds: [keyId] });
  const change = entry.changes.find((one) => one.field === "permissions");
  assert.deepEqual([...change.before].sort(), [...before].sort());
  assert.deepEqual([...change.after].sort(), after);

  await page.getByRole("link", { name: "Changes" }).click();
  await page.getByTestId(`row-${entry.id}`).getByText("rootKey.update").waitFor();
  await accessible(page);
  await visit(server, page, `audit?target=${keyId}`);
  await page.getByTestId(`row-${entry.id}`).getByRole("link").first().click();
  await page.getByTestId("diff-added").first().waitFor();
  const told = async (kind) => (await page.getByTestId(`diff-${kind}`).allInnerTexts()).map((text) => text.split("\n").at(-1)).sort();
  assert.deepEqual(await told("added"), added);
  assert.deepEqual(await told("removed"), removed);
  await accessible(page);
});

flow("26: nobody grants what they lack, not even past the page", {}, async ({ server, page }) => {
  const { permissions } = await server.call("rootKeys.whoami");
  const held = permissions.filter((one) => one !== "api.*.delete_key");
  const { key } = await server.call("rootKeys.createKey", { name: "almost all", permissions: held });
  await signInWithRootKey(server, page, key);
  await visit(server, page, "root-keys/new");
  await page.getByRole("button", { name: /^Keys/ }).click();
  const box = page.getByTestId("perm-api.*.delete_key");
  await box.waitFor();
  assert.equal(await box.isDisabled(), true);
  await page.getByText("You don’t hold api.*.delete_key, so you can’t grant it.").waitFor();
  await box.click({ force: true });
  assert.equal(await box.getAttribute("aria-checked"), "false");
  await page.getByRole("radiogroup", { name: "Access to Keys" }).getByRole("radio", { name: "Write" }).click();
  assert.equal(await page.getByTestId("review-api.*.create_key").count(), 1);
  assert.equal(await page.getByTestId("review-api.*.delete_key").count(), 0);
  await accessible(page);

  const forced = await callFromPage(page, "rootKeys.createKey", { name: "forced", permissions: ["api.*.delete_key"] });
  assert.equal(forced.status, 403);
  assert.match(forced.body.error.type, /insufficient_permissions$/);
  const names = (await server.call("rootKeys.listKeys")).map((one) => one.name);
  assert.ok(!names.includes("forced"), names.join());
});

flow("27: the last that can manage root keys can't give that up", { owner: false }, async ({ server, page }) => {
  // Before there is an owner only the bootstrap root key manages root keys. No page offers to sign in
  // with it then, but its session opens all of them.
  const { keyId, permissions } = await server.call("rootKeys.whoami");
  await page.goto(`${server.url}/ui/setup`);
  const signedIn = await page.evaluate(async (rootKey) => {
    const headers = { "content-type": "application/json" };
    return (await fetch("rpc/session.signIn", { method: "POST", headers, body: JSON.stringify({ rootKey }) })).status;
  }, server.rootKey);
  assert.equal(signedIn, 200);
  await visit(server, page, `root-keys/${keyId}`);
  await page.getByRole("button", { name: /^Root keys/ }).click();
  await page.getByTestId("perm-root_key.*.update_root_key").click();
  await page.getByRole("button", { name: "Review changes" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("afterwards you can’t manage root keys any more", { exact: false }).waitFor();
  await dialog.getByRole("button", { name: "Save changes" }).click();
  const refusal = dialog.getByTestId("error-card");
  await refusal.waitFor();
  assert.match(await refusal.innerText(), /last root key that can change root keys/);
  await accessible(page);
  assert.deepEqual((await server.call("rootKeys.whoami")).permissions.sort(), permissions.sort());

  // With an owner it isn't the last any more.
  await server.makeOwner();
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.ok(!(await server.call("rootKeys.whoami")).permissions.includes("root_key.*.update_root_key"));

  // Now the owner is.
  await page.context().clearCookies();
  await signIn(server, page);
  await visit(server, page, "settings/people");
  await page.getByRole("button", { name: `Actions for ${OWNER.email}` }).click();
  await page.getByRole("menuitem", { name: "Change role" }).click();
  await dialog.getByLabel("Role").selectOption("editor");
  await dialog.getByRole("button", { name: "Save" }).click();
  await refusal.waitFor();
  assert.match(await refusal.innerText(), /owner/);
  await accessible(page);
  const people = await callFromPage(page, "users.list", {});
  assert.deepEqual(people.body.data.map((one) => one.role), ["owner"]);
});
