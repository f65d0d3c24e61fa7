import { APIError, OpenAI } from "openai";
import type { ChatCompletionCreateParamsStreaming } from "openai/resources/chat/completions";
import type { ResponseFormatJSONSchema } from "openai/resources/shared";
import type { JsonObject } from "../../domain/json.ts";
import type { Capability, ChatDelta, ChatRequest, ModelInfo } from "../../domain/model/chat.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";
import { Answer } from "./answer.ts";
import { type Optional, refusedPart, without } from "./concessions.ts";
import { DONE, readChunks } from "./read-chunks.ts";
import { redact, redactCause } from "./redact.ts";
import { renderMessages, renderTools } from "./render-request.ts";
import { ToolNames } from "./tool-names.ts";
import { ContextOverflow, FilteredRequest, NoTools, translateError } from "./translate-error.ts";
import { limitTools, type TrimmedRequest, trim, withoutTools } from "./trim-request.ts";
import { type Price, worstCaseUsd } from "./usage.ts";
import { Watchdog } from "./watchdog.ts";

export interface OpenAiChatModelOptions {
  readonly api_key: string;
  /** A compatible server's address; OpenAI itself when null. */
  readonly base_url: string | null;
  readonly models: Readonly<Record<Capability, string>>;
  /** By model; one that is missing costs nothing. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Tokens that one answer may have; null leaves it to the server. */
  readonly max_output_tokens: number | null;
  /** Longest wait for the first piece of an answer. */
  readonly first_token_ms: number;
  /** Longest silence between two pieces. */
  readonly between_tokens_ms: number;
}

/** How long a complete answer is waited on for its usage: some servers neither send it nor hang up. */
const AFTER_FINISH_MS = 2_000;
/** How long a server is waited on to end its answer after it said that this is all. */
const AFTER_DONE_MS = 50;
/** A request that the provider's filter stops is not charged for. */
const NOTHING_USED = { input_tokens: 0, output_tokens: 0, cost_usd: 0 };

/** ChatModel on OpenAI's Chat Completions API, or any server that speaks it. */
export class OpenAiChatModel implements ChatModel {
  readonly #client: OpenAI;
  readonly #options: OpenAiChatModelOptions;
  /** By model: what its server was found not to take, so that it refuses each part once. */
  readonly #refused = new Map<string, readonly Optional[]>();

