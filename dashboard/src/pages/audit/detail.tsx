//! One entry of the audit log, with what was different afterwards.

import { Link, type LinkProps } from "@tanstack/react-router";
import { useSession } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyButton, CopyText } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { isHidden, kindWords, leaves, lists } from "@/ui/changed";
import { DiffView } from "@/ui/diff";
import { Facts } from "@/ui/page";
import { ExactTime } from "@/ui/time";
import { granted, type AuditEvent } from "./events";

type Thing = { type: string; id: string; name?: string };

/** Shows everything about an entry. */
export function EventDialog({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const grant = granted(event);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      width="lg"
      title={event.description}
      footer={
        <>
          <div className="mr-auto">
            <CopyButton value={JSON.stringify(event, null, 2)} label="Copy as JSON" />
          </div>
          <Button data-autofocus="" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <Facts
          items={[
            ["Time", <ExactTime key="time" at={event.time} />],
            [
              "Event",
              <code key="event" className="text-xs wrap-anywhere">
                {event.event}
              </code>,
            ],
            ["Actor", <ThingLine key="actor" thing={event.actor} as="actor" onGo={onClose} />],
            ...event.resources.map((one, index): [string, React.ReactNode] => [
              event.resources.length === 1 ? "Target" : `Target ${index + 1}`,
              <ThingLine key={one.type + one.id} thing={one} as="target" onGo={onClose} />,
            ]),
            event.remoteIp ? ["Address", <CopyText key="ip" value={event.remoteIp} />] : false,
            event.userAgent
              ? [
                  "User agent",
                  <span key="agent" className="text-xs text-text-2 wrap-anywhere">
                    {event.userAgent}
                  </span>,
                ]
              : false,
            event.requestId
              ? ["Request", <RequestLine key="request" requestId={event.requestId} onGo={onClose} />]
              : false,
            event.correlationId ? ["Together with", <CopyText key="together" value={event.correlationId} />] : false,
            ["Entry", <CopyText key="id" value={event.id} />],
          ]}
        />
        {event.changes && event.changes.length > 0 ? (
          <section>
            <h3 className="mb-2 font-semibold">What changed</h3>
            <ul className="flex flex-col gap-3">
              {event.changes.flatMap(leaves).map((change) => (
                <li key={change.field}>
                  <Change {...change} />
                </li>
              ))}
            </ul>
          </section>
        ) : grant ? (
          <section>
            <h3 className="mb-2 font-semibold">What changed</h3>
            <DiffView before={grant.before} after={grant.after} />
          </section>
        ) : null}
      </div>
    </Dialog>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function Change({ field, before, after }: { field: string; before: unknown; after: unknown }) {
  const both = lists({ before, after });
  return (
    <>
      <h4 className="mb-1 font-mono text-xs text-text-2">{field}</h4>
      {isHidden({ before, after }) ? (
        <p className="text-text-2">Changed. The log doesn’t keep its values.</p>
      ) : both ? (
        <DiffView before={both.before} after={both.after} />
      ) : (
        <dl className="grid gap-px overflow-hidden rounded-md border border-line bg-line font-mono text-xs md:grid-cols-2">
          <Side words="before" value={before} />
          <Side words="after" value={after} />
        </dl>
      )}
    </>
  );
}

function Side({ words, value }: { words: "before" | "after"; value: unknown }) {
  return (
    <div className={words === "before" ? "bg-bad-soft" : "bg-good-soft"}>
      <dt className="px-2.5 pt-1.5 font-sans text-2xs text-text-2 capitalize">{words}</dt>
      <dd
        data-testid={words === "before" ? "diff-removed" : "diff-added"}
        className={`px-2.5 pb-1.5 whitespace-pre-wrap wrap-anywhere ${words === "before" ? "text-bad" : "text-good"}`}
      >
        {shown(value)}
      </dd>
    </div>
  );
}

/** The page of a thing, if it has one. */
function linkOf({ type, id }: Thing, ws: string): LinkProps | undefined {
  switch (type) {
    case "key":
      return { to: "/$ws/keys/$key", params: { ws, key: id } };
    case "api":
      return { to: "/$ws/apis/$api/settings", params: { ws, api: id } };
    case "identity":
      return { to: "/$ws/identities/$identity", params: { ws, identity: id } };
    case "role":
      return { to: "/$ws/access/roles/$role", params: { ws, role: id } };
    case "rootKey":
    case "rootkey":
      return { to: "/$ws/root-keys/$key", params: { ws, key: id } };
    case "ratelimitNamespace":
      return { to: "/$ws/ratelimits/$ns/overrides", params: { ws, ns: id } };
    case "user":
      return { to: "/$ws/settings/people", params: { ws } };
    default:
      return undefined;
  }
}

function RequestLine({ requestId, onGo }: { requestId: string; onGo: () => void }) {
  const ws = useSession().workspace.slug;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5">
      <CopyText value={requestId} />
      <Link
        to="/$ws/audit"
        params={{ ws }}
        search={{ q: requestId } as never}
        onClick={onGo}
        className="inline-flex min-h-6 items-center text-xs text-accent underline-offset-2 hover:underline"
      >
        Everything it changed
      </Link>
    </span>
  );
}

function ThingLine({ thing, as, onGo }: { thing: Thing; as: "actor" | "target"; onGo: () => void }) {
  const ws = useSession().workspace.slug;
  const link = linkOf(thing, ws);
  const style = "text-accent underline-offset-2 hover:underline";
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5">
      <span className="min-w-0 wrap-anywhere">
        <span className="text-text-3">{kindWords(thing.type)} </span>
        {link ? (
          <Link {...link} className={`inline-block min-h-6 ${style}`}>
            {thing.name ?? thing.id}
          </Link>
        ) : (
          (thing.name ?? thing.id)
        )}
      </span>
      {thing.name ? <CopyText value={thing.id} /> : null}
      <Link
        to="/$ws/audit"
        params={{ ws }}
        search={{ [as]: thing.id } as never}
        onClick={onGo}
        className={`inline-flex min-h-6 items-center text-xs ${style}`}
      >
        {as === "actor" ? "All activity" : "All changes"}
      </Link>
    </span>
  );
}
