// Prints how fast the dashboard's main pages are with many keys, as the browser itself measures it.
//
//   KEYWAY_BIN=target/release/keyway node tests/browser/figures.js [KEYS]
//
// Nothing is decided by it. Every page is opened several times, first with an empty cache and then with
// a filled one; the medians are printed.
import { theBrowser, profile, settled, signIn } from "./flow.js";
import { figures, firstRow, watch } from "./measure.js";
import { Server } from "./server.js";

const KEYS = Number(process.argv[2] ?? 100_000);
const TIMES = 7;

function median(values) {
  const known = values.filter((one) => one !== undefined).sort((a, b) => a - b);
  return known.length === 0 ? undefined : known[Math.floor(known.length / 2)];
}

const COLUMNS = {
  "TTFB ms": ({ ttfb }) => ttfb?.toFixed(1),
  "FCP ms": ({ fcp }) => fcp?.toFixed(0),
  "LCP ms": ({ lcp }) => lcp?.toFixed(0),
  CLS: ({ cls }) => cls?.toFixed(4),
  "TBT ms": ({ tbt }) => tbt?.toFixed(0),
  "first row ms": ({ firstRow: at }) => at?.toFixed(0) ?? "",
  requests: ({ requests }) => requests,
  "JS+CSS kB": ({ bytes }) => (bytes / 1000).toFixed(1),
};

const server = await new Server({ keys: KEYS }).start();
try {
  await server.makeOwner();
  const context = await profile(server);
  const page = await context.newPage();
  await watch(page);
  await signIn(server, page);
  const [key] = await server.call("keys.listKeys", { limit: 1 });
  const owner = `bench_user_${Math.floor(KEYS / 30)}`;
  const pages = [
    ["home", ""],
    ["keys", "keys"],
    ["keys of one identity, by search", `keys?q=${owner}`],
    ["key", `keys/${key.keyId}`],
  ];
  const cdp = await context.newCDPSession(page);
  const table = {};
  for (const cache of ["empty", "filled"]) {
    for (const [name, path] of pages) {
      const measured = [];
      for (let time = 0; time < TIMES; time += 1) {
        if (cache === "empty") await cdp.send("Network.clearBrowserCache");
        await page.goto("about:blank");
        await page.goto(`${server.url}/ui/default/${path}`);
        await settled(page);
        measured.push(await figures(page));
      }
      const middle = Object.fromEntries(Object.keys(measured[0]).map((one) => [one, median(measured.map((figure) => figure[one]))]));
      table[`${name}, ${cache} cache`] = Object.fromEntries(Object.entries(COLUMNS).map(([column, show]) => [column, show(middle)]));
    }
  }

  const searches = [];
  for (let time = 0; time < TIMES; time += 1) {
    const wanted = `bench_user_${1000 + 700 * time}`;
    await page.goto(`${server.url}/ui/default/keys`);
    await firstRow(page);
    await settled(page);
    await page.getByRole("searchbox", { name: "Search keys" }).focus();
    const start = await page.evaluate(() => performance.now());
    await page.keyboard.insertText(wanted);
    searches.push((await firstRow(page, wanted)) - start);
  }
  console.log(`${KEYS} keys, medians of ${TIMES}, Chromium ${(await theBrowser()).version()}`);
  console.table(table);
  console.log(`An externalId typed into the search of keys until its first row: ${median(searches).toFixed(0)} ms (180 ms of it are the wait for more letters).`);
  await context.close();
} finally {
  await server.remove();
}
await (await theBrowser()).close();
