import { chromium } from "playwright-core";
import { readFileSync, existsSync } from "node:fs";
const axePath = process.env.AXE;
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const U = "http://127.0.0.1:5173/ui/default";
const sizes = { d: [1280, 800], p: [360, 740] };
async function open(path, size = "d", theme = "light") {
  const p = await b.newPage({ viewport: { width: sizes[size][0], height: sizes[size][1] }, colorScheme: theme });
  p.on("console", (m) => { if (["error", "warning"].includes(m.type())) console.log("console:", m.text().slice(0, 300)); });
  p.on("pageerror", (e) => console.log("pageerror:", String(e).slice(0, 300)));
  await p.goto(U + path, { waitUntil: "networkidle" });
  await p.waitForTimeout(300);
  return p;
}
async function axe(p, what) {
  if (!axePath || !existsSync(axePath)) return;
  await p.evaluate(readFileSync(axePath, "utf8"));
  const r = await p.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  for (const v of r.violations) console.log(`axe ${what}: ${v.impact} ${v.id}`, v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " " + n.html.slice(0, 120)).join("\n    "));
  if (await p.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) console.log("WIDE", what);
}
const shot = async (p, n) => { await p.screenshot({ path: `/tmp/idrk/${n}.png` }); };
const mod = await import(process.argv[2]);
await mod.default({ open, axe, shot, b });
await b.close();
