// The dashboard behind a real proxy, below a path, and over plain http from elsewhere.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { accessible, assert, flow, profile, settled } from "./flow.js";
import { freePort, Nginx } from "./nginx.js";
import { OWNER } from "./server.js";

const run = promisify(execFile);
const HOST = "keyway.test";
const port = await freePort();
const origin = `https://${HOST}:${port}`;

/** A profile of a browser that reaches the server through nginx. */
async function behind(server, faults, locations, steps) {
  const nginx = await new Nginx({ host: HOST, port, locations: locations(server.url) }).start();
  try {
    const context = await profile(server, { faults, origin, ignoreHTTPSErrors: true });
    try {
      await steps(await context.newPage(), context, nginx);
    } finally {
      await context.close();
    }
  } finally {
    await nginx.remove();
  }
}

async function signIn(page, base) {
  await page.goto(`${base}/ui/sign-in`);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${base}/ui/default*`);
  await page.locator("h1").first().waitFor();
}

async function sessionCookie(context) {
  return (await context.cookies()).find((one) => one.name.includes("keyway_session"));
}

flow(
  "8: behind a proxy with TLS the cookie is bound to the host, and this machine signs in without",
  { env: { KEYWAY_SERVER_TRUSTED_PROXIES: "127.0.0.1/32" } },
  async ({ server, page, context, faults }) => {
    await behind(server, faults, (url) => `location / { proxy_pass ${url}; }`, async (tab, proxied) => {
      await tab.goto(origin);
      await tab.waitForURL(`${origin}/ui/sign-in`);
      await signIn(tab, origin);
      const cookie = await sessionCookie(proxied);
      assert.equal(cookie.name, "__Host-keyway_session");
      assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.sameSite, cookie.path, cookie.domain], [true, true, "Strict", "/", HOST]);
      assert.ok(cookie.expires > Date.now() / 1000 + 6 * 24 * 3600, "it ends with the browser");
      // Who it was is not the proxy, and what the server saw is https.
      await tab.goto(`${origin}/ui/instance`);
      await tab.getByText("https", { exact: true }).first().waitFor();
      await tab.goto(`${origin}/ui/default/apis?new=1`);
      await tab.getByRole("dialog").getByLabel("Name").fill("payments");
      await tab.getByRole("dialog").getByRole("button", { name: "Create API" }).click();
      await tab.waitForURL(/\/apis\/api_/);
      await tab.getByRole("button", { name: /^Account/ }).click();
      await tab.getByRole("menuitem", { name: "Sign out" }).click();
      await tab.waitForURL(/\/ui\/sign-in/);
      assert.equal(await sessionCookie(proxied), undefined);
    });
    // The same server, straight on this machine.
    await signIn(page, server.url);
    const cookie = await sessionCookie(context);
    assert.equal(cookie.name, "keyway_session");
    assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.sameSite], [false, true, "Strict"]);
    const named = server.url.replace("127.0.0.1", "localhost");
    const other = await profile(server, { faults, origin: named });
    await signIn(await other.newPage(), named);
    await other.close();
  },
);

flow("8: whoever isn't a trusted proxy is not believed about the scheme", {}, async ({ server, faults }) => {
  await behind(server, faults, (url) => `location / { proxy_pass ${url}; }`, async (tab) => {
    await tab.goto(`${origin}/ui/sign-in`);
    await tab.getByRole("heading", { name: "This address is not encrypted" }).waitFor();
    assert.equal(await tab.locator("input").count(), 0);
    assert.match(await tab.locator("main").innerText(), /server\.trusted_proxies/);
  });
  const forged = await server.rpc("session.signIn", { email: OWNER.email, password: OWNER.password }, { "x-forwarded-proto": "https" });
  assert.doesNotMatch(forged.headers.getSetCookie()[0], /__Host-/);
});

flow("9: over plain http from elsewhere there is no field for a password, but the cause and two ways out", { phone: true }, async ({ server, size, faults }) => {
  const http = `http://${HOST}:${new URL(server.url).port}`;
  const context = await profile(server, { size, faults, origin: http });
  const page = await context.newPage();
  for (const path of ["", "/ui/sign-in", "/ui/default/keys", "/ui/link#abc"]) {
    await page.goto("about:blank");
    await page.goto(http + path);
    await page.getByRole("heading", { name: "This address is not encrypted" }).waitFor();
    assert.equal(await page.locator("input").count(), 0, path);
  }
  const text = await page.locator("main").innerText();
  assert.match(text, /plain http/);
  assert.match(text, /X-Forwarded-Proto/);
  assert.match(text, /dashboard\.allow_insecure_http=true/);
  await accessible(page);
  // Nor does the server take one from a page of another version, and it sets no cookie.
  const status = await page.evaluate(async (account) => {
    const answer = await fetch("/ui/rpc/session.signIn", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(account) });
    return answer.status;
  }, OWNER);
  assert.equal(status, 403);
  assert.deepEqual(await context.cookies(), []);
  await context.close();
});

