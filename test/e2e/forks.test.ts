import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { Cluster } from "../support/cluster.ts";
import { only } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { replayOf } from "../support/replaying.ts";
import { ScriptedModel } from "../support/scripted-model.ts";

const answers = (count: number) =>
  new ScriptedModel(Array.from({ length: count }, () => [{ say: "All is well." }]));

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

describe("POST /runs/{id}/fork", () => {
  it("answers like POST /runs: 201 with the branch and where it is, and the same again for the same key", async () => {
    await using api = await HttpApi.start({ model: answers(3) });
    const run_id = await api.ask("Tell me a thing");
    await api.engine.until(run_id as RunId);
    const headers = { "idempotency-key": "once" };
    const first = await api.post(
      `/runs/${run_id}/fork`,
      { from_seq: 3, identity: { user_id: "ada" } },
      headers,
    );
    const branch = await bodyOf(first);
    expect(first.status).toBe(201);
    expect(first.headers.get("location")).toBe(`/runs/${branch.run_id}`);
    expect(branch).toMatchObject({ ok: true, status: expect.any(String) });

    const events = await api.engine.until(branch.run_id as RunId);
    expect(only(events, "run.forked").data).toMatchObject({
      from_run_id: run_id,
      from_seq: 3,
      user_id: "ada",
    });
    const state = await bodyOf(await api.get(`/runs/${branch.run_id}/state`));
    expect(state).toMatchObject({ forked_from: { run_id, seq: 3 }, outcome: "success" });

    const again = await api.post(
      `/runs/${run_id}/fork`,
      { from_seq: 3, identity: { user_id: "ada" } },
      headers,
    );
    expect(again.status).toBe(200);
    expect((await bodyOf(again)).run_id).toBe(branch.run_id);
    const other = await api.post(`/runs/${run_id}/fork`, { from_seq: 4 }, headers);
    expect(await bodyOf(other)).toMatchObject({
      status: 422,
      type: "urn:baton:problem:idempotency_mismatch",
    });
  });

  it.each<[string, unknown, string]>([
    ["the run's last event", { from_seq: "last" }, "invalid_fork"],
    ["an event that does not exist", { from_seq: 1000 }, "invalid_fork"],
    ["no event", { from_seq: 0 }, "invalid_body"],
    ["half an event", { from_seq: 1.5 }, "invalid_body"],
    ["nothing", {}, "invalid_body"],
  ])("refuses to branch behind %s", async (_, body, code) => {
    await using api = await HttpApi.start({ model: answers(1) });
    const run_id = await api.ask("Tell me a thing");
    const { length } = await api.engine.until(run_id as RunId);
    const asked = JSON.parse(JSON.stringify(body).replace('"last"', String(length)));
    const response = await api.post(`/runs/${run_id}/fork`, asked);
    expect(response.status).toBe(422);
    expect((await bodyOf(response)).type).toBe(`urn:baton:problem:${code}`);
  });

  it("knows no run of another tenant, and none that does not exist", async () => {
    const keys = [
      { key: "key-of-acme", tenant_id: "acme", user_id: "ada" },
      { key: "key-of-other", tenant_id: "other", user_id: "eve" },
    ];
    await using api = await HttpApi.start({ model: answers(2), http: { api_keys: keys } });
    const acme = { authorization: "Bearer key-of-acme" };
    const run_id = await api.ask("Tell me a thing", acme);
    await api.engine.until(run_id as RunId);
    const fork = (id: string, headers: Record<string, string>) =>
      api.post(`/runs/${id}/fork`, { from_seq: 2 }, headers);
    expect((await fork(run_id, { authorization: "Bearer key-of-other" })).status).toBe(404);
    expect((await fork("no-such-run", acme)).status).toBe(404);
    const branch = await bodyOf(await fork(run_id, acme));
    const { tenant_id } = await api.engine.state(branch.run_id as RunId);
    expect(tenant_id).toBe("acme");
  });

  it("answers 429 with Retry-After while all slots are taken", async () => {
    const model = new ScriptedModel([[{ wait: new Promise(() => undefined) }]]);
    await using api = await HttpApi.start({ model, env: { RATE_LIMIT_TENANT_CONCURRENCY: "1" } });
    const run_id = await api.ask("Tell me a thing");
    await api.engine.until(run_id as RunId, ({ type }) => type === "model.started");
    const response = await api.post(`/runs/${run_id}/fork`, { from_seq: 2 });
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).not.toBeNull();
    await api.engine.cancel(run_id as RunId);
  });
});

describe("branches of a distributed deployment", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  async function fork(run_id: RunId, from_seq: number): Promise<RunId> {
    const response = await fetch(`${cluster.url}/runs/${run_id}/fork`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ from_seq }),
    });
    expect(response.status).toBe(201);
    return (await bodyOf(response)).run_id as RunId;
  }

  const effects = async () =>
    (await readFile(cluster.effects_file, "utf8")).split("\n").filter((line) => line !== "");
  const bare = (events: readonly RunEvent[]) => events.map(({ ts, type, data }) => ({ ts, type, data }));

  it("are driven by any worker from any point, and proven", async () => {
    const run_id = await cluster.ask("What is a lease?");
    const history = await cluster.until(run_id);
    const end = history.findLastIndex(({ type }) => type === "workflow.step.completed");
    const branches = await Promise.all(
      [1, 2, 5, Math.floor(end / 2), end].map(async (from_seq) => ({
        from_seq,
        branch: await fork(run_id, from_seq),
      })),
    );
    for (const { from_seq, branch } of branches) {
      const events = await cluster.until(branch);
      expect(bare(events.slice(0, from_seq))).toEqual(bare(history.slice(0, from_seq)));
      expect(events.at(-1)?.type).toBe("run.completed");
      expect((await replayOf(events)).divergence).toBeNull();
    }
    expect(await verify([run_id, ...branches.map(({ branch }) => branch)])).toContain("6 proven, 0 broken");
  });

  it("execute anew what policy allows and had not ended", async () => {
    const run_id = await cluster.ask('Use append_effect {"label":"branched","sleep_ms":1500}');
    const asked = await cluster.until(run_id, ({ type }) => type === "workflow.waiting_for_event");
    const branch = await fork(run_id, asked.length);
    const [events] = await Promise.all([cluster.until(branch), cluster.until(run_id)]);
    expect(events.at(-1)?.type).toBe("run.completed");
    expect((await effects()).filter((line) => line.includes("branched"))).toHaveLength(2);
    expect(await verify([run_id, branch])).toContain("2 proven, 0 broken");
  });

  async function verify(run_ids: readonly string[]): Promise<string> {
    const env = { PATH: process.env.PATH ?? "", REDIS_URL: cluster.redis.url, BACKEND_MODE: "distributed" };
    const args = ["composition/verify.ts", ...run_ids];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 });
    return stdout;
  }
});
