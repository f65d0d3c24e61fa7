import { canonicalJson, type Json } from "../json.ts";
import { isTerminal, type RunEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import type { RunState } from "./state.ts";

/** What every stored run must satisfy, whatever died while it ran. */
export const INVARIANTS = [
  "numbered 1…n without gap or repeat",
  "at most one ending, and it is the last event",
  "one ending per call, and none for a call that was not requested",
  "no call is open when the run has ended",
  "epochs only grow",
  "no gated call was executed without its approval",
  "the snapshot is the fold of the events",
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
  readonly invariant: Invariant;
  /** What was found, with the seq where it shows. */
  readonly found: string;
}

/** Checks a run's whole history, and the snapshot if there is one, against the invariants; [] is a proof. */
export function proveRun(events: readonly RunEvent[], snapshot: RunState | null): readonly Violation[] {
  return [
    ...numbering(events),
    ...endings(events),
    ...callEndings(events),
    ...epochs(events),
    ...approvals(events),
    ...snapshotFold(events, snapshot),
  ];
}

function numbering(events: readonly RunEvent[]): readonly Violation[] {
  const invariant = "numbered 1…n without gap or repeat";
  const ids = new Set(events.map((event) => event.id));
  const misplaced = events.findIndex((event, index) => event.seq !== index + 1);
  return [
    ...(misplaced < 0
      ? []
      : ([{ invariant, found: `seq ${events[misplaced]?.seq} stands at place ${misplaced + 1}` }] as const)),
    ...(ids.size === events.length ? [] : ([{ invariant, found: "an event id stands twice" }] as const)),
  ];
}

function endings(events: readonly RunEvent[]): readonly Violation[] {
  const invariant = "at most one ending, and it is the last event";
  const terminal = events.filter(isTerminal);
  const [first] = terminal;
  if (first === undefined) return [];
  if (terminal.length > 1)
    return [
      { invariant, found: `${terminal.length} endings: seq ${terminal.map(({ seq }) => seq).join(", ")}` },
    ];
  return first === events.at(-1)
    ? []
    : [{ invariant, found: `the ending at seq ${first.seq} is not the last event` }];
}

function callEndings(events: readonly RunEvent[]): readonly Violation[] {
  const invariant = "one ending per call, and none for a call that was not requested";
  const endings = new Map<string, number>();
  const violations: Violation[] = [];
  for (const event of events) {
    switch (event.type) {
      case "tool.requested":
        if (endings.has(event.data.call_id))
          violations.push({
            invariant,
            found: `call ${event.data.call_id} is requested twice (seq ${event.seq})`,
          });
        endings.set(event.data.call_id, 0);
        break;
      case "tool.completed":
      case "tool.failed":
      case "tool.denied": {
        const { call_id } = event.data;
        const count = endings.get(call_id);
        if (count !== 0)
          violations.push({
            invariant,
            found: `${event.type} of ${call_id} at seq ${event.seq}, ${count === undefined ? "never requested" : "ended before"}`,
          });
        endings.set(call_id, (count ?? 0) + 1);
        break;
      }
      default:
    }
  }
  const last = events.at(-1);
  if (last === undefined || !isTerminal(last)) return violations;
  const open = [...endings].filter(([, count]) => count === 0).map(([call_id]) => call_id);
  if (open.length === 0) return violations;
  return [
    ...violations,
    { invariant: "no call is open when the run has ended", found: `open: ${open.join(", ")}` },
  ];
}

function epochs(events: readonly RunEvent[]): readonly Violation[] {
  let latest = 0;
  for (const event of events) {
    // A branch counts its own claims; the copied events have those of the other run.
    if (event.type === "run.forked") latest = 0;
    if (event.type !== "workflow.step.started" || event.data.driver === undefined) continue;
    const { epoch } = event.data.driver;
    if (epoch < latest) {
      return [
        { invariant: "epochs only grow", found: `epoch ${epoch} at seq ${event.seq} follows ${latest}` },
      ];
    }
    latest = epoch;
  }
  return [];
}

function approvals(events: readonly RunEvent[]): readonly Violation[] {
  const gated = new Set<string>();
  const violations: Violation[] = [];
  for (const event of events) {
    if (event.type === "workflow.waiting_for_approval" && event.data.call_id !== undefined) {
      gated.add(event.data.call_id);
    } else if (event.type === "workflow.approval.recorded" && event.data.decision === "approved") {
      if (event.data.call_id !== undefined) gated.delete(event.data.call_id);
    } else if (event.type === "tool.completed" && gated.has(event.data.call_id)) {
      const found = `call ${event.data.call_id} completed at seq ${event.seq}`;
      violations.push({ invariant: "no gated call was executed without its approval", found });
    }
  }
  return violations;
}

function snapshotFold(events: readonly RunEvent[], snapshot: RunState | null): readonly Violation[] {
  if (snapshot === null || events.length === 0) return [];
  const invariant = "the snapshot is the fold of the events";
  if (snapshot.last_seq > events.length) {
    return [
      { invariant, found: `the snapshot is at seq ${snapshot.last_seq}, the events end at ${events.length}` },
    ];
  }
  const folded = events.slice(0, snapshot.last_seq).reduce<RunState | null>(evolve, null);
  return text(folded) === text(snapshot)
    ? []
    : [{ invariant, found: `they differ at seq ${snapshot.last_seq}` }];
}

/** Compared as stored: JSON knows no undefined. */
function text(state: RunState | null): string {
  return canonicalJson(JSON.parse(JSON.stringify(state)) as Json);
}