flow("9: plain http from elsewhere can be allowed, and then nobody goes in circles", { env: { KEYWAY_DASHBOARD_ALLOW_INSECURE_HTTP: "true" } }, async ({ server, faults }) => {
  const http = `http://${HOST}:${new URL(server.url).port}`;
  const context = await profile(server, { faults, origin: http });
  const page = await context.newPage();
  await signIn(page, http);
  await page.reload();
  await page.locator("h1").first().waitFor();
  assert.equal(new URL(page.url()).pathname.replace(/\/$/, ""), "/ui/default");
  assert.equal((await sessionCookie(context)).name, "keyway_session");
  await context.close();
});

/** The first steps in short: an API, a key, and the call that the page shows. */
async function onboard(server, page, base, certificate) {
  await page.getByTestId("checklist-api").getByRole("link", { name: "Create API" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("payments");
  await page.getByRole("dialog").getByRole("button", { name: "Create API" }).click();
  await page.waitForURL(`${base}/ui/default/apis/api_*/keys`);
  await page.goto(`${base}/ui/default`);
  await page.getByTestId("checklist-api").and(page.locator("[data-done=true]")).waitFor();
  await page.getByTestId("checklist-key").getByRole("link", { name: "Create key" }).click();
  await page.waitForURL(`${base}/ui/default/keys/new*`);
  await page.getByLabel("API", { exact: true }).click();
  await page.getByRole("option", { name: /payments/ }).click();
  await page.getByLabel("Name").fill("first key");
  await page.getByRole("button", { name: "Create key" }).click();
  const secret = await page.getByTestId("secret").innerText();
  await page.getByLabel("I stored it").click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.goto(`${base}/ui/default/`);
  await page.getByTestId("checklist-key").and(page.locator("[data-done=true]")).waitFor();
  await settled(page);
  await accessible(page);
  const shown = await page.getByTestId("checklist-verify").locator("pre").first().innerText();
  assert.ok(shown.includes(`${base}/v2/keys.verifyKey`), shown);
  const script = shown.replace(/^curl/, `curl -sS --cacert ${certificate} --resolve ${HOST}:${port}:127.0.0.1`);
  const { stdout } = await run("sh", ["-c", script], { env: { ...process.env, KEYWAY_ROOT_KEY: server.rootKey, KEYWAY_KEY: secret } });
  assert.equal(JSON.parse(stdout).data.code, "VALID", stdout);
  await page.getByTestId("checklist-verify").and(page.locator("[data-done=true]")).waitFor();
}

const below = { env: { KEYWAY_PUBLIC_URL: `${origin}/kw`, KEYWAY_SERVER_TRUSTED_PROXIES: "127.0.0.1/32" } };

flow("39: below a path behind nginx the first steps work, with and without a slash at its end", { ...below, owner: false }, async ({ server, faults }) => {
  assert.ok(server.setupLink.startsWith(`${origin}/kw/ui/setup#`), server.setupLink);
  await behind(server, faults, (url) => `location /kw { proxy_pass ${url}; }`, async (page, context, nginx) => {
    for (const path of ["/kw", "/kw/", "/kw/ui", "/kw/ui/"]) {
      await page.goto(origin + path);
      await page.waitForURL(`${origin}/kw/ui/setup`);
      await page.getByRole("heading", { name: "Setup is pending" }).waitFor();
    }
    await page.goto("about:blank");
    await page.goto(server.setupLink);
    await page.getByLabel("Email").fill(OWNER.email);
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("button", { name: "Create owner" }).click();
    await page.waitForURL(`${origin}/kw/ui/default*`);
    assert.equal((await sessionCookie(context)).name, "__Host-keyway_session");
    await onboard(server, page, `${origin}/kw`, nginx.certificate);

    // A page far down, by its address; the docs; and the way back after signing in.
    const [{ keyId }] = await server.call("keys.listKeys", {});
    const deep = `${origin}/kw/ui/default/keys/${keyId}?tab=access`;
    await page.goto(deep);
    await page.getByRole("heading", { level: 1, name: "first key" }).waitFor();
    const docs = page.waitForEvent("popup");
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Documentation" }).click();
    const opened = await docs;
    await opened.waitForLoadState();
    assert.ok(opened.url().startsWith(`${origin}/kw/docs`), opened.url());
    assert.match(await opened.content(), /Keyway/);
    await opened.close();
    await context.clearCookies();
    await page.goto(deep);
    await page.waitForURL(`${origin}/kw/ui/sign-in?*`);
    await page.getByLabel("Email").fill(OWNER.email);
    await page.getByLabel("Password").fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(deep);
    await page.getByRole("heading", { level: 1, name: "first key" }).waitFor();
  });
});

flow("39: a proxy that cuts the path off works as well", below, async ({ server, faults }) => {
  await behind(server, faults, (url) => `location /kw/ { proxy_pass ${url}/; }`, async (page, context, nginx) => {
    for (const path of ["/kw", "/kw/", "/kw/ui"]) {
      await page.goto(origin + path);
      await page.waitForURL(`${origin}/kw/ui/sign-in`);
    }
    await signIn(page, `${origin}/kw`);
    await onboard(server, page, `${origin}/kw`, nginx.certificate);
    await page.reload();
    await page.locator("h1").first().waitFor();
  });
});
