// The dashboard without a pointer.
import { accessible, assert, flow, settled, signIn, visit } from "./flow.js";
import { OWNER, until } from "./server.js";

/** What has the focus: what it is, whether that can be seen, and whether something covers it. */
function focus(page) {
  return page.evaluate(() => {
    const one = document.activeElement;
    if (!one || one === document.body) return { name: "nothing" };
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || one.id === "main";
    const at = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.2, 0.8].map((y) => [box.left + box.width * x, box.top + box.height * y]));
    const open = at.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top !== null && (top === one || one.contains(top) || top.contains(one) || [...(one.labels ?? [])].some((label) => label.contains(top)));
    });
    const name = one.getAttribute("aria-label") ?? one.labels?.[0]?.innerText ?? one.innerText?.slice(0, 60) ?? "";
    return { name: `${one.tagName} ${name.trim()}`, marked, open, width: box.width };
  });
}

/** Presses Tab until `target` has the focus; every stop on the way has to be seen. */
async function tabTo(page, target, { key = "Tab", most = 80 } = {}) {
  const stops = [];
  for (let press = 0; press < most; press += 1) {
    if (stops.length > 0 && (await target.evaluate((one) => one === document.activeElement).catch(() => false))) return;
    await page.keyboard.press(key);
    await settled(page);
    const stop = await focus(page);
    stops.push(stop.name);
    if (stop.name === "nothing") continue;
    assert.ok(stop.marked, `the focus of ${stop.name} can't be seen at ${page.url()}`);
    assert.ok(stop.open, `${stop.name} has the focus and is covered or out of sight at ${page.url()}`);
  }
  throw new Error(`The keyboard doesn't reach ${target}; it stops at: ${stops.join(" | ")}`);
}

async function focused(page, target) {
  await until(`${target} has the focus`, () => target.evaluate((one) => one === document.activeElement).catch(() => false));
}

