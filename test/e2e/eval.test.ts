import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunId } from "../../domain/ids.ts";
import { all, gate, only } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { type ScriptedAct, ScriptedModel } from "../support/scripted-model.ts";
import { ScriptedToolbox } from "../support/scripted-toolbox.ts";

/** What the tests read of `--json`. */
interface Written {
  readonly passed: boolean;
  readonly url: string | null;
  readonly interrupted: boolean;
  readonly totals: Readonly<Record<string, number>>;
  readonly by_tag: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly cases: readonly {
    readonly id: string;
    readonly pass_rate: number;
    readonly attempts: readonly {
      readonly run_id: RunId;
      readonly run_url: string;
      readonly outcome: string;
      readonly answer: string;
      readonly findings: readonly { readonly expectation: string; readonly found: string }[];
    }[];
  }[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "baton-eval-"));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function fileOf(...cases: readonly (object | string)[]): Promise<string> {
  files += 1;
  const file = path.join(folder, `cases-${files}.jsonl`);
  await writeFile(file, cases.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n"));
  return file;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ["composition/eval.ts", ...args], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 40_000,
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const ended = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(
    ([code, stdout, stderr]) => ({ code, stdout, stderr }),
  );
  return { child, ended };
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => start(args, env).ended;

async function runJson(
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly report: Written }> {
  const { code, stdout } = await run([...args, "--json", "-"]);
  return { code, report: JSON.parse(stdout) };
}

const says = (...answers: string[]) => new ScriptedModel(answers.map((say): ScriptedAct[] => [{ say }]));
const sender = () => new ScriptedToolbox({ send: { run: async () => "sent" } });
const sending = () => new ScriptedModel([[{ call: "send", with: {} }], [{ say: "It is sent." }]]);

describe("npm run eval, against an engine that runs", () => {
  it("prints a row per case, what the failing ones fall short of, and the sums", async () => {
    await using api = await HttpApi.start({ model: says("It is blue.", "It is red.") });
    const file = await fileOf(
      { id: "sky", message: "What colour is the sky?", answer_contains: ["blue"], tags: ["colours"] },
      { id: "grass", message: "What colour is grass?", answer_contains: ["green"], must_call: ["look"] },
    );
    const { code, stdout, stderr } = await run([file, "--url", api.url, "--concurrency", "1"]);
    expect(code).toBe(1);
    const [, sky = "", grass = "", ...rest] = stdout.split("\n");
    expect(sky).toMatch(new RegExp(`^sky +pass +success +\\$0.00100 +\\d+\\.\\d\\d +${api.url}/runs/\\S+$`));
    expect(grass).toMatch(/^grass +FAIL +success /);
    expect(rest.slice(0, 2)).toEqual([
      "    must_call: expected a call of look, found no call",
      "    answer_contains: expected “green”, found “It is red.”",
    ]);
    expect(stdout).toMatch(/^all +1\/2 +50\.0% +\$0.00200 +20 in, 10 out /m);
    expect(stdout).toMatch(/^colours +1\/1 +100\.0% /m);
    expect(stdout).not.toContain("\u001b");
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^1\/2 pass sky /),
      expect.stringMatching(/^2\/2 FAIL grass /),
      "1 of 2 passed (50.0%, wanted 90.0%)",
      "",
    ]);
  }, 40_000);

  it("exits by the threshold, and writes the same as JSON", async () => {
    await using api = await HttpApi.start({ model: says("yes", "no") });
    const file = await fileOf(
      { id: "one", message: "Is the sky blue?", answer_contains: ["yes"] },
      { id: "two", message: "Is the sky blue?", answer_contains: ["yes"] },
    );
    const json = path.join(folder, "report.json");
    const args = [file, "--url", api.url, "--concurrency", "1", "--threshold", "0.5", "--json", json];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    const report: Written = JSON.parse(await readFile(json, "utf8"));
    expect(report).toMatchObject({ passed: true, url: api.url, interrupted: false });
    expect(report.totals).toMatchObject({ cases: 2, passed_attempts: 1, pass_rate: 0.5, cost_usd: 0.002 });
    const [one, two] = report.cases;
    expect(one).toMatchObject({ id: "one", pass_rate: 1, attempts: [{ outcome: "success", answer: "yes" }] });
    expect(two?.attempts[0]?.findings).toMatchObject([{ expectation: "answer_contains", found: "“no”" }]);
    expect(stdout).toContain(two?.attempts[0]?.run_url);
  }, 40_000);

  it("tries a case as often as it is told, and tells its pass rate", async () => {
    await using api = await HttpApi.start({ model: says("yes", "no", "yes", "yes") });
    const file = await fileOf({ id: "flaky", message: "Is the sky blue?", answer_contains: ["yes"] });
    const { code, report } = await runJson([file, "--url", api.url, "--concurrency", "1", "--repeat", "4"]);
    expect(code).toBe(1);
    expect(report.cases).toMatchObject([{ id: "flaky", pass_rate: 0.75 }]);
    expect(report.totals).toMatchObject({ cases: 1, attempts: 4, passed_attempts: 3 });
  }, 40_000);

  it("tries only cases with a wanted tag", async () => {
    await using api = await HttpApi.start({ model: says("yes") });
    const file = await fileOf(
      { message: "Is the sky blue?", tags: ["a", "b"] },
      { message: "Is the sky blue?", tags: ["c"] },
    );
    const { code, report } = await runJson([file, "--url", api.url, "--tag", "b", "--tag", "x"]);
    expect(code).toBe(0);
    expect(report.cases.map(({ id }) => id)).toEqual(["line-1"]);
    expect(await run([file, "--url", api.url, "--tag", "x"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no case of"),
    });
  }, 40_000);

  it("sends a conversation's messages one after the other, under one conversation id", async () => {
    await using api = await HttpApi.start({ model: says("one", "two", "three", "four") });
    const file = await fileOf(
      { id: "alone", message: "c", conversation: ["a", "b"], answer_contains: ["three"] },
      { id: "other", message: "d", answer_contains: ["four"] },
    );
    const { code, report } = await runJson([file, "--url", api.url, "--concurrency", "1"]);
    expect(code).toBe(0);
    // What the earlier messages cost was spent, too.
    expect(report.totals.cost_usd).toBeCloseTo(0.004);
    const [alone, other] = await Promise.all(
      report.cases.map((one) => api.engine.state(one.attempts[0]?.run_id as RunId)),
    );
    const { runs } = (await (await api.get(`/runs?conversation_id=${alone?.conversation_id}`)).json()) as {
      readonly runs: readonly { readonly message: string }[];
    };
    expect(runs.map(({ message }) => message)).toEqual(["c", "b", "a"]);
    expect(other?.conversation_id).not.toBe(alone?.conversation_id);
  }, 40_000);

  it("waits for its turn when the engine takes no more runs", async () => {
    await using api = await HttpApi.start({
      model: says("yes", "yes", "yes"),
      env: { RATE_LIMIT_GLOBAL_CONCURRENCY: "1" },
    });
    const file = await fileOf(
      ...["a", "b", "c"].map((id) => ({ id, message: id, answer_contains: ["yes"] })),
    );
    const { code, report } = await runJson([file, "--url", `${api.url}/`, "--concurrency", "3"]);
    expect({ code, passed: report.totals.passed_attempts }).toEqual({ code: 0, passed: 3 });
  }, 40_000);
});

