import { describe, expect, it } from "vitest";
import type { CallId } from "../../../domain/ids.ts";
import { dueAt, next } from "../../../domain/run/next.ts";
import { openCalls } from "../../../domain/run/state.ts";
import { later, millisecondsBetween } from "../../../domain/time.ts";
import { given, happened, recorded, stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ask,
  askAboutAnswer,
  askAgain,
  at,
  begin,
  COMPLETIONS,
  cancel,
  complete,
  DEADLINE,
  DECIDED,
  decideOn,
  QUESTION_EXPIRES,
  request,
  result,
  timeOut,
  UNVERIFIED,
  upTo,
} from "../../support/run-commands.ts";

const one = [...upTo("respond"), request({ c1: ask() })];
const two = [...upTo("respond"), request({ c1: ask("digest-1"), c2: ask("digest-2") })];
const answer = [...upTo("verify"), UNVERIFIED, begin("maybe_approve"), askAboutAnswer()];

const c1 = "c1" as CallId;
const asked_at = recorded(happened(...one)).find(({ type }) => type === "workflow.waiting_for_approval")?.ts;
const moved = later(at(DEADLINE), millisecondsBetween(asked_at ?? at(0), at(DECIDED)));

describe("a call that needs consent", () => {
  it("shows the person what is to be executed, until when", () => {
    expect(happened(...one).at(-2)).toEqual({
      type: "workflow.waiting_for_approval",
      data: {
        step: "respond",
        reason: "it writes",
        digest: "digest-1",
        expires_at: at(QUESTION_EXPIRES),
        call_id: "c1",
        tool_name: "calculator",
        arguments: { expression: "17 + 32" },
        status: "waiting_for_approval",
      },
    });
  });

  it("is executed when it is approved", () => {
    given(happened(...one))
      .when(decideOn("approved", { digest: "digest-1", comment: "go" }))
      .then([
        {
          type: "workflow.approval.recorded",
          data: {
            decision: "approved",
            call_id: c1,
            comment: "go",
            user_id: "grace",
            deadline_at: moved,
            status: "waiting_for_event",
          },
        },
        { type: "status.changed", data: { value: "waiting_for_tool" } },
      ]);
    const approved = stateAfter(...one, decideOn("approved"));
    expect(approved.calls[0]).toMatchObject({ approval: "approved", ending: null });
    expect(next(approved)).toEqual({ type: "await_tools" });
  });

  it("is executed with the arguments the person made of it", () => {
    const edited = { expression: "17 + 33" };
    const state = stateAfter(...one, decideOn("approved", { arguments: edited }));
    expect(state.calls[0]?.arguments).toEqual(edited);
  });

  it("is denied when it is rejected, and the model goes on with that", () => {
    given(happened(...one))
      .when(decideOn("rejected", { comment: "too risky" }))
      .then([
        {
          type: "workflow.approval.recorded",
          data: {
            decision: "rejected",
            call_id: c1,
            comment: "too risky",
            user_id: "grace",
            deadline_at: moved,
            status: "running",
          },
        },
        {
          type: "tool.denied",
          data: {
            call_id: c1,
            tool_name: "calculator",
            permission_scope: "read",
            reason: "a person rejected the call: too risky",
          },
        },
        { type: "status.changed", data: { value: "responding" } },
      ]);
    expect(next(stateAfter(...one, decideOn("rejected")))).toEqual({ type: "execute", step: "respond" });
  });

  it("is denied when nobody decides in time", () => {
    given(happened(...one))
      .when(timeOut(QUESTION_EXPIRES - 1))
      .thenNothing();
    const state = stateAfter(...one, timeOut(QUESTION_EXPIRES));
    expect(state.calls[0]).toMatchObject({
      approval: "expired",
      ending: { status: "denied", reason: "no person decided on the call in time" },
    });
    expect(state.human_decision).toBe("expired");
    expect(next(state)).toEqual({ type: "execute", step: "respond" });
  });
});

