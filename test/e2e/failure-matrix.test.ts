import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { RunId } from "../../domain/ids.ts";
import { isTerminal, type RunEvent } from "../../domain/run/events.ts";
import { proveRun } from "../../domain/run/proof.ts";
import { Cluster, TTL_SECONDS } from "../support/cluster.ts";
import { all, gate, only } from "../support/engine.ts";
import { OpenAiServer } from "../support/openai-server.ts";

/** What the design promises: a dead worker's work moves on within its time to live and two seconds. */
const RECOVERY_MS = (TTL_SECONDS + 2) * 1000;
/** The machine is shared, and starting to execute takes a moment too. */
const LEEWAY_MS = 2000;

const effect = (label: string, sleep_ms = 0) =>
  `call append_effect with ${JSON.stringify({ label, sleep_ms })}`;
const reading = (sleep_ms: number) => `call read_effects with ${JSON.stringify({ sleep_ms })}`;
const begun = ({ type }: RunEvent) => type === "tool.requested";

/** The run's history keeps every promise, and ended once. */
function expectProven(events: readonly RunEvent[]): void {
  expect(proveRun(events, null)).toEqual([]);
  expect(events.filter(isTerminal)).toHaveLength(1);
}

async function effects(cluster: Cluster): Promise<readonly string[]> {
  const text = await readFile(cluster.effects_file, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

/** The moment from which recovery is measured to the run's end. */
async function timeToEnd(
  cluster: Cluster,
  run_id: RunId,
): Promise<{ events: readonly RunEvent[]; ms: number }> {
  const started = performance.now();
  const events = await cluster.until(run_id);
  return { events, ms: performance.now() - started };
}

describe("kill -9", () => {
  it("of a workflow worker while a model streams: another voids the text and streams it anew", async () => {
    const streaming = [{ text: "Half an " }, { text: "answer" }, { wait: new Promise(() => undefined) }];
    const whole = [{ text: "A whole answer." }, { finish: "stop" }];
    await using model = await OpenAiServer.start((_, count) => (count === 0 ? streaming : whole));
    await using cluster = await Cluster.start({
      workflow_workers: 1,
      env: { OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: model.url },
    });
    const run_id = await cluster.ask("Tell me a thing about nothing in particular");
    await cluster.until(run_id, ({ type }) => type === "output.chunk");
    const other = cluster.startWorkflowWorker();
    await cluster.workflow_workers[0]?.kill();
    await other;
    const { events, ms } = await timeToEnd(cluster, run_id);

    expect(all(events, "output.reset")).toHaveLength(1);
    expect(only(events, "run.completed").data.final_text).toBe("A whole answer.");
    expect(ms).toBeLessThan(RECOVERY_MS + LEEWAY_MS);
    expectProven(events);
  });

  it("of a tool worker in a reading call: it is executed again, with one result", async () => {
    await using cluster = await Cluster.start({ tool_workers: 1 });
    const run_id = await cluster.ask(reading(1500));
    await cluster.until(run_id, begun);
    await expect.poll(() => begunCalls(cluster, run_id), { timeout: 5000 }).toBe(1);
    const other = cluster.startToolWorker();
    await cluster.tool_workers[0]?.kill();
    await other;
    const { events, ms } = await timeToEnd(cluster, run_id);

    expect(only(events, "tool.completed").data.attempt).toBe(2);
    expect(ms).toBeLessThan(RECOVERY_MS + 1500 + LEEWAY_MS);
    expectProven(events);
  });

  it("of a tool worker in a writing call: the outcome is unknown, and it is never executed twice", async () => {
    await using cluster = await Cluster.start({ tool_workers: 1 });
    const run_id = await cluster.ask(effect("once", 3000));
    await expect.poll(async () => (await effects(cluster)).length, { timeout: 10_000 }).toBe(1);
    const other = cluster.startToolWorker();
    await cluster.tool_workers[0]?.kill();
    await other;
    const events = await cluster.until(run_id);

    expect(only(events, "tool.failed").data.error.code).toBe("outcome_unknown");
    expect(await effects(cluster)).toHaveLength(1);
    expectProven(events);
  });

  it("of the API under its clients: they resume at another, with no gap and no repeat", async () => {
    await using cluster = await Cluster.start();
    const run_id = await cluster.ask(reading(3000));
    const following = cluster.until(run_id);
    await cluster.until(run_id, begun);
    await cluster.api?.kill();
    await cluster.startApi();
    const events = await following;

    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expectProven(events);
  });
});

describe("a worker that is paused past its time to live", () => {
  it("wakes up to find its commits refused, and starts over", async () => {
    const held = gate();
    const slow = [
      { text: "The first " },
      { wait: held.opened },
      { text: "driver's answer." },
      { finish: "stop" },
    ];
    const whole = [{ text: "The second driver's answer." }, { finish: "stop" }];
    await using model = await OpenAiServer.start((_, count) => (count === 0 ? slow : whole));
    await using cluster = await Cluster.start({
      env: { OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: model.url },
    });
    const run_id = await cluster.ask("Tell me a thing about nothing in particular");
    await cluster.until(run_id, ({ type }) => type === "output.chunk");
    const [paused] = cluster.workflow_workers;
    await cluster.startWorkflowWorker();
    paused?.pause();
    const events = await cluster.until(run_id);
    held.open();
    paused?.resume();
    await paused?.logged("worker was taken for dead, it starts over under a new id");

    expect(only(events, "run.completed").data.final_text).toBe("The second driver's answer.");
    expect(await cluster.until(run_id)).toEqual(events);
    expectProven(events);
  });
});

describe("Redis", () => {
  it("may restart with its append-only file: everything goes on", async () => {
    await using cluster = await Cluster.start({ workflow_workers: 2, tool_workers: 2 });
    const before = await Promise.all([cluster.ask(reading(500)), cluster.ask("17 + 32")]);
    await cluster.redis.restart();
    const after = await cluster.ask("17 + 32");
    for (const run_id of [...before, after]) expectProven(await cluster.until(run_id));
  });

  it("may lose its consumer groups: they are made again", async () => {
    await using cluster = await Cluster.start();
    await cluster.redis.command("DEL", "queue:runs", "queue:tools");
    const events = await cluster.until(await cluster.ask("17 + 32"));
    expect(only(events, "run.completed").data.final_text).toContain("49");
  });
});

describe("no worker alive", () => {
  it("accepts runs all the same, and they end when workers are back", async () => {
    await using cluster = await Cluster.start({ workflow_workers: 0, tool_workers: 0 });
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => cluster.ask(`${index} + 1`)));
    await Promise.all([cluster.startWorkflowWorker(), cluster.startToolWorker()]);
    for (const [index, run_id] of ids.entries()) {
      const events = await cluster.until(run_id);
      expect(only(events, "run.completed").data.final_text).toContain(String(index + 1));
      expectProven(events);
    }
  });
});

