import { cutToBytes, utf8Bytes } from "../tools/limit-output.ts";

/**
 * Current tokenizers make about one token of four bytes of UTF-8: of four English letters, of two Cyrillic
 * ones, of a little more than one Chinese character.
 */
const BYTES_PER_TOKEN = 4;

/** About how many tokens a text has: an estimate, since nothing is tokenized here. */
export function estimateTokens(text: string): number {
  return tokensOfBytes(utf8Bytes(text));
}

/** The same for a text of so many bytes of UTF-8. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** The text, or as much of its beginning as leaves room for the "…" that tells that it is cut. */
export function cutToTokens(text: string, limit: number): string {
  if (estimateTokens(text) <= limit) return text;
  const room = (limit - estimateTokens("…")) * BYTES_PER_TOKEN;
  return room < 0 ? "" : `${cutToBytes(text, room).trimEnd()}…`;
}
