//! Who is signed in, and what they may do.

import { useSyncExternalStore } from "react";
import { call, callPrivate, callSignedOut, connectSession, RpcError } from "@/api/rpc";
import { queries } from "@/api/query";
import { missingFor, missingForAny, type Requirement } from "@/api/permissions";
import { requirements } from "@/api/requirements";
import type { OperationName } from "@/api/operations";
import { basePath, setServerUrl } from "./base";
import { toast } from "@/ui/toast";
import { setOnline } from "./online";

/** A workspace that the session may enter. */
export interface SessionWorkspace {
  id: string;
  name: string;
  slug: string;
  enabled: boolean;
  role?: string | undefined;
}

/** Who is signed in. */
export interface Session {
  kind: "account" | "rootKey";
  /** Email, or the name of the root key. */
  name: string;
  /** Id of the user or of the root key. */
  id: string;
  role?: string | undefined;
  /** Whether the account is an owner of the instance. */
  isOwner: boolean;
  /** Permission strings in the present workspace. */
  permissions: readonly string[];
  workspaces: readonly SessionWorkspace[];
  workspace: SessionWorkspace;
  /** When the session ends without use. */
  idleEndsAt?: number | undefined;
  csrf: string;
  version?: string | undefined;
}

/** Why nobody is signed in. */
export interface SignedOut {
  reason: "none" | "setup" | "expired" | "revoked" | "key_disabled" | "user_disabled" | "signed_out";
  /** The fault as the server told it. */
  error?: RpcError | undefined;
}

/** Either who is signed in or why nobody is; undefined until the server has answered. */
export interface SessionState {
  session?: Session | undefined;
  out?: SignedOut | undefined;
  /** The session ended for want of use while a page was open, which stays so that nothing typed is lost. */
  lost?: SignedOut | undefined;
  /** What the server tells of itself. */
  server?: ServerFacts | undefined;
  /** The server could not be asked. */
  failed?: RpcError | undefined;
}

let state: SessionState = {};
const listeners = new Set<() => void>();

function set(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** The present state. */
export function sessionState(): SessionState {
  return state;
}

/** The present state, for components. */
export function useSessionState(): SessionState {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, sessionState);
}

/** The session; pages under a workspace are only shown while there is one. */
export function useSession(): Session {
  const { session } = useSessionState();
  if (!session) throw new Error("This page needs a session.");
  return session;
}

/** What the server tells of itself before anybody is signed in. */
export interface ServerFacts {
  version: string;
  /** Where `/v2` is, without a slash at the end. */
  publicUrl: string;
  scheme: "http" | "https";
  /** False where a password must not be sent. */
  secure: boolean;
  /** Whether root keys may sign in. */
  rootKeySignIn: boolean;
}

interface AnswerWorkspace {
  id: string;
  name: string;
  slug: string;
  enabled: boolean;
  role?: string;
}

/** The answer of `session.get`, and of what signs in. */
export interface SessionAnswer {
  state: "setup_pending" | "signed_out" | "signed_in";
  reason?: "expired" | "revoked" | "key_disabled" | "user_disabled";
  server: ServerFacts;
  session?: {
    id: string;
    kind: "account" | "root_key";
    csrf: string;
    createdAt: number;
    expiresAt: number;
    idleExpiresAt: number;
    steppedUpUntil: number;
  };
  user?: { id: string; email: string; isOwner: boolean };
  rootKey?: { keyId: string; name?: string; start: string; expires?: number };
  workspace?: AnswerWorkspace & { permissions: string[] };
  workspaces?: AnswerWorkspace[];
}

async function readDirect(): Promise<Session> {
  const [who, workspace] = await Promise.all([call("rootKeys.whoami", {}), call("workspaces.getWorkspace", {})]);
  const own = { id: workspace.id, name: workspace.name, slug: workspace.slug, enabled: workspace.enabled };
  return {
    kind: "rootKey",
    name: who.name ?? who.keyId,
    id: who.keyId,
    isOwner: false,
    permissions: who.permissions,
    workspaces: [own],
    workspace: own,
    csrf: "",
  };
}

function fromAnswer(answer: SessionAnswer): Session | undefined {
  const { session, workspace, user, rootKey } = answer;
  const workspaces = answer.workspaces ?? [];
  const present = workspace ?? (workspaces[0] ? { ...workspaces[0], permissions: [] } : undefined);
  if (answer.state !== "signed_in" || !session || !present) return undefined;
  return {
    kind: session.kind === "account" ? "account" : "rootKey",
    name: user?.email ?? rootKey?.name ?? rootKey?.start ?? "",
    id: user?.id ?? rootKey?.keyId ?? "",
    isOwner: user?.isOwner ?? false,
    role: present.role,
    permissions: present.permissions,
    workspaces: workspaces.length > 0 ? workspaces : [present],
    workspace: present,
    idleEndsAt: session.idleExpiresAt,
    csrf: session.csrf,
    version: answer.server.version,
  };
}

let firstVersion: string | undefined;
let upgraded = false;

/** Whether the server has another version than when this page was loaded. */
export function serverUpgraded(): boolean {
  return upgraded;
}

/** Takes in what the server says about the session. */
export function takeAnswer(answer: SessionAnswer): SessionState {
  firstVersion ??= answer.server.version;
  upgraded ||= firstVersion !== answer.server.version;
  setServerUrl(answer.server.publicUrl);
  const session = fromAnswer(answer);
  if (session) set({ session, server: answer.server });
  else if (state.session && !state.out && (answer.reason === "expired" || answer.reason === undefined)) {
    set({ session: state.session, lost: { reason: "expired" }, server: answer.server });
  } else {
    const reason = answer.state === "setup_pending" ? "setup" : (answer.reason ?? "none");
    set({ out: { reason }, server: answer.server });
  }
  return state;
}

