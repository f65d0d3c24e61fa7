import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, SHOWN_MS, shows } from "./person.ts";
import { openPage, type Site } from "./site.ts";

const SLOWLY = "Tell me slowly what a lease is";
const FIRST_HALF = "A lease names its owner";
const WHOLE = "A lease names its owner and lasts as long as that owner lives.";

/** What a person does on the page, in whatever mode it is served. */
export function pageSuite(start: () => Promise<Site>): { readonly site: () => Site } {
  let site: Site;

  beforeAll(async () => {
    site = await start();
  }, 120_000);
  afterAll(() => site?.[Symbol.asyncDispose]());
  beforeEach(() => site.model.pause());

  describe("on the page, a person", () => {
    it("asks, watches the answer come, and sees how it was made", async () => {
      await using page = await openPage(site, "/");
      await ask(page, SLOWLY);
      await shows(page, FIRST_HALF);
      expect(await page.getByRole("button", { name: "Stop" }).isEnabled()).toBe(true);
      site.model.goOn();
      await shows(page, WHOLE);
      await shows(page, "completed");
      const panel = page.getByRole("complementary", { name: "Run" });
      for (const step of ["receive", "plan", "retrieve", "respond", "verify", "finalize"]) {
        expect(await panel.getByText(step, { exact: true }).count(), step).toBeGreaterThan(0);
      }
    });

    it("reloads in the middle of a run and sees the same as if nothing had happened", async () => {
      await using page = await openPage(site, "/");
      await ask(page, SLOWLY);
      await shows(page, FIRST_HALF);
      await page.reload();
      await shows(page, FIRST_HALF);
      site.model.goOn();
      await shows(page, WHOLE);
      expect(await page.getByText(WHOLE).count()).toBe(1);
    });

    it("is asked about a call, changes its arguments and approves", async () => {
      await using page = await openPage(site, "/");
      await ask(page, "What is 17 + 32?");
      const question = page.getByRole("article", { name: "Allow calculator?" });
      await question.getByText("Edit the arguments").click();
      await question.getByRole("textbox", { name: "expression" }).fill("20 + 22");
      await question.getByRole("button", { name: "Approve with edits" }).click();
      await shows(page, "The tool says: 42");
      expect(await question.count()).toBe(0);
    });

    it("rejects a call, and the model is told why", async () => {
      await using page = await openPage(site, "/");
      await ask(page, "What is 17 + 32?");
      const question = page.getByRole("article", { name: "Allow calculator?" });
      await question.getByRole("textbox", { name: "Comment" }).fill("do it in your head");
      await question.getByRole("button", { name: "Reject" }).click();
      await page.getByRole("article").getByText("do it in your head").first().waitFor({ timeout: SHOWN_MS });
    });

    it("stops a run", async () => {
      await using page = await openPage(site, "/");
      await ask(page, SLOWLY);
      await shows(page, FIRST_HALF);
      await page.getByRole("button", { name: "Stop" }).click();
      await shows(page, "cancelled");
    });

    it("goes on with a conversation, and finds it again in the sidebar", async () => {
      await using page = await openPage(site, "/");
      const first = `Hello there ${Date.now()}`;
      await ask(page, first);
      await shows(page, "Ask me something.");
      await ask(page, "And again");
      await expect.poll(() => page.getByText("Ask me something.").count()).toBe(2);
      await page.getByRole("link", { name: "New conversation" }).click();
      await page.getByRole("heading", { name: "Ask, and watch the run happen" }).waitFor();
      await page.getByRole("navigation", { name: "Conversations" }).getByText(first).click();
      await expect.poll(() => page.getByText("Ask me something.").count()).toBe(2);
    });

    it("sees the same run in two tabs", async () => {
      await using page = await openPage(site, "/");
      await ask(page, SLOWLY);
      await shows(page, FIRST_HALF);
      const other = await page.context().newPage();
      await other.goto(page.url());
      await shows(other, FIRST_HALF);
      site.model.goOn();
      await Promise.all([shows(page, WHOLE), shows(other, WHOLE)]);
    });

    it("inspects a run: its spans, its events, and its state at any of them", async () => {
      await using page = await openPage(site, "/");
      await ask(page, SLOWLY);
      site.model.goOn();
      await shows(page, WHOLE);
      await page.getByRole("link", { name: "Inspect" }).click();
      const trace = page.getByRole("tabpanel");
      await trace.getByRole("button", { name: /chat paced/ }).click();
      await page.getByRole("complementary", { name: "Span" }).getByText("gen_ai.request.model").waitFor();

      await page.getByRole("tab", { name: "Events" }).click();
      await page.getByRole("searchbox", { name: "Search in events" }).fill("run.completed");
      await expect.poll(() => page.getByRole("option").count()).toBe(1);
      await page.getByRole("option", { name: /run\.completed/ }).click();
      await page.getByRole("complementary", { name: "Event" }).getByText('"outcome": "success"').waitFor();

      await page.getByRole("tab", { name: "State" }).click();
      const slider = page.getByRole("slider", { name: "Event" });
      await slider.focus();
      await page.keyboard.press("Home");
      await page.getByText("State behind event 1:").waitFor();
      await page.keyboard.press("End");
      await shows(page, "A lease names **its owner** and lasts as long as that owner lives.");
    });

    it("asks more while a run goes on, and stops the run that is at work", async () => {
      await using page = await openPage(site, "/");
      await ask(page, SLOWLY);
      await shows(page, FIRST_HALF);
      // More than a browser has connections to one server.
      const waiting = Array.from({ length: 7 }, () => "And again");
      for (const message of waiting) await ask(page, message);
      await expect.poll(() => page.getByText("Waiting for its turn").count()).toBeGreaterThan(0);
      await expect.poll(() => page.getByText("Sending").count()).toBe(0);
      await page.getByRole("button", { name: "Stop" }).click();
      const answers = () => page.getByText("Ask me something.").count();
      await expect.poll(answers, { timeout: SHOWN_MS }).toBe(waiting.length);
      expect(await page.getByText("Waiting for its turn").count()).toBe(0);
    });

    it("approves only arguments that can be read", async () => {
      await using page = await openPage(site, "/");
      await ask(page, "What is 17 + 32?");
      const question = page.getByRole("article", { name: "Allow calculator?" });
      await question.getByText("Edit the arguments").click();
      await question.getByText("Edit as JSON").click();
      const json = question.getByRole("textbox", { name: "Arguments as JSON" });
      await json.fill('{"expression": ');
      await question.getByRole("button", { name: "Approve" }).click();
      await shows(page, "This is not JSON");
      await json.fill('{"expression": "40 + 2"}');
      await question.getByRole("button", { name: "Approve with edits" }).click();
      await shows(page, "The tool says: 42");
    });

    it("goes from an event to its span and back, and branches a run off", async () => {
      await using page = await openPage(site, "/");
      await ask(page, `Hello there ${Date.now()}`);
      await shows(page, "Ask me something.");
      await page.getByRole("link", { name: "Inspect" }).click();
      await page.getByRole("tab", { name: "Events" }).click();
      await page.getByRole("searchbox", { name: "Search in events" }).fill("model.started");
      await page.getByRole("option", { name: /model\.started/ }).click();
      await page.getByRole("button", { name: "Show its span: chat paced" }).click();
      await page.getByRole("complementary", { name: "Span" }).getByText("gen_ai.request.model").waitFor();
      await page.goBack();
      await page.getByRole("complementary", { name: "Event" }).getByText('"model.started"').waitFor();
      await page.getByRole("button", { name: "Latest" }).click();
      await page.getByRole("button", { name: /^Fork at event/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Fork" }).click();
      await page.getByRole("link", { name: "another run" }).waitFor();
      await shows(page, "completed");
    });

    it("lists runs by status, and looks at how the deployment is doing", async () => {
      await using page = await openPage(site, "/runs");
      await page.getByRole("link", { name: SLOWLY }).first().waitFor();
      await page.getByRole("radio", { name: "cancelled" }).check({ force: true });
      await expect.poll(() => page.getByRole("row").getByText("completed", { exact: true }).count()).toBe(0);
      await page.getByRole("row").getByText("cancelled", { exact: true }).first().waitFor();
      await page.getByRole("link", { name: "Operations" }).click();
      await page.getByText("drives runs").first().waitFor();
      await page.getByText("executes tools").first().waitFor();
    });
  });

  return { site: () => site };
}
