// The story that Keyway exists for, with nothing but a browser: a root key that is valid and is
// refused, finding out why, making three that may do more and less, and reading what was done.
import { accessible, assert, flow, go, signIn, takeSecret } from "./flow.js";

flow("a user with only the browser finds out why a call was refused and makes the root keys that it needs", { phone: true }, async ({ server, page, context, size }) => {
  const { apiId: payments } = await server.call("apis.createApi", { name: "payments" });
  const { apiId: documents } = await server.call("apis.createApi", { name: "documents" });
  const service = await server.call("rootKeys.createKey", { name: "service", roles: ["read_only"] });

  // The service's call.
  const createKey = async (version, apiId, key) => {
    const answer = await fetch(`${server.url}/${version}/keys.createKey`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ apiId, name: "from the service" }),
    });
    return { status: answer.status, challenge: answer.headers.get("www-authenticate"), body: await answer.json() };
  };
  const refused = async (version, apiId, key) => {
    const { status, challenge, body } = await createKey(version, apiId, key);
    const { requestId } = body.meta;
    assert.equal(status, 403);
    assert.match(requestId, /^req_\w+$/);
    assert.deepEqual(body, {
      meta: { requestId },
      error: {
        title: "Forbidden",
        detail: "The authenticated API key does not have permission to perform this operation",
        status: 403,
        type: `${server.url}/docs/api-reference/errors-v2/unkey/authorization/insufficient_permissions`,
      },
    });
    assert.equal(challenge, `Bearer error="insufficient_scope", scope="api.*.create_key api.${apiId}.create_key"`);
    return { requestId, type: body.error.type };
  };
  await refused("v1", payments, service.key);
  const { requestId, type } = await refused("v2", payments, service.key);

  // What the address in the answer says.
  await page.goto(type);
  assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /permission/i);
  await page.getByText("unkey:authorization:insufficient_permissions", { exact: false }).first().waitFor();
  await page.getByRole("heading", { name: "How to fix" }).waitFor();
  await accessible(page);

  // Why it was refused.
  await signIn(server, page);
  await go(page, size, "Explain");
  await page.getByRole("textbox", { name: "Request id" }).fill(requestId);
  await page.getByRole("button", { name: "Explain" }).click();
  const verdict = page.getByTestId("verdict");
  await verdict.waitFor();
  assert.match(await verdict.innerText(), /^Denied/);
  assert.match(await page.getByTestId("remedy-1").innerText(), new RegExp(`api\\.${payments}\\.create_key`));
  assert.match(await page.getByTestId("remedy-2").innerText(), /api\.\*\.create_key/);
  await page.getByRole("main").getByRole("link", { name: "service" }).first().waitFor();
  await accessible(page);

  // Three root keys: one that reads, one for a single API, one for everything.
  const make = async (name, preset, choose) => {
    await go(page, size, "Root keys");
    await page.getByRole("link", { name: "Create root key" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByRole("radio", { name: preset, exact: true }).check();
    await choose?.();
    await page.getByRole("button", { name: "Create root key" }).click();
    const secret = await takeSecret(page);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    return secret;
  };
  const reader = await make("reporting", "Read-only");
  const scoped = await make("payments issuer", "Key issuer", async () => {
    await page.getByRole("radio", { name: "Only these APIs" }).check();
    await page.getByRole("combobox", { name: "Chosen APIs" }).fill("payments");
    await page.getByRole("listbox").getByRole("option").filter({ hasText: "payments" }).click();
    await page.getByTestId(`review-api.${payments}.create_key`).waitFor({ state: "attached" });
    assert.equal(await page.getByTestId("review-api.*.create_key").count(), 0);
    await accessible(page);
  });
  const full = await make("operations", "Full");

  // The same call with each.
  for (const version of ["v1", "v2"]) {
    await refused(version, payments, reader);
    await refused(version, documents, scoped);
    for (const [apiId, key] of [[payments, scoped], [payments, full], [documents, full]]) {
      const { status, body } = await createKey(version, apiId, key);
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal((await server.call("keys.verifyKey", { key: body.data.key })).code, "VALID");
    }
  }
  assert.ok((await server.request("apis.listApis", {}, reader)).status === 200, "it reads");

  // What stands in the audit log.
  await go(page, size, "Audit");
  await page.getByRole("searchbox", { name: "Search the audit log" }).fill("rootKey.create");
  await page.waitForURL((url) => url.searchParams.get("q") === "rootKey.create");
  const rows = page.locator("[data-testid^=row-]");
  await rows.filter({ hasNotText: "rootKey.create" }).first().waitFor({ state: "detached" });
  for (const name of ["reporting", "payments issuer", "operations"]) await rows.filter({ hasText: name }).waitFor();
  await accessible(page);
  await rows.filter({ hasText: "payments issuer" }).getByRole("link").first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("owner@example.com").waitFor();
  await accessible(page);
  const entries = await server.call("auditLogs.listAuditLogs", { events: ["rootKey.create"], limit: 3 });
  assert.deepEqual(entries.map((one) => one.actor.name), Array(3).fill("owner@example.com"));
  await dialog.getByRole("link", { name: "payments issuer" }).click();
  await page.getByRole("heading", { level: 1, name: "payments issuer" }).waitFor();

  // None of the secrets is left in the browser.
  const left = JSON.stringify(await context.storageState()) + (await page.content()) + page.url();
  for (const secret of [reader, scoped, full]) assert.ok(!left.includes(secret), "a secret is left in the browser");
});
