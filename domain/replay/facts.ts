import type { CallId } from "../ids.ts";
import { hasEnded, openCalls, type RunState, type ToolCall } from "../run/state.ts";
import {
  isSameExecution,
  isSameRequest,
  type OutsideFact,
  type RecordedCall,
  type RecordedDecision,
} from "./calls.ts";

/** Which recorded call each call of a replay is; null for one that nobody asked for then. */
export type Pairing = ReadonlyMap<CallId, RecordedCall | null>;

/** What comes next from outside to a run that waits. */
export type NextFact =
  | { readonly call: ToolCall; readonly fact: OutsideFact }
  /** The record knows nothing to tell this call. */
  | { readonly call: ToolCall; readonly fact: null }
  /** The run waits for a person to look at its answer. */
  | { readonly call: null; readonly fact: RecordedDecision | null };

/**
 * Pairs the calls of a replay, in the order they were asked for, with those of the record: by the name of the tool
 * and the arguments the model gave, each recorded call once. A history that both begin with has the same ids.
 */
export function pairCalls(
  earlier: Pairing,
  asked: readonly ToolCall[],
  recorded: readonly RecordedCall[],
): Pairing {
  const paired = new Map(earlier);
  const taken = new Set([...earlier.values()].map((call) => call?.call_id));
  for (const call of asked) {
    if (paired.has(call.call_id)) continue;
    const found =
      recorded.find(({ call_id }) => call_id === call.call_id) ??
      recorded.find((candidate) => !taken.has(candidate.call_id) && isSameRequest(candidate, call));
    paired.set(call.call_id, found ?? null);
    taken.add(found?.call_id);
  }
  return paired;
}

/**
 * The fact that reaches a waiting run next, in the order of the record; what the record does not hold comes last.
 * `told` are the seqs of facts that are used up. null when the run does not wait for anything from outside.
 */
export function nextFact(
  state: RunState,
  pairing: Pairing,
  record: { readonly calls: readonly RecordedCall[]; readonly reviews: readonly RecordedDecision[] },
  told: ReadonlySet<number>,
): NextFact | null {
  if (hasEnded(state)) return null;
  const { situation } = state;
  if (situation.status === "waiting_for_approval" && situation.step === "maybe_approve") {
    return { call: null, fact: record.reviews.find(({ seq }) => !told.has(seq)) ?? null };
  }
  const facts = openCalls(state).map((call) => ({ call, fact: factFor(call, pairing, record.calls, told) }));
  return facts.toSorted((one, other) => place(one.fact) - place(other.fact))[0] ?? null;
}

function place(fact: OutsideFact | null): number {
  return fact?.seq ?? Number.MAX_SAFE_INTEGER;
}

function factFor(
  call: ToolCall,
  pairing: Pairing,
  recorded: readonly RecordedCall[],
  told: ReadonlySet<number>,
): OutsideFact | null {
  const own = pairing.get(call.call_id) ?? null;
  const untold = own?.facts.filter(({ seq }) => !told.has(seq)) ?? [];
  if (call.approval === "pending") return untold.find(({ kind }) => kind === "decision") ?? null;
  const next = untold.find(({ kind }) => kind !== "decision") ?? null;
  if (own !== null && (next?.kind === "again" || isSameExecution(own, call))) return next;
  // It was not asked for like this, or not so often: what its tool answers is on record all the same.
  const known = recorded.filter((candidate) => isSameExecution(candidate, call));
  return known.flatMap(({ facts }) => facts).find(({ kind }) => kind === "result") ?? null;
}
