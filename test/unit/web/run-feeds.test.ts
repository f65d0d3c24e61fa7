import { expect, it } from "vitest";
import { ApiClient } from "../../../adapters/web/src/api/client.ts";
import { Credentials } from "../../../adapters/web/src/api/credentials.ts";
import { RunFeeds } from "../../../adapters/web/src/live/run-feeds.ts";
import type { RunId } from "../../../domain/ids.ts";
import { gate } from "../../support/engine.ts";
import { HttpApi } from "../../support/http-api.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";

function feedsOf(base_url: string) {
  const credentials = new Credentials(null);
  const api = new ApiClient({ base_url, credentials });
  return new RunFeeds({ api, credentials, schedule: (draw) => setTimeout(draw) });
}

it("views of one run share a feed, and it goes on until the last has left", async () => {
  const more = gate();
  const model = new ScriptedModel([[{ say: "Half, " }, { wait: more.opened }, { say: "whole." }]]);
  await using api = await HttpApi.start({ model });
  const run_id = await api.ask("Tell me a thing");
  const feeds = feedsOf(api.url);
  const feed = feeds.of(run_id);
  const leave = [feeds.follow(run_id), feeds.follow(run_id)];
  expect(feeds.of(run_id)).toBe(feed);
  await expect.poll(() => feed.snapshot().state?.output_text).toBe("Half, ");
  leave[0]?.();
  more.open();
  await expect.poll(() => feed.isComplete).toBe(true);
  leave[1]?.();
  // Whoever comes back to an ended run finds it as it was.
  expect(feeds.of(run_id)).toBe(feed);
});

it("a page that nobody looks at keeps no connection, and catches up when somebody does", async () => {
  const never = gate();
  await using api = await HttpApi.start({ model: new ScriptedModel([[{ wait: never.opened }]]) });
  const run_id = await api.ask("Tell me a thing");
  const feeds = feedsOf(api.url);
  const leave = feeds.follow(run_id);
  const feed = feeds.of(run_id);
  await expect.poll(() => feed.snapshot().connection.status).toBe("live");
  feeds.rest();
  await api.engine.cancel(run_id as RunId);
  await api.engine.until(run_id as RunId);
  expect(feed.isComplete).toBe(false);
  feeds.wake();
  await expect.poll(() => feed.isComplete).toBe(true);
  expect(feed.snapshot().events).toEqual(await api.engine.history(run_id as RunId));
  leave();
});
