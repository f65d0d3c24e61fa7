import type { EventDraft, Step } from "./events.ts";
import type { RunState } from "./state.ts";

/** Makes `text` what the reader sees, voiding what was streamed before. */
export function replaceOutput(
  state: RunState,
  text: string,
  step: Step,
  reason: string,
): readonly EventDraft[] {
  if (state.output_text === text) return [];
  return [
    ...(state.output_text === "" ? [] : [{ type: "output.reset", data: { reason } } as const]),
    { type: "output.chunk", data: { text, step, attempt: state.attempts[step] ?? 1 } },
  ];
}

/** Voids what an attempt at answering has streamed. The steps behind `respond` judge an answer that stands. */
export function voidOutput(step: Step, reason: string, state: RunState): readonly EventDraft[] {
  if (step !== "respond" || state.output_text === "") return [];
  return [{ type: "output.reset", data: { reason } }];
}
