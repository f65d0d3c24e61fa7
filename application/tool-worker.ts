import type { WorkerId } from "../domain/ids.ts";
import type { EventFeed } from "../domain/ports/event-feed.ts";
import type { ToolAnnouncements, ToolCatalog } from "../domain/ports/tool-catalog.ts";
import type { ToolQueue } from "../domain/ports/tool-queue.ts";
import { STOPPING_EVENTS } from "../domain/run/endings.ts";
import type { ToolRequest } from "../domain/tools/tool.ts";
import type { GuardrailSettings } from "./guardrail-settings.ts";
import { type ExecutorOptions, type ExecutorPorts, ToolExecutor } from "./tool-executor.ts";
import { Worker, type WorkerOptions, type WorkerPorts } from "./worker.ts";

/** A catalogue that says when it is not what it was. */
export interface ChangingCatalog extends ToolCatalog {
  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void;
}

export interface ToolWorkerPorts extends WorkerPorts, Omit<ExecutorPorts, "queue"> {
  readonly feed: EventFeed;
  /** The tools this worker can execute, as they are now. */
  readonly toolbox: ChangingCatalog;
  readonly announcements: ToolAnnouncements;
  /** The tool queue as the worker of that id sees it. */
  readonly queueFor: (worker_id: WorkerId) => ToolQueue;
}

export interface ToolWorkerOptions extends WorkerOptions, ExecutorOptions {}

/** Takes requests from the tool queue and executes them; announces what it can execute. */
export function createToolWorker(
  ports: ToolWorkerPorts,
  guardrails: GuardrailSettings,
  options: ToolWorkerOptions,
): Worker<ToolRequest> {
  const { feed, toolbox, announcements, log } = ports;
  return new Worker(ports, { ...options, kind: "tool" }, async (worker_id) => {
    const queue = ports.queueFor(worker_id);
    const executor = new ToolExecutor({ ...ports, queue }, guardrails, options, worker_id);
    const announce = async () =>
      announcements.announce(worker_id, await toolbox.list(), await toolbox.faults());
    const stopWatching = toolbox.onChange(() => {
      announce().catch((error: unknown) => log.warn("tools could not be announced", { error }));
    });
    // A run that completes leaves no call open.
    const unsubscribe = await feed.subscribe({ types: STOPPING_EVENTS }, ({ run_id }) =>
      executor.stop(run_id),
    );
    return {
      queue,
      handle: (delivery) => executor.execute(delivery),
      giveUp: (delivery, reason) => executor.giveUp(delivery, reason),
      drain: () => undefined,
      interrupt: () => executor.interrupt(),
      renewed: announce,
      end: async () => {
        stopWatching();
        await unsubscribe();
      },
    };
  });
}
