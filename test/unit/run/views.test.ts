import { describe, expect, it } from "vitest";
import { summarize } from "../../../domain/run/summary.ts";
import { toRunStateView, toWorkflowStateView } from "../../../domain/run/views.ts";
import { stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ask,
  at,
  begin,
  CHUNK,
  DENY,
  decideOn,
  ERROR,
  fail,
  MODEL_COMPLETED,
  observe,
  request,
  result,
  start,
  timeOut,
  UNVERIFIED,
  upTo,
} from "../../support/run-commands.ts";
import { STAGES } from "../../support/run-stages.ts";

/** The lists of the HTTP contract, word for word: clients know these names. */
const RUN_STATE = `run_id, message, context, mode, tenant_id, user_id, conversation_id, forked_from, status, phase, plan_type,
  output_text, outcome, outcome_reason, verification_passed, verification_reason, decisions, available_tools,
  requested_tool, tool_source, tool_permission_scope, tool_denied_reason, last_tool_status, tool_requests,
  tool_results, retrieved_chunks, sanitized_chunk_ids, guardrail_status, guardrail_reason, guardrail_layer,
  guardrail_threat_type, degraded, degraded_reason, cost_spent_usd, cost_limit_usd, created_at, updated_at,
  last_seq`;
const WORKFLOW_STATE = `run_id, current_step, status, attempts, waiting_for_human, human_decision,
  pending_events, pending_calls, last_error, created_at, updated_at`;
const SUMMARY = `run_id, status, outcome, message, mode, tenant_id, user_id, conversation_id, created_at,
  updated_at, ended_at, last_seq`;

const stages = Object.entries(STAGES).filter(([stage]) => stage !== "not_started");

describe.each(stages)("what clients see of a run that is %s", (_, commands) => {
  const state = stateAfter(...commands);

  it("has the fields of the contract, all of them and no other", () => {
    expect(fieldsOf(toRunStateView(state))).toEqual(named(RUN_STATE));
    expect(fieldsOf(toWorkflowStateView(state))).toEqual(named(WORKFLOW_STATE));
    expect(fieldsOf(summarize(state))).toEqual(named(SUMMARY));
  });

  it("has no field that JSON would drop", () => {
    for (const view of [toRunStateView(state), toWorkflowStateView(state), summarize(state)]) {
      expect(JSON.parse(JSON.stringify(view))).toEqual(view);
      expect(fieldsOf(JSON.parse(JSON.stringify(view)))).toEqual(fieldsOf(view));
    }
  });
});

describe("the run's state as clients see it", () => {
  it("starts with what was asked", () => {
    const state = stateAfter(start({ context: "From the handbook.", cost_limit_usd: 2 }));
    expect(toRunStateView(state)).toMatchObject({
      message: "What is a lease?",
      context: "From the handbook.",
      mode: "answer",
      tenant_id: "acme",
      status: "queued",
      phase: "received",
      output_text: "",
      outcome: null,
      verification_passed: null,
      requested_tool: null,
      last_tool_status: null,
      cost_spent_usd: 0,
      cost_limit_usd: 2,
      degraded: false,
      created_at: at(0),
      last_seq: 3,
    });
  });

  it("tells of the last tool, and of all of them", () => {
    const requested = [...upTo("respond"), request({ c1: ALLOW })];
    expect(toRunStateView(stateAfter(...requested))).toMatchObject({
      status: "waiting_for_tool",
      requested_tool: "calculator",
      tool_source: "builtin",
      tool_permission_scope: "read",
      last_tool_status: "requested",
      tool_results: [],
    });
    const view = toRunStateView(
      stateAfter(...requested, result("c1"), begin("respond"), request({ c2: DENY })),
    );
    expect(view).toMatchObject({
      last_tool_status: "denied",
      tool_denied_reason: "its scope is not allowed",
    });
    expect(view.tool_requests).toEqual([
      {
        call_id: "c1",
        tool_name: "calculator",
        arguments: { expression: "17 + 32" },
        source: "builtin",
        permission_scope: "read",
        policy: "allow",
        approval: "not_needed",
        iteration: 1,
      },
      {
        call_id: "c2",
        tool_name: "calculator",
        arguments: { expression: "17 + 32" },
        source: "builtin",
        permission_scope: "read",
        policy: "deny",
        approval: "not_needed",
        iteration: 2,
      },
    ]);
    expect(view.tool_results).toEqual([
      {
        call_id: "c1",
        tool_name: "calculator",
        status: "completed",
        output: { content: [{ type: "text", text: "49" }] },
        duration_ms: 7,
        attempt: 1,
      },
      {
        call_id: "c2",
        tool_name: "calculator",
        status: "denied",
        reason: "its scope is not allowed",
        duration_ms: null,
        attempt: null,
      },
    ]);
  });

  it("tells what the guardrails did, what was cut, and what it cost", () => {
    const state = stateAfter(
      ...upTo("respond"),
      observe(
        "respond",
        {
          type: "guardrail.triggered",
          data: { layer: "context", threat_type: "indirect_injection", confidence: "high", notes: "cut" },
        },
        { type: "context.sanitized", data: { original_chunk_id: CHUNK.chunk_id, sanitization_applied: "x" } },
        { type: "context.sanitized", data: { original_chunk_id: CHUNK.chunk_id, sanitization_applied: "y" } },
        { type: "degraded.mode.entered", data: { scope: "tools", reason: "no tool worker", metadata: {} } },
        MODEL_COMPLETED,
      ),
    );
    expect(toRunStateView(state)).toMatchObject({
      retrieved_chunks: [CHUNK],
      sanitized_chunk_ids: [CHUNK.chunk_id],
      guardrail_status: "triggered",
      guardrail_layer: "context",
      guardrail_threat_type: "indirect_injection",
      guardrail_reason: "cut",
      degraded: true,
      degraded_reason: "no tool worker",
      cost_spent_usd: 0.25,
    });
  });

  it("tells how it ended and why", () => {
    expect(toRunStateView(stateAfter(...STAGES.completed))).toMatchObject({
      outcome: "success",
      outcome_reason: null,
      verification_passed: true,
    });
    expect(toRunStateView(stateAfter(...STAGES.failed))).toMatchObject({
      outcome: "failed",
      outcome_reason: ERROR.message,
    });
    expect(toRunStateView(stateAfter(...STAGES.cancelled))).toMatchObject({
      outcome: "cancelled",
      outcome_reason: "no longer needed",
      last_tool_status: "failed",
    });
    expect(toRunStateView(stateAfter(...upTo("verify"), UNVERIFIED))).toMatchObject({
      verification_passed: false,
      verification_reason: "it cites nothing",
    });
  });
});

