import { describe, expect, it, vi } from "vitest";
import { TOKENS } from "../../composition/tokens.ts";
import type { RunId } from "../../domain/ids.ts";
import { traceIdOf } from "../../domain/trace/identifiers.ts";
import { projectTrace } from "../../domain/trace/project.ts";
import { BatonProcess } from "../support/baton-process.ts";
import { Cluster } from "../support/cluster.ts";
import { TestEngine } from "../support/engine.ts";
import { OtlpServer } from "../support/otlp-server.ts";
import { ScriptedModel } from "../support/scripted-model.ts";
import { ScriptedToolbox } from "../support/scripted-toolbox.ts";

const exporting = (endpoint: string, model: ScriptedModel) =>
  TestEngine.start({
    model,
    tools: new ScriptedToolbox({ send: { run: async () => "sent" } }),
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  });

const spansOf = async (engine: TestEngine, run_id: RunId) =>
  projectTrace(await engine.history(run_id)).spans.map(({ span_id }) => span_id);

describe("with OTEL_EXPORTER_OTLP_ENDPOINT, a collector gets the trace", () => {
  it("of a run that a worker completed: the spans that GET /runs/{id}/trace shows, once", async () => {
    await using collector = await OtlpServer.start();
    await using engine = await exporting(
      collector.endpoint,
      new ScriptedModel([[{ say: "Leases expire." }]]),
    );
    const caller = { trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331" };
    const traceparent = `00-${caller.trace_id}-${caller.span_id}-01`;
    const run_id = await engine.ask("What is a lease?", { traceparent });
    await engine.until(run_id);
    await engine.close();
    await engine.container.get(TOKENS.traceExport).close();

    expect(collector.spans.map(({ spanId }) => spanId)).toEqual(await spansOf(engine, run_id));
    expect(collector.spans[0]).toMatchObject({ traceId: caller.trace_id, parentSpanId: caller.span_id });
    expect(collector.spans.map(({ name }) => name)).toContain("chat scripted");
  });

  it("of a run that a client cancelled while it waited", async () => {
    await using collector = await OtlpServer.start();
    await using engine = await exporting(
      collector.endpoint,
      new ScriptedModel([[{ call: "send", with: { to: "ann" } }]]),
    );
    const run_id = await engine.ask("Use the send tool for Ann");
    await engine.until(run_id, ({ type }) => type === "workflow.waiting_for_approval");
    expect(collector.requests).toEqual([]);
    await engine.cancel(run_id);
    await vi.waitFor(() => expect(collector.spans).not.toEqual([]), { timeout: 10_000 });
    expect(collector.spans[0]?.status).toEqual({ code: 2, message: "enough" });
    expect(collector.spans.map(({ spanId }) => spanId)).toEqual(await spansOf(engine, run_id));
  });

  it("or not, without the run noticing, when nobody listens there", async () => {
    const { endpoint } = await closedServer();
    await using engine = await exporting(endpoint, new ScriptedModel([[{ say: "Leases expire." }]]));
    const events = await engine.until(await engine.ask("What is a lease?"));
    expect(events.at(-1)?.type).toBe("run.completed");
    await engine.close();
    await engine.container.get(TOKENS.traceExport).close();
    const { body } = await engine.container.get(TOKENS.metrics)();
    expect(body).toMatch(/^baton_spans_dropped_total\{reason="not_delivered"\} [1-9]/m);
  });
});

describe("a process that is stopped first sends the traces of the runs that ended in it", () => {
  it("in a single process", async () => {
    await using collector = await OtlpServer.start();
    const env = { PORT: "0", OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
    await using local = await BatonProcess.start("local", env, "listening");
    const { port } = await local.logged("listening");
    const response = await fetch(`http://127.0.0.1:${String(port)}/runs`, {
      method: "POST",
      headers: { "content-type": "application/json", prefer: "wait=20" },
      body: JSON.stringify({ message: "17 + 32" }),
    });
    expect(await response.json()).toMatchObject({ status: "completed" });
    expect(await local.stop()).toBe(0);
    expect(collector.spans[0]).toMatchObject({ name: "invoke_workflow baton", status: {} });
  });

  it("distributed: the API what was cancelled there, a workflow worker what it completed", async () => {
    await using collector = await OtlpServer.start();
    await using cluster = await Cluster.start({
      workflow_workers: 0,
      tool_workers: 0,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
    });
    const roots = () => collector.spans.filter(({ parentSpanId }) => parentSpanId === undefined);

    const cancelled = await cluster.ask("What is a lease?");
    await fetch(`${cluster.url}/runs/${cancelled}/cancel`, { method: "POST" });
    expect(await cluster.api?.stop()).toBe(0);
    expect(roots().map(({ traceId }) => traceId)).toEqual([traceIdOf(cancelled)]);

    await cluster.startApi();
    // Runs wait for a tool worker before their first step.
    const [worker] = await Promise.all([cluster.startWorkflowWorker(), cluster.startToolWorker()]);
    const completed = await cluster.ask("What is a lease?");
    await cluster.until(completed);
    expect(await worker.stop()).toBe(0);
    expect(roots().map(({ traceId }) => traceId)).toEqual([traceIdOf(cancelled), traceIdOf(completed)]);
  });
});

async function closedServer(): Promise<{ readonly endpoint: string }> {
  await using server = await OtlpServer.start();
  return { endpoint: server.endpoint };
}
