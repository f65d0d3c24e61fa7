import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SUITE = "node_modules/@modelcontextprotocol/conformance/dist/index.js";
const CLIENT = `${process.execPath} test/support/mcp/conformance-client.ts`;
/** The suite's own time limit for one scenario, and ours for starting and judging it. */
const LIMIT_MS = { scenario: 30_000, all: 60_000 };

const run = promisify(execFile);
/** What the suite says; of scenarios it tells on stderr. */
const suite = async (...args: string[]) => {
  const { stdout, stderr } = await run(process.execPath, [SUITE, ...args], {
    cwd: ROOT,
    timeout: LIMIT_MS.all,
  });
  return `${stdout}\n${stderr}`;
};

/** The table of decision 0009: scenario → does it apply. */
async function decided(): Promise<ReadonlyMap<string, boolean>> {
  const text = await readFile(path.join(ROOT, "docs/decisions/0009-mcp-conformance.md"), "utf8");
  const rows = [...text.matchAll(/^\| (?<scenarios>`[^|]+) \| (?<applies>yes|no) \|/gm)];
  return new Map(
    rows.flatMap(({ groups }) =>
      [...(groups?.scenarios ?? "").matchAll(/`([^`]+)`/g)].map(
        ([, name = ""]) => [name, groups?.applies === "yes"] as const,
      ),
    ),
  );
}

const scenarios = await decided();
const applying = [...scenarios].filter(([, applies]) => applies).map(([name]) => name);

describe("the MCP conformance suite's client scenarios", () => {
  let results = "";
  beforeAll(async () => {
    results = await mkdtemp(path.join(tmpdir(), "baton-conformance-"));
  });
  afterAll(() => rm(results, { recursive: true, force: true }));

  it("each are decided on: they apply, or there is a reason why not", async () => {
    const listed = [...(await suite("list", "--client")).matchAll(/^ {2}- (\S+)/gm)].map(([, name]) => name);
    expect(listed.length).toBeGreaterThan(0);
    expect([...scenarios.keys()].toSorted()).toEqual(listed.toSorted());
    expect(applying.length).toBeGreaterThan(0);
  });

  it.each(applying)("%s is passed", { timeout: LIMIT_MS.all }, async (scenario) => {
    const limit = String(LIMIT_MS.scenario);
    const told = await suite(
      ...["client", "--command", CLIENT, "--scenario", scenario, "--timeout", limit, "-o", results],
    ).catch(
      (error: { readonly stdout?: string; readonly stderr?: string }) => `${error.stdout}\n${error.stderr}`,
    );
    // It warns of a client that is a little late, and calls that acceptable: a busy machine is.
    expect(told).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed/);
    expect(told).not.toMatch(/CLIENT (EXITED|TIMED)/);
  });
});
