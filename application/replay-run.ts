import type { CallId, RunId, Timestamp, WorkerId } from "../domain/ids.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { RunQueue } from "../domain/ports/run-queue.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import type { Timers } from "../domain/ports/timers.ts";
import type { RecordedDecision } from "../domain/replay/calls.ts";
import { type NextFact, nextFact, type Pairing, pairCalls } from "../domain/replay/facts.ts";
import type { Recording } from "../domain/replay/recording.ts";
import type { Command } from "../domain/run/commands.ts";
import type { Observation, RunEvent } from "../domain/run/events.ts";
import { next } from "../domain/run/next.ts";
import type { RunState, ToolCall } from "../domain/run/state.ts";
import { asRecorded, remembering } from "./recorded-step.ts";
import { type CoordinatorPorts, RunCoordinator } from "./run-coordinator.ts";
import { expiry } from "./tool-screening.ts";
import type { WorkflowStep } from "./workflow-step.ts";

/** Time as it goes in a replay. */
export interface SkippingClock extends Clock {
  /** Moves on to a time at once; a time that has passed changes nothing. */
  skipTo(time: Timestamp): void;
}

export interface ReplayPorts extends Omit<CoordinatorPorts, "clock" | "queue"> {
  readonly store: RunStore;
  readonly timers: Timers;
  readonly queueFor: (worker_id: WorkerId) => RunQueue;
  readonly clock: SkippingClock;
}

export interface ReplayOptions {
  readonly retry: ConstructorParameters<typeof RunCoordinator>[2];
  /** The model is asked anew, so what it asks for may not be on record, and its rate limits are waited for. */
  readonly live: boolean;
}

/** Something a replayed run asked for and the record does not hold. */
export interface NotRecorded {
  readonly asked: "result" | "approval";
  /** null: a person's look at the answer. */
  readonly call: Pick<ToolCall, "call_id" | "tool_name" | "arguments"> | null;
}

const WORKER = "replay" as WorkerId;
/** Who decides where the record holds no decision. */
const NOBODY = "replay";
const NEVER = new AbortController().signal;
/** A replay that takes more turns than any run goes round in circles. */
const MOST_TURNS = 100_000;

/**
 * Runs a recorded run again, with the engine's own coordinator, sessions and steps, and plays everyone else's part
 * from the record: the tool workers', the people's and the timers'. No tool is executed.
 */
export class ReplayRun {
  readonly #ports: ReplayPorts;
  readonly #queue: RunQueue;
  readonly #steps: readonly WorkflowStep[];
  readonly #recording: Recording;
  readonly #options: ReplayOptions;
  readonly #not_recorded: NotRecorded[] = [];
  readonly #told: Set<number>;
  #pairing: Pairing = new Map();
  #coordinator: RunCoordinator | null = null;

