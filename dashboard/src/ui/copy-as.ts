//! Writes a call of an operation in the languages that people paste into.

/** The languages of "Copy as". */
export const languages = ["curl", "CLI", "TypeScript", "Python"] as const;
/** One of the languages of "Copy as". */
export type Language = (typeof languages)[number];

const secretMembers = new Map([
  ["key", "KEYWAY_KEY"],
  ["rootKey", "KEYWAY_OTHER_ROOT_KEY"],
  ["password", "KEYWAY_PASSWORD"],
]);

/** Finds members whose value is a secret; a copied call names an environment variable instead. */
function secretsOf(body: unknown): Map<string, string> {
  const found = new Map<string, string>();
  if (body !== null && typeof body === "object" && !Array.isArray(body)) {
    for (const [name, variable] of secretMembers) {
      if (typeof (body as Record<string, unknown>)[name] === "string") found.set(name, variable);
    }
  }
  return found;
}

function drop(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body ?? {})) as unknown;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function shellJson(body: unknown): string {
  const secrets = secretsOf(body);
  const clean = drop(body) as Record<string, unknown>;
  for (const [name] of secrets) clean[name] = `\u0000${name}`;
  let text = shellQuote(JSON.stringify(clean));
  for (const [name, variable] of secrets) text = text.replace(`"\\u0000${name}"`, `"'"$${variable}"'"`);
  return text;
}

function pythonValue(value: unknown, depth: number): string {
  const pad = "    ".repeat(depth + 1);
  const end = "    ".repeat(depth);
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((one) => `${pad}${pythonValue(one, depth + 1)},\n`).join("")}${end}]`;
  }
  if (typeof value === "object") {
    const entries = Object.entries(value);
    if (entries.length === 0) return "{}";
    const lines = entries.map(([name, one]) => `${pad}${JSON.stringify(name)}: ${pythonValue(one, depth + 1)},\n`);
    return `{\n${lines.join("")}${end}}`;
  }
  return JSON.stringify(value);
}

function withVariables(text: string, body: unknown, write: (variable: string) => string): string {
  let result = text;
  for (const [name, variable] of secretsOf(body)) {
    const value = JSON.stringify((body as Record<string, unknown>)[name]);
    result = result.replace(`"${name}": ${value}`, () => `"${name}": ${write(variable)}`);
  }
  return result;
}

/** Writes the call of `operation` with `body` at the server `url`. */
export function copyAs(language: Language, url: string, operation: string, body: unknown): string {
  const clean = drop(body);
  switch (language) {
    case "curl":
      return [
        `curl ${url}/v2/${operation} \\`,
        `  -H "Authorization: Bearer $KEYWAY_ROOT_KEY" \\`,
        `  -H "Content-Type: application/json" \\`,
        `  -d ${shellJson(clean)}`,
      ].join("\n");
    case "CLI":
      return `KEYWAY_URL=${url} keyway call ${operation} -d ${shellJson(clean)}`;
    case "TypeScript":
      return [
        `const response = await fetch("${url}/v2/${operation}", {`,
        `  method: "POST",`,
        `  headers: {`,
        `    Authorization: \`Bearer \${process.env.KEYWAY_ROOT_KEY}\`,`,
        `    "Content-Type": "application/json",`,
        `  },`,
        `  body: JSON.stringify(${withVariables(JSON.stringify(clean, null, 2), clean, (name) => `process.env.${name}`).replaceAll("\n", "\n  ")}),`,
        `});`,
        `const { data } = await response.json();`,
      ].join("\n");
    case "Python":
      return [
        `import os`,
        `import requests`,
        ``,
        `response = requests.post(`,
        `    "${url}/v2/${operation}",`,
        `    headers={"Authorization": f"Bearer {os.environ['KEYWAY_ROOT_KEY']}"},`,
        `    json=${withVariables(pythonValue(clean, 1), clean, (name) => `os.environ["${name}"]`)},`,
        `)`,
        `data = response.json()["data"]`,
      ].join("\n");
  }
}
