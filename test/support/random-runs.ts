import fc from "fast-check";
import { type RefusalCode, RefusedError } from "../../domain/errors.ts";
import type { CallId, RunId } from "../../domain/ids.ts";
import type { Command, ScreenedCall } from "../../domain/run/commands.ts";
import { decide } from "../../domain/run/decide.ts";
import { type Observation, type RunEvent, STEPS, type Step } from "../../domain/run/events.ts";
import { fold } from "../../domain/run/evolve.ts";
import { next } from "../../domain/run/next.ts";
import { openCalls, type RunState } from "../../domain/run/state.ts";
import { stamp } from "./given.ts";
import {
  ALLOW,
  abandon,
  ask,
  askAboutAnswer,
  askAgain,
  at,
  begin,
  COMPLETIONS,
  cancel,
  complete,
  DEADLINE,
  DENY,
  decideOn,
  fail,
  GAVE_49,
  GAVE_ERROR,
  MODEL_COMPLETED,
  MODEL_STARTED,
  observe,
  QUESTION_EXPIRES,
  REFUSAL,
  RUN_ID,
  request,
  result,
  say,
  start,
  timeOut,
  UNVERIFIED,
} from "./run-commands.ts";

/** A command of a random run, and what came of it. */
export interface Turn {
  readonly command: Command;
  readonly refused: RefusalCode | null;
  /** The events so far; a commit's border. */
  readonly last_seq: number;
  readonly state: RunState | null;
}

export interface RandomRun {
  readonly events: readonly RunEvent[];
  readonly turns: readonly Turn[];
}

/** How a run goes on: as a driver would, with anything at all, or with the last command once more. */
type Move = { readonly seconds: number } & (
  | { readonly kind: "sensible"; readonly dice: readonly [number, number, number] }
  | { readonly kind: "any"; readonly command: Command }
  | { readonly kind: "again" }
);

const die = fc.nat({ max: 11 });
/** Workers' clocks differ, so time may seem to go back. */
const seconds = fc.integer({ min: -50, max: 2000 }).map((ms) => ms / 1000);
const step = fc.constantFrom(...STEPS);
const call_id = fc.nat({ max: 5 }).map((n) => `c${n}`);
const verdict = fc.constantFrom(ALLOW, ask("digest-1"), ask("digest-2"), DENY);
const decision = fc.constantFrom("approved", "rejected");

const observation: fc.Arbitrary<Observation> = fc.constantFrom<Observation[]>(
  MODEL_STARTED,
  MODEL_COMPLETED,
  { type: "retrieval.started", data: { query: "lease", query_length: 5 } },
  { type: "decision.made", data: { name: "response_strategy", value: "short" } },
  { type: "guardrail.triggered", data: { layer: "input", threat_type: "policy", confidence: "low" } },
  { type: "context.sanitized", data: { original_chunk_id: "leases#what-1", sanitization_applied: "links" } },
  { type: "degraded.mode.entered", data: { scope: "model", reason: "trimmed", metadata: {} } },
);

/** Every kind of command, with little regard to whether it makes sense. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(start()) },
  { weight: 4, arbitrary: step.map(begin) },
  { weight: 4, arbitrary: fc.tuple(step, observation).map(([at_step, one]) => observe(at_step, one)) },
  { weight: 2, arbitrary: fc.constantFrom("a", "", "é🙂").map((text) => say(text)) },
  { weight: 4, arbitrary: step.map((done) => complete(COMPLETIONS[done])) },
  {
    weight: 4,
    arbitrary: fc
      .dictionary(call_id, verdict, { minKeys: 0, maxKeys: 3, noNullPrototype: true })
      .map(request),
  },
  { weight: 2, arbitrary: fc.constant(askAboutAnswer()) },
  {
    weight: 2,
    arbitrary: fc.tuple(step, fc.constantFrom(30, null)).map(([failing, retry]) => fail(failing, retry)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(call_id, fc.constantFrom(GAVE_49, GAVE_ERROR))
      .map(([call, ending]) => result(call, ending)),
  },
  { weight: 2, arbitrary: call_id.map(askAgain) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        decision,
        fc.record(
          {
            call_id,
            digest: fc.constantFrom("digest-1", "digest-2"),
            arguments: fc.constant({ expression: "1" }),
          },
          { requiredKeys: [] },
        ),
      )
      .map(([decided, more]) => decideOn(decided, more)),
  },
  { weight: 2, arbitrary: fc.constantFrom(1, QUESTION_EXPIRES, DEADLINE, DEADLINE * 2).map(timeOut) },
  { weight: 1, arbitrary: fc.constant(cancel()) },
  { weight: 1, arbitrary: fc.constant(abandon()) },
);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({ seconds, kind: fc.constant("sensible"), dice: fc.tuple(die, die, die) }),
  },
  { weight: 2, arbitrary: fc.record({ seconds, kind: fc.constant("any"), command: anyCommand }) },
  { weight: 1, arbitrary: fc.record({ seconds, kind: fc.constant("again") }) },
);

/** Runs from their start to somewhere: mostly as they go, with nonsense and repetitions among it. */
export const randomRun: fc.Arbitrary<RandomRun> = fc
  .record({
    run_id: fc.oneof(
      fc.constant(RUN_ID),
      fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/).map((id) => id as RunId),
    ),
    moves: fc.array(move, { minLength: 1, maxLength: 60, size: "max" }),
  })
  .map(({ run_id, moves }) => play(run_id, moves));

