import type { Operations } from "../api/types.ts";

/** A message that waits so long says that workers do not keep up. */
const LONG_SECONDS = 30;

/** What an operator should look at now, in sentences. */
export function warningsOf({ workers, queues, active_runs }: Operations): readonly string[] {
  const lacks = (kind: "workflow" | "tool") => workers.every((worker) => worker.kind !== kind);
  const waiting = (name: "runs" | "tools") => {
    const { backlog, pending, oldest_seconds } = queues[name];
    return backlog > pending && (oldest_seconds ?? 0) > LONG_SECONDS;
  };
  return [
    ...(lacks("workflow")
      ? [`No workflow worker is alive: ${active_runs === 0 ? "new" : active_runs} runs wait until one is.`]
      : []),
    ...(lacks("tool") ? ["No tool worker is alive: runs that need tools wait until one is."] : []),
    ...(waiting("runs") && !lacks("workflow")
      ? ["Wake-ups wait long: the workflow workers do not keep up."]
      : []),
    ...(waiting("tools") && !lacks("tool") ? ["Tool calls wait long: the tool workers do not keep up."] : []),
  ];
}
