//! Calls operations of the server with the session of this browser.

import { basePath } from "@/app/base";
import type { Input, OperationName, Output } from "./operations";

/** A fault in one member of a request. */
export interface Fault {
  location: string;
  message: string;
  fix?: string;
}

/** What the server says when it refuses. */
export class RpcError extends Error {
  override name = "RpcError";
  constructor(
    /** The operation that was called. */
    readonly operation: string,
    /** HTTP status; 0 if the server could not be reached. */
    readonly status: number,
    /** Names the error code, the same each time. */
    readonly title: string,
    /** What happened, for people. */
    readonly detail: string,
    /** Address of the page about the code. */
    readonly type: string,
    /** Names the request in logs. */
    readonly requestId: string | undefined,
    /** Faults of single members. */
    readonly faults: readonly Fault[] = [],
    /** Permissions that would have sufficed. */
    readonly missing: readonly string[] = [],
    /** Milliseconds to wait before the next try. */
    readonly retryAfter: number | undefined = undefined,
  ) {
    super(detail);
  }

  /** The last part of the error's type, such as `step_up_required`. */
  get code(): string {
    return this.type.split("/").at(-1) ?? "";
  }
}

/** An answer with what stands beside its data. */
export interface Answer<T> {
  data: T;
  requestId: string;
  cursor: string | undefined;
  hasMore: boolean;
  total: number | undefined;
}

interface Envelope {
  meta?: { requestId?: string };
  data?: unknown;
  pagination?: { cursor?: string; hasMore: boolean; total?: number };
  error?: { title: string; detail: string; status: number; type: string; errors?: Fault[] };
}

/** What the session gives to the calls, and what it wants to hear from them. */
export interface SessionHooks {
  /** Header fields of each call. */
  headers(): Record<string, string>;
  /** The server no longer takes the session. */
  ended(error: RpcError): void;
  /** Asks for the secret again; true when the call may be repeated. */
  stepUp(): Promise<boolean>;
  /** Reads the session again, after its CSRF token was refused; true if there is a new one. */
  refresh(): Promise<boolean>;
  /** The server answered, or could not be reached. */
  reachable(yes: boolean): void;
}

let hooks: SessionHooks = {
  headers: () => ({}),
  ended: () => undefined,
  stepUp: () => Promise.resolve(false),
  refresh: () => Promise.resolve(false),
  reachable: () => undefined,
};

/** Connects the calls with the session. */
export function connectSession(next: SessionHooks): void {
  hooks = next;
}

function missingFrom(response: Response): string[] {
  const challenge = response.headers.get("www-authenticate") ?? "";
  const scope = /scope="([^"]*)"/.exec(challenge)?.[1];
  return scope ? scope.split(" ").filter(Boolean) : [];
}

function retryAfterFrom(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

/** Sends a call and gives whatever comes back. */
async function exchange(
  operation: string,
  body: unknown,
  signal: AbortSignal | undefined,
  headers: Record<string, string>,
): Promise<Response> {
  try {
    return await fetch(`${basePath}rpc/${operation}`, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body ?? {}),
      signal: signal ?? null,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    hooks.reachable(false);
    throw new RpcError(
      operation,
      0,
      "Server not reachable",
      "The server did not answer. It may be restarting; this page tries again by itself.",
      "",
      undefined,
    );
  }
}

/** The envelope of an answer, unless it is a refusal. */
async function opened(operation: string, response: Response): Promise<Envelope> {
  let envelope: Envelope = {};
  try {
    envelope = (await response.json()) as Envelope;
  } catch {
    // A proxy may answer with a page of its own; the status alone then tells what happened.
  }
  hooks.reachable(response.status !== 502 && response.status !== 504);
  if (!response.ok || envelope.error) {
    throw new RpcError(
      operation,
      response.status,
      envelope.error?.title ?? response.statusText,
      envelope.error?.detail ?? `The server answered with status ${response.status}.`,
      envelope.error?.type ?? "",
      envelope.meta?.requestId,
      envelope.error?.errors ?? [],
      missingFrom(response),
      retryAfterFrom(response),
    );
  }
  return envelope;
}

async function send(
  operation: string,
  body: unknown,
  signal?: AbortSignal,
  headers: Record<string, string> = hooks.headers(),
): Promise<Answer<unknown>> {
  const envelope = await opened(operation, await exchange(operation, body, signal, headers));
  return {
    data: envelope.data,
    requestId: envelope.meta?.requestId ?? "",
    cursor: envelope.pagination?.cursor,
    hasMore: envelope.pagination?.hasMore ?? false,
    total: envelope.pagination?.total,
  };
}

function sendWithSession(
  operation: string,
  body: unknown,
  signal?: AbortSignal,
  extra: Record<string, string> = {},
): Promise<Answer<unknown>> {
  // The fields of the session are read anew for each try: the CSRF token may have changed in between.
  return withSession(() => send(operation, body, signal, { ...hooks.headers(), ...extra }));
}

/** Tries a call, and again after what its refusal asks for. */
async function withSession<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    if (error.status === 403 && error.code === "step_up_required" && (await hooks.stepUp())) {
      return attempt();
    }
    if (error.status === 403 && error.code === "csrf" && (await hooks.refresh())) {
      return attempt();
    }
    if (error.status === 401) hooks.ended(error);
    throw error;
  }
}

/** Calls an operation and answers with its data. */
export async function call<N extends OperationName>(
  operation: N,
  body: Input<N>,
  signal?: AbortSignal,
  headers?: Record<string, string>,
): Promise<Output<N>> {
  return (await sendWithSession(operation, body, signal, headers)).data as Output<N>;
}

/** Calls an operation and answers with its data and what stands beside it. */
export async function callFull<N extends OperationName>(
  operation: N,
  body: Input<N>,
  signal?: AbortSignal,
): Promise<Answer<Output<N>>> {
  return (await sendWithSession(operation, body, signal)) as Answer<Output<N>>;
}

/** Calls an operation that answers with a file. `arrived` hears how many bytes there are so far. */
export function callFile<N extends OperationName>(
  operation: N,
  body: Input<N>,
  signal: AbortSignal,
  arrived: (bytes: number) => void,
): Promise<{ name: string; file: Blob }> {
  return withSession(async () => {
    const response = await exchange(operation, body, signal, hooks.headers());
    if (!response.ok || !response.body) {
      await opened(operation, response);
      throw new RpcError(operation, response.status, "No file", "The server answered without a file.", "", undefined);
    }
    const pieces: BlobPart[] = [];
    let bytes = 0;
    const reader = response.body.getReader();
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        pieces.push(piece.value);
        arrived((bytes += piece.value.length));
      }
    } catch (cause) {
      if (signal.aborted) throw cause;
      const detail = "The file broke off before its end. The server’s log says why.";
      throw new RpcError(operation, 0, "The file is not whole", detail, "", response.headers.get("x-request-id") ?? undefined);
    }
    const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? operation;
    return { name, file: new Blob(pieces, { type: response.headers.get("content-type") ?? "" }) };
  });
}

/** Calls an operation that the OpenAPI document doesn't have, such as those of the session. */
export async function callPrivate<T>(operation: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await sendWithSession(operation, body, signal)).data as T;
}

/** Calls an operation before there is a session: refusals are only thrown. */
export async function callSignedOut<T>(
  operation: string,
  body: unknown,
  headers?: Record<string, string>,
): Promise<T> {
  return (await send(operation, body, undefined, headers)).data as T;
}
