//! Keys and root keys that somebody should look at.

import { Link, type LinkProps } from "@tanstack/react-router";
import { CheckCircle2, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Item } from "@/api/operations";
import { useList } from "@/api/query";
import { maySome, useSession } from "@/app/session";
import { Mark, type Tone } from "@/ui/mark";
import { Panel } from "@/ui/page";
import { ErrorCard, Skeleton } from "@/ui/states";
import { useNow } from "@/ui/time";
import { plural, relativeTime } from "@/ui/format";
import { rootName } from "../root-keys/status";

type RootKey = Item<"rootKeys.listKeys">;

const day = 86_400_000;

/** Why a root key needs attention, the gravest reason first; undefined if it doesn't. */
export function rootKeyConcern(
  key: Pick<RootKey, "enabled" | "expires" | "lastUsedAt" | "createdAt" | "permissions" | "roles">,
  now: number,
): { words: string; sign: string; tone: Tone } | undefined {
  if (!key.enabled) return undefined;
  if (key.expires !== null && key.expires !== undefined) {
    if (key.expires <= now) return undefined;
    if (key.expires - now <= 14 * day) {
      return { words: `Expires ${relativeTime(key.expires, now)}`, sign: "◷", tone: "warn" };
    }
  } else if (key.roles.includes("admin") || key.permissions.includes("root_key.*.create_root_key")) {
    return { words: "Full access, never expires", sign: "⚠", tone: "warn" };
  }
  if (now - Math.max(key.lastUsedAt ?? 0, key.createdAt) > 90 * day) {
    return { words: "Not used for 90 days", sign: "–", tone: "plain" };
  }
  return undefined;
}

/** The list, with a way to each thing. */
export function Attention() {
  const session = useSession();
  const ws = session.workspace.slug;
  const now = useNow();
  const mayKeys = maySome(session, "keys.listKeys");
  const mayRoot = maySome(session, "rootKeys.listKeys");
  const soon = useList("keys.listKeys", { status: ["expires_soon"] }, { enabled: mayKeys, limit: 100 });
  const empty = useList("keys.listKeys", { status: ["out_of_credits"] }, { enabled: mayKeys, limit: 100 });
  const rootKeys = useList("rootKeys.listKeys", {}, { enabled: mayRoot });
  const error = soon.error ?? empty.error ?? rootKeys.error;
  const loading = (mayKeys && (soon.isPending || empty.isPending)) || (mayRoot && rootKeys.isPending);
  const many = (list: typeof soon) => `${list.rows.length}${list.hasNextPage ? "+" : ""}`;
  const concerns = rootKeys.rows.flatMap((key) => {
    const concern = rootKeyConcern(key, now);
    return concern ? [{ key, concern }] : [];
  });

  const rows: ReactNode[] = [];
  if (empty.rows.length > 0) {
    rows.push(
      <Row key="empty" link={{ to: "/$ws/keys", params: { ws }, search: { status: "out_of_credits" } }}>
        <Mark sign="▽" tone="bad">
          {many(empty)} {plural(empty.rows.length, "key").replace(/^\S+ /, "")} out of credits
        </Mark>
      </Row>,
    );
  }
  if (soon.rows.length > 0) {
    rows.push(
      <Row key="soon" link={{ to: "/$ws/keys", params: { ws }, search: { status: "expires_soon" } }}>
        <Mark sign="◷" tone="warn">
          {many(soon)} {plural(soon.rows.length, "key").replace(/^\S+ /, "")} expiring soon
        </Mark>
      </Row>,
    );
  }
  for (const { key, concern } of concerns.slice(0, 8)) {
    rows.push(
      <Row key={key.keyId} link={{ to: "/$ws/root-keys/$key", params: { ws, key: key.keyId } }}>
        <span className="flex min-w-0 flex-wrap items-center gap-x-2.5">
          <span className="min-w-0 truncate">
            Root key <span className="font-medium">{rootName(key)}</span>
          </span>
          <Mark sign={concern.sign} tone={concern.tone}>
            {concern.words}
          </Mark>
        </span>
      </Row>,
    );
  }
  return (
    <Panel title="Needs attention" flush>
      {error && rows.length === 0 ? (
        <ErrorCard error={error} />
      ) : !mayKeys && !mayRoot ? (
        <p className="p-4 text-text-2">Your permissions cover neither keys nor root keys, so nothing can be told.</p>
      ) : loading ? (
        <div className="flex flex-col gap-3 p-4">
          <Skeleton />
          <Skeleton className="w-2/3" />
        </div>
      ) : rows.length === 0 ? (
        <p className="flex items-center gap-2 p-4 text-text-2">
          <CheckCircle2 aria-hidden className="size-4 text-good" />
          Nothing: no key expires soon or is out of credits.
        </p>
      ) : (
        <ul className="divide-y divide-line">{rows}</ul>
      )}
    </Panel>
  );
}

function Row({ children, link }: { children: ReactNode; link: LinkProps }) {
  return (
    <li>
      <Link
        {...link}
        className="flex min-h-10 items-center justify-between gap-3 px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <span className="min-w-0">{children}</span>
        <ChevronRight aria-hidden className="size-4 shrink-0 text-text-3" />
      </Link>
    </li>
  );
}
