//! Every address of the dashboard. Pages load when they are first opened.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type ErrorComponentProps,
} from "@tanstack/react-router";
import { ErrorCard, PageSkeleton } from "@/ui/states";
import { basePath } from "./base";
import { loadSession, sessionState } from "./session";
import { Shell } from "./shell";
import { NotFound } from "./not-found";

/** The search parameters of a page are plain strings; each page reads those it knows. */
export type PageSearch = Record<string, string | undefined>;

function plainSearch(raw: Record<string, unknown>): PageSearch {
  const search: PageSearch = {};
  for (const [name, value] of Object.entries(raw)) {
    if (typeof value === "string" && value !== "") search[name] = value;
  }
  return search;
}

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  validateSearch: plainSearch,
});

async function known() {
  const state = sessionState();
  return state.session || state.out ? state : loadSession();
}

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async () => {
    const { session, out } = await known();
    if (session) throw redirect({ to: "/$ws", params: { ws: session.workspace.slug } });
    throw redirect({ to: out?.reason === "setup" ? "/setup" : "/sign-in" });
  },
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "setup",
  component: lazyRouteComponent(() => import("@/pages/session/setup"), "Setup"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "sign-in",
  component: lazyRouteComponent(() => import("@/pages/session/sign-in"), "SignIn"),
});

const link = createRoute({
  getParentRoute: () => root,
  path: "link",
  component: lazyRouteComponent(() => import("@/pages/session/link"), "AcceptLink"),
});

const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: Shell });

const help = createRoute({
  getParentRoute: () => signedIn,
  path: "help",
  component: lazyRouteComponent(() => import("@/pages/help"), "Help"),
});

const instance = createRoute({
  getParentRoute: () => signedIn,
  path: "instance",
  component: lazyRouteComponent(() => import("@/pages/instance"), "Instance"),
});

const workspace = createRoute({ getParentRoute: () => signedIn, path: "$ws", component: Outlet });
const inWorkspace = { getParentRoute: () => workspace };

