import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryDatabase } from "../../../adapters/memory/database.ts";
import { MemoryEventFeed } from "../../../adapters/memory/event-feed.ts";
import { MemoryRunStore } from "../../../adapters/memory/run-store.ts";
import { SystemClock } from "../../../adapters/telemetry/system-clock.ts";
import { FollowRun } from "../../../application/follow-run.ts";
import { UnknownRunError } from "../../../domain/errors.ts";
import type { EventFeed } from "../../../domain/ports/event-feed.ts";
import { fold } from "../../../domain/run/evolve.ts";
import type { RunState } from "../../../domain/run/state.ts";
import { viewOf } from "../../../domain/run/summary.ts";
import { COMPLETED, newRunId, RUNNING, TestRun, text, texts } from "../../contract/test-run.ts";
import { followed } from "../../support/followed.ts";

/** A feed that loses what it is told to, as pub/sub may. */
class LossyFeed implements EventFeed {
  readonly #feed: EventFeed;
  lose: (seq: number) => boolean = () => false;

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  subscribe(...[filter, listener]: Parameters<EventFeed["subscribe"]>): ReturnType<EventFeed["subscribe"]> {
    return this.#feed.subscribe(filter, (event) => {
      if (!this.lose(event.seq)) listener(event);
    });
  }
}

class CountingStore extends MemoryRunStore {
  loads = 0;
  reads = 0;

  override load(...args: Parameters<MemoryRunStore["load"]>): ReturnType<MemoryRunStore["load"]> {
    this.loads += 1;
    return super.load(...args);
  }

  override events(...args: Parameters<MemoryRunStore["events"]>): ReturnType<MemoryRunStore["events"]> {
    this.reads += 1;
    return super.events(...args);
  }
}

describe("following a run", () => {
  let store: CountingStore;
  let feed: LossyFeed;
  let follow: FollowRun;
  let run: TestRun;
  let leave: AbortController;

  beforeEach(async () => {
    const db = new MemoryDatabase();
    store = new CountingStore(db);
    feed = new LossyFeed(new MemoryEventFeed(db));
    follow = new FollowRun(store, feed, new SystemClock());
    run = await new TestRun().create(store);
    leave = new AbortController();
  });
  afterEach(() => leave.abort());

  async function seen(after = 0): Promise<readonly number[]> {
    const seqs: number[] = [];
    for await (const event of followed(follow, run.run_id, after, leave.signal)) seqs.push(event.seq);
    return seqs;
  }
  const all = () => run.history.map(({ seq }) => seq);

  it("tells each event once, in order, to its end", async () => {
    const watching = seen();
    await run.append(store, [RUNNING, ...texts(600)]);
    await run.end(store);
    expect(await watching).toEqual(all());
    expect(await seen(run.version - 2)).toEqual(all().slice(-2));
  });

  it("asks the store no more once it has caught up", async () => {
    const events = followed(follow, run.run_id, 0, leave.signal);
    for (let seq = 0; seq < run.version; seq += 1) await events.next();
    const next = events.next();
    await expect.poll(() => store.reads).toBe(1);
    await run.append(store, [RUNNING]);
    await next;
    for (let count = 0; count < 20; count += 1) {
      const another = events.next();
      await run.append(store, [text("a")]);
      expect((await another).value).toMatchObject({ seq: run.version });
    }
    expect(store.reads).toBe(1);
    await events.return(undefined);
  });

  it.each([
    ["some events", (seq: number) => seq % 3 === 0],
    ["every event", () => true],
  ])("misses nothing when the feed loses %s", async (_, lose) => {
    feed.lose = lose;
    const watching = seen();
    await run.append(store, [RUNNING, text("a"), text("b")]);
    await run.append(store, [text("c")]);
    await run.end(store);
    expect(await watching).toEqual(all());
  });

  it("tells how a run ended, also when the feed lost it", async () => {
    feed.lose = () => true;
    const ended = follow.end(run.run_id, leave.signal);
    await run.append(store, [RUNNING]);
    await run.append(store, [COMPLETED]);
    expect(await ended).toEqual(viewOf(fold(null, run.history) as RunState));
  });

  it("tells how a run ended without asking the store again", async () => {
    const ended = follow.end(run.run_id, leave.signal);
    await expect.poll(() => store.loads).toBe(1);
    await run.append(store, [RUNNING, text("a")]);
    await run.append(store, [COMPLETED]);
    expect(await ended).toEqual(viewOf(fold(null, run.history) as RunState));
    expect(store.loads).toBe(1);
  });

  it("tells how a run stands when nobody waits for its end any more", async () => {
    const waiting = follow.end(run.run_id, leave.signal);
    await run.append(store, [RUNNING]);
    leave.abort();
    expect((await waiting).summary.status).toBe("running");
  });

  it("knows no run that was not created", async () => {
    await expect(follow.end(newRunId(), leave.signal)).rejects.toThrow(UnknownRunError);
    const events = followed(follow, newRunId(), 0, leave.signal);
    await expect(events.next()).rejects.toThrow(UnknownRunError);
  });
});
