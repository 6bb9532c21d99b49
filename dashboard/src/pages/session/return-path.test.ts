import { describe, expect, it } from "vitest";
import { returnPath } from "./return-path";

describe("where a person goes after signing in", () => {
  it("returns to a page of the dashboard", () => {
    expect(returnPath("/acme/keys?q=a")).toBe("/acme/keys?q=a");
  });

  it("never leads to another host", () => {
    for (const bad of [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example",
      "/\\/evil.example",
      "\\\\evil.example",
      "javascript:alert(1)",
      "/\t/evil.example",
      "evil.example",
      "/..//evil.example",
      "",
    ]) {
      expect(returnPath(bad), bad).toBeUndefined();
    }
  });

  it("does not come back to the sign-in page", () => {
    expect(returnPath("/sign-in?to=/a")).toBeUndefined();
    expect(returnPath("/setup")).toBeUndefined();
  });
});
