import { UnknownRunError } from "../domain/errors.ts";
import type { CallId, EventId, RunId } from "../domain/ids.ts";
import { canonicalJson } from "../domain/json.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { EventData, RunEvent } from "../domain/run/events.ts";
import { fold } from "../domain/run/evolve.ts";
import { type BranchQuestion, checkForkPoint, fork, requestedAnew } from "../domain/run/fork.ts";
import { openCalls, type RunState } from "../domain/run/state.ts";
import type { AcceptRun } from "./accept-run.ts";
import type { ReadRuns } from "./read-runs.ts";
import { type RunSessions, record } from "./run-session.ts";
import { expiry } from "./tool-screening.ts";

export interface ForkPorts {
  readonly runs: ReadRuns;
  readonly sessions: RunSessions;
  readonly accept: AcceptRun;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface ForkOptions {
  /** Seconds the branch may take from its beginning, time spent waiting for a person not counted. */
  readonly deadline_seconds: number;
  /** A question to a person expires after that; never when null. */
  readonly approval_timeout_seconds: number | null;
}

export interface ForkRequest {
  readonly run_id: RunId;
  /** The last event that the branch keeps. */
  readonly from_seq: number;
  /** Runs of other tenants are unknown; null knows all. */
  readonly tenant_id: string | null;
  readonly user_id: string;
  readonly idempotency_key?: string;
}

/** Branches a run: a new one begins with the events of another up to a point, and goes on from there by itself. */
export class ForkRun {
  readonly #ports: ForkPorts;
  readonly #options: ForkOptions;

  constructor(ports: ForkPorts, options: ForkOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /**
   * Throws UnknownRunError, RefusedError `invalid_fork` when there is no such event or it belongs to the run's end,
   * and what AcceptRun throws.
   */
  async execute(request: ForkRequest): Promise<{ readonly run_id: RunId; readonly created: boolean }> {
    const { runs, sessions, accept, clock, ids } = this.#ports;
    const { run_id: from_run_id, from_seq, tenant_id, user_id, idempotency_key } = request;
    await runs.state(from_run_id, tenant_id);
    const history = await runs.history(from_run_id);
    checkForkPoint(history, from_seq);

    const run_id = ids.uuid() as RunId;
    const copied = history
      .slice(0, from_seq)
      .map((event): RunEvent => ({ ...event, id: ids.uuid() as EventId, run_id }));
    const state = fold(null, copied);
    if (state === null) throw new UnknownRunError(from_run_id);
    const forked: EventData["run.forked"] = {
      from_run_id,
      from_seq,
      conversation_id: ids.uuid(),
      deadline_at: clock.after(clock.now(), this.#options.deadline_seconds * 1000),
      user_id,
    };
    const own = record(fork(state, forked, this.#questions(state)), run_id, from_seq, { clock, ids });
    const branch = sessions.adopted(run_id, [...copied, ...own]);
    const request_tools = requestedAnew(state).map(({ call_id, tool_name, arguments: args }) => ({
      run_id,
      call_id,
      tool_name,
      arguments: args,
    }));
    const body = { fork: from_run_id, from_seq, user_id };
    const idempotency = idempotency_key === undefined ? null : { key: idempotency_key, body };
    return accept.execute({ ...branch, request_tools }, idempotency);
  }

  /** For calls that are asked about anew. Bound to this branch: an answer given to the other run is none here. */
  #questions(state: RunState): ReadonlyMap<CallId, BranchQuestion> {
    const { clock, ids } = this.#ports;
    const expires = expiry(clock, this.#options.approval_timeout_seconds);
    return new Map(
      openCalls(state).map(({ call_id, tool_name, arguments: args }) => {
        const digest = ids.digest(canonicalJson([tool_name, args, "again", state.run_id]));
        return [call_id, { digest, ...expires }];
      }),
    );
  }
}