  constructor(options: OpenAiChatModelOptions) {
    this.#options = options;
    this.#client = new OpenAI({
      apiKey: options.api_key,
      baseURL: options.base_url,
      // Retries are the run's: durable, with their own backoff, and seen in its events.
      maxRetries: 0,
      // What goes wrong is thrown; the client's own log would also repeat requests.
      logLevel: "off",
    });
  }

  describe(capability: Capability): ModelInfo {
    const provider = this.#options.base_url === null ? "openai" : "openai_compatible";
    return { model: this.#options.models[capability], provider, remote: true };
  }

  worstCaseUsd(request: ChatRequest): number {
    const { model, messages, tools } = this.#render(request, new ToolNames(request.tools));
    const { prices, max_output_tokens } = this.#options;
    return worstCaseUsd([messages, tools], max_output_tokens, prices[model]);
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, void> {
    let begun = false;
    const limited = limitTools(request);
    if (limited !== null) yield trimmed(limited);
    for (let fitted = limited?.request ?? request; ; ) {
      try {
        for await (const delta of this.#attempt(fitted, signal)) {
          begun = true;
          yield delta;
        }
        return;
      } catch (error) {
        // What was streamed cannot be taken back here, so an answer that has begun is not begun again.
        const smaller = begun ? null : fitting(fitted, error);
        if (smaller === null) throw error;
        fitted = smaller.request;
        yield trimmed(smaller);
      }
    }
  }

  async *#attempt(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, void> {
    const { api_key, prices } = this.#options;
    const { model } = this.describe(request.capability);
    using watchdog = new Watchdog(model);
    const names = new ToolNames(request.tools);
    const body = this.#render(request, names);
    const answer = new Answer([body.messages, body.tools], names);
    try {
      signal.throwIfAborted();
      yield* this.#read(body, answer, watchdog, AbortSignal.any([signal, watchdog.signal]));
      signal.throwIfAborted();
      if (!answer.complete) watchdog.signal.throwIfAborted();
      yield* answer.end(model, prices[model]);
    } catch (error) {
      signal.throwIfAborted();
      const failure = watchdog.signal.aborted ? watchdog.signal.reason : translateError(error, api_key);
      if (!(failure instanceof FilteredRequest)) throw failure;
      yield { type: "end", finish_reason: "content_filter", ...NOTHING_USED };
    }
  }

  async *#read(
    body: ChatCompletionCreateParamsStreaming,
    answer: Answer,
    watchdog: Watchdog,
    signal: AbortSignal,
  ): AsyncGenerator<ChatDelta, void> {
    const { first_token_ms, between_tokens_ms } = this.#options;
    watchdog.expect(first_token_ms);
    try {
      for await (const chunk of readChunks(await this.#post(body, signal))) {
        if (chunk === DONE) {
          answer.close();
          watchdog.expect(AFTER_DONE_MS);
          continue;
        }
        const text = answer.add(chunk);
        if (answer.begun) watchdog.expect(between_tokens_ms);
        if (answer.complete) watchdog.expect(Math.min(AFTER_FINISH_MS, between_tokens_ms));
        if (text !== "") yield { type: "text", text };
      }
    } catch (error) {
      // Whatever breaks behind a complete answer takes nothing from it.
      if (!answer.complete) throw error;
    }
  }

  /** Sends the request, without what this model's server has refused before; what it refuses now is learned. */
  async #post(body: ChatCompletionCreateParamsStreaming, signal: AbortSignal): Promise<Response> {
    const { api_key, first_token_ms, between_tokens_ms } = this.#options;
    const refused = this.#refused.get(body.model) ?? [];
    const sent = refused.reduce((rest, part) => without(part, rest), body);
    try {
      // The client's own timeout must not come before the watchdog.
      const timeout = first_token_ms + between_tokens_ms;
      return await this.#client.chat.completions.create(sent, { signal, timeout }).asResponse();
    } catch (error) {
      if (!(error instanceof APIError)) throw error;
      const part = refusedPart(error.status, error.message, sent);
      if (part === null) throw error;
      // Tools are no matter of form: going without them is said each time.
      if (part === "tools") throw new NoTools(redact(error.message, api_key), redactCause(error, api_key));
      this.#refused.set(body.model, [...refused, part]);
      return this.#post(body, signal);
    }
  }

  #render(request: ChatRequest, names: ToolNames): ChatCompletionCreateParamsStreaming {
    const { base_url, max_output_tokens: limit } = this.#options;
    const { answer_schema } = request;
    const tools = renderTools(request, names);
    return {
      model: this.describe(request.capability).model,
      messages: renderMessages(request, names),
      stream: true,
      stream_options: { include_usage: true },
      ...(tools.length > 0 && { tools }),
      ...(answer_schema && { response_format: formatOf(answer_schema) }),
      // OpenAI renamed the field, and refuses the old name for newer models; others know the old one.
      ...(limit !== null && (base_url === null ? { max_completion_tokens: limit } : { max_tokens: limit })),
    };
  }
}

function formatOf(schema: JsonObject): ResponseFormatJSONSchema {
  return { type: "json_schema", json_schema: { name: "answer", strict: true, schema: { ...schema } } };
}

function trimmed({ scope, notes }: TrimmedRequest): ChatDelta {
  return { type: "trimmed", scope, notes };
}

/** A request that the model may take, after one that it did not; null when there is none. */
function fitting(request: ChatRequest, error: unknown): TrimmedRequest | null {
  if (error instanceof ContextOverflow) return trim(request);
  return error instanceof NoTools && request.tools.length > 0 ? withoutTools(request, error.message) : null;
}
