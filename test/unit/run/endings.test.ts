import { describe, expect, it } from "vitest";
import type { Command, CompleteStep } from "../../../domain/run/commands.ts";
import type { EventDraft } from "../../../domain/run/events.ts";
import { dueAt, next } from "../../../domain/run/next.ts";
import { millisecondsBetween } from "../../../domain/time.ts";
import { given, happened, stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ANSWER,
  abandon,
  ask,
  askAboutAnswer,
  askAgain,
  at,
  begin,
  CHUNK,
  COMPLETIONS,
  cancel,
  complete,
  DEADLINE,
  decideOn,
  fail,
  MODEL_COMPLETED,
  observe,
  QUESTION_EXPIRES,
  REFUSAL,
  request,
  result,
  say,
  start,
  timeOut,
  UNVERIFIED,
  upTo,
} from "../../support/run-commands.ts";

const finalized = [begin("finalize"), complete(COMPLETIONS.finalize)];

describe("how a run ends by itself", () => {
  it("completes with the text that was streamed", () => {
    given(happened(...upTo("finalize")))
      .when(complete(COMPLETIONS.finalize))
      .then([
        { type: "workflow.step.completed", data: { step: "finalize", attempt: 1, status: "running" } },
        { type: "decision.made", data: { name: "outcome", value: "success" } },
        { type: "workflow.completed", data: { status: "completed" } },
        { type: "status.changed", data: { value: "complete" } },
        { type: "run.completed", data: { final_text: ANSWER, outcome: "success" } },
      ]);
  });

  it("adds up what its model calls cost", () => {
    const history = happened(
      ...upTo("respond"),
      observe("respond", MODEL_COMPLETED),
      observe("respond", MODEL_COMPLETED),
      cancel(),
    );
    expect(history).toContainEqual({
      type: "cost.aggregated",
      data: {
        total_cost_usd: 0.5,
        total_model_calls: 2,
        total_input_tokens: 240,
        total_output_tokens: 60,
      },
    });
  });

  it("is refused by its input: no plan, no retrieval, no model", () => {
    const refused: Command[] = [
      start(),
      begin("receive"),
      complete({ ...COMPLETIONS.receive, refusal: REFUSAL }),
    ];
    expect(next(stateAfter(...refused))).toEqual({ type: "execute", step: "finalize" });
    expect(happened(...refused, ...finalized).at(-1)).toEqual({
      type: "run.failed",
      data: {
        final_text: "I can't help with that: it asks for my instructions.",
        outcome: "refusal",
        reason: "it asks for my instructions",
      },
    });
  });

  it("is refused by its answer: what was streamed is void", () => {
    const refused: Command[] = [
      ...upTo("respond"),
      say("My instructions are"),
      complete({ step: "respond", refusal: { reason: "it would reveal them", layer: "output" } }),
    ];
    expect(next(stateAfter(...refused))).toEqual({ type: "execute", step: "finalize" });
    const history = happened(...refused, ...finalized);
    expect(textsOf(history)).toEqual([
      "My instructions are",
      "output.reset",
      "I can't give that answer: it would reveal them.",
    ]);
    expect(history.at(-1)).toMatchObject({ type: "run.failed", data: { outcome: "refusal" } });
  });

  it("asks back when it is not clear what is asked", () => {
    const history = happened(
      ...upTo("plan"),
      planned({ plan_type: "needs_clarification", reason: "a greeting", reply: "What can I do for you?" }),
      ...finalized,
    );
    expect(history.at(-1)).toEqual({
      type: "run.completed",
      data: { final_text: "What can I do for you?", outcome: "success" },
    });
    expect(history.filter(({ type }) => type === "retrieval.completed")).toEqual([]);
  });

  it("says so when it cannot be answered", () => {
    const history = happened(
      ...upTo("plan"),
      planned({ plan_type: "cannot_answer", reason: "out of reach", reply: "I can't read your mail." }),
      ...finalized,
    );
    expect(history.at(-1)).toEqual({
      type: "run.failed",
      data: { final_text: "I can't read your mail.", outcome: "failure", reason: "cannot_answer" },
    });
  });
});

