import { describe, expect, it } from "vitest";
import { TerminalError } from "../../../domain/errors.ts";
import { next } from "../../../domain/run/next.ts";
import { given, happened, stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ANSWER,
  at,
  begin,
  COMPLETIONS,
  complete,
  ERROR,
  fail,
  MODEL_STARTED,
  observe,
  request,
  result,
  say,
  start,
  through,
  upTo,
} from "../../support/run-commands.ts";

describe("a step that fails", () => {
  const failed = [...upTo("respond"), say("A lea"), fail("respond", 30)];

  it("says what went wrong, voids its text, and when it is tried again", () => {
    given(happened(...upTo("respond"), say("A lea")))
      .when(fail("respond", 30))
      .then([
        { type: "error.raised", data: { node: "respond", message: ERROR.message } },
        { type: "output.reset", data: { reason: "respond failed and is tried again" } },
        {
          type: "workflow.retrying",
          data: {
            step: "respond",
            attempt: 1,
            backoff_seconds: 2,
            retry_at: at(30),
            error: ERROR,
            status: "retrying",
          },
        },
      ]);
    expect(next(stateAfter(...failed))).toEqual({ type: "await_time", until: at(30), step: "respond" });
  });

  it("is tried again as a new attempt, and what it says then is the answer", () => {
    const again = [...failed, begin("respond"), say("A lease.", 2), complete(COMPLETIONS.respond)];
    const state = stateAfter(...again);
    expect(state.attempts.respond).toBe(2);
    expect(state.output_text).toBe("A lease.");
    expect(happened(...again)).toContainEqual({
      type: "workflow.step.completed",
      data: { step: "respond", attempt: 2, status: "running" },
    });
  });

  it("has its failures counted until it succeeds", () => {
    const twice = [...failed, begin("respond"), fail("respond", 60)];
    expect(stateAfter(...twice).failures).toBe(2);
    expect(stateAfter(...twice, begin("respond"), complete(COMPLETIONS.respond)).failures).toBe(0);
    // A round of the agent loop that came to its calls is a success, or a long loop would run out of tries.
    expect(stateAfter(...twice, begin("respond"), request({ c1: ALLOW })).failures).toBe(0);
    expect(stateAfter(...twice).last_error).toEqual(ERROR);
  });

  it("fails the run when it is tried no more", () => {
    const text = "The run failed while it was at respond: the model answered 503";
    given(happened(...failed, begin("respond")))
      .when(fail("respond"))
      .then([
        { type: "error.raised", data: { node: "respond", message: ERROR.message } },
        { type: "output.chunk", data: { text, step: "respond", attempt: 2 } },
        { type: "decision.made", data: { name: "outcome", value: "failed" } },
        {
          type: "workflow.failed",
          data: { step: "respond", error: ERROR, reason: ERROR.message, status: "failed" },
        },
        { type: "status.changed", data: { value: "complete" } },
        { type: "run.failed", data: { final_text: text, outcome: "failed", reason: ERROR.message } },
      ]);
  });
});

describe("a step whose worker died", () => {
  it("is begun anew as another attempt", () => {
    given(happened(...upTo("retrieve")))
      .when(begin("retrieve"))
      .then([{ type: "workflow.step.started", data: { step: "retrieve", attempt: 2, status: "running" } }]);
  });

  it("voids what it had streamed, and streams anew", () => {
    const streaming = [...upTo("respond"), say("A lease na"), say("mes")];
    given(happened(...streaming))
      .when(begin("respond"))
      .then([
        {
          type: "output.reset",
          data: { reason: "the worker at respond was lost; the attempt is redone" },
        },
        { type: "workflow.step.started", data: { step: "respond", attempt: 2, status: "running" } },
      ]);
    const state = stateAfter(...streaming, begin("respond"), say("A lease.", 2));
    expect(state.output_text).toBe("A lease.");
  });

  it("goes on with the same attempt when it had only waited", () => {
    const resumable = [...upTo("respond"), request({ c1: ALLOW }), result("c1")];
    given(happened(...resumable, begin("respond")))
      .when(begin("respond"))
      .thenNothing();
    expect(stateAfter(...resumable, begin("respond"), begin("respond")).attempts.respond).toBe(1);
  });

  it.each([
    ["asked its model", observe("respond", MODEL_STARTED)],
    ["streamed", say("17 + 32")],
  ])("is another attempt when it had %s after the wait; its calls are not asked for again", (_, sign) => {
    const state = stateAfter(
      ...upTo("respond"),
      request({ c1: ALLOW }),
      result("c1"),
      begin("respond"),
      sign,
      begin("respond"),
    );
    expect(state.attempts.respond).toBe(2);
    expect(state.output_text).toBe("");
    expect(state.calls).toHaveLength(1);
    expect(state.iterations).toBe(1);
  });
});

describe.each(["verify", "maybe_approve", "finalize"] as const)("an answer that stands, when %s", (step) => {
  it("is begun anew, stays", () => {
    expect(stateAfter(...upTo(step), begin(step)).output_text).toBe(ANSWER);
  });

  it("is tried again, stays", () => {
    const state = stateAfter(...upTo(step), fail(step, 30), begin(step));
    expect(state.output_text).toBe(ANSWER);
  });
});

describe("the way through the workflow", () => {
  it("refuses steps that are not due", () => {
    given(happened(start())).when(begin("plan")).thenRefused("out_of_order");
    given(happened(start(), ...through("receive")))
      .when(begin("receive"))
      .thenRefused("out_of_order");
    given(happened(...upTo("plan")))
      .when(complete(COMPLETIONS.receive))
      .thenRefused("out_of_order");
    given(happened(...upTo("respond")))
      .when(fail("retrieve", 30))
      .thenRefused("out_of_order");
  });

  it("does not go on from a history that lacks its end", () => {
    const torn = stateAfter(...upTo("finalize"));
    const finalized = {
      ...torn,
      situation: { status: "running", step: "finalize", progress: "completed" },
    } as const;
    expect(() => next(finalized)).toThrow(TerminalError);
  });
});
