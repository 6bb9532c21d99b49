//! The frame around every signed-in page: the rail, the bar on narrow screens, banners, palette and shortcuts.

import { Link, Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { Dialog as Radix } from "radix-ui";
import { BookOpen, Check, ChevronsUpDown, CircleHelp, Lock, LogOut, Menu as Bars, Monitor, Search, Server, UserRound } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Veil } from "@/ui/dialog";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from "@/ui/menu";
import { ErrorCard, PageSkeleton } from "@/ui/states";
import { queries } from "@/api/query";
import { serverPath } from "./base";
import { KeywayMark } from "./logo";
import { rail, type Place } from "./navigation";
import { useOnline } from "./online";
import { Palette } from "./palette";
import { setPreferences, usePreferences, type Preferences } from "./preferences";
import { enterWorkspace, loadSession, maySome, serverUpgraded, signOut, useSessionState, type Session } from "./session";
import { useShortcuts, ShortcutList } from "./shortcuts";
import { SignInAgain } from "./sign-in-again";
import { StepUpDialog } from "./step-up";
import { SessionClock } from "./session-clock";

/** Shows pages to those who are signed in, and leads others to the sign-in page. */
export function Shell() {
  const state = useSessionState();
  const { ws } = useParams({ strict: false });
  const navigate = useNavigate();
  const location = useLocation();

  useEffect(() => {
    if (!state.session && !state.out) void loadSession();
  }, [state]);

  // The address changes before the next page has loaded; one departure is enough.
  const leaving = useRef(false);
  useEffect(() => {
    if (!state.out || leaving.current) return;
    leaving.current = true;
    if (state.out.reason === "setup") void navigate({ to: "/setup", replace: true });
    else {
      const back = location.href;
      void navigate({
        to: "/sign-in",
        replace: true,
        search: {
          ...(state.out.reason === "none" ? {} : { reason: state.out.reason }),
          ...(state.out.reason === "signed_out" || back === "/" ? {} : { to: back }),
        },
      });
    }
  }, [state, navigate, location.href]);

  const { session } = state;
  useEffect(() => {
    if (session && ws && session.workspace.slug !== ws && session.workspaces.some((one) => one.slug === ws)) {
      void enterWorkspace(ws);
    }
  }, [session, ws]);

  if (!session) {
    return state.failed ? (
      <div className="mx-auto max-w-lg pt-[20vh]">
        <ErrorCard error={state.failed} onRetry={() => void loadSession()} />
      </div>
    ) : (
      <PageSkeleton />
    );
  }
  return <Frame session={session} />;
}

function Frame({ session }: { session: Session }) {
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [listOpen, setListOpen] = useState(false);
  const { ws } = useParams({ strict: false });
  const slug = session.workspace.slug;
  useShortcuts({
    workspace: slug,
    palette: () => setPaletteOpen(true),
    list: () => setListOpen(true),
  });
  const { pathname } = useLocation();
  const [announced, setAnnounced] = useState("");
  useEffect(() => {
    if (serverUpgraded()) location.reload();
    const timer = setTimeout(() => {
      setAnnounced(document.title);
      // What had the focus went away with its page.
      if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
    }, 300);
    return () => clearTimeout(timer);
  }, [pathname]);
  const wrongWorkspace = ws !== undefined && !session.workspaces.some((one) => one.slug === ws);
  const changing = ws !== undefined && !wrongWorkspace && ws !== slug;
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="absolute top-2 left-2 z-80 -translate-y-20 rounded-md bg-accent-solid px-3 py-1.5 text-on-solid focus:translate-y-0"
      >
        Skip to the page
      </a>
      <aside className="hidden w-56 shrink-0 flex-col border-r border-line bg-canvas md:flex">
        <Rail session={session} onSearch={() => setPaletteOpen(true)} />
      </aside>
      <TopBar session={session} onSearch={() => setPaletteOpen(true)} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
        <Banners session={session} />
        <p aria-live="polite" className="sr-only">
          {announced}
        </p>
        <main id="main" tabIndex={-1} className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain outline-none">
          {wrongWorkspace ? (
            <div className="flex flex-col items-center px-6 py-20 text-center">
              <h1 className="text-lg font-semibold">This is another workspace</h1>
              <p className="mt-1 text-text-2">
                You are signed in to {session.workspace.name}, which can’t see <code>{ws}</code>.
              </p>
              <Link
                to="/$ws"
                params={{ ws: slug }}
                className="mt-4 font-medium text-accent underline-offset-2 hover:underline"
              >
                Go to {session.workspace.name}
              </Link>
            </div>
          ) : changing ? (
            <PageSkeleton />
          ) : (
            <Outlet />
          )}
        </main>
      </div>
      <Palette open={paletteOpen} onOpenChange={setPaletteOpen} session={session} />
      <ShortcutList open={listOpen} onOpenChange={setListOpen} />
      <StepUpDialog session={session} />
      <SignInAgain session={session} />
    </div>
  );
}

