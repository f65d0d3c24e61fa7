import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { repositoryFiles } from "../support/repository-files.ts";

/** What makes code give another answer tomorrow: the clock, chance, waiting. */
function impurities(name: string, source: string): string[] {
  const found: string[] = [];
  new Visitor({
    NewExpression: (node) => {
      if (text(node.callee) === "Date" && node.arguments.length === 0) found.push("new Date()");
    },
    MemberExpression: (node) => {
      if (["Date.now", "Math.random"].includes(text(node))) found.push(text(node));
    },
    CallExpression: (node) => {
      if (text(node.callee) === "Date") found.push("Date()");
    },
  }).visit(parseSync(name, source).program);
  return found;

  function text(node: { start: number; end: number }): string {
    return source.slice(node.start, node.end).replaceAll("?.", ".");
  }
}

/** The decider is stricter: not even a Date made from a value, and nothing that could be waited for. */
function deciderImpurities(name: string, source: string): string[] {
  const found = impurities(name, source);
  new Visitor({
    Identifier: (node) => {
      if (node.name === "Date") found.push("Date");
    },
    AwaitExpression: () => {
      found.push("await");
    },
    ForOfStatement: (node) => {
      if (node.await) found.push("for await");
    },
  }).visit(parseSync(name, source).program);
  return found;
}

const named = (judge: typeof impurities, pattern: string) =>
  repositoryFiles(pattern).flatMap(({ name, text }) => judge(name, text).map((what) => `${name}: ${what}`));

describe("purity", () => {
  it("of the decider: no Date, no chance, no await", () => {
    expect(repositoryFiles("domain/run/*.ts").map(({ name }) => name)).toEqual(
      expect.arrayContaining(["domain/run/decide.ts", "domain/run/evolve.ts", "domain/run/next.ts"]),
    );
    expect(named(deciderImpurities, "domain/run/**/*.ts")).toEqual([]);
  });

  it("of the whole domain: no clock, no chance", () => {
    expect(named(impurities, "domain/**/*.ts")).toEqual([]);
  });

  it.each([
    ["const at = Date.now();", ["Date.now", "Date"]],
    ["const at = new Date();", ["new Date()", "Date"]],
    ["const at = new Date(0);", ["Date"]],
    ["const at = Date();", ["Date()", "Date"]],
    ["const chance = Math?.random();", ["Math.random"]],
    ["const one = async () => await 1;", ["await"]],
    ["for await (const one of many) one;", ["for await"]],
    ["// Date.now() in a comment, and Dated code", []],
  ])("is missing in %s", (source, expected) => {
    expect(deciderImpurities("planted.ts", source).sort()).toEqual([...expected].sort());
  });
});
