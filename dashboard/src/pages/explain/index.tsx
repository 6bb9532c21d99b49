//! P23: why something was denied, and the smallest change that would help.

import { useState } from "react";
import { ShieldQuestion } from "lucide-react";
import type { Output } from "@/api/operations";
import { useOp } from "@/api/query";
import { call, RpcError } from "@/api/rpc";
import { useUrlState } from "@/app/url-state";
import { Page, Panel } from "@/ui/page";
import { ErrorCard, Skeleton } from "@/ui/states";
import { Answer } from "./answer";
import { Question } from "./question";
import { bodyOf, fieldsOf, holdsSecret, searchOf, type Body, type Fields } from "./forms";

type Explanation = Output<"access.explain">;

/** What was asked with a pasted key. It is kept out of the address and of the cache. */
interface Private {
  /** The address at that time; another one asks something else. */
  at: string;
  busy: boolean;
  answer?: Explanation;
  error?: unknown;
}

const nothing: Body = {};

/** Asks about a request, a key or an operation, and shows the answer. */
export function Explain() {
  const [search, change] = useUrlState();
  const asked = fieldsOf(search);
  const safe = holdsSecret(asked) ? undefined : bodyOf(asked);
  const [kept, setOwn] = useState<Private | null>(null);
  const open = useOp("access.explain", safe ?? nothing, { enabled: safe !== undefined, keep: false, staleTime: 0 });
  const address = JSON.stringify(searchOf(asked));
  const own = kept?.at === address ? kept : null;

  const ask = (fields: Fields) => {
    const body = bodyOf(fields);
    if (!body) return;
    if (!holdsSecret(fields)) {
      setOwn(null);
      if (JSON.stringify(searchOf(fields)) === address) void open.refetch();
      else change(searchOf(fields), { push: true });
      return;
    }
    setOwn({ at: address, busy: true });
    call("access.explain", body).then(
      (answer) => setOwn({ at: address, busy: false, answer }),
      (error: unknown) => setOwn({ at: address, busy: false, error }),
    );
  };

  const shown: Omit<Private, "at"> = own ?? {
    busy: safe !== undefined && open.isFetching,
    ...(open.data && safe ? { answer: open.data } : {}),
    ...(open.error && safe ? { error: open.error } : {}),
  };
  return (
    <Page
      title="Explain"
      description="Why something was denied, what is missing, and the smallest change that would allow it."
    >
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(320px,380px)_minmax(0,1fr)]">
        <Question key={address} start={asked} busy={shown.busy} error={shown.error} onAsk={ask} />
        <div aria-live="polite" aria-busy={shown.busy || undefined} className="min-w-0">
          {shown.error ? (
            <Failed error={shown.error} onRetry={own ? undefined : () => void open.refetch()} />
          ) : shown.answer ? (
            <Answer answer={shown.answer} />
          ) : shown.busy ? (
            <Skeleton className="h-64" />
          ) : (
            <Nothing />
          )}
        </div>
      </div>
    </Page>
  );
}

function Failed({ error, onRetry }: { error: unknown; onRetry: (() => void) | undefined }) {
  // What is wrong with a field stands below it.
  if (error instanceof RpcError && error.status === 400 && error.faults.length > 0) return <Nothing />;
  return (
    <div className="rounded-lg border border-line bg-surface">
      <ErrorCard error={error} {...(onRetry ? { onRetry } : {})} />
    </div>
  );
}

function Nothing() {
  return (
    <Panel>
      <div className="flex flex-col items-center px-2 py-10 text-center">
        <div className="mb-4 flex size-10 items-center justify-center rounded-lg border border-line bg-sunken text-text-3">
          <ShieldQuestion aria-hidden className="size-5" />
        </div>
        <h2 className="text-base font-semibold">Ask about a refusal</h2>
        <p className="mt-1 max-w-md text-text-2">
          Each refused call answers with a request id. Paste it, or ask what a key or a root key could do now: it is a dry run,
          so nothing is counted or changed.
        </p>
        <code className="mt-5 max-w-full overflow-x-auto rounded-md border border-line bg-sunken px-3 py-1.5 text-xs text-text-2" tabIndex={0}>
          keyway explain req_…
        </code>
      </div>
    </Panel>
  );
}
