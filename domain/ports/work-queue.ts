import type { Timestamp } from "../ids.ts";

/**
 * A durable queue whose messages are delivered at least once. Messages get in by a RunStore's commit or by
 * a timer, never by themselves.
 *
 * - A received message is pending with its worker until it is acknowledged (alone or within a commit) or
 *   buried. While the worker lives it is delivered to nobody else, however long that takes; once the worker
 *   is gone (see WorkerRegistry) it is delivered to another with `attempt` + 1 and `taken_over`. Only a
 *   worker that is itself alive takes over.
 * - A message that cannot be parsed is buried by the adapter.
 * - No order is promised.
 */
export interface WorkQueue<Message> {
  /**
   * Waits up to `wait_ms` for at least one message and returns at most `count`; [] on time-out or abort.
   */
  receive(options: {
    readonly count: number;
    readonly wait_ms: number;
    readonly signal: AbortSignal;
  }): Promise<readonly Delivery<Message>[]>;
  /** Done with it. No error, and no effect, when it was done before or is another worker's by now. */
  acknowledge(delivery: Delivery<Message>): Promise<void>;
  /** Given up on, if it is still this worker's: kept aside with the reason, for people to look at. */
  bury(delivery: Delivery<Message>, reason: string): Promise<void>;
  /**
   * This worker does not work on the message any more. If it is still pending then, what acknowledged it
   * was lost with the queue's last moments, and it is delivered again; queues that cannot lose any do nothing.
   */
  settle(delivery: Delivery<Message>): void;
  depth(): Promise<QueueDepth>;
  /** What was given up on last, newest first, at most `limit`. */
  dead(limit: number): Promise<readonly DeadLetter[]>;
}

/** A message that was given up on. `fields` is what can be told of it, also when it could not be parsed. */
export interface DeadLetter {
  readonly fields: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly at: Timestamp;
}

export interface Delivery<Message> {
  readonly queue: "runs" | "tools";
  /** The queue's own id of the message. */
  readonly message_id: string;
  readonly message: Message;
  /** 1 for the first delivery. */
  readonly attempt: number;
  /** True when an earlier receiver died with it. */
  readonly taken_over: boolean;
}

export interface QueueDepth {
  /** Messages not yet acknowledged, pending ones included. */
  readonly backlog: number;
  readonly pending: number;
  readonly dead: number;
  /** Age of the oldest message not yet acknowledged. */
  readonly oldest_seconds: number | null;
}
