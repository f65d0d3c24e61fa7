import type { Recording } from "../../domain/replay/recording.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { PolicyRule } from "../../domain/tools/firewall.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";
import { type ReplayArguments, ReplayError, readArguments, USAGE } from "./replay/arguments.ts";
import { printReport } from "./replay/print.ts";
import { readSource, type SourceOptions } from "./replay/record-source.ts";
import { type NotRecorded, reportOn } from "./replay/report.ts";
import { UsageError } from "./usage.ts";

export interface ReplayRequest {
  readonly recording: Recording;
  /** What is known of tools beside the record. */
  readonly described: ReadonlyMap<string, ToolDescriptor>;
  /** What is to be different, with a model that is asked anew; null: nothing, and it answers as on record. */
  readonly live: {
    /** null: the configured one. */
    readonly model: string | null;
    readonly policies: readonly PolicyRule[];
    /** null: the engine's own. */
    readonly instructions: string | null;
  } | null;
}

export interface Replayed {
  readonly events: readonly RunEvent[];
  readonly not_recorded: readonly NotRecorded[];
}

export interface ReplayCommandOptions extends SourceOptions {
  /** Throws ReplayError when the model cannot be asked. */
  run(request: ReplayRequest): Promise<Replayed>;
}

const EXIT = { same: 0, different: 1, unusable: 2 };

/** `npm run replay`: runs a recorded run again and prints where it differs. Returns the exit code. */
export async function replay(args: readonly string[], options: ReplayCommandOptions): Promise<number> {
  try {
    const asked = readArguments(args);
    if (asked === "help") {
      process.stdout.write(USAGE);
      return EXIT.same;
    }
    const source = await readSource(asked, options);
    const live = await liveOf(asked, options);
    const report = reportOn(source.recording, await options.run({ ...source, live }), live !== null);
    process.stdout.write(asked.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
    return report.diverged ? EXIT.different : EXIT.same;
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`);
    else if (error instanceof ReplayError) process.stderr.write(`${error.message}\n`);
    else throw error;
    return EXIT.unusable;
  }
}

async function liveOf(
  { live }: ReplayArguments,
  { readText }: SourceOptions,
): Promise<ReplayRequest["live"]> {
  if (live === null) return null;
  const { prompt, ...rest } = live;
  if (prompt === null) return { ...rest, instructions: null };
  try {
    return { ...rest, instructions: await readText(prompt) };
  } catch (error) {
    throw new ReplayError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
