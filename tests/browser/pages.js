// A made-up company with something on every page, and the list of all pages of the dashboard.
//
// The tests that visit every page and the script that makes screenshots use both.
import { OWNER } from "./server.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** So many seconds before now the story begins: give it as `clock` to a server that is to be filled. */
export const BEGINNING = -45 * 24 * 3600;

const PEOPLE = [
  ["mara.lindqvist@acme.example", "admin"],
  ["jonas.weber@acme.example", "editor"],
  ["priya.raman@acme.example", "viewer"],
];
/** What the people of the company chose. */
export const PASSWORD = "seven quiet harbours at dawn";

const SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15";

const APIS = [
  { name: "payments", environment: "production", defaultPrefix: "pay", deleteProtection: true, ipAllowlist: ["10.20.0.0/16"] },
  { name: "payments-sandbox", environment: "sandbox", defaultPrefix: "pay_test", storeEncryptedKeys: true },
  { name: "documents", environment: "production", defaultPrefix: "doc" },
  { name: "geocoding", environment: "production", defaultPrefix: "geo", defaultByteLength: 32 },
  { name: "partner-feed", environment: "production" },
  { name: "mobile-gateway" },
];

const PERMISSIONS = [
  ["documents.read", "Read documents", "Open and download documents of the own organisation."],
  ["documents.write", "Write documents", "Create documents and replace their content."],
  ["documents.delete", "Delete documents", "Move documents to the bin. They stay there for 30 days."],
  ["documents.share", "Share documents", "Make links that work without signing in."],
  ["payments.read", "Read payments", "List payments and their state."],
  ["payments.create", "Create payments", "Start a payment for a customer."],
  ["payments.refund", "Refund payments", "Give money back, wholly or in part."],
  ["payouts.read", "Read payouts", undefined],
  ["payouts.approve", "Approve payouts", "The second pair of eyes."],
  ["geocode.forward", "Address to coordinates", undefined],
  ["geocode.reverse", "Coordinates to address", undefined],
  ["webhooks.manage", "Manage webhooks", "Add, change and remove endpoints."],
];

const ROLES = [
  ["viewer", "Sees documents and payments.", ["documents.read", "payments.read"]],
  ["editor", "Works on documents every day.", ["documents.read", "documents.write", "documents.share", "payments.read"]],
  ["finance", "Takes care of refunds and payouts.", ["payments.read", "payments.create", "payments.refund", "payouts.read"]],
  ["geocoder", "For the maps team.", ["geocode.forward", "geocode.reverse"]],
  ["integration", "What a partner’s server gets.", ["documents.read", "payments.read", "payments.create", "webhooks.manage"]],
];

const IDENTITIES = [
  ["org_globex", { plan: "enterprise", country: "DE", seats: 240, contact: { name: "Hana Novak", mail: "hana@globex.example" } }, 5000],
  ["org_initech", { plan: "team", country: "US", seats: 18 }, 600],
  ["org_umbrella", { plan: "enterprise", country: "GB", seats: 95 }, 2000],
  ["org_hooli", { plan: "trial", country: "US" }, 60],
  ["org_soylent", { plan: "team", country: "FR", seats: 7 }, undefined],
  ["org_wonka", { plan: "team", country: "CH", seats: 12 }, 600],
  ["user_4711", {}, undefined],
];

