//! The three questions that can be explained, and how they stand in the address.

import type { Input } from "@/api/operations";
import { looksLikeSecret } from "../keys/secrets";

/** What is asked. */
export type Body = Input<"access.explain">;

/** Which of the three questions. */
export type Form = "request" | "key" | "operation";

/** The fields of all three questions, as typed. */
export interface Fields {
  form: Form;
  request: string;
  key: string;
  permissions: string;
  cost: string;
  ip: string;
  limits: string;
  rootKey: string;
  operation: string;
  resource: string;
}

type Search = Record<string, string | undefined>;

/** The fields that an address names. */
export function fieldsOf(search: Search): Fields {
  const form: Form = search["request"]
    ? "request"
    : search["key"]
      ? "key"
      : search["rootKey"] || search["operation"]
        ? "operation"
        : search["form"] === "key" || search["form"] === "operation"
          ? search["form"]
          : "request";
  const of = (name: string) => search[name] ?? "";
  return {
    form,
    request: of("request"),
    key: of("key"),
    permissions: of("permissions"),
    cost: of("cost"),
    ip: of("ip"),
    limits: of("limits"),
    rootKey: of("rootKey"),
    operation: of("operation"),
    resource: of("resource"),
  };
}

/** Tells whether the fields hold a whole key, which must not reach the address. */
export function holdsSecret(fields: Fields): boolean {
  if (fields.form === "key") return looksLikeSecret(fields.key);
  return fields.form === "operation" && looksLikeSecret(fields.rootKey);
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** The question as the server takes it; undefined while something is left out. */
export function bodyOf(fields: Fields): Body | undefined {
  const text = (name: Exclude<keyof Fields, "form">) => fields[name].trim();
  switch (fields.form) {
    case "request":
      return text("request") ? { requestId: text("request") } : undefined;
    case "key": {
      if (!text("key")) return undefined;
      const limits = words(fields.limits);
      return {
        ...(looksLikeSecret(text("key")) ? { key: text("key") } : { keyId: text("key") }),
        ...(text("permissions") ? { permissions: text("permissions") } : {}),
        ...(text("cost") && text("cost") !== "1" ? { cost: Number(text("cost")) } : {}),
        ...(text("ip") ? { ip: text("ip") } : {}),
        ...(limits.length > 0 ? { ratelimits: limits } : {}),
      };
    }
    case "operation": {
      if (!text("operation")) return undefined;
      const holder = text("rootKey");
      return {
        ...(holder === "" ? {} : looksLikeSecret(holder) ? { rootKey: holder } : { rootKeyId: holder }),
        operation: text("operation"),
        ...(text("resource") ? { resource: text("resource") } : {}),
      };
    }
  }
}

const members: Record<Form, readonly Exclude<keyof Fields, "form">[]> = {
  request: ["request"],
  key: ["key", "permissions", "cost", "ip", "limits"],
  operation: ["rootKey", "operation", "resource"],
};

/** The address of a question; members of the other two are emptied. Never call it with a secret. */
export function searchOf(fields: Fields): Record<string, string> {
  const search: Record<string, string> = { form: fields.form };
  for (const form of ["request", "key", "operation"] as const) {
    for (const name of members[form]) search[name] = form === fields.form ? fields[name].trim() : "";
  }
  if (search["cost"] === "1") search["cost"] = "";
  return search;
}

/** Writes the moments in the server's sentences for people. */
export function readable(sentence: string, moment: (at: number) => string): string {
  return sentence.replace(/(\d{12,14}) \(unix milliseconds\)/g, (_, at: string) => moment(Number(at)));
}

/** Writes the names of things in the place of their ids. */
export function named(sentence: string, things: readonly ({ id: string; name?: string | null } | null | undefined)[]): string {
  return things.reduce((text, one) => (one?.name ? text.replaceAll(one.id, one.name.replaceAll("`", "")) : text), sentence);
}

/** What is required: a tree whose leaves are held or missing. */
export type Tree =
  | { readonly anyOf: readonly Tree[] }
  | { readonly allOf: readonly Tree[] }
  | { readonly permission: string; readonly held: boolean; readonly via?: string };

/** Tells whether a part of the tree is met. */
export function met(tree: Tree): boolean {
  if ("anyOf" in tree) return tree.anyOf.some(met);
  if ("allOf" in tree) return tree.allOf.every(met);
  return tree.held;
}

/** Reads the tree out of an answer, whose description knows only that it is an object. */
export function treeOf(value: unknown): Tree | undefined {
  if (value === null || typeof value !== "object") return undefined;
  for (const kind of ["anyOf", "allOf"] as const) {
    const parts = (value as Record<string, unknown>)[kind];
    if (Array.isArray(parts)) {
      const trees = parts.map(treeOf).filter((part) => part !== undefined);
      return kind === "anyOf" ? { anyOf: trees } : { allOf: trees };
    }
  }
  const { permission, held, via } = value as Record<string, unknown>;
  if (typeof permission !== "string") return undefined;
  return { permission, held: held === true, ...(typeof via === "string" ? { via } : {}) };
}
