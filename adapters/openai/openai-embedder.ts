import { Buffer } from "node:buffer";
import { setTimeout } from "node:timers/promises";
import { OpenAI } from "openai";
import { TransientError } from "../../domain/errors.ts";
import type { Embedder, EmbeddingPurpose } from "../../domain/ports/embedder.ts";
import type { Log } from "../../domain/ports/log.ts";
import { EncodingRefused, TooMuch, translateEmbeddingError } from "./embedding-errors.ts";
import { readEmbeddings } from "./read-embeddings.ts";

export interface OpenAiEmbedderOptions {
  readonly api_key: string;
  /** A compatible server's address; OpenAI itself when null. */
  readonly base_url: string | null;
  readonly model: string;
  /** Longest wait for the answer to one request. */
  readonly timeout_ms: number;
}

/** A request takes up to 300,000 tokens at OpenAI; two bytes a token is on the safe side. */
const REQUEST_BYTES = 200_000;
/** OpenAI takes 8,192 tokens of one text, about so many characters of prose. Who takes less says so. */
const LONGEST_TEXT = 24_000;
/** A text this short that is refused as too long is refused for something else. */
const SHORTEST_CUT = 200;
/** How often one request is made, and how long is waited in between, at most. */
const PATIENCE = {
  document: { tries: 5, wait_ms: 60_000 },
  query: { tries: 2, wait_ms: 500 },
} as const satisfies Record<EmbeddingPurpose, object>;
const FIRST_WAIT_MS = 300;

/**
 * Embedder on OpenAI's Embeddings API, or any server that speaks it. What such a server refuses as too much is
 * sent in smaller batches, and of a text that is still too long, the beginning.
 */
export class OpenAiEmbedder implements Embedder {
  readonly model: string;
  readonly #client: OpenAI;
  readonly #options: OpenAiEmbedderOptions;
  readonly #log: Log;
  /** Half the bytes of numbers in JSON; servers that do not know it are asked for numbers. */
  #encoding: "base64" | "float" = "base64";
  #largest_batch = Number.POSITIVE_INFINITY;
  #cuts = 0;

  constructor(options: OpenAiEmbedderOptions, log: Log) {
    const { api_key, base_url, model } = options;
    this.#options = options;
    this.#log = log;
    this.model = base_url === null ? model : `${model} at ${withoutCredentials(base_url)}`;
    this.#client = new OpenAI({ apiKey: api_key, baseURL: base_url, maxRetries: 0, logLevel: "off" });
  }

  async embed(
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let done = 0; done < texts.length; done = vectors.length) {
      const batch = this.#fitting(texts, done);
      vectors.push(...(await this.#embedBatch(batch, purpose, signal)));
    }
    return vectors;
  }

  /** As many of the texts from `start` on as go into one request; one at least. */
  #fitting(texts: readonly string[], start: number): readonly string[] {
    let bytes = 0;
    let end = start;
    while (end < texts.length && end - start < this.#largest_batch) {
      bytes += Buffer.byteLength(texts[end] ?? "");
      if (bytes > REQUEST_BYTES && end > start) break;
      end += 1;
    }
    return texts.slice(start, end);
  }

  async #embedBatch(
    batch: readonly string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const input = batch.map((text) => text.slice(0, LONGEST_TEXT).toWellFormed());
    try {
      return await this.#requestPatiently(input, purpose, signal);
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      const [only = ""] = input;
      if (batch.length > 1) return await this.#embedHalves(batch, purpose, signal);
      if (only.length <= SHORTEST_CUT) throw error;
      return await this.#embedBatch([this.#cut(only)], purpose, signal);
    }
  }

  /** Characters do not tell tokens, so no limit is learned from one text for the others. */
  #cut(text: string): string {
    const characters = Math.floor(text.length / 2);
    const fact = "a text is longer than the embedding model takes, its beginning is embedded";
    const report = this.#cuts === 0 ? "warn" : "debug";
    this.#log[report](fact, { model: this.model, characters, of: text.length });
    this.#cuts += 1;
    return text.slice(0, characters);
  }

  /** It was too many texts, or one of them was too long: which of the two, the halves tell. */
  async #embedHalves(
    batch: readonly string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const half = Math.ceil(batch.length / 2);
    const cuts = this.#cuts;
    const vectors = [
      ...(await this.#embedBatch(batch.slice(0, half), purpose, signal)),
      ...(await this.#embedBatch(batch.slice(half), purpose, signal)),
    ];
    if (this.#cuts === cuts) this.#largest_batch = Math.min(this.#largest_batch, half);
    return vectors;
  }

  async #requestPatiently(
    input: string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const { tries, wait_ms } = PATIENCE[purpose];
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#request(input, signal);
      } catch (error) {
        if (!(error instanceof TransientError) || attempt === tries) throw error;
        const told = error.retry_after_seconds;
        const pause = told === undefined ? backoff(attempt) : told * 1000;
        if (pause > wait_ms) throw error;
        await setTimeout(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  async #request(input: string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    const { model, timeout_ms } = this.#options;
    const encoding_format = this.#encoding;
    signal.throwIfAborted();
    const limit = AbortSignal.timeout(timeout_ms);
    try {
      // The client's own timeout ends with the headers, and must not come before ours.
      const options = { signal: AbortSignal.any([signal, limit]), timeout: 2 * timeout_ms };
      const answer = await this.#client.embeddings.create({ model, input, encoding_format }, options);
      return readEmbeddings(answer, input.length, model);
    } catch (thrown) {
      signal.throwIfAborted();
      if (limit.aborted) {
        throw new TransientError("model_timeout", `${model} was silent for ${timeout_ms / 1000} s`);
      }
      const error = translateEmbeddingError(thrown, this.#options);
      if (!(error instanceof EncodingRefused) || encoding_format === "float") throw error;
      this.#encoding = "float";
      return this.#request(input, signal);
    }
  }
}

function backoff(attempt: number): number {
  return FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 4);
}

/** The name stands in logs and cache keys. */
function withoutCredentials(base_url: string): string {
  const { host, pathname } = new URL(base_url);
  return `${host}${pathname.replace(/\/+$/, "")}`;
}
