import { describe, expect, it } from "vitest";
import { createWorkflowWorker, type WorkflowWorkerPorts } from "../../../application/workflow-worker.ts";
import { TOKENS } from "../../../composition/tokens.ts";
import { LeaseLost, TransientError } from "../../../domain/errors.ts";
import type { RunId, WorkerId } from "../../../domain/ids.ts";
import type { Clock } from "../../../domain/ports/clock.ts";
import type { RunQueue } from "../../../domain/ports/run-queue.ts";
import { gate, only, TestEngine } from "../../support/engine.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";

const OPTIONS = {
  kind: "workflow",
  concurrency: 1,
  ttl_seconds: 60,
  drain_seconds: 0.1,
  retry: { max_attempts: 1, initial_seconds: 1, max_seconds: 1 },
  max_deliveries: 20,
  timer_interval_ms: 1_000,
} as const;

/** A workflow worker on the engine's ports, some of them replaced. */
function workerOn(engine: TestEngine, replaced: Partial<WorkflowWorkerPorts>) {
  const get = engine.container.get.bind(engine.container);
  const ports = {
    sessions: get(TOKENS.sessions),
    lease: get(TOKENS.lease),
    queueFor: get(TOKENS.runQueueFor),
    timers: get(TOKENS.timers),
    registry: get(TOKENS.registry),
    feed: get(TOKENS.feed),
    clock: get(TOKENS.clock),
    ids: get(TOKENS.ids),
    log: get(TOKENS.log),
    meter: get(TOKENS.meter),
  };
  return createWorkflowWorker({ ...ports, ...replaced }, [], OPTIONS);
}

describe("a worker that is told to stop", () => {
  it("does not wait for a run that another one drives", async () => {
    await using engine = await TestEngine.start({ model: new ScriptedModel([]) });
    const claimed = gate();
    const message = { run_id: "driven-elsewhere" as RunId };
    const deliveries = [{ queue: "runs", message_id: "1", message, attempt: 2, taken_over: true } as const];
    const queue: RunQueue = {
      receive: async ({ wait_ms, signal }) => {
        const next = deliveries.splice(0);
        if (next.length === 0) await engine.container.get(TOKENS.clock).pause(wait_ms, signal);
        return next;
      },
      settle: () => undefined,
      acknowledge: async () => expect.unreachable("the message is not this worker's to settle"),
      bury: async () => expect.unreachable("the message is not this worker's to settle"),
      depth: async () => ({ backlog: 1, pending: 1, dead: 0, oldest_seconds: 0 }),
      dead: async () => [],
    };
    const lease = {
      claim: async () => {
        claimed.open();
        return { status: "held", owner: "other" as WorkerId } as const;
      },
      release: async () => true,
    };
    const worker = workerOn(engine, { queueFor: () => queue, lease });
    await worker.start();
    await claimed.opened;
    await worker.close();
  });
});

describe("a worker that cannot register", () => {
  it("leaves nothing behind when it tries again", async () => {
    await using engine = await TestEngine.start({ model: new ScriptedModel([]) });
    const registry = engine.container.get(TOKENS.registry);
    let failures = 3;
    let listening = 0;
    const worker = workerOn(engine, {
      registry: {
        renew: async (entry) => {
          failures -= 1;
          if (failures >= 0) throw new TransientError("store_unavailable", "the store is away");
          return registry.renew(entry);
        },
        withdraw: (worker_id) => registry.withdraw(worker_id),
        alive: () => registry.alive(),
      },
      feed: {
        subscribe: async () => {
          listening += 1;
          return async () => {
            listening -= 1;
          };
        },
      },
    });
    await worker.start();
    expect(listening).toBe(1);
    await worker.close();
    expect(listening).toBe(0);
  });
});

describe("a tool worker that is taken for dead before it has begun a call", () => {
  it("does not begin to execute it", async () => {
    const asked = gate();
    const answered = gate();
    const tools = new ScriptedToolbox({
      reader: { annotations: { readOnlyHint: true }, run: async () => "read" },
    });
    const model = new ScriptedModel([[{ call: "reader", with: {} }], [{ say: "So be it." }]]);
    await using engine = await TestEngine.start({ model, tools });
    const ledger = engine.container.get(TOKENS.ledger);
    const begin = ledger.begin.bind(ledger);
    ledger.begin = async (call) => {
      const beginning = await begin(call);
      asked.open();
      await answered.opened;
      return beginning;
    };
    const run_id = await engine.ask("Use the reader tool");
    await asked.opened;
    const registry = engine.container.get(TOKENS.registry);
    const dead = (await registry.alive()).find(({ kind }) => kind === "tool");
    await registry.withdraw(dead?.worker_id as WorkerId);
    // Its next renewal finds the entry gone, and it sets it again until it has stopped.
    await expect
      .poll(async () => (await registry.alive()).map(({ worker_id }) => worker_id))
      .toContain(dead?.worker_id);
    ledger.begin = begin;
    answered.open();
    const events = await engine.until(run_id);
    expect(tools.executions).toHaveLength(1);
    expect(only(events, "tool.completed").data.attempt).toBe(2);
  });
});

