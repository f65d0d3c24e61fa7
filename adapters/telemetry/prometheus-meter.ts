import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { CounterName, HistogramName, Labels, Meter } from "../../domain/ports/meter.ts";
import { COUNTERS, HISTOGRAMS } from "./metrics.ts";

/** A gauge that takes longer is left out of this answer: one dependency that hangs must not hide all numbers. */
const READ_LIMIT_MS = 2_000;

/** How often the delay of the event loop is sampled: more often, an idle process would mostly do that. */
const LOOP_DELAY_EVERY_MS = 100;

/** Meter for Prometheus: Baton's numbers and those of the process (memory, CPU, event loop delay). */
export class PrometheusMeter implements Meter {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();

  constructor() {
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LOOP_DELAY_EVERY_MS });
    const registers = [this.#registry];
    for (const [name, { help, labels }] of Object.entries(COUNTERS)) {
      this.#counters.set(name, new Counter({ name, help, labelNames: labels, registers }));
    }
    for (const [name, { help, labels, buckets }] of Object.entries(HISTOGRAMS)) {
      this.#histograms.set(name, new Histogram({ name, help, labelNames: labels, buckets, registers }));
    }
  }

  count(name: CounterName, labels: Labels = {}, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  observe(name: HistogramName, seconds: number, labels: Labels = {}): void {
    this.#histograms.get(name)?.observe(labels, seconds);
  }

  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        gauge.set(await inTime(read));
      },
    });
  }

  /** All metrics in Prometheus's text format. */
  async text(): Promise<{ readonly content_type: string; readonly body: string }> {
    return { content_type: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

/** What `read` says, or NaN (in Prometheus: no value) when it fails or takes too long. */
async function inTime(read: () => number | Promise<number>): Promise<number> {
  const { promise: late, resolve } = Promise.withResolvers<number>();
  const timer = setTimeout(resolve, READ_LIMIT_MS, Number.NaN);
  try {
    return await Promise.race([read(), late]);
  } catch {
    return Number.NaN;
  } finally {
    clearTimeout(timer);
  }
}
