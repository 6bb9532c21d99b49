//! JSON for people: an editor with a size meter, and a view.

import { useMemo } from "react";
import { Textarea } from "./field";
import { cx } from "./cx";
import { CopyButton } from "./copy";

/** Reads a JSON object; the fault is a sentence. An empty text is no object. */
export function readObject(text: string): { value?: Record<string, unknown>; fault?: string } {
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `This is not JSON: ${error instanceof Error ? error.message : String(error)}.` };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return { fault: "This must be a JSON object, such as {\"plan\": \"pro\"}." };
  }
  return { value: value as Record<string, unknown> };
}

/** The members of an object in one line, such as "plan: team, seats: 12"; what is in other members is left out. */
export function membersOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const short = (one: unknown) => {
    if (Array.isArray(one)) return one.length === 0 ? "[]" : "[…]";
    if (typeof one === "object" && one !== null) return "{…}";
    return String(one);
  };
  return Object.entries(value)
    .map(([name, one]) => `${name}: ${short(one)}`)
    .join(", ");
}

/** Edits a JSON object as text. Stand it in a `Field` and give that the fault of `readObject`. */
export function JsonEditor({
  value,
  onChange,
  max = 10_240,
  rows = 6,
}: {
  value: string;
  onChange: (value: string) => void;
  max?: number;
  rows?: number;
}) {
  const size = useMemo(() => new TextEncoder().encode(value).length, [value]);
  return (
    <div>
      <Textarea
        mono
        rows={rows}
        value={value}
        placeholder={'{"plan": "pro"}'}
        onChange={(event) => onChange(event.target.value)}
        onBlur={() => {
          const read = readObject(value);
          if (read.value) onChange(JSON.stringify(read.value, null, 2));
        }}
      />
      <p className={cx("mt-1 text-right text-2xs tabular-nums", size > max ? "text-bad" : "text-text-3")}>
        {size.toLocaleString()} of {max.toLocaleString()} bytes
      </p>
    </div>
  );
}

/** Text in a box that can be copied, such as JSON or a command. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className="group relative rounded-lg border border-line bg-sunken">
      <pre tabIndex={0} aria-label={label} className="max-h-96 overflow-auto p-3 pr-10 text-xs leading-5">
        <code>{code}</code>
      </pre>
      <CopyButton value={code} label={`Copy ${label}`} className="absolute top-1.5 right-1.5 bg-sunken" />
    </div>
  );
}