describe("a worker with all its slots taken", () => {
  it("leaves no timer behind for each message that frees one", async () => {
    await using engine = await TestEngine.start({ model: new ScriptedModel([]) });
    const clock = engine.container.get(TOKENS.clock);
    const messages = 300;
    const settled = gate();
    let delivered = 0;
    let acknowledged = 0;
    let pausing = 0;
    let most = 0;
    const queue: RunQueue = {
      receive: async ({ wait_ms, signal }) => {
        delivered += 1;
        const message = { run_id: "held" as RunId };
        if (delivered <= messages)
          return [{ queue: "runs", message_id: String(delivered), message, attempt: 1, taken_over: false }];
        await clock.pause(wait_ms, signal);
        return [];
      },
      settle: () => undefined,
      acknowledge: async () => {
        acknowledged += 1;
        if (acknowledged === messages) settled.open();
      },
      bury: async () => undefined,
      depth: async () => ({ backlog: 0, pending: 0, dead: 0, oldest_seconds: null }),
      dead: async () => [],
    };
    const lease = {
      claim: async () => ({ status: "held", owner: "other" as WorkerId }) as const,
      release: async () => true,
    };
    const counting: Clock = {
      now: () => clock.now(),
      after: (time, ms) => clock.after(time, ms),
      between: (start, end) => clock.between(start, end),
      monotonic: () => clock.monotonic(),
      pause: async (ms, signal) => {
        pausing += 1;
        most = Math.max(most, pausing);
        await clock.pause(ms, signal);
        pausing -= 1;
      },
      alarm: (ms, ring) => {
        pausing += 1;
        most = Math.max(most, pausing);
        const cancel = clock.alarm(ms, ring);
        return () => {
          pausing -= 1;
          cancel();
        };
      },
    };
    const worker = workerOn(engine, { queueFor: () => queue, lease, clock: counting });
    await worker.start();
    await settled.opened;
    await worker.close();
    expect(most).toBeLessThan(10);
  });
});

describe("a lease that was lost", () => {
  it("is claimed again when nobody else has it, as after a store that forgot it", async () => {
    const model = new ScriptedModel([[{ say: "In vain." }], [{ say: "So be it." }]]);
    await using engine = await TestEngine.start({ model });
    const store = engine.container.get(TOKENS.store);
    const commit = store.commit.bind(store);
    store.commit = async (change) => {
      store.commit = commit;
      throw new LeaseLost(change.run_id, change.fence?.epoch ?? 0);
    };
    const run_id = await engine.ask("Tell me a thing");
    only(await engine.until(run_id), "run.completed");
    const queue = engine.container.get(TOKENS.runQueueFor)("observer" as WorkerId);
    await expect.poll(async () => (await queue.depth()).backlog).toBe(0);
  });
});

describe("a question whether to execute again", () => {
  /** A writing tool whose worker is taken for dead in each of the first executions. */
  async function interrupted(times: number) {
    const begun = Array.from({ length: times }, () => gate());
    const writer = {
      descriptor: { on_unknown_outcome: "ask" },
      run: (_: unknown, signal: AbortSignal) => {
        const hangs = begun[tools.executions.length - 1];
        if (hangs === undefined) return Promise.resolve("written");
        hangs.open();
        return new Promise<string>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      },
    } as const;
    const tools: ScriptedToolbox = new ScriptedToolbox({ writer });
    const model = new ScriptedModel([[{ call: "writer", with: {} }], [{ say: "So be it." }]]);
    const engine = await TestEngine.start({ model, tools, env: { TOOL_POLICIES: "writer=allow" } });
    return { engine, tools, begun };
  }

  async function loseToolWorker(engine: TestEngine): Promise<void> {
    const registry = engine.container.get(TOKENS.registry);
    const worker = (await registry.alive()).find(({ kind }) => kind === "tool");
    await registry.withdraw(worker?.worker_id as WorkerId);
  }

  it("is another question each time: an answer to the first is none to the second", async () => {
    const { engine, tools, begun } = await interrupted(2);
    await using _ = engine;
    const run_id = await engine.ask("Use the writer tool");
    await begun[0]?.opened;
    await loseToolWorker(engine);
    const questions = await engine.until(run_id, ({ type }) => type === "workflow.waiting_for_approval");
    const digest = only(questions, "workflow.waiting_for_approval").data.digest as string;
    await engine.approve(run_id, { decision: "approved", digest });
    await begun[1]?.opened;
    await loseToolWorker(engine);
    let asked = 0;
    await engine.until(run_id, ({ type }) => {
      if (type === "workflow.waiting_for_approval") asked += 1;
      return asked === 2;
    });
    await expect(engine.approve(run_id, { decision: "approved", digest })).rejects.toMatchObject({
      code: "stale_digest",
    });
    expect(tools.executions).toHaveLength(2);
    await engine.approve(run_id, { decision: "approved" });
    only(await engine.until(run_id), "tool.completed");
  });

  it("is not asked by a worker again that a person has answered", async () => {
    const { engine, tools } = await interrupted(0);
    await using _ = engine;
    const store = engine.container.get(TOKENS.store);
    const commit = store.commit.bind(store);
    store.commit = async (change) => {
      if (!change.events.some(({ type }) => type === "tool.completed")) return commit(change);
      store.commit = commit;
      throw new Error("the store has a bug");
    };
    const run_id = await engine.ask("Use the writer tool");
    await engine.until(run_id, ({ type }) => type === "workflow.waiting_for_approval");
    await engine.approve(run_id, { decision: "approved" });
    const events = await engine.until(run_id);
    only(events, "workflow.waiting_for_approval");
    only(events, "tool.completed");
    expect(tools.executions).toHaveLength(2);
  });
});
