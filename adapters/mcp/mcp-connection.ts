import { setTimeout as pause } from "node:timers/promises";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../../domain/ports/log.ts";
import { explain, httpStatus } from "./explain-error.ts";
import { McpSession, type SessionTiming, type ToolCall } from "./mcp-session.ts";
import { withoutSecrets } from "./offered-tools.ts";
import { olderTransport, openTransport, type ServerTransport } from "./open-transport.ts";
import type { ProcessGuard } from "./process-guard.ts";
import { redact } from "./secrets.ts";
import type { McpServerConfig, OfferedTool, ServerTarget } from "./server-config.ts";
import { unlessAborted } from "./unless-aborted.ts";

export type ConnectionState =
  /** Since `start`, until the first attempt has succeeded or failed. */
  | { readonly status: "connecting" }
  | { readonly status: "ready" }
  /** Cannot be used now; unless its configuration is why, attempts go on. */
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "closed" };

/** Milliseconds. */
export interface ConnectionTiming extends SessionTiming {
  /** Before the second attempt in a row; doubled for each further one, half of it by chance. */
  readonly backoff_first: number;
  readonly backoff_max: number;
  /** A session that lasted so long was a good one: the next attempt is made at once. */
  readonly stable_after: number;
  /** A call that meets a server which has forgotten the session waits so long for a new one. */
  readonly renewal_timeout: number;
}

export const DEFAULT_TIMING: ConnectionTiming = {
  connect_timeout: 60_000,
  list_timeout: 30_000,
  list_interval: 1_000,
  ping_interval: 30_000,
  ping_timeout: 10_000,
  backoff_first: 500,
  backoff_max: 30_000,
  stable_after: 10_000,
  renewal_timeout: 5_000,
};

export interface ConnectionOptions {
  /** How Baton introduces itself to servers. */
  readonly client: { readonly name: string; readonly version: string };
  readonly guard: ProcessGuard;
  readonly log: Log;
  readonly timing: ConnectionTiming;
  readonly events: {
    /** The state or the tools changed. */
    readonly onchange: () => void;
    /** Something an operator should know; no secrets in it. Told once while it lasts. */
    readonly onproblem: (problem: string) => void;
  };
}

interface Attempt {
  readonly transport: ServerTransport;
  readonly session: McpSession;
}

/** Thrown by `call` when there is no session. */
export class NotConnectedError extends Error {}

/** Keeps a session with one MCP server: connects in the background, and again whenever the session is lost. */
export class McpConnection {
  readonly server: McpServerConfig;
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();
  #state: ConnectionState = { status: "connecting" };
  #changed = Promise.withResolvers<void>();
  #session: McpSession | undefined;
  #tools: readonly OfferedTool[] | undefined;
  #running: Promise<void> | undefined;