  constructor(
    ports: ReplayPorts,
    steps: readonly WorkflowStep[],
    recording: Recording,
    options: ReplayOptions,
  ) {
    this.#ports = ports;
    this.#recording = recording;
    this.#options = options;
    this.#queue = ports.queueFor(WORKER);
    const lose = () => this.#coordinator?.interrupt();
    this.#steps = steps.map((step) =>
      options.live ? remembering(step, recording) : asRecorded(step, recording, lose),
    );
    this.#told = new Set(recording.seed.map(({ seq }) => seq));
  }

  /** The history the run came to, as far as the record goes, and what it asked for beyond that. */
  async execute(): Promise<{
    readonly events: readonly RunEvent[];
    readonly not_recorded: readonly NotRecorded[];
  }> {
    const { run_id } = this.#recording;
    await this.#begin();
    for (let turns = 0; await this.#goOn(run_id); turns += 1) {
      if (turns >= MOST_TURNS) throw new RangeError(`the replay of ${run_id} does not come to an end`);
    }
    const events = await this.#ports.store.events(run_id, { after: 0, limit: Number.MAX_SAFE_INTEGER });
    return { events: events ?? [], not_recorded: this.#not_recorded };
  }

  /** One for each drive: a coordinator that handed its run over takes no more. */
  #employ(): RunCoordinator {
    return new RunCoordinator(
      { ...this.#ports, queue: this.#queue },
      this.#steps,
      this.#options.retry,
      WORKER,
    );
  }

  async #begin(): Promise<void> {
    const { sessions, store } = this.#ports;
    const { run_id, seed, started } = this.#recording;
    const first =
      seed.length > 0
        ? sessions.adopted(run_id, seed)
        : sessions.first(run_id, { type: "StartRun", run: started.data });
    await store.create({ ...first, limits: { tenant: null, global: null } });
  }

  /** False when the run has ended, or waits for what nobody will tell it. */
  async #goOn(run_id: RunId): Promise<boolean> {
    const { clock, sessions, timers } = this.#ports;
    const [delivery] = await this.#queue.receive({ count: 1, wait_ms: 0, signal: NEVER });
    if (delivery !== undefined) {
      this.#coordinator = this.#employ();
      await this.#coordinator.drive(delivery);
      return true;
    }
    const { state } = await sessions.open(run_id);
    const action = next(state);
    switch (action.type) {
      case "await_time":
        if (this.#options.live) await clock.pause(clock.between(clock.now(), action.until));
        clock.skipTo(action.until);
        return (await timers.fireDue(clock.now(), 1)) > 0;
      case "await_tools":
      case "await_approval":
        return this.#tell(state);
      case "execute":
      case "done":
        return false;
      default:
        return action satisfies never;
    }
  }

  async #tell(state: RunState): Promise<boolean> {
    this.#pairing = pairCalls(this.#pairing, state.calls, this.#recording.calls);
    const next_fact = nextFact(state, this.#pairing, this.#recording, this.#told);
    if (next_fact === null) return false;
    const command = next_fact.fact === null ? this.#unrecorded(next_fact) : this.#recorded(next_fact, state);
    if (command === null) return false;
    const session = await this.#ports.sessions.open(state.run_id);
    session.apply(command);
    return session.commit();
  }

  #recorded({ call, fact }: NextFact, state: RunState): Command | null {
    if (fact === null) return null;
    const own = call === null ? null : this.#pairing.get(call.call_id);
    for (const { seq } of own?.facts ?? [fact]) if (seq <= fact.seq) this.#told.add(seq);
    const { clock, ids } = this.#ports;
    const { approval_timeout_seconds } = this.#recording;
    switch (fact.kind) {
      case "decision":
        return this.#decided(fact, call?.call_id, state);
      case "again":
        return (
          call && {
            type: "AskAgain",
            call_id: call.call_id,
            reason: fact.reason,
            digest: ids.digest(call.call_id),
            ...expiry(clock, approval_timeout_seconds),
          }
        );
      case "result": {
        if (call === null) return null;
        const { ending, duration_ms, attempt } = fact;
        const observations = fact.observations.map((observed) => about(call.call_id, observed));
        return {
          type: "RecordToolResult",
          call_id: call.call_id,
          ending,
          duration_ms,
          attempt,
          observations,
        };
      }
      default:
        return fact satisfies never;
    }
  }

  #decided(fact: RecordedDecision, call_id: CallId | undefined, { situation }: RunState): Command | null {
    const { decision, user_id, at: decided_at, arguments: edited, comment } = fact;
    if (decision === "expired") {
      const asked = situation.status === "waiting_for_approval" ? situation.approvals : [];
      const expires_at = asked.find((question) => question.call_id === call_id)?.expires_at;
      return expires_at === undefined ? null : { type: "TimeOut", at: expires_at };
    }
    if (!this.#options.live) this.#ports.clock.skipTo(decided_at);
    return {
      type: "RecordApproval",
      decision,
      user_id,
      ...(call_id !== undefined && { call_id }),
      ...(edited !== undefined && { arguments: edited }),
      ...(comment !== undefined && { comment }),
      at: this.#ports.clock.now(),
    };
  }

  /** What the record does not hold is not executed and not granted. Where the record itself breaks off, so does the replay. */
  #unrecorded({ call }: NextFact): Command | null {
    if (this.#recording.cut !== null && !this.#options.live) return null;
    const asks = call === null || call.approval === "pending";
    this.#not_recorded.push({ asked: asks ? "approval" : "result", call });
    if (!asks) {
      const message = `the record holds no result of ${call.tool_name} with these arguments, and a replay executes nothing`;
      return {
        type: "RecordToolResult",
        call_id: call.call_id,
        ending: { status: "failed", error: { code: "not_recorded", message } },
        duration_ms: 0,
        attempt: 0,
        observations: [],
      };
    }
    return {
      type: "RecordApproval",
      decision: "rejected",
      user_id: NOBODY,
      ...(call !== null && { call_id: call.call_id }),
      comment: "the record holds no decision on this",
      at: this.#ports.clock.now(),
    };
  }
}

/** What was found in a result names its call by id, which is another in the replay. */
function about(call_id: CallId, observed: Observation): Observation {
  if (observed.type !== "context.sanitized") return observed;
  return { type: observed.type, data: { ...observed.data, original_chunk_id: call_id } };
}
