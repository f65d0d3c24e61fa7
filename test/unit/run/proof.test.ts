import { describe, expect, it } from "vitest";
import type { WorkerId } from "../../../domain/ids.ts";
import type { Command } from "../../../domain/run/commands.ts";
import type { EventDraft, RunEvent } from "../../../domain/run/events.ts";
import { fold } from "../../../domain/run/evolve.ts";
import { INVARIANTS, type Invariant, proveRun } from "../../../domain/run/proof.ts";
import type { RunState } from "../../../domain/run/state.ts";
import { happened, recorded, stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ask,
  begin,
  cancel,
  decideOn,
  request,
  result,
  start,
  upTo,
} from "../../support/run-commands.ts";
import { STAGES } from "../../support/run-stages.ts";

const requested = [...upTo("respond"), request({ c1: ALLOW })];
const asked = [...upTo("respond"), request({ c1: ask() })];
const driven = (epoch: number): Command => ({
  type: "BeginStep",
  step: "receive",
  driver: { worker_id: "w1" as WorkerId, epoch },
});

/** Histories that no decider writes: what a broken store or a second driver could leave behind. */
const BROKEN: Readonly<Record<Invariant, readonly (readonly RunEvent[] | Broken)[]>> = {
  "numbered 1…n without gap or repeat": [
    recorded(happened(...requested)).toSpliced(3, 1),
    twice(recorded(happened(...requested))),
  ],
  "at most one ending, and it is the last event": [
    recorded([...happened(start(), cancel()), ...happened(start(), cancel()).slice(-1)]),
    recorded([...happened(start(), cancel()), tail(result("c1"))]),
  ],
  "one ending per call, and none for a call that was not requested": [
    recorded([...happened(...requested, result("c1")), tail(result("c1"))]),
    recorded([...happened(...upTo("respond")), tail(result("c1"))]),
    recorded([...happened(...requested), ...happened(...requested).slice(-3)]),
  ],
  "no call is open when the run has ended": [
    recorded([...happened(...requested), ...happened(start(), cancel()).slice(-1)]),
  ],
  "epochs only grow": [recorded(happened(start(), driven(2), driven(1)))],
  "no gated call was executed without its approval": [
    recorded([...happened(...asked), tail(result("c1"))]),
    recorded([...happened(...asked, decideOn("rejected")), tail(result("c1"))]),
  ],
  "the snapshot is the fold of the events": [
    { events: recorded(happened(...requested)), snapshot: { ...stateAfter(...requested), iterations: 9 } },
    { events: recorded(happened(start())), snapshot: stateAfter(...requested) },
  ],
};

interface Broken {
  readonly events: readonly RunEvent[];
  readonly snapshot: RunState;
}

describe("the proof of a stored run", () => {
  it.each(Object.entries(STAGES))("finds nothing in a run that is %s", (_, commands) => {
    const events = recorded(happened(...commands));
    expect(proveRun(events, fold(null, events))).toEqual([]);
    expect(proveRun(events, null)).toEqual([]);
  });

  it("knows a snapshot that is older than the events", () => {
    const snapshot = JSON.parse(JSON.stringify(stateAfter(...upTo("respond")))) as RunState;
    expect(proveRun(recorded(happened(...requested)), snapshot)).toEqual([]);
  });

  it.each(INVARIANTS)("finds it violated: %s", (invariant) => {
    for (const broken of BROKEN[invariant]) {
      const { events, snapshot } = "events" in broken ? broken : { events: broken, snapshot: null };
      expect(proveRun(events, snapshot).map((violation) => violation.invariant)).toContain(invariant);
    }
  });

  it("accepts that epochs stay or grow", () => {
    expect(proveRun(recorded(happened(start(), driven(1), driven(1), driven(3))), null)).toEqual([]);
    expect(proveRun(recorded(happened(start(), begin("receive"), driven(1))), null)).toEqual([]);
  });
});

/** The event of a call's result, as it looks where it belongs. */
function tail(command: Command): EventDraft {
  const before = happened(...requested);
  const [ended] = happened(...requested, command).slice(before.length);
  if (ended === undefined) throw new RangeError("a result has an event");
  return ended;
}

/** The last event stored once more: numbered on, its id the same. */
function twice(events: readonly RunEvent[]): readonly RunEvent[] {
  const last = events.at(-1);
  return last === undefined ? events : [...events, { ...last, seq: last.seq + 1 }];
}
