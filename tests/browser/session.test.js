// Signing in, what a session may do, and how it ends.
import { accessible, assert, flow, settled, signIn, signInWithRootKey, visit } from "./flow.js";
import { OWNER } from "./server.js";

const HOUR = 3600;
const QUARTER_OF_AN_HOUR = HOUR / 4;
const WRONG = "not the right password";

async function trySignIn(page, email, password) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  const answered = page.waitForResponse((response) => response.url().endsWith("/session.signIn"));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  return answered;
}

async function events(server, ...names) {
  const entries = await server.call("auditLogs.listAuditLogs", { limit: 100 });
  return entries.filter((one) => names.includes(one.event));
}

/** The session's cookie as a `cookie` header, and what its pages know. */
async function credentials(server, page) {
  const cookies = await page.context().cookies();
  const { name, value } = cookies.find((one) => one.name.endsWith("keyway_session"));
  const cookie = `${name}=${value}`;
  const state = await server.rpc("session.get", {}, { cookie });
  return { cookie, value, csrf: state.body.data.session.csrf };
}

flow("4: a wrong password is refused as an unknown address is, and the right one leads home", { clock: true, phone: true }, async ({ server, page }) => {
  await page.goto(`${server.url}/ui/sign-in`);
  await accessible(page);
  const messages = [];
  for (const [email, password] of [[OWNER.email, WRONG], ["nobody@example.com", WRONG]]) {
    const answer = await trySignIn(page, email, password);
    assert.equal(answer.status(), 401);
    messages.push((await page.getByRole("alert").innerText()).replaceAll(/req_\w+/g, "req"));
    assert.equal(await page.getByLabel("Email").inputValue(), email);
    await accessible(page);
  }
  assert.equal(messages[0], messages[1]);
  const took = async (email) => {
    const start = performance.now();
    assert.equal((await server.rpc("session.signIn", { email, password: WRONG })).status, 401);
    return performance.now() - start;
  };
  // A busy machine makes some answers slower, none quicker: the quickest of three tell what the work is.
  const [known, unknown] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    known.push(await took(OWNER.email));
    unknown.push(await took("nobody@example.com"));
    server.advance(QUARTER_OF_AN_HOUR + 1);
  }
  const [quick, other] = [Math.min(...known), Math.min(...unknown)];
  assert.ok(quick < 4 * other && other < 4 * quick, `a known address took ${quick} ms, an unknown one ${other} ms`);

  await trySignIn(page, OWNER.email, OWNER.password);
  await page.waitForURL(/\/ui\/default\/?$/);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await accessible(page);
  assert.equal((await events(server, "session.sign_in_failed")).length, 8);
  const [entry] = await events(server, "session.sign_in");
  assert.equal(entry.actor.name, OWNER.email);
  const failures = JSON.stringify(await events(server, "session.sign_in_failed"));
  assert.ok(!failures.includes("nobody@example.com") && failures.includes("sha256:"), "an address stands in the log as it was typed");
});

flow("5: after five failures everybody waits, is told how long, and gets in afterwards", {}, async ({ server, page }) => {
  await page.goto(`${server.url}/ui/sign-in`);
  for (let time = 1; time <= 5; time += 1) {
    const answer = await trySignIn(page, OWNER.email, WRONG);
    assert.equal(answer.status(), 401, `try ${time}`);
  }
  const sixth = await trySignIn(page, OWNER.email, OWNER.password);
  assert.equal(sixth.status(), 429);
  const seconds = Number(sixth.headers()["retry-after"]);
  assert.ok(seconds >= 1 && seconds <= 60, `retry-after is ${seconds}`);
  await page.getByRole("status").filter({ hasText: /try again in \d+ s/ }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Sign in", exact: true }).getAttribute("aria-disabled"), "true");
  await accessible(page);
  await page.getByRole("status").filter({ hasText: /try again in/ }).waitFor({ state: "detached" });
  await trySignIn(page, OWNER.email, OWNER.password);
  await page.waitForURL(/\/ui\/default\/?$/);
});

flow("6: a root key that only verifies sees what it lacks", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  const { key } = await server.call("rootKeys.createKey", { name: "gateway", permissions: [`api.${apiId}.verify_key`] });
  await signInWithRootKey(server, page, key);
  await accessible(page);
  await visit(server, page, "root-keys");
  const card = page.getByTestId("no-permission");
  await card.waitFor();
  assert.match(await card.innerText(), /root_key\.\*\.read_root_key/);
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Root keys/ });
  await link.getByTestId("lock").waitFor();
  assert.match(await link.textContent(), /no permission/);
  await accessible(page);
  const { cookie, csrf } = await credentials(server, page);
  const refused = await server.rpc("rootKeys.listKeys", {}, { cookie, "x-keyway-csrf": csrf });
  assert.equal(refused.status, 403);
  assert.match(refused.headers.get("www-authenticate"), /root_key\.\*\.read_root_key/);

  // Every other place says so too, and none breaks.
  for (const path of ["apis", "keys", "identities", "access/roles", "access/permissions", "ratelimits", "audit", "settings/workspace", "settings/people", "settings/sessions"]) {
    await visit(server, page, path);
    await settled(page);
    await accessible(page);
  }
});

