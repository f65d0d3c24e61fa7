import { createInterface } from "node:readline/promises";
import type { RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { printable } from "./eval/printable.ts";
import { RunRenderer } from "./render.ts";
import { ApiError, RunClient } from "./run-client.ts";
import { parseOptions, UsageError } from "./usage.ts";

const USAGE = `usage: npm run ask -- [options] "message"
  --mode MODE        answer (default), research or summarize
  --context TEXT     text to answer from, besides the documents
  --conversation ID  go on with a conversation, or begin one under this id
  --json             print each event as a line of JSON instead
  --help             print this

Talks to the engine at BATON_URL (default http://localhost:8000; BATON_API_KEY if it wants one),
or starts one of its own when none answers there. Exits 0 only when the run succeeds.
`;

export interface AskOptions {
  readonly url: string;
  readonly api_key: string | null;
  /** Starts an engine in this process; `url` is where it listens. */
  startEngine(): Promise<{ readonly url: string; close(): Promise<void> }>;
}

/** `npm run ask`: one run in the terminal. Returns the exit code: 0 success, 1 no success, 2 wrong usage. */
export async function ask(args: readonly string[], options: AskOptions): Promise<number> {
  const asked = readArguments(args);
  if (asked === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  if (asked === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const remote = new RunClient(options.url, options.api_key);
  if (await remote.answers()) return run(remote, asked);
  const engine = await options.startEngine();
  try {
    return await run(new RunClient(engine.url, options.api_key), asked);
  } finally {
    await engine.close();
  }
}

interface Asked {
  readonly message: string;
  readonly mode?: string;
  readonly context?: string;
  readonly conversation_id?: string;
  readonly json: boolean;
}

/** null: not usable. */
function readArguments(args: readonly string[]): Asked | "help" | null {
  try {
    const { values, positionals } = parseOptions(args, {
      help: { type: "boolean", short: "h" },
      json: { type: "boolean" },
      mode: { type: "string" },
      context: { type: "string" },
      conversation: { type: "string" },
    });
    if (values.help) return "help";
    const message = positionals.join(" ");
    if (message === "") return null;
    const { mode, context, conversation, json = false } = values;
    return {
      message,
      json,
      ...(mode !== undefined && { mode }),
      ...(context !== undefined && { context }),
      ...(conversation !== undefined && { conversation_id: conversation }),
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return null;
  }
}

async function run(client: RunClient, { json, ...body }: Asked): Promise<number> {
  const stop = new AbortController();
  const renderer = new RunRenderer({
    answer: (text) => process.stdout.write(text),
    notice: (text) => process.stderr.write(text),
    colours: process.stderr.isTTY === true,
  });
  let last: RunEvent | null = null;
  let interrupt = () => stop.abort();
  try {
    const run_id = await client.start(body);
    interrupt = () => void client.cancel(run_id).catch(() => stop.abort());
    process.once("SIGINT", interrupt);
    for await (const event of client.follow(run_id, stop.signal)) {
      last = event;
      if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
      else renderer.show(event);
      if (event.type === "workflow.waiting_for_approval" && !json) await askPerson(client, run_id, event);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    process.stderr.write(`${error.message}\n`);
  } finally {
    process.off("SIGINT", interrupt);
  }
  return last?.type === "run.completed" ? 0 : 1;
}

/** Asks the person at the terminal; without one, the run waits for whoever decides over the API. */
async function askPerson(
  client: RunClient,
  run_id: RunId,
  { data }: RunEvent<"workflow.waiting_for_approval">,
): Promise<void> {
  const { call_id, digest, tool_name } = data;
  const what = printable(
    tool_name === undefined ? "release the answer" : `${tool_name} ${JSON.stringify(data.arguments)}`,
  );
  if (!process.stdin.isTTY) {
    process.stderr.write(
      `  waiting for: POST /runs/${run_id}/approval {"decision":"approved"|"rejected"} (${what})\n`,
    );
    return;
  }
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`  ${what}? [y/N] `).finally(() => reader.close());
  const decision = /^y(es)?$/i.test(answer.trim()) ? "approved" : "rejected";
  await client.decide(run_id, { decision, ...(call_id && { call_id }), ...(digest && { digest }) });
}
