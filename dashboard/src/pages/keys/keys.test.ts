import { describe, expect, it } from "vitest";
import { csvCell } from "./csv";
import { draftBody, draftFaults, effectiveSet, emptyDraft, windowParts } from "./draft";
import { looksLikeSecret } from "./secrets";
import { statusOf } from "./status";

const now = 1_800_000_000_000;
const day = 86_400_000;

describe("a pasted key", () => {
  it("is told from ids and names", () => {
    expect(looksLikeSecret("pay_6TPB8DRsK2j2rbeiJS8wjWjY9eeo")).toBe(true);
    expect(looksLikeSecret("6TPB8DRsK2j2rbeiJS8wjWjY9eeo")).toBe(true);
    expect(looksLikeSecret("unkey_abc")).toBe(true);
    expect(looksLikeSecret("key_43suhZyqtUanaiuW5fMH")).toBe(false);
    expect(looksLikeSecret("user_99999")).toBe(false);
    expect(looksLikeSecret("a long name of a production server")).toBe(false);
  });
});

describe("the status of a key", () => {
  const key = { enabled: true, createdAt: now - day, lastUsedAt: now - day };
  it("is that of the first rule that holds", () => {
    expect(statusOf({ ...key, enabled: false, expires: now - 1 }, now)).toBe("disabled");
    expect(statusOf({ ...key, expires: now }, now)).toBe("expired");
    expect(statusOf({ ...key, credits: { remaining: 0 } }, now)).toBe("out_of_credits");
    expect(
      statusOf({ ...key, credits: { remaining: 9, refill: { interval: "daily", amount: 100 } } }, now),
    ).toBe("low_credits");
    expect(statusOf({ ...key, expires: now + day }, now)).toBe("expires_soon");
    expect(statusOf({ ...key, lastUsedAt: now - 91 * day }, now)).toBe("unused");
    expect(statusOf(key, now)).toBe("active");
  });
});

describe("the form of a new key", () => {
  it("sends only what was filled in", () => {
    expect(draftBody({ ...emptyDraft, apiId: "api_1" }, now)).toEqual({ apiId: "api_1" });
  });

  it("sends credits, limits and an expiry", () => {
    const limit = { id: 1, name: "burst", limit: "20", window: "500", unit: "1", autoApply: true };
    const body = draftBody(
      {
        ...emptyDraft,
        apiId: "api_1",
        credits: "10",
        refill: "monthly",
        refillAmount: "100",
        refillDay: "31",
        limits: [limit],
        expiry: { preset: String(day), custom: "" },
        meta: '{"a":1}',
      },
      now,
    );
    expect(body).toEqual({
      apiId: "api_1",
      credits: { remaining: 10, refill: { interval: "monthly", amount: 100, refillDay: 31 } },
      ratelimits: [{ name: "burst", limit: 20, duration: 500, autoApply: true }],
      expires: now + day,
      meta: { a: 1 },
    });
  });

  it("names what is missing before the server is asked", () => {
    expect(Object.keys(draftFaults({ ...emptyDraft, meta: "[1]", refill: "daily" }, now))).toEqual([
      "apiId",
      "meta",
      "credits.remaining",
      "credits.refill.amount",
    ]);
  });

  it("folds permissions of roles and direct ones", () => {
    expect(effectiveSet(["a.read"], [{ name: "r", permissions: [{ slug: "a.read" }, { slug: "b.read" }] }])).toEqual([
      { slug: "a.read", sources: ["direct", "r"] },
      { slug: "b.read", sources: ["r"] },
    ]);
  });

  it("shows a window in its largest unit", () => {
    expect(windowParts(60_000)).toEqual({ window: "1", unit: "60000" });
    expect(windowParts(1500)).toEqual({ window: "1500", unit: "1" });
  });
});

describe("a cell of a CSV file", () => {
  it("is never a formula", () => {
    expect(csvCell("=cmd")).toBe("'=cmd");
    expect(csvCell('a,"b"')).toBe('"a,""b"""');
    expect(csvCell(-5)).toBe("-5");
    expect(csvCell(undefined)).toBe("");
  });
});