flow("7: the session of a root key ends with the key", { clock: true }, async ({ server, page }) => {
  const ways = {
    disabled: (keyId) => server.call("rootKeys.updateKey", { keyId, enabled: false }),
    deleted: (keyId) => server.call("rootKeys.deleteKey", { keyId }),
    expired: () => server.advance(11 * 60),
  };
  for (const [name, end] of Object.entries(ways)) {
    const expires = Date.now() + 10 * 60_000;
    const { keyId, key } = await server.call("rootKeys.createKey", { name, expires, permissions: ["api.*.read_api", "api.*.read_key"] });
    await signInWithRootKey(server, page, key);
    await visit(server, page, "apis");
    await end(keyId);
    const done = Date.now();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Keys", exact: true }).click();
    await page.waitForURL(/\/ui\/sign-in\?/);
    assert.ok(Date.now() - done < 5_000, "the session went on for too long");
    await page.getByRole("status").filter({ hasText: /key disabled/i }).waitFor();
    await accessible(page);
  }
});

flow("10: a call that comes from elsewhere, or isn't a page's, changes nothing and is told in the log", {}, async ({ server, page }) => {
  await signIn(server, page);
  const { cookie, csrf } = await credentials(server, page);
  const body = { name: "forged" };
  const own = { cookie, "x-keyway-csrf": csrf };
  const spoiled = [
    ["from another site", body, { ...own, "sec-fetch-site": "cross-site" }],
    ["from another port", body, { ...own, "sec-fetch-site": "same-site" }],
    ["typed into the address bar", body, { ...own, "sec-fetch-site": "none" }],
    ["without the header", body, { cookie }],
    ["with a made-up header", body, { cookie, "x-keyway-csrf": csrf.replace(/^./, (one) => (one === "A" ? "B" : "A")) }],
    ["as a form", "name=forged", { ...own, "content-type": "application/x-www-form-urlencoded" }],
    ["as several parts", "--x\r\n\r\n", { ...own, "content-type": "multipart/form-data; boundary=x" }],
    ["as plain text", JSON.stringify(body), { ...own, "content-type": "text/plain" }],
  ];
  for (const [what, sent, headers] of spoiled) {
    const answer = await server.rpc("apis.createApi", sent, headers);
    assert.equal(answer.status, 403, what);
    assert.match(answer.body.error.type, /keyway\/session\/csrf$/, what);
  }
  // By a script on one of our own pages, which lacks the header.
  const status = await page.evaluate(async () => {
    const answer = await fetch("/ui/rpc/apis.createApi", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "forged" }),
    });
    return answer.status;
  });
  assert.equal(status, 403);
  assert.deepEqual(await server.call("apis.listApis"), []);
  const told = await events(server, "session.csrf");
  assert.equal(told.length, spoiled.length + 1);
  assert.equal(told[0].actor.name, OWNER.email);
  // It was these things alone that were wrong.
  assert.equal((await server.rpc("apis.createApi", body, own)).status, 200);
});

flow("11: cookies open only the dashboard, and root keys only the public paths", {}, async ({ server, page }) => {
  await signIn(server, page);
  const answers = await page.evaluate(async (rootKey) => {
    const ask = async (path, headers) => {
      const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: "{}" });
      return { status: answer.status, body: await answer.json() };
    };
    return {
      cookie: await ask("/v2/apis.listApis", {}),
      bearer: await ask("/ui/rpc/apis.listApis", { authorization: `Bearer ${rootKey}` }),
    };
  }, server.rootKey);
  assert.equal(answers.cookie.status, 400);
  assert.match(answers.cookie.body.error.type, /authentication\/missing$/);
  assert.equal(answers.bearer.status, 400);
  assert.match(JSON.stringify(answers.bearer.body.error), /authorization/);
  const { cookie, csrf } = await credentials(server, page);
  const both = await server.rpc("apis.listApis", {}, { cookie, "x-keyway-csrf": csrf, authorization: `Bearer ${server.rootKey}` });
  assert.equal(both.status, 400);
});

