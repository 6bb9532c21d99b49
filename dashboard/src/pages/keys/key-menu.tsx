//! What can be done with one key.

import {
  Ban,
  Coins,
  Copy,
  CircleCheck,
  ExternalLink,
  FlaskConical,
  Gauge,
  MoreHorizontal,
  Pencil,
  RefreshCw,
  ShieldCheck,
  ShieldQuestion,
  Timer,
  Trash2,
} from "lucide-react";
import { useNavigate } from "@tanstack/react-router";
import type { KeyItem } from "@/api/operations";
import { change } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { toast } from "@/ui/toast";
import { DeleteKey, ToggleKey } from "./dialogs";
import { RerollKey } from "./reroll";

/** What the menu needs to know of a key. */
export type MenuKey = Pick<KeyItem, "keyId" | "apiId" | "name" | "enabled" | "identity" | "start">;

/** An action that has a dialog. */
export type KeyAction = "reroll" | "toggle" | "delete";

/**
 * The row menu. `onOpen` opens the key, on a tab if one is named. The dialogs belong to the list, because a row can
 * go out of sight while a new secret is shown.
 */
export function KeyMenu({
  item,
  onOpen,
  onAction,
}: {
  item: MenuKey;
  onOpen: (tab?: string) => void;
  onAction: (action: KeyAction) => void;
}) {
  const navigate = useNavigate();
  const ws = useSession().workspace.slug;
  const scope = { apiId: item.apiId };
  const update = useBlocked("keys.updateKey", scope);
  const create = useBlocked("keys.rerollKey", scope);
  const remove = useBlocked("keys.deleteKey", scope);
  const copy = (value: string) => void copyText(value).then((done) => toast(done ? "Copied" : "The browser refused to copy."));
  const label = item.name ?? item.keyId;
  return (
    <Menu trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${label}`} tip={false} />} className="w-56">
      <MenuItem icon={Copy} onSelect={() => copy(item.keyId)}>
        Copy id
      </MenuItem>
      <MenuItem
        icon={Copy}
        blocked={item.identity ? undefined : "It has no identity."}
        onSelect={() => copy(item.identity?.externalId ?? "")}
      >
        Copy externalId
      </MenuItem>
      <MenuItem icon={ExternalLink} onSelect={() => onOpen()}>
        Open
      </MenuItem>
      <MenuLine />
      <MenuItem icon={Pencil} blocked={update} onSelect={() => onOpen("metadata")}>
        Edit name, identity, metadata
      </MenuItem>
      <MenuItem icon={Coins} blocked={update} onSelect={() => onOpen("limits")}>
        Credits
      </MenuItem>
      <MenuItem icon={Gauge} blocked={update} onSelect={() => onOpen("limits")}>
        Limits
      </MenuItem>
      <MenuItem icon={Timer} blocked={update} onSelect={() => onOpen("limits")}>
        Expiry
      </MenuItem>
      <MenuItem icon={ShieldCheck} blocked={update} onSelect={() => onOpen("access")}>
        Roles & permissions
      </MenuItem>
      <MenuLine />
      <MenuItem icon={FlaskConical} onSelect={() => onOpen("test")}>
        Test verify
      </MenuItem>
      <MenuItem
        icon={ShieldQuestion}
        onSelect={() => void navigate({ to: "/$ws/explain", params: { ws }, search: { key: item.keyId } })}
      >
        Explain
      </MenuItem>
      <MenuLine />
      <MenuItem icon={RefreshCw} blocked={create} onSelect={() => onAction("reroll")}>
        Reroll
      </MenuItem>
      <MenuItem
        icon={item.enabled ? Ban : CircleCheck}
        blocked={update}
        onSelect={() => {
          if (item.enabled) onAction("toggle");
          else
            void change("keys.updateKey", { keyId: item.keyId, enabled: true }).then(
              () => toast("Key enabled"),
              () => onAction("toggle"),
            );
        }}
      >
        {item.enabled ? "Disable" : "Enable"}
      </MenuItem>
      <MenuItem icon={Trash2} danger blocked={remove} onSelect={() => onAction("delete")}>
        Delete
      </MenuItem>
    </Menu>
  );
}

/** The dialog of an action, for lists. */
export function KeyActionDialog({ item, action, onClose }: { item: MenuKey; action: KeyAction; onClose: () => void }) {
  switch (action) {
    case "reroll":
      return <RerollKey item={item} onClose={onClose} />;
    case "toggle":
      return <ToggleKey item={item} onClose={onClose} />;
    case "delete":
      return <DeleteKey item={item} onClose={onClose} />;
  }
}
