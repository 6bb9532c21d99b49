// Makes pictures of every page of the dashboard, to look at them: `make screenshots`.
//
//   tests/browser/screenshots.js [--documents | NAME…]
//
// They stand in `screenshots/` of the target directory as `<page>-<desktop|phone>-<light|dark>.png`. NAME limits
// them to those whose name begins with it; `--documents` makes those of `docs/` instead, in their place.
// It fails if a page throws or writes an error to the console.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withPalette } from "./png.js";
import { BEGINNING, pages, PASSWORD, seed } from "./pages.js";
import { OWNER, Server } from "./server.js";
import { profile, settled, signIn, signInWithRootKey, SIZES, theBrowser } from "./flow.js";

const TARGET = process.env.CARGO_TARGET_DIR ?? new URL("../../target", import.meta.url).pathname;
/** A page that is longer than its window is shown up to this height. */
const TALLEST = 2400;
const AT_ONCE = 4;
/** The pictures in documents: which page each shows, and in which theme. */
const IN_DOCUMENTS = {
  "home-light": ["home", "light"],
  "keys-light": ["keys", "light"],
  "secret-dark": ["key-new-secret", "dark"],
  "key-access-light": ["key-access", "light"],
  "role-dark": ["role-changed", "dark"],
  "root-key-light": ["root-key-new", "light"],
  "explain-dark": ["explain-denied", "dark"],
  "audit-light": ["audit-entry", "light"],
};
/** Sharp enough for a document, and not heavy. */
const DOTS_IN_DOCUMENTS = 1.5;

const documents = process.argv[2] === "--documents";
const wanted = documents ? [] : process.argv.slice(2);
const directory = documents ? new URL("../../docs/assets/dashboard", import.meta.url).pathname : join(TARGET, "screenshots");

/** What the file of a picture is called; undefined if it isn't wanted. */
function fileOf(name, size, theme) {
  if (!documents) return wanted.length === 0 || wanted.some((start) => name.startsWith(start)) ? `${name}-${size}-${theme}.png` : undefined;
  const [called] = Object.entries(IN_DOCUMENTS).find(([, [page, shade]]) => size === "desktop" && page === name && shade === theme) ?? [];
  return called && `${called}.png`;
}

const button = (page, name) => page.getByRole("button", { name, exact: true });

/** What no address opens by itself: `act` gets there. */
function states({ apis, keys, roles, rootKeys, namespaces }) {
  return [
    {
      name: "menu",
      path: "default/",
      act: (page, size) => (size === "phone" ? button(page, "Menu").click() : page.getByRole("button", { name: /Account/ }).click()),
    },
    { name: "palette", path: "default/apis", act: (page) => page.keyboard.press("Control+k") },
    {
      name: "palette-search",
      path: "default/apis",
      act: async (page) => {
        await page.keyboard.press("Control+k");
        await page.keyboard.type("globex");
      },
    },
    { name: "shortcuts", path: "default/apis", act: (page) => page.keyboard.press("?") },
    {
      name: "keys-selected",
      path: "default/keys",
      act: async (page) => {
        const boxes = page.locator('tbody [role="checkbox"], tbody input[type="checkbox"]');
        await boxes.first().waitFor();
        for (const index of [0, 1, 3]) await boxes.nth(index).click();
      },
    },
    {
      name: "key-row-menu",
      path: "default/keys?q=Globex",
      act: async (page) => page.getByTestId(`row-${keys["Globex ERP"]}`).getByRole("button").last().click(),
    },
    {
      name: "copy-as",
      path: "default/apis",
      act: (page) => page.getByRole("button", { name: /Copy as/ }).first().click(),
    },
    {
      name: "key-reroll",
      path: `default/keys/${keys["Initech billing"]}`,
      act: (page) => page.getByRole("button", { name: /^Reroll/ }).first().click(),
    },
    {
      name: "key-delete",
      path: `default/keys/${keys["Initech billing"]}`,
      act: async (page) => {
        await page.getByRole("button", { name: /^(Actions|More)/ }).last().click();
        await page.getByRole("menuitem", { name: /^Delete/ }).click();
      },
    },
    {
      name: "key-test-answer",
      path: `default/keys/${keys["Wonka shop"]}?tab=test`,
      act: async (page) => {
        await page.getByLabel("Permissions").fill("payments.create");
        await button(page, "Test verify").click();
        await page.getByText("payments.create").nth(1).waitFor({ timeout: 3000 }).catch(() => {});
      },
    },
    {
      name: "key-new-secret",
      path: `default/keys/new?api=${apis["payments-sandbox"]}`,
      act: async (page) => {
        await page.getByRole("textbox", { name: "Name" }).fill("Checkout, staging");
        await button(page, "Create key").first().click();
        await page.getByTestId("secret").waitFor();
      },
    },
    {
      name: "role-review",
      path: `default/access/roles/${roles.editor}?add=documents.share&remove=documents.delete`,
      act: (page) => page.getByRole("button", { name: /Review changes|Save changes/ }).first().click(),
    },
    {
      name: "api-delete",
      path: `default/apis/${apis.documents}/settings`,
      act: (page) => page.getByRole("button", { name: /^Delete/ }).first().click(),
    },
    {
      name: "namespace-delete",
      path: `default/ratelimits/${namespaces.search}/settings`,
      act: (page) => page.getByRole("button", { name: /^Delete/ }).first().click(),
    },
    {
      name: "root-key-matrix",
      path: "default/root-keys/new?preset=issuer",
      act: (page) => button(page, /^Keys /).first().click(),
    },
    {
      name: "root-key-review",
      path: `default/root-keys/${rootKeys["documents service"]}?add=api.${apis.documents}.delete_key`,
      act: (page) => page.getByRole("button", { name: /Review changes|Save changes/ }).first().click(),
    },
    { name: "audit-export", path: "default/audit", act: (page) => page.getByRole("button", { name: /^Export/ }).first().click() },
    { name: "no-permission", path: "default/root-keys", as: "payments service" },
    { name: "no-permission-home", path: "default/", as: "payments service" },
    { name: "editor-root-keys", path: "default/root-keys", as: "jonas.weber@acme.example" },
    { name: "editor-people", path: "default/settings/people", as: "jonas.weber@acme.example" },
    { name: "sign-in-root-key", path: "sign-in", signedOut: true, act: (page) => page.getByRole("tab", { name: "Root key" }).click() },
    {
      name: "sign-in-refused",
      path: "sign-in",
      signedOut: true,
      act: async (page) => {
        await page.getByLabel("Email").fill("priya.raman@acme.example");
        await page.getByLabel("Password").fill("not the right one");
        await button(page, "Sign in").click();
        await page.getByRole("alert").waitFor();
      },
    },
  ];
}

