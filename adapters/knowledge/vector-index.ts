/** A vector's place among all, and how near it is. */
export interface Neighbour {
  readonly position: number;
  /** Cosine, −1 to 1. */
  readonly similarity: number;
  /** True when it is nearer than the nearest of as many unrelated vectors would be. */
  readonly standsOut: boolean;
}

/** How many standard deviations beyond what chance explains. */
const MARGIN = 1;

/** Vectors of one length, searched exactly: 10,000 of 1,536 numbers take some 20 ms. */
export class VectorIndex {
  readonly #size: number;
  readonly #dimensions: number;
  readonly #components: Float32Array;

  constructor(vectors: readonly (readonly number[])[]) {
    this.#size = vectors.length;
    this.#dimensions = vectors[0]?.length ?? 0;
    this.#components = new Float32Array(this.#size * this.#dimensions);
    for (const [position, vector] of vectors.entries()) {
      this.#components.set(unit(vector, this.#dimensions), position * this.#dimensions);
    }
  }

  /**
   * The nearest vectors, nearest first. Which of them stand out is told by the vector's similarity to all:
   * the largest of n normal draws is about √(2 ln n) standard deviations above the mean, and what is well
   * beyond that is no chance. This needs no threshold for each embedding model.
   */
  nearest(vector: readonly number[], limit: number): Neighbour[] {
    if (this.#size === 0) return [];
    const similarities = this.#similarities(unit(vector, this.#dimensions));
    const mean = similarities.reduce((sum, value) => sum + value, 0) / this.#size;
    const variance = similarities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / this.#size;
    const chance = mean + (Math.sqrt(2 * Math.log(this.#size)) + MARGIN) * Math.sqrt(variance);
    return [...similarities.entries()]
      .sort((a, b) => b[1] - a[1])
      .slice(0, limit)
      .map(([position, similarity]) => ({ position, similarity, standsOut: similarity > chance }));
  }

  /** The one loop that all vectors go through: written so that the engine compiles it to bare arithmetic. */
  #similarities(query: Float32Array): Float32Array {
    const similarities = new Float32Array(this.#size);
    const components = this.#components;
    const dimensions = this.#dimensions;
    for (let position = 0; position < similarities.length; position += 1) {
      const start = position * dimensions;
      let sum = 0;
      for (let n = 0; n < dimensions; n += 1) {
        sum += (query[n] as number) * (components[start + n] as number);
      }
      similarities[position] = sum;
    }
    return similarities;
  }
}

function unit(vector: readonly number[], dimensions: number): Float32Array {
  if (vector.length !== dimensions) {
    throw new RangeError(`a vector of ${vector.length} numbers stands among vectors of ${dimensions}`);
  }
  const length = Math.sqrt(vector.reduce((sum, component) => sum + component ** 2, 0)) || 1;
  return Float32Array.from(vector, (component) => component / length);
}
