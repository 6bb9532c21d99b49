//! Dialogs, and the one that asks before something is destroyed.

import { Dialog as Radix } from "radix-ui";
import { X } from "lucide-react";
import { useId, useRef, useState, type FormEvent, type ReactNode, type RefObject } from "react";
import { Button, IconButton } from "./button";
import { cx } from "./cx";
import { Field, Input } from "./field";
import { InlineError } from "./states";

/** Darkens the page. It isn't Radix's own, which locks scrolling by a style element that the policy forbids. */
export function Veil() {
  return <div aria-hidden className="fixed inset-0 z-40 bg-veil animate-fade" />;
}

/** What has the focus now; for an item of a menu, which is about to vanish, the button that opened the menu. */
export function opener(): Element | null {
  const menu = document.activeElement?.closest("[role=menu]");
  const button = menu?.getAttribute("aria-labelledby");
  return button ? document.getElementById(button) : document.activeElement;
}

/** Gives the focus back to what had it; false if that is no longer there. */
export function giveBack(before: Element | null): boolean {
  if (!(before instanceof HTMLElement) || !before.isConnected) return false;
  before.focus({ preventScroll: true });
  return true;
}

/** A dialog over the page. It traps the focus and gives it back. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  width = "md",
  onAskClose,
  focus,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  width?: "sm" | "md" | "lg" | "xl";
  /** Called instead of closing on Escape, on a press outside and on the cross; answers whether to close. */
  onAskClose?: () => boolean;
  /** What gets the focus first, if not the first control. */
  focus?: RefObject<HTMLElement | null>;
}) {
  // Dialogs have no trigger of their own: what had the focus when it opened gets it back.
  const before = useRef<Element | null>(null);
  const widths = { sm: "md:w-[400px]", md: "md:w-[500px]", lg: "md:w-[640px]", xl: "md:w-[860px]" };
  return (
    <Radix.Root
      open={open}
      onOpenChange={(next) => {
        if (!next && onAskClose && !onAskClose()) return;
        onOpenChange(next);
      }}
    >
      <Radix.Portal>
        <Veil />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onCloseAutoFocus={(event) => {
            if (giveBack(before.current)) event.preventDefault();
          }}
          onOpenAutoFocus={(event) => {
            before.current = opener();
            const inside = event.currentTarget as HTMLElement;
            const target =
              focus?.current ?? inside.querySelector<HTMLElement>("[data-autofocus], form input:not([readonly]), form textarea, form select");
            if (!target) return;
            event.preventDefault();
            target.focus();
          }}
          className={cx(
            "fixed inset-x-2 bottom-2 z-50 flex max-h-[calc(100dvh-1rem)] flex-col rounded-xl bg-raised shadow-3 animate-rise outline-none md:inset-x-auto md:top-[12vh] md:bottom-auto md:left-1/2 md:max-h-[80vh] md:-translate-x-1/2",
            widths[width],
          )}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-4">
            <div className="min-w-0">
              <Radix.Title className="text-base font-semibold wrap-anywhere">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-1 text-sm text-text-2">{description}</Radix.Description>
              ) : null}
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label="Close" tip={false} className="-mr-1.5 -mt-0.5" />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Asks before a change that is hard to take back. `typed` must be typed first, if given. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  action,
  danger = true,
  typed,
  run,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  children?: ReactNode;
  /** The words on the button, such as "Delete". */
  action: string;
  danger?: boolean;
  typed?: string | undefined;
  run: () => Promise<unknown>;
}) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || (typed !== undefined && text !== typed)) return;
    setBusy(true);
    setError(null);
    try {
      await run();
      setText("");
      onOpenChange(false);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setText("");
        setError(null);
        onOpenChange(next);
      }}
      title={title}
      width="sm"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            type="submit"
            form={form}
            variant={danger ? "danger" : "primary"}
            busy={busy}
            blocked={typed !== undefined && text !== typed ? `Type ${typed} first.` : undefined}
          >
            {action}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <div className="text-sm text-text-2">{children}</div>
        {typed === undefined ? null : (
          <Field
            label={
              <>
                Type <code className="rounded-sm bg-active px-1">{typed}</code> to confirm
              </>
            }
          >
            <Input value={text} onChange={(event) => setText(event.target.value)} autoFocus />
          </Field>
        )}
        {error ? <InlineError error={error} /> : null}
      </form>
    </Dialog>
  );
}