  constructor(server: McpServerConfig, options: ConnectionOptions) {
    this.server = server;
    this.#options = { ...options, log: options.log.with({ server_id: server.server_id }) };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** What the server offers, or last offered; undefined until it was reached for the first time. */
  get tools(): readonly OfferedTool[] | undefined {
    return this.#tools;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the first attempt to connect has succeeded or failed, or `signal` aborts. */
  async settled(signal: AbortSignal): Promise<void> {
    while (this.#state.status === "connecting" && !signal.aborted) await this.#nextChange(signal);
  }

  /**
   * Calls a tool. Throws NotConnectedError without a session, else what the SDK throws; the signal's reason is not kept.
   * A server that no longer knows the session has not executed the call: it is made again in a new one.
   */
  async call(call: ToolCall, signal: AbortSignal): Promise<CallToolResult> {
    const session = this.#readySession();
    const { target } = this.server;
    if (target.kind === "memory" && target.call !== undefined) {
      return target.call(call.name, call.arguments);
    }
    try {
      return await session.call(call, signal);
    } catch (error) {
      if (signal.aborted || !isSessionForgotten(error)) throw error;
      session.lose(error);
      const patience = AbortSignal.any([signal, AbortSignal.timeout(this.#options.timing.renewal_timeout)]);
      while ((this.#session === session || this.#state.status !== "ready") && !patience.aborted) {
        await this.#nextChange(patience);
      }
      return await this.#readySession().call(call, signal);
    }
  }

  /** Ends the session, and the server's process if it has one. Nothing is connected afterwards. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#change({ status: "closed" });
    await this.#running;
  }

  async #run(): Promise<void> {
    const { timing } = this.#options;
    const { signal } = this.#closing;
    if (this.server.target.kind === "none") {
      const { reason } = this.server.target;
      // Tools that are listed with the reason tell it well enough.
      if (this.server.expected_tools.length === 0) this.#fail(reason);
      else this.#change({ status: "failed", reason });
      return;
    }
    let failures = 0;
    while (!signal.aborted) {
      const lasted = await this.#connectOnce();
      failures = lasted >= timing.stable_after ? 0 : failures + 1;
      await pause(backoff(failures, timing), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** One session from its beginning to its end; how many milliseconds it could be used. */
  async #connectOnce(): Promise<number> {
    const { signal } = this.#closing;
    let attempt: Attempt | undefined;
    let readyAt: number | undefined;
    let reason: unknown;
    try {
      attempt = await this.#attempt(this.server.target);
      try {
        await attempt.session.open(signal);
      } catch (error) {
        const older = olderTransport(this.server.target, error);
        if (older === null) throw error;
        await attempt.session.close();
        attempt = await this.#attempt(older);
        await attempt.session.open(signal).catch(() => Promise.reject(error));
      }
      signal.throwIfAborted();
      readyAt = performance.now();
      this.#session = attempt.session;
      this.#change({ status: "ready" });
      this.#options.log.info("MCP server ready", { tools: this.#tools?.length ?? 0 });
      reason = await unlessAborted(attempt.session.lost, signal);
    } catch (error) {
      reason = error;
    }
    const lasted = readyAt === undefined ? 0 : performance.now() - readyAt;
    this.#session = undefined;
    // Before the session is closed, which may take a stubborn child seconds: nobody should call it meanwhile.
    if (!signal.aborted) this.#fail(attempt?.transport.epitaph ?? explain(reason));
    await attempt?.session.close();
    return lasted;
  }

  async #attempt(target: ServerTarget): Promise<Attempt> {
    const { client, guard, log, timing } = this.#options;
    const transport = await openTransport(target, guard);
    const session = new McpSession(transport, client, {
      remote: target.kind === "http" || target.kind === "sse",
      timing,
      events: {
        onlist: ({ tools, complaints }) => {
          this.#tools = tools.map((tool) => withoutSecrets(tool, this.server.secrets));
          for (const complaint of complaints) this.#problem(complaint);
          if (this.#session !== undefined) this.#options.events.onchange();
        },
        onoddity: (error) => log.debug("MCP server oddity", { oddity: this.#redacted(explain(error)) }),
      },
    });
    return { transport, session };
  }

  #readySession(): McpSession {
    if (this.#session !== undefined) return this.#session;
    const reason = this.#state.status === "failed" ? this.#state.reason : this.#state.status;
    throw new NotConnectedError(reason);
  }

  #fail(error: string): void {
    const reason = this.#redacted(error);
    const known = this.#state.status === "failed" && this.#state.reason === reason;
    this.#change({ status: "failed", reason });
    if (!known) this.#problem(reason);
  }

  #problem(problem: string): void {
    this.#options.log.warn("MCP server problem", { problem: this.#redacted(problem) });
    this.#options.events.onproblem(this.#redacted(problem));
  }

  #change(state: ConnectionState): void {
    this.#state = state;
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
    this.#options.events.onchange();
  }

  /** Resolves at the next change, or when `signal` aborts. */
  async #nextChange(signal: AbortSignal): Promise<void> {
    await unlessAborted(this.#changed.promise, signal).catch(() => undefined);
  }

  #redacted(text: string): string {
    return redact(text, this.server.secrets);
  }
}

/** Milliseconds before the next attempt: none after a good session, else exponential with jitter. */
function backoff(failures: number, { backoff_first, backoff_max }: ConnectionTiming): number {
  if (failures === 0) return 0;
  const longest = Math.min(backoff_max, backoff_first * 2 ** (failures - 1));
  return longest * (0.5 + Math.random() / 2);
}

/** 404 by the protocol (2025-06-18, Session Management); some servers say 400 and name the session. */
function isSessionForgotten(error: unknown): boolean {
  const status = httpStatus(error);
  return status === 404 || (status === 400 && error instanceof Error && /session/i.test(error.message));
}
