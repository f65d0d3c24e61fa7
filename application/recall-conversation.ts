import { sanitize } from "../domain/guardrails/sanitize.ts";
import type { RunId } from "../domain/ids.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import type { EventData, Observation, RecalledTurn } from "../domain/run/events.ts";
import { isRecallable, recalledTurn, withinBudget } from "../domain/run/recall.ts";
import type { RunState } from "../domain/run/state.ts";
import type { GuardrailSettings } from "./guardrail-settings.ts";
import { loadState } from "./load-state.ts";

/** Turns further back than this are neither recalled nor counted. */
const MOST_TURNS = 200;
/** Runs read at a time, until the budget is full. */
const BATCH = 8;

/** Reads what a run's conversation was before it, as far as the model is to be reminded of it. */
export class RecallConversation {
  readonly #store: RunStore;
  readonly #guardrails: GuardrailSettings;
  readonly #max_tokens: number;

  /** `max_tokens`: what all turns together may have; 0 recalls nothing. */
  constructor(
    store: RunStore,
    guardrails: GuardrailSettings,
    { max_tokens }: { readonly max_tokens: number },
  ) {
    this.#store = store;
    this.#guardrails = guardrails;
    this.#max_tokens = max_tokens;
  }

  /**
   * What is to be recorded, once in a run's life: its turn comes when all runs before it have ended, so they
   * do not change any more. Costs nothing when the client named no conversation.
   */
  async execute(state: RunState): Promise<readonly Observation[]> {
    if (!state.continues || state.earlier.length > 0 || this.#max_tokens === 0) return [];
    const run = await this.#origin(state);
    if (run === null) return [];
    const { tenant_id, conversation_id, run_id } = run;
    const query = { tenant_id, conversation_id, before: run_id, limit: MOST_TURNS };
    const { runs } = await this.#store.list(query);
    const recallable = runs.filter(isRecallable).map((summary) => summary.run_id);
    const { turns, omitted } = await this.#newest(recallable);
    if (turns.length === 0) return [];
    return [{ type: "conversation.recalled", data: { turns: turns.toReversed(), omitted } }];
  }

  /** A branch shares the past of the run it branched off, whatever conversation it goes on in. */
  async #origin(state: RunState): Promise<RunState | null> {
    let run: RunState | null = state;
    while (run !== null && run.forked_from !== null)
      run = await loadState(this.#store, run.forked_from.run_id);
    return run;
  }

  /** Newest first. */
  async #newest(run_ids: readonly RunId[]): Promise<EventData["conversation.recalled"]> {
    const read: RecalledTurn[] = [];
    for (let at = 0; at < run_ids.length; at += BATCH) {
      const batch = await Promise.all(run_ids.slice(at, at + BATCH).map((run_id) => this.#turns(run_id)));
      read.push(...batch.flat());
      const turns = withinBudget(read, this.#max_tokens);
      const unread = Math.max(0, run_ids.length - at - BATCH);
      if (turns.length < read.length || unread === 0)
        return { turns, omitted: read.length - turns.length + unread };
    }
    return { turns: [], omitted: 0 };
  }

  /** A run as a turn, and behind a branch what it was told itself: its conversation begins with it. */
  async #turns(run_id: RunId): Promise<readonly RecalledTurn[]> {
    const run = await loadState(this.#store, run_id);
    // It has expired since it was listed.
    if (run === null) return [];
    const turn = this.#neutralised(recalledTurn(run));
    return run.forked_from === null ? [turn] : [turn, ...run.earlier.toReversed()];
  }

  /** An answer may repeat what a document or a tool said: it steers the model no more than they may. */
  #neutralised(turn: RecalledTurn): RecalledTurn {
    if (!this.#guardrails.context) return turn;
    const { message, answer, tools, run_id } = turn;
    const called = tools?.map((call) => ({ ...call, result: sanitize(call.result).text }));
    return { run_id, message, answer: sanitize(answer).text, ...(called && { tools: called }) };
  }
}
