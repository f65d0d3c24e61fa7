import type { RunId } from "../domain/ids.ts";
import type { Log } from "../domain/ports/log.ts";
import type { TraceExporter } from "../domain/ports/trace-exporter.ts";
import { projectTrace } from "../domain/trace/project.ts";
import type { ReadRuns } from "./read-runs.ts";

/** Runs whose events are being read at the same time; a store that hangs must not gather them without end. */
const MAX_READING = 1000;

/** Exports the trace of each run that ends here. Nothing that goes wrong with it reaches the run. */
export class ExportTraces {
  readonly #runs: ReadRuns;
  readonly #exporter: TraceExporter;
  readonly #log: Log;
  readonly #reading = new Set<Promise<void>>();

  constructor(runs: ReadRuns, exporter: TraceExporter, log: Log) {
    this.#runs = runs;
    this.#exporter = exporter;
    this.#log = log;
  }

  /** To be told of each run that ended. Returns at once and never throws. */
  ended(run_id: RunId): void {
    if (this.#reading.size >= MAX_READING) {
      this.#log.warn("a trace is not exported: too many are being read", { run_id });
      return;
    }
    const reading = this.#export(run_id).finally(() => this.#reading.delete(reading));
    this.#reading.add(reading);
  }

  /** Resolves when the exporter has been given the traces of all runs that ended before. */
  async settled(): Promise<void> {
    await Promise.all(this.#reading);
  }

  async #export(run_id: RunId): Promise<void> {
    try {
      const { trace, spans } = projectTrace(await this.#runs.history(run_id));
      this.#exporter.export(trace, spans);
    } catch (error) {
      this.#log.warn("a trace is not exported: its run could not be read", { run_id, error });
    }
  }
}
