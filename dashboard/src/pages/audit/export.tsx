//! Takes what the filters leave as a file.

import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { callFile } from "@/api/rpc";
import { useBlocked } from "@/app/session";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { bytes } from "@/ui/format";
import { Menu, MenuItem } from "@/ui/menu";
import { download } from "@/ui/secret";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";
import type { Filter } from "./events";

/** The button that exports, and the dialog that shows how far it is. */
export function ExportMenu({ filter }: { filter: Filter }) {
  const blocked = useBlocked("auditLogs.exportAuditLogs");
  const [read, setRead] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const run = async (format: "csv" | "ndjson") => {
    const control = new AbortController();
    stop.current = control;
    setError(null);
    setRead(0);
    try {
      const { name, file } = await callFile("auditLogs.exportAuditLogs", { ...filter, format }, control.signal, setRead);
      download(name, file);
      toast(`${name} has ${bytes(file.size)}`);
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
            {bytes(read ?? 0)} so far.
          </p>
        )}
      </Dialog>
    </>
  );
}
