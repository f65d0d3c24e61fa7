import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPage } from "../../composition/http.ts";
import { TOKENS } from "../../composition/tokens.ts";
import { buildPage } from "../../infra/build-page.ts";
import { WarningLog } from "../contract/redis-deployment.ts";
import { TestRun, texts } from "../contract/test-run.ts";
import { launchChromium } from "../support/chromium.ts";
import { HttpApi } from "../support/http-api.ts";
import { SHOWN_MS } from "./person.ts";
import { openPage } from "./site.ts";

const EVENTS = 5_000;
/** A frame that takes longer is felt. Many times what it takes on an idle machine, since others work on this one. */
const FELT_MS = 500;

const stack = new AsyncDisposableStack();
let site: Pick<Parameters<typeof openPage>[0], "browser" | "url">;
let run: TestRun;

beforeAll(async () => {
  await buildPage(() => undefined);
  const page = builtPage(new WarningLog());
  if (page === null) throw new Error("the page was built");
  const api = await HttpApi.start({ http: { page } });
  stack.defer(() => api.close());
  // Nobody drives the run: its events are put in as a worker would.
  await api.engine.close();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  site = { browser, url: api.url };
  const store = api.engine.container.get(TOKENS.store);
  run = new TestRun({ tenant_id: "default", message: "A long story" });
  await run.create(store);
  for (let made = run.version; made < EVENTS; made = run.version) {
    await run.append(store, texts(Math.min(500, EVENTS - made)));
  }
}, 120_000);
afterAll(() => stack.disposeAsync());

it(`stays quick with ${EVENTS} events`, async () => {
  await using page = await openPage(site, `/runs/${run.run_id}?view=events`);
  await page.getByText(`${EVENTS} events`).waitFor({ timeout: SHOWN_MS });
  // Only what is seen is there.
  expect(await page.getByRole("option").count()).toBeLessThan(200);
  const typed = performance.now();
  await page.getByRole("searchbox", { name: "Search in events" }).fill("long story");
  await expect.poll(() => page.getByRole("option").count()).toBe(1);
  const search_ms = performance.now() - typed;
  await page.getByRole("tab", { name: "State" }).click();
  const slider = page.getByRole("slider", { name: "Event" });
  await slider.focus();
  const dragged: number[] = [];
  for (const key of ["PageDown", "PageDown", "Home", "End", "PageDown", "ArrowLeft"]) {
    const before = performance.now();
    await page.keyboard.press(key);
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    dragged.push(performance.now() - before);
  }
  expect(search_ms).toBeLessThan(FELT_MS * 4);
  expect(Math.max(...dragged)).toBeLessThan(FELT_MS);
});
