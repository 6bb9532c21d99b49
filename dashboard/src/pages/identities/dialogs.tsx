//! The dialogs that create and delete identities.

import { useNavigate } from "@tanstack/react-router";
import { useId, useRef, useState, type FormEvent } from "react";
import type { Input as Body, Item } from "@/api/operations";
import { change, useChange } from "@/api/query";
import { useSession } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input } from "@/ui/field";
import { JsonEditor, readObject } from "@/ui/json";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";
import { limitBody, type LimitDraft } from "../keys/draft";
import { LimitsField } from "../keys/limits-field";

/** An identity as lists show it. */
export type IdentityItem = Item<"identities.listIdentities">;

/** Creates an identity, and then opens it. */
export function CreateIdentity({ onClose }: { onClose: () => void }) {
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [externalId, setExternalId] = useState("");
  const [meta, setMeta] = useState("");
  const [limits, setLimits] = useState<readonly LimitDraft[]>([]);
  const [tried, setTried] = useState(false);
  const create = useChange("identities.createIdentity");
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(create.error);
  const read = readObject(meta);
  const body = (): Body<"identities.createIdentity"> => ({
    externalId: externalId.trim(),
    ...(read.value ? { meta: read.value } : {}),
    ...(limits.length > 0 ? { ratelimits: limits.map(limitBody) } : {}),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.fault) {
      focusFirstFault(element.current);
      return;
    }
    create.mutate(body(), {
      onSuccess: ({ identityId }) => {
        toast("Identity created");
        void navigate({ to: "/$ws/identities/$identity", params: { ws, identity: identityId } });
      },
      onError: () => focusFirstFault(element.current),
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title="Create an identity"
      description="A user or system of yours that may hold several keys."
      width="lg"
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="identities.createIdentity" body={body} />
          </div>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={create.isPending}>
            Create identity
          </Button>
        </>
      }
    >
      <form ref={element} id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label="External id" hint="Your own id of the user or system. It can’t be changed later." error={faults.of("externalId")}>
          <Input
            mono
            value={externalId}
            maxLength={255}
            placeholder="user_42"
            autoFocus
            onChange={(event) => setExternalId(event.target.value)}
          />
        </Field>
        <div className="flex flex-col gap-1.5">
          <h3 className="text-sm font-medium">
            Shared rate limits <span className="font-normal text-text-3">(optional)</span>
          </h3>
          <LimitsField limits={limits} onChange={setLimits} fault={(member) => faults.of(`ratelimits${member}`)} />
        </div>
        <Field
          label="Metadata"
          optional
          hint="A JSON object that verifications of its keys return."
          error={(tried ? read.fault : undefined) ?? faults.of("meta")}
        >
          <JsonEditor value={meta} onChange={setMeta} rows={5} />
        </Field>
        {create.error && !faults.any ? <InlineError error={create.error} /> : null}
      </form>
    </Dialog>
  );
}

/** Asks before an identity is deleted. */
export function DeleteIdentity({
  item,
  onClose,
  onDone,
}: {
  item: Pick<IdentityItem, "id" | "externalId">;
  onClose: () => void;
  onDone?: () => void;
}) {
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this identity?"
      action="Delete"
      typed={item.externalId}
      run={async () => {
        await change("identities.deleteIdentity", { identity: item.id });
        toast("Identity deleted");
        onDone?.();
      }}
    >
      Its keys stay valid. They belong to nobody from then on, and lose the limits and the metadata that they share through it.
    </ConfirmDialog>
  );
}