flow("12: every answer of the dashboard tells the browser to be careful, and no page breaks the policy", {}, async ({ server, page, context }) => {
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const loaded = [];
  page.on("response", (response) => loaded.push(response));
  await signIn(server, page);
  for (const path of ["", "apis", "keys", "keys/new", "root-keys", "root-keys/new", "audit", "settings/sessions"]) {
    await visit(server, page, path);
    await settled(page);
  }
  assert.ok(loaded.length > 20);
  const headersOf = [];
  for (const response of loaded) headersOf.push([response.url(), response.status(), response.headers()]);
  for (const path of ["", "ui", "ui/", "ui/sign-in", "ui/setup", "ui/link", "ui/default/a/b/c", "ui/assets/absent.js", "ui/rpc/absent.operation", "ui/rpc.json"]) {
    const answer = await fetch(`${server.url}/${path}`, { redirect: "manual" });
    if (path !== "") headersOf.push([`${server.url}/${path}`, answer.status, Object.fromEntries(answer.headers)]);
    else assert.equal(answer.headers.get("location"), "ui/");
  }
  headersOf.push(["a refused call", 403, Object.fromEntries((await server.rpc("apis.listApis", {}, { "sec-fetch-site": "cross-site" })).headers)]);
  headersOf.push(["a call of nobody", 401, Object.fromEntries((await server.rpc("apis.listApis")).headers)]);
  for (const [url, status, headers] of headersOf) {
    if (status === 304) continue;
    const policy = headers["content-security-policy"] ?? "";
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
      assert.ok(policy.split(/; ?/).includes(part), `${url} lacks ${part}: ${policy}`);
    }
    assert.ok(!policy.includes("unsafe"), url);
    assert.equal(headers["content-security-policy-report-only"], undefined, url);
    assert.equal(headers["x-content-type-options"], "nosniff", url);
    assert.equal(headers["referrer-policy"], "no-referrer", url);
    assert.equal(headers["cross-origin-opener-policy"], "same-origin", url);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin", url);
    for (const what of ["camera", "microphone", "geolocation", "payment", "usb"]) {
      assert.ok(headers["permissions-policy"].includes(`${what}=()`), url);
    }
    assert.equal(headers["strict-transport-security"], undefined, "the address of this server is not https");
    const cache = headers["cache-control"];
    if (/\/ui\/(rpc\/|setup|sign-in|link)/.test(url)) assert.equal(cache, "no-store", url);
    else if (status === 200 && url.includes("/ui/assets/")) assert.match(cache, /immutable/, url);
    else if (status === 200 && !url.endsWith("rpc.json")) assert.match(cache, /no-cache|no-store/, url);
  }
});

flow("41: when the session has ended, the form that was half filled is still there after signing in again", { clock: true, phone: true }, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  await signIn(server, page);
  await visit(server, page, `keys/new?api=${apiId}`);
  await page.getByLabel("Name").fill("Half filled");
  await page.getByRole("button", { name: /^Life/ }).click();
  await page.getByLabel("Metadata").fill('{ "plan": "team" }');
  server.advance(12 * HOUR + 1);
  await page.getByRole("button", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await dialog.waitFor();
  await accessible(page);
  assert.equal(await dialog.getByLabel("Email").inputValue(), OWNER.email);
  await dialog.getByLabel("Password").fill(WRONG);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await dialog.getByRole("alert").waitFor();
  await page.keyboard.press("Escape");
  await dialog.getByLabel("Password").fill(OWNER.password);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Name").inputValue(), "Half filled");
  assert.deepEqual(JSON.parse(await page.getByLabel("Metadata").inputValue()), { plan: "team" });
  await page.getByText("Nothing was done, because your session had ended.").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByTestId("secret").waitFor();
  const [made, ...others] = await server.call("keys.listKeys", { apiId });
  assert.equal(others.length, 0, "the first try made a key too");
  assert.equal(made.name, "Half filled");
  assert.deepEqual(made.meta, { plan: "team" });
});

