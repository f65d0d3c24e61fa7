import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { RunClient } from "../../adapters/cli/run-client.ts";
import type { RunId } from "../../domain/ids.ts";
import { isTerminal, type RunEvent } from "../../domain/run/events.ts";
import { all, only } from "./engine.ts";

/** The runs of one conversation, over HTTP as a client has them. */
export class Talk {
  readonly #deployment: { readonly url: string };
  readonly conversation_id = randomUUID();

  constructor(deployment: { readonly url: string }) {
    this.#deployment = deployment;
  }

  ask(message: string, multitask_strategy = "enqueue"): Promise<RunId> {
    const { conversation_id } = this;
    return this.#client.start({ message, conversation_id, multitask_strategy });
  }

  async until(
    run_id: RunId,
    enough: (event: RunEvent) => boolean = isTerminal,
  ): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    for await (const event of this.#client.follow(run_id, AbortSignal.timeout(30_000))) {
      events.push(event);
      if (enough(event)) return events;
    }
    throw new Error(`what was waited for did not come: ${events.map(({ type }) => type).join(", ")}`);
  }

  answer = async (run_id: RunId) => only(await this.until(run_id), "run.completed").data.final_text;

  async get(path: string): Promise<Record<string, unknown>> {
    const response = await fetch(this.#deployment.url + path);
    return (await response.json()) as Record<string, unknown>;
  }

  /** The ids of its runs, oldest first. */
  async turns(): Promise<readonly RunId[]> {
    const { turns } = await this.get(`/conversations/${this.conversation_id}`);
    return (turns as { readonly run_id: RunId }[]).map(({ run_id }) => run_id);
  }

  async post(path: string, body: object): Promise<number> {
    const headers = { "content-type": "application/json" };
    const url = this.#deployment.url + path;
    return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).status;
  }

  get #client(): RunClient {
    return new RunClient(this.#deployment.url, null);
  }
}

const at = (event: RunEvent | undefined) => event?.ts ?? "never";
const begun = (events: readonly RunEvent[]) => at(all(events, "workflow.step.started")[0]);

/** Each turn began when the one before it had ended, and was told of it. */
export async function expectInOrder(talk: Talk): Promise<readonly RunId[]> {
  const turns = await talk.turns();
  const histories = await Promise.all(turns.map((run_id) => talk.until(run_id)));
  for (const [index, events] of histories.entries()) {
    const before = histories[index - 1];
    // One that was cancelled while it waited has never begun.
    if (before === undefined || all(events, "workflow.step.started").length === 0) continue;
    expect(begun(events) >= at(before.at(-1)), `turn ${index + 1} overlaps the one before`).toBe(true);
    const told = only(events, "conversation.recalled").data.turns.map(({ run_id }) => run_id);
    expect(told).toEqual(turns.slice(index - told.length, index));
  }
  return turns;
}
