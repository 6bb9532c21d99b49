// What the tests in a browser have in common: a server, a page that is watched, and accessibility.
//
// A flow gets a fresh server and a fresh browser profile. When it ends, its page must have asked no
// other origin for anything, broken no policy and thrown nothing.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { chromium } from "playwright-core";
import { OWNER, Server, until } from "./server.js";

export { assert };

const TARGET = process.env.CARGO_TARGET_DIR ?? new URL("../../target", import.meta.url).pathname;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The two sizes of the acceptance flows. */
export const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
const WAIT = 15_000;
/** By how much pages are slowed down, to find what depends on their speed. */
const SLOWER = Number(process.env.SLOWER ?? 1);

let browser;
/** The requests of each page that have no answer yet. */
const underway = new WeakMap();

/** The Chromium that all tests of a file share. */
export async function theBrowser() {
  browser ??= chromium.launch({
    executablePath: process.env.BROWSER ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path)),
    // Names ending in .test stand for hosts other than this one.
    args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP *.test 127.0.0.1"],
  });
  return browser;
}

// Scripts that are no tests close it themselves.
if (process.argv[1]?.endsWith(".test.js")) {
  after(async () => {
    if (browser) await (await browser).close();
  });
}

/**
 * A browser profile whose pages are watched; `faults` are what they did wrong. `origin` is where the
 * server is reached, if not at its own address.
 */
export async function profile(server, { size = "desktop", faults = [], origin: own = new URL(server.url).origin, ...options } = {}) {
  const context = await (await theBrowser()).newContext({ viewport: SIZES[size], ...options });
  context.setDefaultTimeout(WAIT);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
  context.on("page", (page) => {
    if (SLOWER > 1) {
      void context.newCDPSession(page).then((one) => one.send("Emulation.setCPUThrottlingRate", { rate: SLOWER }));
    }
    const pending = new Set();
    underway.set(page, pending);
    page.on("request", (request) => pending.add(request));
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => pending.delete(request));
    page.on("pageerror", (error) => faults.push(`thrown: ${error.stack ?? error}`));
    page.on("console", (message) => {
      const text = message.text();
      if (/Content.Security.Policy|Trusted(HTML|Script|Type)|Refused to/i.test(text)) faults.push(`policy: ${text}`);
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== own) faults.push(`another origin was asked: ${request.url()}`);
    });
  });
  return context;
}

/**
 * Defines a test that drives a browser.
 *
 * `name` begins with the numbers of the acceptance flows it covers. `settings` are those of
 * `Server`, and `phone: true` runs it at both sizes, `owner: false` leaves the instance without its
 * owner, `options` are Playwright's for the browser profile. `steps` gets
 * `{server, page, context, size, faults}`: more pages are watched by `profile(server, {faults})`.
 */
export function flow(name, settings, steps) {
  const { phone = false, owner = true, options = {}, ...server } = settings;
  for (const size of phone ? ["desktop", "phone"] : ["desktop"]) {
    test(phone ? `${name} (${size})` : name, { timeout: 180_000 * SLOWER }, async () => {
      const running = await new Server(server).start();
      const faults = [];
      let context;
      let page;
      try {
        if (owner) await running.makeOwner();
        context = await profile(running, { size, faults, ...options });
        page = await context.newPage();
        await steps({ server: running, page, context, size, faults });
        assert.deepEqual(faults, [], "the pages did something they must not do");
      } catch (error) {
        if (page && !page.isClosed()) await picture(page, `${name} ${size}`);
        console.error(running.output.split("\n").slice(-15).join("\n"));
        throw error;
      } finally {
        await context?.close();
        await running.remove();
      }
    });
  }
}

