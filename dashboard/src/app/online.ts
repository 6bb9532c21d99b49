//! Whether the server answers.

import { useSyncExternalStore } from "react";

let online = true;
const listeners = new Set<() => void>();

/** Remembers whether the last call reached the server. */
export function setOnline(yes: boolean): void {
  if (yes === online) return;
  online = yes;
  for (const listener of listeners) listener();
}

/** Whether the last call reached the server. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => online,
  );
}
