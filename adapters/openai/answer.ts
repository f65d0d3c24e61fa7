import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import { TransientError } from "../../domain/errors.ts";
import type { ChatDelta, FinishReason } from "../../domain/model/chat.ts";
import { CallAssembler, type CallFragment } from "./call-assembler.ts";
import { Thoughts } from "./thoughts.ts";
import type { ToolNames } from "./tool-names.ts";
import { type Price, Usage } from "./usage.ts";

/** What a chunk may hold, by the standard and beyond it. */
interface Delta {
  /** Text, or parts of which some are text. */
  readonly content?: string | readonly { readonly text?: unknown }[] | null;
  readonly refusal?: string | null;
  readonly tool_calls?: readonly CallFragment[] | null;
  /** How calls were told before there could be several. */
  readonly function_call?: CallFragment["function"];
  /** Where compatible servers stream what a model thinks: no part of the answer, but a sign of life. */
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
}

/** One answer as it comes in, whatever the server leaves out or adds. */
export class Answer {
  readonly #usage: Usage;
  readonly #calls: CallAssembler;
  readonly #thoughts = new Thoughts();
  #finish: string | null = null;
  #refused = false;
  #begun = false;

  /** `sent` is what the model was sent, for the estimate of its tokens. */
  constructor(sent: unknown, names: ToolNames) {
    this.#usage = new Usage(sent);
    this.#calls = new CallAssembler(names);
  }

  /** A first piece has come; a chunk that only names the role is none. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Nothing more has to come, though usage still may. */
  get complete(): boolean {
    return this.#finish !== null;
  }

  /** The server says that this is all, which completes an answer also without a reason. */
  close(): void {
    if (this.#begun) this.#finish ??= "stop";
  }

  /** Takes a chunk in and returns the text in it. */
  add(chunk: ChatCompletionChunk): string {
    this.#usage.note(chunk);
    const [choice] = chunk.choices ?? [];
    if (choice === undefined) {
      // Usage alone comes last, also from servers that give no reason why they finished.
      if (chunk.usage) this.close();
      return "";
    }
    const delta = deltaOf(choice);
    const calls =
      delta.tool_calls ?? (delta.function_call ? [{ index: 0, function: delta.function_call }] : []);
    const text = `${textOf(delta.content)}${delta.refusal ?? ""}`;
    if (delta.refusal) this.#refused = true;
    if (text || calls.length > 0 || delta.reasoning_content || delta.reasoning) this.#begun = true;
    for (const fragment of calls) this.#calls.add(fragment);
    if (choice.finish_reason) this.#finish = choice.finish_reason;
    return this.#thoughts.push(text);
  }

  /** The rest of the text, the calls and the end. Throws TransientError when the answer is not complete. */
  *end(model: string, price: Price | undefined): Generator<ChatDelta, void> {
    if (this.#finish === null) {
      const told = this.#begun ? "stopped in the middle of its answer" : "sent no answer";
      throw new TransientError("broken_stream", `${model} ${told}`);
    }
    const text = this.#thoughts.end();
    if (text !== "") yield { type: "text", text };
    const calls = this.#calls.finish();
    const finish_reason = this.#reason(this.#finish, calls.length > 0);
    const withheld = finish_reason === "refusal" || finish_reason === "content_filter";
    for (const call of withheld ? [] : calls) yield { type: "call", call };
    yield { type: "end", finish_reason, ...this.#usage.totals(price) };
  }

  /** Many servers say `stop` though the model called tools. */
  #reason(told: string, called: boolean): FinishReason {
    if (this.#refused) return "refusal";
    if (told === "length" || told === "content_filter") return told;
    return called ? "tool_calls" : "stop";
  }
}

/** Servers that answer in one piece send a message. */
function deltaOf(choice: { readonly delta?: unknown; readonly message?: unknown }): Delta {
  return (choice.delta ?? choice.message ?? {}) as Delta;
}

function textOf(content: Delta["content"]): string {
  if (content === null || content === undefined || typeof content === "string") return content ?? "";
  return content.map(({ text }) => (typeof text === "string" ? text : "")).join("");
}
