import { describe, expect, it } from "vitest";
import { readArguments } from "../../../adapters/cli/eval/arguments.ts";
import { UsageError } from "../../../adapters/cli/usage.ts";

describe("the arguments of npm run eval", () => {
  it("are a file, and options that have defaults", () => {
    expect(readArguments(["cases.jsonl"])).toEqual({
      file: "cases.jsonl",
      url: null,
      concurrency: 4,
      repeat: 1,
      tags: [],
      threshold: 0.9,
      timeout_seconds: 120,
      json: null,
    });
  });

  it("may say otherwise, in any order", () => {
    const url = "http://localhost:8000";
    const numbers = ["--concurrency", "9", "--repeat", "3", "--threshold", "0.75", "--timeout", "1.5"];
    const others = ["--url", url, "--tag", "a", "--tag", "b", "--json", "-"];
    expect(readArguments([...numbers, "cases.jsonl", ...others])).toEqual({
      file: "cases.jsonl",
      url,
      concurrency: 9,
      repeat: 3,
      tags: ["a", "b"],
      threshold: 0.75,
      timeout_seconds: 1.5,
      json: "-",
    });
  });

  it.each(["--help", "-h"])("may ask for help: %s", (option) => {
    expect(readArguments([option])).toBe("help");
  });

  it.each([
    [[], "one file of cases is needed"],
    [["a.jsonl", "b.jsonl"], "one file of cases is needed"],
    [["a.jsonl", "--colour"], "--colour"],
    [["a.jsonl", "--threshold", "90"], "--threshold takes a number from 0 to 1, not “90”"],
    [["a.jsonl", "--threshold", ""], "--threshold takes a number from 0 to 1, not “”"],
    [["a.jsonl", "--repeat", "1.5"], "--repeat takes a whole number from 1 to 1000, not “1.5”"],
    [["a.jsonl", "--concurrency", "0"], "--concurrency takes a whole number from 1 to 1000, not “0”"],
    [["a.jsonl", "--timeout", "soon"], "--timeout takes a number from 0.1 to 86400, not “soon”"],
    [["a.jsonl", "--url", "localhost:8000"], "--url takes an http or https URL, not “localhost:8000”"],
  ])("%j are refused, saying why", (args, message) => {
    expect(() => readArguments(args)).toThrow(UsageError);
    expect(() => readArguments(args)).toThrow(message);
  });
});
