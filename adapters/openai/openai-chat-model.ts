import { OpenAI } from "openai";
import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import { TransientError } from "../../domain/errors.ts";
import type { Capability, ChatDelta, ChatRequest, FinishReason, ModelInfo } from "../../domain/model/chat.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";
import { CallAssembler } from "./call-assembler.ts";
import { renderMessages, renderTools } from "./render-request.ts";
import { ToolNames } from "./tool-names.ts";
import { ContextOverflow, translateError } from "./translate-error.ts";
import { trim } from "./trim-request.ts";

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

export interface OpenAiChatModelOptions {
  readonly api_key: string;
  /** A compatible server's address; OpenAI itself when null. */
  readonly base_url: string | null;
  readonly models: Readonly<Record<Capability, string>>;
  /** By model; one that is missing costs nothing. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Longest wait for the first piece of an answer. */
  readonly first_token_ms?: number;
  /** Longest silence between two pieces. */
  readonly between_tokens_ms?: number;
}

const FIRST_TOKEN_MS = 60_000;
const BETWEEN_TOKENS_MS = 30_000;
/** How often a request that does not fit is made smaller and sent again. */
const MAX_TRIMS = 4;

/** ChatModel on OpenAI's Chat Completions API, or any server that speaks it. */
export class OpenAiChatModel implements ChatModel {
  readonly #client: OpenAI;
  readonly #options: OpenAiChatModelOptions;

  constructor(options: OpenAiChatModelOptions) {
    this.#options = options;
    // Retries are the run's: durable, with their own backoff, and seen in its events.
    this.#client = new OpenAI({ apiKey: options.api_key, baseURL: options.base_url, maxRetries: 0 });
  }

  describe(capability: Capability): ModelInfo {
    const provider = this.#options.base_url === null ? "openai" : "openai_compatible";
    return { model: this.#options.models[capability], provider, remote: true };
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, void> {
    let fitted = request;
    for (let trims = 0; ; trims += 1) {
      try {
        yield* this.#attempt(fitted, signal);
        return;
      } catch (error) {
        signal.throwIfAborted();
        const smaller = error instanceof ContextOverflow && trims < MAX_TRIMS ? trim(fitted) : null;
        if (smaller === null) throw translateError(error);
        fitted = smaller.request;
        yield { type: "trimmed", notes: smaller.notes };
      }
    }
  }

  async *#attempt(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, void> {
    const names = new ToolNames(request.tools);
    const { model } = this.describe(request.capability);
    const stop = new AbortController();
    const abort = () => stop.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      signal.throwIfAborted();
      yield* this.#read(model, request, names, stop);
    } catch (error) {
      signal.throwIfAborted();
      throw stop.signal.aborted ? stop.signal.reason : translateError(error);
    } finally {
      signal.removeEventListener("abort", abort);
      stop.abort();
    }
  }

  async *#read(
    model: string,
    request: ChatRequest,
    names: ToolNames,
    stop: AbortController,
  ): AsyncGenerator<ChatDelta, void> {
    const { first_token_ms = FIRST_TOKEN_MS, between_tokens_ms = BETWEEN_TOKENS_MS } = this.#options;
    const watchdog = new Watchdog(stop, model);
    watchdog.expect(first_token_ms);
    try {
      const tools = renderTools(request, names);
      const messages = renderMessages(request, names);
      const chunks = await this.#client.chat.completions.create(
        {
          model,
          messages,
          stream: true,
          stream_options: { include_usage: true },
          ...(tools.length > 0 && { tools }),
        },
        { signal: stop.signal, timeout: first_token_ms + between_tokens_ms },
      );
      const calls = new CallAssembler();
      const seen = new Usage(messages);
      let finish: FinishReason | null = null;
      for await (const chunk of chunks) {
        watchdog.expect(between_tokens_ms);
        seen.note(chunk);
        const [choice] = chunk.choices ?? [];
        if (choice === undefined) continue;
        const { content, refusal, tool_calls } = choice.delta ?? {};
        if (content) yield { type: "text", text: content };
        if (refusal) yield { type: "text", text: refusal };
        if (refusal) finish = "refusal";
        for (const fragment of tool_calls ?? []) calls.add(fragment);
        if (choice.finish_reason && finish !== "refusal") finish = finishReason(choice.finish_reason);
      }
      if (finish === null)
        throw new TransientError("broken_stream", `${model} stopped in the middle of its answer`);
      for (const call of calls.finish(names)) yield { type: "call", call };
      yield { type: "end", finish_reason: finish, ...seen.totals(this.#options.prices[model]) };
    } finally {
      watchdog.stop();
    }
  }
}

/** Ends a request whose next piece does not come in time. */
class Watchdog {
  readonly #stop: AbortController;
  readonly #model: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(stop: AbortController, model: string) {
    this.#stop = stop;
    this.#model = model;
  }

  expect(within_ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const silence = `${this.#model} was silent for ${within_ms / 1000} s`;
      this.#stop.abort(new TransientError("model_timeout", silence));
    }, within_ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** What a call took; estimated at four characters a token where the server does not say. */
class Usage {
  #input: number;
  #output_characters = 0;
  #output: number | null = null;

  constructor(messages: readonly unknown[]) {
    this.#input = Math.ceil(JSON.stringify(messages).length / 4);
  }

  note({ usage, choices }: ChatCompletionChunk): void {
    const { content, tool_calls } = choices?.[0]?.delta ?? {};
    this.#output_characters += (content?.length ?? 0) + (tool_calls ? JSON.stringify(tool_calls).length : 0);
    if (!usage) return;
    this.#input = usage.prompt_tokens;
    this.#output = usage.completion_tokens;
  }

  totals(price: Price = { input: 0, output: 0 }) {
    const input_tokens = this.#input;
    const output_tokens = this.#output ?? Math.ceil(this.#output_characters / 4);
    const cost_usd = (input_tokens * price.input + output_tokens * price.output) / 1_000_000;
    return { input_tokens, output_tokens, cost_usd };
  }
}

function finishReason(reason: string): FinishReason {
  switch (reason) {
    case "tool_calls":
    case "function_call":
      return "tool_calls";
    case "length":
    case "content_filter":
      return reason;
    default:
      return "stop";
  }
}
