import { describe, expect, it, vi } from "vitest";
import { type OtlpOptions, OtlpTraceExporter } from "../../../adapters/telemetry/otlp-trace-exporter.ts";
import { PrometheusMeter } from "../../../adapters/telemetry/prometheus-meter.ts";
import { SystemClock } from "../../../adapters/telemetry/system-clock.ts";
import type { Timestamp } from "../../../domain/ids.ts";
import type { Span, Trace } from "../../../domain/trace/span.ts";
import { gate } from "../../support/engine.ts";
import { RecordingLog } from "../../support/mcp/recording-log.ts";
import { type OtlpAnswer, OtlpServer } from "../../support/otlp-server.ts";

const START = "2026-01-02T03:04:05.006Z" as Timestamp;
const END = "2026-01-02T03:04:05.789Z" as Timestamp;
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

const ROOT: Span = {
  span_id: "b7ad6b7169203331",
  trace_id: TRACE_ID,
  parent_span_id: null,
  name: "invoke_workflow baton",
  kind: "workflow",
  start_time: START,
  end_time: END,
  duration_ms: 783,
  status: "success",
  attributes: {},
  error: null,
};

const child = (more: Partial<Span>): Span => ({
  ...ROOT,
  span_id: "00f067aa0ba902b7",
  parent_span_id: ROOT.span_id,
  ...more,
});

const traceOf = ({ trace_id, span_id, start_time, end_time, status }: Span): Trace => ({
  trace_id,
  root_span_id: span_id,
  start_time,
  end_time,
  status,
  totals: {
    duration_ms: 783,
    model_calls: 0,
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
    tool_calls: 0,
    events: 2,
  },
});

/** An exporter that pauses next to nothing, and what it told. */
function exporterTo(endpoint: string, options: Partial<OtlpOptions> = {}) {
  const log = new RecordingLog();
  const meter = new PrometheusMeter();
  const exporter = new OtlpTraceExporter(
    { clock: new SystemClock(), log, meter },
    { endpoint, service: { name: "baton", version: "1.2.3" }, linger_ms: 1, first_pause_ms: 1, ...options },
  );
  const exportSpans = (...spans: readonly Span[]) => exporter.export(traceOf(ROOT), spans);
  const metrics = async () => (await meter.text()).body.split("\n");
  return { exporter, exportSpans, log, metrics };
}

async function exported(...spans: readonly Span[]) {
  await using server = await OtlpServer.start();
  const { exporter, exportSpans } = exporterTo(server.endpoint);
  exportSpans(...spans);
  await exporter.close();
  return server;
}

