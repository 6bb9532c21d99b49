//! P20: the name of a namespace, and its deletion.

import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type FormEvent } from "react";
import { change, useChange } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { CopyAs } from "@/ui/copy-as-menu";
import { ConfirmDialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input } from "@/ui/field";
import { plural } from "@/ui/format";
import { Facts, SettingsSection } from "@/ui/page";
import { InlineError } from "@/ui/states";
import { ExactTime } from "@/ui/time";
import { toast } from "@/ui/toast";
import { NamespaceFrame, type Namespace } from "./frame";

/** Lets people rename and delete a namespace. */
export function NamespaceSettings() {
  return (
    <NamespaceFrame title="Settings">
      {(namespace) => (
        <>
          <General key={namespace.id + namespace.name} namespace={namespace} />
          <Deletion namespace={namespace} />
        </>
      )}
    </NamespaceFrame>
  );
}

function General({ namespace }: { namespace: Namespace }) {
  const [name, setName] = useState(namespace.name);
  const update = useChange("ratelimit.updateNamespace");
  const blocked = useBlocked("ratelimit.updateNamespace", { namespaceId: namespace.id });
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(update.error);
  const body = () => ({ namespace: namespace.id, name: name.trim() });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate(body(), {
      onSuccess: () => toast("Namespace saved"),
      onError: () => focusFirstFault(form.current),
    });
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="border-b border-line">
      <SettingsSection title="General" description="Services that use the old name make a new namespace, or are refused.">
        <Facts
          items={[
            ["Namespace id", <CopyText key="id" value={namespace.id} />],
            ["Created", <ExactTime key="created" at={namespace.createdAt} />],
          ]}
        />
        <Field label="Name" error={faults.of("name")}>
          <Input mono value={name} maxLength={512} onChange={(event) => setName(event.target.value)} />
        </Field>
        {update.error && !faults.any ? <InlineError error={update.error} /> : null}
        <div className="flex items-center gap-2">
          <Button
            type="submit"
            variant="primary"
            busy={update.isPending}
            blocked={name.trim() === namespace.name ? "Nothing is changed." : blocked}
          >
            Save changes
          </Button>
          <CopyAs size="sm" operation="ratelimit.updateNamespace" body={body} />
        </div>
      </SettingsSection>
    </form>
  );
}

function Deletion({ namespace }: { namespace: Namespace }) {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const ws = useSession().workspace.slug;
  const blocked = useBlocked("ratelimit.deleteNamespace", { namespaceId: namespace.id });
  return (
    <div className="pt-6">
      <SettingsSection title="Deletion" description="A deleted namespace keeps its name: nobody can make another one with it.">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div className="min-w-0">
            <p className="font-medium">Delete this namespace</p>
            <p className="text-xs text-text-3">It has {plural(namespace.overrideCount, "override")}.</p>
          </div>
          <Button variant="danger-quiet" blocked={blocked} onClick={() => setAsking(true)}>
            Delete
          </Button>
        </div>
      </SettingsSection>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${namespace.name}?`}
        action="Delete"
        typed={namespace.name}
        run={async () => {
          await change("ratelimit.deleteNamespace", { namespace: namespace.id });
          toast("Namespace deleted");
          void navigate({ to: "/$ws/ratelimits", params: { ws } });
        }}
      >
        Requests that name it are refused, and its overrides go with it. This can’t be taken back.
      </ConfirmDialog>
    </div>
  );
}
