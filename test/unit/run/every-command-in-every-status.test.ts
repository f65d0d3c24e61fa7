import { describe, it } from "vitest";
import type { RefusalCode } from "../../../domain/errors.ts";
import type { Command } from "../../../domain/run/commands.ts";
import { type EventType, STEPS, type Step } from "../../../domain/run/events.ts";
import { given, happened } from "../../support/given.ts";
import {
  ALLOW,
  abandon,
  askAboutAnswer,
  askAgain,
  begin,
  COMPLETIONS,
  cancel,
  complete,
  DEADLINE,
  decideOn,
  fail,
  GAVE_49,
  observe,
  progress,
  request,
  result,
  say,
  start,
  timeOut,
  upTo,
} from "../../support/run-commands.ts";
import { STAGES, type Stage } from "../../support/run-stages.ts";

/** What follows from a command: events, none when it has taken effect already, or a refusal. */
type Claim = readonly EventType[] | RefusalCode;

/** One of each kind, all of them meant for a run that is at `respond` with the call c1. */
const COMMANDS: { readonly [T in Command["type"]]: Extract<Command, { readonly type: T }> } = {
  StartRun: typed("StartRun", start()),
  BeginStep: typed("BeginStep", begin("respond")),
  Observe: typed("Observe", say("more")),
  CompleteStep: typed("CompleteStep", complete(COMPLETIONS.respond)),
  RequestTools: typed("RequestTools", request({ c2: ALLOW })),
  AskApproval: typed("AskApproval", askAboutAnswer()),
  FailStep: typed("FailStep", fail("respond", 30)),
  RecordProgress: typed("RecordProgress", progress("c1")),
  RecordToolResult: typed("RecordToolResult", result("c1", GAVE_49)),
  AskAgain: typed("AskAgain", askAgain("c1")),
  RecordApproval: typed("RecordApproval", decideOn("approved")),
  Cancel: typed("Cancel", cancel()),
  TimeOut: typed("TimeOut", timeOut(DEADLINE)),
  Abandon: typed("Abandon", abandon()),
};

function typed<T extends Command["type"]>(type: T, command: Command): Extract<Command, { readonly type: T }> {
  if (command.type !== type) throw new TypeError(`${command.type} is no ${type}`);
  return command as Extract<Command, { readonly type: T }>;
}

const CANCELLED = ["decision.made", "workflow.failed", "status.changed", "run.cancelled"] as const;
const FAILED = ["output.chunk", "decision.made", "workflow.failed", "status.changed", "run.failed"] as const;
const FAILED_ANEW = ["output.reset", ...FAILED] as const;
const REQUESTED = [
  "decision.made",
  "tool.requested",
  "workflow.waiting_for_event",
  "status.changed",
] as const;
const EXPIRED_CALL = ["workflow.approval.recorded", "tool.denied", "status.changed"] as const;

const ENDED = {
  StartRun: "run_exists",
  BeginStep: "run_ended",
  Observe: "run_ended",
  CompleteStep: "run_ended",
  RequestTools: "run_ended",
  AskApproval: "run_ended",
  FailStep: "run_ended",
  RecordProgress: "run_ended",
  RecordToolResult: "run_ended",
  AskAgain: "run_ended",
  RecordApproval: "nothing_waits",
  Cancel: "run_ended",
  TimeOut: [],
  Abandon: "run_ended",
} as const satisfies Record<Command["type"], Claim>;

