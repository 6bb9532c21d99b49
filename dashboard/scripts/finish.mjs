// Reports the sizes of the built files and fails when a budget is exceeded.
import { appendFile, readdir, readFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const assets = new URL("assets/", dist);
const index = await readFile(new URL("index.html", dist), "utf8");
if (/\sstyle=|<style|<script(?![^>]*\ssrc=)/.test(index)) throw new Error("index.html has inline code or styles.");
if (/(src|href)="(\/|https?:)/.test(index)) throw new Error("index.html has an address that is not relative.");

// Fonts come in by the style sheet, where the bundler doesn't see whose they are.
const licenses = new URL("assets/licenses.txt", dist);
const fonts = ["inter", "jetbrains-mono"].map((name) => `../node_modules/@fontsource-variable/${name}/LICENSE`);
const texts = await Promise.all(fonts.map((file) => readFile(new URL(file, import.meta.url), "utf8")));
await appendFile(licenses, `\n\n---\n\n${texts.join("\n\n---\n\n")}`);

const initialLimit = 250_000;
const chunkLimit = 80_000;
const first = new Set([...index.matchAll(/\.\/assets\/([^"]+)/g)].map((match) => match[1]));
let initial = 0;
const rows = [];
for (const name of await readdir(assets)) {
  if (!/\.(js|css)$/.test(name)) continue;
  const raw = await readFile(new URL(name, assets));
  const size = brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  if (first.has(name)) initial += size;
  else if (size > chunkLimit) throw new Error(`${name} has ${size} bytes; at most ${chunkLimit} are allowed.`);
  rows.push([size, name, first.has(name)]);
}
rows.sort((a, b) => b[0] - a[0]);
for (const [size, name, early] of rows.slice(0, 12)) console.log(`${String(size).padStart(8)} ${early ? "*" : " "} ${name}`);
console.log(`${rows.length} files; initial JS and CSS (*): ${initial} bytes of ${initialLimit} with brotli`);
if (initial > initialLimit) throw new Error("The initial JS and CSS exceed their budget.");