describe("poison", () => {
  it("goes to the dead stream with its reason, and the rest goes on", async () => {
    await using cluster = await Cluster.start();
    await cluster.redis.command("XADD", "queue:runs", "*", "nonsense", "1");
    await cluster.redis.command("XADD", "queue:runs", "*", "run_id", "no-such-run");
    await cluster.redis.command("XADD", "queue:tools", "*", "run_id", "no-such-run");
    const events = await cluster.until(await cluster.ask("17 + 32"));

    expect(only(events, "run.completed").data.final_text).toContain("49");
    await expect.poll(() => cluster.redis.command("XLEN", "queue:runs:dead")).toBe("2");
    await expect.poll(() => cluster.redis.command("XLEN", "queue:tools:dead")).toBe("1");
    await expect.poll(() => cluster.redis.command("XLEN", "queue:runs")).toBe("0");
    await expect.poll(() => cluster.redis.command("XLEN", "queue:tools")).toBe("0");
  });
});

describe("SIGTERM", () => {
  it("lets a worker finish what it has, exit with 0 and leave nothing behind", async () => {
    await using cluster = await Cluster.start({ workflow_workers: 2, tool_workers: 2 });
    const run_id = await cluster.ask(reading(1000));
    await cluster.until(run_id, begun);
    const codes = await Promise.all([cluster.tool_workers[0]?.stop(), cluster.workflow_workers[0]?.stop()]);
    expect(codes).toEqual([0, 0]);
    const events = await cluster.until(run_id);
    only(events, "tool.completed");
    expectProven(events);
    expect(await cluster.api?.stop()).toBe(0);
  });
});

async function begunCalls(cluster: Cluster, run_id: RunId): Promise<number> {
  const response = await fetch(`${cluster.url}/runs/${run_id}/diagnosis`);
  const { custody } = (await response.json()) as { custody: { begun_calls: unknown[] } | null };
  return custody?.begun_calls.length ?? 0;
}
