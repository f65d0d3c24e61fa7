import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { PinoLog, type PinoLogOptions } from "../../../adapters/telemetry/pino-log.ts";
import { TransientError } from "../../../domain/errors.ts";
import { REPOSITORY } from "../../support/planted-tree.ts";

function logTo(lines: string[], options: Partial<PinoLogOptions> = {}): PinoLog {
  return PinoLog.create({ level: "info", secrets: [], write: (line) => lines.push(line), ...options });
}

const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

describe("the log", () => {
  it("writes one line of JSON a fact, with time, level and fields", () => {
    const lines: string[] = [];
    logTo(lines).info("run ended", { run_id: "run-1", events: 17 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(parsed(lines)[0]).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      msg: "run ended",
      run_id: "run-1",
      events: 17,
    });
  });

  it("leaves out what is below its level", () => {
    const lines: string[] = [];
    const log = logTo(lines, { level: "warn" });
    log.debug("one");
    log.info("two");
    log.warn("three");
    log.error("four");
    expect(parsed(lines).map(({ msg }) => msg)).toEqual(["three", "four"]);
    logTo(lines, { level: "silent" }).error("five");
    expect(lines).toHaveLength(2);
  });

  it("carries fields into the lines of a derived log", () => {
    const lines: string[] = [];
    logTo(lines).with({ worker_id: "w1" }).with({ kind: "tool" }).info("taken");
    expect(parsed(lines)[0]).toMatchObject({ worker_id: "w1", kind: "tool", msg: "taken" });
  });

  it("tells an error with its code and causes, and nothing that a library hung on it", () => {
    const lines: string[] = [];
    const request = { headers: { authorization: "Bearer abc" } };
    const root = Object.assign(new Error("connection refused"), { code: "ECONNREFUSED", request });
    const error = new TransientError("store_away", "the store is away", { cause: root });
    logTo(lines).error("commit failed", { error });
    expect(lines[0]).not.toContain("Bearer");
    expect(parsed(lines)[0].error).toMatchObject({
      type: "TransientError",
      code: "store_away",
      message: "the store is away",
      cause: {
        code: "ECONNREFUSED",
        message: "connection refused",
        stack: expect.stringContaining("pino-log.test"),
      },
    });
  });

  it.each([
    ["a string", "thrown", "thrown"],
    ["an object", { why: "because" }, '{"why":"because"}'],
    ["nothing", undefined, "undefined"],
    ["an object that cannot be shown", { count: 1n }, "a value that cannot be shown"],
  ])("tells %s that was thrown", (_what, error, message) => {
    const lines: string[] = [];
    logTo(lines).error("failed", { error, known: true });
    expect(parsed(lines)[0]).toMatchObject({
      known: true,
      ...(error !== undefined && { error: { message } }),
    });
  });

  it("ends with a chain of causes that does not", () => {
    const lines: string[] = [];
    const error = new Error("snake");
    error.cause = error;
    logTo(lines).error("failed", { error });
    expect(lines).toHaveLength(1);
  });

  it.each([
    ["in a message", "key-1234", (log: PinoLog) => log.info("refused key-1234 twice")],
    [
      "in a field",
      "key-1234",
      (log: PinoLog) => log.info("x", { headers: { authorization: ["Bearer key-1234"] } }),
    ],
    [
      "in an error's cause",
      "key-1234",
      (log: PinoLog) => log.error("x", { error: new Error("a", { cause: new Error("key-1234!") }) }),
    ],
    ["with characters that JSON escapes", 'a"b\\c\nd', (log: PinoLog) => log.info('is a"b\\c\nd so')],
    ["encoded in a URL", "p@ss/word", (log: PinoLog) => log.info("redis://:p%40ss%2Fword@host")],
    ["in a derived log's fields", "key-1234", (log: PinoLog) => log.with({ key: "key-1234" }).info("x")],
  ])("never shows a secret %s", (_where, secret, write) => {
    const lines: string[] = [];
    write(logTo(lines, { secrets: ["", secret] }));
    expect(lines).toHaveLength(1);
    const shown = JSON.stringify(parsed(lines)[0]);
    expect(shown).toContain("[redacted]");
    expect(shown).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(shown).not.toContain(encodeURIComponent(secret));
  });

  it("keeps a line valid when a secret looks like a number in it", () => {
    const lines: string[] = [];
    logTo(lines, { secrets: ["1234"] }).info("code 1234", { port: 1234 });
    expect(parsed(lines)[0]).toMatchObject({ msg: "code [redacted]", port: 1234 });
  });

  it("hides the whole of a secret that begins with another", () => {
    const lines: string[] = [];
    logTo(lines, { secrets: ["abcd", "abcd-efgh"] }).info("abcd-efgh");
    expect(parsed(lines)[0].msg).toBe("[redacted]");
  });

  it.each([
    [false, /^\{"level":"error".*"msg":"could not start"\}\n$/],
    [true, /^\[\d\d:\d\d:\d\d\.\d{3}\] ERROR: could not start\n {4}port: 8000\n/],
  ])("has written a line before the process ends (pretty: %s)", (pretty, expected) => {
    const script = `
      import { PinoLog } from "./adapters/telemetry/pino-log.ts";
      PinoLog.create({ level: "info", secrets: [], pretty: ${pretty} }).error("could not start", { port: 8000 });
      process.exit(1);`;
    const { stdout, stderr } = run(script);
    expect(stderr).toBe("");
    expect(stdout).toMatch(expected);
  });

  it.each([
    ["throws what nobody catches", "throw new Error('a bug');", 1],
    ["exits", "process.exit(3);", 3],
    ["has nothing left to do", "", 0],
  ])("has written the lines of its last turn when a process %s", (_, last_words, code) => {
    const script = `
      import { PinoLog } from "./adapters/telemetry/pino-log.ts";
      const log = PinoLog.create({ level: "info", secrets: [] });
      log.info("the first");
      await new Promise((resolve) => setTimeout(resolve));
      log.with({ run_id: "r" }).info("the last");
      ${last_words}`;
    const { stdout, status } = run(script);
    expect(parsed(stdout.trim().split("\n"))).toMatchObject([
      { msg: "the first" },
      { msg: "the last", run_id: "r" },
    ]);
    expect(status).toBe(code);
  });
});

/** A process of its own. */
function run(script: string) {
  return spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
}
