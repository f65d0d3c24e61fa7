import { describe, expect, it } from "vitest";
import type { CallId } from "../../../domain/ids.ts";
import { next } from "../../../domain/run/next.ts";
import { openCalls } from "../../../domain/run/state.ts";
import { given, happened, stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ask,
  at,
  begin,
  COMPLETIONS,
  complete,
  DENY,
  decideOn,
  GAVE_49,
  GAVE_ERROR,
  OUTPUT_49,
  QUESTION_EXPIRES,
  request,
  result,
  say,
  through,
  upTo,
} from "../../support/run-commands.ts";

const CALL = {
  tool_name: "calculator",
  arguments: { expression: "17 + 32" },
  source: "builtin",
  permission_scope: "read",
  iteration: 1,
} as const;

describe("a run that needs one tool", () => {
  it("says everything it does, in this order", () => {
    const history = happened(
      ...upTo("respond"),
      request({ c1: ALLOW }),
      result("c1"),
      begin("respond"),
      say("17 + 32 = "),
      say("49"),
      complete(COMPLETIONS.respond),
      ...through("verify"),
      ...through("maybe_approve"),
      ...through("finalize"),
    );
    expect(history.map(({ type, data }) => ("step" in data ? `${type} ${data.step}` : type))).toEqual([
      "run.started",
      "status.changed",
      "workflow.started",
      "workflow.step.started receive",
      "status.changed",
      "decision.made",
      "workflow.step.completed receive",
      "workflow.step.started plan",
      "decision.made",
      "workflow.step.completed plan",
      "workflow.step.started retrieve",
      "retrieval.completed",
      "decision.made",
      "workflow.step.completed retrieve",
      "workflow.step.started respond",
      "status.changed",
      "decision.made",
      "tool.requested",
      "workflow.waiting_for_event respond",
      "status.changed",
      "tool.completed",
      "decision.made",
      "status.changed",
      "output.chunk respond",
      "output.chunk respond",
      "workflow.step.completed respond",
      "workflow.step.started verify",
      "decision.made",
      "decision.made",
      "workflow.step.completed verify",
      "workflow.step.started maybe_approve",
      "workflow.step.completed maybe_approve",
      "workflow.step.started finalize",
      "workflow.step.completed finalize",
      "decision.made",
      "workflow.completed",
      "status.changed",
      "run.completed",
    ]);
    expect(history.at(-1)?.data).toEqual({ final_text: "17 + 32 = 49", outcome: "success" });
    expect(history.flatMap((event) => (event.type === "status.changed" ? [event.data.value] : []))).toEqual([
      "received",
      "thinking",
      "responding",
      "waiting_for_tool",
      "responding",
      "complete",
    ]);
  });
});

describe("calls of one turn", () => {
  it("are requested together, and one event says what is waited for", () => {
    given(happened(...upTo("respond")))
      .when(request({ c1: ALLOW, c2: ALLOW }))
      .then([
        { type: "decision.made", data: { name: "tool_selected", value: "calculator", notes: "c1" } },
        { type: "tool.requested", data: { ...CALL, ...id("c1"), policy: "allow" } },
        { type: "decision.made", data: { name: "tool_selected", value: "calculator", notes: "c2" } },
        { type: "tool.requested", data: { ...CALL, ...id("c2"), policy: "allow" } },
        {
          type: "workflow.waiting_for_event",
          data: {
            step: "respond",
            event_types: ["tool.completed", "tool.failed", "tool.denied"],
            reason: "waits for calculator, calculator",
            status: "waiting_for_event",
          },
        },
        { type: "status.changed", data: { value: "waiting_for_tool" } },
      ]);
  });

  it("may end in any order; the run goes on with the last", () => {
    const requested = [...upTo("respond"), request({ c1: ALLOW, c2: ALLOW, c3: ALLOW })];
    const two = stateAfter(...requested, result("c3"), result("c1", GAVE_ERROR));
    expect(next(two)).toEqual({ type: "await_tools" });
    const all = stateAfter(...requested, result("c3"), result("c1", GAVE_ERROR), result("c2"));
    expect(next(all)).toEqual({ type: "execute", step: "respond" });
    expect(all.calls.map((call) => call.ending?.status)).toEqual(["failed", "completed", "completed"]);
  });

  it("have one ending each: a second result changes nothing", () => {
    const requested = [...upTo("respond"), request({ c1: ALLOW, c2: ALLOW })];
    given(happened(...requested, result("c1")))
      .when(result("c1", GAVE_ERROR))
      .thenRefused("call_ended");
    given(happened(...requested))
      .when(result("c9"))
      .thenRefused("unknown_call");
  });

  it("keep their ids to themselves over all turns", () => {
    const once = happened(...upTo("respond"), request({ c1: ALLOW }), result("c1"));
    given(once)
      .when(request({ c1: ALLOW }))
      .thenRefused("call_ended");
  });

  it("tell how each ended", () => {
    const requested = given(happened(...upTo("respond"), request({ c1: ALLOW })));
    const measured = { call_id: "c1", tool_name: "calculator", duration_ms: 7, attempt: 1 } as const;
    requested.when(result("c1", GAVE_49)).then([
      { type: "tool.completed", data: { ...measured, ...id("c1"), output: OUTPUT_49 } },
      { type: "decision.made", data: { name: "tool_result", value: "completed", notes: "calculator" } },
    ]);
    requested.when(result("c1", GAVE_ERROR)).then([
      {
        type: "tool.failed",
        data: { ...measured, ...id("c1"), error: { code: "tool_error", message: "not a number" } },
      },
      { type: "decision.made", data: { name: "tool_result", value: "failed", notes: "calculator" } },
    ]);
    requested.when(result("c1", { status: "denied", reason: "forbidden by now" })).then([
      {
        type: "tool.denied",
        data: {
          ...id("c1"),
          tool_name: "calculator",
          permission_scope: "read",
          reason: "forbidden by now",
        },
      },
      { type: "decision.made", data: { name: "tool_result", value: "denied", notes: "calculator" } },
    ]);
  });

  it("that the firewall denies all are over at once: the step goes on without waiting", () => {
    const denied = stateAfter(...upTo("respond"), request({ c1: DENY, c2: DENY }));
    expect(denied.situation).toEqual({ status: "running", step: "respond", progress: "started" });
    expect(openCalls(denied)).toEqual([]);
    expect(denied.calls.map((call) => call.policy)).toEqual(["deny", "deny"]);
  });

  it("void what the model said before it asked for them", () => {
    const spoke = happened(...upTo("respond"), say("Let me compute that."));
    given(spoke)
      .when(request({ c1: DENY }))
      .thenTypes(["output.reset", "decision.made", "tool.requested", "tool.denied", "decision.made"]);
  });
});

