import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { buildPage } from "../../infra/build-page.ts";
import { BatonProcess } from "../support/baton-process.ts";
import { launchChromium } from "../support/chromium.ts";
import { Cluster } from "../support/cluster.ts";
import { gate } from "../support/engine.ts";
import { OpenAiServer, type WireAct, type WireRequest } from "../support/openai-server.ts";
import { SHOWN_MS } from "./person.ts";

/** A deployment with its page, a model that a test controls, and a browser. */
export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly model: PacedModel;
  readonly browser: Browser;
  /** null in single-process mode. */
  readonly cluster: Cluster | null;
}

/** Everything in one process, as `npm start` runs it. */
export async function startLocalSite(): Promise<Site> {
  const stack = new AsyncDisposableStack();
  const { model, browser } = await commonParts(stack);
  const directory = await mkdtemp(path.join(os.tmpdir(), "baton-site-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const server = stack.use(
    await BatonProcess.start("local", { PORT: "0", CACHE_DIR: directory, ...model.env }, "listening"),
  );
  const { port } = await server.logged("listening");
  return site(stack, { url: `http://127.0.0.1:${String(port)}`, model, browser, cluster: null });
}

/** API, workers and the process that serves the page, as the compose stack runs them. */
export async function startDistributedSite(): Promise<Site> {
  const stack = new AsyncDisposableStack();
  const { model, browser } = await commonParts(stack);
  const cluster = stack.use(await Cluster.start({ env: model.env }));
  const frontend = stack.use(
    await BatonProcess.start("frontend", { PORT: "0", BACKEND_URL: cluster.url }, "listening"),
  );
  const { port } = await frontend.logged("listening");
  return site(stack, { url: `http://127.0.0.1:${String(port)}`, model, browser, cluster });
}

function site(stack: AsyncDisposableStack, parts: Omit<Site, typeof Symbol.asyncDispose>): Site {
  return { ...parts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function commonParts(stack: AsyncDisposableStack) {
  await buildPage(() => undefined);
  const model = stack.use(await PacedModel.start());
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  return { model, browser };
}

/** A tab of its own. What the page itself complains about fails the test that opened it. */
export async function openPage(
  { browser, url }: Pick<Site, "browser" | "url">,
  at: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(SHOWN_MS);
  const page = await context.newPage();
  // A page is disposed of with what it lives in.
  page.once("close", () => void context.close().catch(() => undefined));
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(url + at);
  return page;
}

/**
 * A model on the OpenAI wire. Asked to answer slowly, it says the first half and waits for `goOn`; asked for a
 * sum, it calls the calculator; anything else it answers at once.
 */
export class PacedModel implements AsyncDisposable {
  #server: OpenAiServer | null = null;
  #half = gate();

  static async start(): Promise<PacedModel> {
    const model = new PacedModel();
    model.#server = await OpenAiServer.start((request) => model.#answer(request));
    return model;
  }

  /** What Baton has to be told of it. A person is asked about every sum. */
  get env(): Readonly<Record<string, string>> {
    return {
      OPENAI_API_KEY: "key",
      OPENAI_BASE_URL: this.#server?.url ?? "",
      OPENAI_MODEL: "paced",
      TOOL_POLICIES: "calculator=ask,append_effect=allow",
    };
  }

  /** Lets every slow answer come to its end, also those that are asked for from now on. */
  goOn(): void {
    this.#half.open();
  }

  /** Slow answers wait again. */
  pause(): void {
    this.#half = gate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.goOn();
    await this.#server?.[Symbol.asyncDispose]();
  }

  #answer({ messages }: WireRequest): readonly WireAct[] {
    const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
    const result = messages.findLast(({ role }) => role === "tool")?.content;
    if (asked.includes("slowly")) {
      return [
        { text: "A lease names **its owner**" },
        { wait: this.#half.opened },
        { text: " and lasts as long as that owner lives." },
        { finish: "stop" },
      ];
    }
    if (result !== undefined) return [{ text: `The tool says: ${result}` }, { finish: "stop" }];
    if (/\d \+ \d/.test(asked)) {
      const call = { id: "sum", name: "calculator", args: '{"expression":"17 + 32"}' };
      return [{ call }, { finish: "tool_calls" }];
    }
    return [{ text: "Ask me something." }, { finish: "stop" }];
  }
}
