//! The audit events of one thing, with what each changed.

import type { Item } from "@/api/operations";
import { useList } from "@/api/query";
import { Button } from "./button";
import { CopyText } from "./copy";
import { isHidden, kindWords, leaves, lists } from "./changed";
import { diffOf } from "./diff";
import { EmptyState, ErrorCard, Skeleton } from "./states";
import { Badge } from "./mark";
import { ExactTime } from "./time";
import { ScrollText } from "lucide-react";

type Event = Item<"auditLogs.listAuditLogs">;

/** Lists the events whose target is `targetId`, newest first. */
export function ChangeList({ targetId }: { targetId: string }) {
  const list = useList("auditLogs.listAuditLogs", { targetIds: [targetId] }, { limit: 25 });
  if (list.error && list.rows.length === 0) {
    return <ErrorCard error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (list.isPending) return <Skeleton className="h-40" />;
  if (list.rows.length === 0) {
    return (
      <EmptyState icon={<ScrollText />} title="No changes recorded">
        The audit log has no event about this.
      </EmptyState>
    );
  }
  return (
    <>
      <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
        {list.rows.map((event) => (
          <li key={event.id} data-testid={`row-${event.id}`} className="flex flex-col gap-1 px-4 py-3">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <p className="font-medium">{event.description}</p>
              <span className="text-xs text-text-3">
                <ExactTime at={event.time} />
              </span>
            </div>
            <p className="flex flex-wrap items-center gap-x-2 text-xs text-text-3">
              <code>{event.event}</code>
              <span>by {event.actor.name ?? event.actor.id}</span>
              {event.resources
                .filter((resource) => resource.id !== targetId)
                .map((resource) => (
                  <Badge key={resource.id} title={resource.id}>
                    {kindWords(resource.type)} {resource.name ?? resource.id}
                  </Badge>
                ))}
              {event.requestId ? <CopyText value={event.requestId} /> : null}
            </p>
            <EventChanges event={event} />
          </li>
        ))}
      </ol>
      {list.hasNextPage ? (
        <div className="mt-2 flex justify-center">
          <Button size="sm" variant="ghost" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        </div>
      ) : null}
    </>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What an event changed, field by field. */
export function EventChanges({ event }: { event: Event }) {
  if (!event.changes || event.changes.length === 0) return null;
  return (
    <ul className="mt-1 flex flex-col gap-1 font-mono text-xs">
      {event.changes.flatMap(leaves).map((change) => (
        <li key={change.field} className="min-w-0 wrap-anywhere">
          <span className="text-text-3">{change.field} </span>
          <Difference before={change.before} after={change.after} />
        </li>
      ))}
    </ul>
  );
}

const gone = "rounded-sm bg-bad-soft px-1 text-bad no-underline";
const come = "rounded-sm bg-good-soft px-1 text-good no-underline";

/** What came and went of a list of strings; the value before and after of anything else. */
function Difference({ before, after }: { before: unknown; after: unknown }) {
  if (isHidden({ before, after })) return <span className="text-text-2">changed</span>;
  const both = lists({ before, after });
  if (!both) {
    return (
      <>
        <del className={gone}>{shown(before)}</del>
        <span aria-hidden className="text-text-3">
          {" "}
          →{" "}
        </span>
        <ins className={come}>{shown(after)}</ins>
      </>
    );
  }
  const { added, removed } = diffOf(both.before, both.after);
  return (
    <span className="inline-flex flex-wrap gap-1">
      {added.map((one) => (
        <ins key={one} className={come}>
          <span aria-hidden>+ </span>
          {one}
        </ins>
      ))}
      {removed.map((one) => (
        <del key={one} className={gone}>
          <span aria-hidden>− </span>
          {one}
        </del>
      ))}
    </span>
  );
}
