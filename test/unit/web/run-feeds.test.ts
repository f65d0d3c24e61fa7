import { describe, expect, it } from "vitest";
import { ApiClient } from "../../../adapters/web/src/api/client.ts";
import { Credentials } from "../../../adapters/web/src/api/credentials.ts";
import { RunFeeds } from "../../../adapters/web/src/live/run-feeds.ts";
import { gate } from "../../support/engine.ts";
import { HttpApi } from "../../support/http-api.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";

const RUNS = 5;

/** An engine with as many runs that go on until `end`, and the feeds of a page that looks at all of them. */
async function lookAtMany() {
  const end = gate();
  const answer = [{ say: "Half, " }, { wait: end.opened }, { say: "whole." }];
  const api = await HttpApi.start({ model: new ScriptedModel(Array.from({ length: RUNS }, () => answer)) });
  const credentials = new Credentials(null);
  const client = new ApiClient({ base_url: api.url, credentials });
  const feeds = new RunFeeds({ api: client, credentials, schedule: (draw) => setTimeout(draw) });
  const run_ids: string[] = [];
  for (let run = 0; run < RUNS; run += 1) run_ids.push(await api.ask(`Tell me thing ${run}`));
  const leave = run_ids.map((run_id) => feeds.follow(run_id));
  const statuses = () => run_ids.map((run_id) => feeds.of(run_id).snapshot().connection.status);
  const dispose = async () => {
    end.open();
    feeds.rest();
    await api.close();
  };
  return { feeds, run_ids, leave, end, statuses, [Symbol.asyncDispose]: dispose };
}

describe("the feeds of a page", () => {
  it("leave connections for everything else, however many runs are looked at", async () => {
    await using page = await lookAtMany();
    await expect.poll(page.statuses).toEqual(["live", "live", "connecting", "connecting", "connecting"]);
  });

  it("follow all runs to their end, one after the other", async () => {
    await using page = await lookAtMany();
    page.end.open();
    await expect.poll(page.statuses, { timeout: 20_000 }).toEqual(Array(RUNS).fill("complete"));
  });

  it("follow first what most views show, and go on where they made room", async () => {
    await using page = await lookAtMany();
    await expect.poll(page.statuses).toContain("live");
    const [, second = "", , , last = ""] = page.run_ids;
    const hide = page.feeds.follow(last);
    await expect.poll(page.statuses).toEqual(["live", "connecting", "connecting", "connecting", "live"]);
    hide();
    await expect.poll(page.statuses).toEqual(["live", "live", "connecting", "connecting", "connecting"]);
    page.end.open();
    await expect.poll(page.statuses, { timeout: 20_000 }).toEqual(Array(RUNS).fill("complete"));
    const { events } = page.feeds.of(second).snapshot();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  });

  it("give all connections back while nobody looks, and take them up again", async () => {
    await using page = await lookAtMany();
    await expect.poll(page.statuses).toContain("live");
    page.feeds.rest();
    await expect.poll(page.statuses).toEqual(Array(RUNS).fill("connecting"));
    page.feeds.wake();
    await expect.poll(page.statuses).toContain("live");
  });
});
