import { describe, expect, it } from "vitest";
import { RunClient } from "../../adapters/cli/run-client.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";
import { BatonProcess } from "../support/baton-process.ts";
import { all, only } from "../support/engine.ts";
import { GithubLikeServer } from "../support/mcp/github-like-server.ts";

const TOKEN = "github_pat_11AAAAAA0123456789";
const READ = 'call get_file_contents with {"owner":"octo","repo":"hello","path":"README.md"}';

/** Baton as a process that logs all it can, one run of it, and everything that either let out. */
async function askOnce(env: Readonly<Record<string, string>>, message: string) {
  await using baton = await BatonProcess.start(
    "local",
    { PORT: "0", LOG_LEVEL: "trace", ...env },
    "listening",
  );
  const url = `http://127.0.0.1:${String((await baton.logged("listening")).port)}`;
  const client = new RunClient(url, null);
  const run_id = await client.start({ message });
  const events = await Array.fromAsync(client.follow(run_id, AbortSignal.timeout(20_000)));
  const answers = await Promise.all(
    ["/tools", `/runs/${run_id}`, `/runs/${run_id}/state`, `/runs/${run_id}/trace`, "/metrics", "/ready"].map(
      async (path) => (await fetch(url + path)).text(),
    ),
  );
  const { tools } = JSON.parse(answers[0] ?? "") as { readonly tools: readonly ToolDescriptor[] };
  await baton.stop();
  return { events, tools, everything: JSON.stringify([events, answers, baton.lines]) };
}

describe("GitHub's tools in a run", () => {
  it("read with the token, which is neither logged nor shown", async () => {
    await using github = await GithubLikeServer.serve(TOKEN);
    const { events, tools, everything } = await askOnce(
      { GITHUB_TOKEN: TOKEN, GITHUB_MCP_URL: github.url },
      READ,
    );
    expect(only(events, "tool.completed").data.output.content).toEqual([
      { type: "text", text: "# Contents of README.md" },
    ]);
    expect(events.at(-1)).toMatchObject({ type: "run.completed", data: { outcome: "success" } });
    expect(tools).toContainEqual(expect.objectContaining({ name: "get_file_contents", available: true }));
    expect(everything).not.toContain(TOKEN);
  });

  it("are denied without a token, and the run's answer says why", async () => {
    const { events, tools } = await askOnce({}, READ);
    const reason = "The tool get_file_contents is not available: GITHUB_TOKEN is not set.";
    expect(only(events, "tool.denied").data).toMatchObject({ tool_name: "get_file_contents", reason });
    expect(all(events, "tool.completed")).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      data: { final_text: expect.stringContaining("GITHUB_TOKEN is not set") },
    });
    expect(tools).toContainEqual(
      expect.objectContaining({
        name: "get_file_contents",
        available: false,
        unavailable_reason: "GITHUB_TOKEN is not set",
      }),
    );
  });

  it("are denied while GitHub refuses the token, and neither the run nor the log repeats it", async () => {
    await using github = await GithubLikeServer.serve("another token");
    const { events, everything } = await askOnce({ GITHUB_TOKEN: TOKEN, GITHUB_MCP_URL: github.url }, READ);
    expect(only(events, "tool.denied").data.reason).toContain("HTTP 401 (its credentials are missing, wrong");
    expect(everything).not.toContain(TOKEN);
  });
});
