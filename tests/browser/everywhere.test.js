// Every page in each way of looking at it: light, dark, forced colours, 320 px wide and magnified.
import { readFileSync } from "node:fs";
import { assert, faultsOfAccess, flow, signIn } from "./flow.js";
import { BEGINNING, pages, seed } from "./pages.js";

/** So many pages are looked at side by side. */
const ABREAST = 3;

/** Waits until a page shows all that it will show. */
async function ready(page) {
  await page.locator("h1").first().waitFor({ state: "attached" });
  await page.waitForFunction(
    () =>
      !document.querySelector("[aria-busy=true], .animate-late, .animate-spin") &&
      document.getAnimations().every((one) => one.playState !== "running"),
  );
}

/** What can be scrolled to the side, and what to press that is cut off or out of reach. */
function cutOff(page) {
  return page.evaluate(() => {
    const found = [];
    const name = (one) => `${one.tagName.toLowerCase()} “${(one.getAttribute("aria-label") ?? one.innerText ?? "").trim().slice(0, 40)}”`;
    for (const one of [document.documentElement, document.getElementById("main"), document.querySelector("[role=dialog]")]) {
      if (one && one.scrollWidth > one.clientWidth + 1) found.push(`${name(one)} scrolls to the side: ${one.scrollWidth} > ${one.clientWidth}`);
    }
    const scrolls = (one, direction) => ["auto", "scroll"].includes(getComputedStyle(one)[`overflow-${direction}`]);
    const hides = (one, direction) => getComputedStyle(one)[`overflow-${direction}`] !== "visible";
    const open = document.querySelector("[role=dialog], [role=alertdialog]");
    for (const one of (open ?? document).querySelectorAll("button, a[href], input, select, textarea, [role=tab], [role=checkbox]")) {
      if (!one.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) continue;
      const box = one.getBoundingClientRect();
      // Hidden from eyes, such as the input behind a drawn control or the link that skips the rail.
      if (box.width <= 1 || box.height <= 1 || getComputedStyle(one).clipPath !== "none") continue;
      let [left, right, top, bottom] = [0, innerWidth, -Infinity, Infinity];
      let reachable = false;
      for (let outer = one.parentElement; outer; outer = outer.parentElement) {
        if (outer.tabIndex >= 0 && scrolls(outer, "x")) reachable = true;
        const edge = outer.getBoundingClientRect();
        if (hides(outer, "x")) [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        if (hides(outer, "y") && !scrolls(outer, "y")) [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      }
      if (!reachable && (box.left < left - 2 || right + 2 < box.right)) {
        found.push(`${name(one)} is cut off: ${Math.round(box.left)}–${Math.round(box.right)} of ${Math.round(left)}–${Math.round(right)}`);
      }
      if (box.top < top - 2 || bottom + 2 < box.bottom) found.push(`${name(one)} is cut off at its top or bottom`);
      if (one.matches("button.k-button, a.k-button") && one.scrollWidth > one.clientWidth + 1) found.push(`the words of ${name(one)} are cut off`);
      if (getComputedStyle(one).position === "fixed" && bottom < box.bottom) found.push(`${name(one)} is below the window`);
    }
    if (open) {
      const box = open.getBoundingClientRect();
      if (box.top < -1 || box.bottom > innerHeight + 1) found.push(`the dialog is higher than the window: ${box.top}–${box.bottom} of ${innerHeight}`);
    }
    return found;
  });
}

/** What each way sets, undoes and looks for. */
const CONTRAST = ["color-contrast", "link-in-text-block"];
const DESKTOP = { width: 1280, height: 800, deviceScaleFactor: 1, mobile: false };
const WAYS = [
  ["light", {}, DESKTOP, undefined],
  ["dark", { colorScheme: "dark" }, DESKTOP, CONTRAST],
  ["forced colours", { forcedColors: "active" }, DESKTOP, CONTRAST],
  ["320 px", {}, { ...DESKTOP, width: 320, height: 640 }, ["target-size"]],
  ["200 %", {}, { width: 640, height: 400, deviceScaleFactor: 2, mobile: false }, []],
];

async function look(page, device, place, shades) {
  const found = [];
  await ready(page);
  for (const [way, media, size, rules] of WAYS) {
    await device.send("Emulation.setDeviceMetricsOverride", size);
    await page.emulateMedia({ colorScheme: "light", forcedColors: "none", ...media });
    await ready(page);
    shades.add(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
    const faults = await cutOff(page);
    if (rules?.length !== 0) faults.push(...(await faultsOfAccess(page, rules)).map((one) => JSON.stringify(one)));
    found.push(...faults.map((fault) => `${place} (${way}): ${fault}`));
  }
  return found;
}

/** The routes of the dashboard that no page of the list shows. */
function leftOut(paths) {
  const router = readFileSync(new URL("../../dashboard/src/app/router.tsx", import.meta.url), "utf8");
  const routes = [...router.matchAll(/createRoute\(\{(.*?)\n\}\);/gs)]
    .map(([, body]) => ({ path: /\bpath: "([^"]+)"/.exec(body)?.[1], below: body.includes("...inWorkspace"), shown: body.includes("lazyRouteComponent") }))
    .filter(({ path, shown }) => path && shown)
    .map(({ path, below }) => (below ? `$ws/${path}`.replace(/\/+$/, "/") : path));
  assert.ok(routes.length > 25, `only ${routes.length} routes were found`);
  return routes.filter((route) => {
    const pattern = new RegExp(`^${route.replaceAll(/\$\w+/g, "[^/]+")}$`);
    return !paths.some((path) => pattern.test(path.split(/[?#]/)[0]));
  });
}

flow("38: every page holds in light, dark and forced colours, at 320 px and at 200 %", { clock: BEGINNING, options: { viewport: null } }, async ({ server, page, context }) => {
  const seeded = await seed(server);
  const found = [];
  const shades = new Set();
  let seen = 0;
  const visitAll = async (list) => {
    const todo = [...list];
    await Promise.all(
      Array.from({ length: ABREAST }, async () => {
        const own = await context.newPage();
        const device = await context.newCDPSession(own);
        for (let next = todo.shift(); next; next = todo.shift()) {
          await own.goto(`${server.url}/ui/${next.path}`);
          found.push(...(await look(own, device, next.name, shades)));
          seen += 1;
        }
        await own.close();
      }),
    );
  };
  const all = pages(seeded);
  assert.deepEqual(leftOut(all.map(({ path }) => path)), []);
  await visitAll(all.filter((one) => one.signedOut));
  await signIn(server, page);
  await visitAll(all.filter((one) => !one.signedOut));
  assert.equal(seen, all.length);
  assert.equal(found.length, 0, found.join("\n"));
  assert.ok(shades.size >= 3, `light, dark and forced colours look the same: ${[...shades]}`);
});
