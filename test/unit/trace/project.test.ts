import { describe, expect, it } from "vitest";
import type { Command } from "../../../domain/run/commands.ts";
import type { Observation, RunEvent } from "../../../domain/run/events.ts";
import { projectTrace } from "../../../domain/trace/project.ts";
import type { Span } from "../../../domain/trace/span.ts";
import { happened, recorded } from "../../support/given.ts";
import {
  ALLOW,
  ask,
  at,
  begin,
  COMPLETIONS,
  cancel,
  complete,
  DEADLINE,
  DENY,
  decideOn,
  ERROR,
  fail,
  GAVE_ERROR,
  MODEL_COMPLETED,
  MODEL_STARTED,
  observe,
  QUESTION_EXPIRES,
  RUN_ID,
  request,
  result,
  say,
  start,
  through,
  timeOut,
  UNVERIFIED,
  upTo,
} from "../../support/run-commands.ts";
import { STAGES } from "../../support/run-stages.ts";

const RETRIEVAL_STARTED: Observation = {
  type: "retrieval.started",
  data: { query: "What is a lease?", query_length: 16 },
};

/** A whole run: retrieval, a model call that asks for a tool, the tool, a model call that answers. */
const CALCULATION: readonly Command[] = [
  ...upTo("retrieve"),
  observe("retrieve", RETRIEVAL_STARTED),
  complete(COMPLETIONS.retrieve),
  begin("respond"),
  observe("respond", MODEL_STARTED, MODEL_COMPLETED),
  request({ c1: ALLOW }),
  result("c1"),
  begin("respond"),
  observe("respond", MODEL_STARTED),
  say("49"),
  observe("respond", MODEL_COMPLETED),
  complete(COMPLETIONS.respond),
  ...through("verify"),
  ...through("maybe_approve"),
  ...through("finalize"),
];

function traced(...commands: readonly Command[]) {
  const events = recorded(happened(...commands));
  return { events, ...projectTrace(events) };
}

/** The spans as an indented list: name, status. */
function outline(spans: readonly Span[]): readonly string[] {
  const depths = new Map<string | null, number>();
  return spans.map(({ span_id, parent_span_id, name, status }) => {
    const depth = (depths.get(parent_span_id) ?? -1) + 1;
    depths.set(span_id, depth);
    return `${"  ".repeat(depth)}${name}: ${status}`;
  });
}

function only(spans: readonly Span[], name: string): Span {
  const found = spans.filter((span) => span.name === name);
  const [span] = found;
  if (span === undefined || found.length > 1) throw new RangeError(`${found.length} spans are named ${name}`);
  return span;
}

function firstOf(events: readonly RunEvent[], type: RunEvent["type"]): RunEvent {
  const found = events.find((event) => event.type === type);
  if (found === undefined) throw new RangeError(`no ${type}`);
  return found;
}

describe("the trace of a run that used a tool", () => {
  const { events, trace, spans } = traced(...CALCULATION);

  it("has a span for everything that took time, under what it was done for", () => {
    expect(outline(spans)).toEqual([
      "invoke_workflow baton: success",
      "  receive: success",
      "  plan: success",
      "  retrieve: success",
      "    retrieval: success",
      "  respond: success",
      "    chat small: success",
      "    execute_tool calculator: success",
      "    wait for tools: success",
      "    chat small: success",
      "  verify: success",
      "  maybe_approve: success",
      "  finalize: success",
    ]);
    expect(new Set(spans.map(({ kind }) => kind))).toEqual(
      new Set(["workflow", "intelligence", "model", "tool", "wait"]),
    );
  });

  it("measures from event to event", () => {
    const tool = only(spans, "execute_tool calculator");
    const requested = firstOf(events, "tool.requested");
    const completed = firstOf(events, "tool.completed");
    expect(tool).toMatchObject({
      start_time: requested.ts,
      end_time: completed.ts,
      duration_ms: (completed.seq - requested.seq) * 1000,
    });
  });

  it("counts in total what happened", () => {
    expect(trace).toEqual({
      trace_id: RUN_ID.replaceAll("-", ""),
      root_span_id: spans[0]?.span_id,
      start_time: at(0),
      end_time: at(events.length - 1),
      status: "success",
      totals: {
        duration_ms: (events.length - 1) * 1000,
        model_calls: 2,
        input_tokens: 240,
        output_tokens: 60,
        cost_usd: 0.5,
        tool_calls: 1,
        events: events.length,
      },
    });
  });

  it("names things as the GenAI conventions do", () => {
    expect(only(spans, "invoke_workflow baton").attributes).toEqual({
      "gen_ai.operation.name": "invoke_workflow",
      "gen_ai.agent.name": "baton",
      "gen_ai.conversation.id": "conversation-1",
      "baton.run.id": RUN_ID,
      "baton.run.mode": "answer",
      "baton.run.outcome": "success",
    });
    expect(spans.find(({ kind }) => kind === "model")?.attributes).toEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "acme-ai",
      "gen_ai.request.model": "small",
      "gen_ai.usage.input_tokens": 120,
      "gen_ai.usage.output_tokens": 30,
      "gen_ai.response.finish_reasons": ["stop"],
      "baton.model.iteration": 1,
      "baton.model.capability": "generation",
      "baton.model.cost_usd": 0.25,
    });
    expect(only(spans, "execute_tool calculator").attributes).toEqual({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "calculator",
      "gen_ai.tool.call.id": "c1",
      "baton.tool.source": "builtin",
      "baton.tool.permission_scope": "read",
      "baton.tool.policy": "allow",
      "baton.tool.attempt": 1,
      "baton.tool.duration_ms": 7,
    });
    expect(only(spans, "retrieval").attributes).toEqual({
      "gen_ai.operation.name": "retrieval",
      "baton.retrieval.chunks": 1,
    });
  });

  it("has the same ids whenever it is made, and keeps them while the run goes on", () => {
    expect(projectTrace(events).spans).toEqual(spans);
    const early = projectTrace(events.slice(0, 20)).spans.map(({ span_id }) => span_id);
    expect(early.length).toBeGreaterThan(3);
    expect(early).toEqual(spans.slice(0, early.length).map(({ span_id }) => span_id));
  });
});

