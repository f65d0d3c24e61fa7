import { styleText } from "node:util";
import type { RunEvent } from "../../domain/run/events.ts";
import { outputText } from "../../domain/tools/tool.ts";
import { printable } from "./eval/printable.ts";

/** Where the answer goes and where what happens on the way goes: a pipe gets the answer alone. */
export interface Terminal {
  readonly answer: (text: string) => void;
  readonly notice: (text: string) => void;
  readonly colours: boolean;
}

type Colour = "dim" | "cyan" | "yellow" | "red" | "green";

const LONGEST_RESULT = 200;

/** What an answer must not do to the terminal in which a person is asked for consent: move the cursor, hide text. */
const STEERING = /[^\P{Cc}\n\t]/gu;

/** Shows a run's events as they come: steps and tools as notices, the answer as it streams. */
export class RunRenderer {
  readonly #terminal: Terminal;
  /** The cursor stands behind streamed text. */
  #mid_line = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(event: RunEvent): void {
    if (event.type === "output.chunk") {
      this.#terminal.answer(event.data.text.replaceAll(STEERING, "�"));
      this.#mid_line = !event.data.text.endsWith("\n");
      return;
    }
    const notice = noticeOf(event);
    if (notice === null) return;
    if (this.#mid_line) this.#terminal.answer("\n");
    this.#mid_line = false;
    const [colour, told] = notice;
    const indent = told.length - told.trimStart().length;
    const text = " ".repeat(indent) + printable(told.trimStart());
    const { colours } = this.#terminal;
    this.#terminal.notice(`${colours ? styleText(colour, text, { validateStream: false }) : text}\n`);
  }
}

/** What happened in one line and its colour; null for what is not worth a line. */
export function noticeOf(event: RunEvent): readonly [Colour, string] | null {
  switch (event.type) {
    case "output.reset":
      return ["yellow", `↺ the text so far is void: ${event.data.reason}`];
    case "workflow.step.started": {
      const { step, attempt } = event.data;
      return ["dim", `· ${step}${attempt > 1 ? ` (attempt ${attempt})` : ""}`];
    }
    case "conversation.recalled":
      return ["dim", `  ${event.data.turns.length} earlier turns of the conversation`];
    case "retrieval.completed":
      return ["dim", `  ${event.data.number_of_chunks} chunks of evidence`];
    case "tool.requested":
      return ["cyan", `→ ${event.data.tool_name} ${JSON.stringify(event.data.arguments)}`];
    case "tool.progress": {
      const { progress, total, message } = event.data;
      const share = total === undefined ? `${progress}` : `${progress}/${total}`;
      return ["dim", `  … ${share}${message === undefined ? "" : ` ${message}`}`];
    }
    case "tool.completed":
      return ["green", `← ${shorten(outputText(event.data.output))}`];
    case "tool.failed":
      return ["red", `← failed (${event.data.error.code}): ${event.data.error.message}`];
    case "tool.denied":
      return ["red", `← denied: ${event.data.reason}`];
    case "workflow.retrying":
      return ["yellow", `↻ ${event.data.step} again at ${event.data.retry_at}: ${event.data.error.message}`];
    case "workflow.waiting_for_approval":
      return ["yellow", `? a person has to decide: ${event.data.reason}`];
    case "workflow.approval.recorded":
      return ["yellow", `! ${event.data.decision} by ${event.data.user_id}`];
    case "guardrail.triggered":
      return ["yellow", `! guardrail (${event.data.layer}): ${event.data.notes ?? event.data.threat_type}`];
    case "run.completed":
      return ["green", "✓ done"];
    case "run.failed":
      return ["red", `✗ ${event.data.outcome}: ${event.data.reason}`];
    case "run.cancelled":
      return ["red", `✗ cancelled by ${event.data.user_id}: ${event.data.reason}`];
    default:
      return null;
  }
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST_RESULT ? `${line.slice(0, LONGEST_RESULT)}…` : line;
}
