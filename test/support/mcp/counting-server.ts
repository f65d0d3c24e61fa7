/**
 * An MCP server over stdio that counts its effects: each is a line appended to the file EFFECTS_FILE, in one write, so
 * that several processes may share the file. Started as `node test/support/mcp/counting-server.ts`.
 */
import { appendFile, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const file = process.env.EFFECTS_FILE;
if (!file) throw new Error("EFFECTS_FILE must name the file that effects are appended to");

const sleep_ms = z.number().int().min(0).max(600_000).optional();
const effect = z.object({ label: z.string(), idempotency_key: z.string().nullable(), pid: z.number() });

async function readEffects(path: string): Promise<z.infer<typeof effect>[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => effect.parse(JSON.parse(line)));
}

const server = new McpServer({ name: "counting", version: "1.0.0" });

server.registerTool(
  "append_effect",
  {
    description: "Appends an effect to the file at once, then sleeps; not idempotent",
    inputSchema: { label: z.string(), sleep_ms },
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  },
  async ({ label, sleep_ms: ms = 0 }, { _meta, signal }) => {
    const key = _meta?.["baton/idempotency-key"];
    const line = { label, idempotency_key: typeof key === "string" ? key : null, pid: process.pid };
    await appendFile(file, `${JSON.stringify(line)}\n`);
    await pause(ms, undefined, { signal });
    return { content: [{ type: "text", text: `appended ${label}` }] };
  },
);

server.registerTool(
  "read_effects",
  {
    description: "Sleeps, then lists the effects in the file; changes nothing",
    inputSchema: { sleep_ms },
    outputSchema: { count: z.number(), effects: z.array(effect) },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  async ({ sleep_ms: ms = 0 }, { signal }) => {
    await pause(ms, undefined, { signal });
    const effects = await readEffects(file);
    const text = effects.map(({ label }) => label).join("\n");
    return { content: [{ type: "text", text }], structuredContent: { count: effects.length, effects } };
  },
);

await server.connect(new StdioServerTransport());
