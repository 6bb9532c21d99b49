//! P29: who may enter the workspace.

import { useQuery } from "@tanstack/react-query";
import { Ban, CircleCheck, Link2, Lock, MoreHorizontal, Trash2, UserCog, UserPlus } from "lucide-react";
import { useId, useRef, useState, type FormEvent } from "react";
import { opKey, renewAfter } from "@/api/query";
import { callPrivate } from "@/api/rpc";
import { useSession, type Session } from "@/app/session";
import { useUrlState } from "@/app/url-state";
import { Button, IconButton } from "@/ui/button";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, Select } from "@/ui/field";
import { Badge, Mark } from "@/ui/mark";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { Page } from "@/ui/page";
import { SecretDialog } from "@/ui/secret";
import { EmptyState, ErrorCard, InlineError } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { ExactTime, Time } from "@/ui/time";
import { toast } from "@/ui/toast";
import { SettingsTabs } from "./tabs";

type Role = "viewer" | "editor" | "admin" | "owner";

/** Somebody as `users.list` shows them. */
interface Person {
  id: string;
  email: string;
  role: Role;
  enabled: boolean;
  hasPassword: boolean;
  isSelf: boolean;
  createdAt: number;
  lastSignInAt?: number;
}

/** A link by which somebody chooses a password. */
interface NewLink {
  url: string;
  kind: "setup" | "invite" | "reset";
  expiresAt: number;
}

const roles: readonly (readonly [Role, string])[] = [
  ["viewer", "sees everything and changes nothing"],
  ["editor", "changes everything but root keys and people, and can’t delete APIs"],
  ["admin", "does everything in this workspace"],
  ["owner", "does everything in every workspace and runs the instance"],
];

/** Lists people and lets admins invite, change and remove them. */
export function People() {
  const session = useSession();
  const [search, change] = useUrlState();
  const [link, setLink] = useState<{ email: string; link: NewLink } | null>(null);
  const blocked = blockedFor(session);
  const query = useQuery({
    queryKey: opKey("users.list", {}),
    queryFn: ({ signal }) => callPrivate<Person[]>("users.list", {}, signal),
    enabled: blocked === undefined,
  });
  const rows = query.data ?? [];
  const invite = (
    <Button variant="primary" icon={UserPlus} blocked={blocked} onClick={() => change({ new: "1" })}>
      Invite
    </Button>
  );
  return (
    <Page title="People" heading="Settings" tabs={<SettingsTabs />} actions={invite}>
      {blocked !== undefined ? (
        <div data-testid="no-permission" className="rounded-lg border border-line bg-surface">
          <EmptyState icon={<Lock />} title="You may not see this">
            {session.kind === "rootKey"
              ? "You are signed in with a root key. Sign in as an admin or owner to see and invite people."
              : "Only admins and owners see and invite people. Ask one of them."}
          </EmptyState>
        </div>
      ) : query.error && !query.data ? (
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          label="People"
          rows={rows}
          columns={personColumns(session, (email, made) => setLink({ email, link: made }))}
          rowId={(person) => person.id}
          loading={query.isPending}
          skeletonRows={3}
          empty={
            <EmptyState title="Nobody here" action={invite}>
              Invite people by a link; no mail server is needed.
            </EmptyState>
          }
        />
      )}
      <ul className="mt-4 flex flex-col gap-1 text-xs text-text-3">
        {roles.map(([role, words]) => (
          <li key={role}>
            <span className="font-medium text-text-2">{role}</span> {words}
          </li>
        ))}
      </ul>
      {search["new"] === "1" && blocked === undefined ? (
        <Invite
          session={session}
          onClose={() => change({ new: "" })}
          onLink={(email, made) => setLink({ email, link: made })}
        />
      ) : null}
      <SecretDialog
        secret={link?.link.url ?? null}
        title={link?.link.kind === "reset" ? "The link for a new password" : "The invitation link"}
        onClose={() => setLink(null)}
      >
        {link ? (
          <p className="text-text-2">
            Send it to <strong className="text-text wrap-anywhere">{link.email}</strong> in a way that you trust. It works once,
            until <ExactTime at={link.link.expiresAt} />.
          </p>
        ) : null}
      </SecretDialog>
    </Page>
  );
}

function blockedFor(session: Session): string | undefined {
  if (session.kind !== "account") return "Needs an account with the role admin or owner.";
  if (session.isOwner || session.role === "admin" || session.role === "owner") return undefined;
  return "Needs the role admin or owner.";
}

function rolesFor(session: Session): typeof roles {
  return session.isOwner || session.role === "owner" ? roles : roles.filter(([role]) => role !== "owner");
}

function personColumns(session: Session, onLink: (email: string, link: NewLink) => void) {
  const column = createColumnHelper<Person>();
  return [
    column.accessor("email", {
      header: "Email",
      meta: { role: "first" },
      cell: ({ row }) => (
        <span className="flex min-w-0 items-center gap-2 font-medium">
          <span className="min-w-0 truncate">{row.original.email}</span>
          {row.original.isSelf ? <Badge tone="accent">you</Badge> : null}
        </span>
      ),
    }),
    column.accessor("role", {
      header: "Role",
      meta: { label: "Role" },
      cell: ({ getValue }) => getValue(),
    }),
    column.display({
      id: "status",
      header: "Status",
      meta: { label: "Status" },
      cell: ({ row }) =>
        !row.original.enabled ? (
          <Mark sign="◌" tone="plain">
            Disabled
          </Mark>
        ) : row.original.hasPassword ? (
          <Mark sign="●" tone="good">
            Active
          </Mark>
        ) : (
          <Mark sign="◷" tone="warn">
            Invited
          </Mark>
        ),
    }),
    column.display({
      id: "last",
      header: "Last sign-in",
      meta: { label: "Last sign-in" },
      cell: ({ row }) => <Time at={row.original.lastSignInAt} />,
    }),
    column.accessor("createdAt", {
      header: "Added",
      meta: { label: "Added" },
      cell: ({ getValue }) => <Time at={getValue()} />,
    }),
    column.display({
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { role: "actions" },
      cell: ({ row }) => <PersonMenu person={row.original} session={session} onLink={onLink} />,
    }),
  ];
}