const CLAIMS: Readonly<Record<Stage, Readonly<Record<Command["type"], Claim>>>> = {
  not_started: {
    StartRun: ["run.started", "status.changed", "workflow.started"],
    BeginStep: "out_of_order",
    Observe: "out_of_order",
    CompleteStep: "out_of_order",
    RequestTools: "out_of_order",
    AskApproval: "out_of_order",
    FailStep: "out_of_order",
    RecordProgress: "out_of_order",
    RecordToolResult: "out_of_order",
    AskAgain: "out_of_order",
    RecordApproval: "out_of_order",
    Cancel: "out_of_order",
    TimeOut: "out_of_order",
    Abandon: "out_of_order",
  },
  queued: {
    StartRun: "run_exists",
    BeginStep: "out_of_order",
    Observe: "out_of_order",
    CompleteStep: "out_of_order",
    RequestTools: "out_of_order",
    AskApproval: "out_of_order",
    FailStep: "out_of_order",
    RecordProgress: "unknown_call",
    RecordToolResult: "unknown_call",
    AskAgain: "unknown_call",
    RecordApproval: "nothing_waits",
    Cancel: CANCELLED,
    TimeOut: [],
    Abandon: FAILED,
  },
  "running, started": {
    StartRun: "run_exists",
    BeginStep: ["output.reset", "workflow.step.started"],
    Observe: ["output.chunk"],
    CompleteStep: ["workflow.step.completed"],
    RequestTools: ["output.reset", ...REQUESTED],
    AskApproval: "out_of_order",
    FailStep: ["error.raised", "output.reset", "workflow.retrying"],
    RecordProgress: "unknown_call",
    RecordToolResult: "unknown_call",
    AskAgain: "unknown_call",
    RecordApproval: "nothing_waits",
    Cancel: CANCELLED,
    TimeOut: FAILED_ANEW,
    Abandon: FAILED_ANEW,
  },
  "running, resumable": {
    StartRun: "run_exists",
    BeginStep: ["status.changed"],
    Observe: ["output.chunk"],
    CompleteStep: ["workflow.step.completed"],
    RequestTools: REQUESTED.filter((type) => type !== "status.changed"),
    AskApproval: "out_of_order",
    FailStep: ["error.raised", "workflow.retrying"],
    RecordProgress: "call_ended",
    RecordToolResult: "call_ended",
    AskAgain: "call_ended",
    RecordApproval: "nothing_waits",
    Cancel: CANCELLED,
    TimeOut: FAILED,
    Abandon: FAILED,
  },
  "running, completed": {
    StartRun: "run_exists",
    BeginStep: "out_of_order",
    Observe: "out_of_order",
    CompleteStep: "out_of_order",
    RequestTools: "out_of_order",
    AskApproval: "out_of_order",
    FailStep: "out_of_order",
    RecordProgress: "unknown_call",
    RecordToolResult: "unknown_call",
    AskAgain: "unknown_call",
    RecordApproval: "nothing_waits",
    Cancel: CANCELLED,
    TimeOut: FAILED_ANEW,
    Abandon: FAILED_ANEW,
  },
  waiting_for_tool: {
    StartRun: "run_exists",
    BeginStep: "out_of_order",
    Observe: "out_of_order",
    CompleteStep: "out_of_order",
    RequestTools: "out_of_order",
    AskApproval: "out_of_order",
    FailStep: "out_of_order",
    RecordProgress: ["tool.progress"],
    RecordToolResult: ["tool.completed", "decision.made"],
    AskAgain: ["workflow.waiting_for_approval", "status.changed"],
    RecordApproval: "nothing_waits",
    Cancel: ["tool.failed", ...CANCELLED],
    TimeOut: ["tool.failed", ...FAILED],
    Abandon: ["tool.failed", ...FAILED],
  },
  "waiting_for_approval at respond": {
    StartRun: "run_exists",
    BeginStep: "out_of_order",
    Observe: "out_of_order",
    CompleteStep: "out_of_order",
    RequestTools: "out_of_order",
    AskApproval: "out_of_order",
    FailStep: "out_of_order",
    RecordProgress: "out_of_order",
    RecordToolResult: "out_of_order",
    AskAgain: "out_of_order",
    RecordApproval: ["workflow.approval.recorded", "status.changed"],
    Cancel: ["tool.failed", ...CANCELLED],
    TimeOut: EXPIRED_CALL,
    Abandon: ["tool.failed", ...FAILED],
  },
  "waiting_for_approval at maybe_approve": {
    StartRun: "run_exists",
    BeginStep: "out_of_order",
    Observe: "out_of_order",
    CompleteStep: "out_of_order",
    RequestTools: "out_of_order",
    AskApproval: "out_of_order",
    FailStep: "out_of_order",
    RecordProgress: "unknown_call",
    RecordToolResult: "unknown_call",
    AskAgain: "unknown_call",
    RecordApproval: ["workflow.approval.recorded", "status.changed"],
    Cancel: CANCELLED,
    TimeOut: ["workflow.approval.recorded", "status.changed"],
    Abandon: FAILED_ANEW,
  },
  retrying: {
    StartRun: "run_exists",
    BeginStep: ["workflow.step.started"],
    Observe: "out_of_order",
    CompleteStep: "out_of_order",
    RequestTools: "out_of_order",
    AskApproval: "out_of_order",
    FailStep: "out_of_order",
    RecordProgress: "unknown_call",
    RecordToolResult: "unknown_call",
    AskAgain: "unknown_call",
    RecordApproval: "nothing_waits",
    Cancel: CANCELLED,
    TimeOut: FAILED,
    Abandon: FAILED,
  },
  completed: ENDED,
  failed: ENDED,
  cancelled: { ...ENDED, Cancel: [] },
};

