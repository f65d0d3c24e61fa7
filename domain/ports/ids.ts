/** New identifiers and digests. */
export interface Ids {
  /** A UUID, time-ordered (RFC 9562, version 7). */
  uuid(): string;
  /** So many of them, in their order: cheaper together. */
  uuids(count: number): readonly string[];
  /** SHA-256 of the text's UTF-8, 64 hex digits. */
  digest(text: string): string;
  /** A number in [0, 1), for jitter. */
  random(): number;
}
