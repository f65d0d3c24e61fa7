import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { proveRun } from "../../domain/run/proof.ts";
import { Cluster } from "../support/cluster.ts";
import { all, only } from "../support/engine.ts";

const waits = ({ type }: RunEvent) => type === "workflow.waiting_for_approval";
const asking = (env: Readonly<Record<string, string>> = {}) =>
  Cluster.start({ env: { TOOL_POLICIES: "append_effect=ask", ...env } });

async function labels(cluster: Cluster): Promise<readonly string[]> {
  const text = await readFile(cluster.effects_file, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { readonly label: string }).label);
}

/** kill -9 of every process of Baton; Redis alone goes on. */
async function killAll({ api, workflow_workers, tool_workers }: Cluster): Promise<void> {
  await Promise.all([api, ...workflow_workers, ...tool_workers].map((process) => process?.kill()));
}

async function startAll(cluster: Cluster): Promise<void> {
  await cluster.startApi();
  await Promise.all([cluster.startWorkflowWorker(), cluster.startToolWorker()]);
}

/** A run with two questions about two effects. */
async function askTwice(cluster: Cluster) {
  const run_id = await cluster.ask(
    'call append_effect with {"label":"one"} and call append_effect with {"label":"two"}',
  );
  return { run_id, questions: await questionsOf(cluster, run_id) };
}

async function questionsOf(cluster: Cluster, run_id: RunId) {
  let seen = 0;
  const events = await cluster.until(run_id, (event) => waits(event) && ++seen === 2);
  return all(events, "workflow.waiting_for_approval").map(({ data }) => data);
}

describe("a question to a person, in distributed mode", () => {
  it("outlives every process, and is answered per call by whoever is there then", {
    timeout: 90_000,
  }, async () => {
    await using cluster = await asking();
    const { run_id, questions } = await askTwice(cluster);
    await killAll(cluster);
    expect(await labels(cluster)).toEqual([]);
    await startAll(cluster);

    expect(await questionsOf(cluster, run_id)).toEqual(questions);
    const [one, two] = questions.map(({ call_id = "", digest = "" }) => ({ call_id, digest }));
    await cluster.client.decide(run_id, { decision: "rejected", comment: "not one", ...one });
    await killAll(cluster);
    await startAll(cluster);
    await cluster.client.decide(run_id, { decision: "approved", ...two });
    const events = await cluster.until(run_id);

    expect(await labels(cluster)).toEqual(["two"]);
    expect(only(events, "tool.denied").data).toMatchObject({
      call_id: one?.call_id,
      reason: "a person rejected the call: not one",
    });
    expect(only(events, "tool.completed").data.call_id).toBe(two?.call_id);
    expect(proveRun(events, null)).toEqual([]);
  });

  it("expires while nobody lives, and is told apart from a no", { timeout: 90_000 }, async () => {
    await using cluster = await asking({ APPROVAL_TIMEOUT_SECONDS: "2" });
    const { run_id, questions } = await askTwice(cluster);
    await killAll(cluster);
    const expires = Date.parse(questions[1]?.expires_at ?? "");
    await expect.poll(() => Date.now() > expires, { timeout: 10_000 }).toBe(true);
    await startAll(cluster);
    const events = await cluster.until(run_id);

    const decided = all(events, "workflow.approval.recorded").map(({ data }) => data);
    expect(decided).toMatchObject([
      { decision: "expired", user_id: "system" },
      { decision: "expired", user_id: "system" },
    ]);
    expect(await labels(cluster)).toEqual([]);
    expect(proveRun(events, null)).toEqual([]);
  });
});
