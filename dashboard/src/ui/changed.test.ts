import { expect, test } from "vitest";
import { leaves, lists } from "./changed";

test("a change of an object is told by the values that differ", () => {
  const refill = { interval: "monthly", amount: 100 };
  expect(leaves({ field: "credits", before: { remaining: 9, refill }, after: { remaining: 100, refill } })).toEqual([
    { field: "credits.remaining", before: 9, after: 100 },
  ]);
  expect(leaves({ field: "credits", before: { refill }, after: { refill: { ...refill, amount: 5 }, remaining: 1 } })).toEqual([
    { field: "credits.refill.amount", before: 100, after: 5 },
    { field: "credits.remaining", before: undefined, after: 1 },
  ]);
});

test("a change of anything else stays whole", () => {
  for (const change of [
    { field: "name", before: "a", after: "b" },
    { field: "meta", before: null, after: { plan: "pro" } },
    { field: "meta", before: { plan: "pro" }, after: { plan: "pro" } },
  ]) {
    expect(leaves(change)).toEqual([change]);
  }
});

test("lists of strings are told apart from other values", () => {
  expect(lists({ before: ["a"], after: ["a", "b"] })).toEqual({ before: ["a"], after: ["a", "b"] });
  expect(lists({ before: null, after: ["a"] })).toEqual({ before: [], after: ["a"] });
  expect(lists({ before: "a", after: ["a"] })).toBeUndefined();
});
