import { describe, expect, it } from "vitest";
import { TOKENS } from "../../composition/tokens.ts";
import type { RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { gate, only } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { ScriptedModel } from "../support/scripted-model.ts";
import { ScriptedToolbox } from "../support/scripted-toolbox.ts";

const waits = ({ type }: RunEvent) => type === "workflow.waiting_for_approval";
const answerOf = async (response: Response) => [response.status, await response.json()];

/** A run that waits for a person's word on as many calls of a writing tool as there are recipients. */
async function waitingRun(...recipients: string[]) {
  const tools = new ScriptedToolbox({
    send: {
      descriptor: {
        input_schema: {
          type: "object",
          properties: {
            to: { type: "string", minLength: 1 },
            "c/c": { type: "array", items: { type: "string" } },
          },
          required: ["to"],
        },
      },
      run: async ({ arguments: { to } }) => `sent to ${String(to)}`,
    },
  });
  const model = new ScriptedModel([
    recipients.map((to) => ({ call: "send", with: { to } })),
    [{ say: "Finished." }],
  ]);
  const api = await HttpApi.start({ model, tools });
  const run_id = await api.ask("Use the send tool");
  const events = await api.engine.until(run_id as RunId, waits);
  const question = events.find(waits) as RunEvent<"workflow.waiting_for_approval">;
  const ended = () => api.engine.until(run_id as RunId);
  return {
    api,
    tools,
    run_id,
    question: question.data,
    ended,
    decide: (body: unknown) => api.post(`/runs/${run_id}/approval`, body),
    [Symbol.asyncDispose]: () => api.close(),
  };
}

describe("POST /runs/{id}/approval", () => {
  it("says in the diagnosis what it waits for", async () => {
    const { api, run_id, question } = await waitingRun("you");
    await using _ = api;
    const explanation = `The run waits for a person for as long as it takes: ${question.reason}`;
    expect(await answerOf(await api.get(`/runs/${run_id}/diagnosis`))).toMatchObject([
      200,
      { waiting_for: "approval", explanation },
    ]);
  });

  it("lets the call happen, and records who said so", async () => {
    await using run = await waitingRun("ann");
    const { digest, call_id } = run.question;
    const identity = { user_id: "bob" };
    expect(await answerOf(await run.decide({ decision: "approved", digest, call_id, identity }))).toEqual([
      200,
      { status: "recorded" },
    ]);
    expect(only(await run.ended(), "workflow.approval.recorded").data).toMatchObject({
      decision: "approved",
      user_id: "bob",
      call_id,
    });
    expect(run.tools.executions).toHaveLength(1);
  });

  it("has no further effect when sent again, and is refused when it says the opposite", async () => {
    await using run = await waitingRun("ann");
    const { call_id } = run.question;
    const approve = () => run.decide({ decision: "approved", call_id });
    expect((await Promise.all([approve(), approve(), approve()])).map(({ status }) => status)).toEqual([
      200, 200, 200,
    ]);
    expect(await answerOf(await run.decide({ decision: "rejected", call_id }))).toMatchObject([
      409,
      { type: expect.stringMatching(/already_decided|nothing_waits/) },
    ]);
    only(await run.ended(), "workflow.approval.recorded");
    expect((await approve()).status).toBe(200);
    expect(run.tools.executions).toHaveLength(1);
  });

  it("tells the model the comment of a rejection, and executes nothing", async () => {
    await using run = await waitingRun("ann");
    expect((await run.decide({ decision: "rejected", comment: "not to Ann" })).status).toBe(200);
    expect(only(await run.ended(), "tool.denied").data.reason).toContain("not to Ann");
    expect(run.tools.executions).toEqual([]);
  });

  it("approves with edited arguments", async () => {
    await using run = await waitingRun("ann");
    expect((await run.decide({ decision: "approved", arguments: { to: "bob" } })).status).toBe(200);
    await run.ended();
    expect(run.tools.executions.map((request) => request.arguments)).toEqual([{ to: "bob" }]);
  });

  it.each([
    [{}, "/arguments/to"],
    [{ to: 1 }, "/arguments/to"],
    [{ to: "bob", "c/c": ["x", 2] }, "/arguments/c~1c/1"],
  ])("refuses edited arguments %j at %s, and waits on", async (edited, pointer) => {
    await using run = await waitingRun("ann");
    expect(await answerOf(await run.decide({ decision: "approved", arguments: edited }))).toMatchObject([
      422,
      { type: "urn:baton:problem:invalid_arguments", errors: [{ in: "body", pointer }] },
    ]);
    expect((await run.decide({ decision: "approved" })).status).toBe(200);
    await run.ended();
    expect(run.tools.executions.map((request) => request.arguments)).toEqual([{ to: "ann" }]);
  });

  it.each([
    ["a digest of something else", { decision: "approved", digest: "0".repeat(64) }, "stale_digest"],
    ["a call that there is not", { decision: "approved", call_id: "nonsense" }, "unknown_call"],
  ])("refuses %s with 409", async (_what, body, code) => {
    await using run = await waitingRun("ann");
    expect(await answerOf(await run.decide(body))).toMatchObject([
      409,
      { type: `urn:baton:problem:${code}` },
    ]);
    expect(run.tools.executions).toEqual([]);
  });

  it("wants to know which, when several calls wait", async () => {
    await using run = await waitingRun("ann", "bob");
    expect(await answerOf(await run.decide({ decision: "approved" }))).toMatchObject([
      409,
      { type: "urn:baton:problem:ambiguous_approval" },
    ]);
  });

  it("is refused when nothing waits", async () => {
    await using api = await HttpApi.start();
    const run_id = await api.ask("hi", { Prefer: "wait=10" });
    expect(
      await answerOf(await api.post(`/runs/${run_id}/approval`, { decision: "approved" })),
    ).toMatchObject([409, { type: "urn:baton:problem:nothing_waits" }]);
  });

  it.each([
    [{}, "/decision"],
    [{ decision: "maybe" }, "/decision"],
    [{ decision: "expired" }, "/decision"],
    [{ decision: "approved", arguments: [] }, "/arguments"],
    [{ decision: "approved", call_id: 7 }, "/call_id"],
    [{ decision: "approved", comment: "x".repeat(4001) }, "/comment"],
  ])("refuses %j", async (body, pointer) => {
    await using api = await HttpApi.start();
    const run_id = await api.ask("hi");
    expect(await answerOf(await api.post(`/runs/${run_id}/approval`, body))).toMatchObject([
      422,
      { type: "urn:baton:problem:invalid_body", errors: [{ in: "body", pointer }] },
    ]);
  });
});

describe("POST /runs/{id}/cancel", () => {
  it.each([
    ["a reason", { reason: "changed my mind" }, "changed my mind"],
    ["an empty object", {}, "cancelled by the client"],
    ["no body at all", undefined, "cancelled by the client"],
    ["an empty reason", { reason: "" }, "cancelled by the client"],
  ])("ends the run with %s, also when asked twice", async (_what, body, reason) => {
    const never = gate();
    await using api = await HttpApi.start({ model: new ScriptedModel([[{ wait: never.opened }]]) });
    const run_id = await api.ask("Tell me a thing");
    for (let times = 0; times < 2; times += 1) {
      expect(await answerOf(await api.post(`/runs/${run_id}/cancel`, body))).toEqual([
        202,
        { status: "cancelled" },
      ]);
    }
    const events = await api.engine.until(run_id as RunId);
    expect(only(events, "run.cancelled").data).toEqual({ reason, user_id: "anonymous" });
    expect(await (await api.get(`/runs/${run_id}`)).json()).toMatchObject({
      status: "cancelled",
      outcome: "cancelled",
      final_text: null,
    });
  });

  it("is refused when the run has ended otherwise", async () => {
    await using api = await HttpApi.start();
    const run_id = await api.ask("hi", { Prefer: "wait=10" });
    expect(await answerOf(await api.post(`/runs/${run_id}/cancel`))).toMatchObject([
      409,
      { type: "urn:baton:problem:run_ended" },
    ]);
  });
});

describe("POST /feedback", () => {
  it("is recorded with who gave it", async () => {
    await using api = await HttpApi.start();
    const identity = { tenant_id: "acme", user_id: "ann" };
    const { run_id } = (await (await api.post("/runs", { message: "hi", identity })).json()) as {
      run_id: RunId;
    };
    const feedback = {
      run_id,
      score: "down",
      reason: "too short",
      final_text: "Hello!",
      message: "hi",
      context: "c",
      mode: "answer",
    };
    expect(
      await answerOf(await api.post("/feedback", { ...feedback, identity: { user_id: "bob" } })),
    ).toEqual([201, { status: "recorded" }]);
    expect((await api.post("/feedback", { run_id, score: "up", reason: null })).status).toBe(201);
    const recorded = await api.engine.container.get(TOKENS.feedback).of(run_id);
    expect(recorded).toEqual([
      { ...feedback, tenant_id: "acme", user_id: "bob", recorded_at: expect.any(String) },
      { run_id, score: "up", tenant_id: "acme", user_id: "anonymous", recorded_at: expect.any(String) },
    ]);
  });

  it.each([
    [{ score: "up" }, "/run_id"],
    [{ run_id: "x" }, "/score"],
    [{ run_id: "x", score: "sideways" }, "/score"],
    [{ run_id: "x", score: "down" }, "/reason"],
    [{ run_id: "x", score: "down", reason: null }, "/reason"],
    [{ run_id: "x", score: "down", reason: "" }, "/reason"],
    [{ run_id: "x", score: "up", mode: "shout" }, "/mode"],
  ])("refuses %j", async (body, pointer) => {
    await using api = await HttpApi.start();
    const [status, problem] = await answerOf(await api.post("/feedback", body));
    expect(status).toBe(422);
    expect((problem as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toEqual([
      pointer,
    ]);
  });

  it("about an unknown run is refused", async () => {
    await using api = await HttpApi.start();
    expect((await api.post("/feedback", { run_id: "unknown-run", score: "up" })).status).toBe(404);
  });
});

describe("GET /tools", () => {
  it("tells what is offered, and why something is not", async () => {
    const run = async () => "";
    const tools = new ScriptedToolbox({
      look: { annotations: { readOnlyHint: true }, run },
      send: { descriptor: { available: false, unavailable_reason: "no token" }, run },
    });
    await using api = await HttpApi.start({ tools });
    const response = await api.get("/tools");
    expect(await response.json()).toEqual({
      tools: [
        {
          name: "look",
          source: "mcp",
          server_id: "scripted",
          permission_scope: "read",
          description: "the scripted tool look",
          input_schema: { type: "object" },
          annotations: { readOnlyHint: true },
          available: true,
          unavailable_reason: null,
        },
        expect.objectContaining({ name: "send", available: false, unavailable_reason: "no token" }),
      ],
    });
  });
});
