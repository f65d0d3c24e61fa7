import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { COUNTERS, HISTOGRAMS } from "../../../adapters/telemetry/metrics.ts";
import { PrometheusMeter } from "../../../adapters/telemetry/prometheus-meter.ts";
import { repositoryFiles } from "../../support/repository-files.ts";

const linesOf = async (meter: PrometheusMeter) => (await meter.text()).body.split("\n");

describe("the meter", () => {
  it("counts by label, and says what each number means", async () => {
    const meter = new PrometheusMeter();
    meter.count("baton_runs_ended_total", { status: "completed" });
    meter.count("baton_runs_ended_total", { status: "completed" }, 2);
    meter.count("baton_runs_ended_total", { status: "failed" });
    const lines = await linesOf(meter);
    expect(lines).toContain('baton_runs_ended_total{status="completed"} 3');
    expect(lines).toContain('baton_runs_ended_total{status="failed"} 1');
    expect(lines).toContain("# TYPE baton_runs_ended_total counter");
    expect(lines).toContain("# HELP baton_runs_ended_total Runs that ended, by status.");
  });

  it("shows a counter without labels as 0 before anything happened", async () => {
    expect(await linesOf(new PrometheusMeter())).toContain("baton_commits_total 0");
  });

  it("observes durations in buckets", async () => {
    const meter = new PrometheusMeter();
    meter.observe("baton_step_duration_seconds", 0.03, { step: "plan" });
    const lines = await linesOf(meter);
    expect(lines).toContain('baton_step_duration_seconds_bucket{le="0.025",step="plan"} 0');
    expect(lines).toContain('baton_step_duration_seconds_bucket{le="0.05",step="plan"} 1');
    expect(lines).toContain('baton_step_duration_seconds_sum{step="plan"} 0.03');
  });

  it("reads gauges when it is read, whether they answer at once or later", async () => {
    const meter = new PrometheusMeter();
    let backlog = 1;
    meter.gauge("baton_tool_backlog", "Tool calls not yet done.", () => backlog);
    meter.gauge("baton_run_backlog", "Runs not yet driven.", async () => backlog * 10);
    backlog = 7;
    const lines = await linesOf(meter);
    expect(lines).toContain("baton_tool_backlog 7");
    expect(lines).toContain("baton_run_backlog 70");
  });

  it("shows all other numbers when one gauge fails or hangs", async () => {
    const meter = new PrometheusMeter();
    meter.gauge("fails_at_once", "x", () => {
      throw new Error("no");
    });
    meter.gauge("fails_later", "x", () => Promise.reject(new Error("no")));
    meter.gauge("hangs", "x", () => new Promise<number>(() => undefined));
    meter.gauge("works", "x", () => 1);
    const lines = await linesOf(meter);
    expect(lines).toContain("works 1");
    for (const name of ["fails_at_once", "fails_later", "hangs"]) expect(lines).toContain(`${name} Nan`);
  });

  it("tells about the process itself", async () => {
    const { content_type, body } = await new PrometheusMeter().text();
    expect(content_type).toContain("version=0.0.4");
    expect(body).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(body).toMatch(/^nodejs_eventloop_lag_seconds /m);
  });

  it("knows every label that the code uses, since an unknown one throws", () => {
    const known = { ...COUNTERS, ...HISTOGRAMS } as Readonly<
      Record<string, { readonly labels: readonly string[] }>
    >;
    const used = repositoryFiles("{application,adapters}/**/*.ts").flatMap(({ name, text }) =>
      measurements(name, text),
    );
    expect(used.length).toBeGreaterThan(10);
    for (const { metric, labels } of used)
      expect(known[metric]?.labels, metric).toEqual(expect.arrayContaining(labels));
  });
});

/** Calls of `count` and `observe` with a literal metric, and the names of the labels they give. */
function measurements(name: string, source: string): { metric: string; labels: string[] }[] {
  const found: { metric: string; labels: string[] }[] = [];
  new Visitor({
    CallExpression: ({ arguments: [metric, ...rest] }) => {
      if (
        metric?.type !== "Literal" ||
        typeof metric.value !== "string" ||
        !metric.value.startsWith("baton_")
      )
        return;
      const labels = rest.flatMap((argument) =>
        argument.type === "ObjectExpression"
          ? argument.properties.flatMap((property) =>
              property.type === "Property" && property.key.type === "Identifier" ? [property.key.name] : [],
            )
          : [],
      );
      found.push({ metric: metric.value, labels });
    },
  }).visit(parseSync(name, source).program);
  return found;
}