let wanted: string | undefined = location.pathname.startsWith(basePath)
  ? workspaceIn(location.pathname.slice(basePath.length))
  : undefined;

/** The workspace that a path below the dashboard names. */
function workspaceIn(path: string): string | undefined {
  // Slugs are never written with percent signs; such an address is none of ours.
  const first = path.split("/")[0] ?? "";
  return first && !["sign-in", "setup", "link", "help", "instance"].includes(first) ? first : undefined;
}

let loading: Promise<SessionState> | undefined;

/** Asks the server who is signed in; calls at the same time share one question. */
export function loadSession(): Promise<SessionState> {
  loading ??= ask().finally(() => {
    loading = undefined;
  });
  return loading;
}

async function ask(): Promise<SessionState> {
  try {
    if (__KEYWAY_DIRECT__) set({ session: await readDirect() });
    else takeAnswer(await readState());
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    set({ ...state, failed: error });
  }
  return state;
}

async function readState(): Promise<SessionAnswer> {
  try {
    const answer = await callSignedOut<SessionAnswer>("session.get", {}, workspaceHeader());
    // The address may name a workspace that isn't ours; the first one of ours then holds.
    if (answer.state === "signed_in" && !answer.workspace && wanted) {
      wanted = undefined;
      return await callSignedOut<SessionAnswer>("session.get", {}, {});
    }
    return answer;
  } catch (error) {
    if (!(error instanceof RpcError) || error.status !== 404 || !wanted) throw error;
    wanted = undefined;
    return callSignedOut<SessionAnswer>("session.get", {}, {});
  }
}

function workspaceHeader(): Record<string, string> {
  return wanted && !__KEYWAY_DIRECT__ ? { "x-keyway-workspace": wanted } : {};
}

/** Chooses the workspace by its slug. */
export async function enterWorkspace(slug: string): Promise<SessionState> {
  if (state.session?.workspace.slug === slug) return state;
  await loading;
  wanted = slug;
  queries.clear();
  return loadSession();
}

/** Forgets the session in this tab. */
export function forgetSession(reason: SignedOut["reason"], error?: RpcError): void {
  queries.clear();
  wanted = undefined;
  set({ out: { reason, error }, server: state.server });
}

const tabs = new BroadcastChannel(`keyway ${basePath}`);
tabs.addEventListener("message", () => {
  if (state.session) forgetSession("signed_out");
});

/** Signs out on the server, here and in all other tabs. */
export async function signOut(): Promise<void> {
  try {
    await callPrivate("session.signOut", {});
  } catch (error) {
    // A session that has ended already needs no end.
    if (!(error instanceof RpcError)) throw error;
    if (error.status !== 401) {
      toast("The server didn’t do it. You are still signed in.");
      return;
    }
  }
  tabs.postMessage("signed_out");
  forgetSession("signed_out");
}

window.addEventListener("keyway:session", () => void loadSession());

/** Asks for the secret again; set by the component that shows the dialog. */
let askAgain: (() => Promise<boolean>) | undefined;

/** Registers the dialog of step-up. */
export function onStepUp(ask: (() => Promise<boolean>) | undefined): void {
  askAgain = ask;
}

const endings = ["missing", "expired", "revoked", "key_disabled", "user_disabled"];

connectSession({
  headers: () => ({
    ...workspaceHeader(),
    ...(state.session?.csrf ? { "x-keyway-csrf": state.session.csrf } : {}),
  }),
  ended: (error) => {
    if (!state.session || state.lost || !endings.includes(error.code)) return;
    if (error.code === "expired" || error.code === "missing") {
      set({ ...state, lost: { reason: "expired", error } });
    } else forgetSession(error.code as SignedOut["reason"], error);
  },
  stepUp: () => askAgain?.() ?? Promise.resolve(false),
  refresh: async () => {
    const before = state.session?.csrf;
    await loadSession();
    return state.session !== undefined && state.session.csrf !== before;
  },
  reachable: (yes) => {
    if (yes) lastCall = Date.now();
    setOnline(yes);
  },
});

let lastCall = 0;

/** When the server last answered this tab. */
export function lastAnswerAt(): number {
  return lastCall;
}

/** The permissions of the session that are missing for an operation on given resources. */
export function useMissing(
  operation: OperationName,
  values?: Record<string, string | undefined>,
): readonly string[] {
  const { permissions } = useSession();
  return missingFor(requirements[operation] as Requirement | null, permissions, values);
}

/** Why a button for `operation` can't be used, or undefined if it can. */
export function useBlocked(
  operation: OperationName,
  values?: Record<string, string | undefined>,
): string | undefined {
  const session = useSession();
  const missing = missingFor(requirements[operation] as Requirement | null, session.permissions, values);
  if (missing.length > 0) return `Needs ${missing.join(", ")}.`;
  const reads = /\.(get|list|whoami|verify|explain|limit)/.test(operation);
  if (!session.workspace.enabled && !reads && operation !== "workspaces.updateWorkspace") {
    return "The workspace is disabled.";
  }
  return undefined;
}

/** Tells whether a session may use an operation on at least some resource. */
export function maySome(session: Session, operation: OperationName): boolean {
  return missingForAny(requirements[operation] as Requirement | null, session.permissions).length === 0;
}
