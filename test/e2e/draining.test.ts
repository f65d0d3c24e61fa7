import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { RunClient } from "../../adapters/cli/run-client.ts";
import { BatonProcess } from "../support/baton-process.ts";

const COUNTING_SERVER = fileURLToPath(new URL("../support/mcp/counting-server.ts", import.meta.url));

it("a single process finishes its runs on SIGTERM, takes no more, and exits with 0", async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), "baton-drain-"));
  const config = path.join(directory, "mcp.json");
  const env = { EFFECTS_FILE: path.join(directory, "effects.jsonl") };
  const counting = { command: process.execPath, args: [COUNTING_SERVER], env };
  await writeFile(config, JSON.stringify({ mcpServers: { counting } }));
  try {
    await using baton = await BatonProcess.start("local", { PORT: "0", MCP_CONFIG: config }, "listening");
    const { port } = await baton.logged("listening");
    const client = new RunClient(`http://127.0.0.1:${String(port)}`, null);
    const run_id = await client.start({ message: 'call read_effects with {"sleep_ms":1500}' });
    const types: string[] = [];
    let stopped: Promise<number | null> | null = null;
    for await (const { type } of client.follow(run_id, AbortSignal.timeout(20_000))) {
      types.push(type);
      if (type !== "tool.requested") continue;
      stopped = baton.stop();
      await baton.logged("stopping");
      await expect(client.start({ message: "17 + 32" })).rejects.toMatchObject({ status: 503 });
    }
    expect(types.at(-1)).toBe("run.completed");
    expect(await stopped).toBe(0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
