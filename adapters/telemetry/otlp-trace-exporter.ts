import { TransientError } from "../../domain/errors.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Meter } from "../../domain/ports/meter.ts";
import type { TraceExporter } from "../../domain/ports/trace-exporter.ts";
import type { Span, Trace } from "../../domain/trace/span.ts";
import { OtlpCollector } from "./otlp-collector.ts";
import { encodeSpans, type Service } from "./otlp-encoding.ts";

export interface OtlpOptions {
  /** Base URL of the collector. */
  readonly endpoint: string;
  readonly service: Service;
  /** Spans that may wait; a trace that does not fit is dropped whole. */
  readonly max_queued_spans?: number;
  /** Spans of one request. */
  readonly max_batch_spans?: number;
  /** Time for one request and its answer; OTLP's own default. */
  readonly timeout_ms?: number;
  /** How long the first span of a batch waits for others. */
  readonly linger_ms?: number;
  /** Pause after a first failure; doubled after each further one of the same batch. */
  readonly first_pause_ms?: number;
  /** How long `close` sends what still waits. */
  readonly flush_ms?: number;
}

const DEFAULTS = {
  max_queued_spans: 10_000,
  max_batch_spans: 500,
  timeout_ms: 10_000,
  linger_ms: 500,
  first_pause_ms: 1000,
  flush_ms: 3000,
};
/** With the pauses between them about half a minute: a collector's restart. */
const TRIES = 6;
const LONGEST_PAUSE_MS = 30_000;

type DropReason = "queue_full" | "not_delivered" | "rejected";

/** TraceExporter to an OpenTelemetry collector: one request at a time, in batches, from a bounded queue. */
export class OtlpTraceExporter implements TraceExporter {
  readonly #ports: { readonly clock: Clock; readonly log: Log; readonly meter: Meter };
  readonly #options: Required<OtlpOptions>;
  readonly #collector: OtlpCollector;
  readonly #queue: Span[] = [];
  /** Aborts pauses. */
  readonly #closing = new AbortController();
  /** Aborts requests. */
  readonly #flushed = new AbortController();
  #sending: Promise<void> | null = null;
  /** Since traces began to be lost, one line has been written. */
  #losing = false;

  constructor(
    ports: { readonly clock: Clock; readonly log: Log; readonly meter: Meter },
    options: OtlpOptions,
  ) {
    this.#ports = ports;
    this.#options = { ...DEFAULTS, ...options };
    this.#collector = new OtlpCollector(options.endpoint, this.#options);
  }

  export(_trace: Trace, spans: readonly Span[]): void {
    const full = this.#queue.length + spans.length > this.#options.max_queued_spans;
    if (this.#closing.signal.aborted) this.#drop(spans.length, "not_delivered");
    else if (full) this.#drop(spans.length, "queue_full");
    else {
      for (const span of spans) this.#queue.push(span);
      this.#sending ??= this.#sendAll();
    }
  }

  /** Sends what waits, once and for at most `flush_ms`; the rest is dropped. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort();
    const timer = setTimeout(() => this.#flushed.abort(), this.#options.flush_ms);
    await this.#sending;
    clearTimeout(timer);
  }

  async #sendAll(): Promise<void> {
    await this.#ports.clock.pause(this.#options.linger_ms, this.#closing.signal);
    while (this.#queue.length > 0) {
      await this.#deliver(this.#queue.splice(0, this.#options.max_batch_spans));
    }
    // In the same turn as the look at the queue, so that no span is added in between.
    this.#sending = null;
  }

  async #deliver(batch: readonly Span[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        const body = encodeSpans(batch, this.#options.service);
        this.#delivered(batch.length, await this.#collector.post(body, this.#flushed.signal));
        return;
      } catch (error) {
        const retryable = error instanceof TransientError && tries < TRIES;
        if (!retryable || this.#closing.signal.aborted) {
          this.#drop(batch.length, "not_delivered", error);
          return;
        }
        const told_ms = (error.retry_after_seconds ?? 0) * 1000;
        const pause_ms = Math.max(told_ms, this.#options.first_pause_ms * 2 ** (tries - 1));
        await this.#ports.clock.pause(Math.min(pause_ms, LONGEST_PAUSE_MS), this.#closing.signal);
      }
    }
  }

  #delivered(sent: number, rejected: number): void {
    this.#ports.meter.count("baton_spans_exported_total", {}, Math.max(0, sent - rejected));
    if (rejected > 0) this.#drop(rejected, "rejected");
    else if (this.#losing) {
      this.#losing = false;
      this.#ports.log.info("traces are exported again");
    }
  }

  #drop(spans: number, reason: DropReason, error?: unknown): void {
    this.#ports.meter.count("baton_spans_dropped_total", { reason }, spans);
    if (this.#losing) return;
    this.#losing = true;
    this.#ports.log.warn("traces are being lost; baton_spans_dropped_total counts their spans", {
      reason,
      endpoint: this.#collector.shown,
      ...(error !== undefined && { error }),
    });
  }
}
