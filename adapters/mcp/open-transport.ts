import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { boundedFetch } from "./bounded-fetch.ts";
import { httpStatus } from "./explain-error.ts";
import type { ProcessGuard } from "./process-guard.ts";
import type { ServerTarget } from "./server-config.ts";
import { StdioTransport } from "./stdio-transport.ts";

/** An SDK transport, and what some of them can do besides. */
export interface ServerTransport extends Transport {
  /** Why the connection is no more, when the transport knows better than the protocol. */
  readonly epitaph?: string | undefined;
  /** Tells an HTTP server that this session is over. */
  terminateSession?(): Promise<void>;
}

/** When a long-lived HTTP stream breaks it is opened again, from 1 to 30 seconds apart, as long as the connection stands. */
const STREAM_RECONNECTION = {
  initialReconnectionDelay: 1_000,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: Number.POSITIVE_INFINITY,
};

/** What servers of the older transport answer to the first message of the newer one (2025-06-18, Backwards Compatibility). */
const NOT_STREAMABLE = [400, 404, 405];

/** The older transport, when the server's answer means that it may speak that alone; else null. */
export function olderTransport(target: ServerTarget, failure: unknown): ServerTarget | null {
  if (target.kind !== "http" || target.either !== true) return null;
  return NOT_STREAMABLE.includes(httpStatus(failure) ?? 0) ? { ...target, kind: "sse" } : null;
}

/** A transport to the server, not yet started. What only some transports need is loaded when they are. */
export async function openTransport(target: ServerTarget, guard: ProcessGuard): Promise<ServerTransport> {
  switch (target.kind) {
    case "memory": {
      const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
      const server = await target.create();
      await server.connect(serverSide);
      return clientSide;
    }
    case "stdio":
      return new StdioTransport(target, guard);
    case "http": {
      const { StreamableHTTPClientTransport } = await import(
        "@modelcontextprotocol/sdk/client/streamableHttp.js"
      );
      return new StreamableHTTPClientTransport(new URL(target.url), {
        ...(await httpOptions(target)),
        reconnectionOptions: STREAM_RECONNECTION,
      }) as ServerTransport;
    }
    case "sse": {
      const { SSEClientTransport } = await import("@modelcontextprotocol/sdk/client/sse.js");
      return new SSEClientTransport(new URL(target.url), await httpOptions(target));
    }
    case "none":
      throw new Error(target.reason);
    default:
      return target satisfies never;
  }
}

async function httpOptions({ headers, oauth }: Extract<ServerTarget, { readonly kind: "http" | "sse" }>) {
  const options = { requestInit: { headers: { ...headers } }, fetch: boundedFetch };
  if (oauth === undefined) return options;
  const { ClientCredentialsProvider } = await import("@modelcontextprotocol/sdk/client/auth-extensions.js");
  const { client_id: clientId, client_secret: clientSecret, issuer, scope } = oauth;
  const credentials = {
    clientId,
    clientSecret,
    ...(issuer !== undefined && { expectedIssuer: issuer }),
    ...(scope !== undefined && { scope }),
  };
  return { ...options, authProvider: new ClientCredentialsProvider(credentials) };
}
