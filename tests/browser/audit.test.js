// The audit log: finding a change, what was different afterwards, and the file for a spreadsheet.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { accessible, assert, flow, signIn, visit } from "./flow.js";
import { BINARY, until } from "./server.js";

/** Runs the command line against the server, with a root key of its own. */
function cli(server, key, ...words) {
  const env = { PATH: process.env.PATH, HOME: server.directory, KEYWAY_URL: server.url, KEYWAY_ROOT_KEY: key };
  return execFileSync(BINARY, [...words, "--no-input", "--json"], { env, encoding: "utf8" });
}

/** The rows of a CSV file, each a list of cells (RFC 4180). */
function parseCsv(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const row = rows.at(-1);
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') row[row.length - 1] += text[(at += 1)];
      else if (sign === '"') quoted = false;
      else row[row.length - 1] += sign;
    } else if (sign === '"') quoted = true;
    else if (sign === ",") row.push("");
    else if (sign === "\r" && text[at + 1] === "\n") {
      rows.push([""]);
      at += 1;
    } else row[row.length - 1] += sign;
  }
  assert.deepEqual(rows.pop(), [""], "the file ends with a line break");
  return rows;
}

flow("33: a change by the command line is found by its target, and exported safely", {}, async ({ server, page }) => {
  const { roleId } = await server.call("permissions.createRole", { name: "editor", permissions: ["documents.read", "documents.write"] });
  const { key, keyId } = await server.call("rootKeys.createKey", { name: "ci", roles: ["rbac_admin"] });
  const formula = "=cmd|' /C calc'!A0";
  const { roleId: strange } = await server.call("permissions.createRole", { name: formula });
  const since = (await server.call("auditLogs.listAuditLogs", { targetIds: [roleId] })).length;
  cli(server, key, "role", "update", "editor", "--description", "Works on documents");

  await signIn(server, page);
  await visit(server, page, "audit");
  await page.getByRole("searchbox", { name: "Target" }).fill(roleId);
  await page.getByRole("searchbox", { name: "Actor" }).fill(keyId);
  const rows = page.locator("[data-testid^=row-]");
  await page.waitForURL((url) => url.searchParams.get("target") === roleId && url.searchParams.get("actor") === keyId);
  // Until the filters are answered the rows of before stay.
  await until("one row is left", async () => (await rows.count()) === 1);
  assert.match(await rows.innerText(), /role\.update[^]*ci/);
  await accessible(page);
  const entries = await server.call("auditLogs.listAuditLogs", { targetIds: [roleId] });
  assert.equal(entries.length, since + 1);
  assert.deepEqual([entries[0].actor.id, entries[0].event], [keyId, "role.update"]);

  await rows.getByRole("link").first().click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  assert.match(await dialog.getByTestId("diff-removed").innerText(), /^none$/);
  assert.equal(await dialog.getByTestId("diff-added").innerText(), "Works on documents");
  await dialog.getByText(keyId).waitFor();
  await dialog.getByText(entries[0].requestId).waitFor();
  await accessible(page);
  await dialog.getByRole("link", { name: /it changed/ }).click();
  await dialog.waitFor({ state: "detached" });
  await page.waitForURL((url) => url.searchParams.get("q") === entries[0].requestId);
  await until("the filter by request is answered", async () => (await page.locator("[aria-busy=true]").count()) === 0);
  assert.match(await rows.innerText(), /role\.update/);

  // What the change of a role's permissions tells.
  cli(server, key, "role", "set-permissions", "editor", "--permission", "documents.read");
  await visit(server, page, `audit?target=${roleId}&actor=${keyId}&event=authorization.disconnect_role_and_permissions`);
  await rows.getByRole("link").first().click();
  assert.deepEqual(await dialog.getByTestId("diff-removed").allInnerTexts(), ["removed\ndocuments.write"]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await visit(server, page, "audit");
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "CSV" }).click()]);
  assert.match(download.suggestedFilename(), /^keyway-audit-.*\.csv$/);
  const [head, ...lines] = parseCsv(readFileSync(await download.path(), "utf8"));
  assert.ok(lines.every((line) => line.length === head.length), "each row has as many cells as the first");
  // The file tells of its own making too.
  const known = async () => (await server.call("auditLogs.listAuditLogs")).map((entry) => entry.id).sort();
  assert.deepEqual(lines.map((line) => line[head.indexOf("id")]).sort(), await known());
  const risky = lines.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell));
  assert.deepEqual(risky, [], "a spreadsheet would run these");
  const row = lines.find((line) => line[head.indexOf("resourceIds")] === strange);
  assert.equal(row[head.indexOf("resourceNames")], `'${formula}`);

  await page.getByRole("button", { name: "Export" }).click();
  const [other] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "NDJSON" }).click()]);
  const objects = readFileSync(await other.path(), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(objects.map((one) => one.id).sort(), await known());
  await accessible(page);
});
