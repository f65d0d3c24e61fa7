import { Buffer } from "node:buffer";
import { TerminalError } from "../../domain/errors.ts";

/**
 * The vectors in an answer, in the order of the texts, whatever a compatible server leaves out or adds: numbers
 * or base64, with their index or without. Throws TerminalError when they are not `count` vectors of one length.
 */
export function readEmbeddings(answer: unknown, count: number, model: string): readonly Float32Array[] {
  const data = field(answer, "data");
  if (!Array.isArray(data)) throw malformed(model, "the answer has no list of embeddings");
  if (data.length !== count) throw malformed(model, `${count} texts got ${data.length} embeddings`);
  const vectors = ordered(data).map((entry) => readVector(field(entry, "embedding"), model));
  const lengths = new Set(vectors.map(({ length }) => length));
  if (lengths.size > 1) throw malformed(model, `embeddings are of different lengths: ${[...lengths]}`);
  return vectors;
}

/** By index when the indexes number all of them; else as they come, which is their order. */
function ordered(data: readonly unknown[]): readonly unknown[] {
  const byIndex = new Map(data.map((entry) => [field(entry, "index"), entry]));
  const numbered = data.every((_, n) => byIndex.has(n));
  return numbered ? data.map((_, n) => byIndex.get(n)) : data;
}

function readVector(embedding: unknown, model: string): Float32Array {
  const vector = typeof embedding === "string" ? decode(embedding) : numbers(embedding);
  if (vector === null || vector.length === 0 || !vector.every(Number.isFinite)) {
    throw malformed(model, "an embedding is not a list of numbers");
  }
  return vector;
}

/** Little-endian 32-bit floats. */
function decode(base64: string): Float32Array | null {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length % 4 !== 0) return null;
  return Float32Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readFloatLE(4 * n));
}

function numbers(value: unknown): Float32Array | null {
  if (!Array.isArray(value) || !value.every((each) => typeof each === "number")) return null;
  return Float32Array.from(value);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function malformed(model: string, problem: string): TerminalError {
  return new TerminalError(
    "embedding_mismatch",
    `${model} answered something else than embeddings: ${problem}`,
  );
}
