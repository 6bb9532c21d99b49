//! Filters, order and tabs of a page, kept in its address.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";

/** The search parameters of the page, and a way to change some; an empty value removes one. */
export function useUrlState(): [
  Record<string, string | undefined>,
  (change: Record<string, string | undefined>, options?: { push?: boolean }) => void,
] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const change = useCallback(
    (next: Record<string, string | undefined>, options: { push?: boolean } = {}) => {
      void navigate({
        to: ".",
        search: ((previous: Record<string, string | undefined>) => mergeSearch(previous, next)) as never,
        replace: options.push !== true,
      });
    },
    [navigate],
  );
  return [search, change];
}

/** Puts `change` over `previous` and drops what is empty. */
export function mergeSearch(
  previous: Record<string, string | undefined>,
  change: Record<string, string | undefined>,
): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...previous, ...change })) {
    if (value !== undefined && value !== "") merged[name] = value;
  }
  return merged;
}

/** Several values of one parameter, such as `status=expired,disabled`. */
export function listParam(value: string | undefined): string[] {
  return value ? value.split(",").filter(Boolean) : [];
}

/** The text of a search box that reaches the address after a pause. `keepOut` says which texts never do. */
export function useSearchParam(
  name: string,
  keepOut: (text: string) => boolean = () => false,
): [text: string, setText: (text: string) => void, settled: string] {
  const [search, change] = useUrlState();
  const settled = search[name] ?? "";
  const [text, setText] = useState(settled);
  const sent = useRef(settled);
  useEffect(() => {
    if (settled !== sent.current) {
      sent.current = settled;
      setText(settled);
    }
  }, [settled]);
  useEffect(() => {
    const trimmed = text.trim();
    if (trimmed === sent.current || keepOut(trimmed)) return;
    const timer = setTimeout(() => {
      sent.current = trimmed;
      change({ [name]: trimmed });
    }, 180);
    return () => clearTimeout(timer);
  }, [text, name, change, keepOut]);
  return [text, setText, settled];
}
