import { describe, expect, it, vi } from "vitest";

vi.mock("@tanstack/react-router", () => ({ useNavigate: vi.fn(), useSearch: vi.fn() }));
const { listParam, mergeSearch } = await import("./url-state");

describe("the state in the address", () => {
  it("keeps what does not change and drops what is empty", () => {
    expect(mergeSearch({ q: "a", status: "expired" }, { status: "", sort: "name" })).toEqual({ q: "a", sort: "name" });
    expect(mergeSearch({ q: "a" }, { q: undefined })).toEqual({});
  });

  it("reads several values of one parameter", () => {
    expect(listParam("expired,disabled")).toEqual(["expired", "disabled"]);
    expect(listParam(undefined)).toEqual([]);
    expect(listParam(",")).toEqual([]);
  });
});
