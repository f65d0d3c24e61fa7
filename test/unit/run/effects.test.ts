import { describe, expect, it } from "vitest";
import type { Command } from "../../../domain/run/commands.ts";
import { type Consequences, consequencesOf } from "../../../domain/run/effects.ts";
import { happened, recorded, stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ask,
  askAgain,
  at,
  begin,
  cancel,
  DEADLINE,
  DENY,
  decideOn,
  fail,
  QUESTION_EXPIRES,
  RUN_ID,
  request,
  result,
  start,
  timeOut,
  upTo,
} from "../../support/run-commands.ts";

/** What the last of these commands entails. */
function consequences(before: readonly Command[], last: Command): Consequences {
  const events = recorded(happened(...before, last));
  return consequencesOf(events.slice(happened(...before).length), stateAfter(...before, last));
}

const queued = (call_id: string, expression = "17 + 32") => ({
  run_id: RUN_ID,
  call_id,
  tool_name: "calculator",
  arguments: { expression },
});

describe("what goes into the tool queue", () => {
  it("are the calls that are allowed, none that is to be asked for or denied", () => {
    const { request_tools, ready } = consequences(
      upTo("respond"),
      request({ c1: ALLOW, c2: ask(), c3: DENY, c4: ALLOW }),
    );
    expect(request_tools).toEqual([queued("c1"), queued("c4")]);
    expect(ready).toBe(false);
  });

  it("is a call that a person approved, as the person edited it", () => {
    const asked = [...upTo("respond"), request({ c1: ask() })];
    expect(consequences(asked, decideOn("approved")).request_tools).toEqual([queued("c1")]);
    const edited = decideOn("approved", { arguments: { expression: "1 + 1" } });
    expect(consequences(asked, edited).request_tools).toEqual([queued("c1", "1 + 1")]);
    expect(consequences(asked, decideOn("rejected")).request_tools).toEqual([]);
    expect(consequences(asked, timeOut(QUESTION_EXPIRES)).request_tools).toEqual([]);
  });

  it("is an interrupted call once more, when a person says so", () => {
    const interrupted = [...upTo("respond"), request({ c1: ALLOW }), askAgain("c1")];
    expect(consequences(interrupted, decideOn("approved")).request_tools).toEqual([queued("c1")]);
  });
});

describe("which calls leave the ledger", () => {
  it("are those that ended, however they did", () => {
    expect(consequences(upTo("respond"), request({ c1: ALLOW, c2: DENY })).ended_calls).toEqual(["c2"]);
    const asked = [...upTo("respond"), request({ c1: ALLOW, c2: ask() })];
    expect(consequences(asked, result("c1")).ended_calls).toEqual(["c1"]);
    expect(consequences(asked, decideOn("rejected")).ended_calls).toEqual(["c2"]);
    expect(consequences(asked, cancel()).ended_calls).toEqual(["c1", "c2"]);
  });
});

describe("whether somebody has to drive the run", () => {
  it("is so when the last call of the turn ended, and not before", () => {
    const requested = [...upTo("respond"), request({ c1: ALLOW, c2: ALLOW })];
    expect(consequences(requested, result("c1")).ready).toBe(false);
    expect(consequences([...requested, result("c1")], result("c2")).ready).toBe(true);
  });

  it("is so at the start, and never after the end", () => {
    expect(consequences([], start())).toMatchObject({ ready: true, ended: false });
    expect(consequences(upTo("respond"), cancel())).toMatchObject({
      ready: false,
      ended: true,
      due_at: null,
    });
  });
});

describe("when the run's timer fires", () => {
  it("is at its deadline, a retry or a question's expiry, whichever it waits for", () => {
    expect(consequences([start()], begin("receive")).due_at).toBe(at(DEADLINE));
    expect(consequences(upTo("respond"), fail("respond", 30)).due_at).toBe(at(30));
    expect(consequences(upTo("respond"), request({ c1: ask() })).due_at).toBe(at(QUESTION_EXPIRES));
  });
});
