// Runs @unkey/api and @unkey/ratelimit against the server at KEYWAY_URL. Exits with 1 if any case
// failed.
import { readFileSync } from "node:fs";
import { Results, world } from "./harness.js";
import { ratelimit } from "./ratelimit.js";
import { outside, refusals } from "./refusals.js";
import { scenarios } from "./scenarios.js";

/** @param {string} name */
function installed(name) {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return `npm ${name} ${JSON.parse(readFileSync(file, "utf8")).version}`;
}

const api = new Results(installed("@unkey/api"));
const limiter = new Results(installed("@unkey/ratelimit"));
const place = await world("node");
await refusals(api, place);
await scenarios(api, place);
outside(api);
await ratelimit(limiter, place);
process.exitCode = api.failed + limiter.failed > 0 ? 1 : 0;
