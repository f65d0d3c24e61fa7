import type { RunId } from "../ids.ts";

/** A caller's place in its own trace. */
export interface TraceContext {
  readonly trace_id: string;
  readonly parent_span_id: string;
}

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads a `traceparent` header; null when it is none (W3C Trace Context, § traceparent). */
export function parseTraceparent(header: string): TraceContext | null {
  const [, version, trace_id, parent_span_id, more] = TRACEPARENT.exec(header) ?? [];
  if (trace_id === undefined || parent_span_id === undefined) return null;
  // Only later versions may have more fields.
  if (version === "00" && more !== undefined) return null;
  if (isZero(trace_id) || isZero(parent_span_id)) return null;
  return { trace_id, parent_span_id };
}

/** The trace id of a run that came without one: its UUID's digits, or a hash of the id a client chose. */
export function traceIdOf(run_id: RunId): string {
  const digits = UUID.test(run_id) ? run_id.replaceAll("-", "").toLowerCase() : fnv1a(run_id, FNV_128);
  return isZero(digits) ? fnv1a(run_id, FNV_128) : digits;
}

/** `key` names the span within its run. */
export function spanIdOf(run_id: RunId, key: string): string {
  return fnv1a(`${run_id}/${key}`, FNV_64);
}

function isZero(hex: string): boolean {
  return /^0+$/.test(hex);
}

interface FnvParameters {
  readonly bits: number;
  readonly offset_basis: bigint;
  readonly prime: bigint;
}

const FNV_64: FnvParameters = { bits: 64, offset_basis: 0xcbf29ce484222325n, prime: 0x100000001b3n };
const FNV_128: FnvParameters = {
  bits: 128,
  offset_basis: 0x6c62272e07bb014262b821756295c58dn,
  prime: 0x1000000000000000000013bn,
};

/** FNV-1a (draft-eastlake-fnv) as hex digits. Run ids are ASCII; beyond it, UTF-16 units stand for bytes. */
function fnv1a(text: string, { bits, offset_basis, prime }: FnvParameters): string {
  let hash = offset_basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(bits, (hash ^ BigInt(text.charCodeAt(index))) * prime);
  }
  return hash.toString(16).padStart(bits / 4, "0");
}
