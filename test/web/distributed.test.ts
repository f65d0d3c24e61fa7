import { expect, it } from "vitest";
import { pageSuite } from "./page.suite.ts";
import { ask, shows } from "./person.ts";
import { openPage, startDistributedSite } from "./site.ts";

const { site } = pageSuite(startDistributedSite);

it("shows how a run survives the death of its worker", async () => {
  const { cluster, model } = site();
  if (cluster === null) throw new Error("there are workers");
  await using page = await openPage(site(), "/");
  await ask(page, "Tell me slowly what a lease is");
  await shows(page, "A lease names its owner");
  await cluster.workflow_workers.pop()?.kill();
  await cluster.startWorkflowWorker();
  await shows(page, "Taken back: the worker at respond was lost");
  model.goOn();
  await shows(page, "and lasts as long as that owner lives.");
});

it("says that it reconnects while the API is away, and misses nothing", async () => {
  const { cluster, model } = site();
  if (cluster === null) throw new Error("there is an API");
  await using page = await openPage(site(), "/");
  await ask(page, "Tell me slowly what a lease is");
  await shows(page, "A lease names its owner");
  await cluster.api?.kill();
  await shows(page, "reconnecting");
  await shows(page, "API down");
  model.goOn();
  await cluster.startApi();
  await shows(page, "A lease names its owner and lasts as long as that owner lives.");
  await shows(page, "API connected");
  expect(await page.getByText("as long as that owner lives.").count()).toBe(1);
});

it("waits for an API that is down when it is opened", async () => {
  const { cluster } = site();
  await cluster?.api?.kill();
  await using page = await openPage(site(), "/runs");
  await shows(page, "API down");
  await cluster?.startApi();
  await shows(page, "API connected");
  await shows(page, "Tell me slowly what a lease is");
});
