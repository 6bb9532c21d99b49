// Writes src/api/schema.d.ts and src/api/requirements.ts from the server's OpenAPI document. With
// --check it only fails if they would change.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

// KEYWAY_OPENAPI names another document, such as one just read from a running server.
const source = process.env.KEYWAY_OPENAPI ?? new URL("../../docs/reference/openapi.json", import.meta.url);
const document = JSON.parse(await readFile(source, "utf8"));

const requirements = {};
for (const [path, methods] of Object.entries(document.paths)) {
  const operation = methods.post;
  if (!operation || !path.startsWith("/v2/")) {
    delete document.paths[path];
    continue;
  }
  requirements[operation.operationId] = operation["x-keyway-permissions"] ?? null;
}

/** Extensions hold words such as `anyOf` that are not schemas, which the type generator takes them for. */
function withoutExtensions(value) {
  if (Array.isArray(value)) return value.map(withoutExtensions);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith("x-keyway-"))
      .map(([name, inner]) => [name, withoutExtensions(inner)]),
  );
}

/** Writes a generated file, or complains that it is stale. */
async function settle(name, text) {
  const file = new URL(`../src/api/${name}`, import.meta.url);
  if (!process.argv.includes("--check")) await writeFile(file, text);
  else if ((await readFile(file, "utf8")) !== text) {
    console.error(`src/api/${name} does not fit the OpenAPI document: run \`npm run generate\`.`);
    process.exitCode = 1;
  }
}

const nodes = await openapiTS(withoutExtensions(document), { defaultNonNullable: false });
const banner = "// Generated from docs/reference/openapi.json by `npm run generate`. Not for editing.\n\n";
await settle("schema.d.ts", banner + astToString(nodes));

const entries = Object.entries(requirements)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([operation, tree]) => `  "${operation}": ${JSON.stringify(tree)},`)
  .join("\n");
await settle(
  "requirements.ts",
  `${banner}import type { Requirement } from "./permissions";

/** What a caller must hold for each operation of the server; null means nothing. */
export const requirements = {
${entries}
} as const satisfies Record<string, Requirement | null>;
`,
);
