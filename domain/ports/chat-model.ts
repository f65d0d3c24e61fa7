import type { Capability, ChatDelta, ChatRequest, ModelInfo } from "../model/chat.ts";

/**
 * A language model, or what stands in for one.
 *
 * `stream` yields text and calls as they come and ends with one `end`. Calls are whole: adapters assemble
 * fragments. It throws `TransientError` (rate limit, server error, broken stream, time-out) or
 * `TerminalError` (the request can never succeed), and stops within 100 ms when `signal` aborts, throwing
 * the signal's reason. The deterministic adapter answers the same request with the same stream, always.
 *
 * `worstCaseUsd` is what answering the request may cost at most, in US dollars; it calls nobody.
 */
export interface ChatModel {
  describe(capability: Capability): ModelInfo;
  worstCaseUsd(request: ChatRequest): number;
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatDelta>;
}
