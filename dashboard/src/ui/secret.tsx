//! Shows a secret this once.

import { useBlocker } from "@tanstack/react-router";
import { Check, Copy, Download, Eye, EyeOff } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "./button";
import { copyText } from "./copy";
import { Dialog } from "./dialog";
import { Checkbox } from "./field";
import { toast } from "./toast";

/** Asks a person to store a secret. It is in no address, storage or history, and gone when the dialog closes. */
export function SecretDialog({
  secret,
  title,
  onClose,
  env,
  children,
  again = false,
}: {
  /** Null while there is nothing to show. */
  secret: string | null;
  title: string;
  onClose: () => void;
  /** Lines of a `.env` file to download. */
  env?: readonly (readonly [string, string])[];
  /** What to do next, such as a ready call. */
  children?: ReactNode;
  /** It can be shown another time, so nobody needs to be warned. */
  again?: boolean;
}) {
  const [stored, setStored] = useState(false);
  const [asking, setAsking] = useState(false);
  const [visible, setVisible] = useState(true);
  const [copied, setCopied] = useState(false);
  const copy = useRef<HTMLButtonElement>(null);
  const open = secret !== null;
  const given = useRef(false);
  useEffect(() => {
    if (open) {
      given.current = false;
      setStored(again);
      setAsking(false);
      setVisible(true);
      setCopied(false);
    }
  }, [open, again]);
  // Leaving the page loses the secret as much as closing does. A session that ends replaces the address, and may.
  useBlocker({
    disabled: !open || stored,
    enableBeforeUnload: open && !stored,
    shouldBlockFn: ({ action }) => {
      if (given.current || action === "REPLACE") return false;
      setAsking(true);
      return true;
    },
  });
  const close = () => {
    if (stored) {
      onClose();
      return true;
    }
    setAsking(true);
    return false;
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) close();
      }}
      onAskClose={() => {
        if (stored) return true;
        setAsking(true);
        return false;
      }}
      width="lg"
      focus={copy}
      title={title}
      description={
        again
          ? "That it was shown is in the audit log."
          : "This is the only time that the secret is shown. Keyway keeps a hash of it and can’t show it again."
      }
      footer={
        <>
          {again ? null : (
            <div className="mr-auto">
              <Checkbox checked={stored} onCheckedChange={setStored} label="I stored it" />
            </div>
          )}
          <Button variant="primary" onClick={close}>
            Done
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="rounded-lg border border-line-strong bg-sunken">
          <div className="flex items-start gap-2 p-3">
            <code data-testid="secret" className="min-w-0 flex-1 text-sm break-all select-all">
              {visible ? secret : "•".repeat(Math.min(secret?.length ?? 0, 40))}
            </code>
          </div>
          <div className="flex flex-wrap gap-2 border-t border-line p-2">
            <Button
              ref={copy}
              variant="primary"
              size="sm"
              icon={copied ? Check : Copy}
              onClick={() =>
                void copyText(secret ?? "").then((done) => {
                  setCopied(done);
                  toast(done ? "Secret copied" : "The browser refused to copy. Select the text instead.");
                })
              }
            >
              Copy secret
            </Button>
            <Button size="sm" variant="ghost" icon={visible ? EyeOff : Eye} onClick={() => setVisible(!visible)}>
              {visible ? "Hide" : "Show"}
            </Button>
            {env ? (
              <Button
                size="sm"
                variant="ghost"
                icon={Download}
                onClick={() => download("keyway.env", env.map(([name, value]) => `${name}=${value}\n`).join(""))}
              >
                Download .env
              </Button>
            ) : null}
          </div>
        </div>
        {children}
        {asking && !stored ? (
          <div role="alert" className="flex flex-wrap items-center justify-between gap-2 rounded-md border border-warn-line bg-warn-soft px-3 py-2">
            <p className="text-warn">Close without storing the secret? It can’t be shown again.</p>
            <span className="flex gap-2">
              <Button size="sm" onClick={() => setAsking(false)}>
                Go back
              </Button>
              <Button
                size="sm"
                variant="danger"
                onClick={() => {
                  given.current = true;
                  onClose();
                }}
              >
                Close anyway
              </Button>
            </span>
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}

/** Offers `text` as a file. */
export function download(name: string, text: string | Blob, type = "text/plain"): void {
  const url = URL.createObjectURL(typeof text === "string" ? new Blob([text], { type }) : text);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