describe("a turn with one call allowed, one to be asked for, one denied", () => {
  const mixed = [...upTo("respond"), request({ c1: ALLOW, c2: ask("digest-2"), c3: DENY })];

  it("denies one at once, and waits for the other two", () => {
    given(happened(...upTo("respond")))
      .when(request({ c1: ALLOW, c2: ask("digest-2"), c3: DENY }))
      .thenTypes([
        "decision.made",
        "tool.requested",
        "decision.made",
        "tool.requested",
        "decision.made",
        "tool.requested",
        "tool.denied",
        "decision.made",
        "workflow.waiting_for_event",
        "workflow.waiting_for_approval",
        "status.changed",
      ]);
    const state = stateAfter(...mixed);
    expect(next(state)).toEqual({ type: "await_approval" });
    expect(state.phase).toBe("waiting_for_approval");
    expect(openCalls(state).map(({ call_id, approval }) => [call_id, approval])).toEqual([
      ["c1", "not_needed"],
      ["c2", "pending"],
    ]);
    expect(state.situation).toMatchObject({
      approvals: [{ call_id: "c2", digest: "digest-2", expires_at: at(QUESTION_EXPIRES) }],
    });
  });

  it("takes the result of the allowed one while a person still thinks", () => {
    const state = stateAfter(...mixed, result("c1"));
    expect(next(state)).toEqual({ type: "await_approval" });
  });

  it("waits for the tool when the person was faster", () => {
    const approved = stateAfter(...mixed, decideOn("approved"));
    expect(next(approved)).toEqual({ type: "await_tools" });
    const rejected = stateAfter(...mixed, decideOn("rejected"));
    expect(next(rejected)).toEqual({ type: "await_tools" });
    expect(openCalls(rejected).map(({ call_id }) => call_id)).toEqual(["c1"]);
  });

  it("goes on when all three have ended", () => {
    const state = stateAfter(...mixed, result("c1"), decideOn("approved"), result("c2"));
    expect(next(state)).toEqual({ type: "execute", step: "respond" });
    expect(state.calls.map((call) => call.ending?.status)).toEqual(["completed", "completed", "denied"]);
  });

  it("has no result for a call that waits for a person", () => {
    given(happened(...mixed))
      .when(result("c2"))
      .thenRefused("out_of_order");
  });
});

describe("rounds of the agent loop", () => {
  it("are counted, and each call knows its own", () => {
    const state = stateAfter(
      ...upTo("respond"),
      request({ c1: DENY }),
      request({ c2: ALLOW, c3: ALLOW }),
      result("c2"),
      result("c3"),
    );
    expect(state.iterations).toBe(2);
    expect(state.calls.map(({ iteration }) => iteration)).toEqual([1, 2, 2]);
  });

  it("belong to one attempt of the step, however often it waited", () => {
    const state = stateAfter(
      ...upTo("respond"),
      request({ c1: ALLOW }),
      result("c1"),
      begin("respond"),
      request({ c2: ALLOW }),
      result("c2"),
      begin("respond"),
    );
    expect(state.attempts.respond).toBe(1);
  });
});

function id(call_id: string) {
  return { call_id: call_id as CallId };
}
