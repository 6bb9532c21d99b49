//! The dialogs that create, edit and delete roles and permissions.

import { useNavigate } from "@tanstack/react-router";
import { useId, useRef, useState, type FormEvent } from "react";
import type { Input as Body, Item } from "@/api/operations";
import { change, useChange, useList, useOp } from "@/api/query";
import { useSession } from "@/app/session";
import { Button } from "@/ui/button";
import { MultiCombobox } from "@/ui/combobox";
import { CopyAs } from "@/ui/copy-as-menu";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, Textarea } from "@/ui/field";
import { plural } from "@/ui/format";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";

/** A role as lists show it. */
export type RoleItem = Item<"permissions.listRoles">;
/** A permission as lists show it. */
export type PermissionItem = Item<"permissions.listPermissions">;

/** What a slug may hold. */
export const slugPattern = /^[a-zA-Z0-9_:.*-]{1,128}$/;

/** Creates a role, and then opens it. */
export function CreateRole({ start = [], onClose }: { start?: readonly string[]; onClose: () => void }) {
  const ws = useSession().workspace.slug;
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [permissions, setPermissions] = useState<readonly string[]>(start);
  const [text, setText] = useState("");
  const found = useList("permissions.listPermissions", text ? { search: text } : {}, { limit: 50 });
  const create = useChange("permissions.createRole");
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(create.error);
  const body = (): Body<"permissions.createRole"> => ({
    name: name.trim(),
    ...(description.trim() ? { description: description.trim() } : {}),
    ...(permissions.length > 0 ? { permissions: [...permissions] } : {}),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(body(), {
      onSuccess: ({ roleId }) => {
        toast("Role created");
        void navigate({ to: "/$ws/access/roles/$role", params: { ws, role: roleId } });
      },
      onError: () => focusFirstFault(element.current),
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title="Create a role"
      description="A role is a set of permissions that keys can share."
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="permissions.createRole" body={body} />
          </div>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={create.isPending}>
            Create role
          </Button>
        </>
      }
    >
      <form ref={element} id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" error={faults.of("name")}>
          <Input value={name} maxLength={128} placeholder="editor" autoFocus onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Description" optional error={faults.of("description")}>
          <Input value={description} maxLength={512} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <Field label="Permissions" optional hint="You can change them at any time." error={faults.of("permissions")}>
          <MultiCombobox
            mono
            values={permissions}
            onChange={setPermissions}
            onSearch={setText}
            loading={found.isFetching}
            placeholder="Find or name a permission, such as documents.read"
            create={(typed) => (slugPattern.test(typed) ? `Create “${typed}”` : undefined)}
            options={found.rows.map((one) => ({
              value: one.slug,
              detail: one.name === one.slug ? undefined : one.name,
            }))}
          />
        </Field>
        {create.error && !faults.any ? <InlineError error={create.error} /> : null}
      </form>
    </Dialog>
  );
}

/** Renames a role. */
export function EditRole({ role, onClose }: { role: Pick<RoleItem, "id" | "name" | "description">; onClose: () => void }) {
  const [name, setName] = useState(role.name);
  const [description, setDescription] = useState(role.description ?? "");
  const save = useChange("permissions.updateRole");
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(save.error);
  const body = (): Body<"permissions.updateRole"> => ({
    role: role.id,
    ...(name.trim() === role.name ? {} : { name: name.trim() }),
    ...(description.trim() === (role.description ?? "") ? {} : { description: description.trim() || null }),
  });
  const same = Object.keys(body()).length === 1;
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title="Rename the role"
      footer={
        <>
          <div className="mr-auto">
            <CopyAs size="sm" operation="permissions.updateRole" body={body} />
          </div>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={save.isPending} blocked={same ? "Nothing is changed." : undefined}>
            Save changes
          </Button>
        </>
      }
    >
      <form
        ref={element}
        id={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(body(), {
            onSuccess: () => {
              toast("Role saved");
              onClose();
            },
            onError: () => focusFirstFault(element.current),
          });
        }}
      >
        <Field label="Name" hint="Keys keep the role under its new name." error={faults.of("name")}>
          <Input value={name} maxLength={128} autoFocus onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Description" optional error={faults.of("description")}>
          <Textarea value={description} maxLength={512} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        {save.error && !faults.any ? <InlineError error={save.error} /> : null}
      </form>
    </Dialog>
  );
}

