import type { CounterName, HistogramName } from "../../domain/ports/meter.ts";

interface Described {
  readonly help: string;
  readonly labels: readonly string[];
}

export const COUNTERS: Readonly<Record<CounterName, Described>> = {
  baton_runs_started_total: { help: "Runs accepted.", labels: [] },
  baton_runs_ended_total: { help: "Runs that ended, by status.", labels: ["status"] },
  baton_events_total: { help: "Events committed.", labels: [] },
  baton_commits_total: { help: "Commits made.", labels: [] },
  baton_commit_conflicts_total: {
    help: "Commits that met a concurrent change and were decided again.",
    labels: [],
  },
  baton_takeovers_total: { help: "Runs and tool calls taken over from a worker that died.", labels: [] },
  baton_tool_calls_total: { help: "Tool calls that ended, by tool and status.", labels: ["tool", "status"] },
  baton_model_calls_total: {
    help: "Model calls that ended, by model and how they ended.",
    labels: ["model", "provider", "finish_reason"],
  },
  baton_model_tokens_total: {
    help: "Tokens sent to (input) and received from (output) models.",
    labels: ["model", "direction"],
  },
  baton_embedded_texts_total: {
    help: "Texts of documents whose vector was needed, by where it came from: the model or the cache.",
    labels: ["from"],
  },
  baton_guardrail_triggered_total: {
    help: "Guardrails that stepped in, by layer and threat.",
    labels: ["layer", "threat_type"],
  },
  baton_spans_exported_total: { help: "Spans of ended runs that the OTLP collector took.", labels: [] },
  baton_spans_dropped_total: {
    help: "Spans of ended runs that did not reach the OTLP collector, by reason.",
    labels: ["reason"],
  },
};

/** Buckets in seconds; from what is done in memory to what waits for remote models and slow tools. */
const WORK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const RUN = [...WORK, 120, 300, 600, 1800, 3600];

export const HISTOGRAMS: Readonly<Record<HistogramName, Described & { readonly buckets: number[] }>> = {
  baton_run_duration_seconds: { help: "Time from a run's start to its end.", labels: [], buckets: RUN },
  baton_step_duration_seconds: {
    help: "Time one attempt of a workflow step took.",
    labels: ["step"],
    buckets: WORK,
  },
  baton_tool_duration_seconds: { help: "Time a tool took.", labels: ["tool"], buckets: WORK },
  baton_model_duration_seconds: {
    help: "Time a model call took, to the end of its stream.",
    labels: ["model"],
    buckets: WORK,
  },
  baton_http_request_duration_seconds: {
    help: "Time from a request's arrival to the end of its response; event streams not included.",
    labels: ["method", "route", "status"],
    buckets: WORK,
  },
};
