//! Who is signed in, and what they may do.

import { useSyncExternalStore } from "react";
import { call, callPrivate, callSignedOut, connectSession, RpcError } from "@/api/rpc";
import { queries } from "@/api/query";
import { missingFor, missingForAny, type Requirement } from "@/api/permissions";
import { requirements } from "@/api/requirements";
import type { OperationName } from "@/api/operations";
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
  reason: "none" | "setup" | "expired" | "revoked" | "key_disabled" | "signed_out" | "insecure";
  /** The fault as the server told it. */
  error?: RpcError | undefined;
}

/** Either who is signed in or why nobody is; undefined until the server has answered. */
export interface SessionState {
  session?: Session | undefined;
  out?: SignedOut | undefined;
  /** The session ended for want of use while a page was open, which stays so that nothing typed is lost. */
  lost?: SignedOut | undefined;
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

/** The answer of `session.get`. */
interface SessionAnswer {
  kind: "account" | "rootKey";
  user?: { userId: string; email: string };
  rootKey?: { keyId: string; name?: string | null };
  csrf: string;
  permissions: string[];
  role?: string;
  workspace: { id: string; name: string; slug: string; enabled: boolean };
  workspaces: { id: string; name: string; slug: string; enabled: boolean; role?: string }[];
  idleEndsAt?: number;
  version?: string;
}

async function readDirect(): Promise<Session> {
  const [who, workspace] = await Promise.all([call("rootKeys.whoami", {}), call("workspaces.getWorkspace", {})]);
  const own = { id: workspace.id, name: workspace.name, slug: workspace.slug, enabled: workspace.enabled };
  return {
    kind: "rootKey",
    name: who.name ?? who.keyId,
    id: who.keyId,
    permissions: who.permissions,
    workspaces: [own],
    workspace: own,
    csrf: "",
  };
}

function fromAnswer(answer: SessionAnswer): Session {
  return {
    kind: answer.kind,
    name: answer.user?.email ?? answer.rootKey?.name ?? answer.rootKey?.keyId ?? "",
    id: answer.user?.userId ?? answer.rootKey?.keyId ?? "",
    role: answer.role,
    permissions: answer.permissions,
    workspaces: answer.workspaces,
    workspace: answer.workspace,
    idleEndsAt: answer.idleEndsAt,
    csrf: answer.csrf,
    version: answer.version,
  };
}

function reasonOf(error: RpcError): SignedOut["reason"] {
  switch (error.code) {
    case "setup_pending":
      return "setup";
    case "expired":
      return "expired";
    case "revoked":
      return "revoked";
    case "key_disabled":
      return "key_disabled";
    case "insecure_http":
      return "insecure";
    default:
      return state.session ? "expired" : "none";
  }
}

/** Asks the server who is signed in. */
export async function loadSession(): Promise<SessionState> {
  try {
    const session = __KEYWAY_DIRECT__
      ? await readDirect()
      : fromAnswer(await callSignedOut<SessionAnswer>("session.get", {}));
    set({ session });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    if (error.status === 0 || error.status >= 500) set({ ...state, failed: error });
    else if (state.session && error.status === 401 && reasonOf(error) === "expired") {
      set({ session: state.session, lost: { reason: "expired", error } });
    } else set({ out: { reason: reasonOf(error), error } });
  }
  return state;
}

let wanted: string | undefined;

/** Chooses the workspace by its slug. */
export async function enterWorkspace(slug: string): Promise<SessionState> {
  if (state.session?.workspace.slug === slug) return state;
  wanted = slug;
  queries.clear();
  return loadSession();
}

/** Forgets the session in this tab. */
export function forgetSession(reason: SignedOut["reason"], error?: RpcError): void {
  queries.clear();
  set({ out: { reason, error } });
}

/** Signs out on the server and here. */
export async function signOut(): Promise<void> {
  await callPrivate("session.signOut", {});
  forgetSession("signed_out");
}

/** Asks for the secret again; set by the component that shows the dialog. */
let askAgain: (() => Promise<boolean>) | undefined;

/** Registers the dialog of step-up. */
export function onStepUp(ask: (() => Promise<boolean>) | undefined): void {
  askAgain = ask;
}

connectSession({
  headers: () => {
    const headers: Record<string, string> = {};
    if (state.session?.csrf) headers["x-keyway-csrf"] = state.session.csrf;
    if (wanted && !__KEYWAY_DIRECT__) headers["x-keyway-workspace"] = wanted;
    return headers;
  },
  ended: (error) => {
    if (!state.session || state.lost) return;
    const reason = reasonOf(error);
    if (reason === "expired") set({ session: state.session, lost: { reason, error } });
    else forgetSession(reason, error);
  },
  stepUp: () => askAgain?.() ?? Promise.resolve(false),
  refresh: async () => {
    const before = state.session?.csrf;
    await loadSession();
    return state.session !== undefined && state.session.csrf !== before;
  },
  reachable: setOnline,
});

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
