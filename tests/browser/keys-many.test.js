// Many keys: found among very many, found by their secret, and changed together.
import { accessible, assert, flow, go, signIn, signInWithRootKey, visit } from "./flow.js";
import { until } from "./server.js";
import { firstRow, watch } from "./measure.js";

/** Makes keys, a few at a time. */
async function makeKeys(server, apiId, many) {
  const keys = [];
  for (let from = 0; from < many; from += 10) {
    const part = Array.from({ length: Math.min(10, many - from) }, (_, index) => ({ apiId, name: `key ${from + index}` }));
    keys.push(...(await Promise.all(part.map((body) => server.call("keys.createKey", body)))));
  }
  return keys;
}

/** Everything that the audit log has of an event. */
async function entries(server, event) {
  const all = [];
  let cursor;
  do {
    const { body } = await server.request("auditLogs.listAuditLogs", { events: [event], ...(cursor ? { cursor } : {}) });
    all.push(...body.data);
    cursor = body.pagination?.hasMore ? body.pagination.cursor : undefined;
  } while (cursor);
  return all;
}

flow("16: one identity's keys are found among 100 000, and their address shows them again", { keys: 100_000 }, async ({ server, page }) => {
  await watch(page);
  await signIn(server, page);
  await visit(server, page, "keys");
  const all = await firstRow(page);
  await accessible(page);

  const rows = page.getByRole("row", { name: /bench_user_4711/ });
  assert.equal(await rows.count(), 0);
  const search = page.getByRole("searchbox", { name: "Search keys" });
  await search.focus();
  const start = await page.evaluate(() => performance.now());
  await page.keyboard.insertText("bench_user_4711");
  await rows.nth(9).waitFor();
  const found = (await firstRow(page, "bench_user_4711")) - start;
  console.log(`First row of 100 000 keys: ${all.toFixed(0)} ms after the navigation; found by externalId: ${found.toFixed(0)} ms.`);
  const names = async () => (await page.locator("tbody [data-open]").allInnerTexts()).sort();
  const mine = Array.from({ length: 10 }, (_, index) => `key ${47_110 + index}`);
  assert.deepEqual(await names(), mine);
  assert.equal(new URL(page.url()).searchParams.get("q"), "bench_user_4711");
  await accessible(page);

  await page.reload();
  await rows.nth(9).waitFor();
  assert.deepEqual(await names(), mine);
  assert.equal(await search.inputValue(), "bench_user_4711");

  await search.fill("key 99999");
  await page.getByRole("row", { name: /key 99999/ }).waitFor();
  await search.fill("nobody of that name");
  await page.getByText("No key matches these filters.").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.locator("tbody tr[data-row]").nth(10).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("q"), null);
});

flow("17: a pasted key is found by its hash and kept nowhere", { env: { KEYWAY_LOG_LEVEL: "trace" } }, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  await makeKeys(server, apiId, 3);
  const { key: secret, keyId } = await server.call("keys.createKey", { apiId, name: "the lost one", prefix: "pay" });
  await signIn(server, page);
  await visit(server, page, "keys");
  await page.getByTestId(`row-${keyId}`).waitFor();
  assert.equal(await page.locator("tbody tr[data-row]").count(), 4);
  await page.getByRole("button", { name: "Actions for the lost one" }).click();
  const actions = ["Copy id", "Copy externalId", "Open", "Edit name, identity, metadata", "Credits", "Limits", "Expiry", "Roles & permissions"];
  actions.push("Test verify", "Explain", "Reroll", "Disable", "Delete");
  const shown = await page.getByRole("menuitem").allInnerTexts();
  assert.deepEqual(shown.map((text) => text.split("\n")[0]), actions);
  await page.keyboard.press("Escape");

  const sent = [];
  const addresses = [];
  page.on("request", (request) => {
    addresses.push(request.url());
    if (request.method() === "POST") sent.push([request.url().split("/rpc/")[1], request.postData()]);
  });
  await page.evaluate((text) => navigator.clipboard.writeText(text), secret);
  await page.getByRole("searchbox", { name: "Search keys" }).focus();
  await page.keyboard.press("ControlOrMeta+V");
  await page.getByText("1 key", { exact: true }).waitFor();
  await page.getByTestId(`row-${keyId}`).getByRole("link", { name: "the lost one" }).waitFor();
  await page.getByText(/looked up by its hash/).waitFor();
  await accessible(page);
  assert.deepEqual(
    sent.filter(([, body]) => body.includes(secret)),
    [["keys.whoami", JSON.stringify({ key: secret })]],
  );
  assert.ok(!page.url().includes(secret));
  for (const language of ["curl", "CLI", "TypeScript", "Python"]) {
    await page.getByRole("button", { name: "Copy as" }).click();
    await page.getByRole("menuitem", { name: language, exact: true }).click();
    await page.getByText(`Copied as ${language}`).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /keys\.listKeys/, language);
    assert.ok(!copied.includes(secret), `${language} has the secret`);
  }
  assert.ok(!addresses.some((one) => one.includes(secret)));
  const kept = await page.evaluate(() => [JSON.stringify(history.state), JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join());
  assert.ok(!kept.includes(secret));

  await page.getByTestId(`row-${keyId}`).getByRole("link", { name: "the lost one" }).click();
  await page.getByRole("heading", { level: 1, name: /the lost one/ }).waitFor();
  await page.goBack();
  await page.getByRole("searchbox", { name: "Search keys" }).waitFor();
  assert.equal(await page.getByRole("searchbox", { name: "Search keys" }).inputValue(), "");
  const random = secret.slice("pay_".length);
  await page.getByRole("searchbox", { name: "Search keys" }).fill(`${secret.slice(0, -4)}wxyz`);
  await page.getByText("No key matches these filters.").waitFor();
  await server.end();
  assert.match(server.output, /keys\.whoami|whoami/, "the log tells of the request");
  assert.ok(!server.output.includes(random), "the log has the secret");
});

