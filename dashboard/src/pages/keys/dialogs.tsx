//! The dialogs that ask before a key is disabled or deleted.

import { useState } from "react";
import { change } from "@/api/query";
import { ConfirmDialog } from "@/ui/dialog";
import { Checkbox } from "@/ui/field";
import { toast } from "@/ui/toast";
import type { MenuKey } from "./key-menu";

/** Asks before a key is disabled or enabled. */
export function ToggleKey({ item, onClose }: { item: MenuKey; onClose: () => void }) {
  const to = !item.enabled;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={to ? "Enable this key?" : "Disable this key?"}
      action={to ? "Enable" : "Disable"}
      danger={!to}
      run={async () => {
        await change("keys.updateKey", { keyId: item.keyId, enabled: to });
        toast(to ? "Key enabled" : "Key disabled");
      }}
    >
      <strong className="text-text">{item.name ?? `${item.start}…`}</strong>{" "}
      {to ? "verifies again from the next request." : "is refused from the next request. You can enable it again at any time."}
    </ConfirmDialog>
  );
}

/** Asks before a key is deleted. For good only with its name typed. */
export function DeleteKey({ item, onClose, onDone }: { item: MenuKey; onClose: () => void; onDone?: () => void }) {
  const [permanent, setPermanent] = useState(false);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this key?"
      action="Delete"
      typed={permanent ? (item.name ?? item.keyId) : undefined}
      run={async () => {
        await change("keys.deleteKey", { keyId: item.keyId, ...(permanent ? { permanent: true } : {}) });
        toast("Key deleted");
        onDone?.();
      }}
    >
      <p>
        <strong className="text-text">{item.name ?? `${item.start}…`}</strong> is refused from the next request.
      </p>
      <div className="mt-3">
        <Checkbox
          checked={permanent}
          onCheckedChange={setPermanent}
          label="Erase it permanently"
          hint="Otherwise its record stays for the audit log."
        />
      </div>
    </ConfirmDialog>
  );
}
