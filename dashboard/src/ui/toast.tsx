//! Short notes that something happened.

import { useSyncExternalStore } from "react";
import { Check, X } from "lucide-react";
import { IconButton } from "./button";

interface Note {
  id: number;
  text: string;
}

let notes: readonly Note[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(to: readonly Note[]) {
  notes = to;
  for (const listener of listeners) listener();
}

/** Shows `text` for some seconds. For faults use `ErrorCard` or `InlineError`, which stay. */
export function toast(text: string): void {
  const id = next++;
  change([...notes.filter((note) => note.text !== text), { id, text }].slice(-3));
  setTimeout(() => change(notes.filter((note) => note.id !== id)), 3500);
}

/** The place of the notes; it stands once in the page. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notes,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 top-3 z-70 flex flex-col md:top-auto md:bottom-4 items-center gap-2 px-4"
    >
      {shown.map((note) => (
        <div
          key={note.id}
          className="pointer-events-auto flex max-w-full animate-rise items-center gap-2 rounded-lg bg-raised py-1 pr-1 pl-3 text-sm shadow-2"
        >
          <Check aria-hidden className="size-3.5 shrink-0 text-good" />
          <span className="min-w-0 wrap-anywhere">{note.text}</span>
          <IconButton
            icon={X}
            label="Dismiss"
            tip={false}
            onClick={() => change(notes.filter((one) => one.id !== note.id))}
          />
        </div>
      ))}
    </div>
  );
}
