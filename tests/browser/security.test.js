// What somebody who means harm may try with a browser: a copied cookie, a page of their own, a link.
import { createServer } from "node:http";
import { accessible, assert, flow, profile, settled, signIn, theBrowser, visit } from "./flow.js";
import { account } from "./pages.js";
import { OWNER, until } from "./server.js";

const PASSWORD = "another long enough one";

async function cookieOf(context) {
  return (await context.cookies()).find((one) => one.name.endsWith("keyway_session"));
}

/** Somebody's page that lies on another port of this machine, and as `elsewhere.test` on another site. */
async function hostile(html, steps) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><title>A prize</title>${html}`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  try {
    await steps({ near: `http://127.0.0.1:${port}/`, far: `http://elsewhere.test:${port}/`, asked });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The same cookie in another browser, and a call with all that a thief with the cookie can do. */
async function thief(server, context) {
  const stolen = await cookieOf(context);
  const other = await (await theBrowser()).newContext();
  other.setDefaultTimeout(15_000);
  await other.addCookies([stolen]);
  const page = await other.newPage();
  await visit(server, page, "apis");
  const cookie = `${stolen.name}=${stolen.value}`;
  const state = await server.rpc("session.get", {}, { cookie });
  const headers = { cookie, "x-keyway-csrf": state.body.data.session.csrf };
  const call = async () => (await server.rpc("apis.listApis", {}, headers)).status;
  assert.equal(await call(), 200);
  return { page, cookie, call, close: () => other.close() };
}

/** Fails unless both of the thief's ways end within five seconds. */
async function isLockedOut({ page, call, close }, how) {
  const since = Date.now();
  await until(`the stolen cookie is refused after ${how}`, async () => (await call()) === 401, { seconds: 5 });
  await page.reload();
  await page.waitForURL(/\/ui\/sign-in/);
  assert.equal(await page.getByRole("navigation", { name: "Main" }).count(), 0);
  assert.ok(Date.now() - since < 10_000);
  await close();
}

flow("a copied cookie is worth nothing after a sign-out, a revocation, a new password and the end of the account", {}, async ({ server, page, context, faults }) => {
  await signIn(server, page);
  let copy = await thief(server, context);
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/ui\/sign-in/);
  await isLockedOut(copy, "the sign-out");

  await signIn(server, page);
  copy = await thief(server, context);
  const second = await profile(server, { faults });
  const elsewhere = await second.newPage();
  await signIn(server, elsewhere);
  await visit(server, elsewhere, "settings/sessions");
  await elsewhere.getByRole("button", { name: "End all others" }).click();
  await elsewhere.getByRole("dialog").getByRole("button", { name: /^End/ }).click();
  await elsewhere.getByRole("dialog").waitFor({ state: "detached" });
  await isLockedOut(copy, "the revocation");

  // The thief has the very session that changes the password.
  copy = await thief(server, second);
  await elsewhere.getByLabel("Present password").fill(OWNER.password);
  await elsewhere.getByLabel("New password").fill(PASSWORD);
  await elsewhere.getByRole("button", { name: "Change password" }).click();
  await elsewhere.getByText("Password changed").waitFor();
  await isLockedOut(copy, "the new password");
  await visit(server, elsewhere, "apis");
  await elsewhere.getByRole("button", { name: "Create API" }).first().waitFor();
  assert.equal((await server.rpc("session.signIn", OWNER)).status, 401);

  const owner = await account(server, { email: OWNER.email, password: PASSWORD });
  const invited = await owner("users.create", { email: "editor@example.com", role: "editor" });
  await server.rpc("session.acceptLink", { token: invited.link.token, password: PASSWORD });
  const third = await profile(server, { faults });
  await signIn(server, await third.newPage(), { email: "editor@example.com", password: PASSWORD });
  copy = await thief(server, third);
  await owner("users.update", { userId: invited.userId, enabled: false });
  await isLockedOut(copy, "the end of the account");
  await second.close();
  await third.close();
});

