//! How far roles and permissions reach.

import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Output } from "@/api/operations";
import { opKey } from "@/api/query";
import { call } from "@/api/rpc";

type Usage = Output<"permissions.getUsage">;

/** Reads how many keys and roles each of `ids` reaches, a hundred at a time. */
export function useUsage<K extends "roles" | "permissions">(kind: K, ids: readonly string[]) {
  const batches = useMemo(() => {
    const list: string[][] = [];
    for (let at = 0; at < ids.length; at += 100) list.push(ids.slice(at, at + 100));
    return list;
  }, [ids]);
  return useQueries({
    queries: batches.map((batch) => {
      const body = kind === "roles" ? { roles: batch } : { permissions: batch };
      return {
        queryKey: opKey("permissions.getUsage", body),
        queryFn: ({ signal }: { signal: AbortSignal }) => call("permissions.getUsage", body, signal),
      };
    }),
    combine: (results) => {
      const found = new Map<string, Usage[K][number]>();
      for (const { data } of results) for (const one of data?.[kind] ?? []) found.set(one.id, one);
      return found;
    },
  });
}