describe("what a collector is sent", () => {
  it("is OTLP in JSON, posted to /v1/traces, from the service baton", async () => {
    const { requests } = await exported(ROOT);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      path: "/v1/traces",
      headers: { "content-type": "application/json" },
      body: {
        resourceSpans: [
          {
            resource: {
              attributes: [
                { key: "service.name", value: { stringValue: "baton" } },
                { key: "service.version", value: { stringValue: "1.2.3" } },
              ],
            },
          },
        ],
      },
    });
  });

  it("has the ids in hex, the times in nanoseconds, and a parent for all but the root", async () => {
    const { spans } = await exported(ROOT, child({ name: "plan" }));
    expect(spans).toEqual([
      {
        traceId: TRACE_ID,
        spanId: "b7ad6b7169203331",
        name: "invoke_workflow baton",
        kind: 1,
        startTimeUnixNano: "1767323045006000000",
        endTimeUnixNano: "1767323045789000000",
        attributes: [],
        status: {},
      },
      expect.objectContaining({ parentSpanId: "b7ad6b7169203331", name: "plan" }),
    ]);
  });

  it("tells calls of models and tools from what happens within", async () => {
    const kinds = ["workflow", "intelligence", "wait", "model", "tool"] as const;
    const { spans } = await exported(...kinds.map((kind) => child({ kind })));
    expect(spans.map(({ kind }) => kind)).toEqual([1, 1, 1, 3, 3]);
  });

  it("has failed and repeated spans as errors with their message", async () => {
    const error = { code: "denied", message: "nobody agreed" };
    const { spans } = await exported(child({ status: "failed", error }), child({ status: "retried" }));
    expect(spans.map(({ status }) => status)).toEqual([{ code: 2, message: "nobody agreed" }, { code: 2 }]);
  });

  it("keeps one type per attribute: money and durations are doubles also when they are whole", async () => {
    const { spans } = await exported(
      child({
        attributes: {
          "gen_ai.usage.input_tokens": 12,
          "baton.model.cost_usd": 0,
          "baton.tool.duration_ms": 7,
          "gen_ai.response.finish_reasons": ["stop"],
          "gen_ai.request.model": "m",
          "baton.flag": true,
        },
      }),
    );
    expect(spans[0]?.attributes).toEqual([
      { key: "gen_ai.usage.input_tokens", value: { intValue: "12" } },
      { key: "baton.model.cost_usd", value: { doubleValue: 0 } },
      { key: "baton.tool.duration_ms", value: { doubleValue: 7 } },
      { key: "gen_ai.response.finish_reasons", value: { arrayValue: { values: [{ stringValue: "stop" }] } } },
      { key: "gen_ai.request.model", value: { stringValue: "m" } },
      { key: "baton.flag", value: { boolValue: true } },
    ]);
  });

  it("goes below the path of the endpoint, with its credentials in a header", async () => {
    await using server = await OtlpServer.start();
    const { exporter, exportSpans } = exporterTo(`http://ann:p%40ss@${server.host}/otlp/`);
    exportSpans(ROOT);
    await exporter.close();
    const authorization = `Basic ${Buffer.from("ann:p@ss").toString("base64")}`;
    expect(server.requests[0]).toMatchObject({ path: "/otlp/v1/traces", headers: { authorization } });
  });
});