flow("a cookie alone changes nothing, and no script and no page shows it", {}, async ({ server, page, context }) => {
  const { apiId } = await server.call("apis.createApi", { name: "payments" });
  await signIn(server, page);
  const { name, value } = await cookieOf(context);
  const cookie = `${name}=${value}`;
  for (const [operation, body] of [
    ["apis.createApi", { name: "forged" }],
    ["keys.createKey", { apiId }],
    ["apis.deleteApi", { apiId }],
    ["rootKeys.createKey", { name: "forged", permissions: ["api.*.read_api"] }],
    ["users.create", { email: "forged@example.com", role: "owner" }],
    ["session.changePassword", { currentPassword: OWNER.password, newPassword: PASSWORD }],
    ["session.revoke", { others: true }],
    ["session.signOut", {}],
    ["apis.listApis", {}],
  ]) {
    const answer = await server.rpc(operation, body, { cookie });
    assert.equal(answer.status, 403, operation);
    assert.match(answer.body.error.type, /session\/csrf$/, operation);
  }
  assert.deepEqual((await server.call("apis.listApis")).map((one) => one.name), ["payments"]);
  assert.deepEqual((await server.call("rootKeys.listKeys")).filter((one) => one.name === "forged"), []);

  const { session } = (await server.rpc("session.get", {}, { cookie })).body.data;
  for (const path of ["", "apis", `apis/${apiId}/keys`, "keys/new", "root-keys", "audit", "settings/sessions", "settings/people"]) {
    await visit(server, page, path);
    await settled(page);
    const seen = await page.evaluate(async () => ({
      cookie: document.cookie,
      page: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll("input, textarea")].map((one) => one.value),
      storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches?.keys?.().catch(() => [])]),
      address: location.href,
      state: JSON.stringify(history.state),
      window: Object.keys(window).map((one) => String(window[one])),
    }));
    assert.equal(seen.cookie, "");
    const all = JSON.stringify(seen);
    for (const secret of [value, session.csrf, OWNER.password, server.rootKey]) {
      assert.ok(!all.includes(secret), `a secret can be seen on ${page.url()}`);
    }
    assert.ok(!seen.address.includes(session.id) && !seen.storage.includes(session.id), `the session's id is kept by ${page.url()}`);
  }
  assert.equal((await context.cookies()).every((one) => one.httpOnly && one.sameSite === "Strict"), true);
});

/** Tries all that a page may send to another host without being asked. */
const FORGER = `
<form id="form" method="post" enctype="text/plain" target="sink"><input name='{"name":"forged","x":"' value='"}'></form>
<form id="plain" method="post" target="sink"><input name="name" value="forged"></form>
<iframe id="sink" name="sink"></iframe>
<a id="link">You have won</a>
<script>
  window.attack = async (target) => {
    const call = target + "/ui/rpc/apis.createApi";
    const body = JSON.stringify({ name: "forged" });
    const said = {};
    const attempt = async (name, options) => {
      try {
        const answer = await fetch(call, { method: "POST", credentials: "include", body, ...options });
        said[name] = answer.type === "opaque" ? "opaque" : "read " + answer.status;
      } catch {
        said[name] = "refused by the browser";
      }
    };
    await attempt("text", { headers: { "content-type": "text/plain" }, mode: "no-cors" });
    await attempt("form", { headers: { "content-type": "application/x-www-form-urlencoded" }, mode: "no-cors" });
    await attempt("blob", { body: new Blob([body]), mode: "no-cors" });
    await attempt("json", { headers: { "content-type": "application/json" } });
    await attempt("json with a header", { headers: { "content-type": "application/json", "x-keyway-csrf": "guessed" } });
    await attempt("cors text", { headers: { "content-type": "text/plain" } });
    navigator.sendBeacon(call, body);
    const image = new Image();
    await new Promise((done) => { image.onload = image.onerror = done; image.src = call + "?name=forged"; });
    said.image = image.naturalWidth;
    for (const name of ["form", "plain"]) {
      const form = document.getElementById(name);
      form.action = call;
      await new Promise((done) => { document.getElementById("sink").onload = done; form.submit(); setTimeout(done, 1000); });
    }
    document.getElementById("link").href = call + "?name=forged";
    try {
      const read = await fetch(target + "/ui/rpc/session.get", { method: "POST", credentials: "include", headers: { "content-type": "application/json" }, body: "{}" });
      said.session = await read.text();
    } catch {
      said.session = "refused by the browser";
    }
    return said;
  };
</script>`;

