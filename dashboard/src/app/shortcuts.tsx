//! Keyboard shortcuts. Single letters can be switched off; Ctrl/⌘+K always works.

import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Dialog } from "@/ui/dialog";
import { rail } from "./navigation";
import { preferences } from "./preferences";

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("tr[data-row]")];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Listens for shortcuts while the shell is shown. */
export function useShortcuts({
  workspace,
  palette,
  list,
}: {
  workspace: string;
  palette: () => void;
  list: () => void;
}): void {
  const navigate = useNavigate();
  const actions = useRef({ palette, list });
  actions.current = { palette, list };
  useEffect(() => {
    let leader = 0;
    const listen = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        actions.current.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!preferences().shortcuts || typing(event.target)) return;
      if (document.querySelector("[role=dialog],[role=menu]")) return;
      if (Date.now() - leader < 1200) {
        leader = 0;
        const place = rail.flat().find((one) => one.letter === event.key);
        if (place) {
          event.preventDefault();
          void navigate({ to: place.to, params: { ws: workspace } });
        }
        return;
      }
      const row = document.activeElement?.closest<HTMLElement>("tr[data-row]");
      switch (event.key) {
        case "g":
          leader = Date.now();
          break;
        case "/":
          event.preventDefault();
          window.dispatchEvent(new Event("keyway:search"));
          break;
        case "?":
          actions.current.list();
          break;
        case "j":
          moveRow(1);
          break;
        case "k":
          moveRow(-1);
          break;
        case "x":
          row?.querySelector<HTMLElement>("[role=checkbox]")?.click();
          break;
        case "Enter":
          // Else the same press would reach the button that has the focus in what opens.
          if (row && document.activeElement === row) {
            event.preventDefault();
            row.querySelector<HTMLElement>("[data-open]")?.click();
          }
          break;
        default:
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [navigate, workspace]);
}

const isMac = navigator.platform.startsWith("Mac");

/** Every shortcut with what it does. */
export const shortcutTable: readonly (readonly [keys: string, action: string])[] = [
  [isMac ? "⌘ K" : "Ctrl K", "Search and commands"],
  ["/", "Search this page"],
  ["?", "This list"],
  ...rail.flat().flatMap((place) => (place.letter ? [[`g ${place.letter}`, `Go to ${place.label}`] as const] : [])),
  ["j", "Next row"],
  ["k", "Previous row"],
  ["Enter", "Open the row"],
  ["x", "Select the row"],
  ["Esc", "Close what is open"],
];

/** The dialog that lists the shortcuts. */
export function ShortcutList({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard shortcuts"
      description="Single letters can be switched off under Settings, My account."
      width="sm"
    >
      <ShortcutTable />
    </Dialog>
  );
}

/** The shortcuts as a list. */
export function ShortcutTable() {
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-y-1.5">
      {shortcutTable.map(([keys, action]) => (
        <div key={keys} className="contents">
          <dt>{action}</dt>
          <dd className="flex gap-1">
            {keys.split(" ").map((one, index) => (
              <kbd
                key={index}
                className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line-strong bg-sunken px-1 text-2xs"
              >
                {one}
              </kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
