import type { ReadRuns } from "../../application/read-runs.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { RunSummary } from "../../domain/run/summary.ts";

/** Of all runs, so many belong to one of a few conversations; the others have one of their own. */
const SHARE = 0.4;
const CONVERSATIONS = 4;
const INTERRUPTING = 0.1;
const PAGE = 200;

/** What a new run says of its conversation. */
export function turnOf(random: () => number): {
  readonly conversation_id?: string;
  readonly multitask_strategy?: string;
} {
  if (random() > SHARE) return {};
  const conversation_id = `conversation-${Math.floor(random() * CONVERSATIONS)}`;
  return { conversation_id, ...(random() < INTERRUPTING && { multitask_strategy: "interrupt" }) };
}

/** How many turns waited for one before them, and where one began before those before it had ended. */
export async function overlaps(
  runs: ReadRuns,
): Promise<{ readonly turns: number; readonly violations: readonly string[] }> {
  const conversations = Map.groupBy(await oldestFirst(runs), (run) => run.conversation_id);
  const violations: string[] = [];
  let turns = 0;
  for (const turn of conversations.values()) {
    let before: RunEvent | undefined;
    for (const { run_id, conversation_id } of turn) {
      const events = await runs.history(run_id);
      const began = events.find(({ type }) => type === "workflow.step.started");
      if (before !== undefined) turns += 1;
      if (before !== undefined && began !== undefined && began.ts < before.ts) {
        violations.push(`run ${run_id} of ${conversation_id} began before run ${before.run_id} had ended`);
      }
      const end = events.at(-1);
      if (end !== undefined && (before === undefined || end.ts > before.ts)) before = end;
    }
  }
  return { turns, violations };
}

async function oldestFirst(runs: ReadRuns): Promise<readonly RunSummary[]> {
  const all: RunSummary[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await runs.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    all.push(...page.runs);
    cursor = page.next_cursor;
  }
  return all.toReversed();
}
