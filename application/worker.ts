import { type DomainError, TransientError } from "../domain/errors.ts";
import type { Timestamp, WorkerId } from "../domain/ids.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Delivery, WorkQueue } from "../domain/ports/work-queue.ts";
import type { WorkerEntry, WorkerRegistry } from "../domain/ports/worker-registry.ts";

export interface WorkerPorts {
  readonly registry: WorkerRegistry;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface WorkerOptions {
  readonly kind: WorkerEntry["kind"];
  /** Messages worked on at once. */
  readonly concurrency: number;
  /** How long others wait before they take over from a silent worker. */
  readonly ttl_seconds: number;
  /** How long `close` waits for work in flight before it is interrupted and left to others. */
  readonly drain_seconds: number;
}

/** What a worker does under one id. */
export interface WorkerLife<Message> {
  readonly queue: WorkQueue<Message>;
  /** Works on one message. What it throws leaves the message pending, to be tried again. */
  handle(delivery: Delivery<Message>): Promise<void>;
  /** Nobody can work on the message: it is buried, and what waits for it is told. */
  giveUp(delivery: Delivery<Message>, reason: string): Promise<void>;
  /** Asks work in flight to come to an end soon. */
  drain(): void;
  /** Stops work in flight at once, leaving it to others. */
  interrupt(): void;
  /** Called with each renewal of the worker's entry, and once before the first message is taken. */
  renewed(): Promise<void>;
  /** Gives back what this life holds besides messages. */
  end(): Promise<void>;
}

/** A receiver comes back at least this often, which is also its sign of life. */
const RECEIVE_MS = 1_000;
const RETRY_MS = 250;
/** So often may working on a message fail for no passing reason before it is given up. */
const MAX_FAILURES = 3;

/**
 * The loop of every worker: stay alive in the registry, take messages while slots are free, work on them.
 * A worker whose entry was gone (paused, cut off) has lost what it held: it drops everything in flight and
 * starts over under a new id.
 */
export class Worker<Message> {
  readonly #ports: WorkerPorts;
  readonly #options: WorkerOptions;
  readonly #begin: (worker_id: WorkerId) => Promise<WorkerLife<Message>>;
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;
  #progress = 0;
  #ready = false;

  constructor(
    ports: WorkerPorts,
    options: WorkerOptions,
    begin: (worker_id: WorkerId) => Promise<WorkerLife<Message>>,
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#begin = begin;
  }

  /** True while the loop consumes, not merely while the process is there. */
  get healthy(): boolean {
    return this.#running !== null && this.#silence() < 3 * RECEIVE_MS + this.#options.ttl_seconds * 1000;
  }

  /** Starts the loop. Resolves when the worker is registered and takes messages. */
  async start(): Promise<void> {
    const { clock } = this.#ports;
    this.#progress = clock.monotonic();
    this.#running = this.#live();
    while (!this.#ready && !this.#closing.signal.aborted) await clock.pause(5, this.#closing.signal);
  }

  /** Takes no more messages, finishes or hands back what it has, and leaves the registry. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    this.#running = null;
  }

  async #live(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const worker_id = `${this.#options.kind}-${this.#ports.ids.uuid()}` as WorkerId;
      const log = this.#ports.log.with({ worker_id });
      try {
        await this.#oneLife(worker_id, log);
      } catch (error) {
        log.error("worker could not start, it tries again", { error });
        await this.#ports.clock.pause(RETRY_MS, this.#closing.signal);
      }
    }
  }

  async #oneLife(worker_id: WorkerId, log: Log): Promise<void> {
    const { clock, registry } = this.#ports;
    const started_at = clock.now();
    const life = await this.#begin(worker_id);
    const over = new AbortController();
    const stop = AbortSignal.any([this.#closing.signal, over.signal]);
    const in_flight = new Set<Promise<void>>();
    try {
      await registry.renew(this.#entry(worker_id, started_at));
      await life.renewed();
      log.info("worker takes messages", { kind: this.#options.kind, concurrency: this.#options.concurrency });
      const heartbeat = this.#stayAlive(life, this.#entry(worker_id, started_at), over, log);
      this.#ready = true;
      await this.#consume(life, in_flight, stop, log);
      if (this.#closing.signal.aborted) await this.#drain(life, in_flight, log);
      else life.interrupt();
      await Promise.allSettled(in_flight);
      over.abort();
      await heartbeat;
    } finally {
      await life.end();
    }
    await registry.withdraw(worker_id).catch((error: unknown) => log.warn("could not sign off", { error }));
    log.info("worker has stopped", { kind: this.#options.kind });
  }

  async #consume(
    life: WorkerLife<Message>,
    in_flight: Set<Promise<void>>,
    signal: AbortSignal,
    log: Log,
  ): Promise<void> {
    const { clock } = this.#ports;
    /** Ends the wait for a free slot. */
    let wake = (): void => undefined;
    signal.addEventListener("abort", () => wake(), { once: true });
    while (!signal.aborted) {
      this.#progress = clock.monotonic();
      const free = this.#options.concurrency - in_flight.size;
      if (free <= 0) {
        // Not a race of all that is in flight: each would leave its mark on what runs for long.
        const { promise: freed, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const cancel = clock.alarm(RECEIVE_MS, resolve);
        await freed;
        cancel();
        continue;
      }
      try {
        for (const delivery of await life.queue.receive({ count: free, wait_ms: RECEIVE_MS, signal })) {
          const work = this.#work(life, delivery, signal, log).finally(() => {
            in_flight.delete(work);
            life.queue.settle(delivery);
            wake();
          });
          in_flight.add(work);
        }
      } catch (error) {
        log.warn("queue out of reach, trying again", { error });
        await clock.pause(RETRY_MS, signal);
      }
    }
  }

