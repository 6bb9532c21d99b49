//! What a page shows instead of its data: loading, nothing, a fault, no permission.

import { AlertTriangle, Lock, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import { RpcError } from "@/api/rpc";
import { useSessionState } from "@/app/session";
import { Button } from "./button";
import { CopyButton, CopyText } from "./copy";
import { cx } from "./cx";
import { Prose } from "./prose";

/** Says what a list is for while it is empty. */
export function EmptyState({
  icon,
  title,
  children,
  action,
  command,
  docs,
}: {
  icon?: ReactNode;
  title: string;
  /** One line on what the thing is. */
  children: ReactNode;
  action?: ReactNode;
  /** The same by the command line. */
  command?: string;
  docs?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      {icon ? (
        <div className="mb-4 flex size-10 items-center justify-center rounded-lg border border-line bg-sunken text-text-3 [&_svg]:size-5">
          {icon}
        </div>
      ) : null}
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="mt-1 max-w-md text-text-2">{children}</p>
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
      {command ? (
        <div className="mt-5 flex max-w-full items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3 text-left">
          <code className="overflow-x-auto text-xs whitespace-nowrap text-text-2" tabIndex={0}>
            {command}
          </code>
          <CopyButton value={command} label="Copy command" />
        </div>
      ) : null}
      {docs ? <p className="mt-3 text-xs text-text-3">{docs}</p> : null}
    </div>
  );
}

/** Says that the filters leave nothing, and offers to clear them. */
export function NoMatches({ onClear, what = "Nothing" }: { onClear?: () => void; what?: string }) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <p className="text-text-2">{what} matches these filters.</p>
      {onClear ? (
        <Button className="mt-3" size="sm" onClick={onClear}>
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

/** Grey bars in the place of text that is still loading. They appear late, so that fast answers don't flash. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cx("block h-3.5 animate-late rounded-sm bg-active", className ?? "w-full")}
    />
  );
}

/** Stands for a page that is still loading. */
export function PageSkeleton() {
  return (
    <div aria-busy aria-label="Loading" role="status" className="flex flex-col gap-4 p-5 md:px-8 md:py-6">
      <Skeleton className="h-6 w-48" />
      <Skeleton className="w-80 max-w-full" />
      <div className="mt-4 flex flex-col gap-4">
        {Array.from({ length: 7 }, (_, row) => (
          <Skeleton key={row} className="h-5" />
        ))}
      </div>
    </div>
  );
}

function asRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new RpcError("", 0, "The page failed", detail, "", undefined);
}

/** A fault in place of what could not be loaded. Shows the no-permission state where that is the cause. */
export function ErrorCard({
  error,
  onRetry,
  className,
}: {
  error: unknown;
  onRetry?: () => void;
  className?: string;
}) {
  const fault = asRpcError(error);
  if (fault.status === 403 && fault.code === "insufficient_permissions") {
    return <NoPermission operation={fault.operation} missing={fault.missing} requestId={fault.requestId} />;
  }
  return (
    <section
      role="alert"
      data-testid="error-card"
      className={cx("m-4 flex gap-3 rounded-lg border border-bad-line bg-bad-soft p-4", className)}
    >
      <AlertTriangle aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{fault.title}</h2>
        <p className="mt-0.5 text-text-2">
          <Prose text={fault.detail} />
        </p>
        <FaultList error={fault} />
        <RequestId id={fault.requestId} />
        <div className="mt-3 flex flex-wrap items-center gap-3">
          {onRetry ? (
            <Button size="sm" icon={RotateCw} onClick={onRetry}>
              Try again
            </Button>
          ) : null}
          {fault.type ? (
            <a className="text-xs text-accent underline-offset-2 hover:underline" href={fault.type} rel="noreferrer">
              About this error
            </a>
          ) : null}
        </div>
      </div>
    </section>
  );
}

function FaultList({ error }: { error: RpcError }) {
  if (error.faults.length === 0) return null;
  return (
    <ul className="mt-1 list-disc pl-4 text-xs text-text-2">
      {error.faults.map((fault) => (
        <li key={fault.location + fault.message}>
          <code>{fault.location}</code> {fault.message}
        </li>
      ))}
    </ul>
  );
}

function RequestId({ id }: { id: string | undefined }) {
  if (!id) return null;
  return (
    <p className="mt-2 flex items-center gap-1 text-xs text-text-3">
      Request <CopyText value={id} testId="request-id" />
    </p>
  );
}

/** A fault inside a form or dialog, next to its buttons. */
export function InlineError({ error }: { error: unknown }) {
  const fault = asRpcError(error);
  if (fault.status === 401 && (fault.code === "expired" || fault.code === "missing")) {
    // The dialog above the page asks to sign in; this is read after it.
    return (
      <p role="status" className="text-sm text-text-2">
        Nothing was done, because your session had ended. Try again.
      </p>
    );
  }
  return (
    <div role="alert" data-testid="error-card" className="rounded-md border border-bad-line bg-bad-soft px-3 py-2 text-sm">
      <p className="font-medium text-bad">{fault.code === "sign_in_failed" ? "That didn’t work" : fault.title}</p>
      <p className="text-text-2">
        <Prose text={fault.detail} />
      </p>
      <FaultList error={fault} />
      {fault.missing.length > 0 ? (
        <p className="mt-1 text-xs text-text-2">
          Missing: <code>{fault.missing.join(", ")}</code>
        </p>
      ) : null}
      <RequestId id={fault.requestId} />
    </div>
  );
}

/** Says which operation was refused, which permission is missing and where to find out more. */
export function NoPermission({
  operation,
  missing,
  requestId,
  resource = "",
}: {
  operation: string;
  missing: readonly string[];
  /** Of the refused call, if one was made. */
  requestId?: string | undefined;
  /** What it would be called on. */
  resource?: string;
}) {
  return (
    <section data-testid="no-permission" className="flex flex-col items-center px-6 py-14 text-center">
      <div className="mb-4 flex size-10 items-center justify-center rounded-lg border border-line bg-sunken text-text-3">
        <Lock aria-hidden className="size-5" />
      </div>
      <h2 className="text-base font-semibold">You may not see this</h2>
      <p className="mt-1 max-w-md text-text-2">
        {operation ? (
          <>
            This needs the operation <code className="text-text">{operation}</code>, which your permissions don’t
            cover.
          </>
        ) : (
          "Your permissions don’t cover this page."
        )}
      </p>
      {missing.length > 0 ? (
        <div className="mt-4 flex flex-col items-center gap-1">
          <span className="text-xs text-text-3">Missing</span>
          {missing.map((one) => (
            <CopyText key={one} value={one} className="rounded-md border border-line bg-sunken px-2 py-0.5" />
          ))}
        </div>
      ) : null}
      <p className="mt-4 max-w-md text-xs text-text-3">
        Whoever may change root keys of this workspace, or its admins and owners, can grant it.
      </p>
      {requestId || operation ? (
        <div className="mt-2 flex flex-col items-center gap-2">
          <RequestId id={requestId} />
          <ExplainLink requestId={requestId} operation={operation} resource={resource} />
        </div>
      ) : null}
    </section>
  );
}

function ExplainLink({ requestId, operation, resource }: { requestId: string | undefined; operation: string; resource: string }) {
  const session = useSessionState().session;
  if (!session) return null;
  const asked = requestId
    ? { request: requestId }
    : { operation, ...(resource ? { resource } : {}), ...(session.kind === "rootKey" ? { rootKey: session.id } : {}) };
  return (
    <Link
      to="/$ws/explain"
      params={{ ws: session.workspace.slug }}
      search={asked as never}
      className="text-sm font-medium text-accent underline-offset-2 hover:underline"
    >
      Why was this denied?
    </Link>
  );
}

/** Says that the server keeps no usage data yet. */
export function NoAnalytics({
  what = "Usage",
  chart,
}: {
  what?: string;
  /** Which chart will stand here. */
  chart?: "C1" | "C2" | "C3" | "C4" | "C5" | "C6" | "C7" | "C8";
}) {
  return (
    <div
      data-testid={chart ? `chart-${chart}` : undefined}
      className="flex min-h-32 flex-col items-center justify-center rounded-lg border border-dashed border-line-strong px-6 py-6 text-center"
    >
      <p className="font-medium">No analytics yet</p>
      <p className="mt-0.5 max-w-sm text-text-3">
        {what} will be drawn here once this server keeps analytics. This version records none.
      </p>
    </div>
  );
}
