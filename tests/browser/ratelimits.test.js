// Rate limits: which override applies to an identifier.
import { accessible, assert, flow, signIn, visit } from "./flow.js";

flow("30: the tester tells which override wins, the exact one before the pattern", {}, async ({ server, page }) => {
  const { namespaceId } = await server.call("ratelimit.createNamespace", { name: "mail" });
  await server.call("ratelimit.setOverride", { namespace: "mail", identifier: "*@acme.com", limit: 100, duration: 60_000 });
  await server.call("ratelimit.setOverride", { namespace: "mail", identifier: "ceo@acme.com", limit: 5000, duration: 60_000 });
  await signIn(server, page);
  await visit(server, page, "ratelimits");
  await page.getByTestId(`row-${namespaceId}`).getByRole("link", { name: "mail" }).click();
  await page.getByRole("link", { name: "Overrides" }).click();
  const field = page.getByRole("textbox", { name: "Identifier" });
  const winner = page.getByTestId("override-winner");

  await field.fill("ceo@acme.com");
  await winner.getByText("Allows 5,000 in 1 min").waitFor();
  assert.match(await winner.innerText(), /^ceo@acme\.com\s+exact/);
  assert.match(await winner.innerText(), /Also match, but don’t count\s+\*@acme\.com/);
  await accessible(page);

  await field.fill("somebody@acme.com");
  await winner.getByText("Allows 100 in 1 min").waitFor();
  assert.match(await winner.innerText(), /^\*@acme\.com\s+pattern/);
  assert.doesNotMatch(await winner.innerText(), /Also match/);

  await field.fill("ceo@example.com");
  await winner.getByText("No override matches.", { exact: false }).waitFor();
  await accessible(page);

  // The server decides the same way.
  const limit = async (identifier) =>
    (await server.call("ratelimit.limit", { namespace: "mail", identifier, limit: 7, duration: 60_000 })).limit;
  assert.deepEqual(
    [await limit("ceo@acme.com"), await limit("somebody@acme.com"), await limit("ceo@example.com")],
    [5000, 100, 7],
  );
});
