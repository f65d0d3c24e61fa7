import type { ChatCompletionChunk } from "openai/resources/chat/completions";

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

const FREE: Price = { input: 0, output: 0 };

/** What a call took; estimated at four characters a token where the server does not say. */
export class Usage {
  #input: number;
  #output: number | null = null;
  #characters = 0;

  constructor(sent: unknown) {
    this.#input = Math.ceil(JSON.stringify(sent).length / 4);
  }

  note({ usage, choices }: ChatCompletionChunk): void {
    this.#characters += charactersIn(choices?.[0]?.delta ?? {});
    if (typeof usage?.prompt_tokens === "number") this.#input = usage.prompt_tokens;
    if (typeof usage?.completion_tokens === "number") this.#output = usage.completion_tokens;
  }

  totals(price: Price = FREE) {
    const input_tokens = this.#input;
    const output_tokens = this.#output ?? Math.ceil(this.#characters / 4);
    return { input_tokens, output_tokens, cost_usd: costUsd(price, input_tokens, output_tokens) };
  }
}

/**
 * What a call may cost at most, in US dollars: Infinity without a limit on its output. Tokenizers make
 * about one token of four bytes of English and fewer of other text, so two bytes a token is on the safe side.
 */
export function worstCaseUsd(sent: unknown, max_output_tokens: number | null, price: Price = FREE): number {
  const input_tokens = Math.ceil(Buffer.byteLength(JSON.stringify(sent)) / 2);
  if (max_output_tokens !== null) return costUsd(price, input_tokens, max_output_tokens);
  return price.output === 0 ? costUsd(price, input_tokens, 0) : Number.POSITIVE_INFINITY;
}

function costUsd(price: Price, input_tokens: number, output_tokens: number): number {
  return (input_tokens * price.input + output_tokens * price.output) / 1_000_000;
}

/** Also of what is no part of the answer: reasoning is paid for. */
function charactersIn(delta: object): number {
  const { role: _, ...pieces } = delta as Readonly<Record<string, unknown>>;
  return Object.values(pieces).reduce<number>((sum, piece) => sum + length(piece), 0);
}

function length(piece: unknown): number {
  if (typeof piece === "string") return piece.length;
  return piece === null || piece === undefined ? 0 : JSON.stringify(piece).length;
}
