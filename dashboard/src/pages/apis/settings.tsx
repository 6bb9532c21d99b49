//! P07: the settings of one API.

import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type FormEvent } from "react";
import type { ApiItem, Input } from "@/api/operations";
import { change, useChange } from "@/api/query";
import { missingFor } from "@/api/permissions";
import { useBlocked, useSession } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { CopyText } from "@/ui/copy";
import { ConfirmDialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input as TextInput, NumberInput, Switch, Textarea } from "@/ui/field";
import { count, plural } from "@/ui/format";
import { Facts, SettingsSection } from "@/ui/page";
import { InlineError } from "@/ui/states";
import { ExactTime } from "@/ui/time";
import { toast } from "@/ui/toast";
import { ApiFrame } from "./frame";

type Change = Omit<Input<"apis.updateApi">, "apiId">;

/** Lets people change everything about an API, and delete it. */
export function ApiSettings() {
  return (
    <ApiFrame title="Settings">
      {(api) => (
        <>
          <General key={api.id} api={api} />
          <Protection api={api} />
        </>
      )}
    </ApiFrame>
  );
}

function General({ api }: { api: ApiItem }) {
  const [name, setName] = useState(api.name);
  const [prefix, setPrefix] = useState(api.defaultPrefix ?? "");
  const [bytes, setBytes] = useState(api.defaultByteLength === undefined ? "" : String(api.defaultByteLength));
  const [environment, setEnvironment] = useState(api.environment ?? "");
  const [addresses, setAddresses] = useState((api.ipAllowlist ?? []).join("\n"));
  const [stored, setStored] = useState(api.storeEncryptedKeys);
  const [checksum, setChecksum] = useState(api.checksum);
  const update = useChange("apis.updateApi");
  const blocked = useBlocked("apis.updateApi", { apiId: api.id });
  const { permissions } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(update.error);
  const list = addresses.split(/[\s,]+/).filter(Boolean);
  const same = list.join("\n") === (api.ipAllowlist ?? []).join("\n");
  const changes: Change = {
    ...(name.trim() === api.name ? {} : { name: name.trim() }),
    ...(prefix === (api.defaultPrefix ?? "") ? {} : { defaultPrefix: prefix || null }),
    ...(bytes === (api.defaultByteLength === undefined ? "" : String(api.defaultByteLength))
      ? {}
      : { defaultByteLength: bytes ? Number(bytes) : null }),
    ...(environment === (api.environment ?? "") ? {} : { environment: environment || null }),
    ...(same ? {} : { ipAllowlist: list }),
    ...(stored === api.storeEncryptedKeys ? {} : { storeEncryptedKeys: stored }),
    ...(checksum === api.checksum ? {} : { checksum }),
  };
  const changed = Object.keys(changes).length > 0;
  const noEncrypt = missingFor({ anyOf: ["api.*.encrypt_key", "api.{apiId}.encrypt_key"] }, permissions, { apiId: api.id });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate(
      { apiId: api.id, ...changes },
      {
        onSuccess: () => toast("API saved"),
        onError: () => focusFirstFault(form.current),
      },
    );
  };

  return (
    <form ref={form} noValidate onSubmit={submit}>
      <SettingsSection title="General">
        <Facts
          items={[
            ["API id", <CopyText key="id" value={api.id} />],
            ["Created", <ExactTime key="created" at={api.createdAt} />],
          ]}
        />
        <Field label="Name" error={faults.of("name")}>
          <TextInput value={name} maxLength={256} onChange={(event) => setName(event.target.value)} />
        </Field>
      </SettingsSection>
      <SettingsSection title="New keys" description="What a key gets if its creation doesn’t say otherwise.">
        <div className="grid gap-4 md:grid-cols-2">
          <Field label="Prefix" optional error={faults.of("defaultPrefix")}>
            <TextInput mono value={prefix} onChange={(event) => setPrefix(event.target.value)} />
          </Field>
          <Field label="Random bytes" optional hint="16 to 255." error={faults.of("defaultByteLength")}>
            <NumberInput value={bytes} placeholder="16" onChange={setBytes} />
          </Field>
        </div>
        <Field
          label="Environment"
          optional
          hint="Such as production. Root keys can be limited to environments."
          error={faults.of("environment")}
        >
          <TextInput value={environment} onChange={(event) => setEnvironment(event.target.value)} />
        </Field>
        <Switch
          label="Checksum"
          hint="New keys end with six characters that show a mistyped key without a look into the database."
          checked={checksum}
          onCheckedChange={setChecksum}
        />
        <Switch
          label="Recoverable keys"
          hint={
            noEncrypt.length > 0 && !stored
              ? `Needs ${noEncrypt.join(", ")}.`
              : "Keys may be stored encrypted, so that they can be shown again."
          }
          disabled={noEncrypt.length > 0 && !stored}
          checked={stored}
          onCheckedChange={setStored}
        />
      </SettingsSection>
      <SettingsSection title="Network" description="From where keys of this API may be used.">
        <Field
          label="IP allow-list"
          optional
          hint="One address or network on each line, such as 203.0.113.0/24. Empty lets every address pass."
          error={faults.of("ipAllowlist")}
        >
          <Textarea mono rows={4} value={addresses} onChange={(event) => setAddresses(event.target.value)} />
        </Field>
      </SettingsSection>
      {update.error && !faults.any ? <InlineError error={update.error} /> : null}
      <div className="flex items-center gap-2 border-b border-line pt-4 pb-6">
        <Button
          type="submit"
          variant="primary"
          busy={update.isPending}
          blocked={changed ? blocked : "Nothing is changed."}
        >
          Save changes
        </Button>
        <CopyAs size="sm" operation="apis.updateApi" body={() => ({ apiId: api.id, ...changes })} />
      </div>
    </form>
  );
}

