// Keys one by one: made, tested, replaced, shown again, and changed by two people at once.
import { accessible, assert, flow, signIn, signInWithRootKey, visit } from "./flow.js";
import { OWNER, until } from "./server.js";

const HOUR = 3_600_000;

/** What the audit log has of a key, oldest first. */
async function changes(server, keyId) {
  const found = await server.call("auditLogs.listAuditLogs", { targetIds: [keyId] });
  return found.map((one) => one.event).reverse();
}

async function makeKey(server, page, name) {
  await visit(server, page, "keys");
  await page.getByRole("link", { name: "Create key" }).first().click();
  await page.getByLabel("API", { exact: true }).fill("pay");
  await page.getByRole("option", { name: /^payments/ }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create key" }).click();
  return page.getByRole("dialog", { name: "The key is created" });
}

flow("14: a new secret is asked after before it goes, and then it is gone", {}, async ({ server, page }) => {
  await server.call("apis.createApi", { name: "payments" });
  await signIn(server, page);
  const dialog = await makeKey(server, page, "only once");
  const secret = await dialog.getByTestId("secret").innerText();
  assert.equal((await server.call("keys.verifyKey", { key: secret })).code, "VALID");
  const question = dialog.getByRole("alert");

  for (const leave of [
    () => page.keyboard.press("Escape"),
    () => dialog.getByRole("button", { name: "Close", exact: true }).click(),
    () => dialog.getByRole("button", { name: "Done" }).click(),
    () => page.mouse.click(5, 400),
    () => page.goBack({ waitUntil: "commit" }).catch(() => {}),
  ]) {
    assert.equal(await question.count(), 0);
    await leave();
    await question.waitFor();
    // Going back was undone too, before anything else happens.
    await page.waitForURL(/\/keys\/new/);
    assert.equal(await dialog.getByTestId("secret").innerText(), secret);
    await question.getByRole("button", { name: "Go back" }).click();
  }
  const asked = new Promise((resolve) => {
    page.once("dialog", (one) => {
      resolve(one.type());
      void one.dismiss();
    });
  });
  await page.evaluate(() => location.reload());
  assert.equal(await asked, "beforeunload");

  await page.keyboard.press("Escape");
  await accessible(page);
  await question.getByRole("button", { name: "Close anyway" }).click();
  await page.getByRole("heading", { level: 1, name: /only once/ }).waitFor();
  await accessible(page);
  const found = await page.evaluate(async (text) => {
    const places = {
      page: document.documentElement.outerHTML + [...document.querySelectorAll("input, textarea")].map((one) => one.value).join("\n"),
      address: location.href,
      history: JSON.stringify(history.state),
      "local storage": JSON.stringify(localStorage),
      "session storage": JSON.stringify(sessionStorage),
      cookies: document.cookie,
      databases: JSON.stringify(await indexedDB.databases()),
      caches: JSON.stringify(await caches.keys()),
      resources: performance.getEntries().map((one) => one.name).join("\n"),
    };
    return Object.entries(places).flatMap(([name, content]) => (content.includes(text) ? [name] : []));
  }, secret);
  assert.deepEqual(found, []);
  await page.goBack();
  await page.waitForURL(/\/keys\/new/);
  assert.ok(!(await page.content()).includes(secret));
});

flow("15: faults that the server finds stand under their fields, and nothing typed is lost", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  await signIn(server, page);
  await visit(server, page, "keys/new");
  await page.getByLabel("API", { exact: true }).fill("pay");
  await page.getByRole("option", { name: /^payments/ }).click();
  await page.getByLabel("Name").fill("kept name");
  await page.getByLabel("Prefix").fill("not-a prefix!");
  await page.getByLabel("External id").fill("kept_user");
  await page.getByRole("button", { name: /^Limits/ }).click();
  await page.getByRole("button", { name: "Add rate limit" }).click();
  await page.getByLabel("Limit name").fill("burst");
  await page.getByLabel("Uses").fill("7");
  await page.getByLabel("Window").fill("500");
  await page.getByLabel("Time unit").selectOption("ms");
  // Folded sections keep what they hold, and open again for their faults.
  await page.getByRole("button", { name: /^Limits/ }).click();
  await page.getByRole("button", { name: "Create key" }).click();

  const wrong = page.locator("[aria-invalid=true]");
  await wrong.nth(2).waitFor();
  assert.deepEqual(await wrong.evaluateAll((all) => all.map((one) => one.ariaLabel ?? one.labels[0].innerText)), ["Prefix (optional)", "Window", "Time unit"]);
  for (const [label, fault] of [["Prefix", /letters from a to z, digits and _/], ["Window", /at least 1 s/]]) {
    const field = page.getByLabel(label);
    assert.equal(await field.getAttribute("aria-invalid"), "true", label);
    const text = await field.evaluate((one) =>
      one
        .getAttribute("aria-describedby")
        .split(" ")
        .map((id) => document.getElementById(id).innerText)
        .join(" "),
    );
    assert.match(text, fault);
    const [below, above] = [await page.getByRole("alert").filter({ hasText: text.split(".")[0] }).first().boundingBox(), await field.boundingBox()];
    assert.ok(below.y >= above.y + above.height && below.y < above.y + above.height + 40, `${label}: the fault is not under it`);
  }
  await until("the first wrong field has the focus", () => page.getByLabel("Prefix").evaluate((one) => one === document.activeElement));
  for (const [label, value] of [["Name (optional)", "kept name"], ["Prefix", "not-a prefix!"], ["External id", "kept_user"], ["Limit name", "burst"], ["Uses", "7"], ["Window", "500"]]) {
    assert.equal(await page.getByLabel(label).inputValue(), value, label);
  }
  await accessible(page);
  assert.equal((await server.call("keys.listKeys", { apiId })).length, 0);

  await page.getByLabel("Prefix").fill("pay");
  await page.getByLabel("Window").fill("5000");
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByTestId("secret").waitFor();
  const [key] = await server.call("keys.listKeys", { apiId });
  assert.equal(key.name, "kept name");
  assert.equal(key.identity.externalId, "kept_user");
  assert.match(key.start, /^pay_/);
  const { ratelimits } = await server.call("keys.getKey", { keyId: key.keyId });
  assert.deepEqual(ratelimits.map(({ name, limit, duration }) => [name, limit, duration]), [["burst", 7, 5000]]);
});

