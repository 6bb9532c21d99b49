//! What owners can do with a workspace from outside of it.

import { Ban, CircleCheck, Copy, MoreHorizontal, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Item } from "@/api/operations";
import { change } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { ConfirmDialog } from "@/ui/dialog";
import { plural } from "@/ui/format";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { toast } from "@/ui/toast";

type Workspace = Item<"workspaces.listWorkspaces">;

/** The menu of a row. The workspace that the session is in can't shut out or delete itself. */
export function WorkspaceMenu({ workspace }: { workspace: Workspace }) {
  const session = useSession();
  const [open, setOpen] = useState<"toggle" | "delete" | null>(null);
  const manage = useBlocked("workspaces.listWorkspaces");
  const here = session.workspace.id === workspace.id ? "You are in it. Switch to another workspace first." : undefined;
  const close = () => setOpen(null);
  return (
    <>
      <Menu trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${workspace.name}`} tip={false} />}>
        <MenuItem
          icon={Copy}
          onSelect={() => void copyText(workspace.id).then((done) => toast(done ? "Copied" : "The browser refused to copy."))}
        >
          Copy id
        </MenuItem>
        <MenuItem
          icon={workspace.enabled ? Ban : CircleCheck}
          blocked={manage ?? (workspace.enabled ? here : undefined)}
          onSelect={() => setOpen("toggle")}
        >
          {workspace.enabled ? "Disable" : "Enable"}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger blocked={manage ?? here} onSelect={() => setOpen("delete")}>
          Delete
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={open === "toggle"}
        onOpenChange={close}
        title={workspace.enabled ? `Disable ${workspace.name}?` : `Enable ${workspace.name}?`}
        action={workspace.enabled ? "Disable" : "Enable"}
        danger={workspace.enabled}
        run={async () => {
          await change("workspaces.updateWorkspace", { workspaceId: workspace.id, enabled: !workspace.enabled });
          toast(workspace.enabled ? "Workspace disabled" : "Workspace enabled");
        }}
      >
        {workspace.enabled
          ? "All of its keys are refused from the next request, and nothing in it can be changed."
          : "Its keys and root keys work again from the next request."}
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "delete"}
        onOpenChange={close}
        title={`Delete ${workspace.name}?`}
        action="Delete"
        typed={workspace.name}
        run={async () => {
          await change("workspaces.deleteWorkspace", { workspaceId: workspace.id, confirmName: workspace.name });
          toast("Workspace deleted");
        }}
      >
        It has {plural(workspace.keyCount, "key")}. All of it goes from the next request on. This can’t be taken back.
      </ConfirmDialog>
    </>
  );
}
