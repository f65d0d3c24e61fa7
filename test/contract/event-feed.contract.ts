import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent } from "../../domain/run/events.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { COMPLETED, RUNNING, TestRun, text, texts } from "./test-run.ts";

export function eventFeedContract(open: OpenDeployment): void {
  describe("EventFeed", () => {
    let deployment: Deployment;
    let ports: SharedPorts;
    /** Another process's. */
    let feed: SharedPorts["feed"];

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
      feed = deployment.connect().feed;
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const listen = async (filter: Parameters<SharedPorts["feed"]["subscribe"]>[0]) => {
      const heard: RunEvent[] = [];
      const unsubscribe = await feed.subscribe(filter, (event) => heard.push(event));
      return { heard, unsubscribe };
    };

    it("carries committed events, in order, as they were committed", async () => {
      const all = await listen({});
      const run = await new TestRun().create(ports.store);
      await run.append(ports.store, [RUNNING, ...texts(20), text('ü 漢 🎺 "run_id":"x"')]);
      await expect.poll(() => all.heard.length).toBe(run.version);
      expect(all.heard).toEqual(run.history);
    });

    it("carries nothing of a refused or repeated commit", async () => {
      const run = await new TestRun().create(ports.store);
      const all = await listen({});
      const commit = run.commit([RUNNING]);
      await ports.store.commit(commit);
      await ports.store.commit(commit);
      await ports.store.commit(run.commit([text("stale")])).catch(() => undefined);
      await ports.store.create(new TestRun({}, run.run_id).proposal());
      const last = await new TestRun().create(ports.store);
      await expect.poll(() => all.heard.at(-1)?.run_id).toBe(last.run_id);
      expect(all.heard).toEqual([...commit.events, ...last.history]);
    });

    it("filters by run and by type", async () => {
      const one = new TestRun();
      const two = new TestRun();
      const of_one = await listen({ run_id: one.run_id });
      const ends = await listen({ types: ["run.completed", "run.cancelled"] });
      const end_of_two = await listen({ run_id: two.run_id, types: ["run.completed"] });
      for (const run of [one, two]) {
        await run.create(ports.store);
        await run.append(ports.store, [RUNNING]);
        await run.end(ports.store);
      }
      await expect.poll(() => end_of_two.heard.length).toBe(1);
      expect(of_one.heard).toEqual(one.history);
      expect(ends.heard.map(({ run_id }) => run_id)).toEqual([one.run_id, two.run_id]);
      expect(end_of_two.heard).toEqual(two.history.filter(({ type }) => type === COMPLETED.type));
    });

    it("stops when it is asked to, for that listener alone", async () => {
      const run = await new TestRun().create(ports.store);
      const first = await listen({ run_id: run.run_id });
      const second = await listen({ run_id: run.run_id });
      await first.unsubscribe();
      await first.unsubscribe();
      await run.append(ports.store, [text("a")]);
      await expect.poll(() => second.heard.length).toBe(1);
      expect(first.heard).toEqual([]);
    });

    it("starts again after the last listener had stopped", async () => {
      const run = await new TestRun().create(ports.store);
      for (const value of ["a", "b", "c"]) {
        const listener = await listen({ run_id: run.run_id });
        await run.append(ports.store, [text(value)]);
        await expect.poll(() => listener.heard).toEqual(run.history.slice(-1));
        await listener.unsubscribe();
      }
    });
  });
}
