import { TerminalError } from "../../domain/errors.ts";
import type { ChatDelta, ModelInfo } from "../../domain/model/chat.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";
import { asThrown } from "../../domain/replay/as-thrown.ts";
import type { ModelTurn } from "../../domain/replay/turns.ts";

/** Answers as the record's models did: the n-th request gets the n-th recorded answer, or its failure. */
export class ReplayChatModel implements ChatModel {
  readonly #turns: readonly ModelTurn[];
  #asked = 0;

  constructor(turns: readonly ModelTurn[]) {
    this.#turns = turns;
  }

  /** Requests so far. */
  get asked(): number {
    return this.#asked;
  }

  describe(): ModelInfo {
    const { model = "(not recorded)", provider = "(not recorded)" } = this.#turns[this.#asked] ?? {};
    return { model, provider, remote: false };
  }

  worstCaseUsd(): number {
    const turn = this.#turns[this.#asked];
    // Nobody is asked after a price that is too high: this turn is over with its question.
    if (turn?.refused) this.#asked += 1;
    return turn?.worst_case_usd ?? 0;
  }

  async *stream(): AsyncGenerator<ChatDelta, void> {
    const turn = this.#turns[this.#asked];
    this.#asked += 1;
    if (turn === undefined)
      throw new TerminalError("not_recorded", "the record holds no further answer of a model");
    yield* turn.trimmed;
    if (turn.text !== "") yield { type: "text", text: turn.text };
    for (const call of turn.calls) yield { type: "call", call };
    if (turn.failure !== null) throw asThrown(turn.failure);
    if (turn.end === null)
      throw new TerminalError("not_recorded", "the record ends in the middle of this answer");
    yield turn.end;
  }
}
