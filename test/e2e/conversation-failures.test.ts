import { describe, expect, it } from "vitest";
import { proveRun } from "../../domain/run/proof.ts";
import { Cluster } from "../support/cluster.ts";
import { gate, only } from "../support/engine.ts";
import { OpenAiServer, type WireAct } from "../support/openai-server.ts";
import { expectInOrder, Talk } from "../support/talk.ts";

const real = (model: OpenAiServer) => ({ OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: model.url });
const fine: readonly WireAct[] = [{ text: "Fine." }, { finish: "stop" }];
const never: readonly WireAct[] = [{ text: "Let me " }, { wait: new Promise(() => undefined) }];

async function expectProven(talk: Talk): Promise<void> {
  for (const run_id of await expectInOrder(talk))
    expect(proveRun(await talk.until(run_id), null)).toEqual([]);
}

/** A cluster in which the first run of a conversation is in the middle of its answer, which never ends by itself. */
async function answering(disposables: AsyncDisposableStack, options: { readonly workflow_workers: number }) {
  const model = disposables.use(await OpenAiServer.start((_, count) => (count < 1 ? never : fine)));
  const cluster = disposables.use(await Cluster.start({ ...options, env: real(model) }));
  const talk = new Talk(cluster);
  const head = await talk.ask("Lorem ipsum");
  await talk.until(head, ({ type }) => type === "output.chunk");
  return { cluster, talk, head, model };
}

describe("the turns of a conversation", () => {
  it("go on in order when the worker that drives the first is killed", async () => {
    await using disposables = new AsyncDisposableStack();
    const { cluster, talk, head } = await answering(disposables, { workflow_workers: 1 });
    const waiting = await Promise.all([talk.ask("Dolor sit"), talk.ask("Amet elit")]);
    await cluster.workflow_workers[0]?.kill();
    await Promise.all([cluster.startWorkflowWorker(), cluster.startWorkflowWorker()]);
    for (const run_id of [head, ...waiting]) expect(await talk.answer(run_id)).toBe("Fine.");
    await expectProven(talk);
  });

  it("go on when the worker that drives the first is killed and nobody takes it over: it is interrupted", async () => {
    await using disposables = new AsyncDisposableStack();
    const { cluster, talk, head } = await answering(disposables, { workflow_workers: 1 });
    await cluster.workflow_workers[0]?.kill();
    const next = await talk.ask("Dolor sit", "interrupt");
    await cluster.startWorkflowWorker();
    expect(await talk.answer(next)).toBe("Fine.");
    expect((await talk.until(head)).at(-1)?.type).toMatch(/^run\.(cancelled|completed)$/);
    await expectProven(talk);
  });

  it("are interrupted also when the API died right after it accepted the one that interrupts", async () => {
    await using disposables = new AsyncDisposableStack();
    const { cluster, talk, head, model } = await answering(disposables, { workflow_workers: 2 });
    const next = await talk.ask("Dolor sit", "interrupt");
    await cluster.api?.kill();
    await expect.poll(() => model.aborted, { timeout: 10_000 }).toBe(1);
    await cluster.startApi();
    expect(await talk.answer(next)).toBe("Fine.");
    expect(only(await talk.until(head), "run.cancelled").data.reason).toContain(next);
    await expectProven(talk);
  });

  it("are accepted while no worker lives, and go in order when one does", async () => {
    await using cluster = await Cluster.start({ workflow_workers: 0 });
    const talk = new Talk(cluster);
    await talk.ask("1 + 0");
    for (let count = 0; count < 5; count += 1) await talk.ask("plus 1");
    await Promise.all([cluster.startWorkflowWorker(), cluster.startWorkflowWorker()]);
    expect(await talk.answer((await talk.turns()).at(-1) ?? ("" as never))).toBe("5 + 1 = 6.");
    await expectProven(talk);
  });

  it("keep their order when Redis restarts under them", async () => {
    const held = gate();
    await using model = await OpenAiServer.start(() => [{ wait: held.opened }, ...fine]);
    await using cluster = await Cluster.start({ workflow_workers: 2, env: real(model) });
    const talk = new Talk(cluster);
    const head = await talk.ask("Lorem ipsum");
    await talk.until(head, ({ type }) => type === "model.started");
    const waiting = [await talk.ask("Dolor sit"), await talk.ask("Amet elit")];
    await cluster.redis.restart();
    held.open();
    for (const run_id of [head, ...waiting]) expect(await talk.answer(run_id)).toBe("Fine.");
    await expectProven(talk);
  });
});
