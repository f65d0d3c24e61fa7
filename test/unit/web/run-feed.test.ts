import { describe, expect, it } from "vitest";
import { ApiClient } from "../../../adapters/web/src/api/client.ts";
import { Credentials } from "../../../adapters/web/src/api/credentials.ts";
import { RunFeed, type RunFeedOptions } from "../../../adapters/web/src/live/run-feed.ts";
import type { RunId } from "../../../domain/ids.ts";
import { fold } from "../../../domain/run/evolve.ts";
import { hasEnded } from "../../../domain/run/state.ts";
import { gate } from "../../support/engine.ts";
import { HttpApi } from "../../support/http-api.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

const KEY = { key: "key-of-ann", tenant_id: "acme", user_id: "ann" };

/** A feed as the page makes it, but drawn at once, or when the test says so. */
function follow(base_url: string, run_id: string, options: Partial<RunFeedOptions> = {}) {
  const credentials = new Credentials(null);
  const api = new ApiClient({ base_url, credentials });
  const schedule = (draw: () => void) => setTimeout(draw);
  const feed = new RunFeed(run_id, { api, credentials, schedule, ...options });
  const statuses: string[] = [];
  feed.subscribe(() => {
    const { status } = feed.snapshot().connection;
    if (statuses.at(-1) !== status) statuses.push(status);
  });
  feed.start();
  return {
    feed,
    credentials,
    statuses,
    seqs: () => feed.snapshot().events.map(({ seq }) => seq),
    status: () => feed.snapshot().connection.status,
    [Symbol.dispose]: () => feed.stop(),
  };
}

describe("a feed of a run", () => {
  it("shows what happened and what happens, folded as the domain folds it", async () => {
    const more = gate();
    const model = new ScriptedModel([[{ say: "Half, " }, { wait: more.opened }, { say: "whole." }]]);
    await using api = await HttpApi.start({ model });
    const run_id = (await api.ask("Tell me a thing")) as RunId;
    await api.engine.until(run_id, ({ type }) => type === "output.chunk");
    using page = follow(api.url, run_id);
    await expect.poll(() => page.feed.snapshot().state?.output_text).toBe("Half, ");
    expect(page.status()).toBe("live");
    more.open();
    await expect.poll(() => page.status()).toBe("complete");
    const { events, state } = page.feed.snapshot();
    expect(events).toEqual(await api.engine.history(run_id));
    expect(state).toEqual(fold(null, events));
    expect(state?.output_text).toBe("Half, whole.");
  });

  it("goes on where it was cut off, with no event twice and none missing", async () => {
    const gates = [gate(), gate(), gate()];
    const acts = gates.flatMap(({ opened }, index) => [{ wait: opened }, { say: `part ${index} ` }]);
    await using api = await HttpApi.start({ model: new ScriptedModel([acts]) });
    await using line = await TcpProxy.start(api.port);
    const run_id = await api.ask("Tell me a thing");
    using page = follow(line.urlFor(api.url).replace(/\/$/, ""), run_id);
    for (const [index, { open }] of gates.entries()) {
      await expect.poll(() => page.status()).toBe("live");
      line.cut();
      open();
      await expect
        .poll(() => page.feed.snapshot().state?.output_text, { timeout: 10_000 })
        .toContain(`part ${index}`);
    }
    await expect.poll(() => page.status(), { timeout: 10_000 }).toBe("complete");
    expect(page.statuses).toContain("reconnecting");
    expect(page.seqs()).toEqual(page.seqs().map((_, index) => index + 1));
    expect(page.feed.snapshot().events).toEqual(await api.engine.history(run_id as RunId));
  });

  it("says that it reconnects while the API is away, and hurries when told to", async () => {
    await using api = await HttpApi.start({ model: new ScriptedModel([[{ say: "Here." }]]) });
    await using line = await TcpProxy.start(api.port);
    line.refuse();
    const run_id = await api.ask("Tell me a thing", { prefer: "wait=10" });
    using page = follow(line.urlFor(api.url).replace(/\/$/, ""), run_id);
    await expect
      .poll(() => page.feed.snapshot().connection)
      .toMatchObject({
        status: "reconnecting",
        retry_at: expect.any(Number),
        attempt: expect.any(Number),
      });
    line.accept();
    page.feed.retryNow();
    await expect.poll(() => page.status()).toBe("complete");
  });

  it("takes a connection on which nothing comes any more for dead", async () => {
    const more = gate();
    const model = new ScriptedModel([[{ say: "Half, " }, { wait: more.opened }, { say: "whole." }]]);
    await using api = await HttpApi.start({ model, http: { ping_ms: 50 } });
    await using line = await TcpProxy.start(api.port);
    const run_id = await api.ask("Tell me a thing");
    using page = follow(line.urlFor(api.url).replace(/\/$/, ""), run_id, { silence_ms: 500 });
    await expect.poll(() => page.feed.snapshot().state?.output_text).toBe("Half, ");
    line.silence();
    more.open();
    await expect.poll(() => page.status(), { timeout: 10_000 }).toBe("complete");
    expect(page.feed.snapshot().state?.output_text).toBe("Half, whole.");
  });

  it("waits for a key when one is needed, and goes on with it", async () => {
    await using api = await HttpApi.start({ http: { api_keys: [KEY] } });
    const run_id = await api.ask("hi", { authorization: `Bearer ${KEY.key}`, prefer: "wait=10" });
    using page = follow(api.url, run_id);
    await expect.poll(() => page.status()).toBe("unauthorized");
    expect(page.credentials.snapshot()).toEqual({ key: null, needed: true });
    page.credentials.set("wrong");
    await expect.poll(() => page.credentials.snapshot()).toEqual({ key: "wrong", needed: true });
    page.credentials.set(KEY.key);
    await expect.poll(() => page.status()).toBe("complete");
  });

  it("gives up on what the API will never tell", async () => {
    await using api = await HttpApi.start();
    using page = follow(api.url, "never-heard-of");
    await expect
      .poll(() => page.feed.snapshot().connection)
      .toMatchObject({
        status: "refused",
        problem: { status: 404, code: "unknown_run" },
      });
  });

  it("draws a flood of events once", async () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ say: `word ${index} ` }));
    await using api = await HttpApi.start({ model: new ScriptedModel([many]) });
    const run_id = await api.ask("Tell me a thing", { prefer: "wait=10" });
    const drawings: (() => void)[] = [];
    using page = follow(api.url, run_id, { schedule: (draw) => drawings.push(draw) });
    await expect.poll(() => page.feed.isComplete).toBe(true);
    expect(drawings).toHaveLength(1);
    let changes = 0;
    page.feed.subscribe(() => {
      changes += 1;
    });
    drawings[0]?.();
    expect(changes).toBe(1);
    const { events, state } = page.feed.snapshot();
    expect(events).toEqual(await api.engine.history(run_id as RunId));
    expect(state !== null && hasEnded(state)).toBe(true);
  });

  it("asks for nothing more once it was stopped", async () => {
    const never = gate();
    await using api = await HttpApi.start({ model: new ScriptedModel([[{ wait: never.opened }]]) });
    const run_id = await api.ask("Tell me a thing");
    const page = follow(api.url, run_id);
    await expect.poll(() => page.status()).toBe("live");
    page.feed.stop();
    await api.engine.cancel(run_id as RunId);
    page.feed.start();
    await expect.poll(() => page.status()).toBe("complete");
    expect(page.seqs()).toEqual(page.seqs().map((_, index) => index + 1));
  });
});