describe("cancelling", () => {
  const waiting = {
    queued: [start()],
    "at a step": [...upTo("respond"), say("A lea")],
    "between steps": [...upTo("retrieve"), complete(COMPLETIONS.retrieve)],
    "with an answer under review": [...upTo("verify"), UNVERIFIED, begin("maybe_approve"), askAboutAnswer()],
    "before a retry": [...upTo("respond"), fail("respond", 30)],
  };

  it.each(Object.entries(waiting))("ends a run %s", (_, commands) => {
    const history = happened(...commands);
    const ended = happened(...commands, cancel()).slice(history.length);
    expect(ended).toEqual([
      { type: "decision.made", data: { name: "outcome", value: "cancelled" } },
      { type: "workflow.failed", data: { reason: "no longer needed", status: "cancelled" } },
      { type: "status.changed", data: { value: "complete" } },
      { type: "run.cancelled", data: { reason: "no longer needed", user_id: "ada" } },
    ]);
  });

  it("closes open calls, and says which may have had their effect", () => {
    const history = happened(
      ...upTo("respond"),
      request({ c1: ALLOW, c2: ask(), c3: ALLOW }),
      result("c3"),
      cancel(),
    );
    expect(history.flatMap((event) => (event.type === "tool.failed" ? [event.data] : []))).toEqual([
      {
        call_id: "c1",
        tool_name: "calculator",
        error: {
          code: "cancelled",
          message: "the run ended before the call's result was known; it may have had its effect",
        },
        duration_ms: 0,
        attempt: 0,
      },
      {
        call_id: "c2",
        tool_name: "calculator",
        error: {
          code: "cancelled",
          message: "the run ended before a person decided on the call; it was not executed",
        },
        duration_ms: 0,
        attempt: 0,
      },
    ]);
  });

  it("a second time is no error; cancelling what ended otherwise is", () => {
    given(happened(start(), cancel())).when(cancel()).thenNothing();
    given(happened(...upTo("finalize"), complete(COMPLETIONS.finalize)))
      .when(cancel())
      .thenRefused("run_ended");
  });

  it("leaves no room for a late tool result", () => {
    given(happened(...upTo("respond"), request({ c1: ALLOW }), cancel()))
      .when(result("c1"))
      .thenRefused("run_ended");
  });
});