describe("a run that asks a person", () => {
  it("is cancelled, and its case failed with the reason, when the case does not answer", async () => {
    const tools = sender();
    await using api = await HttpApi.start({ model: sending(), tools });
    const file = await fileOf({ id: "asks", message: "Use the send tool" });
    const { code, report } = await runJson([file, "--url", api.url]);
    expect(code).toBe(1);
    const [attempt] = report.cases[0]?.attempts ?? [];
    expect(attempt?.findings).toMatchObject([
      {
        expectation: "ending",
        found: expect.stringMatching(/asks a person about a call of send .*no `approve`/),
      },
    ]);
    expect((await api.engine.state(attempt?.run_id as RunId)).situation.status).toBe("cancelled");
    expect(tools.executions).toEqual([]);
  }, 40_000);

  it.each([
    { approve: "approved", executed: 1, ending: "completed" },
    { approve: "rejected", executed: 0, ending: "denied" },
  ])(
    "is answered as the case says: $approve",
    async ({ approve, executed, ending }) => {
      const tools = sender();
      await using api = await HttpApi.start({ model: sending(), tools });
      const file = await fileOf({ id: "asks", message: "Use the send tool", approve, must_call: ["send"] });
      const { code, report } = await runJson([file, "--url", api.url]);
      expect(code).toBe(0);
      expect(report.cases[0]?.attempts[0]).toMatchObject({ calls: [{ tool_name: "send", ending }] });
      expect(tools.executions).toHaveLength(executed);
    },
    40_000,
  );

  it("is answered for each of its calls", async () => {
    const call = { call: "send", with: {} };
    const model = new ScriptedModel([[call, call, call], [{ say: "Sent." }]]);
    await using api = await HttpApi.start({ model, tools: sender() });
    const file = await fileOf({ message: "Use the send tool", approve: "approved", must_call: ["send"] });
    const { code, report } = await runJson([file, "--url", api.url]);
    expect(code).toBe(0);
    const events = await api.engine.history(report.cases[0]?.attempts[0]?.run_id as RunId);
    expect(all(events, "tool.completed")).toHaveLength(3);
  }, 40_000);
});