describe.each(keysOf(CLAIMS))("a run that is %s", (status) => {
  it.each(keysOf(CLAIMS[status]))("%s", (type) => {
    claim(STAGES[status], COMMANDS[type], CLAIMS[status][type]);
  });
});

/** What only one step may do, and what each step's attempts do, whichever step that is. */
type StepCommand =
  | "BeginStep, anew"
  | "BeginStep of the step after"
  | "Observe"
  | "CompleteStep"
  | "RequestTools"
  | "AskApproval"
  | "FailStep, to be retried"
  | "FailStep, for good";

const STARTED = ["workflow.step.started"] as const;
const RETRYING = ["error.raised", "workflow.retrying"] as const;
const FAILED_STEP = ["error.raised", ...FAILED] as const;
const COMPLETED = ["workflow.step.completed"] as const;

/** What every step has in common; `respond` has no text yet, behind it there is an answer. */
const ANY_STEP = {
  "BeginStep, anew": STARTED,
  "BeginStep of the step after": "out_of_order",
  Observe: ["decision.made"],
  CompleteStep: COMPLETED,
  RequestTools: "out_of_order",
  AskApproval: "out_of_order",
  "FailStep, to be retried": RETRYING,
  "FailStep, for good": FAILED_STEP,
} as const satisfies Record<StepCommand, Claim>;
const STEP_BEHIND_ANSWER = { ...ANY_STEP, "FailStep, for good": ["error.raised", ...FAILED_ANEW] } as const;

const STEP_CLAIMS: Readonly<Record<Step, Readonly<Record<StepCommand, Claim>>>> = {
  receive: { ...ANY_STEP, CompleteStep: ["decision.made", ...COMPLETED] },
  plan: { ...ANY_STEP, CompleteStep: ["decision.made", ...COMPLETED] },
  retrieve: { ...ANY_STEP, CompleteStep: ["retrieval.completed", "decision.made", ...COMPLETED] },
  respond: { ...ANY_STEP, RequestTools: REQUESTED },
  verify: { ...STEP_BEHIND_ANSWER, CompleteStep: ["decision.made", "decision.made", ...COMPLETED] },
  maybe_approve: { ...STEP_BEHIND_ANSWER, AskApproval: ["workflow.waiting_for_approval", "status.changed"] },
  finalize: {
    ...STEP_BEHIND_ANSWER,
    CompleteStep: [...COMPLETED, "decision.made", "workflow.completed", "status.changed", "run.completed"],
  },
};

function stepCommand(command: StepCommand, step: Step): Command {
  switch (command) {
    case "BeginStep, anew":
      return begin(step);
    case "BeginStep of the step after":
      return begin(STEPS[STEPS.indexOf(step) + 1] ?? "receive");
    case "Observe":
      return observe(step, { type: "decision.made", data: { name: "response_strategy", value: "short" } });
    case "CompleteStep":
      return complete(COMPLETIONS[step]);
    case "RequestTools":
      return request({ c1: ALLOW });
    case "AskApproval":
      return askAboutAnswer();
    case "FailStep, to be retried":
      return fail(step, 30);
    case "FailStep, for good":
      return fail(step);
    default:
      return command satisfies never;
  }
}

describe.each(keysOf(STEP_CLAIMS))("a run at the step %s", (step) => {
  it.each(keysOf(STEP_CLAIMS[step]))("%s", (command) => {
    claim(upTo(step), stepCommand(command, step), STEP_CLAIMS[step][command]);
  });
});

function claim(history: readonly Command[], command: Command, expected: Claim): void {
  const specification = given(happened(...history)).when(command);
  if (typeof expected === "string") specification.thenRefused(expected);
  else specification.thenTypes(expected);
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(record) as K[];
}
