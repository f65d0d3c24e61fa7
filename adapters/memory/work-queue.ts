import type { WorkerId } from "../../domain/ids.ts";
import type { DeadLetter, Delivery, QueueDepth, WorkQueue } from "../../domain/ports/work-queue.ts";
import type { MemoryDatabase, MemoryQueue, QueuedMessage } from "./database.ts";

/** A waiting receiver looks this often for messages whose worker is gone. */
const TAKEOVER_CHECK_MS = 250;

/** WorkQueue in the memory of one process, as one worker sees it. */
export class MemoryWorkQueue<Message> implements WorkQueue<Message> {
  readonly #db: MemoryDatabase;
  readonly #queue: MemoryQueue<Message>;
  readonly #worker_id: WorkerId;

  constructor(db: MemoryDatabase, queue: MemoryQueue<Message>, worker_id: WorkerId) {
    this.#db = db;
    this.#queue = queue;
    this.#worker_id = worker_id;
  }

  async receive(options: {
    readonly count: number;
    readonly wait_ms: number;
    readonly signal: AbortSignal;
  }): Promise<readonly Delivery<Message>[]> {
    const give_up = performance.now() + options.wait_ms;
    for (;;) {
      if (options.signal.aborted) return [];
      const taken = this.#take(options.count);
      const left = give_up - performance.now();
      if (taken.length > 0 || left <= 0) return taken;
      await this.#change(Math.min(left, TAKEOVER_CHECK_MS), options.signal);
    }
  }

  async acknowledge({ message_id }: Delivery<Message>): Promise<void> {
    if (this.#holds(message_id)) this.#queue.messages.delete(message_id);
  }

  async bury({ message_id, message }: Delivery<Message>, reason: string): Promise<void> {
    if (!this.#holds(message_id)) return;
    this.#queue.messages.delete(message_id);
    this.#queue.bury(message, reason);
  }

  /** What this process acknowledged stays acknowledged. */
  settle(): void {
    return;
  }

  async depth(): Promise<QueueDepth> {
    const messages = [...this.#queue.messages.values()];
    const oldest = messages.reduce(
      (first, { queued_at }) => Math.min(first, queued_at),
      Number.POSITIVE_INFINITY,
    );
    return {
      backlog: messages.length,
      pending: messages.filter(({ holder }) => holder !== null).length,
      dead: this.#queue.dead.length,
      oldest_seconds: messages.length === 0 ? null : (performance.now() - oldest) / 1000,
    };
  }

  async dead(limit: number): Promise<readonly DeadLetter[]> {
    return this.#queue.dead.slice(-limit).reverse();
  }

  /** False for a message that another worker took over: it is not this one's to settle any more. */
  #holds(message_id: string): boolean {
    return this.#queue.messages.get(message_id)?.holder === this.#worker_id;
  }

  #take(count: number): Delivery<Message>[] {
    const deliveries: Delivery<Message>[] = [];
    for (const queued of this.#queue.messages.values()) {
      if (deliveries.length >= count) break;
      if (queued.holder === null || this.#mayTakeOver(queued.holder)) deliveries.push(this.#deliver(queued));
    }
    return deliveries;
  }

  /** Only the living take over, and not from themselves: who was taken for dead must not go on as if nothing were. */
  #mayTakeOver(holder: WorkerId): boolean {
    return !this.#db.isAlive(holder) && this.#db.isAlive(this.#worker_id);
  }

  #deliver(queued: QueuedMessage<Message>): Delivery<Message> {
    const { message_id, message, holder } = queued;
    queued.attempt += 1;
    queued.holder = this.#worker_id;
    return {
      queue: this.#queue.name,
      message_id,
      message,
      attempt: queued.attempt,
      taken_over: holder !== null,
    };
  }

  #change(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        stopWaiting();
        resolve();
      };
      const timer = setTimeout(done, ms);
      const stopWaiting = this.#queue.onChange(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
