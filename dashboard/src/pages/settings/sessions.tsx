//! P30: the own account: sessions, password and what this browser remembers.

import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { opKey, renewAfter } from "@/api/query";
import { callPrivate, RpcError } from "@/api/rpc";
import { setPreferences, usePreferences, type Preferences } from "@/app/preferences";
import { signOut, takeAnswer, useSession, type SessionAnswer } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { ConfirmDialog } from "@/ui/dialog";
import { faultsOf, focusFirstFault } from "@/ui/faults";
import { Field, Input, Select, Switch } from "@/ui/field";
import { Badge } from "@/ui/mark";
import { Facts, Page, SettingsSection } from "@/ui/page";
import { ErrorCard, InlineError } from "@/ui/states";
import { createColumnHelper, DataTable } from "@/ui/table";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";
import { deviceOf } from "./device";
import { SettingsTabs } from "./tabs";

/** A session as `session.list` shows it. */
interface SessionItem {
  id: string;
  kind: "account" | "root_key";
  current: boolean;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
  remoteIp?: string;
  userAgent?: string;
}

/** Shows who is signed in and from where, and lets people end sessions and change their password. */
export function Sessions() {
  const session = useSession();
  return (
    <Page title="My account" heading="Settings" tabs={<SettingsTabs />}>
      <div className="border-b border-line">
        <SettingsSection title="Signed in">
          <Facts
            items={[
              [session.kind === "account" ? "Email" : "Root key", session.name],
              session.kind === "account" ? ["Role", session.isOwner ? "owner" : (session.role ?? "none")] : false,
              [session.kind === "account" ? "User id" : "Key id", <CopyText key="id" value={session.id} />],
            ]}
          />
        </SettingsSection>
      </div>
      <div className="border-b border-line pt-6">
        <SessionList />
      </div>
      {session.kind === "account" ? (
        <div className="border-b border-line pt-6">
          <Password email={session.name} />
        </div>
      ) : null}
      <div className="pt-6">
        <ThisBrowser />
      </div>
    </Page>
  );
}

function SessionList() {
  const query = useQuery({
    queryKey: opKey("session.list", {}),
    queryFn: ({ signal }) => callPrivate<SessionItem[]>("session.list", {}, signal),
  });
  const [ending, setEnding] = useState<SessionItem | "others" | null>(null);
  const rows = query.data ?? [];
  const others = rows.filter((one) => !one.current).length;
  return (
    <>
      <SettingsSection title="Sessions" description="Where you are signed in. A session that you don’t know should end at once.">
        {query.error && !query.data ? (
          <ErrorCard error={query.error} onRetry={() => void query.refetch()} className="m-0" />
        ) : (
          <>
            <DataTable
              label="Sessions"
              rows={rows}
              columns={sessionColumns(setEnding)}
              rowId={(one) => one.id}
              loading={query.isPending}
              skeletonRows={2}
            />
            <div>
              <Button blocked={others === 0 ? "There is no other session." : undefined} onClick={() => setEnding("others")}>
                End all others
              </Button>
            </div>
          </>
        )}
      </SettingsSection>
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={() => setEnding(null)}
        title={ending === "others" ? "End all other sessions?" : "End this session?"}
        action={ending === "others" ? "End them" : "End it"}
        run={async () => {
          if (!ending) return;
          await callPrivate("session.revoke", ending === "others" ? { others: true } : { id: ending.id });
          await renewAfter("session.revoke");
          toast(ending === "others" ? "All other sessions ended" : "Session ended");
        }}
      >
        {ending === "others" || !ending
          ? "Every other browser has to sign in again."
          : `${deviceOf(ending.userAgent)}${ending.remoteIp ? `, ${ending.remoteIp},` : ""} has to sign in again.`}
      </ConfirmDialog>
    </>
  );
}