function Protection({ api }: { api: ApiItem }) {
  const [asking, setAsking] = useState<"off" | "delete" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const navigate = useNavigate();
  const ws = useSession().workspace.slug;
  const update = useBlocked("apis.updateApi", { apiId: api.id });
  const remove = useBlocked("apis.deleteApi", { apiId: api.id });
  return (
    <div className="pt-6">
      <SettingsSection title="Deletion" description="Deleting an API refuses all of its keys at once.">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div className="min-w-0">
            <p className="font-medium">Delete protection is {api.deleteProtection ? "on" : "off"}</p>
            <p className="text-xs text-text-3">
              {api.deleteProtection ? "The API can’t be deleted while it is on." : "Turn it on to keep the API from being deleted by mistake."}
            </p>
          </div>
          <Button
            blocked={update}
            onClick={() => {
              setError(null);
              if (api.deleteProtection) setAsking("off");
              else
                change("apis.updateApi", { apiId: api.id, deleteProtection: true }).then(
                  () => toast("Delete protection is on"),
                  (caught: unknown) => setError(caught),
                );
            }}
          >
            {api.deleteProtection ? "Turn off protection" : "Turn on protection"}
          </Button>
        </div>
        {error ? <InlineError error={error} /> : null}
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
          <div className="min-w-0">
            <p className="font-medium">Delete this API</p>
            <p className="text-xs text-text-3">It has {plural(api.keyCount, "key")}.</p>
          </div>
          <Button
            variant="danger-quiet"
            blocked={api.deleteProtection ? "Turn off the delete protection first." : remove}
            onClick={() => setAsking("delete")}
          >
            Delete
          </Button>
        </div>
      </SettingsSection>
      <ConfirmDialog
        open={asking === "off"}
        onOpenChange={() => setAsking(null)}
        title="Turn off delete protection?"
        action="Turn off"
        run={async () => {
          await change("apis.updateApi", { apiId: api.id, deleteProtection: false });
          toast("Delete protection is off");
        }}
      >
        Anybody with the permission to delete this API can then do so.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === "delete"}
        onOpenChange={() => setAsking(null)}
        title={`Delete ${api.name}?`}
        action="Delete"
        typed={api.name}
        run={async () => {
          await change("apis.deleteApi", { apiId: api.id });
          toast("API deleted");
          void navigate({ to: "/$ws/apis", params: { ws } });
        }}
      >
        {api.keyCount === 0 ? "It has no keys." : `All of its keys (${count(api.keyCount)}) are refused from the next request.`} This can’t be taken
        back.
      </ConfirmDialog>
    </div>
  );
}
