import { describe, expect, it } from "vitest";
import { TOKENS } from "../../../composition/tokens.ts";
import type { WorkerId } from "../../../domain/ids.ts";
import type { RunEvent } from "../../../domain/run/events.ts";
import { all, only, TestEngine } from "../../support/engine.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";

const waits = ({ type }: RunEvent) => type === "workflow.waiting_for_approval";
const writer = () =>
  new ScriptedToolbox({
    send: { run: async ({ arguments: args }) => `sent to ${String(args.to)}` },
    look: { annotations: { readOnlyHint: true }, run: async () => "seen" },
  });
const asking = (...more: string[]) =>
  new ScriptedModel([
    [{ call: "send", with: { to: "ann" } }, ...more.map((to) => ({ call: "send", with: { to } }))],
    [{ say: "Finished." }],
  ]);

describe("consent", () => {
  it("executes a writing tool only after a person's yes", async () => {
    const tools = writer();
    await using engine = await TestEngine.start({ model: asking(), tools });
    const run_id = await engine.ask("Use the send tool for Ann");
    const { data } = only(await engine.until(run_id, waits), "workflow.waiting_for_approval");
    expect(data).toMatchObject({ tool_name: "send", arguments: { to: "ann" } });
    expect(tools.executions).toEqual([]);

    await engine.approve(run_id, { decision: "approved", digest: data.digest as string });
    const events = await engine.until(run_id);
    expect(tools.executions).toHaveLength(1);
    expect(only(events, "workflow.approval.recorded").data).toMatchObject({
      decision: "approved",
      user_id: "tester",
    });
  });

  it("executes with the arguments that the person edited", async () => {
    const tools = writer();
    await using engine = await TestEngine.start({ model: asking(), tools });
    const run_id = await engine.ask("Use the send tool for Ann");
    await engine.until(run_id, waits);
    await engine.approve(run_id, { decision: "approved", arguments: { to: "bob" } });
    const events = await engine.until(run_id);

    expect(tools.executions.map((request) => request.arguments)).toEqual([{ to: "bob" }]);
    expect(only(events, "tool.completed").data.output.content).toEqual([
      { type: "text", text: "sent to bob" },
    ]);
  });

  it("tells the model why a person said no, and executes nothing", async () => {
    const tools = writer();
    const model = asking();
    await using engine = await TestEngine.start({ model, tools });
    const run_id = await engine.ask("Use the send tool for Ann");
    await engine.until(run_id, waits);
    await engine.approve(run_id, { decision: "rejected", comment: "not to Ann" });
    const events = await engine.until(run_id);

    expect(tools.executions).toEqual([]);
    expect(model.requests[1]?.turns[0]?.calls[0]?.ending).toMatchObject({ status: "denied" });
    expect(only(events, "tool.denied").data.reason).toContain("not to Ann");
  });

  it("takes an answer per call in a parallel turn, and refuses one that names none", async () => {
    const tools = writer();
    await using engine = await TestEngine.start({ model: asking("bob"), tools });
    const run_id = await engine.ask("Send both");
    let seen = 0;
    const asked = all(
      await engine.until(run_id, (event) => waits(event) && ++seen === 2),
      "workflow.waiting_for_approval",
    );
    const [ann, bob] = asked.map(({ data }) => data.call_id);

    await expect(engine.approve(run_id, { decision: "approved" })).rejects.toMatchObject({
      code: "ambiguous_approval",
    });
    await engine.approve(run_id, { decision: "rejected", call_id: ann as never });
    await engine.approve(run_id, { decision: "approved", call_id: bob as never });
    await engine.until(run_id);
    expect(tools.executions.map((request) => request.arguments)).toEqual([{ to: "bob" }]);
  });

  it("ends as expired, told apart from a no, when nobody decides in time", async () => {
    await using engine = await TestEngine.start({
      model: asking(),
      tools: writer(),
      env: { APPROVAL_TIMEOUT_SECONDS: "1" },
    });
    const events = await engine.until(await engine.ask("Use the send tool for Ann"));

    expect(only(events, "workflow.approval.recorded").data.decision).toBe("expired");
    expect(only(events, "tool.denied").data.reason).toContain("in time");
  });

  it("refuses a decision about something else than what was shown", async () => {
    await using engine = await TestEngine.start({ model: asking(), tools: writer() });
    const run_id = await engine.ask("Use the send tool for Ann");
    await engine.until(run_id, waits);
    await expect(
      engine.approve(run_id, { decision: "approved", digest: "0".repeat(64) }),
    ).rejects.toMatchObject({
      code: "stale_digest",
    });
  });

  it("asks about an answer that ignores its evidence, and withholds it when a person says no", async () => {
    const evidence = [
      { chunk_id: "a#b-1", document_id: "a", text: "A lease is a right.", metadata: {}, score: 1 },
    ] as never;
    const model = new ScriptedModel([[{ say: "A lease is a car." }]]);
    const env = { UNCITED_ANSWERS: "ask" };
    await using engine = await TestEngine.start({ model, evidence, env });
    const run_id = await engine.ask("What is a lease?");
    await engine.until(run_id, waits);
    await engine.approve(run_id, { decision: "rejected", comment: "wrong" });
    const { data } = only(await engine.until(run_id), "run.failed");

    expect(data.outcome).toBe("failure");
    expect(data.final_text).not.toContain("car");
  });
});

describe("decisions that come as a question expires", () => {
  it("move the run on, and leave no message behind", async () => {
    const tools = writer();
    const env = { APPROVAL_TIMEOUT_SECONDS: "1" };
    await using engine = await TestEngine.start({ model: asking("bob"), tools, env });
    const clock = engine.container.get(TOKENS.clock);
    const after = clock.after.bind(clock);
    let questions = 0;
    // The second question lasts longer than the first.
    clock.after = (time, ms) => after(time, ms === 1000 && ++questions === 2 ? 60_000 : ms);
    const store = engine.container.get(TOKENS.store);
    const commit = store.commit.bind(store);
    store.commit = async (change) => {
      const [first] = change.events;
      if (first?.type === "workflow.approval.recorded" && first.data.decision === "expired") {
        store.commit = commit;
        for (const call of (await engine.state(change.run_id)).calls) {
          await engine.approve(change.run_id, { decision: "rejected", call_id: call.call_id });
        }
      }
      return commit(change);
    };
    const run_id = await engine.ask("Use the send tool for Ann and Bob");
    const events = await engine.until(run_id);

    expect(all(events, "workflow.approval.recorded").map(({ data }) => data.decision)).toEqual([
      "rejected",
      "rejected",
    ]);
    const queue = engine.container.get(TOKENS.runQueueFor)("observer" as WorkerId);
    await expect.poll(async () => (await queue.depth()).backlog).toBe(0);
  });
});
