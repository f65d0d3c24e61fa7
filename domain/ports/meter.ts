/** Numbers for operators. Names are Prometheus names; labels must have few values. */
export interface Meter {
  count(name: CounterName, labels?: Labels, by?: number): void;
  observe(name: HistogramName, seconds: number, labels?: Labels): void;
  /** Registers a value that is read when metrics are read. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
}

export type Labels = Readonly<Record<string, string>>;

export type CounterName =
  | "baton_runs_started_total"
  | "baton_runs_ended_total"
  | "baton_events_total"
  | "baton_commits_total"
  | "baton_commit_conflicts_total"
  | "baton_takeovers_total"
  | "baton_tool_calls_total"
  | "baton_model_calls_total"
  | "baton_model_tokens_total"
  | "baton_embedded_texts_total"
  | "baton_guardrail_triggered_total"
  | "baton_spans_exported_total"
  | "baton_spans_dropped_total";

export type HistogramName =
  | "baton_run_duration_seconds"
  | "baton_step_duration_seconds"
  | "baton_tool_duration_seconds"
  | "baton_model_duration_seconds"
  | "baton_http_request_duration_seconds";
