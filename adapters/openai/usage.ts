import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import type { ModelUsage } from "../../domain/model/chat.ts";

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of input that the server had in its cache; `input` when not told. */
  readonly cached?: number;
}

const FREE: Price = { input: 0, output: 0 };

/** What a call took; estimated at four characters a token where the server does not say. */
export class Usage {
  #input: number;
  #output: number | null = null;
  #cached = 0;
  #reasoning = 0;
  #characters = 0;

  constructor(sent: unknown) {
    this.#input = Math.ceil(JSON.stringify(sent).length / 4);
  }

  note({ usage, choices }: ChatCompletionChunk): void {
    this.#characters += charactersIn(choices?.[0] ?? {});
    if (!usage) return;
    const prompt = count(usage.prompt_tokens);
    const completion = count(usage.completion_tokens);
    const reasoning = count(usage.completion_tokens_details?.reasoning_tokens) ?? 0;
    // By the standard reasoning is a part of the output; some servers count it beside it, as their total shows.
    const beside = prompt !== null && usage.total_tokens === prompt + (completion ?? 0) + reasoning;
    this.#input = prompt ?? this.#input;
    this.#output = completion === null ? this.#output : completion + (beside ? reasoning : 0);
    this.#reasoning = Math.min(reasoning, this.#output ?? 0);
    this.#cached = Math.min(count(usage.prompt_tokens_details?.cached_tokens) ?? 0, this.#input);
  }

  totals(price: Price = FREE): ModelUsage {
    const input_tokens = this.#input;
    const output_tokens = this.#output ?? Math.ceil(this.#characters / 4);
    const saved = this.#cached * (price.input - (price.cached ?? price.input));
    return {
      input_tokens,
      output_tokens,
      ...(this.#cached > 0 && { cached_tokens: this.#cached }),
      ...(this.#reasoning > 0 && { reasoning_tokens: this.#reasoning }),
      cost_usd: costUsd(price, input_tokens, output_tokens) - saved / 1_000_000,
    };
  }
}

/**
 * What a call may cost at most, in US dollars: Infinity without a limit on its output. A token is at least one
 * byte, and text such as hashes or base64 comes close to that; what a model's template adds is less than what
 * JSON does.
 */
export function worstCaseUsd(sent: unknown, max_output_tokens: number | null, price: Price = FREE): number {
  const input_tokens = Buffer.byteLength(JSON.stringify(sent));
  if (max_output_tokens !== null) return costUsd(price, input_tokens, max_output_tokens);
  return price.output === 0 ? costUsd(price, input_tokens, 0) : Number.POSITIVE_INFINITY;
}

function costUsd(price: Price, input_tokens: number, output_tokens: number): number {
  return (input_tokens * price.input + output_tokens * price.output) / 1_000_000;
}

/** A number of tokens; null for what is none, and for zero, which servers say that did not count. */
function count(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.ceil(value) : null;
}

/** Also of what is no part of the answer: reasoning is paid for. */
function charactersIn(choice: { readonly delta?: unknown; readonly message?: unknown }): number {
  const { role: _, ...pieces } = (choice.delta ?? choice.message ?? {}) as Readonly<Record<string, unknown>>;
  return Object.values(pieces).reduce<number>((sum, piece) => sum + length(piece), 0);
}

function length(piece: unknown): number {
  if (typeof piece === "string") return piece.length;
  return piece === null || piece === undefined ? 0 : JSON.stringify(piece).length;
}
