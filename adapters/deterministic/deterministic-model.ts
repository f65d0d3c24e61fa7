import { setImmediate, setTimeout } from "node:timers/promises";
import type { ChatDelta, ChatRequest, ModelInfo } from "../../domain/model/chat.ts";
import { estimateTokens } from "../../domain/model/tokens.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";
import { replyTo } from "./reply.ts";
import { inputTokens } from "./token-estimate.ts";

const INFO: ModelInfo = { model: "deterministic", provider: "deterministic", remote: false };
/** The event loop gets a turn after this many words, so that an abort is seen and others are served. */
const WORDS_PER_TURN = 16;

export interface DeterministicOptions {
  /** Pause before each word, in milliseconds: makes streaming visible in demonstrations and tests. Default 0. */
  readonly delay_ms_per_word?: number;
}

/**
 * Stands in for a language model where none is configured: answers from the evidence by extracting the
 * sentences that answer, each with its `[chunk_id]`, and calls the offered tools for wishes it recognises
 * (`intents/`). Streams word by word; costs nothing; the same request has the same stream, always.
 */
export class DeterministicChatModel implements ChatModel {
  readonly #delayMs: number;

  constructor({ delay_ms_per_word = 0 }: DeterministicOptions = {}) {
    this.#delayMs = delay_ms_per_word;
  }

  describe(): ModelInfo {
    return INFO;
  }

  worstCaseUsd(): number {
    return 0;
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, void, void> {
    signal.throwIfAborted();
    const reply = replyTo(request);
    const usage = { input_tokens: inputTokens(request), cost_usd: 0 };
    switch (reply.type) {
      case "calls":
        for (const call of reply.calls) yield { type: "call", call };
        yield {
          type: "end",
          finish_reason: "tool_calls",
          ...usage,
          output_tokens: estimateTokens(JSON.stringify(reply.calls)),
        };
        return;
      case "text":
        yield* this.#words(reply.text, signal);
        yield { type: "end", finish_reason: "stop", ...usage, output_tokens: estimateTokens(reply.text) };
        return;
      default:
        reply satisfies never;
    }
  }

  async *#words(text: string, signal: AbortSignal): AsyncGenerator<ChatDelta, void, void> {
    for (const [index, word] of (text.match(/\s*\S+\s*/g) ?? []).entries()) {
      if (this.#delayMs > 0) await pause(this.#delayMs, signal);
      else if (index % WORDS_PER_TURN === WORDS_PER_TURN - 1) await setImmediate();
      signal.throwIfAborted();
      yield { type: "text", text: word };
    }
  }
}

/** Waits, unless `signal` aborts: then it throws the signal's reason. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