const home = createRoute({
  ...inWorkspace,
  path: "/",
  component: lazyRouteComponent(() => import("@/pages/home"), "Home"),
});
const apis = createRoute({
  ...inWorkspace,
  path: "apis",
  component: lazyRouteComponent(() => import("@/pages/apis"), "Apis"),
});
const apiUsage = createRoute({
  ...inWorkspace,
  path: "apis/$api",
  component: lazyRouteComponent(() => import("@/pages/apis/usage"), "ApiUsage"),
});
const apiKeys = createRoute({
  ...inWorkspace,
  path: "apis/$api/keys",
  component: lazyRouteComponent(() => import("@/pages/apis/keys"), "ApiKeys"),
});
const apiSettings = createRoute({
  ...inWorkspace,
  path: "apis/$api/settings",
  component: lazyRouteComponent(() => import("@/pages/apis/settings"), "ApiSettings"),
});
const keys = createRoute({
  ...inWorkspace,
  path: "keys",
  component: lazyRouteComponent(() => import("@/pages/keys"), "Keys"),
});
const keyNew = createRoute({
  ...inWorkspace,
  path: "keys/new",
  component: lazyRouteComponent(() => import("@/pages/keys/new"), "KeyNew"),
});
const key = createRoute({
  ...inWorkspace,
  path: "keys/$key",
  component: lazyRouteComponent(() => import("@/pages/keys/detail"), "KeyDetail"),
});
const identities = createRoute({
  ...inWorkspace,
  path: "identities",
  component: lazyRouteComponent(() => import("@/pages/identities"), "Identities"),
});
const identity = createRoute({
  ...inWorkspace,
  path: "identities/$identity",
  component: lazyRouteComponent(() => import("@/pages/identities/detail"), "IdentityDetail"),
});
const access = createRoute({
  ...inWorkspace,
  path: "access",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/$ws/access/roles", params: params as { ws: string } });
  },
});
const roles = createRoute({
  ...inWorkspace,
  path: "access/roles",
  component: lazyRouteComponent(() => import("@/pages/roles"), "Roles"),
});
const role = createRoute({
  ...inWorkspace,
  path: "access/roles/$role",
  component: lazyRouteComponent(() => import("@/pages/roles/detail"), "RoleEditor"),
});
const permissions = createRoute({
  ...inWorkspace,
  path: "access/permissions",
  component: lazyRouteComponent(() => import("@/pages/permissions"), "Permissions"),
});
const ratelimits = createRoute({
  ...inWorkspace,
  path: "ratelimits",
  component: lazyRouteComponent(() => import("@/pages/ratelimits"), "Ratelimits"),
});
const namespace = createRoute({
  ...inWorkspace,
  path: "ratelimits/$ns",
  component: lazyRouteComponent(() => import("@/pages/ratelimits/detail"), "NamespaceUsage"),
});
const overrides = createRoute({
  ...inWorkspace,
  path: "ratelimits/$ns/overrides",
  component: lazyRouteComponent(() => import("@/pages/ratelimits/overrides"), "Overrides"),
});
const namespaceSettings = createRoute({
  ...inWorkspace,
  path: "ratelimits/$ns/settings",
  component: lazyRouteComponent(() => import("@/pages/ratelimits/settings"), "NamespaceSettings"),
});
const audit = createRoute({
  ...inWorkspace,
  path: "audit",
  component: lazyRouteComponent(() => import("@/pages/audit"), "Audit"),
});
const explain = createRoute({
  ...inWorkspace,
  path: "explain",
  component: lazyRouteComponent(() => import("@/pages/explain"), "Explain"),
});
const rootKeys = createRoute({
  ...inWorkspace,
  path: "root-keys",
  component: lazyRouteComponent(() => import("@/pages/root-keys"), "RootKeys"),
});
const rootKeyNew = createRoute({
  ...inWorkspace,
  path: "root-keys/new",
  component: lazyRouteComponent(() => import("@/pages/root-keys/new"), "RootKeyNew"),
});
const rootKey = createRoute({
  ...inWorkspace,
  path: "root-keys/$key",
  component: lazyRouteComponent(() => import("@/pages/root-keys/detail"), "RootKeyDetail"),
});
const settings = createRoute({
  ...inWorkspace,
  path: "settings",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/$ws/settings/workspace", params: params as { ws: string } });
  },
});
const settingsWorkspace = createRoute({
  ...inWorkspace,
  path: "settings/workspace",
  component: lazyRouteComponent(() => import("@/pages/settings/workspace"), "WorkspaceSettings"),
});
const settingsPeople = createRoute({
  ...inWorkspace,
  path: "settings/people",
  component: lazyRouteComponent(() => import("@/pages/settings/people"), "People"),
});
const settingsSessions = createRoute({
  ...inWorkspace,
  path: "settings/sessions",
  component: lazyRouteComponent(() => import("@/pages/settings/sessions"), "Sessions"),
});

const tree = root.addChildren([
  start,
  setup,
  signIn,
  link,
  signedIn.addChildren([
    help,
    instance,
    workspace.addChildren([
      home,
      apis,
      apiUsage,
      apiKeys,
      apiSettings,
      keys,
      keyNew,
      key,
      identities,
      identity,
      access,
      roles,
      role,
      permissions,
      ratelimits,
      namespace,
      overrides,
      namespaceSettings,
      audit,
      explain,
      rootKeys,
      rootKeyNew,
      rootKey,
      settings,
      settingsWorkspace,
      settingsPeople,
      settingsSessions,
    ]),
  ]),
]);

function Failed({ error, reset }: ErrorComponentProps) {
  return <ErrorCard error={error} onRetry={reset} />;
}

/** Knows every address. */
export const router = createRouter({
  routeTree: tree,
  basepath: basePath.replace(/\/$/, "") || "/",
  defaultPreload: "intent",
  defaultPreloadDelay: 60,
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
  defaultErrorComponent: Failed,
  scrollRestoration: true,
  scrollToTopSelectors: ["#main"],
  // Search parameters stay readable: plain strings, no JSON.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(search)) {
      if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text ? `?${text}` : "";
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
