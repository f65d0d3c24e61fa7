import type { CallId } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { RetrievedChunk } from "../knowledge/chunk.ts";
import type { ToolDescriptor, ToolError, ToolOutput } from "../tools/tool.ts";

/** What a model is asked to be good at; configuration routes each to a model. */
export const CAPABILITIES = ["planning", "generation", "verification", "classification"] as const;
export type Capability = (typeof CAPABILITIES)[number];

export type RunMode = "answer" | "research" | "summarize";

/** How a call ended, as the model is told. */
export type CallEnding =
  | { readonly status: "completed"; readonly output: ToolOutput }
  | { readonly status: "failed"; readonly error: ToolError }
  | { readonly status: "denied"; readonly reason: string };

/** One call of an assistant turn with its ending. */
export interface FinishedCall {
  readonly call_id: CallId;
  readonly tool_name: string;
  readonly arguments: JsonObject;
  readonly ending: CallEnding;
}

/** One round of the agent loop: what the model said and called, and what came back. */
export interface AgentTurn {
  readonly text: string;
  readonly calls: readonly FinishedCall[];
}

/** An earlier message of the same conversation. */
export interface EarlierTurn {
  readonly message: string;
  readonly answer: string;
  /** The calls that were made for it, in the order they were asked for, with their results in short. */
  readonly tools?: readonly EarlierCall[];
}

export interface EarlierCall {
  readonly tool_name: string;
  readonly arguments: JsonObject;
  readonly result: string;
}

/**
 * A request to a model, in terms of the run and not of a vendor's wire format: adapters render it.
 * `tools` is empty when the model must answer now.
 */
export interface ChatRequest {
  readonly capability: Capability;
  readonly instructions: string;
  readonly mode: RunMode;
  readonly message: string;
  readonly context: string | null;
  readonly earlier: readonly EarlierTurn[];
  readonly evidence: readonly RetrievedChunk[];
  readonly turns: readonly AgentTurn[];
  readonly tools: readonly ToolDescriptor[];
  /** The answer is one JSON object of this schema, as far as the model's server can hold it to that. */
  readonly answer_schema?: JsonObject;
}

/** A call the model asks for. Arguments that are no JSON object come back as `malformed`, with the raw text. */
export type RequestedCall =
  | { readonly tool_name: string; readonly arguments: JsonObject }
  | { readonly tool_name: string; readonly malformed: string };

export type FinishReason = "stop" | "tool_calls" | "length" | "refusal" | "content_filter";

/** A stream of these is a model's answer; `end` is its last element. */
export type ChatDelta =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "call"; readonly call: RequestedCall }
  /** The adapter had to change the request to make it fit: what was left out of it, and why. */
  | { readonly type: "trimmed"; readonly scope: "context_window" | "tools"; readonly notes: string }
  | ({ readonly type: "end"; readonly finish_reason: FinishReason } & ModelUsage);

/** What a model call took. */
export interface ModelUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** Of the input: what the server had in its cache. */
  readonly cached_tokens?: number;
  /** Of the output: what the model thought and did not say. */
  readonly reasoning_tokens?: number;
  readonly cost_usd: number;
}

/** Which model serves a capability. A remote model is worth a commit before and after it is called. */
export interface ModelInfo {
  readonly model: string;
  readonly provider: string;
  readonly remote: boolean;
}
