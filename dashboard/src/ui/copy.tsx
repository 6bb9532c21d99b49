//! Copies text to the clipboard.

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button";
import { cx } from "./cx";
import { toast } from "./toast";

/** Copies and says so; plain http has no clipboard API, so there is an older way too. */
export async function copyText(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = value;
    area.setAttribute("readonly", "");
    area.className = "fixed opacity-0";
    (document.querySelector("[role=dialog]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function useCopied(): [boolean, (value: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  return [
    copied,
    (value) =>
      void copyText(value).then((done) => {
        setCopied(done);
        toast(done ? "Copied" : "The browser refused to copy.");
      }),
  ];
}

/** A button that copies `value`. */
export function CopyButton({ value, label = "Copy", className }: { value: string; label?: string; className?: string }) {
  const [copied, copy] = useCopied();
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={label}
      {...(className ? { className } : {})}
      onClick={(event) => {
        event.stopPropagation();
        copy(value);
      }}
    />
  );
}

/** An id in monospaced type that copies itself when pressed. */
export function CopyText({
  value,
  className,
  testId,
  shown,
}: {
  value: string;
  className?: string;
  testId?: string;
  /** What is shown, if not the value. */
  shown?: string;
}) {
  const [copied, copy] = useCopied();
  return (
    <button
      type="button"
      title={`Copy ${value}`}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        copy(value);
      }}
      className={cx(
        "inline-flex max-w-full min-w-0 min-h-6 items-center gap-1 rounded-sm font-mono text-xs text-text-2 hover:text-text",
        className,
      )}
    >
      <span className="truncate" data-testid={testId}>
        {shown ?? value}
      </span>
      {copied ? (
        <Check aria-hidden className="size-3 shrink-0 text-good" />
      ) : (
        <Copy aria-hidden className="size-3 shrink-0 opacity-45" />
      )}
    </button>
  );
}
