//! What a change adds and removes.

import { Minus, Plus } from "lucide-react";
import { cx } from "./cx";

/** What stands in `after` but not in `before`, the reverse, and what stays. */
export function diffOf(before: readonly string[], after: readonly string[]) {
  const old = new Set(before);
  const now = new Set(after);
  return {
    added: after.filter((one) => !old.has(one)),
    removed: before.filter((one) => !now.has(one)),
    kept: after.filter((one) => old.has(one)),
  };
}

/** The strings that a change adds and removes, and how many stay. */
export function DiffView({ before, after }: { before: readonly string[]; after: readonly string[] }) {
  const { added, removed, kept } = diffOf(before, after);
  return (
    <div className="flex flex-col gap-2">
      <p className="text-xs text-text-3">
        <span className="text-good">+{added.length} added</span> · <span className="text-bad">−{removed.length} removed</span> ·{" "}
        {kept.length} kept
      </p>
      {added.length + removed.length === 0 ? null : (
        <ul className="overflow-hidden rounded-md border border-line font-mono text-xs">
          {added.map((one) => (
            <Line key={`+${one}`} kind="added" text={one} />
          ))}
          {removed.map((one) => (
            <Line key={`-${one}`} kind="removed" text={one} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Line({ kind, text }: { kind: "added" | "removed"; text: string }) {
  const Icon = kind === "added" ? Plus : Minus;
  return (
    <li
      data-testid={`diff-${kind}`}
      className={cx("flex items-center gap-2 px-2.5 py-1", kind === "added" ? "bg-good-soft text-good" : "bg-bad-soft text-bad")}
    >
      <Icon aria-hidden className="size-3 shrink-0" />
      <span className="sr-only">{kind}</span>
      <span className="min-w-0 wrap-anywhere">{text}</span>
    </li>
  );
}