describe("a run that came with a traceparent", () => {
  it("is part of its caller's trace", () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const { trace, spans } = traced(start({ traceparent }), begin("receive"));
    expect(trace.trace_id).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(spans.map(({ trace_id }) => trace_id)).toEqual([trace.trace_id, trace.trace_id]);
    expect(spans[0]?.parent_span_id).toBe("00f067aa0ba902b7");
    expect(spans[1]?.parent_span_id).toBe(trace.root_span_id);
  });

  it("has its own when the header is none", () => {
    const { trace, spans } = traced(start({ traceparent: "00-xyz" }));
    expect(trace.trace_id).toBe(RUN_ID.replaceAll("-", ""));
    expect(spans[0]?.parent_span_id).toBeNull();
  });
});

describe("waiting", () => {
  const asked = [...upTo("respond"), request({ c1: ALLOW, c2: ask() })];

  it("for a person is told apart from executing the call", () => {
    const { spans, events } = traced(...asked, decideOn("approved"), result("c1"), result("c2"));
    expect(outline(spans).slice(4)).toEqual([
      "  respond: running",
      "    execute_tool calculator: success",
      "    execute_tool calculator: success",
      "    wait for tools: success",
      "      wait for approval: success",
    ]);
    const approval = only(spans, "wait for approval");
    expect(approval).toMatchObject({
      start_time: firstOf(events, "workflow.waiting_for_approval").ts,
      end_time: firstOf(events, "workflow.approval.recorded").ts,
      attributes: { "baton.wait.reason": "it writes", "baton.approval.decision": "approved" },
    });
  });

  it("for tools lasts until the last of them", () => {
    const { spans, events } = traced(...asked, decideOn("approved"), result("c2"), result("c1"));
    expect(only(spans, "wait for tools").end_time).toBe(
      events.findLast(({ type }) => type === "tool.completed")?.ts,
    );
  });

  it("shows in a run that is not done: what waits, and what is at work", () => {
    const { spans, trace } = traced(...asked, result("c1", GAVE_ERROR));
    expect(outline(spans).slice(4)).toEqual([
      "  respond: waiting",
      "    execute_tool calculator: failed",
      "    execute_tool calculator: waiting",
      "    wait for tools: waiting",
      "      wait for approval: waiting",
    ]);
    expect(trace).toMatchObject({ status: "waiting", end_time: null });
    expect(
      only(traced(...upTo("respond"), request({ c1: ALLOW })).spans, "execute_tool calculator"),
    ).toMatchObject({
      status: "running",
      end_time: null,
      duration_ms: null,
    });
  });

  it("for a decision about the answer belongs to maybe_approve", () => {
    const { spans } = traced(...STAGES["waiting_for_approval at maybe_approve"]);
    expect(outline(spans).slice(-2)).toEqual(["  maybe_approve: waiting", "    wait for approval: waiting"]);
  });

  it("does not end the step: respond lasts from its start to its completion", () => {
    const { spans, events } = traced(...CALCULATION);
    const respond = only(spans, "respond");
    const started = events.find(
      (event) => event.type === "workflow.step.started" && event.data.step === "respond",
    );
    const completed = events.find(
      (event) => event.type === "workflow.step.completed" && event.data.step === "respond",
    );
    expect(respond).toMatchObject({ start_time: started?.ts, end_time: completed?.ts });
  });
});

