import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  type CallToolResult,
  CallToolResultSchema,
  ErrorCode,
  McpError,
  type Progress,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { JsonObject } from "../../domain/json.ts";
import { TOO_LARGE } from "./bounded-fetch.ts";
import { explain, httpStatus } from "./explain-error.ts";
import { listTools, type ToolListing } from "./offered-tools.ts";
import type { ServerTransport } from "./open-transport.ts";
import { withOwnSignal } from "./own-signal.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** Milliseconds. */
export interface SessionTiming {
  /** From starting the server to its answer to `initialize`: `npx` may have to download it first. */
  readonly connect_timeout: number;
  readonly list_timeout: number;
  /** Between one list and the next: some servers say that their tools changed whenever these are listed. */
  readonly list_interval: number;
  /** An idle server is asked so often whether it is still there. */
  readonly ping_interval: number;
  readonly ping_timeout: number;
}

/** Time limits are signals here; the SDK's own timer must only not fire first. Its longest: 24.8 days. */
const NO_TIMEOUT = 2 ** 31 - 1;

const TOO_MANY_REQUESTS = 429;

/** A call that changed the tools waits so long for the new list, so that the model's next turn knows them. */
const NEWS_MS = 3_000;

/** Telling an HTTP server that the session is over is a courtesy. */
const GOODBYE_MS = 1_000;

/** The session ended before a request was answered; the message says how, as far as that is known. */
export class SessionLostError extends Error {}

export interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
  readonly meta: JsonObject;
  readonly onprogress: (progress: Progress) => void;
}

export interface SessionEvents {
  /** The first list, and each one after `notifications/tools/list_changed`. */
  readonly onlist: (listing: ToolListing) => void;
  /** Something odd that is no failure yet, such as a log line on stdout. */
  readonly onoddity: (error: Error) => void;
}

/** One connection to a server, from `initialize` until it is lost or closed; it does not come back. */
export class McpSession {
  readonly #client: Client;
  readonly #transport: ServerTransport;
  readonly #timing: SessionTiming;
  readonly #events: SessionEvents;
  readonly #over = new AbortController();
  readonly #lost = Promise.withResolvers<unknown>();
  #lossReason: unknown;
  #callsInFlight = 0;
  #probing = false;
  #listing = false;
  #listAgain = false;
  /** Resolved when the tools have been listed after the server last said that they changed. */
  #news: PromiseWithResolvers<void> | null = null;