flow("20: a test verification is a dry run", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  const { keyId } = await server.call("keys.createKey", { apiId, name: "ten", credits: { remaining: 10 } });
  await signIn(server, page);
  await visit(server, page, `keys/${keyId}`);
  await page.getByTestId("chart-C1").waitFor();
  const chart = await page.getByTestId("chart-C1").innerText();
  await accessible(page);
  await page.getByRole("link", { name: "Test verify" }).click();
  await accessible(page);
  const test = page.getByRole("button", { name: "Test verify" });
  const verdict = page.getByTestId("verdict");
  await test.click();
  await verdict.waitFor();
  assert.match(await verdict.innerText(), /^VALID \(dry run\)$/);
  await accessible(page);

  await page.getByLabel("Credits it costs").fill("11");
  await test.click();
  await verdict.filter({ hasText: "USAGE_EXCEEDED" }).waitFor();
  await page.getByLabel("Credits it costs").fill("4");
  await page.getByLabel("Permissions").fill("documents.read");
  await test.click();
  await verdict.filter({ hasText: "INSUFFICIENT_PERMISSIONS" }).waitFor();
  await accessible(page);

  const key = await server.call("keys.getKey", { keyId });
  assert.equal(key.credits.remaining, 10);
  assert.equal(key.lastUsedAt ?? null, null);
  await page.getByRole("link", { name: "Overview" }).click();
  assert.equal(await page.getByTestId("chart-C1").innerText(), chart);
  await page.getByText("10 left").waitFor();
});

