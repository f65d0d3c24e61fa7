import { describe, expect, it } from "vitest";
import { BatonProcess } from "../support/baton-process.ts";
import { Cluster } from "../support/cluster.ts";
import { gate, only } from "../support/engine.ts";
import { OpenAiServer, type WireAct } from "../support/openai-server.ts";
import { expectInOrder, Talk } from "../support/talk.ts";

type Env = Readonly<Record<string, string>>;

interface Deployment extends AsyncDisposable {
  readonly url: string;
}

async function oneProcess(env: Env): Promise<Deployment> {
  const local = await BatonProcess.start("local", { PORT: "0", ...env }, "listening");
  const { port } = await local.logged("listening");
  return {
    url: `http://127.0.0.1:${String(port)}`,
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}

const distributed = (env: Env): Promise<Deployment> => Cluster.start({ workflow_workers: 2, env });

const real = (model: OpenAiServer): Env => ({ OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: model.url });
const fine = (text: string): readonly WireAct[] => [{ text }, { finish: "stop" }];
const never = (): readonly WireAct[] => [{ text: "Let me " }, { wait: new Promise(() => undefined) }];

describe.each([
  ["in one process", oneProcess],
  ["distributed, with two workflow workers", distributed],
])("a conversation %s", (_, start) => {
  it("goes one turn after another, each knowing those before, however many come at once", async () => {
    await using deployment = await start({});
    const talk = new Talk(deployment);
    await talk.ask("1 + 0");
    await Promise.all(Array.from({ length: 19 }, () => talk.ask("plus 1")));
    const turns = await expectInOrder(talk);
    const answers = await Promise.all(turns.map(talk.answer));
    expect(answers).toEqual([
      "1 + 0 = 1.",
      ...Array.from({ length: 19 }, (_, n) => `${n + 1} + 1 = ${n + 2}.`),
    ]);
  });

  it("goes on from the documents it was about", async () => {
    await using deployment = await start({});
    const talk = new Talk(deployment);
    await talk.ask("What is a lease?");
    expect(await talk.answer(await talk.ask("why?"))).toMatch(/lease.*\[[^\]]+#[^\]]+\]/i);
  });

  it("waits while a turn waits for a person, and the diagnosis says so", async () => {
    await using deployment = await start({ TOOL_POLICIES: "calculator=ask" });
    const talk = new Talk(deployment);
    const head = await talk.ask("17 + 32");
    const next = await talk.ask("What did I ask before?");
    await talk.until(head, ({ type }) => type === "workflow.waiting_for_approval");
    expect(await talk.get(`/runs/${next}/diagnosis`)).toMatchObject({
      status: "queued",
      waiting_for: "conversation",
      custody: { behind: [head] },
    });
    expect(await talk.post(`/runs/${head}/approval`, { decision: "approved" })).toBe(200);
    expect(await talk.answer(next)).toBe("You asked: “17 + 32”");
    await expectInOrder(talk);
  });

  it("passes over a turn that is cancelled before it began", async () => {
    const held = gate();
    await using model = await OpenAiServer.start((_, count) =>
      count === 0 ? [{ wait: held.opened }, ...fine("First.")] : fine("Next."),
    );
    await using deployment = await start(real(model));
    const talk = new Talk(deployment);
    const head = await talk.ask("Lorem ipsum");
    await talk.until(head, ({ type }) => type === "model.started");
    const [cancelled, last] = [await talk.ask("Dolor sit"), await talk.ask("Amet elit")];
    expect(await talk.post(`/runs/${cancelled}/cancel`, {})).toBe(202);
    expect((await talk.until(cancelled)).at(-1)?.type).toBe("run.cancelled");
    held.open();
    const events = await talk.until(last);
    expect(only(events, "conversation.recalled").data.turns).toMatchObject([
      { run_id: head, answer: "First." },
      { run_id: cancelled, answer: "(This was cancelled before it was finished.)" },
    ]);
    expect(model.requests).toHaveLength(2);
  });

  it("is interrupted: the call to the model is broken off, and the next turn knows how far it came", async () => {
    await using model = await OpenAiServer.start((_, count) => (count === 0 ? never() : fine("Next.")));
    await using deployment = await start(real(model));
    const talk = new Talk(deployment);
    const head = await talk.ask("Lorem ipsum");
    await talk.until(head, ({ type }) => type === "output.chunk");
    const next = await talk.ask("Dolor sit", "interrupt");
    const events = await talk.until(next);
    expect(only(events, "run.completed").data.final_text).toBe("Next.");
    expect((await talk.until(head)).at(-1)).toMatchObject({
      type: "run.cancelled",
      data: { reason: `interrupted by run ${next}` },
    });
    await expect.poll(() => model.aborted).toBe(1);
    expect(only(events, "conversation.recalled").data.turns[0]?.answer).toMatch(/^Let me\s+\(.*cancelled/);
    await expectInOrder(talk);
  });

  it("is interrupted also while it waits for a person", async () => {
    await using deployment = await start({ TOOL_POLICIES: "calculator=ask" });
    const talk = new Talk(deployment);
    const head = await talk.ask("17 + 32");
    await talk.until(head, ({ type }) => type === "workflow.waiting_for_approval");
    const next = await talk.ask("What did I ask before?", "interrupt");
    expect(await talk.answer(next)).toBe("You asked: “17 + 32”");
    expect(await talk.post(`/runs/${head}/approval`, { decision: "approved" })).toBe(409);
    await expectInOrder(talk);
  });

  it("refuses a turn that does not want to wait, and has nothing of it", async () => {
    await using deployment = await start({ TOOL_POLICIES: "calculator=ask" });
    const talk = new Talk(deployment);
    const head = await talk.ask("17 + 32");
    await expect(talk.ask("hi", "reject")).rejects.toMatchObject({ status: 409 });
    expect(await talk.turns()).toEqual([head]);
    expect(await talk.post(`/runs/${head}/cancel`, {})).toBe(202);
    await talk.until(await talk.ask("hi", "reject"));
  });

  it("survives two interrupts at once: the turn that came last is answered", async () => {
    await using model = await OpenAiServer.start((_, count) => (count === 0 ? never() : fine("Next.")));
    await using deployment = await start(real(model));
    const talk = new Talk(deployment);
    const head = await talk.ask("Lorem ipsum");
    await talk.until(head, ({ type }) => type === "output.chunk");
    await Promise.all([talk.ask("Amet elit", "interrupt"), talk.ask("Dolor sit", "interrupt")]);
    const turns = await expectInOrder(talk);
    const ends = await Promise.all(turns.map(async (run_id) => (await talk.until(run_id)).at(-1)?.type));
    expect(turns[0]).toBe(head);
    expect([ends[0], ends[2]]).toEqual(["run.cancelled", "run.completed"]);
    expect(["run.cancelled", "run.completed"]).toContain(ends[1]);
  });
});
