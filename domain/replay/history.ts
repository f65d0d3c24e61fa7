import { endingStart } from "../run/endings.ts";
import { isTerminal, OBSERVATIONS, type RunEvent, type Step } from "../run/events.ts";
import { evolve, fold } from "../run/evolve.ts";
import { fork } from "../run/fork.ts";
import type { RunState } from "../run/state.ts";

/** A recorded history as far as the engine can repeat it from itself. */
export interface RepeatableHistory {
  /** What the replay begins with: the events that a branched run was made with, none of another. */
  readonly seed: readonly RunEvent[];
  /** The seed, and what the engine has to come to again. */
  readonly events: readonly RunEvent[];
  /** How many observations were kept of the work that was lost with its worker and done again, by `workKey`. */
  readonly losses: ReadonlyMap<string, number>;
  /** Why the record stops before the run came to an end by itself; null when it did. */
  readonly cut: string | null;
}

/** Endings that come from outside the run: nothing in its history leads to them. */
const OUTSIDE_ERRORS = new Set(["deadline", "given_up"]);

/** One execution of a step: a lost one is redone as the next attempt, and each round of tool calls comes back to it. */
export function workKey(step: Step, { attempts, iterations }: RunState): string {
  return `${step} ${attempts[step] ?? 0} ${iterations}`;
}

/**
 * What a replay is compared with. An end that was put to the run (a person's cancel, the deadline, giving it up) is
 * left out: nothing in its history leads there. Throws a RangeError when the events are not a run's from its first on.
 */
export function repeatable(recorded: readonly RunEvent[]): RepeatableHistory {
  if (recorded[0]?.type !== "run.started" || recorded.some(({ seq }, index) => seq !== index + 1)) {
    throw new RangeError("a record holds the events of a run from run.started on, numbered 1…n");
  }
  const seed = recorded.slice(0, seeded(recorded));
  const { length, cut } = ownPart(recorded);
  const events = recorded.slice(0, length);
  return { seed, cut, events, losses: lossesIn(events, seed.length) };
}

/** How many events a branch was made with: those it copied, and what its fork added to them. */
function seeded(events: readonly RunEvent[]): number {
  const index = events.findLastIndex(({ type }) => type === "run.forked");
  const forked = events[index];
  const before = fold(null, events.slice(0, index));
  if (forked?.type !== "run.forked" || before === null) return 0;
  return index + fork(before, forked.data, new Map()).length;
}

function ownPart(events: readonly RunEvent[]): { readonly length: number; readonly cut: string | null } {
  const last = events.at(-1);
  if (last === undefined || !isTerminal(last)) {
    return { length: wholeRequests(events), cut: "the record ends before its run has ended" };
  }
  if (last.type === "run.cancelled") {
    return { length: endingStart(events), cut: `the run was cancelled by ${last.data.user_id}` };
  }
  const failed = events.findLast((event) => event.type === "workflow.failed");
  const error = failed?.type === "workflow.failed" ? failed.data.error : undefined;
  if (last.type === "run.completed" || error === undefined || !OUTSIDE_ERRORS.has(error.code)) {
    return { length: events.length, cut: null };
  }
  return { length: endingStart(events), cut: error.message };
}

/** A page of a longer record may end among the calls of one turn, which were asked for together. */
function wholeRequests(events: readonly RunEvent[]): number {
  const isRequest = ({ type, data }: RunEvent) =>
    type === "tool.requested" ||
    type === "output.reset" ||
    (type === "decision.made" && data.name === "tool_selected");
  return events.findLastIndex((event) => !isRequest(event)) + 1;
}

/** A step that starts while it is at work was lost with the worker that was at it. */
function lossesIn(events: readonly RunEvent[], seeded: number): ReadonlyMap<string, number> {
  const losses = new Map<string, number>();
  let state: RunState | null = null;
  let observed = 0;
  for (const [index, event] of events.entries()) {
    if (
      index >= seeded &&
      state !== null &&
      event.type === "workflow.step.started" &&
      isAtWork(state, event)
    ) {
      losses.set(workKey(event.data.step, state), observed);
    }
    if (isFooting(event)) observed = 0;
    else if (isObservation(event)) observed += 1;
    state = evolve(state, event);
  }
  return losses;
}

/** Text comes in pieces of any size, and is void with the attempt. */
export function isObservation({ type }: Pick<RunEvent, "type">): boolean {
  return type !== "output.chunk" && type !== "output.reset" && OBSERVATIONS.some((known) => known === type);
}

function isAtWork({ situation }: RunState, { data }: RunEvent<"workflow.step.started">): boolean {
  return situation.status === "running" && situation.progress === "started" && situation.step === data.step;
}

/** What an attempt builds on, and a lost one does not take with it. */
function isFooting({ type, data }: RunEvent): boolean {
  switch (type) {
    case "workflow.step.started":
    case "workflow.approval.recorded":
    case "tool.completed":
    case "tool.failed":
    case "tool.denied":
      return true;
    case "decision.made":
      return data.name === "tool_result";
    default:
      return false;
  }
}
