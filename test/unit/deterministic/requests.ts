import { parseMarkdown } from "../../../adapters/knowledge/markdown.ts";
import type { ChunkId, DocumentId } from "../../../domain/ids.ts";
import type { JsonObject } from "../../../domain/json.ts";
import type { RetrievedChunk } from "../../../domain/knowledge/chunk.ts";
import { chunkDocument } from "../../../domain/knowledge/chunking.ts";
import type { AgentTurn, CallEnding, ChatRequest } from "../../../domain/model/chat.ts";
import type { ToolDescriptor } from "../../../domain/tools/tool.ts";

/** A request for an answer, with what a test says and nothing else. */
export function request(message: string, given: Partial<ChatRequest> = {}): ChatRequest {
  return {
    capability: "generation",
    instructions: "Answer from the evidence.",
    mode: "answer",
    message,
    context: null,
    earlier: [],
    evidence: [],
    turns: [],
    tools: [],
    ...given,
  };
}

export function tool(
  name: string,
  properties: JsonObject = {},
  given: Partial<ToolDescriptor> = {},
): ToolDescriptor {
  return {
    name,
    source: "mcp",
    server_id: "test",
    permission_scope: "read",
    description: name,
    input_schema: { type: "object", properties },
    annotations: { readOnlyHint: true },
    available: true,
    unavailable_reason: null,
    ...given,
  };
}

export const calculator = tool("calculator", { expression: { type: "string" } }, { source: "builtin" });
export const getFileContents = tool("get_file_contents", { owner: {}, repo: {}, path: {}, ref: {}, sha: {} });

/** One round of the agent loop in which `tool_name` was called and ended. */
export function turn(tool_name: string, args: JsonObject, ending: CallEnding): AgentTurn {
  return { text: "", calls: [{ call_id: "call-1" as never, tool_name, arguments: args, ending }] };
}

export function completed(text: string): CallEnding {
  return { status: "completed", output: { content: [{ type: "text", text }] } };
}

/** The chunks that the knowledge adapter cuts from a Markdown document, as a search returns them. */
export function chunksOf(document_id: string, markdown: string): readonly RetrievedChunk[] {
  const { title, sections } = parseMarkdown(markdown, document_id);
  return chunkDocument({
    document_id: document_id as DocumentId,
    title,
    location: `${document_id}.md`,
    sections,
  }).map((chunk, index) => ({ ...chunk, score: 10 - index }));
}

export function chunk(chunk_id: string, text: string, heading_path: readonly string[] = []): RetrievedChunk {
  return {
    chunk_id: chunk_id as ChunkId,
    document_id: chunk_id.replace(/#.*/, "") as DocumentId,
    text,
    metadata: { title: heading_path[0] ?? "", heading_path },
    score: 1,
  };
}