  /** Works on a message until it is done with; a message is only left when the worker's life is over. */
  async #work(
    life: WorkerLife<Message>,
    delivery: Delivery<Message>,
    signal: AbortSignal,
    log: Log,
  ): Promise<void> {
    let reason: string | null = null;
    for (let failures = 0; ; ) {
      try {
        return await (reason === null ? life.handle(delivery) : life.giveUp(delivery, reason));
      } catch (error) {
        if (!(error instanceof TransientError)) failures += 1;
        log.error("message could not be worked on", { error, message_id: delivery.message_id, failures });
        if (failures >= MAX_FAILURES) reason ??= reasonOf(error);
        await this.#ports.clock.pause(RETRY_MS * 2 ** Math.min(failures, MAX_FAILURES), signal);
        if (signal.aborted) return;
      }
    }
  }

  /**
   * Renews the entry every third of its time to live, and only while the loop makes progress, so that a
   * wedged worker falls silent too. Ends this life when the entry was found gone.
   */
  async #stayAlive(
    life: WorkerLife<Message>,
    entry: WorkerEntry,
    over: AbortController,
    log: Log,
  ): Promise<void> {
    const { clock, registry } = this.#ports;
    const ttl_ms = entry.ttl_seconds * 1000;
    while (!over.signal.aborted) {
      await clock.pause(ttl_ms / 3, over.signal);
      if (over.signal.aborted) return;
      if (!this.#closing.signal.aborted && this.#silence() > RECEIVE_MS * 2 + ttl_ms) {
        log.error("worker makes no progress and falls silent", { silent_ms: Math.round(this.#silence()) });
        continue;
      }
      try {
        if (!(await registry.renew(entry))) {
          log.warn("worker was taken for dead, it starts over under a new id");
          over.abort();
          return;
        }
        await life.renewed();
      } catch (error) {
        log.warn("registry out of reach", { error });
      }
    }
  }

  async #drain(life: WorkerLife<Message>, in_flight: Set<Promise<void>>, log: Log): Promise<void> {
    if (in_flight.size === 0) return;
    log.info("worker drains", { in_flight: in_flight.size });
    life.drain();
    const done = new AbortController();
    void Promise.allSettled(in_flight).then(() => done.abort());
    await this.#ports.clock.pause(this.#options.drain_seconds * 1000, done.signal);
    if (in_flight.size === 0) return;
    log.warn("drain time is over, the rest is left to other workers", { in_flight: in_flight.size });
    life.interrupt();
  }

  #silence(): number {
    return this.#ports.clock.monotonic() - this.#progress;
  }

  #entry(worker_id: WorkerId, started_at: Timestamp): WorkerEntry {
    const { kind, ttl_seconds } = this.#options;
    return { worker_id, kind, started_at, ttl_seconds };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error)
    return `${(error as Partial<DomainError>).code ?? error.name}: ${error.message}`;
  return String(error);
}
