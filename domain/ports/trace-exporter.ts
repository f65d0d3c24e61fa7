import type { Span, Trace } from "../trace/span.ts";

/**
 * Where the traces of ended runs go, for people who look at them elsewhere. Losing one is allowed, holding up
 * or failing a run is not.
 */
export interface TraceExporter {
  /** Takes the trace of a run that has ended. Returns at once and never throws; delivery is not promised. */
  export(trace: Trace, spans: readonly Span[]): void;
}