  /** `remote`: the transport cannot tell by itself that the server is gone, as it can of a child process. */
  constructor(
    transport: ServerTransport,
    client: { readonly name: string; readonly version: string },
    options: { readonly remote: boolean; readonly timing: SessionTiming; readonly events: SessionEvents },
  ) {
    this.#transport = transport;
    this.#timing = options.timing;
    this.#events = options.events;
    this.#client = new Client(client);
    this.#client.onclose = () => this.lose(new Error("the connection was closed"));
    this.#client.onerror = (error) => {
      this.#events.onoddity(error);
      // Whose answer it would have been nobody knows: the call would wait for it in vain.
      if (error.message.includes(TOO_LARGE)) this.lose(new Error(TOO_LARGE));
      else if (options.remote) void this.#probe();
    };
    this.#client.setNotificationHandler(ToolListChangedNotificationSchema, () => this.#relist());
  }

  /** Resolves with the reason once the session cannot be used any more. */
  get lost(): Promise<unknown> {
    return this.#lost.promise;
  }

  /** Initialises the session and lists the tools. Throws when that fails, takes too long, or `signal` aborts. */
  async open(signal: AbortSignal): Promise<void> {
    const timeout = this.#timing.connect_timeout;
    const deadline = AbortSignal.any([signal, this.#over.signal, AbortSignal.timeout(timeout)]);
    try {
      // Without the signal: `initialize` must not be cancelled (2025-06-18, Cancellation); whoever gives up closes.
      await unlessAborted(this.#client.connect(this.#transport, { timeout: NO_TIMEOUT }), deadline);
    } catch (error) {
      const late = deadline.aborted && !signal.aborted && !this.#over.signal.aborted;
      throw late ? new Error(`it did not answer within ${timeout / 1000} s`) : error;
    }
    await this.#list();
    void this.#keepAlive();
  }

  /** Throws SessionLostError, the signal's reason, or what the SDK throws. */
  async call(call: ToolCall, signal: AbortSignal): Promise<CallToolResult> {
    this.#callsInFlight += 1;
    const known = this.#news;
    try {
      const result = await withOwnSignal(signal, (own) =>
        this.#client.request(
          {
            method: "tools/call",
            params: { name: call.name, arguments: { ...call.arguments }, _meta: { ...call.meta } },
          },
          CallToolResultSchema,
          { signal: own, timeout: NO_TIMEOUT, onprogress: call.onprogress },
        ),
      );
      if (this.#news !== null && this.#news !== known) await this.#hear(this.#news, signal);
      return result;
    } catch (error) {
      if (!isClosed(error)) throw error;
      // The SDK says no more than that; why, is known here.
      throw new SessionLostError(this.#transport.epitaph ?? explain(this.#lossReason));
    } finally {
      this.#callsInFlight -= 1;
      // It may not have answered in time because it hangs.
      if (signal.aborted) void this.#probe();
    }
  }

  /** Marks the session as lost; who waits for `lost` closes it. */
  lose(reason: unknown): void {
    this.#lossReason ??= reason;
    this.#lost.resolve(reason);
  }

  /** Ends the session and the transport with it; calls in flight fail. */
  async close(): Promise<void> {
    this.#over.abort();
    const goodbye = AbortSignal.timeout(GOODBYE_MS);
    await unlessAborted(this.#transport.terminateSession?.() ?? Promise.resolve(), goodbye).catch(
      this.#ignore,
    );
    await this.#client.close().catch(this.#ignore);
    await this.#transport.close().catch(this.#ignore);
  }

  /** Resolves when the list has been read, or waiting for it is not worth while any more. */
  async #hear(news: PromiseWithResolvers<void>, signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.any([signal, this.#over.signal, AbortSignal.timeout(NEWS_MS)]);
    await unlessAborted(news.promise, patience).catch(() => undefined);
  }

  /** Lists the tools anew, once more when told meanwhile that they changed again. */
  async #relist(): Promise<void> {
    if (!this.#listAgain) this.#news = Promise.withResolvers();
    this.#listAgain = true;
    if (this.#listing) return;
    this.#listing = true;
    try {
      while (this.#listAgain) {
        this.#listAgain = false;
        const news = this.#news;
        await this.#list();
        news?.resolve();
        await pause(this.#timing.list_interval, undefined, { signal: this.#over.signal, ref: false });
      }
    } catch (error) {
      if (!this.#over.signal.aborted) this.lose(error);
    } finally {
      this.#listing = false;
    }
  }

  async #list(): Promise<void> {
    this.#events.onlist(await listTools(this.#client, this.#over.signal, this.#timing.list_timeout));
  }

  async #keepAlive(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      await pause(this.#timing.ping_interval, undefined, { signal, ref: false }).catch(this.#ignore);
      // A server that is busy with a call may be too busy for a ping, and calls have time limits of their own.
      if (!signal.aborted && this.#callsInFlight === 0) await this.#probe();
    }
  }

  /** Asks the server whether it is still there, and gives the session up if not. */
  async #probe(): Promise<void> {
    const { signal } = this.#over;
    if (this.#probing || signal.aborted) return;
    this.#probing = true;
    try {
      const timeout = this.#timing.ping_timeout;
      await withOwnSignal(signal, (own) => this.#client.ping({ signal: own, timeout }));
    } catch (error) {
      if (!signal.aborted && !this.#isAlive(error)) this.lose(error);
    } finally {
      this.#probing = false;
    }
  }

  #isAlive(failure: unknown): boolean {
    // It is there, and says that it is asked too often: connecting anew would be worse.
    if (httpStatus(failure) === TOO_MANY_REQUESTS) return true;
    if (!(failure instanceof McpError)) return false;
    if (failure.code === ErrorCode.RequestTimeout) return this.#callsInFlight > 0;
    // Any other error is an answer: some servers do not know `ping`.
    return failure.code !== ErrorCode.ConnectionClosed;
  }

  readonly #ignore = (error: unknown): void => {
    if (!this.#over.signal.aborted) this.#events.onoddity(error as Error);
  };
}

/** Servers use the SDK's code for errors of their own, too; its words tell them apart. */
function isClosed(error: unknown): boolean {
  return (
    error instanceof McpError &&
    error.code === ErrorCode.ConnectionClosed &&
    /(?:^|: )Connection closed$/.test(error.message)
  );
}
