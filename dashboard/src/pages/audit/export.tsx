//! Writes what the filters leave into a file, page by page.

import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Input } from "@/api/operations";
import { callFull } from "@/api/rpc";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { count, plural } from "@/ui/format";
import { Menu, MenuItem } from "@/ui/menu";
import { download } from "@/ui/secret";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";
import { toCsv, toNdjson, type AuditEvent } from "./events";

type Filter = Omit<Input<"auditLogs.listAuditLogs">, "cursor" | "limit">;

/** So many entries go into one file at most; more would not fit into the memory of the browser. */
const most = 200_000;

/** The button that exports, and the dialog that shows how far it is. */
export function ExportMenu({ filter, blocked }: { filter: Filter; blocked: string | undefined }) {
  const [read, setRead] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const run = async (format: "csv" | "ndjson") => {
    const control = new AbortController();
    stop.current = control;
    setError(null);
    setRead(0);
    // Entries that are written meanwhile stay out, so that the file ends.
    const until = filter.to ?? Date.now();
    const all: AuditEvent[] = [];
    let cursor: string | undefined;
    try {
      do {
        const page = await callFull(
          "auditLogs.listAuditLogs",
          { ...filter, to: until, limit: 100, ...(cursor ? { cursor } : {}) },
          control.signal,
        );
        all.push(...page.data);
        cursor = page.hasMore && all.length < most ? page.cursor : undefined;
        setRead(all.length);
      } while (cursor);
      const name = `keyway-audit-${new Date(until).toISOString().slice(0, 19).replaceAll(":", "")}.${format}`;
      if (format === "csv") download(name, toCsv(all), "text/csv");
      else download(name, toNdjson(all), "application/x-ndjson");
      toast(
        all.length >= most
          ? `The newest ${count(most)} entries exported; narrow the time for older ones`
          : `${plural(all.length, "entry", "entries")} exported`,
      );
      setRead(null);
    } catch (caught) {
      if (control.signal.aborted) setRead(null);
      else setError(caught);
    }
  };
  const close = () => {
    stop.current?.abort();
    setRead(null);
    setError(null);
  };
  return (
    <>
      <Menu
        trigger={
          <Button icon={Download} blocked={blocked}>
            Export
          </Button>
        }
      >
        <MenuItem onSelect={() => void run("csv")}>CSV</MenuItem>
        <MenuItem onSelect={() => void run("ndjson")}>NDJSON</MenuItem>
      </Menu>
      <Dialog
        open={read !== null}
        onOpenChange={(open) => !open && close()}
        width="sm"
        title={error ? "The export stopped" : "Exporting"}
        footer={<Button onClick={close}>{error ? "Close" : "Cancel"}</Button>}
      >
        {error ? (
          <InlineError error={error} />
        ) : (
          <p role="status" className="text-text-2">
            {plural(read ?? 0, "entry", "entries")} read so far.
          </p>
        )}
      </Dialog>
    </>
  );
}