describe("what did not succeed", () => {
  it("a failed attempt is retried, after a wait, and so is its model call", () => {
    const { spans } = traced(
      ...upTo("respond"),
      observe("respond", MODEL_STARTED, {
        type: "model.failed",
        data: { iteration: 1, model: "small", error: ERROR, duration_ms: 80 },
      }),
      fail("respond", 30),
      begin("respond"),
    );
    expect(outline(spans).slice(4)).toEqual([
      "  respond: retried",
      "    chat small: failed",
      "  wait for retry: success",
      "  respond: running",
    ]);
    const [attempt] = spans.filter(({ name }) => name === "respond");
    expect(attempt).toMatchObject({ error: ERROR, attributes: { "error.type": ERROR.code } });
  });

  it("an attempt whose worker died is retried too", () => {
    const { spans } = traced(...upTo("respond"), say("A lea"), begin("respond"));
    expect(outline(spans).slice(4)).toEqual(["  respond: retried", "  respond: running"]);
    expect(spans.at(-1)?.attributes).toMatchObject({ "baton.step.attempt": 2 });
    expect(spans.at(-2)?.error?.code).toBe("interrupted");
  });

  it("a call that failed or was denied says so, and the step goes on", () => {
    const { spans } = traced(...upTo("respond"), request({ c1: ALLOW, c2: DENY }), result("c1", GAVE_ERROR));
    const calls = spans.filter(({ kind }) => kind === "tool");
    expect(calls.map(({ status, error }) => [status, error?.code])).toEqual([
      ["failed", "tool_error"],
      ["failed", "denied"],
    ]);
    expect(spans.find(({ name }) => name === "respond")?.status).toBe("running");
  });
});

const finalized = [begin("finalize"), complete(COMPLETIONS.finalize)];
const ENDINGS: Readonly<
  Record<string, readonly [commands: readonly Command[], status: string, code: string | undefined]>
> = {
  completed: [[...upTo("finalize"), complete(COMPLETIONS.finalize)], "success", undefined],
  unverified: [
    [
      ...upTo("verify"),
      UNVERIFIED,
      begin("maybe_approve"),
      complete(COMPLETIONS.maybe_approve),
      ...finalized,
    ],
    "failed",
    "failure",
  ],
  "failed at a step": [
    [...upTo("respond"), observe("respond", MODEL_STARTED), fail("respond")],
    "failed",
    ERROR.code,
  ],
  "cancelled while tools run": [
    [...upTo("respond"), request({ c1: ALLOW, c2: ask() }), cancel()],
    "failed",
    "cancelled",
  ],
  "cancelled before a retry": [[...upTo("respond"), fail("respond", 30), cancel()], "failed", "cancelled"],
  "cancelled under review": [
    [...STAGES["waiting_for_approval at maybe_approve"], cancel()],
    "failed",
    "cancelled",
  ],
  "out of time": [[...upTo("respond"), request({ c1: ALLOW }), timeOut(DEADLINE)], "failed", "deadline"],
  "with an expired question": [
    [...upTo("respond"), request({ c1: ask() }), timeOut(QUESTION_EXPIRES), cancel()],
    "failed",
    "cancelled",
  ],
};

describe.each(Object.entries(ENDINGS))("a run that ended: %s", (_, [commands, status, code]) => {
  const { trace, spans, events } = traced(...commands);

  it("has no span open", () => {
    expect(spans.filter(({ end_time, duration_ms }) => end_time === null || duration_ms === null)).toEqual(
      [],
    );
    expect(spans.filter((span) => span.status === "running" || span.status === "waiting")).toEqual([]);
  });

  it("says in its root how", () => {
    expect(trace).toMatchObject({ status, end_time: events.at(-1)?.ts });
    expect(spans[0]?.error?.code).toBe(code);
  });
});

describe("clocks that differ", () => {
  it("make no span end before it started", () => {
    const events = recorded(happened(...upTo("respond"), request({ c1: ALLOW }), result("c1")));
    const behind = events.map((event) => (event.type === "tool.completed" ? { ...event, ts: at(0) } : event));
    expect(only(projectTrace(behind).spans, "execute_tool calculator").duration_ms).toBeGreaterThanOrEqual(0);
  });
});

it("a trace needs events", () => {
  expect(() => projectTrace([])).toThrow(RangeError);
});
