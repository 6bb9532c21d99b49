// What both programs share: the record of results, plain requests for what the clients can't do,
// and a world of two workspaces to work in.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";

/** @typedef {{ rootKey: string, otherRootKey: string, throttledRootKey: string, powerlessRootKey: string, values: Record<string, string> }} World */
/** @typedef {{ body: unknown, code: string }} Refused */
/**
 * @typedef {{ operation: string, valid: unknown, invalid?: unknown, missing?: Refused[],
 *   conflict?: Refused, foreign?: boolean, untyped?: number[], differs?: string }} Row
 */

export const serverURL = setting("KEYWAY_URL");
const bootstrapRootKey = setting("KEYWAY_ROOT_KEY");

/** @type {Row[]} */
export const operations = JSON.parse(
  readFileSync(new URL("../operations.json", import.meta.url), "utf8"),
);

/** A window that is longer than any run, so that counts don't depend on the time of day. */
export const MONTH = 2_592_000_000;

/** @param {string} name */
function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

/** Runs cases of one client and records each as a line of the results file. */
export class Results {
  failed = 0;
  /** @param {string} client */
  constructor(client) {
    this.client = client;
  }

  /**
   * @param {string} operation
   * @param {string} name
   * @param {() => Promise<unknown>} run
   * @param {...string} differs ids of reasons.json that this case shows
   */
  async check(operation, name, run, ...differs) {
    let result = "ok";
    let detail;
    try {
      await run();
    } catch (error) {
      result = "failed";
      this.failed += 1;
      detail = describe(error);
      console.error(`FAILED ${this.client} ${operation}: ${name}\n  ${detail.replaceAll("\n", "\n  ")}`);
    }
    this.line({ operation, case: name, result, differs, detail });
  }

  /** @param {string} operation */
  absent(operation) {
    this.line({ operation, case: "the client has the method", result: "absent" });
  }

  /** Names what the client offers and Keyway does not. @param {string} operation */
  outside(operation) {
    this.line({ operation, case: "the client has the method", result: "outside" });
  }

  /** @param {object} row */
  line(row) {
    appendFileSync(setting("KEYWAY_RESULTS"), `${JSON.stringify({ client: this.client, ...row })}\n`);
  }
}

/** @param {unknown} error */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const body = "body" in error ? `\nanswered: ${error.body}` : "";
  return `${error.name}: ${error.message}${body}`;
}

/**
 * Sends a request without any client, for what no client offers.
 * @param {string} rootKey
 * @param {string} operation
 * @param {object} body
 */
export async function plain(rootKey, operation, body) {
  const response = await fetch(`${serverURL}/v2/${operation}`, {
    method: "POST",
    headers: { authorization: `Bearer ${rootKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, 200, `${operation} ${JSON.stringify(body)} answered ${text}`);
  return JSON.parse(text).data;
}

/** @param {string} client @returns {Promise<World>} */
export async function world(client) {
  const workspace = async (/** @type {string} */ name) =>
    plain(bootstrapRootKey, "workspaces.createWorkspace", { name: `${client} ${name}` });
  const [main, other, throttled] = [
    await workspace("main"),
    await workspace("other"),
    await workspace("throttled"),
  ];
  await plain(bootstrapRootKey, "workspaces.updateWorkspace", {
    workspaceId: throttled.workspaceId,
    requestsPerMinute: 0,
  });

  const own = (/** @type {string} */ operation, /** @type {object} */ body) =>
    plain(main.rootKey, operation, body);
  const { apiId } = await own("apis.createApi", { name: "fixtures" });
  const { keyId, key } = await own("keys.createKey", { apiId, externalId: "fixture.user" });
  const { identity } = await own("keys.getKey", { keyId });
  const permission = { name: "Read fixtures", slug: "fixtures.read" };
  const { permissionId } = await own("permissions.createPermission", permission);
  await own("permissions.createPermission", { name: "Taken", slug: "fixtures.taken" });
  const { roleId } = await own("permissions.createRole", { name: "fixture reader" });
  await own("permissions.createRole", { name: "fixture taken" });
  const spare = await own("rootKeys.createKey", { permissions: ["api.*.read_api"] });
  const powerless = await own("rootKeys.createKey", {
    permissions: ["audit_log.*.read_audit_log"],
  });
  const { namespaceId } = await own("ratelimit.createNamespace", { name: "fixtures" });
  await own("ratelimit.setOverride", {
    namespace: namespaceId,
    identifier: "visitor",
    limit: 10,
    duration: MONTH,
  });

  return {
    rootKey: main.rootKey,
    otherRootKey: other.rootKey,
    throttledRootKey: throttled.rootKey,
    powerlessRootKey: powerless.key,
    values: {
      apiId,
      keyId,
      key,
      identityId: identity.id,
      externalId: "fixture.user",
      permissionId,
      slug: permission.slug,
      takenSlug: "fixtures.taken",
      roleId,
      role: "fixture reader",
      takenRole: "fixture taken",
      rootKeyId: spare.keyId,
      namespaceId,
      hash: sha256(randomBytes(16).toString("hex")),
    },
  };
}

/** A root key with a limit of its own on requests a minute. @param {number} requestsPerMinute */
export async function throttledRootKey(requestsPerMinute) {
  const { workspaceId, rootKey } = await plain(bootstrapRootKey, "workspaces.createWorkspace", {
    name: `at most ${requestsPerMinute}`,
  });
  const change = { workspaceId, requestsPerMinute };
  await plain(bootstrapRootKey, "workspaces.updateWorkspace", change);
  return rootKey;
}

/** The body of a table row with its `{names}` replaced. @param {unknown} body @param {World} world */
export function fill(body, world) {
  const text = JSON.stringify(body).replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = world.values[name];
    assert.ok(value, `The world has no value named ${name}.`);
    return value;
  });
  return JSON.parse(text);
}

/** @param {string} text */
export function sha256(text) {
  return createHash("sha256").update(text).digest("base64");
}

/**
 * What the run throws.
 * @param {() => Promise<unknown>} run
 * @returns {Promise<unknown>}
 */
export async function thrown(run) {
  try {
    await run();
  } catch (error) {
    return error;
  }
  assert.fail("The call was expected to be refused, and succeeded.");
}

/**
 * The envelope of a refusal, whatever class carries it.
 * @param {{ meta: { requestId: string }, error: { status: number, title: string, type: string, detail: string, errors?: unknown[] } }} body
 * @param {number} status
 * @param {string} code
 */
export function assertEnvelope(body, status, code) {
  assert.match(body.meta.requestId, /^req_\w+$/);
  assert.equal(body.error.status, status);
  assert.ok(body.error.type.startsWith("http"), body.error.type);
  assert.ok(body.error.type.endsWith(`/docs/api-reference/errors-v2/${code}`), body.error.type);
  assert.ok(body.error.title && body.error.detail);
  if (status === 400) assert.ok(Array.isArray(body.error.errors));
  if (code === "unkey/authorization/insufficient_permissions") {
    assert.equal(body.error.title, "Forbidden");
    const detail = "The authenticated API key does not have permission to perform this operation";
    assert.equal(body.error.detail, detail);
  }
}