function play(run_id: RunId, moves: readonly Move[]): RandomRun {
  const events: RunEvent[] = [];
  const turns: Turn[] = [];
  let state: RunState | null = null;
  let clock = 0;
  for (const next_move of moves) {
    clock += next_move.seconds;
    const command = commandFor(next_move, state, turns);
    let refused: RefusalCode | null = null;
    try {
      const drafts = decide(command, state);
      const recorded = drafts.map((draft, index) =>
        stamp(draft, events.length + index + 1, at(clock), run_id),
      );
      events.push(...recorded);
      state = fold(state, recorded);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refused = error.code;
    }
    turns.push({ command, refused, last_seq: events.length, state });
  }
  return { events, turns };
}

function commandFor(one: Move, state: RunState | null, turns: readonly Turn[]): Command {
  if (state === null) return start();
  switch (one.kind) {
    case "any":
      return one.command;
    case "again":
      return turns.at(-1)?.command ?? start();
    case "sensible":
      return sensible(state, one.dice);
    default:
      return one satisfies never;
  }
}

/** What a driver, a tool worker or a person might do next. */
function sensible(state: RunState, dice: readonly [number, number, number]): Command {
  const action = next(state);
  switch (action.type) {
    case "execute":
      return isBegun(state) && dice[0] > 0 ? work(action.step, state, dice) : begin(action.step);
    case "await_time":
      return begin(action.step);
    case "await_tools":
      return outcome(state, dice);
    case "await_approval":
      return dice[0] < 3 ? outcome(state, dice) : verdictOf(state, dice);
    case "done":
      return cancel();
    default:
      return action satisfies never;
  }
}

function isBegun({ situation }: RunState): boolean {
  return situation.status === "running" && situation.progress !== "completed";
}

function work(at_step: Step, state: RunState, [, what, more]: readonly [number, number, number]): Command {
  if (what === 0) return fail(at_step, more === 0 ? null : 30);
  if (what === 1) return observe(at_step, MODEL_STARTED);
  if (what === 2) return observe(at_step, MODEL_COMPLETED);
  if (at_step === "respond" && what < 6) return say(`text ${more} `, state.attempts.respond);
  if (at_step === "respond" && what < 9) return request(someCalls(state, more));
  if (at_step === "maybe_approve" && state.verification?.passed === false && state.review === null) {
    return askAboutAnswer();
  }
  if (at_step === "verify" && more < 6) return UNVERIFIED;
  if (at_step === "receive" && more === 0) return complete({ ...COMPLETIONS.receive, refusal: REFUSAL });
  if (at_step === "respond" && more === 0) return complete({ step: "respond", refusal: REFUSAL });
  if (at_step === "plan" && more === 0) {
    return complete({ step: "plan", plan_type: "cannot_answer", reason: "out of reach", reply: "I can't." });
  }
  return complete(COMPLETIONS[at_step]);
}

function someCalls(state: RunState, more: number): Readonly<Record<string, ScreenedCall["verdict"]>> {
  const verdicts = [ALLOW, ask("digest-1"), DENY];
  const calls = Array.from({ length: 1 + (more % 3) }, (_, index) => [
    `c${state.calls.length + index}`,
    verdicts[(more + index) % 3] ?? ALLOW,
  ]);
  return Object.fromEntries(calls);
}

/** An open call ends, in a worker's hands or with one that died. */
function outcome(state: RunState, [, which, how]: readonly [number, number, number]): Command {
  const executing = openCalls(state).filter(({ approval }) => approval !== "pending");
  const call = executing[which % Math.max(1, executing.length)];
  if (call === undefined) return verdictOf(state, [0, which, how]);
  if (how === 0) return askAgain(call.call_id);
  return result(call.call_id, how < 3 ? GAVE_ERROR : GAVE_49);
}

function verdictOf(state: RunState, [, which, how]: readonly [number, number, number]): Command {
  if (how === 0) return timeOut(QUESTION_EXPIRES);
  const { situation } = state;
  const approvals = situation.status === "waiting_for_approval" ? situation.approvals : [];
  const asked: CallId | undefined = approvals[which % Math.max(1, approvals.length)]?.call_id;
  return decideOn(how < 4 ? "rejected" : "approved", asked === undefined ? {} : { call_id: asked });
}
