//! Credits, rate limits and expiry of a key.

import { useRef, useState, type FormEvent } from "react";
import type { Input } from "@/api/operations";
import { useBlocked } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { count, duration } from "@/ui/format";
import { SettingsSection } from "@/ui/page";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";
import { CreditsField, type CreditsDraft } from "./credits-field";
import { limitBody, windowParts, type LimitDraft } from "./draft";
import { ExpiryField, expiryAt, expiryFault, localMoment, noExpiry, type Expiry } from "./expiry";
import { LimitsField, newLimit } from "./limits-field";
import { useKeySave, type FormProps } from "./stale";

type Change = Omit<Input<"keys.updateKey">, "keyId">;

/** The form of everything that bounds a key. Only what is changed is sent. */
export function LimitsTab({ item, onDirty }: FormProps) {
  const [credits, setCredits] = useState<CreditsDraft>({
    credits: item.credits?.remaining === undefined || item.credits.remaining === null ? "" : String(item.credits.remaining),
    refill: item.credits?.refill?.interval ?? "",
    refillAmount: item.credits?.refill ? String(item.credits.refill.amount) : "",
    refillDay: String(item.credits?.refill?.refillDay ?? 1),
  });
  const [limits, setLimits] = useState<readonly LimitDraft[]>(() =>
    (item.ratelimits ?? []).map((limit) =>
      newLimit({
        name: limit.name,
        limit: String(limit.limit),
        autoApply: limit.autoApply,
        ...windowParts(limit.duration),
      }),
    ),
  );
  const [expiry, setExpiry] = useState<Expiry>(
    item.expires === undefined ? noExpiry : { preset: "custom", custom: localMoment(item.expires) },
  );
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const touch = (name: string) => {
    onDirty(true);
    setTouched((now) => new Set(now).add(name));
  };
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [local, setLocal] = useState<string | undefined>();
  const { save, dialog } = useKeySave(item, onDirty);
  const blocked = useBlocked("keys.updateKey", { apiId: item.apiId });
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(error);

  const changeOf = (): Change => ({
    ...(touched.has("credits")
      ? {
          credits:
            credits.credits === ""
              ? null
              : {
                  remaining: Number(credits.credits),
                  refill: credits.refill
                    ? {
                        interval: credits.refill,
                        amount: Number(credits.refillAmount),
                        ...(credits.refill === "monthly" ? { refillDay: Number(credits.refillDay) } : {}),
                      }
                    : null,
                },
        }
      : {}),
    ...(touched.has("limits") ? { ratelimits: limits.map(limitBody) } : {}),
    ...(touched.has("expiry") ? { expires: expiryAt(expiry, Date.now()) ?? null } : {}),
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const fault = touched.has("expiry") ? expiryFault(expiry, Date.now()) : undefined;
    setLocal(fault);
    if (fault) {
      focusFirstFault(form.current);
      return;
    }
    setBusy(true);
    setError(null);
    try {
      if ((await save(changeOf())) === "saved") {
        toast("Limits saved");
        setTouched(new Set());
      }
    } catch (caught) {
      setError(caught);
      focusFirstFault(form.current);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
      <SettingsSection title="Credits" description="How often the key can be used, and when that starts anew.">
        <CreditsField
          value={credits}
          onChange={(part) => {
            touch("credits");
            setCredits((now) => ({ ...now, ...part }));
          }}
          fault={faults.of}
        />
      </SettingsSection>
      <SettingsSection title="Rate limits" description="Uses within a window of time.">
        <LimitsField
          limits={limits}
          onChange={(next) => {
            touch("limits");
            setLimits(next);
          }}
          fault={(member) => faults.of(`ratelimits${member}`)}
        />
        {item.identity?.ratelimits && item.identity.ratelimits.length > 0 ? (
          <p className="text-xs text-text-3">
            Shared by all keys of {item.identity.externalId}:{" "}
            {item.identity.ratelimits
              .map((limit) => `${limit.name} ${count(limit.limit)} in ${duration(limit.duration)}`)
              .join(", ")}
            .
          </p>
        ) : null}
      </SettingsSection>
      <SettingsSection title="Expiry" description="The key is refused from this moment on.">
        <ExpiryField
          value={expiry}
          onChange={(next) => {
            touch("expiry");
            setExpiry(next);
          }}
          error={local ?? faults.of("expires")}
        />
      </SettingsSection>
      {error && !faults.any ? <InlineError error={error} /> : null}
      <div className="mt-4 flex items-center gap-2">
        <Button
          type="submit"
          variant="primary"
          busy={busy}
          blocked={touched.size === 0 ? "Nothing is changed." : blocked}
        >
          Save changes
        </Button>
        <CopyAs size="sm" operation="keys.updateKey" body={() => ({ keyId: item.keyId, ...changeOf() })} />
      </div>
      {dialog}
    </form>
  );
}
