import { TransientError } from "../domain/errors.ts";
import { OutputGuard } from "../domain/guardrails/output-guard.ts";
import type { ChatRequest } from "../domain/model/chat.ts";
import { type JudgedCapability, type Question, readObject } from "../domain/model/judgements/question.ts";
import type { Clock } from "../domain/ports/clock.ts";
import { problemOf } from "../domain/run/problem.ts";
import type { RunState } from "../domain/run/state.ts";
import type { ModelCalls, TextSink } from "./model-calls.ts";
import { TimedSignal } from "./timed-signal.ts";
import type { StepContext } from "./workflow-step.ts";

export interface JudgeOptions {
  /** What models are asked to judge; of the rest, the rules alone decide. */
  readonly capabilities: readonly JudgedCapability[];
  /** A judgement that takes longer is done without. */
  readonly timeout_ms: number;
  /** Values that are redacted in what a model says, since it may reach the user. */
  readonly secrets: readonly string[];
}

/** No judgement is longer; what is longer is something else. */
const LONGEST = 20_000;

/**
 * Asks models for second opinions where configuration routes the capability to one. A model that is away, out
 * of budget, slow or makes no sense costs the run its opinion and nothing else: the rules' answer stands.
 */
export class ModelJudge {
  readonly #calls: ModelCalls;
  readonly #clock: Clock;
  readonly #options: JudgeOptions;

  constructor(calls: ModelCalls, clock: Clock, options: JudgeOptions) {
    this.#calls = calls;
    this.#clock = clock;
    this.#options = options;
  }

  /** The judgement and who made it; null when there is none, which the run tells unless nobody was to be asked. */
  async ask<T>(
    question: Question<T>,
    state: RunState,
    context: StepContext,
  ): Promise<{ readonly judged: T; readonly model: string } | null> {
    const { capability, read } = question;
    if (!this.#options.capabilities.includes(capability)) return null;
    const request = requestFor(question, state);
    const { model } = this.#calls.describe(request);
    const told = await this.#answer(request, state, context);
    const answer = "answer" in told ? readObject(told.answer) : null;
    const judged = answer && read(answer);
    if (judged !== null) return { judged, model };
    const { code, message } = "problem" in told ? told.problem : UNUSABLE;
    const reason = `the ${capability} model gave no judgement, so the rules decide alone: ${message}`;
    const data = { scope: "model_routing", reason, metadata: { capability, model, code } };
    context.observe({ type: "degraded.mode.entered", data });
    return null;
  }

  async #answer(request: ChatRequest, state: RunState, context: StepContext) {
    const { timeout_ms } = this.#options;
    const message = `nothing was decided within ${timeout_ms / 1000} s`;
    const late = () => new TransientError("model_timeout", message);
    using patience = new TimedSignal(this.#clock, context.signal, timeout_ms, late);
    const sink = new Words(this.#options.secrets);
    const made = await this.#calls.make(
      { request, iteration: state.iterations, sink, signal: patience.signal },
      state,
      context,
    );
    if (made.status === "failed") return { problem: problemOf(made.error) };
    const { finish_reason } = made.end;
    if (finish_reason === "stop") return { answer: sink.kept };
    return { problem: { code: finish_reason, message: `its answer ended with ${finish_reason}` } };
  }
}

const UNUSABLE = { code: "unusable_answer", message: "its answer is not what was asked for" };

function requestFor(
  { capability, instructions, message, schema }: Question<unknown>,
  state: RunState,
): ChatRequest {
  return {
    capability,
    instructions,
    mode: state.mode,
    message,
    context: null,
    earlier: [],
    evidence: [],
    turns: [],
    tools: [],
    answer_schema: schema,
  };
}

/** What a judge says, gathered; it is kept with the call, since it is no output of the run. */
class Words implements TextSink {
  readonly #guard: OutputGuard;
  #text = "";

  constructor(secrets: readonly string[]) {
    this.#guard = new OutputGuard({ secrets });
  }

  get kept(): string {
    return this.#text;
  }

  write(text: string): void {
    this.#text += this.#guard.push(text);
    if (this.#text.length > LONGEST) throw new TransientError("unusable_answer", "its answer does not end");
  }

  async close(): Promise<void> {
    this.#text += this.#guard.flush();
  }
}
