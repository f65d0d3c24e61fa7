import { describe, expect, it } from "vitest";
import { TOKENS } from "../../../composition/tokens.ts";
import { AdmissionRefused, type RefusalCode, RefusedError, UnknownRunError } from "../../../domain/errors.ts";
import type { RunId } from "../../../domain/ids.ts";
import type { ChatDelta, ChatRequest, ModelInfo } from "../../../domain/model/chat.ts";
import type { ChatModel } from "../../../domain/ports/chat-model.ts";
import type { RunEvent } from "../../../domain/run/events.ts";
import { proveRun } from "../../../domain/run/proof.ts";
import { all, gate, only, TestEngine } from "../../support/engine.ts";
import { followed } from "../../support/followed.ts";
import { replayOf } from "../../support/replaying.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";

/** On a busy machine no worker is taken for dead. */
const PATIENT = { WORKER_TTL_SECONDS: "60" };
const END = { type: "end", input_tokens: 10, output_tokens: 5, cost_usd: 0.001 } as const;

/** Looks and writes in its first round and answers in its second, whichever run asks, and however often. */
class Routine implements ChatModel {
  describe(): ModelInfo {
    return { model: "routine", provider: "test", remote: true };
  }

  worstCaseUsd(): number {
    return 0;
  }

  async *stream({ turns }: ChatRequest): AsyncGenerator<ChatDelta, void> {
    yield { type: "text", text: turns.length === 0 ? "I look and write." : "All is done." };
    if (turns.length === 0) {
      yield { type: "call", call: { tool_name: "look", arguments: { at: "stars" } } };
      yield { type: "call", call: { tool_name: "write", arguments: { to: "a" } } };
      yield { type: "call", call: { tool_name: "teleport", arguments: {} } };
    }
    yield { ...END, finish_reason: turns.length === 0 ? "tool_calls" : "stop" };
  }
}

const tools = () =>
  new ScriptedToolbox({
    look: { annotations: { readOnlyHint: true }, run: async () => "seen" },
    write: { run: async () => "written" },
  });

/** Follows a run to its end, and says yes to whatever it asks. */
async function approving(engine: TestEngine, run_id: RunId): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const follow = engine.container.get(TOKENS.followRun);
  for await (const event of followed(follow, run_id, 0, AbortSignal.timeout(10_000))) {
    events.push(event);
    if (event.type !== "workflow.waiting_for_approval") continue;
    const { call_id } = event.data;
    // What the history holds from before the branch may be decided already.
    await engine.approve(run_id, { decision: "approved", ...(call_id && { call_id }) }).catch(ignoreRefusal);
  }
  return events;
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof RefusedError)) throw error;
}

async function refusalOf(attempt: Promise<unknown>): Promise<RefusalCode | null> {
  return attempt.then(
    () => null,
    (error: unknown) => {
      if (error instanceof RefusedError) return error.code;
      throw error;
    },
  );
}

const bare = (events: readonly RunEvent[]) => events.map(({ ts, type, data }) => ({ ts, type, data }));

