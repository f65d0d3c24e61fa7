import { Buffer } from "node:buffer";
import { hash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { EMBEDDINGS_KEPT_SECONDS, type EmbeddingCache } from "../../domain/ports/embedding-cache.ts";

/** A file's time is renewed when it is older than this, and not with every boot. */
const RENEWED_AFTER_MS = 24 * 60 * 60 * 1000;
const DIGEST_BYTES = 32;
const NOTHING = new Uint8Array();

/**
 * EmbeddingCache in a folder: one file a vector, the SHA-256 of its bytes before the bytes. A file is written
 * under another name and renamed, so that processes may share the folder; one that a crash tore does not match
 * its digest and counts as lost. A file's time of modification is when its vector was last of use.
 */
export class FileEmbeddingCache implements EmbeddingCache {
  readonly #directory: string;
  #pruning: Promise<void> | null = null;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async load(keys: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const found = await Promise.all(
      keys.map(async (key) => [key, await this.#read(this.#file(key))] as const),
    );
    return new Map(found.filter((entry): entry is [string, Float32Array] => entry[1] !== null));
  }

  async save(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    if (vectors.size === 0) return;
    await Promise.all([...vectors].map(([key, vector]) => this.#write(this.#file(key), vector)));
    this.#pruning ??= this.#prune();
    await this.#pruning;
  }

  /** In one of a few hundred folders, since some file systems are slow with many files in one. */
  #file(key: string): string {
    return path.join(this.#directory, hash("sha256", key).slice(0, 2), key);
  }

  async #read(file: string): Promise<Float32Array | null> {
    try {
      await using handle = await open(file);
      const bytes = await handle.readFile();
      const { mtimeMs } = await handle.stat();
      const now = new Date();
      if (now.getTime() - mtimeMs > RENEWED_AFTER_MS) await utimes(file, now, now);
      return decode(bytes);
    } catch {
      // Missing or not readable, it is lost; what is wrong with the folder, saving will tell.
      return null;
    }
  }

  async #write(file: string, vector: Float32Array): Promise<void> {
    // What a text was embedded to tells much of the text, so it is nobody else's to read.
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const unfinished = `${file}.${randomUUID()}`;
    await writeFile(unfinished, encode(vector), { mode: 0o600 });
    await rename(unfinished, file);
  }

  /** Once a process, and only when there is something new: without that, nothing grows. */
  async #prune(): Promise<void> {
    const oldest = Date.now() - EMBEDDINGS_KEPT_SECONDS * 1000;
    const entries = await readdir(this.#directory, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
      const file = path.join(entry.parentPath, entry.name);
      const stats = await stat(file).catch(() => null);
      if (stats !== null && stats.mtimeMs < oldest) await rm(file, { force: true });
    }
  }
}

function encode({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return Buffer.concat([hash("sha256", bytes, "buffer"), bytes]);
}

/** Null when the file is not whole. */
function decode(file: Uint8Array): Float32Array | null {
  const bytes = file.length > DIGEST_BYTES ? file.slice(DIGEST_BYTES) : NOTHING;
  const whole =
    bytes.length % 4 === 0 &&
    Buffer.compare(hash("sha256", bytes, "buffer"), file.slice(0, DIGEST_BYTES)) === 0;
  return whole && bytes.length > 0 ? new Float32Array(Uint8Array.from(bytes).buffer) : null;
}
