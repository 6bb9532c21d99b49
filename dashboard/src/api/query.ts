//! Reads and changes by TanStack Query.

import {
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  keepPreviousData,
} from "@tanstack/react-query";
import type { Input, Item, ListName, OperationName, Output } from "./operations";
import { call, callFull, RpcError } from "./rpc";

function worthRetrying(failures: number, error: unknown): boolean {
  if (!(error instanceof RpcError)) return false;
  return failures < 3 && (error.status === 0 || error.status >= 500);
}

/** Keeps what was read. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: worthRetrying,
      retryDelay: (attempt, error) =>
        (error instanceof RpcError && error.retryAfter) || Math.min(500 * 2 ** attempt, 8000),
      staleTime: 10_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: true,
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

/** The key of a read in the cache; give no body to mean every read of the operation. */
export function opKey(operation: string, body?: unknown): readonly unknown[] {
  return body === undefined ? ["op", operation] : ["op", operation, body];
}

/** Reads one thing. While a new body is read, the old answer stays. */
export function useOp<N extends OperationName>(
  operation: N,
  body: Input<N>,
  options: { enabled?: boolean; refetchInterval?: number | false; keep?: boolean; staleTime?: number } = {},
) {
  return useQuery<Output<N>>({
    queryKey: opKey(operation, body),
    queryFn: ({ signal }) => call(operation, body, signal),
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchInterval ?? false,
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
    ...(options.keep === false ? {} : { placeholderData: keepPreviousData as never }),
  });
}

const alphabet = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Reads a list page by page. `rows` are those read so far. */
export function useList<N extends ListName>(
  operation: N,
  body: Omit<Input<N>, "cursor" | "limit">,
  options: {
    enabled?: boolean;
    limit?: number;
    refetchInterval?: number | false;
    /** Orders the rows by this once all are read; until then they have the order of the server. */
    by?: (row: Item<N>) => string;
  } = {},
) {
  const query = useInfiniteQuery({
    queryKey: [...opKey(operation, body), "list"],
    queryFn: ({ pageParam, signal }) =>
      callFull(
        operation,
        { ...body, limit: options.limit ?? 100, ...(pageParam ? { cursor: pageParam } : {}) } as unknown as Input<N>,
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (last) => (last.hasMore ? last.cursor : undefined),
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchInterval ?? false,
    // Every page would be read again; that is too much for long lists.
    refetchOnWindowFocus: (read) => (read.state.data?.pages.length ?? 0) <= 2,
    placeholderData: keepPreviousData,
  });
  const rows = (query.data?.pages.flatMap((page) => page.data as unknown as Item<N>[]) ?? []) as Item<N>[];
  const { by } = options;
  if (by && !query.hasNextPage) rows.sort((one, other) => alphabet.compare(by(one), by(other)));
  return { ...query, rows, total: query.data?.pages[0]?.total };
}

/** Which reads a change makes out of date: every read of the groups that it touches. */
const touched: Record<string, readonly string[]> = {
  apis: ["apis", "keys", "workspaces"],
  keys: ["keys", "apis", "identities", "permissions", "workspaces"],
  identities: ["identities", "keys", "workspaces"],
  permissions: ["permissions", "keys", "workspaces"],
  ratelimit: ["ratelimit", "workspaces"],
  rootKeys: ["rootKeys", "workspaces"],
  workspaces: ["workspaces"],
};

/** Marks the reads that `operation` may have changed as out of date. */
export async function renewAfter(operation: string, client: QueryClient = queries): Promise<void> {
  const group = operation.split(".")[0] ?? "";
  const groups = [...(touched[group] ?? [group]), "auditLogs"];
  // The session tells the workspace's name and whether it is enabled.
  if (group === "workspaces") window.dispatchEvent(new Event("keyway:session"));
  await client.invalidateQueries({
    predicate: (query) => {
      const [kind, name] = query.queryKey;
      return kind === "op" && typeof name === "string" && groups.includes(name.split(".")[0] ?? "");
    },
  });
}

/** Changes something, and then reads again what that may have changed. */
export function useChange<N extends OperationName>(operation: N) {
  const client = useQueryClient();
  return useMutation<Output<N>, Error, Input<N>>({
    mutationFn: (body) => call(operation, body),
    onSuccess: () => void renewAfter(operation, client),
  });
}

/** Runs a change outside of React, and then reads again what it may have changed. */
export async function change<N extends OperationName>(operation: N, body: Input<N>): Promise<Output<N>> {
  const data = await call(operation, body);
  void renewAfter(operation);
  return data;
}
