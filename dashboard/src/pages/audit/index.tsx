//! P22: who changed what.

import { Link } from "@tanstack/react-router";
import { RefreshCw, ScrollText } from "lucide-react";
import { useMemo, useState } from "react";
import { useList } from "@/api/query";
import { useUrlState, useSearchParam } from "@/app/url-state";
import { IconButton } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { Input, SearchInput, Select } from "@/ui/field";
import { Badge } from "@/ui/mark";
import { Page, Toolbar } from "@/ui/page";
import { EmptyState, ErrorCard, NoMatches } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { thingWords } from "@/ui/changed";
import { Time } from "@/ui/time";
import { localMoment } from "../keys/expiry";
import { EventDialog } from "./detail";
import { eventGroups, filterOf, ranges, type AuditEvent } from "./events";
import { ExportMenu } from "./export";

const columns = auditColumns();

/** Lists the audit log with filters, and opens one entry. */
export function Audit() {
  const [search, change] = useUrlState();
  const [text, setText] = useSearchParam("q");
  const [actor, setActor] = useSearchParam("actor");
  const [target, setTarget] = useSearchParam("target");
  const [turn, setTurn] = useState(0);
  const { q, event, range, from, to } = search;
  const actors = search["actor"];
  const targets = search["target"];
  const filter = useMemo(
    () => filterOf({ q, event, range, from, to, actor: actors, target: targets }, Date.now()),
    // A turn renews the moments that are relative to the present one.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [q, event, range, from, to, actors, targets, turn],
  );
  const list = useList("auditLogs.listAuditLogs", filter);
  const filtered = Boolean(q || event || range || actors || targets);
  const opened = search["open"] ? list.rows.find((one) => one.id === search["open"]) : undefined;
  const clear = () => {
    setText("");
    setActor("");
    setTarget("");
    change({ q: "", event: "", range: "", from: "", to: "", actor: "", target: "" });
  };
  return (
    <Page
      title="Audit"
      description="Every change and every sign-in, with who did it and what was different afterwards."
      actions={<ExportMenu filter={filter} />}
    >
      {list.error && list.rows.length === 0 ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <>
          <Toolbar
            end={
              <>
                <IconButton
                  icon={RefreshCw}
                  label="Read again"
                  onClick={() => {
                    setTurn(turn + 1);
                    void list.refetch();
                  }}
                />
                <CopyAs operation="auditLogs.listAuditLogs" body={filter} />
              </>
            }
          >
            <SearchInput
              label="Search the audit log"
              placeholder="Event, name or id"
              className="w-full md:w-48"
              value={text}
              onChange={setText}
              busy={list.isPlaceholderData}
            />
            <Select
              aria-label="Event"
              className="w-[calc(50%-4px)] md:w-40"
              value={event ?? ""}
              onChange={(chosen) => change({ event: chosen.target.value })}
            >
              <option value="">All events</option>
              {event && !known(event) ? <option value={event}>{event}</option> : null}
              {eventGroups.map(([group, events]) => (
                <optgroup key={group} label={group}>
                  <option value={`group:${group}`}>{group}: all</option>
                  {events.map((name) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </optgroup>
              ))}
            </Select>
            <Select
              aria-label="Time"
              className="w-[calc(50%-4px)] md:w-36"
              value={range ?? ""}
              onChange={(chosen) =>
                change({
                  range: chosen.target.value,
                  from: chosen.target.value === "custom" ? localMoment(Date.now() - 86_400_000) : "",
                  to: chosen.target.value === "custom" ? localMoment(Date.now()) : "",
                })
              }
            >
              {ranges.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </Select>
            <Filter label="Actor" value={actor} onChange={setActor} />
            <Filter label="Target" value={target} onChange={setTarget} />
          </Toolbar>
          {range === "custom" ? (
            <div className="-mt-1 mb-3 flex flex-wrap items-center gap-2 text-xs text-text-3">
              <span className="w-full md:w-52">
                <Input
                  type="datetime-local"
                  aria-label="From"
                  value={from ?? ""}
                  onChange={(chosen) => change({ from: chosen.target.value })}
                />
              </span>
              to
              <span className="w-full md:w-52">
                <Input
                  type="datetime-local"
                  aria-label="To"
                  value={to ?? ""}
                  onChange={(chosen) => change({ to: chosen.target.value })}
                />
              </span>
            </div>
          ) : null}
          <DataTable
            label="Audit log"
            rows={list.rows}
            columns={columns}
            rowId={(one) => one.id}
            loading={list.isPending}
            busy={list.isPlaceholderData}
            hasMore={list.hasNextPage}
            onMore={() => void list.fetchNextPage()}
            loadingMore={list.isFetchingNextPage}
            empty={
              filtered ? (
                <NoMatches what="No entry" onClear={clear} />
              ) : (
                <EmptyState icon={<ScrollText />} title="Nothing recorded yet" command="keyway call auditLogs.listAuditLogs -d '{}'">
                  Each change of a key, role, limit or setting leaves an entry here.
                </EmptyState>
              )
            }
          />
        </>
      )}
      {opened ? <EventDialog event={opened} onClose={() => change({ open: "" })} /> : null}
    </Page>
  );
}

function known(event: string): boolean {
  return event.startsWith("group:")
    ? eventGroups.some(([group]) => group === event.slice(6))
    : eventGroups.some(([, events]) => events.includes(event));
}

function Filter({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <span className="w-[calc(50%-4px)] md:w-32">
      <Input
        mono
        type="search"
        aria-label={label}
        placeholder={`${label} id`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}

function auditColumns() {
  const column = createColumnHelper<AuditEvent>();
  return [
    column.accessor("description", {
      header: "What happened",
      meta: { role: "first", className: "md:max-w-80" },
      cell: ({ row }) => (
        <span className="flex min-w-0 flex-col">
          <Link
            to="."
            search={((previous: Record<string, string>) => ({ ...previous, open: row.original.id })) as never}
            data-open=""
            className="truncate font-medium hover:underline"
          >
            {row.original.description}
          </Link>
          <code title={row.original.event} className="truncate text-2xs text-text-3">
            {row.original.event}
          </code>
        </span>
      ),
    }),
    column.display({
      id: "actor",
      header: "Actor",
      meta: { label: "Actor" },
      cell: ({ row }) => (
        <span title={row.original.actor.id} className="block min-w-0 truncate md:max-w-48">
          {row.original.actor.name ?? row.original.actor.id}
        </span>
      ),
    }),
    column.display({
      id: "targets",
      header: "Targets",
      meta: { label: "Targets", blank: (event) => event.resources.length === 0 },
      cell: ({ row }) => {
        const { resources } = row.original;
        return (
          <span className="flex min-w-0 flex-wrap items-center gap-1 md:max-w-72 md:flex-nowrap">
            {resources.slice(0, 2).map((one) => (
              <Badge key={one.type + one.id} title={`${one.type} ${one.id}`}>
                {thingWords(one)}
              </Badge>
            ))}
            {resources.length > 2 ? <Badge>+{resources.length - 2}</Badge> : null}
          </span>
        );
      },
    }),
    column.accessor("time", {
      header: "When",
      meta: { label: "When" },
      cell: ({ getValue }) => <Time at={getValue()} />,
    }),
  ];
}
