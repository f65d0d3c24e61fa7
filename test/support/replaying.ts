import { type Report, reportOn } from "../../adapters/cli/replay/report.ts";
import type { ReplayRequest } from "../../adapters/cli/replay.ts";
import { readConfig } from "../../composition/config.ts";
import { replayRecording } from "../../composition/replay.ts";
import { readRecording } from "../../domain/replay/recording.ts";
import type { RunEvent } from "../../domain/run/events.ts";

/** Replays events that went over a wire, as the command does, in a deployment with other settings than the recorded one. */
export async function replayOf(
  events: readonly RunEvent[],
  live: Partial<NonNullable<ReplayRequest["live"]>> | null = null,
  env: Readonly<Record<string, string>> = {},
): Promise<Report> {
  const recording = readRecording(JSON.parse(JSON.stringify(events)));
  const request: ReplayRequest = {
    recording,
    described: new Map(),
    live: live && { model: null, policies: [], instructions: null, ...live },
  };
  return reportOn(recording, await replayRecording(readConfig(env), request), live !== null);
}
