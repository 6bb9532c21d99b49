// Names and texts full of markup: shown as they are wherever they are shown, and never run.
import { readFile } from "node:fs/promises";
import { assert, flow, settled, signIn, visit } from "./flow.js";
import { account, pages } from "./pages.js";
import { OWNER } from "./server.js";

/** What is typed into the field `tag`. It fits into 128 characters, the shortest limit of a name. */
const markup = (tag) => `${tag}"><img src=x onerror="pwned()"><script>pwned()</script></title>{{7*7}}\${7*7}'<b>\u202e\u200bx`;
const LINK = "javascript:pwned()";
const EMAIL = `"><img/src=x/onerror=pwned()>@markup.example`;
const AGENT = `Agent"><img src=x onerror="pwned()"><script>pwned()</script> Firefox/1.0`;

/** Puts markup into every text that the server takes, and gives what `pages` needs. */
async function fill(server) {
  const call = (operation, body, key) => server.call(operation, body, key);
  const { id: workspaceId } = await call("workspaces.getWorkspace");
  await call("workspaces.updateWorkspace", { workspaceId, name: markup("workspace") });
  await call("workspaces.createWorkspace", { name: markup("other"), slug: "globex" });
  const { apiId } = await call("apis.createApi", { name: markup("api") });
  await call("apis.updateApi", { apiId, storeEncryptedKeys: true });
  await call("permissions.createPermission", { slug: "javascript:pwned.read", name: markup("permission"), description: markup("permission-text") });
  await call("permissions.createPermission", { slug: "spare.read", name: LINK, description: LINK });
  const { roleId } = await call("permissions.createRole", { name: markup("role"), description: markup("role-text"), permissions: ["javascript:pwned.read"] });
  const ratelimits = [{ name: markup("limit"), limit: 5, duration: 60_000, autoApply: true }];
  const meta = { [markup("meta-name")]: markup("meta-value"), link: LINK, html: "</script><script>pwned()</script>", __proto__x: "<svg onload=pwned()>" };
  const { identityId } = await call("identities.createIdentity", { externalId: "-2-3.markup", meta, ratelimits });
  const key = await call("keys.createKey", { apiId, name: markup("key"), prefix: "pwned", externalId: "-2-3.markup", meta, ratelimits, roles: [markup("role")], permissions: ["spare.read"] });
  await call("keys.updateKey", { keyId: key.keyId, name: markup("key-renamed") });
  await call("keys.createKey", { apiId, name: LINK });
  const { namespaceId } = await call("ratelimit.createNamespace", { name: markup("namespace") });
  const { overrideId } = await call("ratelimit.setOverride", { namespace: namespaceId, identifier: `${markup("identifier")}*`, limit: 5, duration: 60_000 });
  const rootKey = await call("rootKeys.createKey", { name: markup("root-key"), permissions: ["api.*.verify_key", "api.*.read_key"] });
  await call("rootKeys.updateKey", { keyId: rootKey.keyId, name: markup("root-renamed") });
  const refusal = async (operation, body) => (await server.request(operation, body, rootKey.key)).body.meta.requestId;
  const refusedCall = await refusal("keys.createKey", { apiId, name: markup("refused") });
  const deniedKey = await refusal("keys.verifyKey", { key: key.key, permissions: "spare.write" });
  const owner = await account(server);
  const { userId } = await owner("users.create", { email: EMAIL, role: "editor" });
  await server.rpc("session.signIn", OWNER, { "user-agent": AGENT });
  const entries = await call("auditLogs.listAuditLogs", { limit: 100 });
  const entry = (event, more = () => true) => entries.find((one) => one.event === event && more(one)).id;
  // Every thing of a kind is this one.
  const all = (id) => new Proxy({}, { get: () => id });
  const seeded = {
    apis: all(apiId), keys: all(key.keyId), roles: all(roleId), identities: all(identityId), namespaces: all(namespaceId),
    overrides: all(overrideId), rootKeys: all(rootKey.keyId), people: all(userId), secrets: all(key.key),
    refusedCall, deniedKey, entry: entry("session.sign_in", (one) => one.userAgent === AGENT),
  };
  return { seeded, entry, ids: { apiId, roleId, identityId, keyId: key.keyId, namespaceId, overrideId, rootKeyId: rootKey.keyId } };
}