flow("a page of somebody else creates nothing, and what it tried is told in the log", {}, async ({ server, page, context }) => {
  await signIn(server, page);
  await hostile(FORGER, async ({ near, far }) => {
    for (const [where, address] of [["near", near], ["far", far]]) {
      // Not watched: it does ask another origin.
      const forger = await (await theBrowser()).newContext();
      await forger.addCookies(await context.cookies());
      const tab = await forger.newPage();
      await tab.goto(address);
      const said = await tab.evaluate((target) => window.attack(target), server.url);
      assert.deepEqual(
        said,
        {
          // These are sent, but not even the fact of an answer may be read.
          text: "refused by the browser",
          form: "refused by the browser",
          blob: "refused by the browser",
          json: "refused by the browser",
          "json with a header": "refused by the browser",
          "cors text": "refused by the browser",
          image: 0,
          session: "refused by the browser",
        },
        where,
      );
      const answered = tab.waitForResponse((response) => response.url().includes("apis.createApi"));
      await tab.getByText("You have won").click();
      assert.equal((await answered).status(), 405);
      await forger.close();
      assert.deepEqual(await server.call("apis.listApis"), [], where);
    }
  });
  // From another port of the same host the cookie comes along, so there was a session to tell about;
  // from another site it doesn't.
  const told = (await server.call("auditLogs.listAuditLogs", { limit: 100, events: ["session.csrf"] }));
  assert.ok(told.length >= 5, `${told.length} refusals are told`);
  assert.ok(told.every((one) => one.actor.name === OWNER.email && one.remoteIp === "127.0.0.1"), JSON.stringify(told[0]));
  await visit(server, page, "audit?event=session.csrf");
  await page.getByRole("row").filter({ hasText: "session.csrf" }).or(page.getByText(/refused/)).first().waitFor();
  await accessible(page);
});

flow("a page of somebody else can't sign anybody in, nor read what a page loads", {}, async ({ server }) => {
  await hostile("", async ({ near }) => {
    const forger = await (await theBrowser()).newContext();
    const tab = await forger.newPage();
    await tab.goto(near);
    await tab.evaluate(
      ([target, body]) => fetch(`${target}/ui/rpc/session.signIn`, { method: "POST", mode: "no-cors", credentials: "include", headers: { "content-type": "text/plain" }, body }).then((answer) => answer.type, () => "refused"),
      [server.url, JSON.stringify(OWNER)],
    );
    assert.deepEqual(await forger.cookies(), []);
    const read = await tab.evaluate(async (target) => {
      const tries = [];
      for (const path of ["/ui/", "/ui/rpc.json"]) tries.push(await fetch(target + path, { mode: "no-cors" }).then((answer) => answer.type, () => "refused"));
      const script = document.createElement("script");
      const ran = await new Promise((done) => {
        script.onload = () => done("loaded");
        script.onerror = () => done("refused");
        script.src = `${target}/ui/rpc.json`;
        document.head.append(script);
      });
      return [...tries, ran];
    }, server.url);
    // Cross-Origin-Resource-Policy is same-origin.
    assert.deepEqual(read, ["refused", "refused", "refused"]);
    await forger.close();
  });
});

