import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunId } from "../../domain/ids.ts";
import { gate } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { ScriptedModel } from "../support/scripted-model.ts";

const KEYS = [
  { key: "key-of-ann", tenant_id: "acme", user_id: "ann" },
  { key: "key-of-bob", tenant_id: "other", user_id: "bob" },
];
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

interface ConversationBody {
  readonly conversation_id: string;
  readonly tenant_id: string;
  readonly title: string;
  readonly turns: readonly { readonly run_id: string; readonly final_text?: string }[];
}

interface ListBody {
  readonly conversations: readonly ConversationBody[];
  readonly next_cursor: string | null;
}

async function read<Body>(response: Response | Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body;
}

/** Starts a run and waits for its end. */
async function turn(api: HttpApi, body: object, headers: Readonly<Record<string, string>> = {}) {
  const wait = { prefer: "wait=10", ...headers };
  const response = await api.post("/runs", { message: "hi", ...body }, wait);
  expect(response.status).toBe(200);
  return (await read<{ run_id: string }>(response)).run_id;
}

describe("conversations", () => {
  let api: HttpApi;
  beforeAll(async () => {
    api = await HttpApi.start();
  });
  afterAll(() => api.close());

  it("are read with their turns, oldest first, each as GET /runs/{id} has it", async () => {
    const conversation_id = "read me";
    const first = await turn(api, { conversation_id, message: "hello" });
    const second = await turn(api, { conversation_id, message: "thanks" });
    const body = await read<ConversationBody>(
      api.get(`/conversations/${encodeURIComponent(conversation_id)}`),
    );
    const runs = await Promise.all([first, second].map((run_id) => read(api.get(`/runs/${run_id}`))));

    expect(body).toEqual({
      conversation_id,
      tenant_id: "default",
      title: "hello",
      runs: 2,
      status: "completed",
      last_run_id: second,
      created_at: (runs[0] as { created_at: string }).created_at,
      updated_at: (runs[1] as { updated_at: string }).updated_at,
      turns: runs,
    });
    expect(body.turns[0]?.final_text).toContain("Hello");
  });

  it("have any id that a run may name, encoded in the path", async () => {
    for (const conversation_id of ["a/b", "50%", "ü ?#", "..."]) {
      await turn(api, { conversation_id });
      const body = await read<ConversationBody>(
        api.get(`/conversations/${encodeURIComponent(conversation_id)}`),
      );
      expect(body.conversation_id).toBe(conversation_id);
    }
  });

  it("are listed by their latest run, page by page", async () => {
    const identity = { tenant_id: "lister" };
    for (const conversation_id of ["a", "b", "c", "a"]) await turn(api, { conversation_id, identity });
    const first = await read<ListBody>(api.get("/conversations?tenant_id=lister&limit=2"));
    expect(first.conversations).toMatchObject([
      { conversation_id: "a", runs: 2 },
      { conversation_id: "c", runs: 1 },
    ]);
    const cursor = encodeURIComponent(first.next_cursor ?? "");
    const second = await read<ListBody>(api.get(`/conversations?tenant_id=lister&limit=2&cursor=${cursor}`));
    expect(second).toMatchObject({ conversations: [{ conversation_id: "b" }], next_cursor: null });
    expect((await api.get("/conversations?cursor=nonsense")).status).toBe(400);
  });

  it("of two tenants with the same id are two", async () => {
    const [ones, others] = [{ tenant_id: "one" }, { tenant_id: "another" }];
    const conversation_id = "shared";
    const one = await turn(api, { conversation_id, identity: ones });
    const other = await turn(api, { conversation_id, identity: others });
    const turns = async (query: string) =>
      (await read<ConversationBody>(api.get(`/conversations/shared${query}`))).turns.map(
        ({ run_id }) => run_id,
      );
    expect(await turns("?tenant_id=one")).toEqual([one]);
    expect(await turns("?tenant_id=another")).toEqual([other]);
    expect(await turns("")).toEqual([other]);
    expect((await api.get("/conversations/shared?tenant_id=nobody")).status).toBe(404);
  });

  it("that nobody has had are 404", async () => {
    const response = await api.get("/conversations/never");
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { type: "urn:baton:problem:unknown_conversation" },
    ]);
  });
});

