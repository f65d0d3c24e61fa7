import type { RunMode } from "../model/chat.ts";
import type { Outcome } from "../run/summary.ts";
import type { NamePattern } from "../tools/name-pattern.ts";
import type { TextPattern } from "./text-pattern.ts";

/** One question to an engine and what is expected of the run that answers it: a line of a case file. */
export interface EvalCase extends Expectations {
  readonly id: string;
  readonly message: string;
  readonly mode?: RunMode;
  readonly context?: string;
  /**
   * Messages that are sent before, each as a run of the same conversation; or the key of a conversation that
   * all cases with that key are turns of, in the order of the file.
   */
  readonly conversation?: string | readonly string[];
  /** What to answer when the run asks a person. Without it, a run that asks is cancelled and the case fails. */
  readonly approve?: "approved" | "rejected";
  readonly tags?: readonly string[];
}

/** Each is optional: what is not said is not judged. All patterns of a list have to hold. */
export interface Expectations {
  readonly outcome?: Outcome | readonly Outcome[];
  /** Chunk ids that the answer cites; `concepts#*` is any chunk of that document. */
  readonly must_cite?: readonly NamePattern[];
  /** Tools that the model asks for, whatever became of the call. */
  readonly must_call?: readonly NamePattern[];
  /** Tools that the model does not even ask for. */
  readonly must_not_call?: readonly NamePattern[];
  readonly answer_contains?: readonly TextPattern[];
  readonly answer_lacks?: readonly TextPattern[];
  /** US dollars. */
  readonly max_cost_usd?: number;
  /** From the request to the run's last event. */
  readonly max_seconds?: number;
}
