//! What a person chose in this browser: theme, shortcuts, time zone, what was dismissed. No secret is ever kept.

import { useSyncExternalStore } from "react";

/** The choices of this browser. */
export interface Preferences {
  theme: "system" | "light" | "dark";
  /** Whether single letters are shortcuts. */
  shortcuts: boolean;
  /** Name of a time zone; the browser's own if undefined. */
  timeZone: string | undefined;
  /** Names of notices that were dismissed. */
  dismissed: readonly string[];
}

const initial: Preferences = { theme: "system", shortcuts: true, timeZone: undefined, dismissed: [] };

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem("keyway.preferences") ?? "{}") as Partial<Preferences>;
    return { ...initial, ...stored };
  } catch {
    return initial;
  }
}

let current = read();
const listeners = new Set<() => void>();

/** The present choices. */
export function preferences(): Preferences {
  return current;
}

/** The present choices, for components. */
export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}

/** Changes some choices. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem("keyway.preferences", JSON.stringify(current));
    if (current.theme === "system") localStorage.removeItem("keyway.theme");
    else localStorage.setItem("keyway.theme", current.theme);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
  if (current.theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = current.theme;
  for (const listener of listeners) listener();
}
