import type { JsonObject } from "../../../../domain/json.ts";
import type { RetrievedChunk } from "../../../../domain/knowledge/chunk.ts";
import type { CallEnding } from "../../../../domain/model/chat.ts";
import { type EventData, isTerminal, type RunEvent, type Step } from "../../../../domain/run/events.ts";
import type { Tone } from "../ui/status.ts";
import { wordsOf } from "./event-words.ts";

export type StepStatus = "running" | "waiting" | "retrying" | "completed" | "failed" | "cancelled";

/** A step as a person follows it: all its attempts together, and what happened in them. */
export interface StepProgress {
  readonly step: Step;
  /** Of the latest. */
  readonly attempt: number;
  readonly status: StepStatus;
  readonly started_at: string;
  /** null while it goes on. */
  readonly ended_at: string | null;
  readonly notes: readonly Note[];
}

/** Something worth telling, in the order in which it happened. `seq` is that of its first event. */
export type Note = SentenceNote | RetrievalNote | ModelNote | ToolNote | RetryNote;

export interface SentenceNote {
  readonly kind: "sentence";
  readonly seq: number;
  readonly tone: Tone;
  readonly text: string;
}

export interface RetrievalNote {
  readonly kind: "retrieval";
  readonly seq: number;
  readonly query: string;
  /** null while it is looked for. */
  readonly found: { readonly chunks: readonly RetrievedChunk[]; readonly duration_ms: number } | null;
}

export interface ModelNote {
  readonly kind: "model";
  readonly seq: number;
  readonly started_at: string;
  readonly call: EventData["model.started"];
  /** `broken`: it never came to its end. */
  readonly answer: EventData["model.completed"] | "broken" | null;
}

export interface ToolNote {
  readonly kind: "tool";
  readonly seq: number;
  readonly requested_at: string;
  readonly call: EventData["tool.requested"];
  /** As a person changed them. */
  readonly edited: JsonObject | null;
  readonly approval: "asked" | "approved" | "rejected" | "expired" | null;
  readonly ending:
    | (CallEnding & { readonly duration_ms: number | null; readonly attempt: number | null })
    | null;
}

export interface RetryNote {
  readonly kind: "retry";
  readonly seq: number;
  readonly data: EventData["workflow.retrying"];
}

export interface Progress {
  /** What happened before the first step. */
  readonly before: readonly Note[];
  readonly steps: readonly StepProgress[];
}

/** What a run's events tell of its way, step by step. Pure: the same events, the same progress. */
export function projectProgress(events: readonly RunEvent[]): Progress {
  const progress = new Projection();
  for (const event of events) progress.take(event);
  return progress;
}

/** The same for a run that nobody tells the end of any more: what was open broke off when it was last heard of. */
export function brokenOff({ before, steps }: Progress, at: string): Progress {
  return { before, steps: steps.map((step) => (step.ended_at === null ? endedStep(step, at) : step)) };
}

function endedStep(step: StepProgress, at: string): StepProgress {
  const notes = step.notes.map((note) =>
    note.kind === "model" && note.answer === null ? ({ ...note, answer: "broken" } as const) : note,
  );
  return { ...step, status: "cancelled", ended_at: at, notes };
}

type Changing<Part> = { -readonly [Key in keyof Part]: Part[Key] };
type OpenStep = Omit<Changing<StepProgress>, "notes"> & { readonly notes: Note[] };

class Projection implements Progress {
  readonly before: Note[] = [];
  readonly steps: OpenStep[] = [];
  #driver: string | null = null;