/** Name, API, owner, and what else; `used` is how long ago it was verified last. */
const KEYS = [
  ["Globex ERP", "payments", "org_globex", { roles: ["finance", "integration"], used: 4 * MINUTE, credits: [82_114, 100_000] }],
  ["Globex data lake", "documents", "org_globex", { roles: ["viewer"], permissions: ["documents.share"], used: 26 * MINUTE }],
  ["Globex staging", "payments-sandbox", "org_globex", { roles: ["integration"], used: 5 * HOUR, recoverable: true }],
  ["Initech billing", "payments", "org_initech", { roles: ["finance"], used: 9 * MINUTE, credits: [412, 10_000] }],
  ["Initech reports (TPS)", "documents", "org_initech", { roles: ["viewer"], used: 2 * HOUR, expires: 3 * DAY }],
  ["Umbrella backend", "payments", "org_umbrella", { roles: ["integration"], used: 51 * MINUTE, limits: true }],
  ["Umbrella research", "documents", "org_umbrella", { roles: ["editor"], used: 3 * DAY }],
  ["Umbrella 2025", "documents", "org_umbrella", { roles: ["editor"], used: 20 * DAY, expires: -6 * DAY }],
  ["Hooli trial", "geocoding", "org_hooli", { roles: ["geocoder"], used: 2 * DAY, credits: [0] }],
  ["Hooli maps widget", "geocoding", "org_hooli", { roles: ["geocoder"], used: HOUR, expires: 18 * HOUR, limits: true }],
  ["Soylent kitchen display", "mobile-gateway", "org_soylent", { used: 30 * MINUTE }],
  ["Soylent old integration", "mobile-gateway", "org_soylent", { used: 31 * DAY, disabled: true }],
  ["Wonka shop", "payments", "org_wonka", { roles: ["integration"], used: 12 * MINUTE, credits: [9_120, 10_000], limits: true }],
  ["Wonka shop (next)", "payments", "org_wonka", { roles: ["integration"] }],
  ["Nightly export", "partner-feed", undefined, { permissions: ["documents.read"], used: 8 * HOUR }],
  ["Status page probe", "mobile-gateway", undefined, { used: MINUTE }],
  ["Jonas, local tests", "payments-sandbox", undefined, { roles: ["finance", "editor"], expires: 6 * DAY, used: 7 * HOUR }],
  ["Contractor", "documents", "user_4711", { roles: ["editor"], expires: -1 * DAY, used: 4 * DAY }],
  ["Load test", "geocoding", undefined, { disabled: true, limits: true }],
  [undefined, "mobile-gateway", undefined, {}],
  ["Partner: Northwind Traders", "partner-feed", undefined, { roles: ["viewer"], used: 3 * HOUR, credits: [240_000] }],
  ["Partner: Contoso", "partner-feed", undefined, { roles: ["viewer"], used: 6 * DAY }],
  ["Partner: Tailspin Toys", "partner-feed", undefined, { roles: ["viewer"], used: 11 * HOUR, expires: 80 * DAY }],
  ["Partner: Fabrikam, used by their mobile app and by the scheduled import of the warehouse", "partner-feed", undefined, { roles: ["viewer"], used: 17 * HOUR }],
];

