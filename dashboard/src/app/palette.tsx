//! The palette: go anywhere, find anything by id, name or externalId, run actions.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Dialog as Radix } from "radix-ui";
import { Box, CornerDownLeft, Fingerprint, Gauge, KeyRound, LogOut, Moon, Plus, Search, ShieldCheck, Sun, Users, type LucideIcon } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { call } from "@/api/rpc";
import { cx } from "@/ui/cx";
import { giveBack, opener, Veil } from "@/ui/dialog";
import { Spinner } from "@/ui/button";
import { morePlaces, rail } from "./navigation";
import { setPreferences } from "./preferences";
import { maySome, signOut, type Session } from "./session";

interface Entry {
  id: string;
  group: string;
  label: string;
  detail?: string | undefined;
  icon: LucideIcon;
  run: () => void;
}

/** The palette; Ctrl/⌘+K opens it. */
export function Palette({
  open,
  onOpenChange,
  session,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  session: Session;
}) {
  // It has no trigger of its own: what had the focus when it opened gets it back.
  const before = useRef<Element | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Veil />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            before.current = opener();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            giveBack(before.current);
          }}
          className="fixed inset-x-2 top-[8vh] z-50 mx-auto flex max-h-[70dvh] max-w-[600px] flex-col overflow-hidden rounded-xl bg-raised shadow-3 animate-rise outline-none"
        >
          <Radix.Title className="sr-only">Search and commands</Radix.Title>
          <Body session={session} close={() => onOpenChange(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function useFound(text: string, session: Session) {
  return useQuery({
    queryKey: ["palette", session.workspace.id, text],
    enabled: text.length >= 2,
    staleTime: 20_000,
    queryFn: async ({ signal }) => {
      const search = { search: text, limit: 5 };
      const [apis, keys, identities, roles, namespaces, rootKeys] = await Promise.all([
        maySome(session, "apis.listApis") ? call("apis.listApis", search, signal).catch(() => []) : [],
        maySome(session, "keys.listKeys") ? call("keys.listKeys", search, signal).catch(() => []) : [],
        maySome(session, "identities.listIdentities")
          ? call("identities.listIdentities", search, signal).catch(() => [])
          : [],
        maySome(session, "permissions.listRoles") ? call("permissions.listRoles", search, signal).catch(() => []) : [],
        maySome(session, "ratelimit.listNamespaces")
          ? call("ratelimit.listNamespaces", search, signal).catch(() => [])
          : [],
        maySome(session, "rootKeys.listKeys") ? call("rootKeys.listKeys", search, signal).catch(() => []) : [],
      ]);
      return { apis, keys, identities, roles, namespaces, rootKeys };
    },
  });
}

function Body({ session, close }: { session: Session; close: () => void }) {
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const box = useRef<HTMLDivElement>(null);
  const [settled, setSettled] = useState("");
  const typed = text.trim();
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), 120);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data: found, isFetching } = useFound(settled, session);
  const ws = session.workspace.slug;

  const entries = useMemo<Entry[]>(() => {
    const inWs = { ws };
    const pages: Entry[] = [...rail.flat(), ...morePlaces].map((place) => ({
      id: `page-${place.label}`,
      group: "Go to",
      label: place.label,
      icon: place.icon,
      run: () => void navigate({ to: place.to, params: inWs }),
    }));
    const actions: Entry[] = [
      { id: "new-key", group: "Actions", label: "Create key", icon: Plus, run: () => void navigate({ to: "/$ws/keys/new", params: inWs }) },
      { id: "new-api", group: "Actions", label: "Create API", icon: Plus, run: () => void navigate({ to: "/$ws/apis", params: inWs, search: { new: "1" } }) },
      { id: "new-root-key", group: "Actions", label: "Create root key", icon: Plus, run: () => void navigate({ to: "/$ws/root-keys/new", params: inWs }) },
      { id: "light", group: "Actions", label: "Use the light theme", icon: Sun, run: () => setPreferences({ theme: "light" }) },
      { id: "dark", group: "Actions", label: "Use the dark theme", icon: Moon, run: () => setPreferences({ theme: "dark" }) },
      { id: "sign-out", group: "Actions", label: "Sign out", icon: LogOut, run: () => void signOut() },
    ];
    const own = [...pages, ...actions].filter((entry) => entry.label.toLowerCase().includes(typed.toLowerCase()));
    // What was found for an earlier text is no answer to this one.
    if (!found || settled !== typed) return own;
    // What comes in later stands below, so that Enter runs the line that was seen.
    return [
      ...own,
      ...found.apis.map((api) => ({
        id: api.id,
        group: "APIs",
        label: api.name,
        detail: api.id,
        icon: Box,
        run: () => void navigate({ to: "/$ws/apis/$api/keys", params: { ws, api: api.id } }),
      })),
      ...found.keys.map((key) => ({
        id: key.keyId,
        group: "Keys",
        label: key.name ?? `${key.start}…`,
        detail: key.identity?.externalId ?? key.keyId,
        icon: KeyRound,
        run: () => void navigate({ to: "/$ws/keys/$key", params: { ws, key: key.keyId } }),
      })),
      ...found.identities.map((identity) => ({
        id: identity.id,
        group: "Identities",
        label: identity.externalId,
        detail: identity.id,
        icon: Users,
        run: () => void navigate({ to: "/$ws/identities/$identity", params: { ws, identity: identity.id } }),
      })),
      ...found.roles.map((role) => ({
        id: role.id,
        group: "Roles",
        label: role.name,
        detail: role.id,
        icon: ShieldCheck,
        run: () => void navigate({ to: "/$ws/access/roles/$role", params: { ws, role: role.id } }),
      })),
      ...found.namespaces.map((namespace) => ({
        id: namespace.id,
        group: "Rate limits",
        label: namespace.name,
        detail: namespace.id,
        icon: Gauge,
        run: () => void navigate({ to: "/$ws/ratelimits/$ns/overrides", params: { ws, ns: namespace.id } }),
      })),
      ...found.rootKeys.map((key) => ({
        id: key.keyId,
        group: "Root keys",
        label: key.name ?? key.keyId,
        detail: key.keyId,
        icon: Fingerprint,
        run: () => void navigate({ to: "/$ws/root-keys/$key", params: { ws, key: key.keyId } }),
      })),
    ];
  }, [found, navigate, settled, typed, ws]);

  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    entry.run();
  };

  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        {isFetching ? (
          <Spinner className="text-text-3" />
        ) : (
          <Search aria-hidden className="size-4 shrink-0 text-text-3" />
        )}
        <input
          role="combobox"
          aria-label="Search and commands"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={entries[at] ? `${list}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder="Go to a page, find a key, run an action"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown" || event.key === "ArrowUp") {
              event.preventDefault();
              const by = event.key === "ArrowDown" ? 1 : -1;
              setAt((now) => (entries.length === 0 ? 0 : (now + by + entries.length) % entries.length));
            } else if (event.key === "Enter") {
              event.preventDefault();
              run(entries[at]);
            }
          }}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none"
        />
      </div>
      <div ref={box} id={list} role="listbox" aria-label="Results" className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {entries.length === 0 ? (
          <p className="px-3 py-8 text-center text-text-3">{isFetching ? "Searching" : "Nothing found."}</p>
        ) : null}
        {entries.map((entry, index) => {
          const Icon = entry.icon;
          const first = index === 0 || entries[index - 1]?.group !== entry.group;
          return (
            <div key={entry.id} role="presentation">
              {first ? (
                <div role="presentation" className="px-2.5 pt-2 pb-1 text-2xs font-medium text-text-3">
                  {entry.group}
                </div>
              ) : null}
              <div
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === at}
                onMouseMove={() => setAt(index)}
                onClick={() => run(entry)}
                className={cx(
                  "flex h-9 cursor-default items-center gap-2.5 rounded-md px-2.5",
                  index === at && "bg-active",
                )}
              >
                <Icon aria-hidden className="size-4 shrink-0 text-text-3" />
                <span className="truncate">{entry.label}</span>
                {entry.detail && entry.detail !== entry.label ? (
                  <span className="truncate font-mono text-xs text-text-3">{entry.detail}</span>
                ) : null}
                {index === at ? <CornerDownLeft aria-hidden className="ml-auto size-3.5 shrink-0 text-text-3" /> : null}
              </div>
            </div>
          );
        })}
      </div>
    </>
  );
}
