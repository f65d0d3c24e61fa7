import { RefusedError, UnknownRunError, VersionConflict } from "../domain/errors.ts";
import type { EventId, RunId } from "../domain/ids.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { Fence, NewRun, RunStore, StoredRun } from "../domain/ports/run-store.ts";
import type { Delivery } from "../domain/ports/work-queue.ts";
import type { Command, StartRun } from "../domain/run/commands.ts";
import { decide } from "../domain/run/decide.ts";
import { consequencesOf } from "../domain/run/effects.ts";
import { type Driver, type EventDraft, isTerminal, type RunEvent } from "../domain/run/events.ts";
import { evolve, fold } from "../domain/run/evolve.ts";
import type { RunState } from "../domain/run/state.ts";
import { progressOf, summarize } from "../domain/run/summary.ts";

export interface SessionPorts {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly meter: Meter;
  /** Told once the commit that ended a run is durable. Must return at once and not throw. */
  readonly ended?: (run_id: RunId) => void;
}

/** How a commit goes beyond its events. */
export interface CommitOptions {
  /** Give the lease back with the commit. */
  readonly release?: boolean;
  /** The message that led here, acknowledged with the commit. */
  readonly ack?: Delivery<unknown>;
  /** Text is streaming: leave out what lists show, and the snapshot until many events stand behind the last. */
  readonly streaming?: boolean;
}

/** Conflicts come from parallel tool results, approvals and cancels: few, and each makes progress for someone. */
const CONFLICT_TRIES = 100;
const CONFLICT_PAUSE_MS = 20;
/** A look behind a session mostly finds nothing, or what ended the run. */
const EVENTS_AT_ONCE = 100;
/**
 * A snapshot is written when so many events stand behind the last one: to read and fold a few events costs less than to
 * write and keep one more snapshot. The stretch is longer where nobody is about to load the run: while text streams, and
 * when it has ended. A short run that has ended keeps none.
 */
const SNAPSHOT_EVERY = 8;
const SNAPSHOT_EVERY_SELDOM = 100;

/**
 * The one place where a run is loaded, folded, decided upon and committed. Commands are applied in memory
 * and gathered until `commit`; when somebody else changed the run meanwhile, they are decided again on what
 * it has become, and those that no longer make sense are refused.
 */
export class RunSession {
  readonly #ports: SessionPorts;
  readonly #retention_seconds: number;
  readonly #fence: Fence | undefined;
  #committed: RunState;
  #snapshot_seq: number;
  #state: RunState;
  #commands: Command[] = [];
  #events: RunEvent[] = [];

  constructor(ports: SessionPorts, retention_seconds: number, stored: StoredRun, fence?: Fence) {
    const state = fold(stored.snapshot, stored.tail);
    if (state === null) throw new RangeError("a stored run has a snapshot or events");
    this.#ports = ports;
    this.#retention_seconds = retention_seconds;
    this.#fence = fence;
    this.#committed = state;
    this.#state = state;
    this.#snapshot_seq = stored.snapshot?.last_seq ?? 0;
  }

  /** Who drives under which claim; undefined for those who only record. */
  get driver(): Driver | undefined {
    return this.#fence && { worker_id: this.#fence.owner, epoch: this.#fence.epoch };
  }

  get state(): RunState {
    return this.#state;
  }

  /** The seq of the last event that this session knows to be durable. */
  get version(): number {
    return this.#committed.last_seq;
  }

  /** True when applied commands wait for a commit. */
  get dirty(): boolean {
    return this.#events.length > 0;
  }

