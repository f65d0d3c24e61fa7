import { setTimeout as pause } from "node:timers/promises";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";

export interface Behaviour {
  /** Tools per page of `tools/list`. */
  readonly page_size?: number;
  /** Tools besides those below; each says who it is. */
  readonly more_tools?: readonly string[];
  /** Entries of the list that are no valid tools. */
  readonly malformed_tools?: readonly unknown[];
  /** What `tools/list` is answered with before anything: time for a test to look. */
  readonly list_delay_ms?: number;
  /** Says that its tools changed whenever they are listed. */
  readonly restless?: boolean;
}

/** What a server saw, for a test that holds it in the same process. */
export class Sightings {
  readonly calls: { readonly name: string; readonly meta: unknown }[] = [];
  readonly cancelled: string[] = [];
}

type Handler = (
  args: Record<string, unknown>,
  context: {
    readonly signal: AbortSignal;
    readonly server: Server;
    readonly progress: (n: number) => Promise<void>;
  },
) => Promise<CallToolResult>;

const text = (words: string): CallToolResult => ({ content: [{ type: "text", text: words }] });

const WHO = "who_are_you";

/** One tool for each way in which a server answers, or does not. */
const HANDLERS: Readonly<Record<string, { readonly tool: Partial<Tool>; readonly handle: Handler }>> = {
  echo: {
    tool: { annotations: { readOnlyHint: true }, title: "Echo" },
    handle: async ({ message }) => text(String(message)),
  },
  where: { tool: {}, handle: async () => text(process.cwd()) },
  environment: { tool: {}, handle: async () => text(JSON.stringify(process.env)) },
  pid: { tool: {}, handle: async () => text(String(process.pid)) },
  slow: {
    tool: {},
    handle: async (_args, { signal }) => {
      await pause(600_000, undefined, { signal });
      return text("late");
    },
  },
  progressing: {
    tool: {},
    handle: async (_args, { progress }) => {
      for (let step = 1; step <= 5; step += 1) await progress(step);
      return text("done");
    },
  },
  fails: { tool: {}, handle: async () => ({ ...text("the printer is on fire"), isError: true }) },
  rejects_arguments: {
    tool: {},
    handle: async () => {
      throw new McpError(ErrorCode.InvalidParams, "message must be shorter");
    },
  },
  breaks: {
    tool: {},
    handle: async () => {
      throw new McpError(ErrorCode.InternalError, "the server tripped");
    },
  },
  refuses_method: {
    tool: {},
    handle: async () => {
      throw new McpError(ErrorCode.MethodNotFound, "no such method");
    },
  },
  malformed_answer: { tool: {}, handle: async () => ({ content: [{ type: "hologram" }] }) as never },
  structured: {
    tool: {
      outputSchema: { type: "object", properties: { celsius: { type: "number" } }, required: ["celsius"] },
    },
    handle: async () => ({ ...text("21.5 degrees"), structuredContent: { celsius: 21.5 } }),
  },
  breaks_its_schema: {
    tool: { outputSchema: { type: "object", properties: { celsius: { type: "number" } } } },
    handle: async () => ({ ...text("warm"), structuredContent: { celsius: "warm" } }),
  },
  many_parts: {
    tool: {},
    handle: async () => ({
      content: [
        { type: "text", text: "a picture:" },
        { type: "image", mimeType: "image/png", data: Buffer.alloc(1000).toString("base64") },
        { type: "audio", mimeType: "audio/wav", data: Buffer.alloc(10).toString("base64") },
        {
          type: "resource_link",
          uri: "file:///report.pdf",
          name: "report",
          mimeType: "application/pdf",
          size: 99,
        },
        { type: "resource", resource: { uri: "file:///a.txt", mimeType: "text/plain", text: "inside" } },
        { type: "resource", resource: { uri: "file:///b.bin", blob: Buffer.alloc(7).toString("base64") } },
      ],
    }),
  },
  enormous: { tool: {}, handle: async () => text("é".repeat(1_000_000)) },
  gigantic: { tool: {}, handle: async () => text("x".repeat(11 * 1024 * 1024)) },
  grows_a_tool: {
    tool: {},
    handle: async (_args, { server }) => {
      grownTools.set(server, [...(grownTools.get(server) ?? []), "grown"]);
      await server.sendToolListChanged();
      return text("grown");
    },
  },
  crashes: { tool: {}, handle: async () => process.exit(7) },
  hangs: {
    tool: {},
    handle: async () => {
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    },
  },
};

const grownTools = new WeakMap<Server, readonly string[]>();

export const BEHAVIOURS: readonly string[] = [...Object.keys(HANDLERS), WHO];

/** An MCP server that behaves well or badly, as its tools are named. */
export function createBehavingServer(behaviour: Behaviour = {}, sightings = new Sightings()): Server {
  const server = new Server(
    { name: "behaving", version: "1.0.0" },
    { capabilities: { tools: { listChanged: true } } },
  );
  server.setRequestHandler(ListToolsRequestSchema, async ({ params }) => {
    await pause(behaviour.list_delay_ms ?? 0);
    if (behaviour.restless) await server.sendToolListChanged();
    const all = [
      ...Object.entries(HANDLERS).map(([name, { tool }]) => ({
        name,
        inputSchema: { type: "object" },
        ...tool,
      })),
      ...[WHO, ...(behaviour.more_tools ?? []), ...(grownTools.get(server) ?? [])].map((name) => ({
        name,
        inputSchema: { type: "object" },
      })),
      ...(behaviour.malformed_tools ?? []),
    ];
    const start = Number(params?.cursor ?? 0);
    const end = start + (behaviour.page_size ?? all.length);
    return { tools: all.slice(start, end) as Tool[], ...(end < all.length && { nextCursor: String(end) }) };
  });
  // The protocol's own method: the server's would not let a malformed answer out.
  Protocol.prototype.setRequestHandler.call(server, CallToolRequestSchema, async (request, extra) => {
    const { params } = CallToolRequestSchema.parse(request);
    const { name, arguments: args = {}, _meta } = params;
    sightings.calls.push({ name, meta: _meta });
    extra.signal.addEventListener("abort", () => sightings.cancelled.push(name));
    const progress = async (n: number) => {
      if (_meta?.progressToken === undefined) return;
      await extra.sendNotification({
        method: "notifications/progress",
        params: { progressToken: _meta.progressToken, progress: n, total: 5 },
      });
    };
    const handler = HANDLERS[name]?.handle ?? (async () => text(`${name} of process ${process.pid}`));
    return handler(args, { signal: extra.signal, server, progress });
  });
  return server;
}