/** What an instance without an owner shows, and one whose owner came just now. */
function beginnings(server, token) {
  return [
    { name: "setup-pending", path: "setup", signedOut: true },
    { name: "setup", path: `setup#${token}`, signedOut: true },
    { name: "first-home", path: "default/", owner: true },
    { name: "first-apis", path: "default/apis", owner: true },
    { name: "first-keys", path: "default/keys", owner: true },
    { name: "first-root-keys", path: "default/root-keys", owner: true },
    { name: "first-audit", path: "default/audit", owner: true },
    { name: "first-identities", path: "default/identities", owner: true },
    { name: "first-permissions", path: "default/access/permissions", owner: true },
  ].map((one) => ({ ...one, server }));
}

const faults = [];
let made = 0;

/** Takes one picture in a page of its own. */
async function picture(context, server, one, size, theme, seeded) {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const file = fileOf(one.name, size, theme);
  page.on("console", (message) => {
    // What the server refuses is a state of a page, and Chromium tells of it here.
    const refused = message.location().url?.includes("/ui/rpc/") && message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !refused) faults.push(`${file}: ${message.text()}`);
  });
  try {
    await page.goto(`${server.url}/ui/${one.path}`);
    await page.getByRole("heading").first().waitFor();
    await settled(page);
    if (one.act) {
      await one.act(page, size, seeded);
      await page.mouse.move(0, 0);
      await settled(page);
    }
    if (!documents && !one.act) {
      const { width, height } = SIZES[size];
      const tall = await page.evaluate(() => Math.max(document.documentElement.scrollHeight, document.getElementById("main")?.scrollHeight ?? 0));
      if (tall > height) {
        await page.setViewportSize({ width, height: Math.min(tall + 80, TALLEST) });
        await settled(page);
      }
    }
    const png = await page.screenshot();
    writeFileSync(join(directory, file), documents ? await withPalette(page, png) : png);
    made += 1;
    process.stdout.write(`${file}\n`);
  } catch (error) {
    await page.screenshot({ path: join(directory, `failed-${file}`) }).catch(() => {});
    faults.push(`${file}: ${error.message.split("\n").slice(0, 6).join(" ")}`);
  } finally {
    await page.close();
  }
}

/** Takes the pictures of a list, in one browser profile for everybody who signs in. */
async function pictures(all, server, size, theme, seeded) {
  const list = all.filter(({ name }) => fileOf(name, size, theme));
  const contexts = new Map();
  const contextOf = async (who) => {
    if (!contexts.has(who)) {
      const options = { size, faults, colorScheme: theme, locale: "en-GB", timezoneId: "Europe/Berlin", reducedMotion: "reduce" };
      const context = await profile(server, documents ? { ...options, deviceScaleFactor: DOTS_IN_DOCUMENTS } : options);
      if (who) {
        const page = await context.newPage();
        if (seeded?.secrets[who]) await signInWithRootKey(server, page, seeded.secrets[who]);
        else await signIn(server, page, who === OWNER.email ? OWNER : { email: who, password: PASSWORD });
        await page.close();
      }
      contexts.set(who, context);
    }
    return contexts.get(who);
  };
  const whoOf = (one) => (one.signedOut ? undefined : (one.as ?? OWNER.email));
  for (const who of new Set(list.map(whoOf))) await contextOf(who);
  const left = [...list];
  const worker = async () => {
    for (let one = left.shift(); one; one = left.shift()) await picture(await contextOf(whoOf(one)), server, one, size, theme, seeded);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const context of contexts.values()) await context.close();
}

const looks = Object.keys(SIZES).flatMap((size) => ["light", "dark"].map((theme) => [size, theme]));

if (wanted.length === 0) rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });

const fresh = await new Server().start();
try {
  // The token of the setup link is only used when the owner is made.
  const list = beginnings(fresh, new URL(fresh.setupLink).hash.slice(1));
  for (const [size, theme] of looks) await pictures(list.filter(({ owner }) => !owner), fresh, size, theme);
  await fresh.makeOwner();
  for (const [size, theme] of looks) await pictures(list.filter(({ owner }) => owner), fresh, size, theme);
} finally {
  await fresh.remove();
}

const server = await new Server({ clock: BEGINNING }).start();
try {
  await server.makeOwner();
  console.log("Filling a server with a made-up company…");
  const seeded = await seed(server);
  const list = [...pages(seeded), ...states(seeded)];
  for (const [size, theme] of looks) await pictures(list, server, size, theme, seeded);
} finally {
  await server.remove();
}
await (await theBrowser()).close();

console.log(`${made} pictures in ${directory}`);
if (faults.length > 0) {
  console.error(`${faults.length} faults:\n${faults.join("\n")}`);
  process.exitCode = 1;
}