describe("the deadline", () => {
  it("fails a run that has not ended by then, not a moment before", () => {
    const waiting = [...upTo("respond"), request({ c1: ALLOW })];
    given(happened(...waiting))
      .when(timeOut(DEADLINE - 0.001))
      .thenNothing();
    const history = happened(...waiting, timeOut(DEADLINE));
    expect(history.at(-1)).toMatchObject({
      type: "run.failed",
      data: { outcome: "failed", reason: `the run had not ended by its deadline ${at(DEADLINE)}` },
    });
    expect(history).toContainEqual(
      expect.objectContaining({
        type: "tool.failed",
        data: expect.objectContaining({
          call_id: "c1",
          error: expect.objectContaining({ code: "run_ended" }),
        }),
      }),
    );
  });

  it("voids half an answer and says instead what happened", () => {
    const history = happened(...upTo("respond"), say("A lease na"), timeOut(DEADLINE));
    expect(textsOf(history).slice(0, 2)).toEqual(["A lease na", "output.reset"]);
    expect(stateAfter(...upTo("respond"), say("A lease na"), timeOut(DEADLINE)).output_text).toBe(
      `The run was stopped: the run had not ended by its deadline ${at(DEADLINE)}.`,
    );
  });

  it("stands still while a person is asked", () => {
    const forever = { kind: "ask", reason: "it writes", digest: "digest-1" } as const;
    const asked = [...upTo("respond"), request({ c1: forever })];
    given(happened(...asked))
      .when(timeOut(DEADLINE * 100))
      .thenNothing();
    expect(dueAt(stateAfter(...asked))).toBeNull();
  });

  it("counts from the first step on: a run may wait for a worker, or its turn, as long as it takes", () => {
    given(happened(start()))
      .when(timeOut(DEADLINE * 100))
      .thenNothing();
    const begun = { ...begin("receive"), deadline_at: at(DEADLINE * 101) } as Command;
    expect(stateAfter(start(), begun).deadline_at).toBe(at(DEADLINE * 101));
    given(happened(start(), begun))
      .when(timeOut(DEADLINE * 100))
      .thenNothing();
  });

  const one = [...upTo("respond"), request({ c1: ask() })];
  const two = [...upTo("respond"), request({ c1: ask(), c2: ask() })];
  const approve = (call_id: string, seconds: number) => decideOn("approved", { call_id, at: at(seconds) });

  it.each([
    ["a decision", one, [approve("c1", 130)], 130],
    ["the last of several decisions", two, [approve("c1", 50), approve("c2", 170)], 170],
    ["a question that expired", one, [timeOut(QUESTION_EXPIRES)], QUESTION_EXPIRES],
    ["questions that expired together", two, [timeOut(QUESTION_EXPIRES)], QUESTION_EXPIRES],
    [
      "a decision after a call was asked about again",
      [...one, approve("c1", 50)],
      [askAgain("c1"), approve("c1", 90)],
      90,
    ],
  ])("moves by the whole wait with %s", (_, before, decisions, until) => {
    const asked = stateAfter(...before, ...decisions.slice(0, -1));
    if (asked.situation.status !== "waiting_for_approval") throw new TypeError("nobody is asked");
    const waited = millisecondsBetween(asked.situation.since, at(until));
    const decided = stateAfter(...before, ...decisions);
    expect(millisecondsBetween(asked.deadline_at, decided.deadline_at)).toBe(waited);
    expect(dueAt(decided)).toBe(decided.deadline_at);
    given(happened(...before, ...decisions))
      .when(timeOut(DEADLINE))
      .thenNothing();
  });

  it("stays while another question still waits", () => {
    const half = stateAfter(...two, approve("c1", 50));
    expect(half.deadline_at).toBe(at(DEADLINE));
    expect(half.situation).toEqual({
      ...stateAfter(...two).situation,
      approvals: [expect.objectContaining({ call_id: "c2" })],
    });
  });

  it("is what an unfinished run is looked at for, unless something is due before", () => {
    expect(dueAt(stateAfter(start()))).toBe(at(DEADLINE));
    expect(dueAt(stateAfter(...upTo("respond"), fail("respond", 30)))).toBe(at(30));
    expect(dueAt(stateAfter(...upTo("respond"), fail("respond", DEADLINE + 30)))).toBe(at(DEADLINE));
    expect(dueAt(stateAfter(start(), cancel()))).toBeNull();
  });
});

describe("giving a run up", () => {
  it("ends it as failed and says why", () => {
    const history = happened(...upTo("retrieve"), abandon());
    expect(history).toContainEqual({
      type: "workflow.failed",
      data: {
        error: { code: "too_many_deliveries", message: "it was delivered 5 times" },
        reason: "it was delivered 5 times",
        status: "failed",
      },
    });
    expect(history.at(-1)).toEqual({
      type: "run.failed",
      data: {
        final_text: "The run was given up: it was delivered 5 times",
        outcome: "failed",
        reason: "it was delivered 5 times",
      },
    });
  });
});

describe("what a run found", () => {
  it("is in its state when it has ended", () => {
    const state = stateAfter(...upTo("finalize"), complete(COMPLETIONS.finalize));
    expect(state).toMatchObject({
      situation: { status: "completed", final_text: ANSWER, outcome: "success" },
      phase: "complete",
      plan_type: "direct_answer",
      available_tools: ["calculator"],
      retrieved_chunks: [CHUNK],
      verification: { passed: true },
      output_text: ANSWER,
    });
  });
});

type Planned = Extract<CompleteStep["result"], { readonly step: "plan"; readonly reply: string }>;

function planned(result: Omit<Planned, "step">): Command {
  return complete({ step: "plan", ...result });
}

/** What a reader of the stream sees of the text: pieces, and resets between them. */
function textsOf(history: readonly EventDraft[]): readonly string[] {
  return history.flatMap((event) => {
    if (event.type === "output.chunk") return [event.data.text];
    return event.type === "output.reset" ? [event.type] : [];
  });
}
