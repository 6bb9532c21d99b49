import { expect, test } from "vitest";
import { bodyOf, fieldsOf, holdsSecret, met, readable, searchOf, treeOf } from "./forms";

test("a link with a request id asks about that request", () => {
  expect(bodyOf(fieldsOf({ request: " req_1 " }))).toEqual({ requestId: "req_1" });
  expect(bodyOf(fieldsOf({}))).toBeUndefined();
});

test("an id of a key is told from a whole key", () => {
  const id = fieldsOf({ key: "key_41R32eZptP1eoxmkHfsm", permissions: "a AND b", cost: "1", limits: "x, y" });
  expect(bodyOf(id)).toEqual({ keyId: "key_41R32eZptP1eoxmkHfsm", permissions: "a AND b", ratelimits: ["x", "y"] });
  expect(holdsSecret(id)).toBe(false);
  const whole = { ...id, key: "prod_3ZkQ9vTr1yWmX8sB5nHcLdPf" };
  expect(holdsSecret(whole)).toBe(true);
  expect(bodyOf(whole)).toMatchObject({ key: "prod_3ZkQ9vTr1yWmX8sB5nHcLdPf" });
});

test("an operation without a root key is asked for the caller", () => {
  expect(bodyOf(fieldsOf({ operation: "keys.createKey", resource: "api_1" }))).toEqual({
    operation: "keys.createKey",
    resource: "api_1",
  });
  expect(bodyOf(fieldsOf({ rootKey: "rk_1" }))).toBeUndefined();
});

test("the address of a question forgets the others", () => {
  const search = searchOf({ ...fieldsOf({ request: "req_1" }), form: "operation", operation: "keys.createKey" });
  expect(search).toMatchObject({ form: "operation", request: "", operation: "keys.createKey" });
});

test("moments are written for people", () => {
  expect(readable("It ended at 1764000000000 (unix milliseconds).", (at) => `<${at}>`)).toBe("It ended at <1764000000000>.");
});

test("a tree is met as its parts are", () => {
  const leaf = (held: boolean) => ({ permission: "a", held });
  const tree = treeOf({ allOf: [leaf(true), { anyOf: [leaf(false), leaf(true)] }] });
  expect(tree && met(tree)).toBe(true);
  expect(treeOf("x")).toBeUndefined();
});
