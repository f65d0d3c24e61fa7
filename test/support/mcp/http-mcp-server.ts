import { randomUUID } from "node:crypto";
import {
  createServer,
  type Server as HttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * An MCP server over Streamable HTTP on the loopback interface, at `/mcp`; over the older HTTP+SSE at `/sse`. It keeps the
 * headers of every request, and can forget its sessions, refuse everybody, or go away and come back on the same port.
 */
export class HttpMcpServer {
  readonly headers: IncomingHttpHeaders[] = [];
  /** What a request is refused with, if it is. */
  refusal: (headers: IncomingHttpHeaders) => Refusal | undefined = () => undefined;
  readonly #create: (headers: IncomingHttpHeaders) => Server;
  readonly #sessions = new Map<string, StreamableHTTPServerTransport>();
  readonly #sse = new Map<string, SSEServerTransport>();
  #http: HttpServer | undefined;
  #port = 0;

  /** `create` gets the headers of the request that opens a session. */
  constructor(create: (headers: IncomingHttpHeaders) => Server) {
    this.#create = create;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/mcp`;
  }

  get sse_url(): string {
    return `http://127.0.0.1:${this.#port}/sse`;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  async start(): Promise<this> {
    const http = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    await new Promise<void>((resolve) => http.listen(this.#port, "127.0.0.1", resolve));
    this.#http = http;
    this.#port = (http.address() as AddressInfo).port;
    return this;
  }

  /** As after a restart: who comes with an old session is told that there is no such session. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  /** Cuts all connections in the middle of whatever they do; `start` brings the server back. */
  async stop(): Promise<void> {
    const http = this.#http;
    this.#sessions.clear();
    if (http === undefined) return;
    http.closeAllConnections();
    await new Promise<void>((resolve) => http.close(() => resolve()));
    this.#http = undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.headers.push(request.headers);
    const refusal = this.refusal(request.headers);
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end(refusal.body ?? "no");
      return;
    }
    const url = new URL(request.url ?? "/", this.url);
    if (url.pathname === "/sse") {
      if (request.method === "GET") return this.#openSse(request, response);
      response.writeHead(405).end("method not allowed");
      return;
    }
    if (url.pathname === "/messages") {
      await this.#sse.get(url.searchParams.get("sessionId") ?? "")?.handlePostMessage(request, response);
      return;
    }
    const transport = await this.#transportOf(request);
    if (transport === undefined) response.writeHead(404).end("session not found");
    else await transport.handleRequest(request, response);
  }

  async #transportOf(request: IncomingMessage): Promise<StreamableHTTPServerTransport | undefined> {
    const id = request.headers["mcp-session-id"];
    if (typeof id === "string") return this.#sessions.get(id);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => void this.#sessions.set(session, transport),
      onsessionclosed: (session) => void this.#sessions.delete(session),
    });
    await this.#create(request.headers).connect(transport as Transport);
    return transport;
  }

  async #openSse(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const transport = new SSEServerTransport("/messages", response);
    this.#sse.set(transport.sessionId, transport);
    await this.#create(request.headers).connect(transport as Transport);
  }
}

/** The same for `await using`: it stops at the end of its block. */
export class RemoteServer extends HttpMcpServer implements AsyncDisposable {
  static async open(create: (headers: IncomingHttpHeaders) => Server): Promise<RemoteServer> {
    const remote = new RemoteServer(create);
    await remote.start();
    return remote;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