describe("the same decision again", () => {
  it.each(["approved", "rejected"] as const)("has no effect: %s", (decision) => {
    const decided = given(happened(...one, decideOn(decision, { digest: "digest-1" })));
    decided.when(decideOn(decision, { digest: "digest-1" })).thenNothing();
    decided.when(decideOn(decision, { call_id: "c1" })).thenNothing();
  });

  it("has no effect after the run has ended either", () => {
    given(happened(...one, decideOn("approved"), cancel()))
      .when(decideOn("approved", { call_id: "c1" }))
      .thenNothing();
  });

  it("is refused when it is another decision", () => {
    given(happened(...one, decideOn("approved")))
      .when(decideOn("rejected"))
      .thenRefused("already_decided");
    given(happened(...one, decideOn("rejected")))
      .when(decideOn("approved", { call_id: "c1" }))
      .thenRefused("already_decided");
    given(happened(...one, timeOut(QUESTION_EXPIRES)))
      .when(decideOn("approved", { call_id: "c1" }))
      .thenRefused("already_decided");
  });

  it("is another decision when the arguments are others", () => {
    const decided = given(
      happened(...one, decideOn("approved", { arguments: { expression: "1", precision: 2 } })),
    );
    for (const call of [{ call_id: "c1" }, {}]) {
      decided
        .when(decideOn("approved", { ...call, arguments: { precision: 2, expression: "1" } }))
        .thenNothing();
      decided
        .when(decideOn("approved", { ...call, arguments: { expression: "2" } }))
        .thenRefused("already_decided");
    }
  });
});

describe("a decision that fits no question", () => {
  it("is refused when it is about something else than what was shown", () => {
    given(happened(...one))
      .when(decideOn("approved", { digest: "digest-0" }))
      .thenRefused("stale_digest");
    // The digest of a call says nothing about the answer that waits by now.
    given(happened(...answer))
      .when(decideOn("approved", { digest: "digest-1" }))
      .thenRefused("stale_digest");
  });

  it("is refused when several calls wait and it names none", () => {
    given(happened(...two))
      .when(decideOn("approved"))
      .thenRefused("ambiguous_approval");
  });

  it("is refused when the run has no such call, or the call needs no consent", () => {
    given(happened(...two))
      .when(decideOn("approved", { call_id: "c9" }))
      .thenRefused("unknown_call");
    given(happened(...upTo("respond"), request({ c1: ALLOW, c2: ask() })))
      .when(decideOn("approved", { call_id: "c1" }))
      .thenRefused("nothing_waits");
  });

  it("is refused when the run ended before anybody decided", () => {
    given(happened(...one, cancel()))
      .when(decideOn("approved", { call_id: "c1" }))
      .thenRefused("nothing_waits");
  });

  it("is refused when it edits arguments without approving a call", () => {
    const edited = { arguments: { expression: "1" } };
    given(happened(...one))
      .when(decideOn("rejected", edited))
      .thenRefused("invalid_arguments");
    given(happened(...answer))
      .when(decideOn("approved", edited))
      .thenRefused("invalid_arguments");
  });
});

describe("two calls that need consent", () => {
  it("are decided one by one, in any order", () => {
    const first = stateAfter(...two, decideOn("approved", { call_id: "c2" }));
    expect(next(first)).toEqual({ type: "await_approval" });
    expect(first.situation).toMatchObject({ approvals: [{ call_id: "c1" }] });
    given(happened(...two, decideOn("approved", { call_id: "c2" })))
      .when(decideOn("rejected"))
      .thenTypes(["workflow.approval.recorded", "tool.denied", "status.changed"]);
    const both = stateAfter(...two, decideOn("approved", { call_id: "c2" }), decideOn("rejected"));
    expect(next(both)).toEqual({ type: "await_tools" });
    expect(openCalls(both).map(({ call_id }) => call_id)).toEqual(["c2"]);
  });

  it("expire together, and the run goes on once", () => {
    given(happened(...two))
      .when(timeOut(QUESTION_EXPIRES))
      .thenTypes([
        "workflow.approval.recorded",
        "tool.denied",
        "workflow.approval.recorded",
        "tool.denied",
        "status.changed",
      ]);
    expect(next(stateAfter(...two, timeOut(QUESTION_EXPIRES)))).toEqual({
      type: "execute",
      step: "respond",
    });
    const decisions = happened(...two, timeOut(QUESTION_EXPIRES)).filter(
      ({ type }) => type === "workflow.approval.recorded",
    );
    expect(decisions.map(({ data }) => data)).toMatchObject([
      { call_id: "c1", status: "waiting_for_approval" },
      { call_id: "c2", status: "running" },
    ]);
  });

  it("do not disturb each other's expiry when one of them never expires", () => {
    const forever = { kind: "ask", reason: "it writes", digest: "digest-2" } as const;
    const state = stateAfter(
      ...upTo("respond"),
      request({ c1: ask(), c2: forever }),
      timeOut(QUESTION_EXPIRES),
    );
    expect(state.situation).toMatchObject({ status: "waiting_for_approval", approvals: [{ call_id: "c2" }] });
    expect(dueAt(state)).toBeNull();
  });
});

