// Makes screenshots of pages: node scripts/shots.mjs URL [NAME] [--only=desktop-light] [--full]
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

const flags = process.argv.slice(2).filter((one) => one.startsWith("--"));
const [url, name] = process.argv.slice(2).filter((one) => !one.startsWith("--"));
const only = flags.find((one) => one.startsWith("--only="))?.slice(7);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
await mkdir(new URL("../shots/", import.meta.url), { recursive: true });
const label = name ?? (new URL(url).pathname.replace(/^\/ui\/?/, "").replaceAll("/", "_") || "home");
for (const [size, width, height] of [["desktop", 1280, 800], ["phone", 360, 740]]) {
  for (const theme of ["light", "dark"]) {
    if (only && only !== `${size}-${theme}`) continue;
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") console.log(`${size} ${theme}: ${message.text()}`);
    });
    page.on("pageerror", (error) => console.log(`${size} ${theme}: ${error}`));
    await page.goto(url, { waitUntil: "networkidle" });
    await page.waitForTimeout(400);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    if (wide) console.log(`${size} ${theme}: the page is wider than the window`);
    const file = new URL(`../shots/${label}-${size}-${theme}.png`, import.meta.url).pathname;
    await page.screenshot({ path: file });
    console.log(file);
    await page.close();
  }
}
await browser.close();
