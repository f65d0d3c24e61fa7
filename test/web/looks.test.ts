import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, shows } from "./person.ts";
import { openPage, type Site, startLocalSite } from "./site.ts";

const PHONE = { width: 360, height: 740 };
const VIEWS = [
  ["the welcome", "/", "Ask, and watch the run happen"],
  ["the list of runs", "/runs", "Tell me slowly what a lease is"],
  ["operations", "/operations", "drives runs"],
  ["a conversation", "conversation", "as long as that owner lives."],
  ["a question to a person", "question", "Allow calculator?"],
  ["a run's trace", "run?view=trace", "chat paced"],
  ["a run's events", "run?view=events&seq=9", "All types"],
  ["a run's state", "run?view=state&seq=9", "State behind event 9"],
] as const;

let site: Site;
/** Addresses of what was made before the first test. */
const made = { conversation: "", question: "", run: "" };

beforeAll(async () => {
  site = await startLocalSite();
  site.model.goOn();
  await using page = await openPage(site, "/");
  await ask(page, "Tell me slowly what a lease is");
  await shows(page, "as long as that owner lives.");
  made.conversation = addressOf(page);
  await page.getByRole("link", { name: "Inspect" }).click();
  await page.getByRole("tabpanel").waitFor();
  made.run = addressOf(page).replace(/\?.*/, "");
  await page.getByRole("link", { name: "New conversation" }).click();
  await ask(page, "What is 17 + 32?");
  await shows(page, "Allow calculator?");
  made.question = addressOf(page);
}, 120_000);
afterAll(() => site?.[Symbol.asyncDispose]());

function addressOf(page: Page): string {
  return page.url().slice(site.url.length);
}

function addressOfView(view: string): string {
  if (view.startsWith("run?")) return made.run + view.slice("run".length);
  return view in made ? made[view as keyof typeof made] : view;
}

it.each(VIEWS)("%s can be used by everybody, in light and dark, and on a phone", async (_, view, text) => {
  await using page = await openPage(site, addressOfView(view), { colorScheme: "light" });
  await shows(page, text);
  const light = await violationsOf(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await violationsOf(page);
  await page.setViewportSize(PHONE);
  await shows(page, text);
  const beyond = await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  expect({ light, dark, beyond }).toEqual({ light: [], dark: [], beyond: 0 });
});

async function violationsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

it("is used by keys alone: asks, and opens what is behind a run", async () => {
  await using page = await openPage(site, "/");
  await page.getByRole("textbox", { name: "Message" }).waitFor();
  await page.keyboard.type("Tell me slowly what a lease is");
  await page.keyboard.press("Enter");
  await shows(page, "as long as that owner lives.");
  for (let tabs = 0; tabs < 60; tabs += 1) {
    if (await page.evaluate<boolean>("document.activeElement?.textContent?.trim() === 'Inspect'")) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "Trace" }).waitFor();
  await page.getByRole("tab", { name: "Trace" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByRole("listbox", { name: "Events" }).waitFor();
});