/** Makes everything that runs, and every dialog of the browser, a fault. */
async function guard(context, page, faults) {
  await context.addInitScript(() => {
    window.pwned = () => console.error("PWNED");
    document.addEventListener("securitypolicyviolation", (event) => console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  page.on("console", (message) => {
    if (message.text().includes("PWNED")) faults.push(`markup ran on ${page.url()}`);
  });
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload") faults.push(`a dialog on ${page.url()}: ${dialog.message()}`);
    void dialog.accept().catch(() => {});
  });
}

/** Waits until a dialog or menu has its data; quicker than `settled`, for the many that are looked at here. */
async function calm(page) {
  await page.waitForFunction(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(!document.querySelector("[aria-busy=true], .animate-late"))))),
  );
}

/** Looks at the page as it is now, and notes in `seen` which texts it shows. */
async function look(page, seen, texts) {
  const found = await page.evaluate((wanted) => {
    const fields = [...document.querySelectorAll("input, textarea")].map((one) => one.value);
    const shown = [document.body.textContent, ...fields].join("\n");
    const own = new URL(document.baseURI).origin;
    const odd = [
      ...[...document.querySelectorAll("img, iframe, object, embed, base, [onerror], [onload], [onclick], title ~ title")],
      ...[...document.querySelectorAll("script")].filter((one) => !one.src.startsWith(own)),
      ...[...document.querySelectorAll("[href], [src], [action], [formaction]")].filter((one) =>
        /^\s*(javascript|data):/i.test(one.getAttribute("href") ?? one.getAttribute("src") ?? one.getAttribute("action") ?? one.getAttribute("formaction") ?? ""),
      ),
    ];
    return {
      odd: odd.map((one) => one.outerHTML.slice(0, 200)),
      shown: wanted.filter((text) => shown.includes(text)),
      // A template that took the braces for its own would have left its result behind the title.
      worked: /<\/title>49/.test(shown),
      wide: document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
    };
  }, texts);
  assert.deepEqual(found.odd, [], `markup became part of ${page.url()}`);
  assert.equal(found.worked, false, `a template ran on ${page.url()}`);
  assert.equal(found.wide, false, `${page.url()} is wider than its window`);
  for (const text of found.shown) seen.add(text);
}

const TAGS = ["workspace", "other", "api", "permission", "permission-text", "role", "role-text", "limit", "meta-name", "meta-value", "key", "key-renamed", "namespace", "identifier", "root-key", "root-renamed"];

flow("markup in every text is shown as it is on every page, and runs on none", {}, async ({ server, page, context, faults }) => {
  await guard(context, page, faults);
  const { seeded, entry } = await fill(server);
  const texts = [...TAGS.map(markup), LINK, EMAIL, AGENT];
  const seen = new Set();
  await signIn(server, page);
  const more = ["workspace.update", "key.update", "key.create", "role.create", "authorization.connect_role_and_key"]
    .flatMap((event) => { try { return [entry(event)]; } catch { return []; } })
    .map((id) => ({ name: id, path: `default/audit?open=${id}` }));
  for (const { path } of [...pages(seeded).filter((one) => !one.signedOut), ...more]) {
    await page.goto(`${server.url}/ui/${path}`);
    await page.locator("h1").first().waitFor();
    await settled(page);
    // JSON has its quotes escaped; its editors are looked at as what they mean.
    await look(page, seen, [...texts, ...texts.map((text) => JSON.stringify(text).slice(1, -1))]);
  }
  const missing = texts.filter((text) => !seen.has(text) && !seen.has(JSON.stringify(text).slice(1, -1)));
  assert.deepEqual(missing, [], "these texts were shown nowhere as they are");
});

