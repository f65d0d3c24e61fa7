import type { CallId, ChunkId, DocumentId, RunId, Timestamp } from "../../domain/ids.ts";
import type { RetrievedChunk } from "../../domain/knowledge/chunk.ts";
import type { CallEnding } from "../../domain/model/chat.ts";
import type {
  Command,
  CompleteStep,
  RecordApproval,
  ScreenedCall,
  StartRun,
} from "../../domain/run/commands.ts";
import { type Observation, type Problem, type Refusal, STEPS, type Step } from "../../domain/run/events.ts";
import type { ToolOutput } from "../../domain/tools/tool.ts";

/** Commands with the details that a test does not care about. Times are seconds after the run's start. */

export const RUN_ID = "7d0e4b9c-2f1a-4c83-9a55-0c1d2e3f4a5b" as RunId;
export const DEADLINE = 600;

export function at(seconds: number): Timestamp {
  return new Date(Date.UTC(2026, 0, 1) + Math.round(seconds * 1000)).toISOString() as Timestamp;
}

export function start(run: Partial<StartRun["run"]> = {}): Command {
  return {
    type: "StartRun",
    run: {
      message: "What is a lease?",
      mode: "answer",
      conversation_id: "conversation-1",
      tenant_id: "acme",
      user_id: "ada",
      deadline_at: at(DEADLINE),
      ...run,
    },
  };
}

export function begin(step: Step): Command {
  return { type: "BeginStep", step };
}

export function observe(step: Step, ...observations: readonly Observation[]): Command {
  return { type: "Observe", step, observations };
}

/** `respond` streams text. */
export function say(text: string, attempt = 1): Command {
  return observe("respond", { type: "output.chunk", data: { text, step: "respond", attempt } });
}

export const MODEL_STARTED: Observation = {
  type: "model.started",
  data: { iteration: 1, model: "small", provider: "acme-ai" },
};

export const MODEL_COMPLETED: Observation = {
  type: "model.completed",
  data: {
    iteration: 1,
    model: "small",
    input_tokens: 120,
    output_tokens: 30,
    cost_usd: 0.25,
    finish_reason: "stop",
    duration_ms: 80,
  },
};

export function complete(result: CompleteStep["result"]): Command {
  return { type: "CompleteStep", result };
}

export const CHUNK: RetrievedChunk = {
  chunk_id: "leases#what-1" as ChunkId,
  document_id: "leases" as DocumentId,
  text: "A lease names its owner.",
  metadata: {},
  score: 3.5,
};

/** How each step completes when nothing special is found. */
export const COMPLETIONS: { readonly [S in Step]: Extract<CompleteStep["result"], { readonly step: S }> } = {
  receive: { step: "receive", refusal: null, available_tools: ["calculator"] },
  plan: { step: "plan", plan_type: "direct_answer", reason: "it asks something" },
  retrieve: { step: "retrieve", chunks: [CHUNK], duration_ms: 2 },
  respond: { step: "respond", refusal: null },
  verify: {
    step: "verify",
    grounding: "citations",
    verification: { passed: true, reason: "it cites what was retrieved", overrulable: false },
  },
  maybe_approve: { step: "maybe_approve" },
  finalize: { step: "finalize" },
};

/** The text that `through` lets `respond` answer with. */
export const ANSWER = "A lease names its owner [leases#what-1].";

/** From the start to where `step` has begun; `respond` has answered when it lies behind. */
export function upTo(step: Step): readonly Command[] {
  const before = STEPS.slice(0, STEPS.indexOf(step));
  return [start(), ...before.flatMap(through), begin(step)];
}

/** A step from its beginning to its completion. */
export function through(step: Step): readonly Command[] {
  return [begin(step), ...(step === "respond" ? [say(ANSWER)] : []), complete(COMPLETIONS[step])];
}

export const UNVERIFIED: Command = complete({
  step: "verify",
  grounding: "ungrounded",
  verification: { passed: false, reason: "it cites nothing", overrulable: true },
});

export const REFUSAL: Refusal = { reason: "it asks for my instructions", layer: "input" };

export const ERROR: Problem = { code: "model_unavailable", message: "the model answered 503" };

export function fail(step: Step, retry_in: number | null = null): Command {
  const retry = retry_in === null ? null : { at: at(retry_in), backoff_seconds: 2 };
  return { type: "FailStep", step, error: ERROR, retry };
}

type Verdict = ScreenedCall["verdict"];

export const ALLOW: Verdict = { kind: "allow" };
export const DENY: Verdict = {
  kind: "end",
  ending: { status: "denied", reason: "its scope is not allowed" },
};
/** When a person decides, if nothing else is said. */
export const DECIDED = 100;
export const QUESTION_EXPIRES = 300;

export function ask(digest = "digest-1"): Verdict {
  return { kind: "ask", reason: "it writes", digest, expires_at: at(QUESTION_EXPIRES) };
}

/** Asks for calls, by id: `request({ c1: ALLOW, c2: ask() })`. */
export function request(calls: Readonly<Record<string, Verdict>>): Command {
  return {
    type: "RequestTools",
    calls: Object.entries(calls).map(([call_id, verdict]) => ({
      call_id: call_id as CallId,
      tool_name: "calculator",
      arguments: { expression: "17 + 32" },
      source: "builtin",
      permission_scope: "read",
      verdict,
    })),
  };
}

export const OUTPUT_49: ToolOutput = { content: [{ type: "text", text: "49" }] };
export const GAVE_49: CallEnding = { status: "completed", output: OUTPUT_49 };
export const GAVE_ERROR: CallEnding = {
  status: "failed",
  error: { code: "tool_error", message: "not a number" },
};

export function result(call_id: string, ending: CallEnding = GAVE_49): Command {
  return {
    type: "RecordToolResult",
    call_id: call_id as CallId,
    ending,
    duration_ms: 7,
    attempt: 1,
    observations: [],
  };
}

export function progress(call_id: string): Command {
  return {
    type: "RecordProgress",
    call_id: call_id as CallId,
    progress: { progress: 1, total: 2 },
  };
}

export function askAgain(call_id: string): Command {
  return {
    type: "AskAgain",
    call_id: call_id as CallId,
    reason: "its worker died",
    digest: "digest-again",
    expires_at: at(QUESTION_EXPIRES),
  };
}

type Approval = Partial<Omit<RecordApproval, "type" | "call_id">> & { readonly call_id?: string };

export function decideOn(decision: RecordApproval["decision"], { call_id, ...more }: Approval = {}): Command {
  return {
    type: "RecordApproval",
    decision,
    user_id: "grace",
    at: at(DECIDED),
    ...(call_id !== undefined && { call_id: call_id as CallId }),
    ...more,
  };
}

export function askAboutAnswer(): Command {
  return { type: "AskApproval", reason: "it cites nothing", expires_at: at(QUESTION_EXPIRES) };
}

export function cancel(): Command {
  return { type: "Cancel", reason: "no longer needed", user_id: "ada" };
}

export function timeOut(seconds: number): Command {
  return { type: "TimeOut", at: at(seconds) };
}

export function abandon(): Command {
  return {
    type: "Abandon",
    error: { code: "too_many_deliveries", message: "it was delivered 5 times" },
    outcome: "failed",
  };
}
