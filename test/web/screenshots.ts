/** `npm run web:screenshots`: the main views of the page as pictures in docs/images/, from a real process. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { buildPage } from "../../infra/build-page.ts";
import { BatonProcess } from "../support/baton-process.ts";
import { launchChromium } from "../support/chromium.ts";
import { ask, shows } from "./person.ts";
import { openPage } from "./site.ts";

const IMAGES = path.resolve(import.meta.dirname, "../../docs/images");

await buildPage(console.log);
await mkdir(IMAGES, { recursive: true });
await using stack = new AsyncDisposableStack();
const directory = await mkdtemp(path.join(os.tmpdir(), "baton-screenshots-"));
stack.defer(() => rm(directory, { recursive: true, force: true }));
const env = { PORT: "0", LOG_LEVEL: "info", CACHE_DIR: directory, TOOL_POLICIES: "calculator=ask" };
const server = stack.use(await BatonProcess.start("local", env, "listening"));
const url = `http://127.0.0.1:${String((await server.logged("listening")).port)}`;
const browser = await launchChromium();
stack.defer(() => browser.close());

const page = await openPage({ browser, url }, "/", { colorScheme: "light" });
await ask(page, "What is a lease?");
await completed(page, 1);
await ask(page, "17 + 32");
await shows(page, "Allow calculator?");
await take(page, "approval");
await page.getByRole("button", { name: "Approve", exact: true }).click();
await completed(page, 2);
await ask(page, "How does a run survive when its worker dies?");
await completed(page, 3);
await take(page, "chat");

await page.emulateMedia({ colorScheme: "dark" });
await page.goto(`${url}/runs`);
await page.getByRole("link", { name: "17 + 32", exact: true }).click();
await page.getByRole("button", { name: /execute_tool calculator/ }).click();
await take(page, "trace");
await page.getByRole("tab", { name: "State" }).click();
for (let events = 0; events < 20; events += 1)
  await page.getByRole("button", { name: "One event back" }).click();
await take(page, "time-travel");
await page.goto(`${url}/operations`);
await shows(page, "drives runs");
await take(page, "operations");

async function completed(of: Page, runs: number): Promise<void> {
  await of
    .locator("article.turn .status-badge[data-tone=good]")
    .nth(runs - 1)
    .waitFor();
}

async function take(of: Page, name: string): Promise<void> {
  await of.evaluate("document.fonts.ready");
  const file = path.join(IMAGES, `${name}.png`);
  await of.screenshot({ path: file, animations: "disabled" });
  console.log(path.relative(process.cwd(), file));
}