async function picture(page, name) {
  const directory = join(TARGET, "browser-failures");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)}.png`);
  await page.screenshot({ path: file }).catch(() => {});
  console.error(`What the page showed: ${file} at ${page.url()}`);
}

/** Signs in as the owner, and waits for the home page. */
export async function signIn(server, page, { email, password } = OWNER) {
  await page.goto(`${server.url}/ui/sign-in`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "Sign in" }).waitFor();
}

/** Signs in with a root key, and waits for the home page. */
export async function signInWithRootKey(server, page, key = server.rootKey) {
  await page.goto(`${server.url}/ui/sign-in`);
  await page.getByRole("tab", { name: "Root key" }).click();
  await page.getByRole("tabpanel").getByLabel("Root key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "Sign in" }).waitFor();
}

/**
 * Opens a page of the workspace, until it has all its answers: what happens to the server next concerns
 * only what the test does next. `visit(server, page, "apis")`.
 */
export async function visit(server, page, path = "", workspace = "default") {
  await page.goto(`${server.url}/ui/${workspace}/${path}`);
  // An open dialog hides the heading from roles.
  await page.locator("h1").first().waitFor();
  await settled(page);
}

/** Goes to a place of the rail, which is behind a button where there is little room. */
export async function go(page, size, place) {
  if (size === "phone") await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: place, exact: true }).click();
}

/** Reads the secret that a dialog shows this once, says that it is stored and closes the dialog. */
export async function takeSecret(page) {
  const secret = await page.getByTestId("secret").innerText();
  await page.getByLabel("I stored it").click();
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await page.getByTestId("secret").waitFor({ state: "detached" });
  return secret;
}

/** Calls an operation with the session of the page, as a page that somebody tampered with could. */
export async function callFromPage(page, operation, body, workspace = "default") {
  return page.evaluate(
    async ([operation, body, workspace]) => {
      const root = `${location.pathname.split("/ui/")[0]}/ui/rpc/`;
      const post = async (name, content, headers) => {
        const answer = await fetch(root + name, {
          method: "POST",
          headers: { "content-type": "application/json", "x-keyway-workspace": workspace, ...headers },
          body: JSON.stringify(content),
        });
        return { status: answer.status, body: await answer.json() };
      };
      const { session } = (await post("session.get", {}, {})).body.data;
      return post(operation, body, { "x-keyway-csrf": session.csrf });
    },
    [operation, body, workspace],
  );
}

/** Fails if the page has serious or critical faults of accessibility, or is wider than its window. */
export async function accessible(page) {
  await settled(page);
  assert.deepEqual(await faultsOfAccess(page), [], `accessibility of ${page.url()}`);
  await narrow(page);
}

/** The serious and critical faults of accessibility that axe finds, by all of its rules or by `rules`. */
export async function faultsOfAccess(page, rules) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const options = { resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}) };
  const { violations, passes } = await page.evaluate((given) => window.axe.run(document, given), options);
  assert.ok(passes.length > 0, "axe looked at nothing");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, nodes }) => ({ id, impact, where: nodes.slice(0, 5).map((node) => `${node.html} ${node.failureSummary}`) }));
}

/** Fails if anything can be scrolled to the side. */
export async function narrow(page) {
  const wide = await page.evaluate(() =>
    [document.documentElement, document.getElementById("main")]
      .filter((one) => one && one.scrollWidth > one.clientWidth + 1)
      .map((one) => `${one.tagName} ${one.scrollWidth} > ${one.clientWidth}`),
  );
  assert.deepEqual(wide, [], `${page.url()} is wider than its window`);
}

/** Waits until nothing moves any more and nothing is being loaded; a button may wait for its dialog. */
export async function settled(page) {
  const pending = underway.get(page) ?? new Set();
  do {
    await until("the page has all its answers", () => pending.size === 0);
    await page.waitForFunction(
      () =>
        document.readyState === "complete" &&
        !document.querySelector("[aria-busy=true]:not(button), .animate-late") &&
        document.getAnimations().every((one) => one.playState !== "running" || one.effect?.getComputedTiming().iterations === Infinity),
    );
    // What was shown last may have asked for more.
  } while (pending.size > 0);
}