describe("delivery", () => {
  it("sends the traces of several runs in one request, and many spans in several", async () => {
    await using server = await OtlpServer.start();
    const { exporter, exportSpans, metrics } = exporterTo(server.endpoint, {
      linger_ms: 60_000,
      max_batch_spans: 2,
    });
    for (let runs = 0; runs < 5; runs += 1) exportSpans(ROOT);
    await exporter.close();
    const sizes = server.requests.map(({ body }) => body.resourceSpans[0]?.scopeSpans[0]?.spans.length);
    expect(sizes).toEqual([2, 2, 1]);
    expect(await metrics()).toContain("baton_spans_exported_total 5");
  });

  it("needs no close: what is exported arrives soon, also after an idle time", async () => {
    await using server = await OtlpServer.start();
    const { exporter, exportSpans } = exporterTo(server.endpoint);
    exportSpans(ROOT);
    await vi.waitFor(() => expect(server.spans).toHaveLength(1));
    exportSpans(ROOT);
    await vi.waitFor(() => expect(server.spans).toHaveLength(2));
    await exporter.close();
  });

  it.each([429, 502, 503, 504])("sends again what was answered with %d", async (status) => {
    const answer = (count: number): OtlpAnswer => ({ status: count === 1 ? status : 200 });
    await using server = await OtlpServer.start(answer);
    const { exporter, exportSpans, metrics } = exporterTo(server.endpoint);
    exportSpans(ROOT);
    await vi.waitFor(async () => expect(await metrics()).toContain("baton_spans_exported_total 1"));
    expect(server.requests).toHaveLength(2);
    await exporter.close();
  });

  it.each([400, 401, 404, 500, 307])("does not send again what was answered with %d", async (status) => {
    await using server = await OtlpServer.start(() => ({ status, headers: { location: "/elsewhere" } }));
    const { exporter, exportSpans, metrics, log } = exporterTo(server.endpoint);
    exportSpans(ROOT, child({}));
    await vi.waitFor(async () =>
      expect(await metrics()).toContain('baton_spans_dropped_total{reason="not_delivered"} 2'),
    );
    await exporter.close();
    expect(server.requests).toHaveLength(1);
    expect(log.lines).toEqual([expect.stringMatching(/^warn traces are being lost/)]);
  });

  it("gives a batch up that stays undeliverable, warns once, and says when it works again", async () => {
    let healthy = false;
    await using server = await OtlpServer.start(() => ({ status: healthy ? 200 : 503 }));
    const { exporter, exportSpans, metrics, log } = exporterTo(server.endpoint, { max_batch_spans: 1 });
    exportSpans(ROOT, ROOT);
    await vi.waitFor(async () =>
      expect(await metrics()).toContain('baton_spans_dropped_total{reason="not_delivered"} 2'),
    );
    expect(server.requests).toHaveLength(12);
    healthy = true;
    exportSpans(ROOT);
    await vi.waitFor(() => expect(log.lines).toHaveLength(2));
    expect(log.lines[0]).toMatch(/^warn traces are being lost/);
    expect(log.lines[1]).toMatch(/^info traces are exported again/);
    await exporter.close();
  });

  it("drops whole traces that no longer fit while the collector hangs, and keeps those that did", async () => {
    const answered = gate();
    await using server = await OtlpServer.start(() => ({ status: 200, after: answered.opened }));
    const { exporter, exportSpans, metrics } = exporterTo(server.endpoint, { max_queued_spans: 3 });
    exportSpans(ROOT);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    exportSpans(ROOT, child({}));
    exportSpans(ROOT, child({}));
    expect(await metrics()).toContain('baton_spans_dropped_total{reason="queue_full"} 2');
    answered.open();
    await exporter.close();
    expect(server.spans).toHaveLength(3);
  });

  it("counts the spans that a collector rejects out of a request it accepts", async () => {
    const body = { partialSuccess: { rejectedSpans: "1", errorMessage: "too old" } };
    await using server = await OtlpServer.start(() => ({ status: 200, body }));
    const { exporter, exportSpans, metrics } = exporterTo(server.endpoint);
    exportSpans(ROOT, child({}));
    await exporter.close();
    expect(await metrics()).toContain("baton_spans_exported_total 1");
    expect(await metrics()).toContain('baton_spans_dropped_total{reason="rejected"} 1');
  });

  it("takes a collector that does not answer in time for one that is not there", async () => {
    const never = gate();
    await using server = await OtlpServer.start((count) => ({
      status: 200,
      ...(count === 1 && { after: never.opened }),
    }));
    const { exporter, exportSpans, metrics } = exporterTo(server.endpoint, { timeout_ms: 50 });
    exportSpans(ROOT);
    await vi.waitFor(async () => expect(await metrics()).toContain("baton_spans_exported_total 1"));
    expect(server.requests).toHaveLength(2);
    await exporter.close();
  });
});

describe("closing", () => {
  it("ends in time when the collector hangs, and counts what it lost", async () => {
    const never = gate();
    await using server = await OtlpServer.start(() => ({ status: 200, after: never.opened }));
    const { exporter, exportSpans, metrics } = exporterTo(server.endpoint, {
      flush_ms: 20,
      max_batch_spans: 1,
    });
    exportSpans(ROOT, ROOT);
    await exporter.close();
    expect(await metrics()).toContain('baton_spans_dropped_total{reason="not_delivered"} 2');
  });

  it("does not pause between tries, and takes nothing more", async () => {
    await using server = await OtlpServer.start(() => ({ status: 503, headers: { "retry-after": "30" } }));
    const { exporter, exportSpans, metrics } = exporterTo(server.endpoint, { first_pause_ms: 60_000 });
    exportSpans(ROOT);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    await exporter.close();
    exportSpans(ROOT);
    expect(await metrics()).toContain('baton_spans_dropped_total{reason="not_delivered"} 2');
  });
});
