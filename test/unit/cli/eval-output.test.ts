import { afterEach, describe, expect, it, vi } from "vitest";
import { printable } from "../../../adapters/cli/eval/printable.ts";
import { Progress } from "../../../adapters/cli/eval/progress.ts";
import { renderReport } from "../../../adapters/cli/eval/table.ts";
import type { Finding } from "../../../domain/evaluation/judge.ts";
import { type Attempt, reportOn } from "../../../domain/evaluation/report.ts";

const FINDING: Finding = { expectation: "outcome", expected: "success", found: "failure" };

function attempt(...findings: readonly Finding[]): Attempt {
  const run = { run_id: "run-1", outcome: "success" } as Attempt["run"];
  return { findings, run, seconds: 2, spent: { cost_usd: 0, input_tokens: 0, output_tokens: 0 } };
}

describe("the table", () => {
  const table = (colours: boolean) =>
    renderReport(
      reportOn([
        [{ id: "good", message: "a" }, [attempt(), attempt()]],
        [{ id: "flaky", message: "b" }, [attempt(), attempt(FINDING), attempt(FINDING)]],
      ]),
      { colours, url: "http://engine" },
    ).split("\n");

  it("has how many attempts passed, and each shortcoming once", () => {
    const [head, good, flaky, shortcoming, empty] = table(false);
    expect(head).toBe("case   result    outcome  cost  seconds  run");
    expect(good).toBe("good   pass 2/2  success  $0    2.00     http://engine/runs/run-1");
    expect(flaky).toBe("flaky  FAIL 1/3  success  $0    2.00     http://engine/runs/run-1");
    expect(shortcoming).toBe("    outcome: expected success, found failure");
    expect(empty).toBe("");
  });

  it("is coloured on a terminal alone", () => {
    expect(table(true).join("")).toContain("\u001b[31m");
    expect(table(false).join("")).not.toContain("\u001b");
  });
});

describe("progress", () => {
  afterEach(() => void vi.useRealTimers());

  const show = (isTTY: boolean) => {
    const written: string[] = [];
    const stream = { isTTY, columns: 60, write: (text: string) => written.push(text) };
    {
      using progress = new Progress(stream, 2);
      progress.started();
      progress.started();
      progress.finished({ id: "a", message: "a" }, attempt());
      progress.finished({ id: "b", message: "b" }, attempt(FINDING));
    }
    return written;
  };

  it("is a line per attempt in a pipe", () => {
    expect(show(false)).toEqual(["1/2 pass a 2.0 s\n", "2/2 FAIL b 2.0 s\n"]);
  });

  it("is one line on a terminal, drawn anew, never broken, and gone at the end", () => {
    const written = show(true);
    expect(written.every((text) => text.startsWith("\r\u001b[K") && !text.includes("\n"))).toBe(true);
    expect(Math.max(...written.map((text) => text.length))).toBeLessThanOrEqual(60 + 4);
    expect(written.at(-2)).toContain("█ 2/2  1 failed  0 running");
    expect(written.at(-1)).toBe("\r\u001b[K");
  });

  it("tells on a terminal that time passes while nothing ends", () => {
    vi.useFakeTimers();
    const written: string[] = [];
    using _ = new Progress({ isTTY: true, write: (text) => written.push(text) }, 1);
    vi.advanceTimersByTime(3_000);
    expect(written.at(-1)).toContain("3 s");
  });
});

it("what a model says cannot steer the terminal", () => {
  expect(printable("a\u001b[31m\r\nb\u202ec")).toBe("a�[31m b�c");
});
