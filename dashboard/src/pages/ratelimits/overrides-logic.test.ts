import { expect, test } from "vitest";
import { matches, splitWindow } from "./overrides-logic";

test("a star stands for any characters, also none", () => {
  expect(matches("*@acme.com", "ceo@acme.com")).toBe(true);
  expect(matches("*@acme.com", "@acme.com")).toBe(true);
  expect(matches("*@acme.com", "ceo@acme.com.evil")).toBe(false);
  expect(matches("a*b*c", "aXbYc")).toBe(true);
  expect(matches("a*a", "a")).toBe(false);
  expect(matches("ab*ab", "abab")).toBe(true);
  expect(matches("a.c", "abc")).toBe(false);
  expect(matches("*", "")).toBe(true);
  expect(matches("x", "x")).toBe(true);
});

test("a window takes the largest unit that divides it", () => {
  expect(splitWindow(60_000)).toEqual({ value: "1", unit: "60000" });
  expect(splitWindow(90_000)).toEqual({ value: "90", unit: "1000" });
  expect(splitWindow(1500)).toEqual({ value: "1500", unit: "1" });
});