describe("a branch", () => {
  it("keeps the history up to its point, goes on by itself and comes to an end, wherever it begins", async () => {
    await using engine = await TestEngine.start({ model: new Routine(), tools: tools(), env: PATIENT });
    const run_id = await engine.ask("Look at the stars and write to A");
    const history = await approving(engine, run_id);
    const end = history.findLastIndex(({ type }) => type === "workflow.step.completed");

    const branches = await Promise.all(
      history.slice(0, end).map(async (_, index) => {
        const from_seq = index + 1;
        const branch = await engine.fork(run_id, from_seq);
        const events = await approving(engine, branch);
        return { from_seq, branch, events };
      }),
    );
    for (const { from_seq, branch, events } of branches) {
      expect(bare(events.slice(0, from_seq))).toEqual(bare(history.slice(0, from_seq)));
      expect(events[from_seq]).toMatchObject({
        type: "run.forked",
        data: { from_run_id: run_id, from_seq, user_id: "brancher" },
      });
      expect(events.every((event, at) => event.run_id === branch && event.seq === at + 1)).toBe(true);
      expect({ from_seq, end: events.at(-1)?.type }).toEqual({ from_seq, end: "run.completed" });
      const state = await engine.state(branch);
      expect(proveRun(events, state)).toEqual([]);
      expect(state.forked_from).toEqual({ run_id, seq: from_seq });
      expect((await replayOf(events)).divergence).toBeNull();
    }
    const ids = branches.flatMap(({ events }) => events.map(({ id }) => id));
    expect(new Set([...ids, ...history.map(({ id }) => id)]).size).toBe(ids.length + history.length);
    const conversations = branches.map(({ events }) => only(events, "run.forked").data.conversation_id);
    expect(new Set(conversations).size).toBe(branches.length);
  });

  it("requests anew what policy allows and had no result, and leaves a question as it was asked", async () => {
    const held = gate();
    const box = new ScriptedToolbox({
      look: { annotations: { readOnlyHint: true }, run: () => held.opened.then(() => "seen") },
      write: { run: async () => "written" },
    });
    await using engine = await TestEngine.start({ model: new Routine(), tools: box, env: PATIENT });
    const run_id = await engine.ask("Look at the stars and write to A");
    const waiting = await engine.until(run_id, isWaiting);
    const branch = await engine.fork(run_id, waiting.length);
    await expect.poll(() => box.executions.length).toBe(2);
    expect(new Set(box.executions.map((request) => request.run_id))).toEqual(new Set([run_id, branch]));

    const asked = only(waiting, "workflow.waiting_for_approval").data;
    held.open();
    await engine.approve(branch, { decision: "approved", ...(asked.digest && { digest: asked.digest }) });
    const events = await engine.until(branch);
    expect(all(events, "workflow.waiting_for_approval")).toHaveLength(1);
    expect(only(events, "run.completed").data.final_text).toBe("All is done.");
    expect((await engine.state(run_id)).situation.status).toBe("waiting_for_approval");
    await engine.cancel(run_id);
  });

  it("inherits no consent: what was approved and had not ended is asked again", async () => {
    const held = gate();
    const box = new ScriptedToolbox({
      look: { annotations: { readOnlyHint: true }, run: async () => "seen" },
      write: { run: () => held.opened.then(() => "written") },
    });
    await using engine = await TestEngine.start({ model: new Routine(), tools: box, env: PATIENT });
    const run_id = await engine.ask("Look at the stars and write to A");
    await engine.until(run_id, isWaiting);
    await engine.approve(run_id, { decision: "approved" });
    await expect.poll(() => box.executions.map(({ tool_name }) => tool_name)).toContain("write");
    const before = box.executions.length;
    const branch = await engine.fork(run_id, (await engine.history(run_id)).length);
    const events = await engine.until(
      branch,
      ({ type, data }) => type === "workflow.waiting_for_approval" && data.again === true,
    );
    const question = all(events, "workflow.waiting_for_approval").at(-1)?.data;
    expect(question).toMatchObject({ tool_name: "write", again: true });
    expect(question?.digest).not.toBe(all(events, "workflow.waiting_for_approval")[0]?.data.digest);
    expect(box.executions.length).toBe(before);

    await engine.approve(branch, { decision: "rejected" });
    held.open();
    const ended = await engine.until(branch);
    expect(only(ended, "tool.failed").data.error.code).toBe("outcome_unknown");
    expect(box.executions.length).toBe(before);
    expect(proveRun(ended, await engine.state(branch))).toEqual([]);
    expect((await replayOf(ended)).divergence).toBeNull();
  });

  it("redoes the attempt it begins in the middle of, and voids its text", async () => {
    const model = new ScriptedModel([
      [{ say: "Half an ans" }, { wait: new Promise(() => undefined) }],
      [{ say: "A whole answer." }],
    ]);
    await using engine = await TestEngine.start({ model, env: PATIENT });
    const run_id = await engine.ask("Tell me a thing");
    const begun = await engine.until(run_id, ({ type }) => type === "output.chunk");
    const branch = await engine.fork(run_id, begun.length);
    const events = await engine.until(branch);
    only(events, "output.reset");
    expect(only(events, "run.completed").data.final_text).toBe("A whole answer.");
    await engine.cancel(run_id);
  });

  it("ends although the question it begins with has expired long ago", async () => {
    await using engine = await TestEngine.start({
      model: new Routine(),
      tools: tools(),
      env: { ...PATIENT, APPROVAL_TIMEOUT_SECONDS: "1" },
    });
    const run_id = await engine.ask("Look at the stars and write to A");
    const history = await engine.until(run_id);
    const asked = history.findIndex(isWaiting) + 1;
    const events = await engine.until(await engine.fork(run_id, asked));
    expect(only(events, "workflow.approval.recorded").data.decision).toBe("expired");
    only(events, "run.completed");
  });

  it("has time of its own", async () => {
    await using engine = await TestEngine.start({ model: new Routine(), tools: tools(), env: PATIENT });
    const run_id = await engine.ask("Look at the stars and write to A");
    await engine.until(run_id, isWaiting);
    const branch = await engine.fork(run_id, 1);
    const state = await engine.state(branch);
    expect(state.created_at).toBe(only(await engine.history(branch), "run.forked").ts);
    for (const id of [run_id, branch]) await engine.cancel(id);
  });

  it("can be branched itself", async () => {
    await using engine = await TestEngine.start({ model: new Routine(), tools: tools(), env: PATIENT });
    const run_id = await engine.ask("Look at the stars and write to A");
    await approving(engine, run_id);
    const branch = await engine.fork(run_id, 10);
    await approving(engine, branch);
    const events = await approving(engine, await engine.fork(branch, 14));
    expect(all(events, "run.forked").map(({ data }) => data.from_run_id)).toEqual([run_id, branch]);
    expect((await replayOf(events)).divergence).toBeNull();
  });

  it("begins neither behind the end nor where there is nothing", async () => {
    await using engine = await TestEngine.start({ model: new Routine(), tools: tools(), env: PATIENT });
    const run_id = await engine.ask("Look at the stars and write to A");
    const { length } = await approving(engine, run_id);
    for (const from_seq of [0, length - 1, length, length + 1]) {
      expect(await refusalOf(engine.fork(run_id, from_seq))).toBe("invalid_fork");
    }
    await expect(engine.fork("unknown-run" as RunId, 1)).rejects.toThrow(UnknownRunError);
  });

  it("takes a slot like any other run", async () => {
    const env = { ...PATIENT, RATE_LIMIT_TENANT_CONCURRENCY: "1" };
    await using engine = await TestEngine.start({ model: new Routine(), tools: tools(), env });
    const run_id = await engine.ask("Look at the stars and write to A");
    await engine.until(run_id, isWaiting);
    await expect(engine.fork(run_id, 3)).rejects.toThrow(AdmissionRefused);
    await engine.cancel(run_id);
    await engine.cancel(await engine.fork(run_id, 3));
  });
});

function isWaiting({ type, data }: RunEvent): boolean {
  return type === "status.changed" && data.value === "waiting_for_approval";
}
