import type { JsonObject } from "../../domain/json.ts";
import type { ChatDelta, ChatRequest, FinishReason, ModelInfo } from "../../domain/model/chat.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";

/** What a scripted turn does, in order. */
export type ScriptedAct =
  | { readonly say: string }
  | { readonly call: string; readonly with: JsonObject | string }
  | { readonly fail: Error }
  /** Waits until the promise resolves, or the request is aborted. */
  | { readonly wait: Promise<unknown> }
  | { readonly finish: FinishReason };

/**
 * A model that plays a script: turn n of the script answers the n-th request. It stands in for a remote
 * model where a test needs turns that the deterministic one does not take.
 */
export class ScriptedModel implements ChatModel {
  readonly requests: ChatRequest[] = [];
  readonly aborted: unknown[] = [];
  readonly #turns: readonly (readonly ScriptedAct[])[];
  readonly #remote: boolean;

  constructor(turns: readonly (readonly ScriptedAct[])[], options: { readonly remote?: boolean } = {}) {
    this.#turns = turns;
    this.#remote = options.remote ?? true;
  }

  describe(): ModelInfo {
    return { model: "scripted", provider: "test", remote: this.#remote };
  }

  worstCaseUsd(): number {
    return 0;
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, void> {
    const turn = this.#turns[this.requests.length];
    this.requests.push(request);
    if (turn === undefined) throw new Error(`the script has no turn ${this.requests.length}`);
    let finish_reason: FinishReason = "stop";
    for (const act of turn) {
      if ("say" in act) yield { type: "text", text: act.say };
      else if ("call" in act) {
        finish_reason = "tool_calls";
        yield typeof act.with === "string"
          ? { type: "call", call: { tool_name: act.call, malformed: act.with } }
          : { type: "call", call: { tool_name: act.call, arguments: act.with } };
      } else if ("fail" in act) throw act.fail;
      else if ("wait" in act) await this.#untilAborted(act.wait, signal);
      else finish_reason = act.finish;
    }
    yield { type: "end", finish_reason, input_tokens: 10, output_tokens: 5, cost_usd: 0.001 };
  }

  #untilAborted(wait: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => {
        this.aborted.push(signal.reason);
        reject(signal.reason);
      };
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
    return Promise.race([wait, aborted]);
  }
}
