import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BatonProcess } from "../support/baton-process.ts";
import { Cluster } from "../support/cluster.ts";
import { all, only } from "../support/engine.ts";
import { OpenAiServer, type WireAct, type WireRequest } from "../support/openai-server.ts";
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

/** Starting processes takes its time where others are at work, too. */
const START_MS = 90_000;

/** A model that never ends what it says of a lorem, asks for the calculator where it is told to, else answers. */
function script({ messages }: WireRequest): readonly WireAct[] {
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  if (messages.at(-1)?.role === "tool") return [{ text: "Calculated." }, { finish: "stop" }];
  if (asked.startsWith("Lorem")) return [{ text: "Let me " }, { wait: new Promise(() => undefined) }];
  if (asked.startsWith("Calculate")) {
    const call = { id: "call-1", name: "calculator", args: '{"expression":"17 + 32"}' };
    return [{ call }, { finish: "tool_calls" }];
  }
  return [{ text: "Fine." }, { finish: "stop" }];
}

describe.each([
  ["in one process", oneProcess],
  ["distributed, with two workflow workers", distributed],
])("a conversation %s", (_, start) => {
  describe("with the deterministic model", () => {
    let deployment: Deployment;
    beforeAll(async () => {
      deployment = await start({});
    }, START_MS);
    afterAll(() => deployment?.[Symbol.asyncDispose]());

    it("goes one turn after another, each knowing those before, however many come at once", async () => {
      const talk = new Talk(deployment);
      await talk.ask("1 + 0");
      await Promise.all(Array.from({ length: 19 }, () => talk.ask("plus 1")));
      const turns = await expectInOrder(talk);
      const sums = Array.from({ length: 19 }, (_, n) => `${n + 1} + 1 = ${n + 2}.`);
      expect(await Promise.all(turns.map(talk.answer))).toEqual(["1 + 0 = 1.", ...sums]);
    });

    it("goes on from the documents it was about", async () => {
      const talk = new Talk(deployment);
      await talk.ask("What is a lease?");
      expect(await talk.answer(await talk.ask("why?"))).toMatch(/lease.*\[[^\]]+#[^\]]+\]/i);
    });
  });

  describe("with a real model, and a tool that asks", () => {
    let model: OpenAiServer;
    let deployment: Deployment;
    let talk: Talk;
    beforeAll(async () => {
      model = await OpenAiServer.start(script);
      const env = { OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: model.url, TOOL_POLICIES: "calculator=ask" };
      deployment = await start(env);
    }, START_MS);
    afterAll(async () => {
      await deployment?.[Symbol.asyncDispose]();
      await model?.[Symbol.asyncDispose]();
    });

    /** A conversation whose first turn waits for a person. */
    async function asking() {
      talk = new Talk(deployment);
      const head = await talk.ask("Calculate, please");
      await talk.until(head, ({ type }) => type === "workflow.waiting_for_approval");
      return head;
    }

    /** A conversation whose first turn is in the middle of an answer that never ends. */
    async function answering() {
      talk = new Talk(deployment);
      const head = await talk.ask("Lorem ipsum");
      await talk.until(head, ({ type }) => type === "output.chunk");
      return head;
    }

    it("waits while a turn waits for a person, and the diagnosis says so", async () => {
      const head = await asking();
      const next = await talk.ask("Dolor sit");
      expect(await talk.get(`/runs/${next}/diagnosis`)).toMatchObject({
        status: "queued",
        waiting_for: "conversation",
        custody: { behind: [head] },
      });
      expect(await talk.post(`/runs/${head}/approval`, { decision: "approved" })).toBe(200);
      expect(await talk.answer(next)).toBe("Fine.");
      expect(only(await talk.until(next), "conversation.recalled").data.turns).toMatchObject([
        { answer: "Calculated.", tools: [{ tool_name: "calculator", result: "49" }] },
      ]);
      await expectInOrder(talk);
    });

    it("passes over a turn that is cancelled before it began", async () => {
      const head = await asking();
      const [cancelled, last] = [await talk.ask("Dolor sit"), await talk.ask("Amet elit")];
      expect(await talk.post(`/runs/${cancelled}/cancel`, {})).toBe(202);
      const events = await talk.until(cancelled);
      expect(events.at(-1)?.type).toBe("run.cancelled");
      expect(all(events, "workflow.step.started")).toEqual([]);
      expect(await talk.post(`/runs/${head}/approval`, { decision: "approved" })).toBe(200);
      expect(only(await talk.until(last), "conversation.recalled").data.turns).toMatchObject([
        { run_id: head, answer: "Calculated." },
        { run_id: cancelled, answer: "(This was cancelled before it was finished.)" },
      ]);
    });

    it("is interrupted: the call to the model is broken off, and the next turn knows how far it came", async () => {
      const aborted = model.aborted;
      const head = await answering();
      const next = await talk.ask("Dolor sit", "interrupt");
      const events = await talk.until(next);
      expect(only(events, "run.completed").data.final_text).toBe("Fine.");
      expect(only(await talk.until(head), "run.cancelled").data.reason).toBe(`interrupted by run ${next}`);
      await expect.poll(() => model.aborted).toBe(aborted + 1);
      const [turn] = only(events, "conversation.recalled").data.turns;
      expect(turn?.answer).toMatch(/^Let me\s+\(.*cancelled/);
      await expectInOrder(talk);
    });

    it("is interrupted also while it waits for a person", async () => {
      const head = await asking();
      const next = await talk.ask("Dolor sit", "interrupt");
      expect(await talk.answer(next)).toBe("Fine.");
      expect(await talk.post(`/runs/${head}/approval`, { decision: "approved" })).toBe(409);
      await expectInOrder(talk);
    });

    it("survives two interrupts at once: the turn that came last is answered", async () => {
      const head = await answering();
      await Promise.all([talk.ask("Dolor sit", "interrupt"), talk.ask("Amet elit", "interrupt")]);
      const turns = await expectInOrder(talk);
      const ends = await Promise.all(turns.map(async (run_id) => (await talk.until(run_id)).at(-1)?.type));
      expect(turns[0]).toBe(head);
      expect([ends[0], ends[2]]).toEqual(["run.cancelled", "run.completed"]);
      expect(["run.cancelled", "run.completed"]).toContain(ends[1]);
    });

    it("refuses a turn that does not want to wait, and has nothing of it", async () => {
      const head = await asking();
      await expect(talk.ask("Dolor sit", "reject")).rejects.toMatchObject({ status: 409 });
      expect(await talk.turns()).toEqual([head]);
      expect(await talk.post(`/runs/${head}/cancel`, {})).toBe(202);
      await talk.until(await talk.ask("Dolor sit", "reject"));
    });
  });
});