flow("21: a reroll with an overlap gives a second secret while the first one lasts", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  const { keyId, key: before } = await server.call("keys.createKey", { apiId, name: "rolling", prefix: "pay" });
  await signIn(server, page);
  await visit(server, page, `keys/${keyId}`);
  await page.getByRole("button", { name: "Reroll key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("The old key stays valid for").selectOption("1 hour");
  await accessible(page);
  const start = Date.now();
  await dialog.getByRole("button", { name: "Reroll key" }).click();
  const after = await dialog.getByTestId("secret").innerText();
  await accessible(page);
  assert.notEqual(after, before);
  assert.match(after, /^pay_/);
  for (const key of [before, after]) assert.equal((await server.call("keys.verifyKey", { key })).code, "VALID");
  const { expires } = await server.call("keys.getKey", { keyId });
  assert.ok(expires >= start + HOUR - 1000 && expires <= Date.now() + HOUR + 1000, `it ends at ${expires}, rerolled at ${start}`);

  await dialog.getByLabel("I stored it").click();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.ok(!(await page.content()).includes(after));
  await page.getByText(/Expires soon/).first().waitFor();
  await visit(server, page, "keys");
  await page.getByText("2 keys", { exact: true }).waitFor();
  assert.equal(await page.getByRole("row", { name: /rolling/ }).count(), 2);
  assert.deepEqual(await changes(server, keyId), ["key.create", "key.reroll"]);
});

flow("22: a stored secret is shown to those who may decrypt it, after their own secret", { clock: true }, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  await server.call("apis.updateApi", { apiId, storeEncryptedKeys: true });
  const { keyId, key } = await server.call("keys.createKey", { apiId, name: "stored", recoverable: true });
  const { key: limited } = await server.call("rootKeys.createKey", {
    name: "reader",
    permissions: ["api.*.read_api", "api.*.read_key", "audit_log.*.read_audit_log"],
  });

  await signInWithRootKey(server, page, limited);
  await visit(server, page, `keys/${keyId}`);
  const reveal = page.getByRole("button", { name: "Reveal" });
  await reveal.waitFor();
  assert.equal(await reveal.getAttribute("aria-disabled"), "true");
  await reveal.focus();
  await page.getByRole("tooltip").filter({ hasText: `api.${apiId}.decrypt_key` }).waitFor();
  await accessible(page);
  await page.keyboard.press("Enter");
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.deepEqual(await changes(server, keyId), ["key.create"]);

  await page.context().clearCookies();
  await signIn(server, page);
  await visit(server, page, `keys/${keyId}`);
  server.advance(11 * 60);
  await reveal.click();
  const again = page.getByRole("dialog", { name: "Confirm that it is you" });
  await again.waitFor();
  await accessible(page);
  await again.getByLabel("Password").fill("certainly not this one");
  await again.getByRole("button", { name: "Confirm" }).click();
  await again.getByTestId("error-card").waitFor();
  assert.deepEqual(await changes(server, keyId), ["key.create"]);
  await again.getByLabel("Password").fill(OWNER.password);
  await again.getByRole("button", { name: "Confirm" }).click();
  const shown = page.getByRole("dialog", { name: "The secret of this key" });
  await shown.waitFor();
  assert.equal(await shown.getByTestId("secret").innerText(), key);
  await accessible(page);
  assert.deepEqual(await changes(server, keyId), ["key.create", "key.reveal"]);
  const [entry] = await server.call("auditLogs.listAuditLogs", { targetIds: [keyId], events: ["key.reveal"] });
  assert.equal(entry.actor.type, "user");
  await shown.getByRole("button", { name: "Done" }).click();
  await shown.waitFor({ state: "detached" });
  assert.ok(!(await page.content()).includes(key));
});

flow("40: of two who change one key, the second one sees what the first one did", {}, async ({ server, page, context }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  const { keyId } = await server.call("keys.createKey", { apiId, name: "first name", meta: { plan: "free" } });
  await signIn(server, page);
  const other = await context.newPage();
  const save = (tab) => tab.getByRole("button", { name: "Save changes" }).click();
  const edit = async (tab, name) => {
    await tab.goto(`${server.url}/ui/default/keys/${keyId}?tab=metadata`);
    await tab.getByLabel("Name").fill(name);
  };
  const nameNow = async () => (await server.call("keys.getKey", { keyId })).name;

  await edit(page, "my name");
  await edit(other, "their name");
  await other.getByLabel("Metadata").fill('{"plan": "pro"}');
  await save(other);
  await until("their name is saved", async () => (await nameNow()) === "their name");

  // The page may read the key anew when it is looked at; what was typed must stay.
  await page.bringToFront();
  await save(page);
  const dialog = page.getByRole("dialog", { name: "Somebody else changed this key" });
  await dialog.waitFor();
  await accessible(page);
  const row = dialog.getByRole("row", { name: /^name/ });
  assert.deepEqual(await row.getByRole("cell").allInnerTexts(), ["my name", "their name"]);
  await dialog.getByText(/They also changed meta/).waitFor();
  assert.equal(await nameNow(), "their name");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Name").inputValue(), "my name");

  await other.getByLabel("Name").fill("their second name");
  await save(page);
  await dialog.getByRole("button", { name: "Save mine over theirs" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1, name: /my name/ }).waitFor();
  assert.equal(await nameNow(), "my name");
  assert.deepEqual((await server.call("keys.getKey", { keyId })).meta, { plan: "pro" });

  await page.getByLabel("Name").fill("my second name");
  await other.bringToFront();
  await save(other);
  const theirs = other.getByRole("dialog", { name: "Somebody else changed this key" });
  await theirs.getByRole("button", { name: "Take theirs" }).click();
  await theirs.waitFor({ state: "detached" });
  await other.getByRole("heading", { level: 1, name: /my name/ }).waitFor();
  await until("the form has the name of the other", async () => (await other.getByLabel("Name").inputValue()) === "my name");
  assert.equal(await nameNow(), "my name");

  await page.bringToFront();
  await save(page);
  await page.getByRole("heading", { level: 1, name: /my second name/ }).waitFor();
  assert.equal(await dialog.count(), 0, "nobody else has changed it meanwhile");
  assert.equal(await nameNow(), "my second name");
});