  /** Decides and folds in memory. Throws RefusedError when the command is not allowed. */
  apply(command: Command): void {
    const events = record(
      decide(command, this.#state),
      this.#state.run_id,
      this.#state.last_seq,
      this.#ports,
    );
    if (events.length === 0) return;
    this.#state = fold(this.#state, events) ?? this.#state;
    this.#commands.push(command);
    this.#events.push(...events);
  }

  /**
   * Makes what was applied durable, in one atomic step. True when something was committed.
   * Throws RefusedError when a concurrent change made the commands void, and LeaseLost.
   */
  async commit(options: CommitOptions = {}): Promise<boolean> {
    for (let tries = 1; this.dirty; tries += 1) {
      try {
        await this.#write(options);
        return true;
      } catch (error) {
        if (!(error instanceof VersionConflict) || tries >= CONFLICT_TRIES) throw error;
        this.#ports.meter.count("baton_commit_conflicts_total");
        if (tries > 1) await this.#ports.clock.pause(this.#ports.ids.random() * CONFLICT_PAUSE_MS);
        await this.#redecide();
      }
    }
    return false;
  }

  /** Whether the run has ended, or is gone, in the store: with what somebody else has committed behind this session. */
  async wasEnded(): Promise<boolean> {
    for (let after = this.version; ; after += EVENTS_AT_ONCE) {
      const range = { after, limit: EVENTS_AT_ONCE };
      const behind = await this.#ports.store.events(this.#state.run_id, range);
      if (behind === null || behind.some(isTerminal)) return true;
      if (behind.length < EVENTS_AT_ONCE) return false;
    }
  }

  /** Forgets what was applied and not committed, and looks at the run as it is stored now. */
  async reload(): Promise<void> {
    const { run_id } = this.#state;
    const stored = await this.#ports.store.load(run_id);
    const state = stored && fold(stored.snapshot, stored.tail);
    if (!stored || !state) throw new UnknownRunError(run_id);
    this.#snapshot_seq = stored.snapshot?.last_seq ?? 0;
    this.#committed = state;
    this.#state = state;
    this.#commands = [];
    this.#events = [];
  }

  async #write({ release = false, ack, streaming = false }: CommitOptions): Promise<void> {
    const events = [...this.#events];
    const commands = this.#commands.length;
    const after = this.#state;
    const { request_tools, ended_calls, due_at, ready, ended } = consequencesOf(events, after);
    const snapshot = this.#snapshotWith(after, { streaming, ended });
    await this.#ports.store.commit({
      run_id: after.run_id,
      expected_version: this.#committed.last_seq,
      ...(this.#fence && { fence: this.#fence }),
      events,
      ...((ended || !streaming) && { progress: progressOf(after) }),
      ...(snapshot !== undefined && { snapshot }),
      effects: {
        request_tools,
        ended_calls,
        // Whoever commits and does not go on to drive a run that can go on must wake somebody who does.
        wake: ready && (release || this.#fence === undefined),
        due_at,
        release,
        ...(ack && { ack }),
        ...(ended && { expire_after_seconds: this.#retention_seconds }),
      },
    });
    if (snapshot !== undefined) this.#snapshot_seq = snapshot?.last_seq ?? 0;
    this.#committed = after;
    // What was applied while the commit was under way waits for the next.
    this.#commands = this.#commands.slice(commands);
    this.#events = this.#events.slice(events.length);
    countCommit(this.#ports.meter, events);
    if (events.some(isTerminal)) this.#ports.ended?.(after.run_id);
  }

  /** What a commit does to the stored snapshot; undefined leaves it as it is. */
  #snapshotWith(
    after: RunState,
    { streaming, ended }: { readonly streaming: boolean; readonly ended: boolean },
  ): RunState | null | undefined {
    const behind = after.last_seq - this.#snapshot_seq;
    if (behind >= (streaming || ended ? SNAPSHOT_EVERY_SELDOM : SNAPSHOT_EVERY)) return after;
    return ended && this.#snapshot_seq > 0 && after.last_seq < SNAPSHOT_EVERY_SELDOM ? null : undefined;
  }

  async #redecide(): Promise<void> {
    const commands = this.#commands;
    await this.reload();
    for (const command of commands) this.apply(command);
  }
}

/** Opens sessions on stored runs, for everyone who changes a run. */
export class RunSessions {
  readonly #ports: SessionPorts;
  readonly #retention_seconds: number;

  /** Ended runs are kept for `retention_seconds`. */
  constructor(ports: SessionPorts, options: { readonly retention_seconds: number }) {
    this.#ports = ports;
    this.#retention_seconds = options.retention_seconds;
  }

  /** A session without a fence: for tool results, approvals and cancels. Throws UnknownRunError. */
  async open(run_id: RunId): Promise<RunSession> {
    const stored = await this.#ports.store.load(run_id);
    if (stored === null) throw new UnknownRunError(run_id);
    return this.of(stored);
  }

  /** Applies one command and commits it; no error, and no effect, when the run or what it is about is gone or ended. */
  async applyIfOpen(run_id: RunId, command: Command): Promise<void> {
    try {
      const session = await this.open(run_id);
      session.apply(command);
      await session.commit();
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof UnknownRunError)) throw error;
    }
  }

  /** A session on a run that was loaded with a claim (then with its fence) or with the begin of a call. */
  of(stored: StoredRun, fence?: Fence): RunSession {
    return new RunSession(this.#ports, this.#retention_seconds, stored, fence);
  }

  /** The first events of a run, ready for `RunStore.create`. */
  first(run_id: RunId, command: StartRun): Omit<NewRun, "limits" | "idempotency"> {
    return this.adopted(run_id, record(decide(command, null), run_id, 0, this.#ports));
  }

  /** A run whose history is given, ready for `RunStore.create`. */
  adopted(run_id: RunId, events: readonly RunEvent[]): Omit<NewRun, "limits" | "idempotency"> {
    const state = events.reduce<RunState | null>(evolve, null);
    if (state === null) throw new RefusedError("out_of_order", "a run starts with at least one event");
    const { due_at, request_tools } = consequencesOf(events, state);
    const { multitask_strategy } = state;
    return {
      run_id,
      events,
      summary: summarize(state),
      ...(events.length >= SNAPSHOT_EVERY && { snapshot: state }),
      due_at,
      request_tools,
      multitask_strategy,
    };
  }
}

/** Gives drafts their id, number and time. */
export function record(
  drafts: readonly EventDraft[],
  run_id: RunId,
  last_seq: number,
  { clock, ids }: Pick<SessionPorts, "clock" | "ids">,
): readonly RunEvent[] {
  if (drafts.length === 0) return [];
  const ts = clock.now();
  const new_ids = ids.uuids(drafts.length);
  return drafts.map(
    ({ type, data }, index) =>
      ({ id: new_ids[index] as EventId, run_id, seq: last_seq + index + 1, ts, type, data }) as RunEvent,
  );
}

function countCommit(meter: Meter, events: readonly RunEvent[]): void {
  meter.count("baton_commits_total");
  meter.count("baton_events_total", {}, events.length);
  for (const { type, data } of events) {
    if (type !== "guardrail.triggered") continue;
    meter.count("baton_guardrail_triggered_total", { layer: data.layer, threat_type: data.threat_type });
  }
}