function PersonMenu({
  person,
  session,
  onLink,
}: {
  person: Person;
  session: Session;
  onLink: (email: string, link: NewLink) => void;
}) {
  const [open, setOpen] = useState<"role" | "toggle" | "link" | "delete" | null>(null);
  const owner = session.isOwner || session.role === "owner";
  const blocked = blockedFor(session) ?? (person.role === "owner" && !owner ? "Only an owner can change an owner." : undefined);
  const self = person.isSelf ? "You can’t do this to yourself." : undefined;
  const close = () => setOpen(null);
  return (
    <>
      <Menu trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${person.email}`} tip={false} />}>
        <MenuItem icon={UserCog} blocked={blocked} onSelect={() => setOpen("role")}>
          Change role
        </MenuItem>
        <MenuItem icon={Link2} blocked={blocked} onSelect={() => setOpen("link")}>
          {person.hasPassword ? "Link for a new password" : "New invitation link"}
        </MenuItem>
        <MenuItem icon={person.enabled ? Ban : CircleCheck} blocked={blocked ?? self} onSelect={() => setOpen("toggle")}>
          {person.enabled ? "Disable" : "Enable"}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger blocked={blocked ?? self} onSelect={() => setOpen("delete")}>
          Remove
        </MenuItem>
      </Menu>
      {open === "role" ? <ChangeRole person={person} session={session} onClose={close} /> : null}
      <ConfirmDialog
        open={open === "link"}
        onOpenChange={close}
        title={person.hasPassword ? "Make a link for a new password?" : "Make a new invitation link?"}
        action="Make link"
        danger={false}
        run={async () => onLink(person.email, await callPrivate<NewLink>("users.resetLink", { userId: person.id }))}
      >
        {person.hasPassword
          ? "Whoever opens it chooses a new password for the account. The present one works until then."
          : "Whoever opens it chooses the password of the account."}
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "toggle"}
        onOpenChange={close}
        title={person.enabled ? `Disable ${person.email}?` : `Enable ${person.email}?`}
        action={person.enabled ? "Disable" : "Enable"}
        danger={person.enabled}
        run={async () => {
          await callPrivate("users.update", { userId: person.id, enabled: !person.enabled });
          await renewAfter("users.update");
          toast(person.enabled ? "Account disabled" : "Account enabled");
        }}
      >
        {person.enabled ? "All sessions of the account end at once, in every workspace." : "The account can sign in again."}
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "delete"}
        onOpenChange={close}
        title={`Remove ${person.email}?`}
        action="Delete"
        typed={person.email}
        run={async () => {
          await callPrivate("users.delete", { userId: person.id });
          await renewAfter("users.delete");
          toast("Removed from the workspace");
        }}
      >
        They lose their role in this workspace at once; the account goes with its last role. What they did stays in the audit log.
      </ConfirmDialog>
    </>
  );
}

function RoleField({
  value,
  onChange,
  session,
  error,
}: {
  value: Role;
  onChange: (role: Role) => void;
  session: Session;
  error: string | undefined;
}) {
  return (
    <Field label="Role" hint={`Somebody with it ${roles.find(([role]) => role === value)?.[1] ?? ""}.`} error={error}>
      <Select value={value} onChange={(event) => onChange(event.target.value as Role)}>
        {rolesFor(session).map(([role]) => (
          <option key={role} value={role}>
            {role}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function ChangeRole({ person, session, onClose }: { person: Person; session: Session; onClose: () => void }) {
  const [role, setRole] = useState(person.role);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useId();
  const faults = faultsOf(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await callPrivate("users.update", { userId: person.id, role });
      await renewAfter("users.update");
      if (person.isSelf) window.dispatchEvent(new Event("keyway:session"));
      toast("Role saved");
      onClose();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      width="sm"
      title={`The role of ${person.email}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            busy={busy}
            blocked={role === person.role ? "Nothing is changed." : undefined}
          >
            Save changes
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <RoleField value={role} onChange={setRole} session={session} error={faults.of("role")} />
        {error && !faults.any ? <InlineError error={error} /> : null}
      </form>
    </Dialog>
  );
}

function Invite({
  session,
  onClose,
  onLink,
}: {
  session: Session;
  onClose: () => void;
  onLink: (email: string, link: NewLink) => void;
}) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("editor");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useId();
  const element = useRef<HTMLFormElement>(null);
  const faults = faultsOf(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    const address = email.trim();
    try {
      const { link } = await callPrivate<{ userId: string; link?: NewLink }>("users.create", { email: address, role });
      await renewAfter("users.create");
      onClose();
      if (link) onLink(address, link);
      else toast("Added; they have a password already");
    } catch (caught) {
      setError(caught);
      setBusy(false);
      focusFirstFault(element.current);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Invite somebody"
      description="You get a link to send to them. No mail server is needed."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={busy}>
            Invite
          </Button>
        </>
      }
    >
      <form ref={element} id={form} noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label="Email" error={faults.of("email") ? "This isn’t an email address." : undefined}>
          <Input type="email" value={email} maxLength={254} onChange={(event) => setEmail(event.target.value)} autoFocus />
        </Field>
        <RoleField value={role} onChange={setRole} session={session} error={faults.of("role")} />
        {error && !faults.any ? <InlineError error={error} /> : null}
      </form>
    </Dialog>
  );
}
