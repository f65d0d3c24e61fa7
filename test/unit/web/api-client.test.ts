import { describe, expect, it } from "vitest";
import { ApiClient } from "../../../adapters/web/src/api/client.ts";
import { Credentials } from "../../../adapters/web/src/api/credentials.ts";
import { ApiProblem, ApiUnreachable, isOutage, isTransient } from "../../../adapters/web/src/api/problem.ts";
import { Reachability } from "../../../adapters/web/src/api/reachability.ts";
import { Outbox } from "../../../adapters/web/src/chat/outbox.ts";
import type { CallId } from "../../../domain/ids.ts";
import { HttpApi } from "../../support/http-api.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

const client = (base_url: string, onReach: (answers: boolean) => void = () => undefined) =>
  new ApiClient({ base_url, credentials: new Credentials(null), onReach });

const problemOf = (asked: Promise<unknown>): Promise<ApiProblem> =>
  asked.then(
    () => Promise.reject(new Error("it was answered")),
    (error) => error,
  );

describe("the page's API client", () => {
  it("starts a run once, however often it is sent", async () => {
    await using api = await HttpApi.start();
    const run = { message: "hi", mode: "answer", conversation_id: "talk-1" } as const;
    const run_id = await client(api.url).startRun(run, "one-key");
    expect(await client(api.url).startRun(run, "one-key")).toBe(run_id);
    const { turns } = await client(api.url).conversation("talk-1");
    expect(turns).toMatchObject([{ run_id, message: "hi" }]);
    const { conversations } = await client(api.url).conversations({ limit: 5 });
    expect(conversations).toMatchObject([{ conversation_id: "talk-1", title: "hi" }]);
    expect((await client(api.url).runs({ conversation_id: "talk-1", limit: 5 })).runs).toHaveLength(1);
  });

  it("rejects with the problem that the API tells", async () => {
    await using api = await HttpApi.start();
    const unknown = await problemOf(client(api.url).run("never-heard-of"));
    expect(unknown).toBeInstanceOf(ApiProblem);
    expect(unknown).toMatchObject({ status: 404, code: "unknown_run", isTransient: false });
    expect(unknown.message).toContain("never-heard-of");
    expect([isTransient(unknown), isOutage(unknown)]).toEqual([false, false]);
  });

  it("says at which field of edited arguments something is wrong", async () => {
    const input_schema = {
      type: "object",
      properties: { to: { type: "string" }, times: { type: "integer" } },
      required: ["to"],
    };
    const tools = new ScriptedToolbox({
      send: { annotations: { readOnlyHint: false }, descriptor: { input_schema }, run: async () => "sent" },
    });
    const model = new ScriptedModel([[{ call: "send", with: { to: "Ann" } }], [{ say: "Done." }]]);
    await using api = await HttpApi.start({ model, tools });
    const run_id = await client(api.url).startRun(
      { message: "Send it to Ann", mode: "answer", conversation_id: "talk-1" },
      "key",
    );
    await api.engine.until(run_id, ({ type }) => type === "workflow.waiting_for_approval");
    const { calls } = await api.engine.state(run_id);
    const call_id = calls[0]?.call_id ?? ("" as CallId);
    const decision = { decision: "approved", call_id, arguments: { to: "Bob", times: "often" } } as const;
    const refused = await problemOf(client(api.url).decide(run_id, decision));
    expect(refused).toMatchObject({ status: 422, fields: [{ pointer: "/arguments/times" }] });
    await client(api.url).decide(run_id, { ...decision, arguments: { to: "Bob", times: 2 } });
    await api.engine.until(run_id);
    expect(tools.executions).toMatchObject([{ arguments: { to: "Bob", times: 2 } }]);
  });

  it("tells an outage from a refusal, and who watches from both", async () => {
    await using api = await HttpApi.start();
    await using line = await TcpProxy.start(api.port);
    const reached: boolean[] = [];
    const through = client(line.urlFor(api.url).replace(/\/$/, ""), (answers) => reached.push(answers));
    await problemOf(through.run("never-heard-of"));
    line.refuse();
    const lost = await problemOf(through.run("never-heard-of"));
    expect(lost).toBeInstanceOf(ApiUnreachable);
    expect(isOutage(lost)).toBe(true);
    expect(await through.answers()).toBe(false);
    line.accept();
    expect(await through.answers()).toBe(true);
    expect(reached).toEqual([true, false]);
  });

  it("is silent about what its caller gave up", async () => {
    await using api = await HttpApi.start();
    const reached: boolean[] = [];
    const given_up = new AbortController();
    given_up.abort();
    const asked = client(api.url, (answers) => reached.push(answers)).runs({}, given_up.signal);
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
    expect(reached).toEqual([]);
  });
});

describe("reachability", () => {
  it("asks until the API answers, and says so", async () => {
    let answers = false;
    let asked = 0;
    const reachability = new Reachability(async () => {
      asked += 1;
      return answers;
    });
    const seen: string[] = [];
    reachability.subscribe(() => seen.push(reachability.snapshot().status));
    reachability.report(false);
    expect(reachability.snapshot()).toEqual({ status: "down", retry_at: expect.any(Number) });
    reachability.retryNow();
    await expect.poll(() => asked).toBe(1);
    await expect.poll(() => reachability.snapshot()).toMatchObject({ retry_at: expect.any(Number) });
    answers = true;
    await expect.poll(() => reachability.snapshot().status, { timeout: 5_000 }).toBe("up");
    expect(seen.at(-1)).toBe("up");
  });
});

describe("the outbox", () => {
  const run = { message: "hi", mode: "answer", conversation_id: "talk-1" } as const;

  it("keeps what was not accepted, and sends the same again", async () => {
    await using api = await HttpApi.start();
    await using line = await TcpProxy.start(api.port);
    const outbox = new Outbox(client(line.urlFor(api.url).replace(/\/$/, "")));
    line.loseAnswerTo("POST /runs");
    await outbox.send(run);
    const [failed] = outbox.snapshot();
    expect(failed).toMatchObject({ run, status: { name: "failed", error: expect.any(ApiUnreachable) } });
    await outbox.retry(failed?.key ?? "");
    expect(outbox.snapshot()).toMatchObject([{ status: { name: "accepted", run_id: expect.any(String) } }]);
    // Its first sending had arrived; only the answer was lost.
    expect((await client(api.url).conversation("talk-1")).turns).toHaveLength(1);
  });

  it("sends by itself what an outage kept back, and nothing that was refused", async () => {
    await using api = await HttpApi.start();
    await using line = await TcpProxy.start(api.port);
    const outbox = new Outbox(client(line.urlFor(api.url).replace(/\/$/, "")));
    await outbox.send({ ...run, message: "" });
    line.refuse();
    await outbox.send(run);
    line.accept();
    outbox.resend();
    await expect
      .poll(() => outbox.snapshot().map(({ status }) => status.name))
      .toEqual(["failed", "accepted"]);
  });

  it("forgets what is discarded", async () => {
    await using api = await HttpApi.start();
    const outbox = new Outbox(client(api.url));
    await outbox.send({ ...run, message: "" });
    const [refused] = outbox.snapshot();
    expect(refused?.status).toMatchObject({ name: "failed", error: { status: 422 } });
    outbox.discard(refused?.key ?? "");
    expect(outbox.snapshot()).toEqual([]);
  });
});
