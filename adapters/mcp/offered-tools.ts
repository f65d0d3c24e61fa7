import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { type Tool, ToolSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { JsonObject } from "../../domain/json.ts";
import { cutToBytes } from "../../domain/tools/limit-output.ts";
import type { ToolAnnotations } from "../../domain/tools/tool.ts";
import { withOwnSignal } from "./own-signal.ts";
import { redactJson } from "./secrets.ts";
import type { OfferedTool } from "./server-config.ts";

/** A page of `tools/list`, its tools not looked at yet: one that is malformed must not hide the others. */
const PageSchema = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

const MAX_PAGES = 100;
const MAX_TOOLS = 1_000;
const MAX_DESCRIPTION_BYTES = 16 * 1024;

/** A name is shown to the person who is asked for consent: nothing in it may hide or move what stands around it. */
const SHOWABLE_NAME = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,128}$/u;

export interface ToolListing {
  readonly tools: readonly OfferedTool[];
  /** What was wrong with the list: tools left out, and why. */
  readonly complaints: readonly string[];
}

/** All pages of a server's tools. Malformed ones are left out, so are those beyond `MAX_TOOLS`. */
export async function listTools(client: Client, signal: AbortSignal, timeout: number): Promise<ToolListing> {
  const tools = new Map<string, OfferedTool>();
  const complaints: string[] = [];
  if (client.getServerCapabilities()?.tools === undefined) return { tools: [], complaints };

  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const result = await withOwnSignal(signal, (own) =>
      client.request({ method: "tools/list", params }, PageSchema, { signal: own, timeout }),
    );
    for (const entry of result.tools) {
      const parsed = ToolSchema.safeParse(entry);
      if (!parsed.success) complaints.push(malformed(entry, parsed.error));
      else if (!SHOWABLE_NAME.test(parsed.data.name)) complaints.push(unshowable(parsed.data.name));
      else if (!tools.has(parsed.data.name)) tools.set(parsed.data.name, toOfferedTool(parsed.data));
    }
    if (tools.size > MAX_TOOLS) {
      complaints.push(`it offers more than ${MAX_TOOLS} tools; the others are left out`);
      break;
    }
    if (result.nextCursor === undefined || result.nextCursor === cursor) break;
    cursor = result.nextCursor;
  }
  return { tools: [...tools.values()].slice(0, MAX_TOOLS), complaints };
}

/** A server that knows its credentials may repeat them anywhere. */
export function withoutSecrets(tool: OfferedTool, secrets: readonly string[]): OfferedTool {
  const { name, ...told } = tool;
  return { ...(redactJson(told as unknown as JsonObject, secrets) as unknown as typeof told), name };
}

function toOfferedTool(tool: Tool): OfferedTool {
  return {
    name: tool.name,
    description: cutToBytes(
      tool.description ?? tool.title ?? tool.annotations?.title ?? "",
      MAX_DESCRIPTION_BYTES,
    ),
    input_schema: tool.inputSchema as JsonObject,
    ...(tool.outputSchema !== undefined && { output_schema: tool.outputSchema as JsonObject }),
    annotations: toAnnotations(tool),
    ...(tool.execution?.taskSupport === "required" && {
      unusable: "it can only be called as an MCP task, which is not supported",
    }),
  };
}

function toAnnotations({ title, annotations = {} }: Tool): ToolAnnotations {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
  const shownTitle = title ?? annotations.title;
  return {
    ...(shownTitle !== undefined && { title: shownTitle }),
    ...(readOnlyHint !== undefined && { readOnlyHint }),
    ...(destructiveHint !== undefined && { destructiveHint }),
    ...(idempotentHint !== undefined && { idempotentHint }),
    ...(openWorldHint !== undefined && { openWorldHint }),
  };
}

function malformed(entry: unknown, error: z.ZodError): string {
  const name = z.object({ name: z.string() }).safeParse(entry).data?.name ?? "without a name";
  const { path, message } = error.issues[0] ?? { path: [], message: "it is malformed" };
  return `its tool ${name.slice(0, 100)} is left out: ${path.join(".")}: ${message}`;
}

function unshowable(name: string): string {
  const shown = JSON.stringify(name.slice(0, 100)).replaceAll(/[^ -~]/gu, "?");
  return `its tool ${shown} is left out: a name has 1 to 128 characters, all of them visible`;
}