/** Somebody signed in with an account: `(operation, body, workspace) => data`. */
export async function account(server, { email, password } = OWNER) {
  const signedIn = await server.rpc("session.signIn", { email, password }, { "user-agent": SAFARI });
  if (signedIn.status !== 200) throw new Error(`session.signIn answered ${signedIn.status}: ${JSON.stringify(signedIn.body)}`);
  const cookie = signedIn.headers.getSetCookie()[0].split(";")[0];
  const csrf = signedIn.body.data.session.csrf;
  return async (operation, body = {}, workspace = "default") => {
    const headers = { cookie, "user-agent": SAFARI, "x-keyway-csrf": csrf, "x-keyway-workspace": workspace };
    const answer = await server.rpc(operation, body, headers);
    if (answer.status !== 200) throw new Error(`${operation} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body.data;
  };
}

/**
 * Fills a server, which needs an owner and `clock: BEGINNING`, and gives the ids of what there is.
 *
 * Things happened over the last weeks; it ends with the real time.
 */
export async function seed(server) {
  const end = Date.now();
  const call = (operation, body, key) => server.call(operation, body, key);
  const untilBefore = (ago) => server.turnClock(-Math.round(ago / 1000));
  const seeded = { apis: {}, keys: {}, secrets: {}, roles: {}, identities: {}, namespaces: {}, overrides: {}, rootKeys: {}, people: {} };
  const { apis, keys, secrets, roles, identities, namespaces, overrides, rootKeys, people } = seeded;

  let owner = await account(server);
  for (const [email, role] of PEOPLE) {
    const made = await owner("users.create", { email, role });
    people[email] = made.userId;
    if (role === "viewer") continue;
    const { status } = await server.rpc("session.acceptLink", { token: made.link.token, password: PASSWORD });
    if (status !== 200) throw new Error(`session.acceptLink answered ${status}`);
  }

  untilBefore(44 * DAY);
  for (const { name, environment, ...settings } of APIS) {
    apis[name] = (await call("apis.createApi", { name, ...(environment ? { environment } : {}) })).apiId;
    if (Object.keys(settings).length > 0) await call("apis.updateApi", { apiId: apis[name], ...settings });
  }
  const rootKey = async (name, body, as) => {
    const made = await call("rootKeys.createKey", { name, ...body }, as);
    rootKeys[name] = made.keyId;
    secrets[name] = made.key;
    return made.key;
  };
  const deploy = await rootKey("deploy pipeline", { roles: ["issuer", "rbac_admin"], expires: end + 46 * DAY });
  await rootKey("payments service", { permissions: [`api.${apis.payments}.verify_key`], environments: ["production"] });
  await rootKey("edge gateway", { roles: ["verifier", "ratelimiter"], expires: end + 9 * DAY });
  const grafana = await rootKey("Grafana", { roles: ["read_only"], expires: end + 200 * DAY });
  await rootKey("documents service", {
    permissions: ["verify_key", "read_api", "read_key", "create_key"].map((action) => `api.${apis.documents}.${action}`),
    expires: end + 71 * DAY,
  });
  await rootKey("Mara’s laptop", { roles: ["admin"] });
  await rootKey("old importer", { permissions: ["api.*.create_key", "identity.*.create_identity"] });
  await rootKey("trial of a vendor", { permissions: ["api.*.read_analytics"], expires: end - 12 * DAY });

  untilBefore(43 * DAY);
  for (const [slug, name, description] of PERMISSIONS) {
    await call("permissions.createPermission", { slug, name, ...(description ? { description } : {}) }, deploy);
  }
  for (const [name, description, permissions] of ROLES) {
    roles[name] = (await call("permissions.createRole", { name, description, permissions }, deploy)).roleId;
  }
  for (const [externalId, meta, limit] of IDENTITIES) {
    const ratelimits = limit ? [{ name: "requests", limit, duration: MINUTE, autoApply: true }] : [];
    identities[externalId] = (await call("identities.createIdentity", { externalId, meta, ratelimits })).identityId;
  }

  untilBefore(42 * DAY);
  for (let number = 1; number <= 18; number += 1) {
    const made = await call("keys.createKey", { apiId: apis["mobile-gateway"], name: `Device ${String(number).padStart(3, "0")}` }, deploy);
    keys[`Device ${number}`] = made.keyId;
  }
  const gateway = secrets["edge gateway"];
  const verifiers = { payments: secrets["payments service"], documents: secrets["documents service"] };
  // Credits come back some days from now, so that those of today stay as they are told above.
  const refillDay = new Date(end + 3 * DAY).getUTCDate();

  // What happened since, with how long ago it was.
  const story = [];
  for (const [index, [name, api, externalId, more]] of KEYS.entries()) {
    const { roles: held = [], permissions = [], credits, limits, expires, recoverable, disabled, used } = more;
    const called = name ?? "nameless";
    const made = Math.max((index + 3) * 1.5 * DAY, used && used > DAY ? used + 2 * DAY : 0);
    story.push([
      made,
      async () => {
        const { keyId, key } = await call(
          "keys.createKey",
          {
            apiId: apis[api],
            ...(name ? { name } : {}),
            ...(externalId ? { externalId } : {}),
            roles: held,
            permissions,
            ...(credits ? { credits: { remaining: credits[0], ...(credits[1] ? { refill: { interval: "monthly", amount: credits[1], refillDay } } : {}) } } : {}),
            ...(limits ? { ratelimits: [{ name: "requests", limit: 120, duration: MINUTE, autoApply: true }, { name: "exports", limit: 5, duration: HOUR }] } : {}),
            ...(expires ? { expires: end + expires } : {}),
            ...(recoverable ? { recoverable } : {}),
            ...(index % 3 === 0 ? { meta: { team: "integrations", ticket: `OPS-${1200 + index}` } } : {}),
          },
          index % 2 ? deploy : server.rootKey,
        );
        keys[called] = keyId;
        secrets[called] = key;
      },
    ]);
    if (used) story.push([used, () => call("keys.verifyKey", { key: secrets[called] }, verifiers[api] ?? gateway)]);
    if (disabled) story.push([7 * HOUR, () => call("keys.updateKey", { keyId: keys[called], enabled: false })]);
  }
  story.push(
    [
      30 * DAY,
      async () => {
        for (const name of ["login", "search", "exports", "webhooks.outgoing"]) {
          namespaces[name] = (await call("ratelimit.createNamespace", { name })).namespaceId;
        }
        for (const [namespace, identifier, limit, duration] of [
          ["login", "*@globex.example", 500, MINUTE],
          ["login", "admin@globex.example", 20, MINUTE],
          ["login", "*", 60, MINUTE],
          ["login", "198.51.100.23", 0, DAY],
          ["search", "org_globex", 10_000, HOUR],
          ["search", "org_umbrella", 2_500, HOUR],
          ["exports", "org_*", 50, DAY],
        ]) {
          overrides[identifier] = (await call("ratelimit.setOverride", { namespace, identifier, limit, duration })).overrideId;
        }
      },
    ],
    [25 * DAY, () => call("rootKeys.updateKey", { keyId: rootKeys["old importer"], enabled: false })],
    [
      6 * HOUR,
      async () => {
        for (const identifier of ["admin@globex.example", "someone@globex.example", "198.51.100.23", "org_globex"]) {
          await call("ratelimit.limit", { namespace: "login", identifier, limit: 10, duration: MINUTE }, gateway);
        }
      },
    ],
    [
      5 * HOUR,
      async () => {
        const other = await call("workspaces.createWorkspace", { name: "Acme Labs", slug: "acme-labs" });
        const lab = await call("apis.createApi", { name: "prototype" }, other.rootKey);
        await call("keys.createKey", { apiId: lab.apiId, name: "First light" }, other.rootKey);
        await call("workspaces.createWorkspace", { name: "Globex (managed)", slug: "globex" });
      },
    ],
    [
      3 * HOUR,
      async () => {
        owner = await account(server);
        await owner("permissions.setRolePermissions", {
          role: roles.editor,
          permissions: ["documents.read", "documents.write", "documents.delete", "payments.read"],
        });
        await owner("keys.updateKey", { keyId: keys["Wonka shop"], name: "Wonka shop", meta: { team: "shop", ticket: "OPS-1301" } });
        await owner("keys.updateCredits", { keyId: keys["Wonka shop"], operation: "increment", value: 500 });
        await owner("rootKeys.updateKey", {
          keyId: rootKeys["documents service"],
          permissions: ["verify_key", "read_api", "read_key", "create_key", "update_key"].map((action) => `api.${apis.documents}.${action}`),
        });
        await owner("ratelimit.setOverride", { namespace: "search", identifier: "org_umbrella", limit: 4_000, duration: HOUR });
      },
    ],
    [2 * HOUR, () => server.rpc("session.signIn", { email: OWNER.email, password: "not the right one" }, { "user-agent": SAFARI })],
  );
  for (const [ago, happens] of story.sort(([one], [other]) => other - one)) {
    untilBefore(ago);
    await happens();
  }
  // The last use of keys is written now and then, and when the server ends.
  await server.end();
  await server.start();

  untilBefore(30_000);
  const refused = async (operation, body, key) => (await server.request(operation, body, key)).body.meta.requestId;
  seeded.refusedCall = await refused("keys.createKey", { apiId: apis.payments, name: "From a dashboard" }, grafana);
  seeded.deniedKey = await refused("keys.verifyKey", { key: secrets["Initech reports (TPS)"], permissions: "documents.write" }, gateway);
  untilBefore(0);
  const entries = await call("auditLogs.listAuditLogs", { limit: 100 });
  const changed = entries.filter((one) => one.changes?.length);
  seeded.entry = (changed.find((one) => one.event === "rootKey.update") ?? changed[0]).id;
  return seeded;
}

/**
 * Every page of the dashboard, with the tabs, states and dialogs that an address opens.
 *
 * `path` is below `/ui/`; `signedOut` are for nobody in particular.
 */
export function pages(seeded) {
  const { apis, keys, roles, identities, namespaces, overrides, rootKeys } = seeded;
  const key = keys["Globex ERP"];
  const inWorkspace = [
    ["home", ""],
    ["apis", "apis"],
    ["apis-new", "apis?new=1"],
    ["api-usage", `apis/${apis.payments}`],
    ["api-keys", `apis/${apis.payments}/keys`],
    ["api-settings", `apis/${apis.payments}/settings`],
    ["keys", "keys"],
    ["keys-filtered", "keys?status=expired,disabled"],
    ["keys-none", "keys?q=nothing-is-called-this"],
    ["key-new", `keys/new?api=${apis.payments}`],
    ["key", `keys/${key}`],
    ["key-access", `keys/${key}?tab=access`],
    ["key-access-remedy", `keys/${key}?tab=access&add=documents.write`],
    ["key-limits", `keys/${keys["Wonka shop"]}?tab=limits`],
    ["key-changes", `keys/${keys["Wonka shop"]}?tab=changes`],
    ["key-metadata", `keys/${key}?tab=metadata`],
    ["key-test", `keys/${key}?tab=test`],
    ["identities", "identities"],
    ["identities-new", "identities?new=1"],
    ["identity", `identities/${identities.org_globex}`],
    ["identity-limits", `identities/${identities.org_globex}?tab=limits`],
    ["identity-metadata", `identities/${identities.org_globex}?tab=metadata`],
    ["identity-usage", `identities/${identities.org_globex}?tab=usage`],
    ["identity-changes", `identities/${identities.org_globex}?tab=changes`],
    ["roles", "access/roles"],
    ["roles-new", "access/roles?new=1&permissions=documents.read"],
    ["role", `access/roles/${roles.editor}`],
    ["role-changed", `access/roles/${roles.editor}?add=documents.share&remove=documents.delete`],
    ["permissions", "access/permissions"],
    ["permissions-new", "access/permissions?new=1"],
    ["ratelimits", "ratelimits"],
    ["ratelimits-new", "ratelimits?new=1"],
    ["namespace-usage", `ratelimits/${namespaces.login}`],
    ["overrides", `ratelimits/${namespaces.login}/overrides?test=admin%40globex.example`],
    ["overrides-new", `ratelimits/${namespaces.login}/overrides?new=1`],
    ["override-edit", `ratelimits/${namespaces.login}/overrides?edit=${overrides["*@globex.example"]}`],
    ["namespace-settings", `ratelimits/${namespaces.login}/settings`],
    ["audit", "audit"],
    ["audit-entry", `audit?open=${seeded.entry}`],
    ["explain", "explain"],
    ["explain-request", `explain?request=${seeded.refusedCall}`],
    ["explain-denied", `explain?request=${seeded.deniedKey}`],
    ["explain-key", `explain?key=${key}&permissions=documents.write`],
    ["explain-operation", `explain?rootKey=${rootKeys.Grafana}&operation=keys.createKey&resource=${apis.payments}`],
    ["root-keys", "root-keys"],
    ["root-key-new", `root-keys/new?preset=verify&api=${apis.payments},${apis.documents}&name=checkout&expires=90d`],
    ["root-key", `root-keys/${rootKeys["documents service"]}`],
    ["root-key-changed", `root-keys/${rootKeys["documents service"]}?add=api.${apis.documents}.delete_key`],
    ["root-key-changes", `root-keys/${rootKeys["documents service"]}?tab=changes`],
    ["settings-workspace", "settings/workspace"],
    ["settings-people", "settings/people"],
    ["settings-people-new", "settings/people?new=1"],
    ["settings-sessions", "settings/sessions"],
    ["not-found", `keys/key_${"0".repeat(8)}`],
  ];
  return [
    ...inWorkspace.map(([name, path]) => ({ name, path: `default/${path}` })),
    { name: "empty-workspace", path: "globex/" },
    { name: "empty-keys", path: "globex/keys" },
    { name: "empty-roles", path: "globex/access/roles" },
    { name: "empty-ratelimits", path: "globex/ratelimits" },
    { name: "instance", path: "instance" },
    { name: "instance-new", path: "instance?new=1" },
    { name: "help", path: "help" },
    { name: "sign-in", path: "sign-in", signedOut: true },
    { name: "sign-in-ended", path: "sign-in?reason=expired", signedOut: true },
    { name: "setup-done", path: "setup", signedOut: true },
    { name: "link-unknown", path: `link#${"A".repeat(43)}`, signedOut: true },
  ];
}