flow("18: all keys selected and disabled", { phone: true }, async ({ server, page, size }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  const keys = await makeKeys(server, apiId, 3);
  await signIn(server, page);
  await go(page, size, "Keys");
  const rows = page.locator("tbody tr[data-row]");
  await rows.nth(2).waitFor();
  await page.getByRole("checkbox", { name: "Select all rows" }).click();
  const bar = page.getByRole("toolbar", { name: "Selected keys" });
  await bar.getByText("3 selected").waitFor();
  await accessible(page);
  await bar.getByRole("button", { name: "Disable" }).click();
  const dialog = page.getByRole("dialog", { name: "Disable 3 keys?" });
  await accessible(page);
  for (const { key } of keys) assert.equal((await server.call("keys.verifyKey", { key })).code, "VALID");
  await dialog.getByRole("button", { name: "Disable" }).click();
  const done = page.getByRole("dialog", { name: "Disable 3 keys" });
  await done.getByText("3 ok, 0 failed.").waitFor();
  await accessible(page);
  await done.getByRole("button", { name: "Done" }).click();
  await bar.waitFor({ state: "detached" });
  await rows.filter({ hasText: "Disabled" }).nth(2).waitFor();
  await accessible(page);
  for (const { key } of keys) assert.equal((await server.call("keys.verifyKey", { key })).code, "DISABLED");
  const told = await entries(server, "key.update");
  assert.deepEqual(
    told.flatMap((one) => one.resources.filter(({ type }) => type === "key").map(({ id }) => id)).sort(),
    keys.map(({ keyId }) => keyId).sort(),
  );
  assert.ok(told.every((one) => one.actor.type === "user"));
});

flow("19: of 250 selected keys two are deleted meanwhile, and the others get their expiry", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  const keys = await makeKeys(server, apiId, 250);
  await signIn(server, page);
  await visit(server, page, `apis/${apiId}/keys`);
  await page.locator("tbody tr[data-row]").first().waitFor();
  await until("all rows are read", async () => {
    await page.locator("#main").evaluate((main) => main.scrollTo(0, main.scrollHeight));
    return page.getByText("250 keys", { exact: true }).isVisible();
  });
  assert.ok((await page.locator("tbody tr[data-row]").count()) < 100, "rows out of sight are drawn");
  await page.locator("#main").evaluate((main) => main.scrollTo(0, 0));
  await page.getByRole("checkbox", { name: "Select all rows" }).click();
  const bar = page.getByRole("toolbar", { name: "Selected keys" });
  await bar.getByText("250 selected").waitFor();

  const gone = [keys[17].keyId, keys[203].keyId].sort();
  for (const keyId of gone) await server.call("keys.deleteKey", { keyId });
  await bar.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Set expiry" }).click();
  const question = page.getByRole("dialog", { name: "Set the expiry of 250 keys?" });
  await question.getByLabel("Expires").selectOption("In 7 days");
  await accessible(page);
  const steps = [];
  await page.exposeFunction("toldProgress", (value) => steps.push(value));
  await page.evaluate(() => {
    new MutationObserver(() => {
      const bar = document.querySelector("progress");
      if (bar) window.toldProgress(bar.value);
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["value"] });
  });
  const start = Date.now();
  await question.getByRole("button", { name: "Set expiry" }).click();
  const outcome = page.getByRole("dialog", { name: "Set the expiry of 250 keys" });
  await outcome.getByText("248 ok, 2 failed.").waitFor();
  assert.deepEqual([...new Set(steps)], [0, 100, 200, 250]);
  await accessible(page);
  const failures = await outcome.getByRole("listitem").all();
  assert.equal(failures.length, 2);
  const named = [];
  for (const one of failures) {
    named.push(/key_\w+/.exec(await one.innerText())[0]);
    assert.match(await one.innerText(), /There is no key with this id/);
    assert.match(await one.getByTestId("request-id").innerText(), /^req_/);
  }
  assert.deepEqual(named.sort(), gone);

  const week = 7 * 24 * 3_600_000;
  const after = [];
  for (let cursor; ; ) {
    const { body } = await server.request("keys.listKeys", { apiId, ...(cursor ? { cursor } : {}) });
    after.push(...body.data);
    if (!body.pagination.hasMore) break;
    ({ cursor } = body.pagination);
  }
  assert.equal(after.length, 248);
  for (const { expires } of after) assert.ok(expires >= start + week - 1000 && expires <= Date.now() + week);
  assert.equal((await entries(server, "key.update")).length, 248);
  await outcome.getByRole("button", { name: "Done" }).click();
  await page.getByText("248 keys", { exact: true }).waitFor();
  await bar.waitFor({ state: "detached" });
});