function sessionColumns(onEnd: (item: SessionItem) => void) {
  const column = createColumnHelper<SessionItem>();
  return [
    column.accessor("userAgent", {
      header: "Device",
      meta: { role: "first" },
      cell: ({ row }) => (
        <span className="flex min-w-0 flex-wrap items-center gap-x-2 font-medium" title={row.original.userAgent}>
          {deviceOf(row.original.userAgent)}
          {row.original.current ? <Badge tone="good">this one</Badge> : null}
        </span>
      ),
    }),
    column.accessor("remoteIp", {
      header: "Address",
      meta: { label: "Address", blank: (one) => !one.remoteIp },
      cell: ({ getValue }) => <code className="text-xs">{getValue()}</code>,
    }),
    column.accessor("createdAt", {
      header: "Signed in",
      meta: { label: "Signed in" },
      cell: ({ getValue }) => <Time at={getValue()} />,
    }),
    column.accessor("lastSeenAt", {
      header: "Last used",
      meta: { label: "Last used" },
      cell: ({ getValue }) => <Time at={getValue()} />,
    }),
    column.accessor("expiresAt", {
      header: "Ends",
      meta: { label: "Ends" },
      cell: ({ getValue }) => <Time at={getValue()} />,
    }),
    column.display({
      id: "end",
      header: () => <span className="sr-only">Actions</span>,
      meta: { label: "", align: "end" },
      cell: ({ row }) =>
        row.original.current ? (
          <Button size="sm" onClick={() => void signOut()}>
            Sign out
          </Button>
        ) : (
          <Button size="sm" aria-label={`End session ${row.original.id}`} onClick={() => onEnd(row.original)}>
            End
          </Button>
        ),
    }),
  ];
}

function Password({ email }: { email: string }) {
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(error);
  const wrong = error instanceof RpcError && error.code === "sign_in_failed";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      takeAnswer(await callPrivate<SessionAnswer>("session.changePassword", { currentPassword: present, newPassword: next }));
      setPresent("");
      setNext("");
      toast("Password changed; all other sessions ended");
      await renewAfter("session.changePassword");
    } catch (caught) {
      setError(caught);
      focusFirstFault(form.current);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
      <SettingsSection title="Password" description="A change ends all other sessions of your account.">
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <Field label="Present password" error={wrong ? "This isn’t your password." : faults.of("currentPassword")}>
          <Input
            type="password"
            autoComplete="current-password"
            value={present}
            onChange={(event) => setPresent(event.target.value)}
          />
        </Field>
        <Field label="New password" hint="At least 12 characters. Any characters will do." error={faults.of("newPassword")}>
          <Input
            type="password"
            autoComplete="new-password"
            maxLength={256}
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        </Field>
        {error && !faults.any && !wrong ? <InlineError error={error} /> : null}
        <div>
          <Button
            type="submit"
            variant="primary"
            busy={busy}
            blocked={present && next ? undefined : "Fill in both passwords."}
          >
            Change password
          </Button>
        </div>
      </SettingsSection>
    </form>
  );
}

const zones = typeof Intl.supportedValuesOf === "function" ? ["UTC", ...Intl.supportedValuesOf("timeZone")] : ["UTC"];

function ThisBrowser() {
  const { theme, shortcuts, timeZone } = usePreferences();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <SettingsSection title="This browser" description="Kept in this browser only.">
      <div className="grid gap-4 md:grid-cols-2">
        <Field label="Theme">
          <Select value={theme} onChange={(event) => setPreferences({ theme: event.target.value as Preferences["theme"] })}>
            <option value="system">As the system</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </Select>
        </Field>
        <Field label="Time zone">
          <Select
            value={timeZone ?? ""}
            onChange={(event) => setPreferences({ timeZone: event.target.value || undefined })}
          >
            <option value="">As the browser ({own})</option>
            {zones.map((zone) => (
              <option key={zone} value={zone}>
                {zone}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Switch
        label="Keyboard shortcuts"
        hint="Single letters, such as g k for the keys. Ctrl K or ⌘ K works in any case."
        checked={shortcuts}
        onCheckedChange={(on) => setPreferences({ shortcuts: on })}
      />
    </SettingsSection>
  );
}
