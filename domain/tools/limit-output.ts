import type { Json } from "../json.ts";
import type { ToolContent, ToolOutput } from "./tool.ts";

/** Bytes of UTF-8 that an output may have, all its parts together. */
export const OUTPUT_LIMIT_BYTES = 256 * 1024;

/** What a part costs besides its text, so that a million empty parts have a size too. */
const PART_BYTES = 32;

/** Values nested deeper than this are not kept: rendering them would exhaust the stack. */
const MAX_DEPTH = 100;

/**
 * The output cut to `limit` bytes, and `truncated` when anything is missing. Text is cut between two
 * characters where the limit falls and the parts behind it are left out; structured content, of which no
 * part is valid alone, is kept whole if it fits in what the parts left over, else not at all.
 */
export function limitOutput(output: ToolOutput, limit: number = OUTPUT_LIMIT_BYTES): ToolOutput {
  const content: ToolContent[] = [];
  let left = limit;
  let truncated = output.truncated ?? false;
  for (const part of output.content) {
    const kept = limitPart(part, left);
    if (kept === undefined) {
      truncated = true;
      break;
    }
    content.push(kept.part);
    left -= kept.bytes;
    if (kept.cut) {
      truncated = true;
      break;
    }
  }
  const fits = output.structured !== undefined && jsonBytesWithin(output.structured, left);
  if (output.structured !== undefined && !fits) truncated = true;
  return {
    content,
    ...(fits && { structured: output.structured }),
    ...(truncated && { truncated }),
  };
}

/** Bytes of the text's UTF-8 encoding. A surrogate without its other half becomes U+FFFD: three bytes. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  // Over code units, and most of them are ASCII: this is run over all that a model is given to read.
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // Its other half is in the four bytes.
    if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1))) index += 1;
  }
  return bytes;
}

/** The longest beginning of the text that has at most `limit` bytes of UTF-8 and splits no character. */
export function cutToBytes(text: string, limit: number): string {
  return text.slice(0, measureUtf8(text, limit).end);
}

interface LimitedPart {
  readonly part: ToolContent;
  readonly bytes: number;
  readonly cut: boolean;
}

function limitPart(part: ToolContent, limit: number): LimitedPart | undefined {
  const fixed = PART_BYTES + fixedBytes(part);
  if (fixed > limit) return undefined;
  if (!("text" in part) || part.text === undefined) return { part, bytes: fixed, cut: false };
  const { bytes, end } = measureUtf8(part.text, limit - fixed);
  const cut = end < part.text.length;
  return { part: cut ? { ...part, text: part.text.slice(0, end) } : part, bytes: fixed + bytes, cut };
}

function fixedBytes(part: ToolContent): number {
  switch (part.type) {
    case "text":
      return 0;
    case "image":
    case "audio":
      return utf8Bytes(part.mime_type);
    case "resource":
      return utf8Bytes(part.uri) + utf8Bytes(part.mime_type ?? "");
    default:
      return part satisfies never;
  }
}

/** How far into the text `limit` bytes of UTF-8 reach, and how many they are. */
function measureUtf8(text: string, limit: number): { readonly bytes: number; readonly end: number } {
  let bytes = 0;
  let end = 0;
  while (end < text.length) {
    const point = text.codePointAt(end) ?? 0;
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes + size > limit) break;
    bytes += size;
    end += size === 4 ? 2 : 1;
  }
  return { bytes, end };
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** True when the value's JSON text has at most `limit` bytes, escapes not counted; stops counting when it has more. */
function jsonBytesWithin(value: Json, limit: number): boolean {
  const pending: { readonly value: Json; readonly depth: number }[] = [{ value, depth: 0 }];
  let bytes = 0;
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (entry.depth > MAX_DEPTH) return false;
    bytes += ownBytes(entry.value);
    if (bytes > limit) return false;
    if (entry.value === null || typeof entry.value !== "object") continue;
    for (const child of Object.values(entry.value)) pending.push({ value: child, depth: entry.depth + 1 });
  }
  return true;
}

/** Bytes of a value without the values in it. */
function ownBytes(value: Json): number {
  if (typeof value === "string") return utf8Bytes(value) + 2;
  if (value === null || typeof value !== "object") return String(value).length;
  if (Array.isArray(value)) return value.length + 2;
  return Object.keys(value).reduce((sum, key) => sum + utf8Bytes(key) + 4, 2);
}
