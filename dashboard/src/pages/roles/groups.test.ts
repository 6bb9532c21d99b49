import { describe, expect, it } from "vitest";
import { bySegment, rebase } from "./groups";

describe("groups", () => {
  it("stand in order, by the first segment", () => {
    const named = (slug: string) => ({ slug, name: slug });
    const groups = bySegment([named("search.query"), named("documents.write"), named("documents.read"), named("admin")]);
    expect(groups.map((one) => [one.segment, one.items.map((item) => item.slug)])).toEqual([
      ["admin", ["admin"]],
      ["documents", ["documents.read", "documents.write"]],
      ["search", ["search.query"]],
    ]);
  });
});

describe("a change over a newer set", () => {
  it("keeps what both have done", () => {
    expect(rebase(["a", "b"], ["a", "c"], ["a", "b", "d"]).sort()).toEqual(["a", "c", "d"]);
  });

  it("adds nothing twice and revives nothing that the other removed", () => {
    expect(rebase(["a", "b"], ["a", "b", "c"], ["b", "c"])).toEqual(["b", "c"]);
  });
});