flow("nobody can frame a page, nor keep a hold of its window", {}, async ({ server, context }) => {
  const inside = ["sign-in", "setup", "default/root-keys", "default/keys/new", ""];
  await hostile("<iframe id=frame width=800 height=600></iframe>", async ({ near, far }) => {
    for (const address of [near, far]) {
      const framer = await (await theBrowser()).newContext();
      await framer.addCookies(await context.cookies());
      const tab = await framer.newPage();
      const refused = [];
      tab.on("console", (message) => refused.push(message.text()));
      await tab.goto(address);
      for (const path of inside) {
        refused.length = 0;
        await tab.evaluate((url) => { document.getElementById("frame").src = url; }, `${server.url}/ui/${path}`);
        await until(`the browser refuses to frame ${path}`, () => refused.some((text) => /frame-ancestors/.test(text)), { seconds: 10 });
        const frame = tab.frames().find((one) => one !== tab.mainFrame());
        assert.ok(!frame.url().startsWith(server.url), frame.url());
        const shown = await frame.evaluate(() => document.body?.innerText ?? "").catch(() => "");
        assert.doesNotMatch(shown, /Keyway|Sign in/, path);
      }
      const popup = tab.waitForEvent("popup");
      await tab.evaluate((url) => { window.held = window.open(url); }, `${server.url}/ui/sign-in`);
      await (await popup).waitForLoadState();
      assert.equal(await tab.evaluate(() => window.held.closed), true, "the window of the sign-in page stays in another's hands");
      assert.equal(await (await popup).evaluate(() => window.opener), null);
      await framer.close();
    }
  });
});

flow("after signing in nobody is led away from this server", {}, async ({ server, page }) => {
  const bad = [
    "//elsewhere.test/",
    "https://elsewhere.test/",
    "/\\elsewhere.test",
    "\\\\elsewhere.test",
    "/%5Celsewhere.test",
    "%2F%2Felsewhere.test",
    "/%2F%2Felsewhere.test",
    "/..//elsewhere.test",
    "/.//elsewhere.test",
    "/%2e%2e//elsewhere.test",
    "/\t/elsewhere.test",
    "/\n/elsewhere.test",
    "https:elsewhere.test",
    "javascript:window.pwned=1",
    "/javascript:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>",
    "@elsewhere.test",
    ".elsewhere.test",
  ];
  await signIn(server, page);
  const csrf = async () => page.evaluate(async () => (await (await fetch("/ui/rpc/session.get", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).json()).data.session.csrf);
  assert.ok(await csrf());
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  // Signed in already: the page goes on at once. Once each by hand, as after the form.
  for (const to of bad) {
    await page.goto(`${server.url}/ui/sign-in?to=${encodeURIComponent(to)}`);
    await page.waitForFunction(() => !location.pathname.endsWith("/sign-in"));
    await page.locator("h1").first().waitFor();
    const at = new URL(page.url());
    assert.equal(at.origin, server.url, to);
    assert.ok(at.pathname.startsWith("/ui/"), `${to} led to ${at}`);
    assert.equal(await page.evaluate(() => window.pwned), undefined, to);
  }
  for (const to of ["//elsewhere.test/", "/\\elsewhere.test", "/default/apis?q=back"]) {
    await page.context().clearCookies();
    await page.goto(`${server.url}/ui/sign-in?to=${encodeURIComponent(to)}`);
    await page.getByLabel("Email").fill(OWNER.email);
    await page.getByLabel("Password").fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(to.startsWith("/default") ? `${server.url}/ui${to}` : /\/ui\/default\/?$/);
  }
  assert.deepEqual(asked.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith("data:")), []);
  // Nor does the server itself redirect elsewhere.
  for (const path of ["//elsewhere.test", "/%2F%2Felsewhere.test", "/\\elsewhere.test", "/ui//elsewhere.test", "//elsewhere.test/ui"]) {
    const answer = await fetch(server.url + path, { redirect: "manual" });
    const to = answer.headers.get("location");
    assert.ok(to === null || new URL(to, `${server.url}${path}`).origin === server.url, `${path} leads to ${to}`);
  }
});