flow("markup in names runs in no menu, dialog, palette or hint", {}, async ({ server, page, context, faults }) => {
  await guard(context, page, faults);
  const { ids } = await fill(server);
  const texts = TAGS.map(markup);
  const seen = new Set();
  await signIn(server, page);

  await page.keyboard.press("Control+k");
  for (const what of ["api", "key", "role", "namespace", "root", "-2"]) {
    await page.getByRole("combobox").first().fill(what);
    await settled(page);
    await look(page, seen, texts);
  }
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Workspace/ }).click();
  await page.getByRole("menuitem").first().waitFor();
  await look(page, seen, texts);
  assert.ok(seen.has(markup("other")));
  await page.keyboard.press("Escape");

  let opened = 0;
  for (const path of [`apis/${ids.apiId}/keys`, `keys/${ids.keyId}`, "identities", `identities/${ids.identityId}`, "access/roles", "access/permissions", `ratelimits/${ids.namespaceId}/overrides`, "root-keys", "settings/people"]) {
    await visit(server, page, path);
    await settled(page);
    const address = page.url();
    const triggers = page.locator("#main").getByRole("button", { name: /^(Actions|More)/ });
    const hasMenu = !path.startsWith("keys/") && !path.startsWith("identities/");
    if (hasMenu) await triggers.first().waitFor();
    const names = [];
    for (let index = 0; ; index += 1) {
      await page.keyboard.press("Escape");
      if (page.url() !== address || (await page.locator("[role=dialog], [role=alertdialog]").count()) > 0) {
        await page.goto(address);
        await page.locator("h1").first().waitFor();
        await settled(page);
      }
      if ((await triggers.count()) === 0) break;
      await triggers.first().click();
      const items = page.getByRole("menuitem");
      await items.first().waitFor();
      if (index >= (await items.count())) {
        await page.keyboard.press("Escape");
        break;
      }
      const item = items.nth(index);
      names.push(await item.innerText());
      await look(page, seen, texts);
      if ((await item.getAttribute("aria-disabled")) === "true") {
        await page.keyboard.press("Escape");
        continue;
      }
      await item.click();
      await calm(page);
      await look(page, seen, texts);
      if ((await page.locator("[role=dialog], [role=alertdialog]").count()) > 0) opened += 1;
    }
    if (hasMenu) assert.ok(names.length > 1, `${path} has no menu`);
  }
  assert.ok(opened >= 12, `only ${opened} dialogs were opened`);
});

flow("what is exported is no formula of a spreadsheet", {}, async ({ server, page }) => {
  const { apiId } = await server.call("apis.createApi", { name: '=HYPERLINK("http://elsewhere.test")' });
  const formulas = ['=HYPERLINK("http://elsewhere.test","open")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", 'quoted "and", more\nlines'];
  for (const name of formulas) await server.call("keys.createKey", { apiId, name, externalId: "-5.x" });
  await signIn(server, page);
  const cells = async (download) => {
    const text = await readFile(await download.path(), "utf8");
    // Cells of RFC 4180.
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const row = rows.at(-1);
      const char = text[at];
      if (quoted && char === '"' && text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; }
      else if (char === '"') quoted = !quoted;
      else if (!quoted && char === ",") row.push("");
      else if (!quoted && char === "\n") rows.push([""]);
      else if (quoted || char !== "\r") row[row.length - 1] += char;
    }
    return { text, rows: rows.filter((row) => row.length > 1) };
  };
  const check = ({ text, rows }, what) => {
    for (const row of rows) {
      assert.equal(row.length, rows[0].length, `${what}: ${JSON.stringify(row)}`);
      for (const cell of row) assert.doesNotMatch(cell, /^[=+\-@\t\r\n]/, `${what}: ${cell}`);
    }
    assert.ok(text.includes("HYPERLINK"), what);
  };

  await visit(server, page, `apis/${apiId}/keys`);
  await page.getByRole("row").nth(formulas.length).waitFor();
  let download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  const keys = await cells(await download);
  check(keys, "keys");
  const named = keys.rows.slice(1).map((row) => row[keys.rows[0].indexOf("name")]);
  for (const name of formulas) assert.ok(named.includes(/^[=+\-@\t\r\n]/.test(name) ? `'${name}` : name), `${JSON.stringify(name)} is lost: ${JSON.stringify(named)}`);

  await visit(server, page, "audit");
  await page.getByRole("button", { name: "Export" }).click();
  download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "CSV" }).click();
  check(await cells(await download), "the audit log");
});
