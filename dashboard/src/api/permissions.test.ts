import { describe, expect, it } from "vitest";
import { missingFor, missingForAny } from "./permissions";

const createKey = { anyOf: ["api.*.create_key", "api.{apiId}.create_key"] } as const;

describe("what is missing for an operation", () => {
  it("is nothing when the permission is held for all or for the one resource", () => {
    expect(missingFor(createKey, ["api.*.create_key"], { apiId: "api_1" })).toEqual([]);
    expect(missingFor(createKey, ["api.api_1.create_key"], { apiId: "api_1" })).toEqual([]);
  });

  it("is named for the one resource when another one is meant, and for all when none is", () => {
    expect(missingFor(createKey, ["api.api_2.create_key"], { apiId: "api_1" })).toEqual(["api.api_1.create_key"]);
    expect(missingFor(createKey, ["api.api_2.create_key"])).toEqual(["api.*.create_key"]);
  });

  it("holds every part of a conjunction against the caller", () => {
    const both = { allOf: [createKey, "rbac.*.read_role"] } as const;
    expect(missingFor(both, ["api.*.create_key"])).toEqual(["rbac.*.read_role"]);
    expect(missingFor(both, [])).toEqual(["api.*.create_key", "rbac.*.read_role"]);
  });

  it("is nothing for pages that list what one may see", () => {
    expect(missingForAny(createKey, ["api.api_2.create_key"])).toEqual([]);
    expect(missingForAny(createKey, ["api.api_2.read_key"])).toEqual(["api.*.create_key"]);
  });
});
