//! Tables: real ones for screen readers, cards on narrow screens, only the visible rows of long ones.

import {
  getCoreRowModel,
  useReactTable,
  type ColumnDef,
  type RowData,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "./button";
import { cx } from "./cx";
import { Checkbox } from "./field";
import { Skeleton } from "./states";

declare module "@tanstack/react-table" {
  interface ColumnMeta<TData extends RowData, TValue> {
    /** What stands before the value on a card; none for the first column and for actions. */
    label?: string;
    /** `first` is the row's heading, `actions` its menu. */
    role?: "first" | "actions";
    className?: string;
    /** The name of the sort order on the server, if the column can be sorted. */
    sort?: string;
    /** Left out of cards when the row has nothing to show. */
    blank?: (row: TData) => boolean;
    align?: "start" | "end";
    /** Only there so that the declaration keeps the parameter. */
    value?: TValue;
  }
}

export { createColumnHelper } from "@tanstack/react-table";
export type { ColumnDef } from "@tanstack/react-table";

/** An order of rows: the server's name of it and its direction. */
export interface Sort {
  by: string;
  order: "asc" | "desc";
}

const rowHeight = 41;
const virtualFrom = 40;

/** A table of what `useList` reads. */
export function DataTable<T>({
  label,
  rows,
  columns,
  rowId,
  loading = false,
  busy = false,
  empty,
  sort,
  onSort,
  selected,
  onSelect,
  hasMore = false,
  onMore,
  loadingMore = false,
  skeletonRows = 8,
}: {
  /** What the table lists; its caption for screen readers. */
  label: string;
  rows: readonly T[];
  // Columns of one table hold values of different types.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  columns: ColumnDef<T, any>[];
  rowId: (row: T) => string;
  /** There is nothing to show yet. */
  loading?: boolean;
  /** Newer rows are being read; the old ones stay. */
  busy?: boolean;
  empty?: ReactNode;
  sort?: Sort | undefined;
  onSort?: (sort: Sort) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  hasMore?: boolean;
  onMore?: () => void;
  loadingMore?: boolean;
  skeletonRows?: number;
}) {
  const table = useReactTable({
    data: rows as T[],
    columns,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
  });
  const model = table.getRowModel().rows;
  const frame = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const anchor = useRef<string | null>(null);
  const virtual = model.length > virtualFrom;

  useLayoutEffect(() => {
    const main = document.getElementById("main");
    if (!main || !frame.current) return;
    setMargin(frame.current.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop);
  }, [virtual]);

  const virtualizer = useVirtualizer({
    count: virtual ? model.length : 0,
    getScrollElement: () => document.getElementById("main"),
    estimateSize: () => rowHeight,
    overscan: 8,
    initialRect: { width: 1000, height: 700 },
    scrollMargin: margin,
    getItemKey: (index) => model[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const shown = virtual
    ? items.flatMap(({ index }) => {
        const row = model[index];
        return row ? [{ row, index }] : [];
      })
    : model.map((row, index) => ({ row, index }));
  const before = virtual ? Math.max(0, (items[0]?.start ?? margin) - margin) : 0;
  const after = virtual ? Math.max(0, virtualizer.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin)) : 0;

  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!hasMore || !onMore || loadingMore || !end.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onMore();
      },
      { root: document.getElementById("main"), rootMargin: "900px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasMore, onMore, loadingMore, model.length]);

  const width = columns.length + (onSelect ? 1 : 0);
  const chosen = selected ?? new Set<string>();
  const all = model.length > 0 && model.every((row) => chosen.has(row.id));
  const some = !all && model.some((row) => chosen.has(row.id));

  const pick = (id: string, on: boolean, range: boolean) => {
    if (!onSelect) return;
    const next = new Set(chosen);
    const from = range && anchor.current ? model.findIndex((row) => row.id === anchor.current) : -1;
    const to = model.findIndex((row) => row.id === id);
    const ids =
      from >= 0 && to >= 0
        ? model.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.id)
        : [id];
    for (const one of ids) {
      if (on) next.add(one);
      else next.delete(one);
    }
    anchor.current = id;
    onSelect(next);
  };

  if (!loading && model.length === 0) {
    return <div className="rounded-lg border border-line bg-surface">{empty}</div>;
  }
  return (
    <div
      ref={frame}
      aria-busy={busy || loading || undefined}
      className="overflow-hidden rounded-lg border border-line bg-surface md:overflow-x-auto"
    >
      <table className={cx("k-table w-full border-separate border-spacing-0 text-left", (busy || loading) && "cursor-progress")}>
        <caption className="sr-only">{label}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {onSelect ? (
                <th scope="col" data-role="select" className="h-9 w-9 border-b border-line pl-3">
                  <span className="flex items-center">
                    <Checkbox
                      aria-label="Select all rows"
                      checked={all ? true : some ? "indeterminate" : false}
                      onCheckedChange={(on) => onSelect(on ? new Set(model.map((row) => row.id)) : new Set())}
                    />
                    <span aria-hidden className="ml-2 text-xs font-medium text-text-3 md:hidden">
                      All
                    </span>
                  </span>
                </th>
              ) : null}
              {group.headers.map((header) => {
                const meta = header.column.columnDef.meta;
                const by = meta?.sort;
                const active = by !== undefined && sort?.by === by;
                const name = rendered(header.column.columnDef.header, header.getContext());
                return (
                  <th
                    key={header.id}
                    scope="col"
                    data-sort={by && onSort ? "" : undefined}
                    aria-sort={by ? (active ? (sort.order === "asc" ? "ascending" : "descending") : "none") : undefined}
                    className={cx(
                      "h-9 border-b border-line px-3 text-xs font-medium whitespace-nowrap text-text-3",
                      meta?.align === "end" && "text-right",
                      meta?.className,
                    )}
                  >
                    {by && onSort ? (
                      <button
                        type="button"
                        className="-mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 hover:text-text"
                        onClick={() => onSort({ by, order: active && sort.order === "desc" ? "asc" : "desc" })}
                      >
                        {name}
                        {active ? (
                          sort.order === "asc" ? (
                            <ArrowUp aria-hidden className="size-3" />
                          ) : (
                            <ArrowDown aria-hidden className="size-3" />
                          )
                        ) : (
                          <ChevronsUpDown aria-hidden className="size-3 opacity-50" />
                        )}
                      </button>
                    ) : (
                      name
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {loading && model.length === 0
            ? Array.from({ length: skeletonRows }, (_, row) => (
                <tr key={row}>
                  {Array.from({ length: width }, (__, cell) => (
                    <td key={cell} className="h-[41px] border-b border-line px-3">
                      <Skeleton className={cell === 0 ? "w-3/4" : "w-1/2"} />
                    </td>
                  ))}
                </tr>
              ))
            : null}
          {before > 0 ? <Gap height={before} width={width} /> : null}
          {shown.map(({ row, index }) => {
            const on = chosen.has(row.id);
            return (
              <tr
                key={row.id}
                ref={virtual ? virtualizer.measureElement : undefined}
                data-index={index}
                data-testid={`row-${row.id}`}
                data-row=""
                tabIndex={-1}
                className={cx(
                  "group -outline-offset-2",
                  on ? "bg-accent-soft" : "bg-surface hover:bg-hover",
                  "last:[&>*]:border-b-0",
                )}
                onClick={(event) => {
                  if ((event.target as HTMLElement).closest("a,button,input,label,[role=checkbox],[role=menuitem]")) return;
                  if (window.getSelection()?.toString()) return;
                  if (event.shiftKey && onSelect) {
                    event.preventDefault();
                    pick(row.id, !on, true);
                    return;
                  }
                  event.currentTarget.querySelector<HTMLElement>("[data-open]")?.click();
                }}
              >
                {onSelect ? (
                  <td data-role="select" className="h-[41px] w-9 border-b border-line pl-3">
                    <span className="flex items-center">
                      <Checkbox
                        aria-label={`Select ${row.id}`}
                        checked={on}
                        onCheckedChange={(next) => pick(row.id, next, false)}
                      />
                    </span>
                  </td>
                ) : null}
                {row.getVisibleCells().map((cell) => {
                  const meta = cell.column.columnDef.meta;
                  const content = rendered(cell.column.columnDef.cell, cell.getContext());
                  const style = cx(
                    "h-[41px] border-b border-line px-3 py-1",
                    meta?.align === "end" && "md:text-right tabular-nums",
                    meta?.role === "actions" && "w-10 bg-inherit md:sticky md:right-0 md:pr-2",
                    meta?.className,
                  );
                  const attributes = {
                    "data-label": meta?.label,
                    "data-role": meta?.role,
                    "data-blank": meta?.blank?.(row.original) ? "" : undefined,
                    className: style,
                  };
                  return meta?.role === "first" ? (
                    <th key={cell.id} scope="row" {...attributes} className={cx(style, "font-normal")}>
                      {content}
                    </th>
                  ) : (
                    <td key={cell.id} {...attributes}>
                      {content}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          {after > 0 ? <Gap height={after} width={width} /> : null}
        </tbody>
      </table>
      {hasMore ? (
        <div ref={end} className="flex justify-center border-t border-line py-2">
          <Button size="sm" variant="ghost" busy={loadingMore} onClick={onMore}>
            {loadingMore ? "Loading more" : "Load more"}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/**
 * Calls a column's function instead of taking it for a component: else new columns would mount every cell anew, and
 * open menus and dialogs in them would vanish. So these functions can't use hooks; components in them can.
 */
function rendered<C>(template: ((context: C) => unknown) | string | undefined, context: C): ReactNode {
  return (typeof template === "function" ? template(context) : template) as ReactNode;
}

/** Stands for the rows that are out of sight. */
function Gap({ height, width }: { height: number; width: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={width} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
