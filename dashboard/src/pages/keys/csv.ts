//! Rows as CSV.

import type { KeyItem } from "@/api/operations";

/** Quotes a cell; one that a spreadsheet would run as a formula gets an apostrophe. */
export function csvCell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function moment(at: number | null | undefined): string {
  return at ? new Date(at).toISOString() : "";
}

/** Keys as CSV, without any secret. */
export function toCsv(keys: readonly KeyItem[]): string {
  const header = "keyId,apiId,start,name,externalId,status,enabled,roles,permissions,credits,lastUsedAt,expires,createdAt";
  const lines = keys.map((key) =>
    [
      key.keyId,
      key.apiId,
      key.start,
      key.name,
      key.identity?.externalId,
      key.status,
      key.enabled,
      key.roles?.join(" "),
      key.permissions?.join(" "),
      key.credits?.remaining,
      moment(key.lastUsedAt),
      moment(key.expires),
      moment(key.createdAt),
    ]
      .map(csvCell)
      .join(","),
  );
  return [header, ...lines, ""].join("\r\n");
}
