//! Chooses roles and direct permissions, and shows what they come to.

import { useState } from "react";
import { useList } from "@/api/query";
import { MultiCombobox } from "@/ui/combobox";
import { Field } from "@/ui/field";
import { plural } from "@/ui/format";
import { Badge } from "@/ui/mark";
import { cx } from "@/ui/cx";
import { effectiveSet, type Effective } from "./draft";

/** Roles and permissions of a key. */
export function AccessField({
  roles,
  permissions,
  onRoles,
  onPermissions,
  fault,
}: {
  roles: readonly string[];
  permissions: readonly string[];
  onRoles: (roles: readonly string[]) => void;
  onPermissions: (permissions: readonly string[]) => void;
  fault: (member: string) => string | undefined;
}) {
  const [roleText, setRoleText] = useState("");
  const [permissionText, setPermissionText] = useState("");
  const foundRoles = useList("permissions.listRoles", roleText ? { search: roleText } : {}, { limit: 50 });
  const foundPermissions = useList("permissions.listPermissions", permissionText ? { search: permissionText } : {}, {
    limit: 50,
  });
  const all = useList("permissions.listRoles", {}, { enabled: roles.length > 0 });
  const held = [...all.rows, ...foundRoles.rows].filter((role) => roles.includes(role.name));
  const effective = effectiveSet(permissions, held);
  return (
    <div className="flex flex-col gap-4">
      <Field label="Roles" optional error={fault("roles")}>
        <MultiCombobox
          values={roles}
          onChange={onRoles}
          onSearch={setRoleText}
          loading={foundRoles.isFetching}
          placeholder="Find a role"
          options={foundRoles.rows.map((role) => ({
            value: role.name,
            detail: plural(role.permissions.length, "permission"),
          }))}
        />
      </Field>
      <Field
        label="Direct permissions"
        optional
        hint="Beside those of the roles. One that is new is created with the key."
        error={fault("permissions")}
      >
        <MultiCombobox
          mono
          values={permissions}
          onChange={onPermissions}
          onSearch={setPermissionText}
          loading={foundPermissions.isFetching}
          placeholder="Find or name a permission, such as documents.read"
          create={(text) => (/^[a-zA-Z0-9_:.*-]+$/.test(text) ? `Create “${text}”` : undefined)}
          options={foundPermissions.rows.map((permission) => ({
            value: permission.slug,
            detail: permission.name === permission.slug ? undefined : permission.name,
          }))}
        />
      </Field>
      {effective.length > 0 ? (
        <div>
          <p className="mb-1.5 text-xs font-medium text-text-3">
            Together: {plural(effective.length, "permission")}
          </p>
          <EffectiveList permissions={effective} />
        </div>
      ) : null}
    </div>
  );
}

/** Permissions with where each comes from. */
export function EffectiveList({ permissions, flush = false }: { permissions: readonly Effective[]; flush?: boolean }) {
  return (
    <ul className={cx("max-h-96 divide-y divide-line overflow-y-auto", !flush && "rounded-lg border border-line")}>
      {permissions.map((one) => (
        <li
          key={one.slug}
          data-testid={`perm-${one.slug}`}
          className={cx("flex flex-wrap items-center justify-between gap-x-3 gap-y-1", flush ? "px-4 py-2" : "px-3 py-1.5")}
        >
          <code className="min-w-0 text-xs wrap-anywhere">{one.slug}</code>
          <span className="flex flex-wrap gap-1">
            {one.sources.map((source) => (
              <Badge key={source} tone={source === "direct" ? "accent" : "plain"}>
                {source === "direct" ? "direct" : `role ${source}`}
              </Badge>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
