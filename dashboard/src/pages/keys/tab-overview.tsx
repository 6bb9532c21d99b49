//! The overview of a key.

import { Link } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import { useState } from "react";
import type { KeyDetail } from "@/api/operations";
import { useOp } from "@/api/query";
import { call } from "@/api/rpc";
import { missingFor } from "@/api/permissions";
import { useSession } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { count } from "@/ui/format";
import { Badge, Mark } from "@/ui/mark";
import { Facts, Panel } from "@/ui/page";
import { SecretDialog } from "@/ui/secret";
import { InlineError, NoAnalytics } from "@/ui/states";
import { ExactTime, Time, useNow } from "@/ui/time";
import { statusMarks, statusOf } from "./status";

/** What a key is, and how it is used. */
export function OverviewTab({ item }: { item: KeyDetail }) {
  const ws = useSession().workspace.slug;
  const now = useNow();
  const apis = useOp("apis.listApis", { apiIds: [item.apiId] });
  const api = apis.data?.[0];
  const mark = statusMarks[statusOf(item, now)];
  const refill = item.credits?.refill;
  return (
    <div className="flex flex-col gap-5">
      <Panel title="About">
        <Facts
          columns={2}
          items={[
            [
              "Status",
              <Mark key="status" sign={mark.sign} tone={mark.tone}>
                {mark.words}
              </Mark>,
            ],
            [
              "API",
              <Link
                key="api"
                to="/$ws/apis/$api/keys"
                params={{ ws, api: item.apiId }}
                className="text-accent underline-offset-2 hover:underline"
              >
                {api?.name ?? item.apiId}
              </Link>,
            ],
            ["Starts with", <CopyText key="start" value={item.start} />],
            [
              "Identity",
              item.identity ? (
                <Link
                  key="identity"
                  to="/$ws/identities/$identity"
                  params={{ ws, identity: item.identity.id }}
                  className="text-accent underline-offset-2 hover:underline"
                >
                  {item.identity.externalId}
                </Link>
              ) : (
                "None"
              ),
            ],
            [
              "Credits",
              item.credits?.remaining === undefined || item.credits.remaining === null
                ? "Unlimited"
                : `${count(item.credits.remaining)} left${refill ? `, ${count(refill.amount)} ${refill.interval}` : ""}`,
            ],
            ["Expires", <Time key="expires" at={item.expires} />],
            ["Last used", <Time key="used" at={item.lastUsedAt} />],
            ["Created", <ExactTime key="created" at={item.createdAt} />],
            item.updatedAt ? ["Changed", <Time key="changed" at={item.updatedAt} />] : null,
            item.environment ? ["Environment", <Badge key="environment">{item.environment}</Badge>] : null,
            api?.storeEncryptedKeys ? ["Secret", <Reveal key="secret" item={item} />] : null,
          ]}
        />
      </Panel>
      <Panel title="Usage">
        <NoAnalytics chart="C1" what="Verifications by outcome and the credits that they took" />
      </Panel>
    </div>
  );
}

/** Shows a recoverable key again, after the secret of the session is entered once more. */
function Reveal({ item }: { item: KeyDetail }) {
  const { permissions } = useSession();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [none, setNone] = useState(false);
  const missing = missingFor({ anyOf: ["api.*.decrypt_key", "api.{apiId}.decrypt_key"] }, permissions, {
    apiId: item.apiId,
  });
  return (
    <span className="flex flex-col items-start gap-2">
      <Button
        size="sm"
        icon={Eye}
        busy={busy}
        blocked={missing.length > 0 ? `Needs ${missing.join(", ")}.` : undefined}
        onClick={() => {
          setBusy(true);
          setError(null);
          call("keys.getKey", { keyId: item.keyId, decrypt: true })
            .then(
              ({ plaintext }) => (plaintext ? setSecret(plaintext) : setNone(true)),
              (caught: unknown) => setError(caught),
            )
            .finally(() => setBusy(false));
        }}
      >
        Reveal
      </Button>
      {none ? <span className="text-text-3">This key was created without being stored.</span> : null}
      {error ? <InlineError error={error} /> : null}
      <SecretDialog secret={secret} title="The secret of this key" again onClose={() => setSecret(null)} />
    </span>
  );
}
