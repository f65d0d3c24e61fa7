import type { Command } from "../../domain/run/commands.ts";
import type { RunStatus, Situation } from "../../domain/run/state.ts";
import {
  ALLOW,
  ask,
  askAboutAnswer,
  begin,
  COMPLETIONS,
  cancel,
  complete,
  fail,
  request,
  result,
  say,
  start,
  UNVERIFIED,
  upTo,
} from "./run-commands.ts";

/** Where a run may stand: its statuses, and within them what makes a difference. A new one fails to compile below. */
export type Stage =
  | "not_started"
  | Exclude<RunStatus, "running" | "waiting_for_approval">
  | `running, ${Extract<Situation, { status: "running" }>["progress"]}`
  | `waiting_for_approval at ${Extract<Situation, { status: "waiting_for_approval" }>["step"]}`;

/** The commands that lead a run there. */
export const STAGES: Readonly<Record<Stage, readonly Command[]>> = {
  not_started: [],
  queued: [start()],
  "running, started": [...upTo("respond"), say("A lea")],
  "running, resumable": [...upTo("respond"), request({ c1: ALLOW }), result("c1")],
  "running, completed": [...upTo("respond"), say("A lease."), complete(COMPLETIONS.respond)],
  waiting_for_tool: [...upTo("respond"), request({ c1: ALLOW })],
  "waiting_for_approval at respond": [...upTo("respond"), request({ c1: ask() })],
  "waiting_for_approval at maybe_approve": [
    ...upTo("verify"),
    UNVERIFIED,
    begin("maybe_approve"),
    askAboutAnswer(),
  ],
  retrying: [...upTo("respond"), fail("respond", 30)],
  completed: [...upTo("finalize"), complete(COMPLETIONS.finalize)],
  failed: [...upTo("respond"), fail("respond")],
  cancelled: [...upTo("respond"), request({ c1: ALLOW }), cancel()],
};
