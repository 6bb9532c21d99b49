//! Badges and status marks. A mark never speaks by colour alone.

import { CircleDashed, Clock, Hourglass, Minus, TriangleAlert, X, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

/** What a badge means. */
export type Tone = "plain" | "accent" | "good" | "warn" | "bad";

const tones: Record<Tone, string> = {
  plain: "border-line bg-sunken text-text-2",
  accent: "border-accent-line bg-accent-soft text-accent",
  good: "border-good-line bg-good-soft text-good",
  warn: "border-warn-line bg-warn-soft text-warn",
  bad: "border-bad-line bg-bad-soft text-bad",
};

/** A short word in a box. */
export function Badge({
  tone = "plain",
  mono = false,
  children,
  title,
}: {
  tone?: Tone;
  mono?: boolean;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span
      title={title}
      className={cx(
        "k-badge inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 text-2xs font-medium whitespace-nowrap",
        tones[tone],
        mono && "font-mono font-normal",
      )}
    >
      <span className="truncate">{children}</span>
    </span>
  );
}

/** Signs as drawings: fonts have them in every size, in colours of their own or not at all. */
const drawings: Record<string, LucideIcon> = {
  "◌": CircleDashed,
  "◷": Clock,
  "⌛︎": Hourglass,
  "–": Minus,
  "⚠": TriangleAlert,
  "✕": X,
};

function Sign({ sign }: { sign: string }) {
  const Drawing = drawings[sign];
  if (Drawing) return <Drawing aria-hidden className="size-3.5 shrink-0" />;
  return (
    <svg aria-hidden viewBox="0 0 14 14" className="size-3.5 shrink-0">
      {sign === "▽" ? (
        <path d="M2.5 4h9L7 11Z" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
      ) : (
        <circle cx="7" cy="7" r="3.5" fill="currentColor" />
      )}
    </svg>
  );
}

/** A sign with a word, such as the status of a key. */
export function Mark({ sign, tone, children }: { sign: string; tone: Tone; children: ReactNode }) {
  const colours: Record<Tone, string> = {
    plain: "text-text-3",
    accent: "text-accent",
    good: "text-good",
    warn: "text-warn",
    bad: "text-bad",
  };
  return (
    <span className={cx("inline-flex items-center gap-1.5 whitespace-nowrap", colours[tone])}>
      <Sign sign={sign} />
      <span className="self-baseline">{children}</span>
    </span>
  );
}

/** A few badges in a line and how many more there are. */
export function BadgeList({ values, max = 2, mono = false }: { values: readonly string[] | undefined; max?: number; mono?: boolean }) {
  if (!values || values.length === 0) return null;
  return (
    <span className="flex min-w-0 flex-wrap gap-1 md:flex-nowrap">
      {values.slice(0, max).map((value) => (
        <Badge key={value} mono={mono} title={value}>
          {value}
        </Badge>
      ))}
      {values.length > max ? <Badge title={values.slice(max).join(", ")}>+{values.length - max}</Badge> : null}
    </span>
  );
}
