//! Name, identity and metadata of a key.

import { useEffect, useRef, useState, type FormEvent } from "react";
import type { Input } from "@/api/operations";
import { useList } from "@/api/query";
import { useBlocked } from "@/app/session";
import { Button } from "@/ui/button";
import { Combobox } from "@/ui/combobox";
import { CopyAs } from "@/ui/copy-as-menu";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input as TextInput } from "@/ui/field";
import { JsonEditor, readObject } from "@/ui/json";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";
import { useKeySave, type FormProps } from "./stale";

type Change = Omit<Input<"keys.updateKey">, "keyId">;

/** The form of what people and your systems call the key. */
export function MetadataTab({ item, onDirty }: FormProps) {
  const start = {
    name: item.name ?? "",
    externalId: item.identity?.externalId ?? "",
    meta: item.meta ? JSON.stringify(item.meta, null, 2) : "",
  };
  const [name, setName] = useState(start.name);
  const [externalId, setExternalId] = useState(start.externalId);
  const [meta, setMeta] = useState(start.meta);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { save, dialog } = useKeySave(item, onDirty);
  const blocked = useBlocked("keys.updateKey", { apiId: item.apiId });
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(error);
  const read = readObject(meta);
  const found = useList("identities.listIdentities", externalId.trim() ? { search: externalId.trim() } : {}, { limit: 20 });
  const change: Change = {
    ...(name.trim() === start.name ? {} : { name: name.trim() || null }),
    ...(externalId.trim() === start.externalId ? {} : { externalId: externalId.trim() || null }),
    ...(meta === start.meta || read.fault ? {} : { meta: read.value ?? null }),
  };
  const changed = Object.keys(change).length > 0;
  const dirty = changed || read.fault !== undefined;
  useEffect(() => onDirty(dirty), [dirty, onDirty]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (read.fault) {
      focusFirstFault(form.current);
      return;
    }
    setBusy(true);
    setError(null);
    try {
      if ((await save(change)) === "saved") toast("Key saved");
    } catch (caught) {
      setError(caught);
      focusFirstFault(form.current);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)} className="flex max-w-2xl flex-col gap-4">
      <Field label="Name" optional error={faults.of("name")}>
        <TextInput value={name} maxLength={255} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label="External id" optional hint="The identity that the key belongs to." error={faults.of("externalId")}>
        <Combobox
          value={externalId}
          onChange={setExternalId}
          loading={found.isFetching}
          options={found.rows.map((one) => ({ value: one.externalId, detail: one.id }))}
        />
      </Field>
      <Field label="Metadata" optional hint="A JSON object that verifications return." error={read.fault ?? faults.of("meta")}>
        <JsonEditor value={meta} onChange={setMeta} rows={12} />
      </Field>
      {error && !faults.any ? <InlineError error={error} /> : null}
      <div className="flex items-center gap-2">
        <Button type="submit" variant="primary" busy={busy} blocked={changed || read.fault ? blocked : "Nothing is changed."}>
          Save changes
        </Button>
        <CopyAs size="sm" operation="keys.updateKey" body={() => ({ keyId: item.keyId, ...change })} />
      </div>
      {dialog}
    </form>
  );
}