describe("an evaluation that is cut short", () => {
  it("cancels a run that takes longer than it may", async () => {
    const never = gate();
    await using api = await HttpApi.start({ model: new ScriptedModel([[{ wait: never.opened }]]) });
    const file = await fileOf({ id: "slow", message: "Think about the sky" });
    const { code, report } = await runJson([file, "--url", api.url, "--timeout", "0.5"]);
    expect(code).toBe(1);
    expect(report.cases[0]?.attempts[0]).toMatchObject({
      outcome: "cancelled",
      findings: [{ expectation: "ending", found: "the run did not end within 0.5 s" }],
    });
  }, 40_000);

  it("cancels what is under way on ^C, and prints what there is", async () => {
    const never = gate();
    const model = new ScriptedModel([[{ say: "yes" }], [{ wait: never.opened }]]);
    await using api = await HttpApi.start({ model });
    const file = await fileOf(
      { id: "quick", message: "Is the sky blue?" },
      { id: "slow", message: "Think about the sky" },
    );
    const { child, ended } = start([file, "--url", api.url, "--concurrency", "1"]);
    await expect.poll(() => model.requests.length, { timeout: 20_000 }).toBe(2);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^quick +pass/m);
    expect(stdout).not.toMatch(/^slow/m);
    expect(stderr).toContain("interrupted; 1 of 1 passed");
    const { runs } = (await (await api.get("/runs?limit=1")).json()) as {
      readonly runs: readonly { run_id: RunId }[];
    };
    const events = await api.engine.history(runs[0]?.run_id as RunId);
    expect(only(events, "run.cancelled").data.reason).toContain("terminal");
  }, 40_000);

  it("is broken off when the engine goes away, and says what was tried", async () => {
    const never = gate();
    const model = new ScriptedModel([[{ say: "yes" }], [{ wait: never.opened }]]);
    const api = await HttpApi.start({ model });
    const file = await fileOf(
      { id: "quick", message: "Is the sky blue?" },
      { id: "lost", message: "Think about the sky" },
    );
    const { ended } = start([file, "--url", api.url, "--concurrency", "1", "--timeout", "3"]);
    await expect.poll(() => model.requests.length, { timeout: 20_000 }).toBe(2);
    await api.close();
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(2);
    expect(stdout).toMatch(/^quick +pass/m);
    expect(stderr).toMatch(/broken off, because the engine .*; 1 of 1 passed/);
  }, 40_000);
});

describe("npm run eval exits with 2", () => {
  it("for arguments that it does not take, and tells its usage", async () => {
    const { code, stdout, stderr } = await run(["cases.jsonl", "--threshold", "90"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^--threshold takes a number from 0 to 1, not “90”\n\nusage: /);
  });

  it("for a wrong configuration, in one message", async () => {
    const { code, stdout, stderr } = await run(["cases.jsonl"], { PORT: "eighty" });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^the configuration is wrong:\n.*PORT.*\n$/);
  });

  it("for a file that cannot be read", async () => {
    expect(await run(["no-such-file.jsonl"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^no-such-file.jsonl cannot be read: /),
    });
  });

  it("for a line that is no case, naming line and field", async () => {
    const file = await fileOf({ message: "a" }, { message: "b", must_cite: "concepts#*" });
    expect(await run([file])).toEqual({
      code: 2,
      stdout: "",
      stderr: `${file}:2: must_cite must be an array, not a string\n`,
    });
  });

  it("for a report that cannot be written, before anything is asked", async () => {
    const file = await fileOf({ message: "a" });
    const { code, stderr } = await run([file, "--json", path.join(folder, "no", "such", "folder.json")]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be written") });
  });

  it("when no engine answers at the URL, which BATON_URL may give too", async () => {
    const file = await fileOf({ message: "a" });
    expect(await run([file], { BATON_URL: "http://127.0.0.1:9" })).toMatchObject({
      code: 2,
      stderr: "no engine answers at http://127.0.0.1:9\n",
    });
  });

  it("when the engine wants another key", async () => {
    const key = { key: "right", tenant_id: "acme", user_id: "ann" };
    await using api = await HttpApi.start({ model: says("yes"), http: { api_keys: [key] } });
    const file = await fileOf({ message: "a", answer_contains: ["yes"] });
    const wrong = await run([file, "--url", api.url], { BATON_API_KEY: "wrong" });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("HTTP 401") });
    expect((await run([file, "--url", api.url], { BATON_API_KEY: "right" })).code).toBe(0);
  }, 40_000);
});

it("npm run eval tells its usage when asked for help", async () => {
  const { code, stdout, stderr } = await run(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("usage: npm run eval");
});
