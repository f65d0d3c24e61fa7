import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Koa, { type Middleware } from "koa";
import type { Log } from "../../domain/ports/log.ts";
import { accessLog } from "./access-log.ts";
import { Connections } from "./connections.ts";
import type { State } from "./context.ts";
import type { ServerDependencies, ServerOptions } from "./dependencies.ts";
import { LongRequests } from "./long-requests.ts";
import { answerMalformedRequests } from "./malformed-requests.ts";
import { answerProblems } from "./problems.ts";
import { securityHeaders } from "./security-headers.ts";

const REQUEST_TIMEOUT_MS = 30_000;
const DRAIN_MS = 5_000;
/** Longer than proxies keep idle connections, so that none sends a request into a closing one. */
const KEEP_ALIVE_MS = 75_000;
/** How often requests that take too long are looked for. */
const TIMEOUT_CHECK_MS = 1_000;

/** A listening socket and what answers on it. */
export class HttpServer {
  readonly longRequests = new LongRequests();
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #app = new Koa<State>();
  readonly #options: ServerOptions;

  constructor({ log, meter, clock }: ServerDependencies, options: ServerOptions) {
    const request_timeout_ms = options.request_timeout_ms ?? REQUEST_TIMEOUT_MS;
    this.#options = options;
    this.#app.on("error", (error) => reportLateError(log, error));
    this.use(accessLog({ log, meter, clock }), securityHeaders, answerProblems(log));
    this.#server = createServer({
      requestTimeout: request_timeout_ms,
      headersTimeout: request_timeout_ms,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, request_timeout_ms),
    });
    this.#connections = new Connections(this.#server);
    answerMalformedRequests(this.#server, this.#connections);
  }

  /** Middleware, in the order in which requests pass it. */
  use(...middleware: readonly Middleware<State>[]): void {
    for (const one of middleware) this.#app.use(one);
  }

  /** Takes requests from now on. Rejects when the port cannot be had. */
  async listen(): Promise<{ readonly port: number }> {
    const { port, host } = this.#options;
    this.#server.on("request", this.#app.callback());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(port, host, resolve);
    await promise;
    this.#server.off("error", reject);
    return { port: (this.#server.address() as AddressInfo).port };
  }

  /** Takes no more requests, ends streams (their clients resume elsewhere), and lets other answers finish. */
  async close(): Promise<void> {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.longRequests.endAll();
    this.#connections.closeWhenIdle();
    const giveUp = setTimeout(() => this.#server.closeAllConnections(), this.#options.drain_ms ?? DRAIN_MS);
    await closed;
    clearTimeout(giveUp);
  }
}

/** What goes wrong behind the middleware: an answer that could not be sent to its end, mostly. */
function reportLateError(log: Log, error: unknown): void {
  log.debug("an answer was not sent to its end", { error });
}