  take(event: RunEvent) {
    switch (event.type) {
      case "workflow.step.started":
        return this.#start(event);
      case "workflow.step.completed":
        return this.#end("completed", event.ts);
      case "workflow.retrying":
        this.#breakModel();
        this.#forgetError(event.data.error.message);
        this.#turn("retrying");
        return this.#note({ kind: "retry", seq: event.seq, data: event.data });
      case "workflow.waiting_for_event":
        return this.#turn("waiting");
      case "retrieval.started":
        return this.#note({ kind: "retrieval", seq: event.seq, query: event.data.query, found: null });
      case "retrieval.completed": {
        const { chunks, duration_ms } = event.data;
        return this.#change("retrieval", (note) => note.found === null, { found: { chunks, duration_ms } });
      }
      case "model.started": {
        this.#turn("running");
        const { ts: started_at, seq, data: call } = event;
        return this.#note({ kind: "model", seq, started_at, call, answer: null });
      }
      case "model.completed":
        return this.#change("model", (note) => note.answer === null, { answer: event.data });
      case "tool.requested": {
        const { ts: requested_at, seq, data: call } = event;
        const open = { edited: null, approval: null, ending: null };
        return this.#note({ kind: "tool", seq, requested_at, call, ...open });
      }
      case "tool.completed": {
        const { call_id, output, duration_ms, attempt } = event.data;
        return this.#changeCall(call_id, { ending: { status: "completed", output, duration_ms, attempt } });
      }
      case "tool.failed": {
        const { call_id, error, duration_ms, attempt } = event.data;
        return this.#changeCall(call_id, { ending: { status: "failed", error, duration_ms, attempt } });
      }
      case "tool.denied": {
        const { call_id, reason } = event.data;
        const ending = { status: "denied", reason, duration_ms: null, attempt: null } as const;
        return this.#changeCall(call_id, { ending });
      }
      case "workflow.waiting_for_approval":
        this.#turn("waiting");
        if (event.data.call_id !== undefined) this.#changeCall(event.data.call_id, { approval: "asked" });
        return this.#tell(event);
      case "workflow.approval.recorded": {
        const { call_id, decision: approval, arguments: edited } = event.data;
        if (call_id !== undefined) this.#changeCall(call_id, { approval, edited: edited ?? null });
        return this.#tell(event);
      }
      case "output.reset":
        this.#breakModel();
        return this.#tell(event);
      case "workflow.failed":
        this.#breakModel();
        return this.#end(event.data.status, event.ts);
      default:
        this.#tell(event);
        if (isTerminal(event)) this.#end("completed", event.ts);
    }
  }

  #start({ ts, seq, data: { step, attempt, driver } }: RunEvent<"workflow.step.started">): void {
    const again = this.steps.at(-1)?.step === step ? this.steps.at(-1) : undefined;
    if (again === undefined) {
      this.#end("completed", ts);
      this.steps.push({ step, attempt, status: "running", started_at: ts, ended_at: null, notes: [] });
    } else {
      this.#breakModel();
      Object.assign(again, { attempt, status: "running", ended_at: null });
    }
    const worker = driver?.worker_id ?? null;
    if (this.#driver !== null && worker !== null && worker !== this.#driver) {
      const text = `Another worker goes on with the run: ${worker}.`;
      this.#note({ kind: "sentence", seq, tone: "warn", text });
    }
    this.#driver = worker ?? this.#driver;
  }

  /** Ends the step that goes on, if one does. */
  #end(status: StepStatus, at: string): void {
    const step = this.steps.at(-1);
    if (step !== undefined && step.ended_at === null) Object.assign(step, { status, ended_at: at });
  }

  #turn(status: StepStatus): void {
    const step = this.steps.at(-1);
    if (step !== undefined && step.ended_at === null) step.status = status;
  }

  #tell(event: RunEvent): void {
    const words = wordsOf(event);
    if (words !== null) this.#note({ kind: "sentence", seq: event.seq, ...words });
  }

  #note(note: Note): void {
    (this.steps.at(-1)?.notes ?? this.before).push(note);
  }

  /** The retry says it again, and what becomes of it. */
  #forgetError(message: string): void {
    const notes = this.steps.at(-1)?.notes ?? this.before;
    const at = notes.findLastIndex(
      (note) => note.kind === "sentence" && note.tone === "bad" && note.text.includes(message),
    );
    if (at >= 0) notes.splice(at, 1);
  }

  #breakModel(): void {
    this.#change("model", (note) => note.answer === null, { answer: "broken" });
  }

  #changeCall(call_id: string, change: Partial<ToolNote>): void {
    this.#turn("waiting");
    this.#change("tool", (note) => note.call.call_id === call_id, change);
  }

  /** Changes the latest note of the step that is of this kind and is meant. */
  #change<Kind extends Note["kind"]>(
    kind: Kind,
    isMeant: (note: Extract<Note, { readonly kind: Kind }>) => boolean,
    change: Partial<Extract<Note, { readonly kind: Kind }>>,
  ): void {
    const notes = this.steps.at(-1)?.notes ?? this.before;
    const at = notes.findLastIndex(
      (note) => note.kind === kind && isMeant(note as Extract<Note, { readonly kind: Kind }>),
    );
    const note = notes[at];
    if (note !== undefined) notes[at] = { ...note, ...change };
  }
}