/** Asks before a role is deleted, and says which keys lose it. */
export function DeleteRole({
  role,
  onClose,
  onDone,
}: {
  role: Pick<RoleItem, "id" | "name">;
  onClose: () => void;
  onDone?: () => void;
}) {
  const usage = useOp("permissions.getUsage", { roles: [role.id] });
  const keys = usage.data?.roles[0]?.keyCount;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this role?"
      action="Delete"
      typed={keys ? role.name : undefined}
      run={async () => {
        await change("permissions.deleteRole", { role: role.id });
        toast("Role deleted");
        onDone?.();
      }}
    >
      <p aria-live="polite">
        {keys === undefined ? (
          "Counting the keys that hold it."
        ) : keys === 0 ? (
          <>
            No key holds <strong className="text-text">{role.name}</strong>.
          </>
        ) : (
          <>
            <strong className="text-text">{plural(keys, "key")}</strong> {keys === 1 ? "loses" : "lose"} the permissions of{" "}
            <strong className="text-text">{role.name}</strong> at once, unless they have them otherwise.
          </>
        )}
      </p>
    </ConfirmDialog>
  );
}

/** Creates a permission, or changes one. */
export function PermissionDialog({ item, onClose }: { item?: PermissionItem; onClose: () => void }) {
  const [slug, setSlug] = useState(item?.slug ?? "");
  const [name, setName] = useState(item?.name ?? "");
  const [description, setDescription] = useState(item?.description ?? "");
  const create = useChange("permissions.createPermission");
  const save = useChange("permissions.updatePermission");
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const error = create.error ?? save.error;
  const faults = faultsOf(error);
  const createBody = (): Body<"permissions.createPermission"> => ({
    name: name.trim() || slug.trim(),
    slug: slug.trim(),
    ...(description.trim() ? { description: description.trim() } : {}),
  });
  const saveBody = (): Body<"permissions.updatePermission"> => ({
    permission: item?.id ?? "",
    ...(slug.trim() === item?.slug ? {} : { slug: slug.trim() }),
    ...(name.trim() === item?.name ? {} : { name: name.trim() }),
    ...(description.trim() === (item?.description ?? "") ? {} : { description: description.trim() || null }),
  });
  const same = item !== undefined && Object.keys(saveBody()).length === 1;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const options = {
      onSuccess: () => {
        toast(item ? "Permission saved" : "Permission created");
        onClose();
      },
      onError: () => focusFirstFault(element.current),
    };
    if (item) save.mutate(saveBody(), options);
    else create.mutate(createBody(), options);
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title={item ? "Change the permission" : "Create a permission"}
      {...(item ? {} : { description: "Your services ask for it by its slug when they verify keys." })}
      footer={
        <>
          <div className="mr-auto">
            {item ? (
              <CopyAs size="sm" operation="permissions.updatePermission" body={saveBody} />
            ) : (
              <CopyAs size="sm" operation="permissions.createPermission" body={createBody} />
            )}
          </div>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            busy={create.isPending || save.isPending}
            blocked={same ? "Nothing is changed." : undefined}
          >
            {item ? "Save changes" : "Create permission"}
          </Button>
        </>
      }
    >
      <form ref={element} id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Slug"
          hint={item ? "Services that ask for the old slug are refused from then on." : "Letters, digits and _ : . * -"}
          error={faults.of("slug")}
        >
          <Input
            mono
            value={slug}
            maxLength={128}
            placeholder="documents.read"
            autoFocus
            onChange={(event) => setSlug(event.target.value)}
          />
        </Field>
        <Field label="Name" optional={!item} hint="For people." error={faults.of("name")}>
          <Input value={name} maxLength={512} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Description" optional error={faults.of("description")}>
          <Textarea value={description} maxLength={512} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        {error && !faults.any ? <InlineError error={error} /> : null}
      </form>
    </Dialog>
  );
}

/** Asks before a permission is deleted, and says what loses it. */
export function DeletePermission({ item, onClose }: { item: PermissionItem; onClose: () => void }) {
  const usage = useOp("permissions.getUsage", { permissions: [item.id] }).data?.permissions[0];
  const used = usage !== undefined && usage.roleCount + usage.keyCount > 0;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this permission?"
      action="Delete"
      typed={used ? item.slug : undefined}
      run={async () => {
        await change("permissions.deletePermission", { permission: item.id });
        toast("Permission deleted");
      }}
    >
      <p aria-live="polite">
        {usage === undefined ? (
          "Counting what holds it."
        ) : used ? (
          <>
            <strong className="text-text">{plural(usage.roleCount, "role")}</strong> and{" "}
            <strong className="text-text">{plural(usage.keyCount, "key")}</strong> that hold{" "}
            <code className="text-text">{item.slug}</code> directly lose it at once.
          </>
        ) : (
          <>
            Neither a role nor a key holds <code className="text-text">{item.slug}</code>.
          </>
        )}
      </p>
    </ConfirmDialog>
  );
}
