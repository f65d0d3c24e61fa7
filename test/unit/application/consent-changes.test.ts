import { describe, expect, it } from "vitest";
import { TOKENS } from "../../../composition/tokens.ts";
import type { CallId } from "../../../domain/ids.ts";
import type { RunEvent } from "../../../domain/run/events.ts";
import type { ToolDescriptor } from "../../../domain/tools/tool.ts";
import { all, only, TestEngine } from "../../support/engine.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";

const waits = ({ type }: RunEvent) => type === "workflow.waiting_for_approval";

/** A run that waits for a person's word about a tool, which a test changes meanwhile. */
async function waiting() {
  const descriptor: { -readonly [Field in keyof ToolDescriptor]?: ToolDescriptor[Field] } = {};
  const tools = new ScriptedToolbox({ send: { descriptor, run: async () => "sent" } });
  const offered = tools.list.bind(tools);
  const model = new ScriptedModel([[{ call: "send", with: { to: "ann" } }], [{ say: "Finished." }]]);
  const engine = await TestEngine.start({ model, tools });
  const run_id = await engine.ask("Use the send tool for Ann");
  await engine.until(run_id, waits);
  return {
    engine,
    run_id,
    tools,
    /** From now on the tool is like that, and everybody knows; null takes it away. */
    async change(changes: Partial<ToolDescriptor> | null) {
      if (changes === null) tools.list = async () => (await offered()).filter(({ name }) => name !== "send");
      else Object.assign(descriptor, changes);
      const catalog = engine.container.get(TOKENS.catalog);
      await expect.poll(() => catalog.list()).toEqual(await tools.list());
    },
    /** How the call ended, as the model was told, once a person agreed. */
    async approved() {
      await engine.approve(run_id, { decision: "approved" });
      await engine.until(run_id);
      return model.requests[1]?.turns[0]?.calls[0]?.ending;
    },
    [Symbol.asyncDispose]: () => engine.close(),
  };
}

describe("a person's yes is no yes to a tool that meanwhile", () => {
  it.each<[string, Partial<ToolDescriptor> | null, object]>([
    ["is gone", null, { status: "denied", reason: "There is no tool named send." }],
    [
      "cannot be reached",
      { available: false, unavailable_reason: "its server is down" },
      { status: "denied", reason: "The tool send is not available: its server is down." },
    ],
    [
      "is forbidden",
      { policy: "deny" },
      { status: "denied", reason: 'The tool send is denied by the configuration of its server "scripted".' },
    ],
    [
      "takes other arguments",
      { input_schema: { type: "object", required: ["subject"] } },
      { status: "failed", error: { code: "invalid_arguments" } },
    ],
    [
      "is another server's",
      { server_id: "thief" },
      {
        status: "denied",
        reason: 'The tool send was the server "scripted"\'s when it was asked for, and is "thief"\'s now.',
      },
    ],
    [
      "does something else",
      { permission_scope: "write" },
      {
        status: "denied",
        reason: 'A person agreed to send with the permission scope "destructive"; now it has "write".',
      },
    ],
  ])("%s", async (_what, changes, ending) => {
    await using run = await waiting();
    await run.change(changes);
    expect(await run.approved()).toMatchObject(ending);
    expect(run.tools.executions).toEqual([]);
  });

  it("holds where nothing changed", async () => {
    await using run = await waiting();
    expect(await run.approved()).toMatchObject({ status: "completed" });
    expect(run.tools.executions).toHaveLength(1);
  });
});

describe("edited arguments", () => {
  it("are judged by the schema that holds when they are edited, and again when the call is executed", async () => {
    await using run = await waiting();
    await run.change({ input_schema: { type: "object", properties: { to: { maxLength: 3 } } } });
    const edit = (to: string) => run.engine.approve(run.run_id, { decision: "approved", arguments: { to } });
    await expect(edit("everybody")).rejects.toMatchObject({ code: "invalid_arguments" });
    await edit("bob");
    await run.engine.until(run.run_id);
    expect(run.tools.executions.map((request) => request.arguments)).toEqual([{ to: "bob" }]);
  });

  it("cannot be given for a tool that is gone", async () => {
    await using run = await waiting();
    await run.change(null);
    const edited = run.engine.approve(run.run_id, { decision: "approved", arguments: { to: "bob" } });
    await expect(edited).rejects.toMatchObject({ code: "invalid_arguments" });
  });
});

describe("a run that is cancelled while it waits for a person", () => {
  it("ends its call without executing it, and takes no decision any more", async () => {
    await using run = await waiting();
    await run.engine.cancel(run.run_id);
    const events = await run.engine.until(run.run_id);
    expect(events.at(-1)?.type).toBe("run.cancelled");
    await expect(run.engine.approve(run.run_id, { decision: "approved" })).rejects.toMatchObject({
      code: "nothing_waits",
    });
    expect(run.tools.executions).toEqual([]);
    const { calls } = await run.engine.state(run.run_id);
    expect(calls.map(({ ending }) => ending === null)).toEqual([false]);
  });
});

describe("several questions at once", () => {
  it("each get their own answer, and the model each call's own result, in whatever order people decide", async () => {
    const recipients = ["ann", "bob", "cid", "dan"];
    const send = async (request: { readonly arguments: { readonly to?: unknown } }) =>
      `sent to ${request.arguments.to}`;
    const tools = new ScriptedToolbox({ send: { run: send } });
    const calls = recipients.map((to) => ({ call: "send", with: { to } }));
    const model = new ScriptedModel([calls, [{ say: "Finished." }]]);
    await using engine = await TestEngine.start({ model, tools });
    const run_id = await engine.ask("Send to all four");
    let seen = 0;
    const asked = await engine.until(run_id, (event) => waits(event) && ++seen === recipients.length);
    const questions = all(asked, "workflow.waiting_for_approval").map(({ data }) => data);
    const call = (to: string) => {
      const found = questions.find((question) => question.arguments?.to === to);
      return { call_id: found?.call_id as CallId, digest: found?.digest as string };
    };

    await expect(
      engine.approve(run_id, {
        decision: "approved",
        call_id: call("ann").call_id,
        digest: call("bob").digest,
      }),
    ).rejects.toMatchObject({ code: "stale_digest" });
    await engine.approve(run_id, { decision: "approved", ...call("dan") });
    await engine.approve(run_id, { decision: "rejected", comment: "not Bob", ...call("bob") });
    await engine.approve(run_id, { decision: "approved", arguments: { to: "cleo" }, ...call("cid") });
    await engine.approve(run_id, { decision: "approved", ...call("ann") });
    await engine.until(run_id);

    const told = model.requests[1]?.turns[0]?.calls.map((ended) => [
      ended.arguments.to,
      ended.ending.status === "completed" ? ended.ending.output.content : ended.ending.status,
    ]);
    expect(told).toEqual([
      ["ann", [{ type: "text", text: "sent to ann" }]],
      ["bob", "denied"],
      ["cleo", [{ type: "text", text: "sent to cleo" }]],
      ["dan", [{ type: "text", text: "sent to dan" }]],
    ]);
    expect(tools.executions).toHaveLength(3);
  });

  it("by two people at odds: one is recorded, the other refused, and what was recorded happens", async () => {
    await using run = await waiting();
    const outcomes = await Promise.allSettled([
      run.engine.approve(run.run_id, { decision: "approved" }),
      run.engine.approve(run.run_id, { decision: "rejected" }),
    ]);
    const events = await run.engine.until(run.run_id);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const { decision } = only(events, "workflow.approval.recorded").data;
    expect(run.tools.executions).toHaveLength(decision === "approved" ? 1 : 0);
  });
});
