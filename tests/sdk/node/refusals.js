// Every method of @unkey/api against every refusal of its operation that can be reached.
import assert from "node:assert/strict";
import { Unkey } from "@unkey/api";
import * as errors from "@unkey/api/models/errors";
import { assertEnvelope, fill, operations, serverURL, thrown } from "./harness.js";

/** @type {{ [status: number]: new (...arguments_: any[]) => errors.UnkeyError }} */
const classes = {
  400: errors.BadRequestErrorResponse,
  401: errors.UnauthorizedErrorResponse,
  403: errors.ForbiddenErrorResponse,
  404: errors.NotFoundErrorResponse,
  409: errors.ConflictErrorResponse,
  410: errors.GoneErrorResponse,
  412: errors.PreconditionFailedErrorResponse,
  429: errors.TooManyRequestsErrorResponse,
};
const INVALID = "unkey/application/invalid_input";
const FORBIDDEN = "unkey/authorization/insufficient_permissions";

/** @param {string} rootKey */
export function client(rootKey) {
  return new Unkey({ rootKey, serverURL, retryConfig: { strategy: "none" } });
}

/** @param {Unkey} unkey @param {string} operation */
function method(unkey, operation) {
  const [group, name] = operation.split(".");
  const owner = /** @type {any} */ (unkey)[group];
  const found = name === undefined ? undefined : owner?.[name];
  return typeof found === "function" ? found.bind(owner) : undefined;
}

/**
 * Asserts that the run throws the class of the status, or, if the client has none for that status
 * of the operation, its fallback with the same content.
 * @param {() => Promise<unknown>} run
 * @param {number} status
 * @param {string} code
 * @param {{ untyped?: boolean }} [options]
 */
export async function refused(run, status, code, { untyped = false } = {}) {
  const error = await thrown(run);
  const expected = untyped ? errors.APIError : classes[status];
  if (!(error instanceof expected)) throw error;
  assert.equal(error.statusCode, status);
  assert.match(error.contentType, /^application\/(problem\+)?json\b/);
  assertEnvelope(JSON.parse(error.body), status, code);
  if (code === FORBIDDEN) {
    assert.match(error.headers.get("www-authenticate") ?? "", /^Bearer error="insufficient_scope"/);
  }
  if (!untyped) assertEnvelope(/** @type {any} */ (error).data$, status, code);
  return error;
}

/** @param {import("./harness.js").Results} record @param {import("./harness.js").World} world */
export async function refusals(record, world) {
  const own = client(world.rootKey);
  const other = client(world.otherRootKey);
  const powerless = client(world.powerlessRootKey);
  const throttled = client(world.throttledRootKey);
  const unknown = client("unkey_this_root_key_was_never_issued_00");

  for (const row of operations) {
    if (!method(own, row.operation)) {
      record.absent(row.operation);
      continue;
    }
    /**
     * @param {string} name
     * @param {Unkey} unkey
     * @param {unknown} body
     * @param {number} status
     * @param {string} code
     * @param {...string} differs
     */
    const check = (name, unkey, body, status, code, ...differs) =>
      record.check(row.operation, `${status} ${name}`, async () => {
        const untyped = row.untyped?.includes(status);
        const call = method(unkey, row.operation);
        const error = await refused(() => call(fill(body, world)), status, code, { untyped });
        if (status === 400) assert.notDeepEqual(JSON.parse(error.body).error.errors, []);
      }, ...differs);

    await check("unknown root key", unknown, row.valid, 401, "unkey/authentication/key_not_found", "error-urls");
    const lacking = ["titles", ...(row.differs ? [row.differs] : [])];
    await check("root key without permission", powerless, row.valid, 403, FORBIDDEN, ...lacking);
    await check("workspace over its limit", throttled, row.valid, 429, "user/too_many_requests/workspace_rate_limited");
    if (row.invalid) {
      await check("request off its schema", own, row.invalid, 400, INVALID);
    }
    for (const { body, code } of row.missing ?? []) {
      await check(code, own, body, 404, code);
    }
    if (row.conflict) {
      await check(row.conflict.code, own, row.conflict.body, 409, row.conflict.code);
    }
    if (row.foreign) {
      await check("id of another workspace", other, row.valid, 403, FORBIDDEN, "foreign");
    }
  }
}

/**
 * Every method of the client that is in no row of the table, so that a new one is noticed.
 * @param {import("./harness.js").Results} record
 */
export function outside(record) {
  const unkey = client("unused");
  const known = new Set(operations.map((row) => row.operation));
  for (const group of getters(unkey)) {
    for (const name of methods(/** @type {any} */ (unkey)[group])) {
      const operation = `${group}.${name}`;
      if (!known.has(operation)) record.outside(operation);
    }
  }
}

/** @param {object} object */
function getters(object) {
  const all = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object)));
  return all.filter(([, property]) => property.get).map(([name]) => name);
}

/** @param {object} object */
function methods(object) {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((name) => name !== "constructor");
}