flow("36: sign in, create a key, copy it and sign out by the keyboard alone", {}, async ({ server, page }) => {
  await server.call("apis.createApi", { name: "payments" });
  await server.call("apis.createApi", { name: "documents" });
  await page.goto(`${server.url}/ui/`);
  await page.getByLabel("Email").waitFor();
  await tabTo(page, page.getByLabel("Email"));
  await page.keyboard.type(OWNER.email);
  await tabTo(page, page.getByLabel("Password"));
  await page.keyboard.type(OWNER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Acme" }).waitFor();

  // The first stop of a page leads past the rail.
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Acme" }).waitFor();
  await tabTo(page, page.getByRole("link", { name: "Skip to the page" }));
  await page.keyboard.press("Enter");
  await focused(page, page.locator("#main"));
  await tabTo(page, page.getByRole("main").getByRole("link", { name: /^APIs/ }));

  // The palette gives the focus back when it is closed.
  const apis = page.getByRole("main").getByRole("link", { name: /^APIs/ });
  await page.keyboard.press("ControlOrMeta+k");
  const palette = page.getByRole("dialog", { name: "Search and commands" });
  await focused(page, palette.getByRole("combobox"));
  await accessible(page);
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });
  await focused(page, apis);
  await page.keyboard.press("ControlOrMeta+k");
  await focused(page, palette.getByRole("combobox"));
  // Enter means what was typed, however soon it follows.
  await page.keyboard.type("create key");
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { level: 1, name: "Create key" }).waitFor();
  const api = page.getByLabel("API", { exact: true });
  await tabTo(page, api);
  await page.getByRole("option", { name: /^documents/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("option", { name: /^documents/ }).waitFor({ state: "hidden" });
  await focused(page, api);
  await page.keyboard.type("pay");
  await page.getByRole("option").nth(1).waitFor({ state: "detached" });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await api.inputValue(), "payments");
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type("by keyboard");
  await tabTo(page, page.getByRole("button", { name: /^Life/ }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Expires"));
  await page.keyboard.type("In 30");
  assert.equal(await page.getByLabel("Expires").evaluate((one) => one.selectedOptions[0].innerText), "In 30 days");
  await tabTo(page, page.getByRole("button", { name: "Create key" }));
  await page.keyboard.press("Enter");

  const dialog = page.getByRole("dialog", { name: "The key is created" });
  await focused(page, dialog.getByRole("button", { name: "Copy secret" }));
  await page.keyboard.press("Enter");
  const secret = await dialog.getByTestId("secret").innerText();
  await until("the secret is in the clipboard", async () => (await page.evaluate(() => navigator.clipboard.readText())) === secret);
  await page.keyboard.press("Escape");
  await dialog.getByRole("alert").waitFor();
  await tabTo(page, dialog.getByRole("button", { name: "Go back" }));
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").waitFor({ state: "detached" });
  // A dialog keeps the focus in itself, all the way round and back.
  await tabTo(page, dialog.getByLabel("I stored it"));
  await tabTo(page, dialog.getByRole("button", { name: "Copy secret" }));
  await tabTo(page, dialog.getByLabel("I stored it"), { key: "Shift+Tab" });
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1, name: /by keyboard/ }).waitFor();
  const [key] = await server.call("keys.listKeys", {});
  assert.equal(key.name, "by keyboard");
  assert.equal((await server.call("keys.verifyKey", { key: secret })).code, "VALID");

  const reroll = page.getByRole("button", { name: "Reroll key" });
  await tabTo(page, reroll);
  await page.keyboard.press("Enter");
  const asks = page.getByRole("dialog", { name: "Reroll key" });
  await focused(page, asks.getByLabel("The old key stays valid for"));
  await page.keyboard.press("Escape");
  await asks.waitFor({ state: "detached" });
  await focused(page, reroll);

  const more = page.getByRole("button", { name: "More actions" });
  await tabTo(page, more);
  await page.keyboard.press("Enter");
  await focused(page, page.getByRole("menuitem", { name: "Disable" }));
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await focused(page, more);
  await page.keyboard.press("Enter");
  await focused(page, page.getByRole("menuitem", { name: "Disable" }));
  await page.keyboard.press("Enter");
  const disable = page.getByRole("dialog", { name: "Disable this key?" });
  await disable.waitFor();
  await accessible(page);
  await page.keyboard.press("Escape");
  await disable.waitFor({ state: "detached" });
  await focused(page, more);
  assert.equal((await server.call("keys.verifyKey", { key: secret })).code, "VALID");

  // Rows: move, select, open; the row's page gives way to the list again.
  await page.keyboard.press("g");
  await page.keyboard.press("k");
  const row = page.getByTestId(`row-${key.keyId}`);
  await row.waitFor();
  await page.keyboard.press("j");
  await focused(page, row);
  assert.ok((await focus(page)).marked, "a row's focus can't be seen");
  await page.keyboard.press("x");
  const bar = page.getByRole("toolbar", { name: "Selected keys" });
  await bar.getByText("1 selected").waitFor();
  await tabTo(page, bar.getByRole("button", { name: "Clear" }));
  await page.keyboard.press("Enter");
  await bar.waitFor({ state: "detached" });
  await page.keyboard.press("/");
  await focused(page, page.getByRole("searchbox", { name: "Search keys" }));
  await page.keyboard.type("nothing");
  await page.getByText("No key matches these filters.").waitFor();
  await page.keyboard.press("Escape");
  await row.waitFor();

  const account = page.getByRole("button", { name: `Account ${OWNER.email}` });
  await tabTo(page, account, { key: "Shift+Tab" });
  await page.keyboard.press("Enter");
  await until("the menu has the focus", () => page.getByRole("menu").evaluate((one) => one.contains(document.activeElement)));
  await page.keyboard.press("End");
  await focused(page, page.getByRole("menuitem", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await page.getByText("You are signed out.").waitFor();
  await tabTo(page, page.getByLabel("Email"));
  const { body } = await server.rpc("session.get");
  assert.equal(body.data.state, "signed_out");
  assert.ok(!(await page.context().cookies()).some((one) => /session/.test(one.name)), "the cookie stays");
});

flow("37: single letters do nothing once they are switched off, and the palette stays", {}, async ({ server, page }) => {
  await signIn(server, page);
  const heading = (name) => page.getByRole("heading", { level: 1, name });
  const press = async (...keys) => {
    for (const one of keys) await page.keyboard.press(one);
  };
  await visit(server, page);
  await press("g", "k");
  await heading("Keys").waitFor();
  await press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await list.waitFor();
  await accessible(page);
  await press("Escape");
  await list.waitFor({ state: "detached" });

  await visit(server, page, "settings/sessions");
  await page.getByRole("switch", { name: "Keyboard shortcuts" }).click();
  await accessible(page);
  await page.getByRole("heading", { level: 1 }).click();
  const letters = [["g", "k"], ["g", "h"], ["?"], ["/"], ["j"], ["x"]];
  for (const keys of letters) await press(...keys);
  // The palette's answer proves that the letters before it have been dealt with.
  await press("ControlOrMeta+k");
  const palette = page.getByRole("dialog", { name: "Search and commands" });
  await palette.waitFor();
  assert.equal(await page.getByRole("dialog").count(), 1);
  assert.equal(new URL(page.url()).pathname, "/ui/default/settings/sessions");
  await page.keyboard.type("keys");
  await palette.getByRole("option", { name: "Keys", exact: true }).waitFor();
  await press("Enter");
  await heading("Keys").waitFor();

  await page.reload();
  await heading("Keys").waitFor();
  for (const keys of letters) await press(...keys);
  await press("ControlOrMeta+k");
  await palette.waitFor();
  await press("Escape");
  await palette.waitFor({ state: "detached" });
  await heading("Keys").waitFor();
  assert.equal(new URL(page.url()).pathname, "/ui/default/keys");
  assert.equal(await page.evaluate(() => document.activeElement.tagName === "INPUT"), false, "/ went to the search");

  await visit(server, page, "settings/sessions");
  await page.getByRole("switch", { name: "Keyboard shortcuts" }).click();
  await page.getByRole("heading", { level: 1 }).click();
  await press("g", "k");
  await heading("Keys").waitFor();
});
