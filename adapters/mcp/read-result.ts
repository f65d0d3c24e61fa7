import type { CallToolResult, ContentBlock, Progress } from "@modelcontextprotocol/sdk/types.js";
import type { Json } from "../../domain/json.ts";
import type { SchemaValidator } from "../../domain/ports/schema-validator.ts";
import { cutToBytes, limitOutput, utf8Bytes } from "../../domain/tools/limit-output.ts";
import { outputText, type ToolContent, type ToolOutput, type ToolProgress } from "../../domain/tools/tool.ts";
import { ToolCallError } from "../../domain/tools/tool-call-error.ts";
import { redact, redactJson } from "./secrets.ts";
import type { OfferedTool } from "./server-config.ts";

const MAX_ERROR_BYTES = 16 * 1024;
const MAX_PROGRESS_BYTES = 512;

/**
 * What a server answered to `tools/call`, as the domain has it: without the server's secrets and cut to the size limit.
 * Throws ToolCallError: `tool_error` with the tool's own words when it says that it failed, `protocol_error`
 * when structured content breaks the schema that the tool promises.
 */
export function readResult(
  result: CallToolResult,
  tool: OfferedTool,
  secrets: readonly string[],
  validator: SchemaValidator,
): ToolOutput {
  const { structured, truncated } = boundedStructure(result, secrets);
  const output: ToolOutput = {
    content: result.content.map((block) => redactContent(toContent(block), secrets)),
    ...(structured !== undefined && { structured }),
    ...(truncated !== undefined && { truncated }),
  };
  if (result.isError === true) {
    const words = cutToBytes(outputText(limitOutput(output)).trim(), MAX_ERROR_BYTES);
    throw new ToolCallError("tool_error", words || "the tool failed without saying why");
  }
  if (structured !== undefined && tool.output_schema !== undefined) {
    const [issue] = validator.validate(tool.output_schema, structured);
    if (issue !== undefined) {
      throw new ToolCallError(
        "protocol_error",
        `the tool was executed, but its structured content breaks its own output schema: ${issue.message}`,
      );
    }
  }
  return limitOutput(output);
}

/** What a server reports of a call under way. */
export function readProgress(
  { progress, total, message }: Progress,
  secrets: readonly string[],
): ToolProgress {
  return {
    progress,
    ...(total !== undefined && { total }),
    ...(message !== undefined && { message: redact(cutToBytes(message, MAX_PROGRESS_BYTES), secrets) }),
  };
}

/** Without what is too large or too deep to be looked through. */
function boundedStructure(
  { structuredContent }: CallToolResult,
  secrets: readonly string[],
): Pick<ToolOutput, "structured" | "truncated"> {
  if (structuredContent === undefined) return {};
  const { structured, truncated } = limitOutput({ content: [], structured: structuredContent as Json });
  return {
    ...(structured !== undefined && { structured: redactJson(structured, secrets) }),
    ...(truncated !== undefined && { truncated }),
  };
}

function toContent(block: ContentBlock): ToolContent {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "image":
    case "audio":
      return { type: block.type, mime_type: block.mimeType, bytes: base64Bytes(block.data) };
    case "resource_link":
      return {
        type: "resource",
        uri: block.uri,
        ...(block.mimeType !== undefined && { mime_type: block.mimeType }),
        ...(typeof block.size === "number" && { bytes: block.size }),
      };
    case "resource": {
      const { resource } = block;
      return {
        type: "resource",
        uri: resource.uri,
        ...(resource.mimeType !== undefined && { mime_type: resource.mimeType }),
        ...("text" in resource
          ? { text: resource.text, bytes: utf8Bytes(resource.text) }
          : { bytes: base64Bytes(resource.blob) }),
      };
    }
    default:
      return block satisfies never;
  }
}

function redactContent(content: ToolContent, secrets: readonly string[]): ToolContent {
  if ("text" in content && content.text !== undefined)
    return { ...content, text: redact(content.text, secrets) };
  return content;
}

/** Bytes that a base64 text stands for: three in four characters, less the padding. */
function base64Bytes(text: string): number {
  const padding = /={0,2}$/.exec(text)?.[0].length ?? 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}