describe("the workflow's state as clients see it", () => {
  const view = (stage: keyof typeof STAGES) => toWorkflowStateView(stateAfter(...STAGES[stage]));

  it("names the step that is due", () => {
    expect(view("queued").current_step).toBe("receive");
    expect(view("running, started").current_step).toBe("respond");
    expect(view("running, completed").current_step).toBe("verify");
    expect(view("retrying").current_step).toBe("respond");
    expect(view("completed").current_step).toBe("finalize");
    expect(view("cancelled").current_step).toBe("respond");
  });

  it("says that a run waits for tools, and for which calls", () => {
    expect(view("waiting_for_tool")).toMatchObject({
      status: "waiting_for_event",
      waiting_for_human: false,
      pending_events: ["tool.completed", "tool.failed", "tool.denied"],
      pending_calls: ["c1"],
    });
  });

  it("says that a run waits for a person", () => {
    expect(view("waiting_for_approval at respond")).toMatchObject({
      status: "waiting_for_approval",
      waiting_for_human: true,
      pending_events: ["workflow.approval.recorded"],
      pending_calls: ["c1"],
    });
    expect(view("waiting_for_approval at maybe_approve")).toMatchObject({
      waiting_for_human: true,
      pending_events: ["workflow.approval.recorded"],
      pending_calls: [],
    });
  });

  it("says that a run waits for both", () => {
    const both = stateAfter(...upTo("respond"), request({ c1: ALLOW, c2: ask() }));
    expect(toWorkflowStateView(both)).toMatchObject({
      pending_events: ["workflow.approval.recorded", "tool.completed", "tool.failed", "tool.denied"],
      pending_calls: ["c1", "c2"],
    });
  });

  it("keeps what a person decided, and the last error", () => {
    const asked = [...upTo("respond"), request({ c1: ask() })];
    expect(toWorkflowStateView(stateAfter(...asked, decideOn("rejected"))).human_decision).toBe("rejected");
    expect(toWorkflowStateView(stateAfter(...asked, timeOut(300))).human_decision).toBe("expired");
    expect(view("retrying")).toMatchObject({ status: "retrying", last_error: ERROR.message });
  });

  it("counts attempts", () => {
    const again = stateAfter(...upTo("respond"), fail("respond", 30), begin("respond"));
    expect(toWorkflowStateView(again).attempts).toEqual({ receive: 1, plan: 1, retrieve: 1, respond: 2 });
  });
});

describe("a summary", () => {
  it("knows when the run ended", () => {
    const ended = stateAfter(...STAGES.completed);
    expect(summarize(ended)).toMatchObject({
      status: "completed",
      outcome: "success",
      created_at: at(0),
      ended_at: at(ended.last_seq - 1),
      last_seq: ended.last_seq,
    });
    expect(summarize(stateAfter(...STAGES.waiting_for_tool))).toMatchObject({
      outcome: null,
      ended_at: null,
    });
  });
});

function fieldsOf(view: object): readonly string[] {
  return Object.keys(view).sort();
}

function named(list: string): readonly string[] {
  return list.split(/,\s+/).sort();
}