function Banners({ session }: { session: Session }) {
  const online = useOnline();
  useEffect(() => {
    if (online) return;
    const timer = setInterval(() => void loadSession(), 2000);
    return () => {
      clearInterval(timer);
      void queries.invalidateQueries();
    };
  }, [online]);
  return (
    <>
      {online ? null : (
        <p role="status" className="border-b border-warn-line bg-warn-soft px-4 py-1.5 text-center text-warn">
          The server doesn’t answer. This page goes on by itself when it is back; what you typed is kept.
        </p>
      )}
      {session.workspace.enabled ? null : (
        <p role="status" className="border-b border-bad-line bg-bad-soft px-4 py-1.5 text-center text-bad">
          This workspace is disabled: nothing in it can be changed, and its keys don’t verify.{" "}
          <Link
            to="/$ws/settings/workspace"
            params={{ ws: session.workspace.slug }}
            className="font-medium underline underline-offset-2"
          >
            Workspace settings
          </Link>
        </p>
      )}
      <SessionClock session={session} />
    </>
  );
}

function Rail({ session, onSearch, onGo }: { session: Session; onSearch: () => void; onGo?: () => void }) {
  return (
    <>
      <div className="p-2 pb-1">
        <WorkspaceSwitcher session={session} />
      </div>
      <div className="px-2 pb-2">
        <button
          type="button"
          onClick={() => {
            onGo?.();
            onSearch();
          }}
          className="flex h-8 w-full items-center gap-2 rounded-md border border-line-strong bg-raised px-2.5 text-text-3 shadow-1 hover:text-text-2"
        >
          <Search aria-hidden className="size-3.5" />
          <span className="flex-1 text-left">Search</span>
          <kbd className="rounded-sm border border-line px-1 text-2xs">
            {navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl "}K
          </kbd>
        </button>
      </div>
      <nav aria-label="Main" className="min-h-0 flex-1 overflow-y-auto px-2">
        {rail.map((group, index) => (
          <ul key={index} className={cx("flex flex-col gap-px", index > 0 && "mt-4")}>
            {group.map((place) => (
              <RailLink key={place.label} place={place} session={session} {...(onGo ? { onGo } : {})} />
            ))}
          </ul>
        ))}
      </nav>
      <div className="border-t border-line p-2">
        <AccountMenu session={session} />
      </div>
    </>
  );
}

function RailLink({ place, session, onGo }: { place: Place; session: Session; onGo?: () => void }) {
  const { pathname } = useLocation();
  const ws = session.workspace.slug;
  const locked = place.needs !== undefined && !maySome(session, place.needs);
  const Icon = place.icon;
  const here = `/${ws}/${place.under ?? place.to.slice("/$ws/".length)}`;
  const current =
    place.to === "/$ws" ? pathname === `/${ws}` || pathname === `/${ws}/` : pathname === here || pathname.startsWith(`${here}/`);
  return (
    <li>
      <Link
        to={place.to}
        params={{ ws }}
        {...(onGo ? { onClick: onGo } : {})}
        activeOptions={{ exact: true, includeSearch: false }}
        aria-current={current ? "page" : undefined}
        className={cx(
          "flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium focus-visible:-outline-offset-2",
          current ? "bg-active text-text" : "text-text-2 hover:bg-hover hover:text-text",
        )}
      >
        <Icon aria-hidden className={cx("size-4 shrink-0", current ? "text-accent" : "text-text-3")} />
        <span className={cx("flex-1", locked && "text-text-3")}>{place.label}</span>
        {locked ? (
          <>
            <Lock aria-hidden data-testid="lock" className="size-3 text-text-3" />
            <span className="sr-only">(no permission)</span>
          </>
        ) : null}
      </Link>
    </li>
  );
}

function WorkspaceSwitcher({ session }: { session: Session }) {
  const navigate = useNavigate();
  return (
    <Menu
      align="start"
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`Workspace ${session.workspace.name}`}
          className="flex h-9 w-full items-center gap-2 rounded-md px-1.5 hover:bg-active data-[state=open]:bg-active"
        >
          <KeywayMark className="size-6 shrink-0" />
          <span className="min-w-0 flex-1 truncate text-left font-semibold">{session.workspace.name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-text-3" />
        </button>
      }
    >
      <MenuLabel>Workspaces</MenuLabel>
      {session.workspaces.map((one) => (
        <MenuItem
          key={one.id}
          onSelect={() => void navigate({ to: "/$ws", params: { ws: one.slug } })}
          hint={one.slug === session.workspace.slug ? <Check aria-label="current" className="size-3.5 text-accent" /> : null}
        >
          {one.name}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={Server} onSelect={() => void navigate({ to: "/instance" })}>
        Instance
      </MenuItem>
    </Menu>
  );
}

function AccountMenu({ session }: { session: Session }) {
  const navigate = useNavigate();
  const { theme } = usePreferences();
  const ws = session.workspace.slug;
  return (
    <Menu
      align="start"
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`Account ${session.name}`}
          className="flex h-9 w-full items-center gap-2 rounded-md px-1.5 hover:bg-active data-[state=open]:bg-active"
        >
          <span className="flex size-6 shrink-0 items-center justify-center rounded-full border border-line-strong bg-raised text-text-3">
            <UserRound aria-hidden className="size-3.5" />
          </span>
          <span className="min-w-0 flex-1 truncate text-left">{session.name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-text-3" />
        </button>
      }
    >
      <MenuLabel>
        {session.kind === "account" ? `Signed in as ${session.role ?? "account"}` : "Signed in with a root key"}
      </MenuLabel>
      <MenuItem icon={Monitor} onSelect={() => void navigate({ to: "/$ws/settings/sessions", params: { ws } })}>
        My account and sessions
      </MenuItem>
      <MenuItem icon={CircleHelp} onSelect={() => void navigate({ to: "/help" })}>
        Help and shortcuts
      </MenuItem>
      <MenuItem icon={BookOpen} onSelect={() => window.open(`${serverPath}docs`, "_blank", "noopener")}>
        Documentation
      </MenuItem>
      <MenuLine />
      <MenuChoice<Preferences["theme"]>
        label="Theme"
        value={theme}
        onChange={(next) => setPreferences({ theme: next })}
        choices={[
          ["system", "System"],
          ["light", "Light"],
          ["dark", "Dark"],
        ]}
      />
      <MenuLine />
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

function TopBar({ session, onSearch }: { session: Session; onSearch: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line bg-canvas px-2 md:hidden">
      <Radix.Root open={open} onOpenChange={setOpen}>
        <Radix.Trigger asChild>
          <IconButton icon={Bars} label="Menu" tip={false} className="size-9" />
        </Radix.Trigger>
        <Radix.Portal>
          <Veil />
          <Radix.Content
            aria-describedby={undefined}
            className="fixed inset-x-0 top-0 z-50 flex max-h-[92dvh] flex-col rounded-b-xl bg-canvas shadow-3 outline-none"
          >
            <Radix.Title className="sr-only">Menu</Radix.Title>
            <Rail session={session} onSearch={onSearch} onGo={() => setOpen(false)} />
            <div className="border-t border-line p-2">
              <Radix.Close asChild>
                <Button variant="ghost" className="w-full">
                  Close menu
                </Button>
              </Radix.Close>
            </div>
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
      <Link to="/$ws" params={{ ws: session.workspace.slug }} className="flex min-w-0 flex-1 items-center gap-2 font-semibold">
        <KeywayMark className="size-5 shrink-0" />
        <span className="truncate">{session.workspace.name}</span>
      </Link>
      <IconButton icon={Search} label="Search" tip={false} className="size-9" onClick={onSearch} />
    </header>
  );
}
