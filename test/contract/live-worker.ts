import { randomUUID } from "node:crypto";
import type { Timestamp, WorkerId } from "../../domain/ids.ts";
import type { WorkerEntry } from "../../domain/ports/worker-registry.ts";
import type { SharedPorts } from "./deployment.ts";

/** Short, so that tests do not wait long for a death; what waits for one waits for a condition. */
export const TTL_SECONDS = 1;
/** Time enough for a death to be noticed, on a busy machine too. */
export const TAKEOVER_LIMIT_MS = 15_000;

export function newWorkerId(): WorkerId {
  return `worker-${randomUUID()}` as WorkerId;
}

export function entryOf(worker_id: WorkerId, kind: WorkerEntry["kind"] = "workflow"): WorkerEntry {
  return {
    worker_id,
    kind,
    started_at: new Date().toISOString() as Timestamp,
    ttl_seconds: TTL_SECONDS,
  };
}

/** A worker that renews its entry until it dies or leaves. */
export class LiveWorker implements Disposable {
  readonly id: WorkerId;
  readonly #ports: SharedPorts;
  readonly #beat: NodeJS.Timeout;

  private constructor(ports: SharedPorts, entry: WorkerEntry) {
    this.id = entry.worker_id;
    this.#ports = ports;
    const renew = () => void ports.registry.renew(entry).catch(() => undefined);
    this.#beat = setInterval(renew, (TTL_SECONDS * 1000) / 5);
  }

  static async start(ports: SharedPorts, kind: WorkerEntry["kind"] = "workflow"): Promise<LiveWorker> {
    const entry = entryOf(newWorkerId(), kind);
    await ports.registry.renew(entry);
    return new LiveWorker(ports, entry);
  }

  /** Falls silent, as one that was killed: its entry vanishes a time to live later. */
  die(): void {
    clearInterval(this.#beat);
  }

  /** Leaves in good order: its entry vanishes at once. */
  async leave(): Promise<void> {
    this.die();
    await this.#ports.registry.withdraw(this.id);
  }

  [Symbol.dispose](): void {
    this.die();
  }
}