it("with API keys, another tenant's conversation is unknown and not listed, whatever is asked for", async () => {
  await using api = await HttpApi.start({ http: { api_keys: KEYS } });
  const conversation_id = "private";
  const [ann, bob] = [bearer("key-of-ann"), bearer("key-of-bob")];
  const run_id = await turn(api, { conversation_id }, ann);
  for (const query of ["", "?tenant_id=acme", "?tenant_id=other"]) {
    expect((await api.get(`/conversations/private${query}`, bob)).status, query).toBe(404);
  }
  expect((await api.get("/conversations/private?tenant_id=other", ann)).status).toBe(404);
  expect(await read(api.get("/conversations", bob))).toEqual({ conversations: [], next_cursor: null });
  expect(await read(api.get("/conversations?tenant_id=acme", bob))).toMatchObject({ conversations: [] });
  expect(await read(api.get("/conversations?tenant_id=acme", ann))).toMatchObject({
    conversations: [{ conversation_id, last_run_id: run_id }],
  });
  // Bob may use the same id: he gets a conversation of his own, and waits for nobody.
  await turn(api, { conversation_id, multitask_strategy: "reject" }, bob);
  expect(await read(api.get("/conversations/private", bob))).toMatchObject({ tenant_id: "other", runs: 1 });
});

describe("multitask_strategy", () => {
  /** A model that answers the first question when the gate opens, and every other at once. */
  async function busy() {
    const answer = gate();
    const model = new ScriptedModel([
      [{ wait: answer.opened }, { say: "First." }],
      ...Array.from({ length: 5 }, () => [{ say: "Next." }]),
    ]);
    const api = await HttpApi.start({ model });
    const ask = (body: object, headers = {}) =>
      api.post("/runs", { message: "Tell me a thing", conversation_id: "c", ...body }, headers);
    const started = await read<{ run_id: RunId }>(ask({}));
    await api.engine.until(started.run_id, ({ type }) => type === "model.started");
    return { api, model, ask, first: started.run_id, answer };
  }

  it("enqueue, the default: waits for its turn, and the diagnosis says so", async () => {
    const { api, ask, first, answer } = await busy();
    await using _ = api;
    const { run_id } = await read<{ run_id: RunId }>(ask({}));
    expect(await read(api.get(`/runs/${run_id}/diagnosis`))).toMatchObject({
      status: "queued",
      waiting_for: "conversation",
      explanation: expect.stringContaining(first),
      custody: { behind: [first] },
    });
    answer.open();
    const events = await api.engine.until(run_id);
    expect(events.at(-1)?.data).toMatchObject({ final_text: "Next." });
  });

  it("reject: 409 that names the run at work, and nothing is created", async () => {
    const { api, ask, first, answer } = await busy();
    await using _ = api;
    const headers = { "x-run-id": "refused-run", "idempotency-key": "k" };
    const response = await ask({ multitask_strategy: "reject" }, headers);
    expect([response.status, await response.json()]).toMatchObject([
      409,
      { type: "urn:baton:problem:conversation_busy", busy_run_id: first },
    ]);
    expect((await api.get("/runs/refused-run")).status).toBe(404);
    expect((await ask({ multitask_strategy: "reject", conversation_id: "other" })).status).toBe(201);
    answer.open();
    await api.engine.until(first);
    expect((await ask({ multitask_strategy: "reject" }, headers)).status).toBe(201);
  });

  it("interrupt: cancels the run at work, which stops its model call, and goes on", async () => {
    const { api, model, ask, first } = await busy();
    await using _ = api;
    const { run_id } = await read<{ run_id: RunId }>(ask({ multitask_strategy: "interrupt" }));
    const events = await api.engine.until(run_id);
    expect(events.at(-1)?.data).toMatchObject({ final_text: "Next." });
    expect((await api.engine.until(first)).at(-1)).toMatchObject({
      type: "run.cancelled",
      data: { reason: `interrupted by run ${run_id}` },
    });
    await expect.poll(() => model.aborted).toHaveLength(1);
  });

  it("interrupt with nothing to interrupt just runs", async () => {
    await using api = await HttpApi.start();
    await turn(api, { conversation_id: "quiet", multitask_strategy: "interrupt" });
  });

  it("is part of what an Idempotency-Key stands for", async () => {
    await using api = await HttpApi.start();
    const ask = (body: object) =>
      api.post("/runs", { message: "hi", conversation_id: "c", ...body }, { "idempotency-key": "k" });
    expect((await ask({})).status).toBe(201);
    expect((await ask({})).status).toBe(200);
    expect((await ask({ multitask_strategy: "interrupt" })).status).toBe(422);
  });

  it("takes no other value", async () => {
    await using api = await HttpApi.start();
    const response = await api.post("/runs", { message: "hi", multitask_strategy: "rollback" });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { errors: [{ pointer: "/multitask_strategy" }] },
    ]);
  });
});
