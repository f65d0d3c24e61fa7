/**
 * The client that the MCP conformance suite drives, which appends the URL of its server and names the scenario in
 * MCP_CONFORMANCE_SCENARIO: Baton in one process with that server as its one MCP server, and one run of the
 * deterministic model that calls what the scenario has. Exits 0 only when the run succeeds.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { RunClient } from "../../../adapters/cli/run-client.ts";
import { readConfig } from "../../../composition/config.ts";
import { createLocalProcess } from "../../../composition/local.ts";

/** What a person asks for in a scenario; anything else needs the connection alone. */
const MESSAGES: Readonly<Record<string, string>> = {
  tools_call: 'call add_numbers with {"a": 5, "b": 3}',
  "sse-retry": "call test_reconnection",
  "elicitation-sep1034-client-defaults": "call test_client_elicitation_defaults",
};

/** What the scenario gives a client to sign in with. */
function credentials(): object {
  const { client_id, client_secret } = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");
  return client_secret === undefined ? {} : { oauth: { client_id, client_secret } };
}

const url = process.argv.at(-1) ?? "";
const directory = await mkdtemp(path.join(tmpdir(), "baton-conformance-"));
const mcp_config = path.join(directory, "mcp.json");
await writeFile(mcp_config, JSON.stringify({ mcpServers: { conformance: { url, ...credentials() } } }));
const engine = await createLocalProcess(
  readConfig({
    MCP_CONFIG: mcp_config,
    KNOWLEDGE_DIR: directory,
    TOOL_POLICIES: "*=allow",
    PORT: "0",
    DRAIN_SECONDS: "0",
    LOG_LEVEL: "warn",
  }),
);
try {
  await engine.start();
  const client = new RunClient(`http://127.0.0.1:${engine.port}`, null);
  const message = MESSAGES[process.env.MCP_CONFORMANCE_SCENARIO ?? ""] ?? "17 + 32";
  const run_id = await client.start({ message });
  process.exitCode = 1;
  for await (const event of client.follow(run_id, AbortSignal.timeout(20_000))) {
    console.log(JSON.stringify(event));
    if (event.type === "run.completed") process.exitCode = 0;
  }
} finally {
  await engine.close();
  await rm(directory, { recursive: true, force: true });
}