describe("a call whose worker died", () => {
  const interrupted = [...upTo("respond"), request({ c1: ALLOW, c2: ALLOW }), askAgain("c1")];

  it("is asked about, and waits while another goes on", () => {
    const state = stateAfter(...interrupted, result("c2"));
    expect(next(state)).toEqual({ type: "await_approval" });
    expect(state.calls.map(({ approval }) => approval)).toEqual(["pending", "not_needed"]);
    given(happened(...interrupted))
      .when(result("c1"))
      .thenRefused("out_of_order");
    given(happened(...interrupted))
      .when(askAgain("c1"))
      .thenRefused("out_of_order");
  });

  it("can be executed again when a person says so", () => {
    const state = stateAfter(...interrupted, decideOn("approved", { digest: "digest-again" }), result("c1"));
    expect(state.calls[0]).toMatchObject({ approval: "approved", ending: { status: "completed" } });
  });

  it("may have had its effect though a person says no, and the model is told", () => {
    for (const no of [decideOn("rejected", { comment: "check by hand" }), timeOut(QUESTION_EXPIRES)]) {
      const [call] = stateAfter(...interrupted, no).calls;
      expect(call?.ending).toMatchObject({ status: "failed", error: { code: "outcome_unknown" } });
    }
    given(happened(...interrupted))
      .when(decideOn("rejected"))
      .thenTypes(["workflow.approval.recorded", "tool.failed", "status.changed"]);
  });

  it("can be asked about a second time, though it was approved before", () => {
    const state = stateAfter(...interrupted, decideOn("approved"), askAgain("c1"));
    expect(state.situation).toMatchObject({ status: "waiting_for_approval", approvals: [{ call_id: "c1" }] });
  });
});

describe("an answer that failed verification", () => {
  const ended = (decided: Parameters<typeof decideOn> | "nobody") =>
    happened(
      ...answer,
      decided === "nobody" ? timeOut(QUESTION_EXPIRES) : decideOn(...decided),
      begin("maybe_approve"),
      complete(COMPLETIONS.maybe_approve),
      begin("finalize"),
      complete(COMPLETIONS.finalize),
    );

  it("is what the run waits with", () => {
    const state = stateAfter(...answer);
    expect(next(state)).toEqual({ type: "await_approval" });
    expect(dueAt(state)).toBe(at(QUESTION_EXPIRES));
  });

  it("is released when a person overrules the verification", () => {
    const history = ended(["approved", { comment: "I checked" }]);
    expect(history.at(-1)).toMatchObject({ type: "run.completed", data: { outcome: "success" } });
    expect(history).toContainEqual({
      type: "decision.made",
      data: { name: "human_approval", value: "approved", notes: "I checked" },
    });
  });

  it("is withheld when a person rejects it, and the run says who said what", () => {
    expect(ended(["rejected", { comment: "made up" }]).at(-1)).toEqual({
      type: "run.failed",
      data: {
        final_text: "The answer was rejected by a reviewer: made up.",
        outcome: "failure",
        reason: "rejected by a person: made up",
      },
    });
  });

  it("is withheld when nobody decides in time", () => {
    expect(ended("nobody").at(-1)).toEqual({
      type: "run.failed",
      data: {
        final_text: "Nobody approved the answer in time, so it was not released.",
        outcome: "failure",
        reason: "approval expired",
      },
    });
  });

  it("fails the run at once when nobody may overrule it", () => {
    const history = happened(
      ...upTo("verify"),
      UNVERIFIED,
      begin("maybe_approve"),
      complete(COMPLETIONS.maybe_approve),
      begin("finalize"),
      complete(COMPLETIONS.finalize),
    );
    expect(history.at(-1)).toMatchObject({
      type: "run.failed",
      data: { outcome: "failure", reason: "it cites nothing" },
    });
  });
});
