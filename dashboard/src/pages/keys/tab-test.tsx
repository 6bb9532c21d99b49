//! Tries a verification without taking a credit or a rate limit.

import { useState, type FormEvent } from "react";
import type { Input, KeyDetail, Output } from "@/api/operations";
import { call } from "@/api/rpc";
import { useSession } from "@/app/session";
import { Button, ButtonLink } from "@/ui/button";
import { faultsOf } from "@/ui/faults";
import { Field, Input as TextInput, NumberInput } from "@/ui/field";
import { CopyAs } from "@/ui/copy-as-menu";
import { Notice, Panel } from "@/ui/page";
import { Prose } from "@/ui/prose";
import { ErrorCard } from "@/ui/states";
import { Checks } from "../explain/answer";

type Explanation = Output<"access.explain">;

/** Asks what a verification with these values would answer now. */
export function TestTab({ item }: { item: KeyDetail }) {
  const ws = useSession().workspace.slug;
  const [permissions, setPermissions] = useState("");
  const [cost, setCost] = useState("1");
  const [ip, setIp] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [answer, setAnswer] = useState<Explanation | null>(null);
  const faults = faultsOf(error);

  const body: Input<"access.explain"> = {
    keyId: item.keyId,
    ...(permissions.trim() ? { permissions: permissions.trim() } : {}),
    ...(cost && cost !== "1" ? { cost: Number(cost) } : {}),
    ...(ip.trim() ? { ip: ip.trim() } : {}),
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      setAnswer(await call("access.explain", body));
    } catch (caught) {
      setAnswer(null);
      setError(caught);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <Panel title="Test verify" description="A dry run: no credit, no rate limit and no statistics are touched.">
        <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <Field
            label="Permissions"
            optional
            hint="Names joined by AND and OR, such as documents.read AND (billing.read OR admin)."
            error={faults.of("permissions")}
          >
            <TextInput mono value={permissions} onChange={(event) => setPermissions(event.target.value)} />
          </Field>
          <div className="grid grid-cols-2 gap-4">
            <Field label="Credits it costs" error={faults.of("cost")}>
              <NumberInput value={cost} onChange={setCost} />
            </Field>
            <Field label="Address of the caller" optional error={faults.of("ip")}>
              <TextInput mono value={ip} placeholder="203.0.113.7" onChange={(event) => setIp(event.target.value)} />
            </Field>
          </div>
          <div className="flex items-center gap-2">
            <Button type="submit" variant="primary" busy={busy}>
              Test verify
            </Button>
            <CopyAs size="sm" operation="access.explain" body={body} />
          </div>
        </form>
      </Panel>
      <Panel title="Answer">
        {error ? (
          <ErrorCard error={error} className="m-0" />
        ) : answer ? (
          <div className="flex flex-col gap-4" role="status">
            <Notice
              tone={answer.decision === "allowed" ? "good" : "bad"}
              action={
                answer.decision === "denied" ? (
                  <ButtonLink
                    size="sm"
                    to="/$ws/explain"
                    params={{ ws }}
                    search={{ key: item.keyId, ...(permissions.trim() ? { permissions: permissions.trim() } : {}) }}
                  >
                    Explain
                  </ButtonLink>
                ) : undefined
              }
            >
              <p data-testid="verdict" className="font-medium">
                {answer.code} <span className="font-normal text-text-2">(dry run)</span>
              </p>
              <p className="text-text-2">
                <Prose text={answer.summary} />
              </p>
            </Notice>
            <Checks answer={answer} />
          </div>
        ) : (
          <p className="text-text-3">The server’s answer appears here.</p>
        )}
      </Panel>
    </div>
  );
}