flow("41: a root key's session ends after an hour, and opening a page again comes back to it", { clock: true }, async ({ server, page }) => {
  await server.call("apis.createApi", { name: "payments" });
  await signInWithRootKey(server, page);
  await visit(server, page, "apis?new=1");
  await page.getByRole("dialog").getByLabel("Name").fill("documents");
  server.advance(HOUR + 1);
  await page.getByRole("dialog").getByRole("button", { name: "Create API" }).click();
  const again = page.getByRole("dialog", { name: "Your session has ended" });
  await again.getByLabel("Root key").fill(server.rootKey);
  await again.getByRole("button", { name: "Sign in", exact: true }).click();
  await again.waitFor({ state: "detached" });
  const form = page.getByRole("dialog", { name: "Create an API" });
  assert.equal(await form.getByLabel("Name").inputValue(), "documents");
  await form.getByRole("button", { name: "Create API" }).click();
  await page.waitForURL(/\/apis\/api_/);

  server.advance(HOUR + 1);
  await page.goto(`${server.url}/ui/default/apis?q=docu`);
  await page.waitForURL(/\/ui\/sign-in\?.*reason=expired/);
  await page.getByRole("status").filter({ hasText: "Your session has ended" }).waitFor();
  await accessible(page);
  await page.getByRole("tab", { name: "Root key" }).click();
  await page.getByRole("tabpanel").getByLabel("Root key").fill(server.rootKey);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/ui\/default\/apis\?q=docu$/);
  await page.getByRole("row").filter({ hasText: "documents" }).waitFor();
});

flow("42: an open page outlives a server that is killed, and goes on by itself", { phone: true }, async ({ server, page, context }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  await signIn(server, page);
  await visit(server, page, `keys/new?api=${apiId}`);
  await page.getByLabel("Name").fill("Written before");
  const list = await context.newPage();
  await visit(server, list, "apis");
  await list.getByRole("link", { name: "payments" }).waitFor();

  await server.end("SIGKILL");
  const banner = page.getByRole("status").filter({ hasText: "The server doesn’t answer" });
  await page.getByRole("button", { name: "Create key" }).click();
  await banner.waitFor();
  await page.getByRole("alert").filter({ hasText: "The server did not answer" }).waitFor();
  await accessible(page);
  await list.getByRole("searchbox", { name: "Search APIs" }).fill("pay");
  await list.getByRole("status").filter({ hasText: "The server doesn’t answer" }).waitFor();
  await accessible(list);
  await page.getByLabel("Name").fill("Written while it was away");

  await server.start();
  await banner.waitFor({ state: "detached" });
  await list.getByRole("status").filter({ hasText: "The server doesn’t answer" }).waitFor({ state: "detached" });
  await list.getByRole("link", { name: "payments" }).waitFor();
  assert.equal(await list.getByTestId("error-card").count(), 0);
  assert.equal(await page.getByLabel("Name").inputValue(), "Written while it was away");
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByTestId("secret").waitFor();
  const [made, ...others] = await server.call("keys.listKeys", { apiId });
  assert.equal(others.length, 0);
  assert.equal(made.name, "Written while it was away");
});

flow("a sign-out ends all pages of the browser, and later ones ask who is there", {}, async ({ server, page, context }) => {
  await signIn(server, page);
  await visit(server, page, "keys");
  const second = await context.newPage();
  await visit(server, second, "apis");
  await second.getByRole("button", { name: /^Account/ }).click();
  await second.getByRole("menuitem", { name: "Sign out" }).click();
  for (const tab of [second, page]) {
    await tab.waitForURL(/\/ui\/sign-in\?reason=signed_out$/);
    await tab.getByRole("status").filter({ hasText: "You are signed out." }).waitFor();
    await accessible(tab);
  }
  assert.deepEqual((await context.cookies()).filter((one) => one.name.includes("keyway_session")), []);
  await page.goBack().catch(() => {});
  await page.goto(`${server.url}/ui/default/keys?q=abc`);
  await page.waitForURL((url) => url.pathname === "/ui/sign-in" && url.searchParams.get("to") === "/default/keys?q=abc");
  assert.equal((await events(server, "session.sign_out")).length, 1);
});

flow("signing out of a session that has ended elsewhere, or with no server, is no surprise", {}, async ({ server, page }) => {
  await signIn(server, page);
  const signOut = async () => {
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
  };
  await server.end("SIGKILL");
  await signOut();
  await page.getByText("You are still signed in").waitFor();
  await server.start();
  await page.getByRole("status").filter({ hasText: "The server doesn’t answer" }).waitFor({ state: "detached" });
  const { cookie, csrf } = await credentials(server, page);
  assert.equal((await server.rpc("session.signOut", {}, { cookie, "x-keyway-csrf": csrf })).status, 200);
  await signOut();
  await page.waitForURL(/\/ui\/sign-in\?reason=/);
  await page.getByLabel("Password").waitFor();
});
