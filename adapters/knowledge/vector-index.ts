/** A vector's place among all, and how near it is. */
export interface Neighbour {
  readonly position: number;
  /** Cosine, −1 to 1. */
  readonly similarity: number;
  /** About as near as the nearest of as many unrelated vectors: what it stands for may be about the same. */
  readonly isNear: boolean;
  /** Nearer than that, and well: what it stands for is about the same. */
  readonly standsOut: boolean;
}

/**
 * In standard deviations from the similarity that chance explains: what is near, and what stands out. Measured
 * (`npm run retrieval:measure`): neighbours that are less near cost more than they bring when the model is
 * weak, and questions of another field find nothing.
 */
const NEAR = -0.75;
const OUTSTANDING = 1.5;

/** Vectors of one length, searched exactly: 10,000 of 1,536 numbers take some 20 ms. */
export class VectorIndex {
  readonly dimensions: number;
  readonly #size: number;
  readonly #components: Float32Array;

  /** Throws RangeError when the vectors are of different lengths. */
  constructor(vectors: readonly Float32Array[]) {
    this.#size = vectors.length;
    this.dimensions = vectors[0]?.length ?? 0;
    this.#components = new Float32Array(this.#size * this.dimensions);
    for (const [position, vector] of vectors.entries()) {
      this.#components.set(unit(vector, this.dimensions), position * this.dimensions);
    }
  }

  /**
   * The nearest vectors, nearest first. What is near, and what stands out, is told by the similarity to all:
   * the largest of n normal draws is about √(2 ln n) standard deviations above the mean, and what is well
   * beyond that is no chance. This needs no threshold for each embedding model.
   */
  nearest(vector: Float32Array, limit: number): Neighbour[] {
    if (this.#size === 0) return [];
    const similarities = this.#similarities(unit(vector, this.dimensions));
    const mean = similarities.reduce((sum, value) => sum + value, 0) / this.#size;
    const variance = similarities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / this.#size;
    const chance = Math.sqrt(2 * Math.log(this.#size));
    const similarityAt = (deviations: number) => mean + (chance + deviations) * Math.sqrt(variance);
    const [near, outstanding] = [similarityAt(NEAR), similarityAt(OUTSTANDING)];
    return [...similarities.entries()]
      .sort((a, b) => b[1] - a[1])
      .slice(0, limit)
      .map(([position, similarity]) => ({
        position,
        similarity,
        isNear: similarity > near,
        standsOut: similarity > outstanding,
      }));
  }

  /** The one loop that all vectors go through: written so that the engine compiles it to bare arithmetic. */
  #similarities(query: Float32Array): Float32Array {
    const similarities = new Float32Array(this.#size);
    const components = this.#components;
    const dimensions = this.dimensions;
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

function unit(vector: Float32Array, dimensions: number): Float32Array {
  if (vector.length !== dimensions) {
    throw new RangeError(`a vector of ${vector.length} numbers stands among vectors of ${dimensions}`);
  }
  let squares = 0;
  for (const component of vector) squares += component * component;
  const length = Math.sqrt(squares) || 1;
  const scaled = new Float32Array(dimensions);
  for (let n = 0; n < dimensions; n += 1) scaled[n] = (vector[n] as number) / length;
  return scaled;
}
