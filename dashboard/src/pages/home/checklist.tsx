//! The first steps with a new Keyway. Each turns done by itself.

import { Check } from "lucide-react";
import type { ReactNode } from "react";
import type { Output } from "@/api/operations";
import { useList } from "@/api/query";
import { serverUrl } from "@/app/base";
import { setPreferences, usePreferences } from "@/app/preferences";
import { maySome, useSession } from "@/app/session";
import { Button, ButtonLink } from "@/ui/button";
import { copyAs } from "@/ui/copy-as";
import { cx } from "@/ui/cx";
import { Snippets } from "@/ui/snippets";
import { Panel } from "@/ui/page";
import { Skeleton } from "@/ui/states";

type Counts = Output<"workspaces.getWorkspace">["counts"];

interface Step {
  id: string;
  title: string;
  done: boolean;
  detail: ReactNode;
}

/**
 * Shows the steps until all are done or somebody dismisses them. `children` stand below; they wait until it is known
 * whether there are steps, so that nothing moves.
 */
export function Checklist({
  counts,
  reading,
  children,
}: {
  counts: Counts | undefined;
  /** Whether the counts are still to come. */
  reading: boolean;
  children: ReactNode;
}) {
  const session = useSession();
  const ws = session.workspace.slug;
  const { dismissed } = usePreferences();
  const name = `checklist-${session.workspace.id}`;
  const sdk = `checklist-sdk-${session.workspace.id}`;
  const shown = counts !== undefined && !dismissed.includes(name);
  const mayKeys = maySome(session, "keys.listKeys");
  const mayRoot = maySome(session, "rootKeys.listKeys");
  const hasKeys = (counts?.keys ?? 0) > 0;
  // The verify step turns done by itself: the page asks for the key that was used last.
  const used = useList(
    "keys.listKeys",
    { sort: "lastUsedAt", order: "desc" },
    { enabled: shown && mayKeys && hasKeys, limit: 1, refetchInterval: 3000 },
  );
  const verified = Boolean(used.rows[0]?.lastUsedAt);
  const rootKeys = useList("rootKeys.listKeys", {}, { enabled: shown && mayRoot });
  const least = rootKeys.rows.some(
    (key) => key.permissions.length > 0 && key.permissions.every((one) => one.endsWith(".verify_key")),
  );
  const waits =
    !dismissed.includes(name) &&
    (reading || (shown && ((mayKeys && hasKeys && used.isPending) || (mayRoot && rootKeys.isPending))));
  if (waits) return <Skeleton className="h-64" />;
  if (!shown || !counts) return children;

  const steps: Step[] = [
    {
      id: "api",
      title: "Create an API",
      done: counts.apis > 0,
      detail: (
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-0 flex-1 basis-64 text-text-2">An API is a set of keys that one service checks.</p>
          <ButtonLink size="sm" variant="primary" to="/$ws/apis" params={{ ws }} search={{ new: "1" }}>
            Create API
          </ButtonLink>
        </div>
      ),
    },
    {
      id: "key",
      title: "Create a key",
      done: hasKeys,
      detail: (
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-0 flex-1 basis-64 text-text-2">A caller of your service gets it; Keyway keeps its hash.</p>
          <ButtonLink size="sm" variant="primary" to="/$ws/keys/new" params={{ ws }}>
            Create key
          </ButtonLink>
        </div>
      ),
    },
    {
      id: "verify",
      title: "Verify it",
      done: verified,
      detail: (
        <div className="flex min-w-0 flex-col gap-2">
          <p className="text-text-2">
            Call this with the key that you stored. This page waits for the first verification.
          </p>
          <Snippets
            label="Verification"
            snippets={(["curl", "CLI", "TypeScript", "Python"] as const).map((language) => [
              language,
              copyAs(language, serverUrl(), "keys.verifyKey", { key: "" }),
            ])}
          />
        </div>
      ),
    },
    {
      id: "root-key",
      title: "Make a root key that can only verify",
      done: least,
      detail: (
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-0 flex-1 basis-64 text-text-2">
            Your service needs no more than that. If it is stolen, nobody can make keys with it.
          </p>
          <ButtonLink size="sm" variant="primary" to="/$ws/root-keys/new" params={{ ws }} search={{ preset: "verify" }}>
            Create root key
          </ButtonLink>
        </div>
      ),
    },
    {
      id: "sdk",
      title: "Point your SDK here",
      done: dismissed.includes(sdk),
      detail: (
        <div className="flex min-w-0 flex-col items-start gap-2">
          <p className="text-text-2">The published clients of Unkey work with this server; give them its address.</p>
          <div className="w-full">
            <Snippets
              label="SDK"
              snippets={[
                ["TypeScript", `import { Unkey } from "@unkey/api";\n\nconst unkey = new Unkey({\n  serverURL: "${serverUrl()}",\n  rootKey: process.env.KEYWAY_ROOT_KEY,\n});`],
                ["Python", `import os\nfrom unkey.py import Unkey\n\nunkey = Unkey(\n    server_url="${serverUrl()}",\n    root_key=os.environ["KEYWAY_ROOT_KEY"],\n)`],
              ]}
            />
          </div>
          <Button size="sm" onClick={() => setPreferences({ dismissed: [...dismissed, sdk] })}>
            Mark as done
          </Button>
        </div>
      ),
    },
  ];
  const open = steps.find((step) => !step.done);
  if (!open) return children;
  const done = steps.filter((step) => step.done).length;
  return (
    <>
      <Panel
        title="First steps"
        description={`${done} of ${steps.length} done`}
        flush
        actions={
          <Button
            size="sm"
            variant="ghost"
            onClick={() => setPreferences({ dismissed: [...dismissed.filter((one) => one !== name), name] })}
          >
            Dismiss
          </Button>
        }
      >
        <ol className="divide-y divide-line">
          {steps.map((step, index) => (
            <li
              key={step.id}
              data-testid={`checklist-${step.id}`}
              data-done={step.done}
              className={cx("flex gap-3 px-4", step.done ? "py-2" : "py-3")}
            >
              <span
                aria-hidden
                className={cx(
                  "flex size-5 shrink-0 items-center justify-center rounded-full border text-2xs font-medium",
                  step.done ? "border-good-line bg-good-soft text-good" : "border-line-strong text-text-3",
                )}
              >
                {step.done ? <Check className="size-3" strokeWidth={3} /> : index + 1}
              </span>
              <div className="min-w-0 flex-1">
                <h3 className={cx("font-medium", step.done && "text-text-3")}>
                  {step.title}
                  {step.done ? <span className="sr-only"> (done)</span> : null}
                </h3>
                {step === open ? <div className="mt-1.5">{step.detail}</div> : null}
              </div>
            </li>
          ))}
        </ol>
      </Panel>
      {children}
    </>
  );
}
